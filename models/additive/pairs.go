package additive

import (
	"cmp"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// coarsen joins neighbouring bins of a variable into at most so many of about equal rows; levels of a category are joined in
// the order of their WoE. Bins that stand alone stay so. place is the bin of each bin of v.
func coarsen(v *bin.Variable, most int) (out *bin.Variable, place []int) {
	merged := v.Merged()
	order := make([]int, merged)
	for i := range order {
		order[i] = i
	}
	if v.Type == models.Category {
		slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(v.Bins[a].WoE, v.Bins[b].WoE), a-b) })
	}
	left := int64(0)
	for _, b := range v.Bins[:merged] {
		left += b.Rows
	}
	place = make([]int, len(v.Bins))
	out = &bin.Variable{Name: v.Name, Type: v.Type, Trend: bin.None, Edges: []float64{}, Special: v.Special, Levels: v.Levels}
	group, rows := 0, int64(0)
	for k, b := range order {
		if k > 0 && group+1 < most && (merged <= most || rows*int64(most-group) >= left) {
			left -= rows
			group, rows = group+1, 0
			if v.Type == models.Number {
				out.Edges = append(out.Edges, v.Edges[b-1])
			}
		}
		rows += v.Bins[b].Rows
		place[b] = group
	}
	groups := group + 1
	if merged == 0 {
		groups = 0
	}
	for b := merged; b < len(v.Bins); b++ {
		place[b] = groups + b - merged
	}
	if v.Type == models.Category {
		out.Groups = make([]int, len(v.Groups))
		for l, g := range v.Groups {
			if out.Groups[l] = g; g >= 0 {
				out.Groups[l] = place[g]
			}
		}
	}
	out.Bins = make([]bin.Bin, groups+len(v.Bins)-merged)
	for b, from := range v.Bins {
		to := &out.Bins[place[b]]
		to.Rows, to.Events, to.Weight, to.Bad = to.Rows+from.Rows, to.Events+from.Events, to.Weight+from.Weight, to.Bad+from.Bad
	}
	return out, place
}

// pair is a pair of columns, by place among the terms of columns, with its table of cells.
type pair struct {
	a, b   int
	va, vb *bin.Variable
	term   *term
	gain   float64
}

// rank returns the pairs with most to gain in the gradients of rows at log odds that were made without them, best first.
func (w *work) rank(odds []int32) []*pair {
	var all []*pair
	coarse, place := make([]*bin.Variable, len(w.vars)), make([][]int, len(w.vars))
	for c, v := range w.vars {
		if w.terms[c].direction == 0 && usable(v) {
			coarse[c], place[c] = coarsen(v, w.recipe.PairCells)
		}
	}
	for a := range w.vars {
		for b := a + 1; b < len(w.vars); b++ {
			if coarse[a] != nil && coarse[b] != nil {
				all = append(all, &pair{a: a, b: b, va: coarse[a], vb: coarse[b]})
			}
		}
	}
	models.Parallel(w.threads, len(all), func(i int) { w.measure(all[i], place, odds) })
	slices.SortStableFunc(all, func(x, y *pair) int { return cmp.Compare(y.gain, x.gain) })
	most := w.recipe.Pairs
	if most < 0 {
		most = 100
	}
	all = all[:min(most, len(all))]
	for _, p := range all {
		w.fill(p, place)
	}
	return all
}

// usable reports whether more than one bin has rows.
func usable(v *bin.Variable) bool {
	n := 0
	for _, b := range v.Bins {
		if b.Rows > 0 {
			n++
		}
	}
	return n > 1
}

// measure finds what four quadrants of the pair would gain.
func (w *work) measure(p *pair, place [][]int, odds []int32) {
	width := len(p.vb.Bins)
	hist, rows := make([]sum, len(p.va.Bins)*width), make([]int64, len(p.va.Bins)*width)
	ca, cb := w.terms[p.a].cell, w.terms[p.b].cell
	for i, o := range odds {
		at := slope[point(o)]
		g := at >> 32
		if w.outcome.Bad[i] {
			g -= one
		}
		c := place[p.a][ca[i]]*width + place[p.b][cb[i]]
		hist[c].add(sum{w.weight[i] * g, w.weight[i] * (at & (1<<32 - 1))})
		rows[c]++
	}
	s := &stepper{recipe: w.recipe, ridge: w.ridge}
	p.gain = s.plane(make([]int32, len(hist)), len(p.va.Bins), width, hist, rows)
}

// fill finds the cell of each row.
func (w *work) fill(p *pair, place [][]int) {
	width := len(p.vb.Bins)
	p.term = &term{axis: axis{cells: len(p.va.Bins) * width}, width: width, cell: make([]uint16, len(w.folds))}
	ca, cb := w.terms[p.a].cell, w.terms[p.b].cell
	for i := range p.term.cell {
		p.term.cell[i] = uint16(place[p.a][ca[i]]*width + place[p.b][cb[i]])
	}
}
