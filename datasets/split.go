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
//	rolling:2003-12-31/12m/3      three splits, see [ParseRolling]; here it is refused
//
// It returns [credit.ErrInvalid] for anything else.
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
		first, last, bounded := strings.Cut(rest, "..")
		cut, err := credit.ParseDate(first)
		if err != nil {
			return nil, fmt.Errorf("split %q: %w", s, err)
		}
		end := credit.Never
		if bounded {
			if end, err = credit.ParseDate(last); err != nil || end <= cut {
				return nil, fmt.Errorf("split %q: want an end after the cut: %w", s, credit.ErrInvalid)
			}
		}
		return outOfTime(cut, end), nil
	}
	return nil, fmt.Errorf("split %q: want hash:SALT, rowhash:30, time:DAY or time:DAY..DAY: %w", s, credit.ErrInvalid)
}

// ParseRolling reads rolling:DAY/12m/N and returns N out-of-time splits: the first cut on DAY, each next so many months
// later, each tested on the months up to the next cut.
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
		splits[i] = outOfTime(first.AddMonths(i*step.Months), first.AddMonths((i+1)*step.Months))
	}
	return splits, nil
}

func outOfTime(cut, end credit.Date) Split {
	return func(k Key) Side {
		switch {
		case k.AsOf == credit.NoDate || k.AsOf > end:
			return Unused
		case k.AsOf <= cut:
			return Train
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
