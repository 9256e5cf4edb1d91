package datasets

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"hengxin/credit"
)

// Key is what a split may look at: nothing of a row's values.
type Key struct {
	Subject credit.Subject
	AsOf    credit.Date
	Row     int64 // 0-based place in the table
}

// Source is the source's own name of the subject: what follows the name space of an opaque id, else the subject.
func (k Key) Source() string {
	if _, id, ok := strings.Cut(string(k.Subject), ":"); ok {
		return id
	}
	return string(k.Subject)
}

// Side is where a split puts a row.
type Side uint8

// The sides of a split.
const (
	Unused Side = iota // neither: between the two, or after
	Train
	Test
)

// Split puts a row on a side. It is a pure function of the key: the same row is on the same side in every file.
type Split func(Key) Side

// ParseSplit reads a split:
//
//	hash:SALT            test where int(sha256(SALT + key)[:8 hex digits], 16) % 10 < 3, the key being [Key.Source]
//	rowhash:30           the same of the row's number, written in decimal, below 30 of 100
//	time:2003-12-31      train up to and on the day, test after it (out of time)
//	time:2003-12-31..2006-12-31   test after the first day and up to the second
//	time:2003-12-31/24m           test after the day and 24 months (or days, 90d); what lies between is not used
//	time:2003-12-31/24m..2009-12-31   both
//	rolling:2003-12-31/12m/3      three splits, see [ParseRolling]; here it is refused
//
// Without a gap as long as the label's horizon, the outcomes of the last rows of training were not yet known on the first
// days of testing: a model could not have been fitted on them by then. It returns [credit.ErrInvalid] for anything else.
func ParseSplit(s string) (Split, error) {
	kind, rest, _ := strings.Cut(s, ":")
	switch kind {
	case "hash":
		return func(k Key) Side { return side(hash10(rest+k.Source()) < 3) }, nil
	case "rowhash":
		percent, err := strconv.Atoi(rest)
		if err != nil || percent < 1 || percent > 99 || percent%10 != 0 {
			return nil, fmt.Errorf("split %q: want rowhash:30, tens of a hundred: %w", s, credit.ErrInvalid)
		}
		return func(k Key) Side { return side(hash10(strconv.FormatInt(k.Row, 10)) < uint64(percent/10)) }, nil
	case "time":
		split, err := parseTime(rest)
		if err != nil {
			return nil, fmt.Errorf("split %q: %w", s, err)
		}
		return split, nil
	}
	return nil, fmt.Errorf("split %q: want hash:SALT, rowhash:30, time:DAY or time:DAY..DAY: %w", s, credit.ErrInvalid)
}

// parseTime reads what follows time:, DAY, DAY/GAP, DAY..DAY or DAY/GAP..DAY.
func parseTime(s string) (Split, error) {
	first, last, bounded := strings.Cut(s, "..")
	first, gap, gapped := strings.Cut(first, "/")
	cut, err := credit.ParseDate(first)
	if err != nil {
		return nil, err
	}
	begin, end := cut, credit.Never
	if gapped {
		h, err := ParseHorizon(gap)
		if err != nil {
			return nil, err
		}
		begin = h.End(cut)
	}
	if bounded {
		if end, err = credit.ParseDate(last); err != nil || end <= begin {
			return nil, fmt.Errorf("want an end after the cut and its gap: %w", credit.ErrInvalid)
		}
	}
	return outOfTime(cut, begin, end), nil
}

// ParseRolling reads rolling:DAY/12m/N and returns N out-of-time splits: the first cut on DAY, each next so many months
// later, each tested on the months up to the next cut, without a gap.
func ParseRolling(s string) ([]Split, error) {
	parts := strings.Split(strings.TrimPrefix(s, "rolling:"), "/")
	if !strings.HasPrefix(s, "rolling:") || len(parts) != 3 {
		return nil, fmt.Errorf("split %q: want rolling:DAY/12m/N: %w", s, credit.ErrInvalid)
	}
	first, err := credit.ParseDate(parts[0])
	if err != nil {
		return nil, fmt.Errorf("split %q: %w", s, err)
	}
	step, err := ParseHorizon(parts[1])
	n, errN := strconv.Atoi(parts[2])
	if err != nil || errN != nil || step.Months == 0 || n < 1 || n > maxDays {
		return nil, fmt.Errorf("split %q: want rolling:DAY/12m/N: %w", s, credit.ErrInvalid)
	}
	splits := make([]Split, n)
	for i := range splits {
		cut := first.AddMonths(i * step.Months)
		splits[i] = outOfTime(cut, cut, first.AddMonths((i+1)*step.Months))
	}
	return splits, nil
}

// outOfTime trains up to and on the cut, and tests after begin, up to and on the end.
func outOfTime(cut, begin, end credit.Date) Split {
	return func(k Key) Side {
		switch {
		case k.AsOf == credit.NoDate || k.AsOf > end:
			return Unused
		case k.AsOf <= cut:
			return Train
		case k.AsOf <= begin:
			return Unused
		}
		return Test
	}
}

func side(test bool) Side {
	if test {
		return Test
	}
	return Train
}

// hash10 is int(sha256(text)[:8 hex digits], 16) % 10.
func hash10(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	n, err := strconv.ParseUint(hex.EncodeToString(sum[:4]), 16, 64)
	if err != nil {
		panic("datasets: hexadecimal digits that are none")
	}
	return n % 10
}
