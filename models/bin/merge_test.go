package bin

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
)

// naive is what the documents say of a merging, computed from the cells alone; ok is false where it breaks a limit.
func naive(p Problem, borders []int) (value float64, ok bool) {
	var bins []Counts
	for k := 1; k < len(borders); k++ {
		var c Counts
		for _, cell := range p.Cells[borders[k-1]:borders[k]] {
			c.Add(cell)
		}
		bins = append(bins, c)
	}
	var all Counts
	for _, c := range bins {
		all.Add(c)
	}
	l := p.Limits
	if len(bins) < l.MinBins || l.MaxBins > 0 && len(bins) > l.MaxBins {
		return 0, false
	}
	for _, c := range bins {
		if c.Rows < l.MinRows || l.MaxRows > 0 && c.Rows > l.MaxRows || c.Events < l.MinEvents || c.Rows-c.Events < l.MinEvents {
			return 0, false
		}
	}
	for k := 1; k < len(bins); k++ {
		if math.Abs(rateOf(bins[k])-rateOf(bins[k-1])) < l.MinDiff || l.MaxP > 0 && naiveP(bins[k-1], bins[k], all) > l.MaxP {
			return 0, false
		}
	}
	return naiveValue(p, bins, all)
}

func rateOf(c Counts) float64 { return float64(c.Bad) / float64(c.Weight) }

// naiveP is the p-value of the pooled z-test with the standard library's error function.
func naiveP(a, b, all Counts) float64 {
	scale := float64(all.Rows) / float64(all.Weight)
	pool := float64(a.Bad+b.Bad) / float64(a.Weight+b.Weight)
	v := pool * (1 - pool) * (1/(float64(a.Weight)*scale) + 1/(float64(b.Weight)*scale))
	if v == 0 {
		return 1
	}
	return math.Erfc(math.Abs(rateOf(a)-rateOf(b)) / math.Sqrt(2*v))
}

func naiveValue(p Problem, bins []Counts, all Counts) (value float64, ok bool) {
	bads, goods := float64(all.Bad), float64(all.Weight-all.Bad)
	var before, gap float64
	for _, c := range bins {
		bad, good := float64(c.Bad), float64(c.Weight-c.Bad)
		x, y := good/goods, bad/bads
		switch p.Objective {
		case Likelihood:
			value += likelihood(c) * float64(all.Rows) / float64(all.Weight)
		case IV:
			if bad == 0 || good == 0 {
				return 0, false
			}
			value += (x - y) * math.Log(x/y)
		case JS:
			m := (x + y) / 2
			if x > 0 {
				value += x * math.Log(x/m) / 2
			}
			if y > 0 {
				value += y * math.Log(y/m) / 2
			}
		case Gini:
			value += y * (before + x/2) * 2
			before += x
		case KS:
			value = max(value, math.Abs(gap))
			gap += x - y
		}
		if p.Objective != KS {
			value -= p.Limits.Penalty
		}
	}
	if p.Objective == Gini {
		if value--; p.Trend == Descending {
			penalty := p.Limits.Penalty * float64(len(bins))
			value = -(value + penalty) - penalty
		}
	}
	return value, true
}

// shapes says of event rates whether they have the trend.
var shapes = map[Trend]func(r []float64, strict bool) bool{
	Ascending:  func(r []float64, strict bool) bool { return course(r, 1, strict) },
	Descending: func(r []float64, strict bool) bool { return course(r, -1, strict) },
	Monotone:   func(r []float64, strict bool) bool { return course(r, 1, strict) || course(r, -1, strict) },
	Peak:       func(r []float64, strict bool) bool { return turning(r, 1, strict) },
	Valley:     func(r []float64, strict bool) bool { return turning(r, -1, strict) },
	Auto:       func(r []float64, strict bool) bool { return turning(r, 1, strict) || turning(r, -1, strict) },
	Concave:    func(r []float64, strict bool) bool { return bending(r, -1, strict) },
	Convex:     func(r []float64, strict bool) bool { return bending(r, 1, strict) },
	None:       func([]float64, bool) bool { return true },
}

func course(r []float64, sign float64, strict bool) bool {
	for i := 1; i < len(r); i++ {
		if d := sign * (r[i] - r[i-1]); d < 0 || strict && d == 0 {
			return false
		}
	}
	return true
}

func turning(r []float64, sign float64, strict bool) bool {
	for top := range r {
		if course(r[:top+1], sign, strict) && course(r[top:], -sign, strict) {
			return true
		}
	}
	return false
}

func bending(r []float64, sign float64, strict bool) bool {
	for i := 1; i < len(r); i++ {
		if strict && r[i] == r[i-1] || i > 1 && sign*(r[i]-2*r[i-1]+r[i-2]) < 0 {
			return false
		}
	}
	return true
}

// everyMerging calls f with the borders of each way to merge n cells.
func everyMerging(n int, f func(borders []int)) {
	for mask := range 1 << (n - 1) {
		borders := []int{0}
		for to := 1; to <= n; to++ {
			if to == n || mask>>(to-1)&1 == 1 {
				borders = append(borders, to)
			}
		}
		f(borders)
	}
}

