package trees

import (
	"math"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// assembly turns grown trees into parameters: only columns, edges and sets that some tree asks for are kept.
type assembly struct {
	bins    *Bins
	frame   *models.Frame
	bags    []bag
	columns []int // of the frame, that are used; ascending
	inputs  []int // by input of the bins: its place among the parameters, or -1
	cuts    []map[int]int
	sets    []map[cellSet]int
	fitted  *Fitted
}

// assemble averages the bags.
func (a *assembly) assemble() *Parameters {
	p := &Parameters{Trees: []Tree{}}
	a.survey(p)
	n := int64(len(a.bags))
	for k := range a.bags {
		b := &a.bags[k]
		p.Base += b.base
		for _, t := range b.trees {
			out := a.tree(t, p)
			for i := range out.Values {
				out.Values[i] = divideEven(out.Values[i], n)
			}
			p.Trees = append(p.Trees, out)
		}
		a.fitted.Bags = append(a.fitted.Bags, Bag{Trees: len(b.trees), Losses: b.losses})
	}
	p.Base = divideEven(p.Base, n)
	return p
}

// divideEven divides integers, rounding to the nearest; halves away from 0.
func divideEven(v, n int64) int64 {
	if v < 0 {
		return -((-v + n/2) / n)
	}
	return (v + n/2) / n
}

// survey finds the inputs, edges and sets in use.
func (a *assembly) survey(p *Parameters) {
	n := len(a.bins.inputs)
	a.inputs, a.cuts, a.sets = make([]int, n), make([]map[int]int, n), make([]map[cellSet]int, n)
	cells := make([][]int, n)
	used := make([]bool, len(a.frame.Columns))
	a.fitted.Columns = make([]Use, len(used))
	for c := range used {
		a.fitted.Columns[c].Name = a.frame.Columns[c].Name
	}
	for k := range a.bags {
		for _, t := range a.bags[k].trees {
			for i := range t.nodes {
				s := &t.nodes[i].split
				cells[s.input] = append(cells[s.input], s.cell)
				c := a.bins.inputs[s.input].column
				used[c] = true
				a.fitted.Columns[c].Splits++
				a.fitted.Columns[c].Gain += s.gain
			}
		}
	}
	for c, u := range used {
		if u {
			a.columns = append(a.columns, c)
		}
	}
	for i := range a.bins.inputs {
		a.inputs[i] = -1
		if len(cells[i]) > 0 {
			a.inputs[i] = len(p.Inputs)
			p.Inputs = append(p.Inputs, a.input(i, cells[i]))
		}
	}
}

// input writes input i with the edges above the given cells.
func (a *assembly) input(i int, cells []int) Input {
	in := &a.bins.inputs[i]
	at, _ := slices.BinarySearch(a.columns, in.column)
	out := Input{Column: at, Special: in.special}
	if in.coded {
		out.Code = &in.code
	}
	if in.category {
		a.sets[i] = map[cellSet]int{}
		out.Cells = make([]int, len(in.levels))
		for l, c := range in.levels {
			out.Cells[l] = int(c)
		}
		return out
	}
	slices.Sort(cells)
	a.cuts[i] = map[int]int{}
	for _, c := range slices.Compact(cells) {
		// the last cell's upper edge stands for all values against missing
		edge := math.MaxFloat64
		if c-1 < len(in.edges) {
			edge = in.edges[c-1]
		}
		a.cuts[i][c] = len(out.Edges)
		out.Edges = append(out.Edges, edge)
	}
	return out
}

// tree writes a tree.
func (a *assembly) tree(t *tree, p *Parameters) Tree {
	out := Tree{Input: []int{}, Cut: []int{}, Missing: []int{}, Left: []int{}, Right: []int{}, Values: slices.Clone(t.values), Rows: t.rows}
	for i := range t.nodes {
		n := &t.nodes[i]
		in := n.split.input
		out.Input = append(out.Input, a.inputs[in])
		out.Left, out.Right = append(out.Left, n.left), append(out.Right, n.right)
		missing, cut := 0, 0
		if a.bins.inputs[in].category {
			cut = a.set(in, n.split.set, p)
		} else {
			cut = a.cuts[in][n.split.cell]
			if n.split.missingLeft && !a.bins.inputs[in].coded {
				missing = 1
			}
		}
		out.Cut, out.Missing = append(out.Cut, cut), append(out.Missing, missing)
	}
	return out
}

// set returns the place of a set among those of its input.
func (a *assembly) set(in int, s cellSet, p *Parameters) int {
	if at, ok := a.sets[in][s]; ok {
		return at
	}
	to := &p.Inputs[a.inputs[in]]
	cells := []int{}
	for c := range 256 {
		if s.has(c) {
			cells = append(cells, c)
		}
	}
	a.sets[in][s] = len(to.Sets)
	to.Sets = append(to.Sets, cells)
	return len(to.Sets) - 1
}

// spec describes a column.
func (r Recipe) spec(c *models.Column) models.Spec {
	rules := r.Columns[c.Name]
	s := models.Spec{Name: c.Name, Type: c.Type, Levels: c.Levels, Direction: rules.Direction, Reason: rules.Reason, Text: rules.Text}
	if s.Reason == "" {
		s.Reason = c.Name
	}
	if s.Text.En == "" {
		s.Text.En = c.Name
	}
	if s.Text.Zh == "" {
		s.Text.Zh = c.Name
	}
	return s
}

// describe notes what was fitted on.
func (o *objective) describe(p *models.Provenance, f *models.Frame) {
	p.Rows, p.Events = f.Rows(), 0
	all, bad, heaviest := int64(0), int64(0), 1.0
	if f.Weights != nil {
		heaviest = slices.Max(f.Weights)
	}
	for i, y := range o.bad {
		p.Events += int(y)
		all += o.weight(i)
		bad += o.weight(i) * int64(y)
	}
	p.Weight, p.BadWeight = float64(all)/(1<<weightBits)*heaviest, float64(bad)/(1<<weightBits)*heaviest
}

// reference counts the rows of the fit by points and by the cells of each column, in units of weight.
func (a *assembly) reference(art *models.Artifact, m *Model, goal *objective, threads int) error {
	bound, err := art.Bind(a.frame)
	if err != nil {
		return err
	}
	points := make([]float64, a.frame.Rows())
	const block = 1 << 14
	models.Parallel(threads, (len(points)+block-1)/block, func(k int) {
		from, to := k*block, min(len(points), (k+1)*block)
		rows := make([][]float64, len(bound))
		for c := range bound {
			rows[c] = bound[c][from:to]
		}
		a.score(m, points[from:to], rows, from)
		for i, z := range points[from:to] {
			points[from+i] = art.Scale.Points(z)
		}
	})
	scale := 1.0 / (1 << weightBits)
	if a.frame.Weights != nil {
		scale *= slices.Max(a.frame.Weights)
	}
	count := func(name string, edges []float64, levels int, values []float64) models.Histogram {
		// sums of whole weights first: they do not depend on the order of rows
		h := models.NewHistogram(name, edges, levels, values, func(i int) float64 { return float64(goal.weight(i)) })
		for i := range h.Counts {
			h.Counts[i] *= scale
		}
		h.Missing *= scale
		return h
	}
	art.Reference.Points = count("points", tenths(points), 0, points)
	art.Reference.Columns = make([]models.Histogram, len(a.columns))
	models.Parallel(threads, len(a.columns), func(k int) {
		s := &art.Columns[k]
		var edges []float64
		if s.Type == models.Number {
			edges = tenths(bound[k])
		}
		art.Reference.Columns[k] = count(s.Name, edges, len(s.Levels), bound[k])
	})
	return nil
}

// score writes log odds of rows from on. A single bag that kept all its trees has them already.
func (a *assembly) score(m *Model, dst []float64, rows [][]float64, from int) {
	if len(a.bags) > 1 || a.bags[0].score == nil {
		m.LogOddsOf(dst, rows)
		return
	}
	for i := range dst {
		dst[i] = float64(a.bags[0].score[from+i]) * unit
	}
}

// tenths returns up to nine distinct values that cut values into about equal parts.
func tenths(values []float64) []float64 {
	keys := make([]uint64, 0, len(values))
	for _, x := range values {
		if x == x {
			keys = append(keys, bin.OrderKey(x))
		}
	}
	keys = radixSort(keys, nil)
	edges := []float64{}
	for d := 1; d < 10 && len(keys) > 0; d++ {
		if k := keys[d*len(keys)/10]; k > keys[0] && (len(edges) == 0 || valueOf(k) > edges[len(edges)-1]) {
			edges = append(edges, valueOf(k))
		}
	}
	return edges
}

// learn notes which columns were never missing in the fit.
func (m *Model) learn(r *models.Reference) {
	m.complete = make([]bool, m.columns)
	for c := range r.Columns {
		m.complete[c] = r.Columns[c].Missing == 0
	}
}

// Novel calls f for each column whose value in x training never saw, with its place and in what way. An unseen level is
// scored like the pooled rare ones where there are any; it and a value missing for the first time go with the larger side of
// each split otherwise.
func (m *Model) Novel(x []float64, f func(column int, what string)) {
	for c, v := range x {
		switch {
		case v != v && m.complete[c]:
			f(c, "missing, which training never saw")
		case m.specs[c].Type == models.Category && v == models.Unseen:
			f(c, "unseen level")
		}
	}
}

// Points returns the points of x: what the scale makes of LogOdds.
func (m *Model) Points(x []float64) float64 { return m.scale.Points(m.LogOdds(x)) }
