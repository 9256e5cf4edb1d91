package bin

import (
	"slices"

	"hengxin/exact"
	"hengxin/models"
)

// Fit bins one column of a frame that passed its Check. The result rests on the counts alone: not on the order of rows.
//
// It returns [models.ErrInvalid] for rules or plans that cannot be followed. A column that cannot be cut (constant, too
// few rows, no evidence) is no error: it has one merged bin.
func Fit(c *models.Column, o *Outcome, plan Plan, r Rules) (*Variable, error) {
	f, err := Count(c, o, plan, r)
	if err != nil {
		return nil, err
	}
	return f.Bin(), nil
}

// Bin merges the cells into the bins of a variable.
func (f *Fine) Bin() *Variable {
	v, _ := f.bin(f.counts, &f.base)
	return v
}

// CrossFit writes to dst, for each row, the WoE of bins that were made without the fold of the row; the cells are those
// of all rows. fold holds the fold of each row, from 0 to folds-1.
func (f *Fine) CrossFit(dst []float64, o *Outcome, fold []uint8, folds int) {
	counts := make([][]Counts, folds)
	for k := range counts {
		counts[k] = make([]Counts, len(f.counts))
	}
	for i, cell := range f.cell {
		counts[fold[i]][cell].Add(o.row(i))
	}
	woe := make([][]float64, folds)
	for k, own := range counts {
		base := f.base
		for cell, c := range own {
			base.Total.subtract(c)
			own[cell] = f.counts[cell]
			own[cell].subtract(c)
		}
		v, place := f.bin(own, &base)
		woe[k] = make([]float64, len(place))
		for cell, b := range place {
			woe[k][cell] = v.Bins[b].WoE
		}
	}
	for i, cell := range f.cell {
		dst[i] = woe[fold[i]][cell]
	}
}

// bin makes a variable of counts by cell, and says in which bin each cell is.
func (f *Fine) bin(counts []Counts, base *Outcome) (v *Variable, place []int) {
	if f.column.Type == models.Category {
		return f.binLevels(counts, base)
	}
	cells := len(f.edges) + 1
	found := f.mergeNumbers(counts[:cells], base)
	v = &Variable{Name: f.column.Name, Type: models.Number, Trend: found.Trend, Edges: []float64{}, Special: f.special}
	for _, cut := range found.Cuts {
		v.Edges = append(v.Edges, f.edges[cut-1])
	}
	v.weigh(append(join(counts[:cells], found.Cuts), counts[cells:]...), base, f.rules)
	v.FineAUC = fineAUC(counts, base, f.rules)
	at := 0
	for cell := range counts {
		if at < len(found.Cuts) && found.Cuts[at] == cell || cell >= cells {
			at++
		}
		place = append(place, at)
	}
	return v, place
}

// knownTrend reports whether Solve knows what to do.
func knownTrend(t Trend) bool {
	return slices.Contains([]Trend{"", Auto, Monotone, Ascending, Descending, Peak, Valley, Concave, Convex, None}, t)
}

// join adds up the cells between cuts.
func join(counts []Counts, cuts []int) []Counts {
	out := make([]Counts, len(cuts)+1)
	at := 0
	for i, c := range counts {
		if at < len(cuts) && cuts[at] == i {
			at++
		}
		out[at].Add(c)
	}
	return out
}

// binLevels sorts the levels that are not rare by their smoothed event rate and merges neighbours.
func (f *Fine) binLevels(counts []Counts, base *Outcome) (v *Variable, place []int) {
	n, r := len(f.column.Levels), f.rules
	v = &Variable{Name: f.column.Name, Type: models.Category, Trend: Ascending, Edges: []float64{}, Special: []float64{},
		Levels: f.column.Levels, Groups: make([]int, n)}
	var rare Counts
	var kept []int
	if f.plan.Cut != nil {
		return f.binGroups(v, counts, base)
	}
	for i, c := range counts[:n] {
		v.Groups[i] = -1
		if c.Rows < int64(max(r.MinRows, 1)) {
			rare.Add(c)
			continue
		}
		kept = append(kept, i)
	}
	sorted := f.byRate(kept, counts, base)
	cuts := mergeLevels(sorted, base, r)
	at := 0
	for i, k := range kept {
		if at < len(cuts) && cuts[at] == i {
			at++
		}
		v.Groups[k] = at
	}
	merged := join(sorted, cuts)
	if len(kept) == 0 {
		merged = nil
	}
	v.FineAUC = fineAUC(append(slices.Clone(sorted), counts[n], rare, counts[n+1]), base, r)
	return v.finishLevels(append(merged, counts[n], rare, counts[n+1]), base, r)
}

