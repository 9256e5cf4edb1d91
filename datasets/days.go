package datasets

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
)

// ParseDays reads as-of days: a list of days and ranges with a step of months, such as 2024-06-30,2023-01-31..2023-12-31/1m.
// A range that begins on the last day of a month keeps to last days. The days come back ascending, each once.
func ParseDays(s string) ([]credit.Date, error) {
	var days []credit.Date
	for item := range strings.SplitSeq(s, ",") {
		more, err := parseRange(strings.TrimSpace(item))
		if err != nil {
			return nil, fmt.Errorf("as-of days %q: %w", s, err)
		}
		days = append(days, more...)
		if len(days) > maxDays {
			return nil, fmt.Errorf("as-of days %q: more than %d: %w", s, maxDays, credit.ErrInvalid)
		}
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

func parseRange(s string) ([]credit.Date, error) {
	first, rest, isRange := strings.Cut(s, "..")
	from, err := credit.ParseDate(first)
	if err != nil || !isRange {
		return []credit.Date{from}, err
	}
	last, step, _ := strings.Cut(rest, "/")
	to, err := credit.ParseDate(last)
	if err != nil {
		return nil, err
	}
	months, err := strconv.Atoi(strings.TrimSuffix(step, "m"))
	if err != nil || months < 1 || !strings.HasSuffix(step, "m") || to < from {
		return nil, fmt.Errorf("range %q: want FROM..TO/1m, from the earlier to the later day: %w", s, credit.ErrInvalid)
	}
	var days []credit.Date
	for i := 0; len(days) <= maxDays; i += months {
		day := from.AddMonths(i)
		if from == from.MonthEnd() {
			day = day.MonthEnd()
		}
		if day > to {
			break
		}
		days = append(days, day)
	}
	return days, nil
}
