package trees_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/trees"
)

// bestGain is the naive twin of the search: every division of the rows that a column allows, in float64. twice the
// second-order gain of a division of gradients p - y and hessians p (1-p), p the same in every row.
func bestGain(f *models.Frame, c int, ridge float64) float64 {
	col := &f.Columns[c]
	p := 0.0
	for _, y := range f.Target {
		p += y / float64(len(f.Target))
	}
	score := func(in func(v float64) bool) float64 {
		var g, h float64
		for i, v := range col.Values {
			if in(v) {
				g += p - f.Target[i]
				h += p * (1 - p)
			}
		}
		if h == 0 {
			return math.NaN() // a child without rows is no division
		}
		return g * g / (h + ridge)
	}
	parent := score(func(float64) bool { return true })
	best := 0.0
	try := func(left func(v float64) bool) {
		if gain := score(left) + score(func(v float64) bool { return !left(v) }) - parent; gain > best {
			best = gain
		}
	}
	if col.Type == models.Category {
		for set := range 1 << (len(col.Levels) + 1) {
			try(func(v float64) bool {
				if v != v {
					v = float64(len(col.Levels))
				}
				return set>>int(v)&1 == 1
			})
		}
		return best
	}
	for _, edge := range append([]float64{math.Inf(1)}, col.Values...) {
		try(func(v float64) bool { return v < edge })
		try(func(v float64) bool { return !(v >= edge) })
	}
	return best
}

// The first split of a tree has the gain of the best division that there is.
func TestSplitIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.IntRange(4, 60).Draw(t, "rows")
		f := &models.Frame{Target: make([]float64, rows)}
		for i := range rows {
			f.Target[i] = float64(rapid.IntRange(0, 1).Draw(t, "target"))
		}
		f.Target[0], f.Target[1] = 0, 1
		var c models.Column
		if rapid.Bool().Draw(t, "category") {
			texts := make([]string, rows)
			for i := range texts {
				texts[i] = rapid.SampledFrom([]string{"", "a", "b", "c", "d", "e"}).Draw(t, "level")
			}
			c = models.NewCategory("x", texts)
		} else {
			c = models.Column{Name: "x", Type: models.Number, Values: make([]float64, rows)}
			for i := range rows {
				c.Values[i] = rapid.SampledFrom([]float64{nan, -3, -1, 0, 0.5, 7, 1e9, 1e9 + 1}).Draw(t, "value")
			}
		}
		f.Columns = []models.Column{c}
		r := recipe()
		r.Rounds, r.Leaves, r.MinRows, r.MinHessian, r.LevelRows, r.LevelSmooth, r.LevelRidge = 1, 2, 0, 0, 0, 0, 0
		r.Ridge = rapid.SampledFrom([]float64{0, 1}).Draw(t, "ridge")
		if c.Type == models.Category {
			r.Ridge = 0 // the order by mean gradient holds the best division where nothing is added to sums
		}
		want := bestGain(f, 0, r.Ridge)
		fitted, err := trees.Fit(f, r, meta())
		if err != nil {
			require.ErrorContains(t, err, "no column is worth a split")
			require.Less(t, want, 1e-3)
			return
		}
		require.InDelta(t, want, fitted.Columns[0].Gain, 2e-3*(1+want))
	})
}

// A category without rows for every level, and every edge of a table of distinct numbers: cells are what they say.
func TestCellsHoldAboutEqualRows(t *testing.T) {
	f := table(12, 4000)
	r := recipe()
	r.Cells, r.Rounds, r.Leaves, r.MinRows = 16, 30, 16, 0
	fitted := fit(t, f, r)
	for _, in := range fitted.Model.Parameters().Inputs {
		if name := fitted.Artifact.Columns[in.Column].Name; name == "a" {
			require.LessOrEqual(t, len(in.Edges), 16)
			require.True(t, models.Ascending(in.Edges))
		}
	}
}