// finishLevels weighs the bins of a category whose Groups are set, and says in which bin each cell is.
func (v *Variable) finishLevels(counts []Counts, base *Outcome, r Rules) (_ *Variable, place []int) {
	v.weigh(counts, base, r)
	if last := len(v.Bins) - 1; v.Bins[last].Rows == 0 {
		v.Bins[last].WoE = max(0, v.Bins[v.Rare()].WoE)
	}
	for _, g := range v.Groups {
		if g < 0 {
			g = v.Rare()
		}
		place = append(place, g)
	}
	return v, append(place, v.Missing(), len(v.Bins)-1)
}

// byRate sorts the levels in kept by smoothed event rate and returns their counts in that order.
func (f *Fine) byRate(kept []int, counts []Counts, base *Outcome) []Counts {
	p, scale := float64(base.Total.Bad)/float64(base.Total.Weight), base.scale()
	rate := func(k int) float64 { return smoothRate(counts[k], f.rules.Smoothing, p, scale) }
	slices.SortStableFunc(kept, func(a, b int) int {
		if c := compareNumbers(rate(a), rate(b)); c != 0 {
			return c
		}
		return a - b
	})
	sorted := make([]Counts, len(kept))
	for i, k := range kept {
		sorted[i] = counts[k]
	}
	return sorted
}

// compareNumbers orders numbers none of which is NaN.
func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// weigh fills the bins and the measures of v.
func (v *Variable) weigh(counts []Counts, o *Outcome, r Rules) {
	scale := o.scale()
	total := float64(float64(o.Total.Weight) * scale)
	bad := float64(float64(o.Total.Bad) * scale)
	good := total - bad
	v.Bins = make([]Bin, len(counts))
	for i, c := range counts {
		b := Bin{Rows: c.Rows, Events: c.Events, Weight: float64(c.Weight) * o.Unit, Bad: float64(c.Bad) * o.Unit}
		if c.Rows > 0 && bad > 0 && good > 0 {
			b.WoE = woe(float64(float64(c.Bad)*scale), float64(float64(c.Weight-c.Bad)*scale), r.Smoothing, bad/total)
			v.IV += float64((float64(float64(c.Bad)*scale/bad) - float64(float64(c.Weight-c.Bad)*scale/good)) * b.WoE)
		}
		v.Bins[i] = b
	}
	v.AUC = aucOfBins(v.Bins)
}

// fineAUC is the area under the curve of the smoothed event rates of fine cells: what the column could tell at most.
func fineAUC(counts []Counts, o *Outcome, r Rules) float64 {
	bins, p, scale := make([]Bin, len(counts)), float64(o.Total.Bad)/float64(o.Total.Weight), o.scale()
	for i, c := range counts {
		bins[i] = Bin{Weight: float64(c.Weight), Bad: float64(c.Bad)}
		if c.Rows > 0 {
			bins[i].WoE = smoothRate(c, r.Smoothing, p, scale)
		}
	}
	return aucOfBins(bins)
}

// woe is the weight of evidence of e bad and n good rows with s rows of rate p added. Without smoothing, a side without
// rows counts as half a row, so that the result is finite.
func woe(e, n, s, p float64) float64 {
	if s == 0 && (e == 0 || n == 0) {
		e, n = e+0.5, n+0.5
	}
	return exact.Log((e+float64(s*p))/(n+float64(s*(1-p)))) - exact.Log(p/(1-p))
}

// aucOfBins is the area under the curve of the WoE as a score, by weight; 0.5 where one class is empty.
func aucOfBins(bins []Bin) float64 {
	sorted := slices.Clone(bins)
	slices.SortStableFunc(sorted, func(a, b Bin) int { return compareNumbers(a.WoE, b.WoE) })
	area, good, bad := 0.0, 0.0, 0.0
	for i := 0; i < len(sorted); {
		e, n, j := 0.0, 0.0, i
		for ; j < len(sorted) && sorted[j].WoE == sorted[i].WoE; j++ {
			e += sorted[j].Bad
			n += sorted[j].Weight - sorted[j].Bad
		}
		area += float64(e * (good + float64(n/2)))
		good += n
		bad += e
		i = j
	}
	if good == 0 || bad == 0 {
		return 0.5
	}
	return area / (good * bad)
}