func ratesOf(cells []Counts, borders []int) (rates []float64) {
	for k := 1; k < len(borders); k++ {
		var c Counts
		for _, cell := range cells[borders[k-1]:borders[k]] {
			c.Add(cell)
		}
		rates = append(rates, rateOf(c))
	}
	return rates
}

func randomCells(rng *rand.Rand, n int) []Counts {
	cells := make([]Counts, n)
	for i := range cells {
		rows := 1 + rng.Int64N(40)
		events := rng.Int64N(rows + 1)
		cells[i] = Counts{Rows: rows, Events: events, Weight: rows * 3, Bad: events * 3}
	}
	cells[0] = Counts{Rows: 20, Events: 7, Weight: 60, Bad: 21}
	return cells
}

func randomLimits(rng *rand.Rand) (l Limits) {
	l.MinRows = 1
	for _, set := range []func(){
		func() { l.MinBins = rng.IntN(4) }, func() { l.MaxBins = max(1, l.MinBins) + rng.IntN(4) }, func() { l.MinRows = rng.Int64N(50) },
		func() { l.MaxRows = l.MinRows + rng.Int64N(200) }, func() { l.MinEvents = rng.Int64N(4) }, func() { l.MinDiff = rng.Float64() / 5 },
		func() { l.MaxP = 0.05 + 0.9*rng.Float64() }, func() { l.Penalty = rng.Float64() / 10 }, func() { l.Strict = true },
	} {
		if rng.IntN(3) == 0 {
			set()
		}
	}
	return l
}

// TestSolveIsTheOptimum compares 1,000 small problems of each trend, with all objectives and limits, with trying every merging.
func TestSolveIsTheOptimum(t *testing.T) {
	for _, trend := range []Trend{Ascending, Descending, Monotone, Peak, Valley, Auto, Concave, Convex, None} {
		t.Run(string(trend), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, uint64(len(trend))))
			solved := 0
			for range 1000 {
				p := Problem{Cells: randomCells(rng, 1+rng.IntN(9)), Objective: []Objective{Likelihood, IV, JS, KS, Gini}[rng.IntN(5)], Trend: trend, Limits: randomLimits(rng)}
				if p.Objective == Gini && trend != Ascending && trend != Descending {
					p.Objective = JS
				}
				best := never
				everyMerging(len(p.Cells), func(borders []int) {
					if v, ok := naive(p, borders); ok && v > best && shapes[trend](ratesOf(p.Cells, borders), p.Limits.Strict) {
						best = v
					}
				})
				s, err := Solve(p)
				if best == never {
					require.ErrorIs(t, err, ErrInfeasible)
					continue
				}
				require.NoError(t, err, "%+v", p)
				solved++
				borders := append(append([]int{0}, s.Cuts...), len(p.Cells))
				value, ok := naive(p, borders)
				require.True(t, ok && shapes[trend](ratesOf(p.Cells, borders), p.Limits.Strict), "%+v: %v", p, s.Cuts)
				require.InDelta(t, best, s.Value, 1e-9, "%+v", p)
				require.InDelta(t, best, value, 1e-9)
				require.GreaterOrEqual(t, s.Bound, s.Value)
				require.InDelta(t, s.Value, s.Bound, 1e-9, "the certificate")
			}
			require.Greater(t, solved, 300)
		})
	}
}

// TestOrderHoldsInEveryPeriod compares with trying every merging whose order of rates holds in every period.
func TestOrderHoldsInEveryPeriod(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	bound := 0
	for range 500 {
		n := 2 + rng.IntN(6)
		periods := [][]Counts{randomCells(rng, n), randomCells(rng, n), randomCells(rng, n)}
		cells := make([]Counts, n)
		for _, period := range periods {
			for i, c := range period {
				cells[i].Add(c)
			}
		}
		p := Problem{Cells: cells, Periods: periods, Objective: JS, Trend: Ascending}
		best := 0.0
		everyMerging(n, func(borders []int) {
			ok := shapes[Ascending](ratesOf(cells, borders), false)
			for _, period := range periods {
				ok = ok && shapes[Ascending](ratesOf(period, borders), false)
			}
			if v, _ := naive(p, borders); ok {
				best = max(best, v)
			}
		})
		s, err := Solve(p)
		require.NoError(t, err)
		require.InDelta(t, best, s.Value, 1e-12)
		p.Periods = nil
		if free, err := Solve(p); err == nil && free.Value > s.Value+1e-9 {
			bound++
		}
	}
	require.Greater(t, bound, 100, "the constraint binds")
}

