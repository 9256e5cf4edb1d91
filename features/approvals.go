package features

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"hengxin/credit"
)

//go:embed approvals.csv
var approvalsCSV []byte

//go:embed departments.csv
var departmentsCSV []byte

// Approval says that an indicator over restricted or personal data may be read by lending models: who decided so, when,
// for what, and until when.
type Approval struct {
	Indicator  string
	Role       string      // who approved, by office and not by name
	Day, Until credit.Date // first and last day on which it holds
	Purpose    string
	Citation   string
}

var approvals = sync.OnceValue(func() map[string][]Approval {
	rows, err := parseApprovals(approvalsCSV)
	if err != nil {
		panic("features: embedded approvals: " + err.Error())
	}
	return rows
})

func parseApprovals(text []byte) (map[string][]Approval, error) {
	lines, err := plainCSV(text, "id", "role", "day", "until", "purpose", "citation")
	if err != nil {
		return nil, fmt.Errorf("approvals: %w", err)
	}
	rows := map[string][]Approval{}
	for _, c := range lines {
		a := Approval{Indicator: c[0], Role: c[1], Purpose: c[4], Citation: c[5]}
		if a.Day, err = credit.ParseDate(c[2]); err == nil {
			a.Until, err = credit.ParseDate(c[3])
		}
		if err == nil && (a.Until < a.Day || slices.Contains(c, "")) {
			err = fmt.Errorf("until is before day, or a cell is empty: %w", credit.ErrInvalid)
		}
		if err != nil {
			return nil, fmt.Errorf("approvals: indicator %s: %w", a.Indicator, err)
		}
		rows[a.Indicator] = append(rows[a.Indicator], a)
	}
	return rows, nil
}

// plainCSV reads a table with exactly those columns, lines with # left out.
func plainCSV(text []byte, columns ...string) ([][]string, error) {
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord, in.Comment = len(columns), '#'
	lines, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, credit.ErrInvalid)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], columns) {
		return nil, fmt.Errorf("want the columns %s: %w", strings.Join(columns, ","), credit.ErrInvalid)
	}
	return lines[1:], nil
}

// Approvals returns the approvals of an indicator in the order of the table; none for one over public data.
func Approvals(id string) []Approval { return approvals()[id] }

// Sensitive reports whether a lending model needs an approval for the indicator: it reads restricted or personal data.
func (ind *Indicator) Sensitive() bool { return ind.Sensitivity != "public" }

// Approved returns [credit.ErrInvalid], naming the indicators, where the set has sensitive indicators without an approval
// in force on the day: no lending model may be put to use with it.
func (s *Set) Approved(day credit.Date) error {
	var without []string
	for i := range s.indicators {
		ind := &s.indicators[i]
		inForce := func(a Approval) bool { return a.Day <= day && day <= a.Until }
		if ind.Sensitive() && !slices.ContainsFunc(Approvals(ind.ID), inForce) {
			without = append(without, ind.ID)
		}
	}
	if len(without) == 0 {
		return nil
	}
	return fmt.Errorf("no approval in force on %s for sensitive indicators %s (features/approvals.csv): %w", day, strings.Join(without, ", "), credit.ErrInvalid)
}

// Department is the source of a kind of records, as people call it.
type Department struct{ Zh, En string }

var departments = sync.OnceValue(func() map[credit.Kind]Department {
	lines, err := plainCSV(departmentsCSV, "kind", "zh", "en")
	if err != nil {
		panic("features: embedded departments: " + err.Error())
	}
	found := map[credit.Kind]Department{}
	for _, c := range lines {
		kind, err := credit.ParseKind(c[0])
		if err != nil {
			panic("features: embedded departments: " + err.Error())
		}
		found[kind] = Department{c[1], c[2]}
	}
	return found
})

// Departments returns the sources of the indicator's kinds, each once, in order.
func (ind *Indicator) Departments() []Department {
	var out []Department
	for _, kind := range ind.Sources {
		if d := departments()[kind]; !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out
}
