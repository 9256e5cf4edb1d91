package bin

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// bruteForce tries every way to cut and returns the best value under the trend.
func bruteForce(m *merger, fits func(rates []float64) bool) float64 {
	best := never
	for mask := range 1 << (m.n - 1) {
		value, from := 0.0, 0
		var rates []float64
		for to := 1; to <= m.n; to++ {
			if to == m.n || mask>>(to-1)&1 == 1 {
				value += m.worth[m.at(from, to)]
				rates = append(rates, m.rate[m.at(from, to)])
				from = to
			}
		}
		if value > best && fits(rates) {
			best = value
		}
	}
	return best
}

func up(rates []float64) bool {
	for i := 1; i < len(rates); i++ {
		if rates[i] <= rates[i-1] {
			return false
		}
	}
	return true
}

func reversed(rates []float64) []float64 {
	r := slices.Clone(rates)
	slices.Reverse(r)
	return r
}

func down(rates []float64) bool { return up(reversed(rates)) }

func peak(rates []float64) bool {
	for top := range rates {
		if up(rates[:top+1]) && down(rates[top:]) {
			return true
		}
	}
	return false
}

func valley(rates []float64) bool {
	negative := make([]float64, len(rates))
	for i, r := range rates {
		negative[i] = -r
	}
	return peak(negative)
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

// value of a merging, added up anew.
func valueOf(m *merger, cuts []int) (value float64, rates []float64) {
	borders := append(append([]int{0}, cuts...), m.n)
	for i := 1; i < len(borders); i++ {
		value += m.worth[m.at(borders[i-1], borders[i])]
		rates = append(rates, m.rate[m.at(borders[i-1], borders[i])])
	}
	return value, rates
}

func TestMergingIsTheOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sizes{rows: rapid.Int64Range(1, 60).Draw(t, "min rows"), events: rapid.Int64Range(0, 4).Draw(t, "min events"),
			penalty: rapid.Float64Range(0, 3).Draw(t, "penalty"), scale: 1.0 / 3}
		m := newMerger(drawCounts(t, 9), s)
		for _, c := range []struct {
			found merging
			fits  func([]float64) bool
		}{
			{m.monotone(1, Ascending), up}, {m.monotone(-1, Descending), down}, {m.turn(1, Peak), peak}, {m.turn(-1, Valley), valley},
			{m.free(), func([]float64) bool { return true }},
		} {
			best := bruteForce(m, c.fits)
			if best == never {
				require.Empty(t, c.found.cuts, c.found.trend)
				continue
			}
			value, rates := valueOf(m, c.found.cuts)
			require.True(t, c.fits(rates), "%s: rates %v", c.found.trend, rates)
			require.InDelta(t, best, value, 1e-9, c.found.trend)
			require.InDelta(t, best, c.found.value, 1e-9, c.found.trend)
		}
	})
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
		counts := drawCounts(t, 30)
		m := newMerger(counts, sizes{rows: 1, scale: 1})
		want := 0.0
		for _, p := range poolAdjacentViolators(counts) {
			want += likelihood(p)
		}
		require.InDelta(t, want, m.monotone(1, Ascending).value, 1e-8)
	})
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
			found := merge(counts, &o, trend, r)
			require.Less(t, len(found.cuts), r.MaxBins)
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
