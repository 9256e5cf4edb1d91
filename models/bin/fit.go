package bin

import (
	"fmt"
	"math"
	"slices"

	"hengxin/exact"
	"hengxin/models"
)

// Fit bins one column of a frame that passed its Check. The result rests on the counts alone: not on the order of rows.
//
// It returns [models.ErrInvalid] for rules or plans that cannot be followed. A column that cannot be cut (constant, too
// few rows, no evidence) is no error: it has one merged bin.
func Fit(c *models.Column, o *Outcome, plan Plan, r Rules) (*Variable, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if len(c.Values) != len(o.Bad) {
		return nil, fmt.Errorf("bin column %q: %d values for %d outcomes: %w", c.Name, len(c.Values), len(o.Bad), models.ErrInvalid)
	}
	if c.Type == models.Category {
		if plan.Trend != "" && plan.Trend != Auto || len(plan.Special) > 0 {
			return nil, fmt.Errorf("bin column %q: a category has no trend and no special codes; declare it a number: %w", c.Name, models.ErrInvalid)
		}
		return fitCategory(c, o, r), nil
	}
	special := slices.Clone(plan.Special)
	slices.Sort(special)
	special = slices.Compact(special)
	if !models.Ascending(special) {
		return nil, fmt.Errorf("bin column %q: special codes %v must be finite: %w", c.Name, special, models.ErrInvalid)
	}
	fine := countNumber(c.Values, o, special, r.PreBins)
	found, err := merge(fine.counts, o, plan.Trend, r)
	if err != nil {
		return nil, fmt.Errorf("bin column %q: %w", c.Name, err)
	}
	v := &Variable{Name: c.Name, Type: models.Number, Trend: found.trend, Edges: []float64{}, Special: special}
	for _, cut := range found.cuts {
		v.Edges = append(v.Edges, fine.edges[cut-1])
	}
	v.weigh(append(append(join(fine.counts, found.cuts), fine.special...), fine.missing), o, r)
	v.FineAUC = fineAUC(slices.Concat(fine.counts, fine.special, []Counts{fine.missing}), o, r)
	return v, nil
}

// merge picks the merging that the trend asks for.
func merge(counts []Counts, o *Outcome, trend Trend, r Rules) (merging, error) {
	rows := int64(0)
	for _, c := range counts {
		rows += c.Rows
	}
	least := max(int64(r.MinRows), int64(math.Ceil(float64(r.MinShare*float64(rows)))))
	s := sizes{rows: least, events: int64(r.MinEvents), penalty: r.penalty(o), scale: o.scale()}
	for {
		found, err := newMerger(counts, s).best(trend, r)
		if err != nil || len(found.cuts) < r.MaxBins {
			return found, err
		}
		s.penalty = float64(1.25*s.penalty) + 0.01
	}
}

func (m *merger) best(trend Trend, r Rules) (merging, error) {
	switch trend {
	case Ascending:
		return m.monotone(1, Ascending), nil
	case Descending:
		return m.monotone(-1, Descending), nil
	case Peak:
		return m.turn(1, Peak), nil
	case Valley:
		return m.turn(-1, Valley), nil
	case None:
		return m.free(), nil
	case Monotone:
		return better(m.monotone(1, Ascending), m.monotone(-1, Descending), 0), nil
	case Auto, "":
		straight := better(m.monotone(1, Ascending), m.monotone(-1, Descending), 0)
		turned := better(m.turn(1, Peak), m.turn(-1, Valley), 0)
		return better(straight, turned, r.Turn), nil
	}
	return merging{}, fmt.Errorf("trend %q: %w", trend, models.ErrInvalid)
}

// better returns b where it is worth more than a by more than the handicap, and by more than rounding makes up.
func better(a, b merging, handicap float64) merging {
	if a.value == never && b.value != never || b.value-handicap > a.value+float64(1e-12*math.Abs(a.value)) {
		return b
	}
	return a
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

// fitCategory sorts the levels that are not rare by their smoothed event rate and merges neighbours.
func fitCategory(c *models.Column, o *Outcome, r Rules) *Variable {
	l := countCategory(c, o)
	v := &Variable{Name: c.Name, Type: models.Category, Trend: Ascending, Edges: []float64{}, Special: []float64{},
		Levels: c.Levels, Groups: make([]int, len(c.Levels))}
	p, scale := float64(o.Total.Bad)/float64(o.Total.Weight), o.scale()
	var rare Counts
	var kept []int
	for i, n := range l.counts {
		v.Groups[i] = -1
		if n.Rows < int64(max(r.MinRows, 1)) {
			rare.Add(n)
			continue
		}
		kept = append(kept, i)
	}
	slices.SortStableFunc(kept, func(a, b int) int {
		ra, rb := smoothRate(l.counts[a], r.Smoothing, p, scale), smoothRate(l.counts[b], r.Smoothing, p, scale)
		switch {
		case ra < rb:
			return -1
		case ra > rb:
			return 1
		}
		return a - b
	})
	counts := make([]Counts, len(kept))
	for i, k := range kept {
		counts[i] = l.counts[k]
	}
	cuts := mergeLevels(counts, o, r)
	at := 0
	for i, k := range kept {
		if at < len(cuts) && cuts[at] == i {
			at++
		}
		v.Groups[k] = at
	}
	merged := join(counts, cuts)
	if len(kept) == 0 {
		merged = nil
	}
	v.weigh(append(merged, l.missing, rare, l.unseen), o, r)
	v.FineAUC = fineAUC(append(slices.Clone(counts), l.missing, rare, l.unseen), o, r)
	if last := len(v.Bins) - 1; v.Bins[last].Rows == 0 {
		v.Bins[last].WoE = max(0, v.Bins[v.Rare()].WoE)
	}
	return v
}

// maxLevels is the most levels that are merged by the exact search; more are first joined to so many cells.
const maxLevels = 200

func mergeLevels(counts []Counts, o *Outcome, r Rules) []int {
	if len(counts) == 0 {
		return nil
	}
	cells, first := counts, make([]int, len(counts))
	for i := range first {
		first[i] = i
	}
	if len(counts) > maxLevels {
		cells, first = nil, nil
		for i := range maxLevels {
			lo, hi := i*len(counts)/maxLevels, (i+1)*len(counts)/maxLevels
			var sum Counts
			for _, c := range counts[lo:hi] {
				sum.Add(c)
			}
			cells, first = append(cells, sum), append(first, lo)
		}
	}
	s := sizes{rows: 1, penalty: r.penalty(o), scale: o.scale()}
	for {
		found := newMerger(cells, s).free()
		if len(found.cuts) < r.MaxBins {
			cuts := make([]int, len(found.cuts))
			for i, c := range found.cuts {
				cuts[i] = first[c]
			}
			return cuts
		}
		s.penalty = float64(1.25*s.penalty) + 0.01
	}
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
	slices.SortStableFunc(sorted, func(a, b Bin) int {
		switch {
		case a.WoE < b.WoE:
			return -1
		case a.WoE > b.WoE:
			return 1
		}
		return 0
	})
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
