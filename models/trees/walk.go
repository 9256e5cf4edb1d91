package trees

import (
	"math"

	"hengxin/models"
)

// flatNode is a node with its children side by side: child where the slot's value is below cut, child+1 where it is not.
// The cut of a leaf is NaN and its child itself, so that a walk may stay there.
type flatNode struct {
	cut   float64
	slot  uint32
	child uint32
}

// flat is the form of trees in which rows are scored. A row is first laid out in slots: each number twice, with
// missing as +Inf for nodes that send it right and as -Inf for those that send it left, each code as 1 or 0, and each
// set of cells as -1 (a member) or 1 against a cut of 0. So one comparison decides at every node.
type flat struct {
	base   float64
	slots  []slot
	nodes  []flatNode
	values []float64 // by node; 0 of inner ones
	roots  []uint32
	depths []int
}

// slot says how a value of the row becomes a value of the slot.
type slot struct {
	column  int
	missing float64 // what missing becomes
	special []float64
	code    *float64
	cells   []int // of a category: by level; nil for numbers
	set     cellSet
}

// fill returns the slot's value for x.
func (s *slot) fill(x float64) float64 {
	switch {
	case s.cells != nil:
		cell := cellMissing
		if x < 0 {
			cell = cellOther
		} else if x == x {
			cell = s.cells[int(x)]
		}
		return 1 - 2*float64(s.set[cell>>6]>>(cell&63)&1)
	case s.code != nil:
		if x == *s.code {
			return 1
		}
		return 0
	case x != x:
		return s.missing
	}
	for _, code := range s.special {
		if x == code {
			return s.missing
		}
	}
	return x
}

// slotKey names a slot while slots are made: an input with a side for missing, or with a set.
type slotKey struct{ input, side int }

// flatten lays trees out.
func flatten(p *Parameters, specs []models.Spec) *flat {
	f := &flat{base: float64(p.Base) * unit}
	at := map[slotKey]uint32{}
	for i := range p.Trees {
		f.add(&p.Trees[i], p, specs, at)
	}
	return f
}

// slotOf returns the slot that node i of t reads and the cut it compares with.
func (f *flat) slotOf(t *Tree, i int, p *Parameters, specs []models.Spec, at map[slotKey]uint32) (uint32, float64) {
	in := &p.Inputs[t.Input[i]]
	category := specs[in.Column].Type == models.Category
	key, cut := slotKey{t.Input[i], t.Missing[i]}, 0.0
	if category {
		key.side = t.Cut[i]
	} else {
		cut = in.Edges[t.Cut[i]]
	}
	if id, ok := at[key]; ok {
		return id, cut
	}
	s := slot{column: in.Column, special: in.Special, code: in.Code, missing: math.Inf(1)}
	if t.Missing[i] == 1 {
		s.missing = math.Inf(-1)
	}
	if category {
		s.cells = in.Cells
		for _, c := range in.Sets[t.Cut[i]] {
			s.set.add(c)
		}
	}
	at[key] = uint32(len(f.slots))
	f.slots = append(f.slots, s)
	return at[key], cut
}

// add appends a tree, a level after the other.
func (f *flat) add(t *Tree, p *Parameters, specs []models.Spec, at map[slotKey]uint32) {
	type place struct {
		child int // node, or leaf as -1 - index
		id    uint32
	}
	root := uint32(len(f.nodes))
	f.roots, f.depths = append(f.roots, root), append(f.depths, t.depth())
	f.nodes, f.values = append(f.nodes, flatNode{}), append(f.values, 0)
	queue := []place{{0, root}}
	if len(t.Input) == 0 {
		queue[0].child = -1
	}
	for len(queue) > 0 {
		q := queue[0]
		queue = queue[1:]
		if q.child < 0 {
			f.nodes[q.id] = flatNode{cut: math.NaN(), child: q.id}
			f.values[q.id] = float64(t.Values[-1-q.child]) * unit
			continue
		}
		child := uint32(len(f.nodes))
		slot, cut := f.slotOf(t, q.child, p, specs, at)
		f.nodes[q.id] = flatNode{cut: cut, slot: slot, child: child}
		f.nodes, f.values = append(f.nodes, flatNode{}, flatNode{}), append(f.values, 0, 0)
		queue = append(queue, place{t.Left[q.child], child}, place{t.Right[q.child], child + 1})
	}
}

