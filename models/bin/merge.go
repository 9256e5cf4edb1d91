package bin

import (
	"math"

	"hengxin/exact"
)

// value of a set of bins that break a rule.
var never = math.Inf(-1)

// likelihood is the largest log likelihood of the outcomes of a cell: e ln(e/w) + (w-e) ln((w-e)/w), in units of weight.
func likelihood(c Counts) float64 {
	w, e := float64(c.Weight), float64(c.Bad)
	g := float64(c.Weight - c.Bad)
	sum := 0.0
	if e > 0 {
		sum += float64(e * exact.Log(e/w))
	}
	if g > 0 {
		sum += float64(g * exact.Log(g/w))
	}
	return sum
}

// problem asks for the bins of cells under the rules.
func (r Rules) problem(cells []Counts, periods [][]Counts, o *Outcome, trend Trend) Problem {
	rows := int64(0)
	for _, c := range cells {
		rows += c.Rows
	}
	p := Problem{Cells: cells, Periods: periods, Objective: r.Objective, Trend: trend, scale: o.scale(), unproven: true, Limits: Limits{
		MinBins: r.MinBins, MaxBins: r.MaxBins, MinRows: max(1, int64(r.MinRows), int64(math.Ceil(float64(r.MinShare*float64(rows))))),
		MinEvents: int64(r.MinEvents), MinDiff: r.MinDiff, MaxP: r.MaxP, Strict: true}}
	if r.MaxShare > 0 {
		p.Limits.MaxRows = int64(math.Floor(float64(r.MaxShare * float64(rows))))
	}
	if p.Objective == "" {
		p.Objective, p.Limits.Penalty = Likelihood, r.penalty(o)
	}
	return p
}

// merge returns the best bins that the rules allow; one bin of all cells where none are.
func merge(cells []Counts, periods [][]Counts, o *Outcome, trend Trend, r Rules) *Solution {
	p := r.problem(cells, periods, o, trend)
	if r.Objective == Gini && (trend == Auto || trend == "") {
		p.Trend = Monotone
	}
	if p.Trend != Auto && p.Trend != "" {
		return orOne(Solve(p))
	}
	p.Trend = Monotone
	straight, err := Solve(p)
	p.Trend = Auto
	turned, err2 := Solve(p)
	switch {
	case err != nil:
		return orOne(turned, err2)
	case err2 != nil || r.Objective == KS || turned.Value-r.turn() <= straight.Value+float64(1e-12*math.Abs(straight.Value)):
		return straight
	}
	return turned
}

// turn is the handicap of a peak or valley against a straight course: it is stated in log likelihood.
func (r Rules) turn() float64 {
	if r.Objective == "" {
		return r.Turn
	}
	return 0
}

// orOne returns one bin where no merging keeps the limits.
func orOne(s *Solution, err error) *Solution {
	if err != nil {
		return &Solution{Trend: None}
	}
	return s
}

// maxLevels is the most levels that are merged by the exact search; more are first joined to so many cells.
const maxLevels = 200

// mergeLevels merges levels that stand in the order of their event rates.
func mergeLevels(levels []Counts, o *Outcome, r Rules) []int {
	if len(levels) == 0 {
		return nil
	}
	cells, first := levels, make([]int, len(levels))
	for i := range first {
		first[i] = i
	}
	if len(levels) > maxLevels {
		cells, first = nil, nil
		for i := range maxLevels {
			lo, hi := i*len(levels)/maxLevels, (i+1)*len(levels)/maxLevels
			var sum Counts
			for _, c := range levels[lo:hi] {
				sum.Add(c)
			}
			cells, first = append(cells, sum), append(first, lo)
		}
	}
	r.MinRows, r.MinShare = 0, 0 // rare levels are pooled already
	p := r.problem(cells, nil, o, None)
	if p.Objective == Gini {
		p.Trend = Ascending
	}
	var found []int
	switch r.Method {
	case ChiMerge, Tree:
		found = r.cuts(cells, o)
	default:
		found = orOne(Solve(p)).Cuts
	}
	var cuts []int
	for _, c := range found {
		cuts = append(cuts, first[c])
	}
	return cuts
}
