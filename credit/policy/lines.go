package policy

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"

	"hengxin/credit"
)

// Line is one row of a policy as its file holds it.
type Line struct {
	Table   string   `json:"table"`
	Columns []string `json:"-"`
	Cells   []string `json:"-"`
}

// Cell returns the text of a column, "" where the table has none of that name.
func (l *Line) Cell(column string) string {
	if i := slices.Index(l.Columns, column); i >= 0 {
		return l.Cells[i]
	}
	return ""
}

// ID returns the row's id, or the name of a reason.
func (l *Line) ID() string { return l.Cells[0] }

// InForce reports whether the row is in force on day; texts of reasons always are.
func (l *Line) InForce(day credit.Date) bool {
	from, err := credit.ParseDate(l.Cell("in_force_from"))
	if err != nil {
		return true
	}
	to, err := credit.ParseDate(l.Cell("in_force_to"))
	return day >= from && (err != nil || day <= to)
}

// Tables returns the names of the tables, in canonical order.
func Tables() []string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.name
	}
	return names
}

// Lines returns every row of a policy, in the order of its canonical bytes.
func Lines(p *credit.Policy) ([]Line, error) {
	files, err := split(p.Canonical())
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, t := range tables {
		r := csv.NewReader(bytes.NewReader(files[t.name]))
		all, err := r.ReadAll()
		if err != nil {
			return nil, fmt.Errorf("policy: %s: %w", t.name, err)
		}
		for i, cells := range all {
			if i > 0 {
				lines = append(lines, Line{Table: t.name, Columns: all[0], Cells: cells})
			}
		}
	}
	return lines, nil
}

// Replace returns the policy with one of its tables replaced by the text of a CSV file of that name: a single file that
// somebody edited. It returns [credit.ErrInvalid] where the result is no policy.
func Replace(p *credit.Policy, table string, text []byte) (*credit.Policy, error) {
	files, err := split(p.Canonical())
	if err != nil {
		return nil, err
	}
	if !slices.Contains(Tables(), table) {
		return nil, fmt.Errorf("policy: no table %s: want one of %v: %w", table, Tables(), credit.ErrInvalid)
	}
	files[table] = text
	var all bytes.Buffer
	for _, t := range tables {
		if body, ok := files[t.name]; ok {
			fmt.Fprintf(&all, "-- %s --\n%s\n", t.name, body)
		}
	}
	return Parse(all.Bytes())
}
