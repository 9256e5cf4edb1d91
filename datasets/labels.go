package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"hengxin/credit"
)

// ErrImmature is returned, with counts and the rows named, for labels whose horizon had not passed when the outcomes
// were last observed: a firm that has not failed yet would be counted as good.
var ErrImmature = errors.New("immature labels")

// Horizon is the time after the as-of day in which an outcome counts: so many months, or so many days.
type Horizon struct{ Months, Days int }

// ParseHorizon reads 24m or 90d.
func ParseHorizon(s string) (h Horizon, err error) {
	n, err := strconv.Atoi(strings.TrimRight(s, "md"))
	switch {
	case err != nil || n < 1 || n > 100_000:
	case strings.HasSuffix(s, "m") && s == strconv.Itoa(n)+"m":
		return Horizon{Months: n}, nil
	case strings.HasSuffix(s, "d") && s == strconv.Itoa(n)+"d":
		return Horizon{Days: n}, nil
	}
	return h, fmt.Errorf("horizon %q: want months or days, such as 24m or 90d: %w", s, credit.ErrInvalid)
}

// End is the last day of the horizon that begins after the as-of day.
func (h Horizon) End(asOf credit.Date) credit.Date {
	if h.Months > 0 {
		return asOf.AddMonths(h.Months)
	}
	return asOf + credit.Date(h.Days)
}

// String writes what [ParseHorizon] reads.
func (h Horizon) String() string {
	if h.Months > 0 {
		return strconv.Itoa(h.Months) + "m"
	}
	return strconv.Itoa(h.Days) + "d"
}

// LabelSpec says what the columns of a label file are and what its outcomes mean. It may lie beside the file as
// FILE.yaml; nothing in it has a default but the names subject and outcome.
type LabelSpec struct {
	Subject       string `yaml:"subject" json:"subject"`                 // column of the subject
	Namespace     string `yaml:"namespace" json:"namespace,omitempty"`   // put before the subject and a colon, for opaque ids
	Outcome       string `yaml:"outcome" json:"outcome"`                 // column of 0 and 1, 1 = the bad outcome
	AsOf          string `yaml:"as_of" json:"as_of,omitempty"`           // column of the day for which the label was observed
	Event         string `yaml:"event" json:"event,omitempty"`           // column of the day of the bad outcome
	Weight        string `yaml:"weight" json:"weight,omitempty"`         // column of weights above 0
	Definition    string `yaml:"definition" json:"definition"`           // in words: what counts as bad
	Horizon       string `yaml:"horizon" json:"horizon"`                 // 24m, 90d
	ObservedUntil string `yaml:"observed_until" json:"observed_until"`   // last day on which outcomes were observed
	Missing       string `yaml:"missing" json:"missing,omitempty"`       // a text that means no value
	Population    string `yaml:"population" json:"population,omitempty"` // in words: which firms are in the file
}

// ReadLabelSpec reads a YAML file of the keys of [LabelSpec]; an unknown key is [credit.ErrInvalid].
func ReadLabelSpec(path string) (s LabelSpec, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := DecodeYAML(b, &s); err != nil {
		return s, fmt.Errorf("label description %s: %w: %w", path, err, credit.ErrInvalid)
	}
	return s, nil
}

// DecodeYAML reads text into v strictly: an unknown key is an error, and so is a text on which the YAML reader panics.
func DecodeYAML(text []byte, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("no YAML that can be read: %v: %w", r, credit.ErrInvalid)
		}
	}()
	return yaml.UnmarshalWithOptions(text, v, yaml.Strict())
}

// Labels are the outcomes of a label file, ordered by subject and day.
type Labels struct {
	Spec    LabelSpec
	File    credit.Digest // of the file's bytes
	horizon Horizon
	until   credit.Date
	rows    []label
}

type label struct {
	subject     credit.Subject
	asOf, event credit.Date // NoDate where the file has no such column or leaves the cell empty
	weight      float64
	line        int
	bad         bool
}

// ReadLabels reads a label file, CSV or Parquet. It returns [credit.ErrInvalid] and the row for a cell it cannot read
// and for a label given twice.
func ReadLabels(path string, s LabelSpec) (*Labels, error) {
	l := &Labels{Spec: s}
	var err error
	if l.horizon, err = ParseHorizon(s.Horizon); err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	if l.until, err = credit.ParseDate(s.ObservedUntil); err != nil {
		return nil, fmt.Errorf("labels: observed until: %w", err)
	}
	if s.Definition == "" {
		return nil, fmt.Errorf("labels: no definition: say in words what outcome 1 means: %w", credit.ErrInvalid)
	}
	var wanted []string
	for _, c := range []string{s.Subject, s.Outcome, s.AsOf, s.Event, s.Weight} {
		if c != "" {
			wanted = append(wanted, c)
		}
	}
	o := TableOptions{Columns: wanted}
	if s.Missing != "" {
		o.Missing = []string{s.Missing}
	}
	t, err := OpenTable(path, o)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	if l.File, err = FileDigest(path); err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	for i := range t.Rows {
		row, err := s.row(t, i)
		if err != nil {
			return nil, fmt.Errorf("labels %s, row %d: %w", path, i+1, err)
		}
		l.rows = append(l.rows, row)
	}
	return l, l.order(path)
}

