package policy

import (
	"cmp"
	"slices"

	"hengxin/credit"
)

// Change is one row that two policies do not have in common.
type Change struct {
	Table string       `json:"table"`
	ID    string       `json:"id"`
	What  string       `json:"what"` // added, removed or changed
	Cells []CellChange `json:"cells,omitempty"`
	Line  *Line        `json:"-"` // as it reads afterwards; before, where it was removed
}

// CellChange is one cell that reads otherwise.
type CellChange struct {
	Column string `json:"column"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Diff says which rows make b of a. Rows of one table and id are held against each other in the order of their first days.
func Diff(a, b *credit.Policy) ([]Change, error) {
	was, err := Lines(a)
	if err != nil {
		return nil, err
	}
	is, err := Lines(b)
	if err != nil {
		return nil, err
	}
	return changes(was, is), nil
}

// DiffDays says which rows are in force on one day and not on the other.
func DiffDays(p *credit.Policy, a, b credit.Date) ([]Change, error) {
	lines, err := Lines(p)
	if err != nil {
		return nil, err
	}
	var out []Change
	for i := range lines {
		l := &lines[i]
		switch on, then := l.InForce(a), l.InForce(b); {
		case on && !then:
			out = append(out, Change{Table: l.Table, ID: l.ID(), What: "removed", Line: l})
		case then && !on:
			out = append(out, Change{Table: l.Table, ID: l.ID(), What: "added", Line: l})
		}
	}
	return out, nil
}

type lineKey struct{ table, id string }

func byKey(lines []Line) (order []lineKey, by map[lineKey][]*Line) {
	by = map[lineKey][]*Line{}
	for i := range lines {
		k := lineKey{lines[i].Table, lines[i].ID()}
		if by[k] == nil {
			order = append(order, k)
		}
		by[k] = append(by[k], &lines[i])
	}
	for _, list := range by {
		slices.SortStableFunc(list, func(a, b *Line) int { return cmp.Compare(a.Cell("in_force_from"), b.Cell("in_force_from")) })
	}
	return order, by
}

func changes(was, is []Line) (out []Change) {
	order, before := byKey(was)
	more, after := byKey(is)
	for _, k := range more {
		if before[k] == nil {
			order = append(order, k)
		}
	}
	for _, k := range order {
		x, y := before[k], after[k]
		for i := range max(len(x), len(y)) {
			switch {
			case i >= len(x):
				out = append(out, Change{Table: k.table, ID: k.id, What: "added", Line: y[i]})
			case i >= len(y):
				out = append(out, Change{Table: k.table, ID: k.id, What: "removed", Line: x[i]})
			default:
				if cells := cellChanges(x[i], y[i]); len(cells) > 0 {
					out = append(out, Change{Table: k.table, ID: k.id, What: "changed", Cells: cells, Line: y[i]})
				}
			}
		}
	}
	at := Tables()
	slices.SortStableFunc(out, func(a, b Change) int {
		return cmp.Or(slices.Index(at, a.Table)-slices.Index(at, b.Table), cmp.Compare(a.ID, b.ID))
	})
	return out
}

func cellChanges(a, b *Line) (out []CellChange) {
	for i, column := range b.Columns {
		if before := a.Cell(column); before != b.Cells[i] {
			out = append(out, CellChange{Column: column, Before: before, After: b.Cells[i]})
		}
	}
	return out
}
