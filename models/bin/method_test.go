package bin

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
)

// near is raised by a twin where two choices are too close to tell apart in other arithmetic.
const near = 1e-9

func drawCells(t *rapid.T) ([]Counts, *Outcome) {
	var cells []Counts
	o := &Outcome{Unit: 1}
	for range rapid.IntRange(2, 12).Draw(t, "cells") {
		rows := rapid.Int64Range(1, 60).Draw(t, "rows")
		bad := rapid.Int64Range(0, rows).Draw(t, "bad")
		c := Counts{Rows: rows, Events: bad, Weight: rows, Bad: bad}
		o.Total.Add(c)
		cells = append(cells, c)
	}
	if o.Total.Bad == 0 || o.Total.Bad == o.Total.Weight {
		t.Skip("one outcome")
	}
	return cells, o
}

func drawRules(t *rapid.T, m Method) Rules {
	r := DefaultRules()
	r.Method, r.MaxBins = m, rapid.IntRange(1, 6).Draw(t, "most")
	r.MinRows = rapid.SampledFrom([]int{1, 20, 60}).Draw(t, "least")
	r.MinShare = 0
	r.MinEvents = rapid.SampledFrom([]int{0, 3}).Draw(t, "events")
	return r
}

// table is Pearson's chi-squared by its textbook sum over the four cells.
func fourCells(a, b Counts) float64 {
	sum, all := 0.0, float64(a.Weight+b.Weight)
	for _, row := range []Counts{a, b} {
		for _, col := range []struct{ seen, total int64 }{{row.Bad, a.Bad + b.Bad}, {row.Weight - row.Bad, all64(a, b)}} {
			if e := float64(row.Weight) * float64(col.total) / all; e > 0 {
				sum += (float64(col.seen) - e) * (float64(col.seen) - e) / e
			}
		}
	}
	return sum
}

func all64(a, b Counts) int64 { return a.Weight - a.Bad + b.Weight - b.Bad }

// ChiMerge on lists of cells, every pair looked at anew in each step.
func naiveChiMerge(cells []Counts, most int, least, events int64) (cuts []int, tied bool) {
	groups := make([][]Counts, len(cells))
	for i, c := range cells {
		groups[i] = []Counts{c}
	}
	sum := func(i int) (s Counts) {
		for _, c := range groups[i] {
			s.Add(c)
		}
		return s
	}
	chi := func(i int) float64 { return fourCells(sum(i), sum(i+1)) }
	small := func(i int) bool {
		return sum(i).Rows < least || sum(i).Events < events || sum(i).Rows-sum(i).Events < events
	}
	for len(groups) > 1 {
		pick, rows := -1, int64(math.MaxInt64)
		for i := range groups {
			if small(i) && sum(i).Rows < rows {
				pick, rows = i, sum(i).Rows
			}
		}
		at := pick
		if pick > 0 && pick < len(groups)-1 {
			tied = tied || math.Abs(chi(pick-1)-chi(pick)) < near
		}
		if pick > 0 && (pick == len(groups)-1 || chi(pick-1) <= chi(pick)) {
			at = pick - 1
		}
		if pick < 0 {
			low := math.Inf(1)
			for i := range len(groups) - 1 {
				tied = tied || math.Abs(chi(i)-low) < near
				if chi(i) < low {
					at, low = i, chi(i)
				}
			}
			if len(groups) <= most && low >= 3.841458820694124 { // the 95 % point of chi-squared with one degree of freedom
				break
			}
		}
		groups[at] = append(groups[at], groups[at+1]...)
		groups = slices.Delete(groups, at+1, at+2)
	}
	n := 0
	for _, g := range groups[:len(groups)-1] {
		n += len(g)
		cuts = append(cuts, n)
	}
	return cuts, tied
}

func TestChiMergeAgainstTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells, o := drawCells(t)
		r := drawRules(t, ChiMerge)
		want, tied := naiveChiMerge(cells, r.MaxBins, int64(r.MinRows), int64(r.MinEvents))
		if tied {
			t.Skip("tied")
		}
		require.Equal(t, append([]int{}, want...), append([]int{}, r.cuts(cells, o)...))
	})
}

// The tree twin holds leaves as ranges, and weighs a split by the entropy of explicit shares.
func naiveTree(cells []Counts, o *Outcome, r Rules) (cuts []int, tied bool) {
	entropy := func(lo, hi int) (sum float64, enough bool) {
		var rows, bad float64
		for _, c := range cells[lo:hi] {
			rows, bad = rows+float64(c.Rows), bad+float64(c.Events)
		}
		for _, x := range []float64{bad, rows - bad} {
			if x > 0 {
				sum -= x * math.Log(x/rows)
			}
		}
		return sum, rows >= float64(r.MinRows) && bad >= float64(r.MinEvents) && rows-bad >= float64(r.MinEvents)
	}
	p := float64(o.Total.Bad) / float64(o.Total.Weight)
	price := r.Penalty + r.MinGain/2*float64(o.Total.Rows)*p*(1-p)
	for len(cuts)+1 < r.MaxBins {
		best, at := price, -1
		for k := 1; k < len(cells); k++ {
			if slices.Contains(cuts, k) {
				continue
			}
			lo, hi := 0, len(cells)
			for _, c := range cuts {
				if c < k {
					lo = max(lo, c)
				} else {
					hi = min(hi, c)
				}
			}
			whole, _ := entropy(lo, hi)
			a, fine := entropy(lo, k)
			b, fine2 := entropy(k, hi)
			if !fine || !fine2 {
				continue
			}
			tied = tied || math.Abs(whole-a-b-best) < near
			if whole-a-b > best {
				best, at = whole-a-b, k
			}
		}
		if at < 0 {
			break
		}
		cuts = append(cuts, at)
		slices.Sort(cuts)
	}
	return cuts, tied
}

func TestTreeAgainstTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells, o := drawCells(t)
		r := drawRules(t, Tree)
		want, tied := naiveTree(cells, o, r)
		if tied {
			t.Skip("tied")
		}
		require.Equal(t, append([]int{}, want...), append([]int{}, r.cuts(cells, o)...))
	})
}

// Bins of one width: the bin of a value by division; then neighbours are joined until each has enough rows.
func TestWidthAgainstTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-40, 40).Draw(t, "v")) }), 2, 120).Draw(t, "values")
		slices.Sort(values)
		r := drawRules(t, Width)
		edges := equalWidth(values, r.MaxBins)
		low, high := values[0], values[len(values)-1]
		if low == high {
			require.Empty(t, edges)
			return
		}
		require.Len(t, edges, r.MaxBins-1)
		for _, x := range values {
			at := (x - low) / (high - low) * float64(r.MaxBins)
			if math.Abs(at-math.Round(at)) > near { // not at a border, where division may fall on either side
				require.Equal(t, int(at), upper(edges, x))
			}
		}
	})
}

// Quantile: no bin can be closed earlier, and equal values are together.
func TestQuantileAgainstTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(0, 60).Draw(t, "v")) }), 1, 150).Draw(t, "values")
		slices.Sort(values)
		bins := rapid.IntRange(2, 8).Draw(t, "bins")
		distinct := len(slices.Compact(slices.Clone(values)))
		var sizes []int
		for from := 0; from < len(values); {
			share := float64(len(values)-from) / float64(bins-len(sizes))
			to := from
			for to < len(values) && (to == from || values[to] == values[to-1] || distinct > bins && float64(to-from) < share-near) {
				to++
			}
			sizes, from = append(sizes, to-from), to
		}
		edges := cut(values, bins)
		got := make([]int, len(edges)+1)
		for _, x := range values {
			got[upper(edges, x)]++
		}
		require.Equal(t, sizes, got)
	})
}

func TestJoinSmallAgainstItsPromise(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells, _ := drawCells(t)
		r := drawRules(t, Quantile)
		cuts := r.joinSmall(cells)
		bins := join(cells, cuts)
		for i, b := range bins {
			require.True(t, len(bins) == 1 || r.enough(b, int64(r.MinRows)), "bin %d", i)
			first := append([]int{0}, cuts...)[i]
			for k := first + 1; i < len(bins)-1 && k < cuts[i]; k++ {
				require.False(t, r.enough(between(prefix(cells), first, k), int64(r.MinRows)), "bin %d could have been closed before cell %d", i, k)
			}
		}
	})
}

// Every method on one column: the sizes hold, a declared direction holds, missing and codes keep bins of their own.
func TestMethodsKeepDirectionAndCodes(t *testing.T) {
	n := 6000
	f := &models.Frame{Target: make([]float64, n), Columns: []models.Column{{Name: "x", Type: models.Number, Values: make([]float64, n)}}}
	for i := range n {
		x := float64(i % 97)
		if f.Target[i] = 0; Mix(uint64(i))%100 < uint64(10+40*math.Sin(x/20)*math.Sin(x/20)+x/4) {
			f.Target[i] = 1
		}
		if i%50 == 0 {
			x = -9
		} else if i%31 == 0 {
			x = math.NaN()
		}
		f.Columns[0].Values[i] = x
	}
	require.NoError(t, f.Check())
	o := NewOutcome(f)
	for _, m := range []Method{Optimal, Quantile, Width, ChiMerge, Tree} {
		for _, trend := range []Trend{Auto, Ascending, Descending} {
			r := DefaultRules()
			r.Method = m
			v, err := Fit(&f.Columns[0], o, Plan{Trend: trend, Special: []float64{-9}}, r)
			require.NoError(t, err)
			require.NoError(t, v.Check())
			require.LessOrEqual(t, v.Merged(), r.MaxBins)
			require.Equal(t, int64(n/50), v.Bins[v.Merged()].Rows, "the code")
			require.NotZero(t, v.Bins[v.Missing()].Rows)
			if trend == Auto {
				require.Greater(t, v.Merged(), 2, m)
				continue
			}
			for i := 1; i < v.Merged(); i++ {
				require.Equal(t, trend == Ascending, v.Bins[i].Rate() > v.Bins[i-1].Rate(), "%s %s", m, trend)
			}
		}
	}
	r := DefaultRules()
	r.Method = "magic"
	require.ErrorIs(t, r.Check(), models.ErrInvalid)
}
