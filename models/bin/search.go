package bin

import (
	"math"
	"slices"

	"hengxin/exact"
)

// search holds a problem's tables. A bin is named by its first cell i and the cell after its last j, as i*(n+1)+j. A state
// is a bin with the phase of the trend (before or after its turn) and, for Concave and Convex, the bin before it.
type search struct {
	p     *Problem
	n     int
	worth []float64 // by bin; never where a limit on single bins forbids it
	rate  []float64 // by bin
	sums  []Counts  // before each cell
	parts [][]Counts
	scale float64 // effective rows in a unit of weight
	alpha float64 // chi-squared that neighbours must exceed
}

func newSearch(p *Problem) *search {
	n := len(p.Cells)
	s := &search{p: p, n: n, worth: make([]float64, (n+1)*(n+1)), rate: make([]float64, (n+1)*(n+1)), sums: prefix(p.Cells)}
	for _, period := range p.Periods {
		s.parts = append(s.parts, prefix(period))
	}
	if all := s.sums[n]; p.scale > 0 {
		s.scale = p.scale
	} else if all.Weight > 0 {
		s.scale = float64(all.Rows) / float64(all.Weight)
	}
	if p.Limits.MaxP > 0 {
		s.alpha = chiSquared(p.Limits.MaxP)
	}
	for i := range n {
		for j := i + 1; j <= n; j++ {
			c := between(s.sums, i, j)
			s.rate[s.at(i, j)] = float64(c.Bad) / float64(c.Weight)
			s.worth[s.at(i, j)] = s.value(i, c)
		}
	}
	return s
}

func prefix(cells []Counts) []Counts {
	sums := make([]Counts, len(cells)+1)
	for i, c := range cells {
		sums[i+1] = sums[i]
		sums[i+1].Add(c)
	}
	return sums
}

// between adds up the cells i to j-1.
func between(sums []Counts, i, j int) Counts {
	c := sums[j]
	c.subtract(sums[i])
	return c
}

func (s *search) at(i, j int) int { return i*(s.n+1) + j }

// value is what the bin that begins at cell i is worth alone; never where a limit forbids it.
func (s *search) value(i int, c Counts) float64 {
	l, all := s.p.Limits, s.sums[s.n]
	if c.Rows < max(1, l.MinRows) || l.MaxRows > 0 && c.Rows > l.MaxRows || c.Events < l.MinEvents || c.Rows-c.Events < l.MinEvents {
		return never
	}
	b, g := float64(c.Bad), float64(c.Weight-c.Bad)
	bads, goods := float64(all.Bad), float64(all.Weight-all.Bad)
	p, q := g/goods, b/bads
	switch s.p.Objective {
	case Likelihood:
		return float64(likelihood(c)*s.scale) - l.Penalty
	case IV:
		if b == 0 || g == 0 {
			return never
		}
		return float64((p-q)*exact.Log(p/q)) - l.Penalty
	case JS:
		m := (p + q) / 2
		return float64((plogp(p, p/m)+plogp(q, q/m))/2) - l.Penalty
	case Gini:
		area := float64(2*q*(float64(s.sums[i].Weight-s.sums[i].Bad)/goods+float64(p/2))) - q // its part of 2 AUC - 1
		if s.p.Trend == Descending {
			area = -area
		}
		return area - l.Penalty
	}
	return math.Abs(float64(s.sums[i].Bad)/bads - float64(s.sums[i].Weight-s.sums[i].Bad)/goods) // KS: the gap at its first border
}

func plogp(p, ratio float64) float64 {
	if p == 0 {
		return 0
	}
	return float64(p * exact.Log(ratio))
}

// join is the objective of a course of value v with one more bin of the given worth.
func (s *search) join(v, worth float64) float64 {
	if worth == never {
		return never
	}
	if s.p.Objective == KS {
		return max(v, worth)
	}
	return v + worth
}

// The ways in which a bin may follow another.
const (
	rises = 1 << iota
	falls
)

// follow says in which ways bin (i,j) may follow (h,i): rises, falls, both where the rates are equal and that is allowed, or
// 0. Without a trend only the limits on neighbours speak.
func (s *search) follow(h, i, j int) int {
	a, b := s.rate[s.at(h, i)], s.rate[s.at(i, j)]
	l := &s.p.Limits
	if d := math.Abs(b - a); d < l.MinDiff || l.Strict && d == 0 && s.p.Trend != None {
		return 0
	}
	if l.MaxP > 0 && s.alike(h, i, j) {
		return 0
	}
	ways := rises | falls
	if b > a {
		ways = rises
	} else if b < a {
		ways = falls
	}
	for _, sums := range s.parts {
		x, y := between(sums, h, i), between(sums, i, j)
		if x.Weight == 0 || y.Weight == 0 {
			continue
		}
		before, after := float64(x.Bad)/float64(x.Weight), float64(y.Bad)/float64(y.Weight)
		if after < before {
			ways &^= rises
		} else if after > before {
			ways &^= falls
		}
	}
	return ways
}

// alike reports whether the event rates of neighbouring bins may be equal by the pooled two-proportion z-test.
func (s *search) alike(h, i, j int) bool {
	a, b := between(s.sums, h, i), between(s.sums, i, j)
	x, y := float64(float64(a.Weight)*s.scale), float64(float64(b.Weight)*s.scale)
	pool := float64(a.Bad+b.Bad) / float64(a.Weight+b.Weight)
	v := float64(pool*(1-pool)) * (1/x + 1/y)
	if v == 0 {
		return true
	}
	d := s.rate[s.at(i, j)] - s.rate[s.at(h, i)]
	return float64(d*d) < float64(v*s.alpha)
}

// curve says whether three bins in a row bend the way that Concave or Convex wants.
func (s *search) curve(g, h, i, j int) bool {
	bend := s.rate[s.at(i, j)] - float64(2*s.rate[s.at(h, i)]) + s.rate[s.at(g, h)]
	if s.p.Trend == Concave {
		return bend <= 0
	}
	return bend >= 0
}

// turns says which ways are allowed before and after the turn of the trend.
func turns(t Trend) [2]int {
	switch t {
	case Ascending:
		return [2]int{rises, 0}
	case Descending:
		return [2]int{falls, 0}
	case Peak:
		return [2]int{rises, falls}
	case Valley:
		return [2]int{falls, rises}
	}
	return [2]int{rises | falls, 0}
}

// solve runs the search free of the number of bins, and again with it where the result has too few or too many.
func (s *search) solve() (*Solution, error) {
	l := s.p.Limits
	table := s.run(1, true)
	found := table.finish()
	if found == nil {
		return nil, ErrInfeasible
	}
	if n := found.Bins(); n < l.MinBins || l.MaxBins > 0 && n > l.MaxBins {
		if l.MaxBins > 0 {
			table = s.run(l.MaxBins, false)
		} else {
			table = s.run(l.MinBins, true)
		}
		if found = table.finish(); found == nil {
			return nil, ErrInfeasible
		}
	}
	if found.Bound = found.Value; !s.p.unproven {
		table.certify(found)
	}
	slices.Sort(found.Cuts)
	found.Trend = s.p.Trend
	return found, nil
}