// TestOracle solves the pre-bins of the published benchmark (bench/peers): 307,511 rows in 77 cells.
func TestOracle(t *testing.T) {
	var pre struct {
		Good []int64 `json:"n_nonevent"`
		Bad  []int64 `json:"n_event"`
	}
	b, err := os.ReadFile("testdata/prebins_one.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &pre))
	p := Problem{Objective: IV}
	for i := range pre.Good {
		rows := pre.Good[i] + pre.Bad[i]
		p.Cells = append(p.Cells, Counts{Rows: rows, Events: pre.Bad[i], Weight: rows, Bad: pre.Bad[i]})
	}
	for trend, want := range map[Trend]float64{Ascending: 0.19235002416819, Peak: 0.20462401977890, Auto: 0.20462401977890} {
		p.Trend = trend
		s, err := Solve(p)
		require.NoError(t, err)
		require.InDelta(t, want, s.Value, 1e-12, trend)
		require.InDelta(t, s.Value, s.Bound, 1e-12, trend)
	}
}

func drawCounts(t *rapid.T, most int) []Counts {
	counts := make([]Counts, rapid.IntRange(1, most).Draw(t, "cells"))
	for i := range counts {
		rows := rapid.Int64Range(1, 40).Draw(t, "rows")
		events := rapid.Int64Range(0, rows).Draw(t, "events")
		counts[i] = Counts{Rows: rows, Events: events, Weight: rows * 3, Bad: events * 3}
	}
	return counts
}

// poolAdjacentViolators is isotonic regression: the most likely ascending rates without rules on sizes.
func poolAdjacentViolators(counts []Counts) []Counts {
	var pools []Counts
	for _, c := range counts {
		pools = append(pools, c)
		for n := len(pools); n > 1 && pools[n-1].Bad*pools[n-2].Weight <= pools[n-2].Bad*pools[n-1].Weight; n = len(pools) {
			pools[n-2].Add(pools[n-1])
			pools = pools[:n-1]
		}
	}
	return pools
}

func TestAscendingWithoutRulesIsIsotonicRegression(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Problem{Cells: drawCounts(t, 30), Objective: Likelihood, Trend: Ascending, scale: 1}
		want := 0.0
		for _, c := range poolAdjacentViolators(p.Cells) {
			want += likelihood(c)
		}
		s, err := Solve(p)
		require.NoError(t, err)
		require.InDelta(t, want, s.Value, 1e-8)
	})
}

func TestTails(t *testing.T) {
	for z := 0.0; z < 12; z += 0.01 {
		require.InEpsilon(t, math.Erfc(z/math.Sqrt2), Tails(z), 1e-9, "%v", z)
	}
	require.InDelta(t, 3.841458820694124, chiSquared(0.05)*1, 1e-9)
}

func TestProblemsThatStateNonsense(t *testing.T) {
	good := Problem{Cells: []Counts{{Rows: 2, Events: 1, Weight: 2, Bad: 1}}, Objective: IV, Trend: Ascending}
	for name, change := range map[string]func(*Problem){
		"no cells": func(p *Problem) { p.Cells = nil }, "objective": func(p *Problem) { p.Objective = "roc" }, "trend": func(p *Problem) { p.Trend = "up" },
		"bins": func(p *Problem) { p.Limits.MinBins, p.Limits.MaxBins = 3, 2 }, "gini": func(p *Problem) { p.Objective, p.Trend = Gini, Peak },
		"period": func(p *Problem) { p.Periods = [][]Counts{{}} }, "difference": func(p *Problem) { p.Limits.MinDiff = math.NaN() },
	} {
		p := good
		change(&p)
		_, err := Solve(p)
		require.ErrorIs(t, err, models.ErrInvalid, name)
		require.NotErrorIs(t, err, ErrInfeasible, name)
	}
}

func TestLikelihood(t *testing.T) {
	require.Zero(t, likelihood(Counts{Weight: 7}))
	require.Zero(t, likelihood(Counts{Weight: 7, Bad: 7}))
	require.InDelta(t, 8*math.Log(0.5), likelihood(Counts{Weight: 8, Bad: 4}), 1e-14)
}

func TestMaxBinsHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		counts := drawCounts(t, 30)
		var o Outcome
		for _, c := range counts {
			o.Total.Add(c)
		}
		r := DefaultRules()
		r.Penalty, r.MinGain, r.MinShare, r.MinRows = 0, 0, 0, 0
		r.MaxBins = rapid.IntRange(1, 6).Draw(t, "max")
		for _, trend := range []Trend{Auto, None, Peak, Monotone} {
			found := merge(counts, nil, &o, trend, r)
			require.Less(t, len(found.Cuts), r.MaxBins)
		}
		require.Less(t, len(mergeLevels(counts, &o, r)), r.MaxBins)
	})
}

func TestEdges(t *testing.T) {
	for _, c := range [][3]float64{{1, 2, 2}, {2, 3, 3}, {1, 4, 2}, {10, 20, 15}, {0.2, 0.5, 0.3}, {-1e308, 1e308, 0}, {0, 5e-324, 5e-324},
		{100, 10000, 5000}, {94.3666, 94.37, 94.368}, {-3, -2, -2}} {
		require.Equal(t, c[2], edgeBetween(c[0], c[1]), "%v to %v", c[0], c[1])
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Float64().Draw(t, "a"), rapid.Float64().Draw(t, "b")
		if a > b {
			a, b = b, a
		}
		if a != b {
			e := edgeBetween(a, b)
			require.True(t, a < e && e <= b, "%v < %v <= %v", a, e, b)
		}
	})
}