// row reads row i of the table.
func (s *LabelSpec) row(t *Table, i int) (r label, err error) {
	cell := func(column string) string {
		if column == "" {
			return ""
		}
		return t.Column(column).Text(i)
	}
	r = label{line: i + 1, weight: 1, asOf: credit.NoDate, event: credit.NoDate}
	r.subject = credit.Subject(cell(s.Subject))
	if r.subject == "" {
		return r, fmt.Errorf("no subject: %w", credit.ErrInvalid)
	}
	if s.Namespace != "" {
		r.subject = credit.Subject(s.Namespace) + ":" + r.subject
	}
	switch out := cell(s.Outcome); out {
	case "0", "1":
		r.bad = out == "1"
	default:
		return r, fmt.Errorf("outcome %q: want 0 or 1: %w", out, credit.ErrInvalid)
	}
	if s.AsOf != "" {
		if r.asOf, err = labelDay(cell(s.AsOf)); err != nil {
			return r, fmt.Errorf("as-of day: %w", err)
		}
	}
	if text := cell(s.Event); text != "" {
		if r.event, err = labelDay(text); err != nil {
			return r, fmt.Errorf("day of the outcome: %w", err)
		}
	}
	if s.Event != "" && r.bad == (r.event == credit.NoDate) {
		return r, fmt.Errorf("outcome %s with day of the outcome %q: %w", cell(s.Outcome), cell(s.Event), credit.ErrInvalid)
	}
	if s.Weight != "" {
		if r.weight, err = strconv.ParseFloat(cell(s.Weight), 64); err != nil || !(r.weight > 0) || math.IsInf(r.weight, 0) {
			return r, fmt.Errorf("weight %q: want a number above 0: %w", cell(s.Weight), credit.ErrInvalid)
		}
	}
	return r, nil
}

// labelDay reads 2016-02-29, 20160229, and months as 2016-02 or 201602, which stand for their last day: an outcome is
// never taken to have come earlier than the source says.
func labelDay(s string) (credit.Date, error) {
	digits := strings.ReplaceAll(s, "-", "")
	switch {
	case len(digits) == 8 && (len(s) == 8 || len(s) == 10):
		return credit.ParseDate(digits[:4] + "-" + digits[4:6] + "-" + digits[6:])
	case len(digits) == 6 && len(s) <= 7:
		d, err := credit.ParseDate(digits[:4] + "-" + digits[4:] + "-01")
		if err != nil {
			return d, err
		}
		return d.MonthEnd(), nil
	}
	return credit.NoDate, fmt.Errorf("day %q: want YYYY-MM-DD or YYYY-MM: %w", s, credit.ErrInvalid)
}

func (l *Labels) order(path string) error {
	slices.SortFunc(l.rows, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.asOf, b.asOf), cmp.Compare(a.line, b.line))
	})
	for i := 1; i < len(l.rows); i++ {
		if a, b := &l.rows[i-1], &l.rows[i]; a.subject == b.subject && a.asOf == b.asOf {
			hint := "keep one of them"
			if l.Spec.AsOf == "" {
				hint = "keep one of them, or state the column of their as-of days (--label-as-of, as_of)"
			}
			return fmt.Errorf("labels %s: subject %s has a label in row %d and another in row %d: %s: %w", path, a.subject, a.line, b.line, hint, credit.ErrInvalid)
		}
	}
	return nil
}

// Len returns the number of labels.
func (l *Labels) Len() int { return len(l.rows) }

// AsOf returns the as-of days that the file itself names, ascending; none where it has no such column.
func (l *Labels) AsOf() []credit.Date {
	var days []credit.Date
	for i := range l.rows {
		if l.rows[i].asOf != credit.NoDate {
			days = append(days, l.rows[i].asOf)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// otherDays counts the labels whose day is none of the days.
func (l *Labels) otherDays(days []credit.Date) (n int) {
	for i := range l.rows {
		if d := l.rows[i].asOf; d != credit.NoDate && !slices.Contains(days, d) {
			n++
		}
	}
	return n
}

// of returns the labels of one subject.
func (l *Labels) of(s credit.Subject) []label {
	at, found := slices.BinarySearchFunc(l.rows, s, func(r label, s credit.Subject) int { return cmp.Compare(r.subject, s) })
	end := at
	for found && end < len(l.rows) && l.rows[end].subject == s {
		end++
	}
	return l.rows[at:end]
}

// verdict says what a label means on an as-of day.
type verdict uint8

const (
	notThatDay  verdict = iota // the label is of another day
	alreadyBad                 // the outcome came on or before the day: there is nothing left to foretell
	goodOutcome                // no outcome within the horizon
	badOutcome
)

// on gives the verdict of r on the day.
func (l *Labels) on(r *label, day credit.Date) verdict {
	switch {
	case r.asOf != credit.NoDate && r.asOf != day:
		return notThatDay
	case r.event != credit.NoDate && r.event <= day:
		return alreadyBad
	case r.bad && (r.event == credit.NoDate || r.event <= l.horizon.End(day)):
		return badOutcome
	}
	return goodOutcome
}

// check returns [ErrImmature] unless every label that the days ask for was observed to the end of its horizon, and
// [credit.ErrInvalid] where labels without a day are asked for on several.
func (l *Labels) check(days []credit.Date) error {
	if len(days) > 1 && l.Spec.AsOf == "" && l.Spec.Event == "" {
		return fmt.Errorf("labels: %d as-of days, but the file says neither as of when its outcomes are nor when they came (name a column, or give one day): %w",
			len(days), credit.ErrInvalid)
	}
	immature, named := 0, []string(nil)
	for i := range l.rows {
		for _, day := range days {
			if l.on(&l.rows[i], day) == notThatDay || l.horizon.End(day) <= l.until {
				continue
			}
			if immature++; len(named) < 5 {
				named = append(named, fmt.Sprintf("row %d (%s as of %s)", l.rows[i].line, l.rows[i].subject, day))
			}
		}
	}
	if immature == 0 {
		return nil
	}
	return fmt.Errorf("%d of %d labels end their horizon of %s after %s, the last day observed: %s; drop those as-of days: %w",
		immature, len(l.rows)*len(days), l.horizon, l.until, strings.Join(named, ", "), ErrImmature)
}
