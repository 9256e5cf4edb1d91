package quality

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"hengxin/credit"
)

// maxFields is above every number of the vocabulary.
const maxFields = 64

// view is a record with the values of its body by field, so that a body is walked once for all rules.
type view struct {
	r    *credit.Record
	text [maxFields][]byte
	set  []credit.Field
}

func (v *view) fill(r *credit.Record) {
	for _, f := range v.set {
		v.text[f] = nil
	}
	v.r, v.set = r, v.set[:0]
	for rest := r.Body; len(rest) > 0; {
		f, text, more := rest.Next()
		if rest = more; f > 0 && int(f) < maxFields {
			v.text[f] = text
			v.set = append(v.set, f)
		}
	}
}

// arrived is the day on which the source supplied the record, or else the day it was known.
func (v *view) arrived() credit.Date {
	if d, ok := credit.DateOf(v.text[credit.FieldSupplied]); ok {
		return d
	}
	return v.r.Known
}

// dayOf reads a day of a record by name: event, known, arrived, period (its last day), or a field of the vocabulary.
type dayOf func(v *view) (credit.Date, bool)

func parseDay(name string) (dayOf, error) {
	switch name {
	case "event":
		return func(v *view) (credit.Date, bool) { return v.r.Event, true }, nil
	case "known":
		return func(v *view) (credit.Date, bool) { return v.r.Known, true }, nil
	case "arrived":
		return func(v *view) (credit.Date, bool) { return v.arrived(), true }, nil
	case "period":
		return func(v *view) (credit.Date, bool) { return periodEnd(v.text[credit.FieldPeriod]) }, nil
	}
	f, ok := credit.ParseField(name)
	if info, _ := f.Info(); !ok || info.Form != credit.FormDate {
		return nil, fmt.Errorf("%q: no day of a record: %w", name, credit.ErrInvalid)
	}
	return func(v *view) (credit.Date, bool) { return credit.DateOf(v.text[f]) }, nil
}

// periodEnd returns the last day of a period written 2023 or 2023-05.
func periodEnd(text []byte) (credit.Date, bool) {
	switch len(text) {
	case 4:
		d, ok := credit.DateOf(append(append([]byte{}, text...), "-12-31"...))
		return d, ok
	case 7:
		d, ok := credit.DateOf(append(append([]byte{}, text...), "-01"...))
		return d.MonthEnd(), ok
	}
	return credit.NoDate, false
}

// numberOf reads a number of a record by name: amount (yuan), or a field of the vocabulary; money in yuan.
type numberOf func(v *view) (float64, bool)

func parseNumber(name string) (numberOf, error) {
	if name == "amount" {
		return func(v *view) (float64, bool) { return v.r.Amount.Yuan(), v.r.Amount != credit.NoFen }, nil
	}
	f, ok := credit.ParseField(name)
	info, _ := f.Info()
	unit := 1.0
	switch {
	case ok && info.Form == credit.FormFen:
		unit = 100
	case !ok || info.Form != credit.FormInt && info.Form != credit.FormDecimal:
		return nil, fmt.Errorf("%q: no number of a record: %w", name, credit.ErrInvalid)
	}
	return func(v *view) (float64, bool) {
		if v.text[f] == nil {
			return 0, false
		}
		n, err := strconv.ParseFloat(string(v.text[f]), 64)
		return n / unit, err == nil
	}, nil
}

// condition reports whether something holds of a record.
type condition func(v *view) bool

// parseCondition reads "field" (stated), "a|b" (either), "!field", "field=a|b", "field!=a|b", "codes:a|b" for penalty types, and amount,
// amount>0, severity=serious, class=individual_business in the place of a field.
func parseCondition(text string) (condition, error) {
	text = strings.TrimSpace(text)
	if inner, ok := strings.CutPrefix(text, "!"); ok {
		c, err := parseCondition(inner)
		return func(v *view) bool { return !c(v) }, err
	}
	if words, ok := strings.CutPrefix(text, "codes:"); ok {
		list := strings.Split(words, "|")
		return func(v *view) bool { return hasCode(v.text[credit.FieldPenaltyTypes], list) }, nil
	}
	name, words, equals := strings.Cut(text, "=")
	if inner, ok := strings.CutSuffix(name, "!"); ok {
		c, err := parseCondition(inner + "=" + words)
		return func(v *view) bool { return !c(v) }, err
	}
	if left, right, two := strings.Cut(name, "|"); two && !equals {
		a, errA := parseCondition(left)
		b, errB := parseCondition(right)
		return func(v *view) bool { return a(v) || b(v) }, errors.Join(errA, errB)
	}
	value, err := parseText(strings.TrimSuffix(name, ">0"))
	if err != nil {
		return nil, err
	}
	if !equals {
		if strings.HasSuffix(name, ">0") {
			return func(v *view) bool { n, err := strconv.ParseFloat(value(v), 64); return err == nil && n > 0 }, nil
		}
		return func(v *view) bool { return value(v) != "" }, nil
	}
	list := strings.Split(words, "|")
	return func(v *view) bool {
		got := value(v)
		for _, w := range list {
			if got == w {
				return true
			}
		}
		return false
	}, nil
}

// parseText returns how to read a value of a record as text, "" where it is not stated.
func parseText(name string) (func(v *view) string, error) {
	switch name {
	case "amount":
		return func(v *view) string {
			if v.r.Amount == credit.NoFen {
				return ""
			}
			return v.r.Amount.String()
		}, nil
	case "severity":
		return func(v *view) string { return [...]string{"", "minor", "general", "serious"}[v.r.Severity&3] }, nil
	case "class":
		return func(v *view) string { return v.r.Subject.Class().String() }, nil
	}
	if name == "class_word" {
		name = "class"
	}
	f, ok := credit.ParseField(name)
	if !ok {
		return nil, fmt.Errorf("%q: no field of a record: %w", name, credit.ErrInvalid)
	}
	return func(v *view) string { return string(v.text[f]) }, nil
}

func hasCode(codes []byte, list []string) bool {
	for len(codes) > 0 {
		code, rest, _ := strings.Cut(string(codes), ";")
		for _, w := range list {
			if code == w {
				return true
			}
		}
		codes = []byte(rest)
	}
	return false
}