// step goes one node down.
func step(n *flatNode, row []float64) uint32 {
	right := uint32(0)
	if row[n.slot] >= n.cut {
		right = 1
	}
	return n.child + right
}

// LogOdds implements [models.Model]. It panics where x has another width than the artifact's columns.
func (m *Model) LogOdds(x []float64) float64 {
	if len(x) != m.columns {
		panic("trees: row of another width")
	}
	f := m.flat
	var buffer [128]float64
	row := buffer[:]
	if len(f.slots) > len(row) {
		row = make([]float64, len(f.slots))
	}
	for i := range f.slots {
		row[i] = f.slots[i].fill(x[f.slots[i].column])
	}
	return f.walk(row)
}

// walk sums the leaves of one row, four trees at a time. All values are multiples of 2^-30, so that their sum is exact
// in any order.
func (f *flat) walk(row []float64) float64 {
	nodes, sum, i := f.nodes, f.base, 0
	for ; i+4 <= len(f.roots); i += 4 {
		a, b, c, d := f.roots[i], f.roots[i+1], f.roots[i+2], f.roots[i+3]
		for range max(f.depths[i], f.depths[i+1], f.depths[i+2], f.depths[i+3]) {
			a, b = step(&nodes[a], row), step(&nodes[b], row)
			c, d = step(&nodes[c], row), step(&nodes[d], row)
		}
		sum += f.values[a] + f.values[b] + f.values[c] + f.values[d]
	}
	for ; i < len(f.roots); i++ {
		a := f.roots[i]
		for range f.depths[i] {
			a = step(&nodes[a], row)
		}
		sum += f.values[a]
	}
	return sum
}

// blockRows of a table are laid out and walked together, so that a tree stays in the first cache.
const blockRows = 64

// LogOddsOf writes the log odds of every row of a table into dst; columns are those of the artifact, by column and row,
// as [models.Artifact.Bind] gives them. It equals LogOdds of each row. It panics where there are fewer columns or rows.
func (m *Model) LogOddsOf(dst []float64, columns [][]float64) {
	if len(columns) != m.columns {
		panic("trees: table of another width")
	}
	f := m.flat
	width := len(f.slots)
	block := make([]float64, blockRows*max(1, width))
	for from := 0; from < len(dst); from += blockRows {
		out := dst[from:min(len(dst), from+blockRows)]
		for k := range f.slots {
			f.slots[k].fillColumn(block[k:], width, columns[f.slots[k].column][from:from+len(out)])
		}
		f.walkBlock(out, block, width)
	}
}

// fillColumn lays a column out.
func (s *slot) fillColumn(dst []float64, width int, values []float64) {
	if s.cells != nil || s.code != nil || len(s.special) > 0 {
		for i, x := range values {
			dst[i*width] = s.fill(x)
		}
		return
	}
	for i, x := range values {
		if x != x {
			x = s.missing
		}
		dst[i*width] = x
	}
}

// walkBlock walks four rows at a time through each tree.
func (f *flat) walkBlock(out, block []float64, width int) {
	for i := range out {
		out[i] = f.base
	}
	nodes, values := f.nodes, f.values
	for t, root := range f.roots {
		depth, i := f.depths[t], 0
		for ; i+4 <= len(out); i += 4 {
			p, q := block[i*width:(i+1)*width], block[(i+1)*width:(i+2)*width]
			r, s := block[(i+2)*width:(i+3)*width], block[(i+3)*width:(i+4)*width]
			a, b, c, d := root, root, root, root
			for range depth {
				a, b, c, d = step(&nodes[a], p), step(&nodes[b], q), step(&nodes[c], r), step(&nodes[d], s)
			}
			o := out[i : i+4]
			o[0] += values[a]
			o[1] += values[b]
			o[2] += values[c]
			o[3] += values[d]
		}
		for ; i < len(out); i++ {
			a, p := root, block[i*width:(i+1)*width]
			for range depth {
				a = step(&nodes[a], p)
			}
			out[i] += values[a]
		}
	}
}
