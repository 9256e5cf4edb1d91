package trees

import (
	"fmt"
	"math"

	"hengxin/models"
)

// Violation is a pair of leaves against a declared direction: some row in Low and another in High differ only in the
// column, High's value is the greater, and the log odds move the wrong way.
type Violation struct {
	Tree      int
	Column    int // of the artifact
	Low, High int // leaves
	Fall      float64
}

// String says what was found.
func (v Violation) String() string {
	return fmt.Sprintf("tree %d, column %d: leaves %d and %d are off by %v log odds", v.Tree, v.Column, v.Low, v.High, v.Fall)
}

// box is the part of the space of rows that reaches a leaf.
type box struct {
	inputs []side
	value  int64
}

// side is what a leaf admits of one input.
type side struct {
	low, high float64 // of a number: low <= x < high
	cells     cellSet // of a category
	missing   bool    // admits missing (of a number)
}

// Prove checks the model against the directions of its columns: all pairs of leaves of every tree, which is all pairs of
// thresholds, in all combinations of the other columns. No violation in any tree proves the sum monotone; the converse
// does not hold, since one tree may make up for another. Special codes and missing stand outside the order.
func (m *Model) Prove() []Violation {
	var found []Violation
	for c := range m.specs {
		d := m.specs[c].Direction
		if d == 0 || m.specs[c].Type != models.Number {
			continue
		}
		for t := range m.parts.Trees {
			for _, v := range m.pairs(t, c) {
				if d < 0 {
					v.Fall = -v.Fall
				}
				if v.Fall > 0 {
					v.Tree, v.Column = t, c
					found = append(found, v)
				}
			}
		}
	}
	return found
}

// pairs returns every pair of leaves of a tree that a row can pass between by raising column c alone, with how far the
// log odds fall.
func (m *Model) pairs(tree, c int) []Violation {
	main := -1
	t := &m.parts.Trees[tree]
	for i, in := range m.parts.Inputs {
		if in.Column == c && in.Code == nil {
			main = i
		}
	}
	used := false
	for _, in := range t.Input {
		used = used || in == main
	}
	if !used {
		return nil
	}
	boxes := m.boxes(t)
	var out []Violation
	for a := range boxes {
		for b := range boxes {
			low, high := &boxes[a].inputs[main], &boxes[b].inputs[main]
			// a value of low below one of high: low's least is below high's upper end
			if a == b || !(low.low < high.high) || low.low >= low.high || high.low >= high.high || !m.meet(&boxes[a], &boxes[b], c) {
				continue
			}
			// boxes of one tree do not overlap: as they meet elsewhere, they are disjoint in the column
			if low.low < high.low {
				out = append(out, Violation{Low: a, High: b, Fall: float64(boxes[a].value-boxes[b].value) * unit})
			}
		}
	}
	return out
}

// meet reports whether some values of the columns other than c are admitted by both boxes, with column c not one of its
// codes.
func (m *Model) meet(a, b *box, c int) bool {
	for i := range m.parts.Inputs {
		in, p, q := &m.parts.Inputs[i], &a.inputs[i], &b.inputs[i]
		if in.Column == c {
			if in.Code != nil && (p.low > 0 || q.low > 0) {
				return false // a leaf for the code alone
			}
			continue
		}
		if m.specs[in.Column].Type == models.Category {
			if !meetCells(&p.cells, &q.cells) {
				return false
			}
			continue
		}
		if !(max(p.low, q.low) < min(p.high, q.high)) && !(p.missing && q.missing) {
			return false
		}
	}
	return true
}

func meetCells(a, b *cellSet) bool {
	for i := range a {
		if a[i]&b[i] != 0 {
			return true
		}
	}
	return false
}

// boxes returns what each leaf of t admits.
func (m *Model) boxes(t *Tree) []box {
	all := box{inputs: make([]side, len(m.parts.Inputs))}
	for i := range all.inputs {
		full := ^uint64(0)
		all.inputs[i] = side{low: math.Inf(-1), high: math.Inf(1), cells: cellSet{full, full, full, full}, missing: m.parts.Inputs[i].Code == nil}
	}
	out := make([]box, len(t.Values))
	at := make([]box, len(t.Input))
	put := func(child int, b box) {
		if child < 0 {
			b.value = t.Values[-1-child]
			out[-1-child] = b
			return
		}
		at[child] = b
	}
	if len(t.Input) == 0 {
		put(-1, all)
		return out
	}
	at[0] = all
	for i := range t.Input {
		left, right := m.cut(t, i, at[i])
		put(t.Left[i], left)
		put(t.Right[i], right)
	}
	return out
}

// cut divides a box at node i of t.
func (m *Model) cut(t *Tree, i int, b box) (left, right box) {
	left.inputs, right.inputs = append([]side{}, b.inputs...), append([]side{}, b.inputs...)
	in := &m.parts.Inputs[t.Input[i]]
	l, r := &left.inputs[t.Input[i]], &right.inputs[t.Input[i]]
	if m.specs[in.Column].Type == models.Category {
		var set cellSet
		for _, c := range in.Sets[t.Cut[i]] {
			set.add(c)
		}
		for k := range set {
			l.cells[k] &= set[k]
			r.cells[k] &^= set[k]
		}
		return left, right
	}
	edge := in.Edges[t.Cut[i]]
	l.high, r.low = min(l.high, edge), max(r.low, edge)
	l.missing, r.missing = l.missing && t.Missing[i] == 1, r.missing && t.Missing[i] == 0
	return left, right
}
