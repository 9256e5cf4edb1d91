package trees_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/trees"
)

// What users of other tools suffer from (one test a line): right answer or an error that names the column and the fix.

func novel(m *trees.Model, x []float64) (out []string) {
	m.Novel(x, func(c int, what string) { out = append(out, fmt.Sprint(c, " ", what)) })
	return out
}

func TestUnseenLevelGoesWithRareOnesOrTheLargerSide(t *testing.T) {
	f := table(1, 2000)
	fitted := fit(t, f, recipe())
	x := []float64{0.5, 3, 1, models.Unseen}
	require.False(t, math.IsNaN(fitted.Model.LogOdds(x)))
	require.Equal(t, []string{"3 unseen level"}, novel(fitted.Model, x))
}

func TestMissingForTheFirstTime(t *testing.T) {
	f := table(1, 2000)
	fitted := fit(t, f, recipe())
	require.Equal(t, []string{"1 missing, which training never saw"}, novel(fitted.Model, []float64{nan, nan, 1, 0}))
	p := fitted.Model.Parameters()
	for i := range p.Trees { // it goes with the larger child
		tree := &p.Trees[i]
		for n := range tree.Input {
			if fitted.Artifact.Columns[p.Inputs[tree.Input[n]].Column].Name == "b" && tree.Left[n] < 0 && tree.Right[n] < 0 {
				l, r := tree.Rows[-1-tree.Left[n]], tree.Rows[-1-tree.Right[n]]
				if l > 2*r || r > 2*l { // sides go by hessian; rows say the same where they differ much
					require.Equal(t, l > r, tree.Missing[n] == 1)
				}
			}
		}
	}
}

// The code's rows are the safest, whatever the order of the numbers beside them.
func TestSpecialCodeIsSplitOff(t *testing.T) {
	f := &models.Frame{}
	c := models.Column{Name: "x", Type: models.Number}
	for i := range 600 {
		v, y := float64(i%20), 0.0
		if i%3 == 0 {
			v = -8
		}
		if v >= 0 && i%4 < 2 || v < 0 && i%60 == 0 {
			y = 1
		}
		c.Values, f.Target = append(c.Values, v), append(f.Target, y)
	}
	f.Columns = []models.Column{c}
	r := recipe()
	r.Columns["x"] = trees.ColumnRules{Special: []float64{-8}, Direction: -1}
	m := fit(t, f, r).Model
	require.Less(t, m.LogOdds([]float64{-8}), m.LogOdds([]float64{0})-1)
	require.Equal(t, m.LogOdds([]float64{-9}), m.LogOdds([]float64{-100}), "no code: a number like any other")
	require.Empty(t, m.Prove())
}

func TestColumnsThatSayNothing(t *testing.T) {
	f := table(1, 2000)
	want := digest(t, f, recipe(), 1)
	blank, same := make([]float64, 2000), make([]float64, 2000)
	for i := range blank {
		blank[i] = nan
	}
	f.Columns = append(f.Columns, models.Column{Name: "blank", Type: models.Number, Values: blank}, models.Column{Name: "same", Type: models.Number, Values: same},
		models.Column{Name: "twin", Type: models.Number, Values: f.Columns[0].Values}, models.NewCategory("level", make([]string, 2000)))
	fitted := fit(t, f, recipe())
	names := []string{}
	for _, c := range fitted.Artifact.Columns {
		names = append(names, c.Name)
	}
	require.Equal(t, []string{"a", "b", "c", "d"}, names, "a column that repeats another loses every tie")
	require.Equal(t, want, digest(t, f, recipe(), 2))
}

func TestOneOutcome(t *testing.T) {
	f := table(1, 100)
	clear(f.Target)
	_, err := trees.Fit(f, recipe(), meta())
	require.ErrorIs(t, err, models.ErrInvalid)
	require.ErrorContains(t, err, "check the target column")
	f.Target = nil
	_, err = trees.Fit(f, recipe(), meta())
	require.ErrorContains(t, err, "no target")
}

func TestTwelveRows(t *testing.T) {
	f := table(1, 12)
	_, err := trees.Fit(f, trees.DefaultRecipe(), meta())
	require.ErrorIs(t, err, models.ErrInvalid)
	require.ErrorContains(t, err, "min_rows")
}

func TestHugeNumbers(t *testing.T) {
	f := table(1, 400)
	for i, v := range f.Columns[0].Values {
		f.Columns[0].Values[i] = v * 1e307
	}
	f.Columns[0].Values[0], f.Columns[0].Values[1] = 1e308, -1e308
	m := fit(t, f, recipe()).Model
	require.False(t, math.IsNaN(m.LogOdds([]float64{1e308, 1, 1, 0})))
	require.False(t, math.IsNaN(m.LogOdds([]float64{math.MaxFloat64, 1, 1, 0})))
	f.Columns[0].Values[5] = math.Inf(1)
	_, err := trees.Fit(f, recipe(), meta())
	require.ErrorContains(t, err, `column "a", row 5`)
}

func TestTargetWithBlanks(t *testing.T) {
	f := table(1, 100)
	f.Target[3] = nan
	_, err := trees.Fit(f, recipe(), meta())
	require.ErrorContains(t, err, "target, row 3")
}

func TestSettingsAreNamed(t *testing.T) {
	f := table(1, 200)
	for want, change := range map[string]func(*trees.Recipe){
		"rate":                     func(r *trees.Recipe) { r.Rate = 0 },
		"rounds":                   func(r *trees.Recipe) { r.Rounds = 0 },
		"growth":                   func(r *trees.Recipe) { r.Growth = "sideways" },
		"cells":                    func(r *trees.Recipe) { r.Cells = 256 },
		`column "z" is not`:        func(r *trees.Recipe) { r.Columns["z"] = trees.ColumnRules{Direction: 1} },
		`column "q" is not`:        func(r *trees.Recipe) { r.Groups = [][]string{{"a", "q"}} },
		`column "d": a category`:   func(r *trees.Recipe) { r.Columns["d"] = trees.ColumnRules{Direction: 1} },
		`column "a": special`:      func(r *trees.Recipe) { r.Columns["a"] = trees.ColumnRules{Special: []float64{1, 1}} },
		`column "a": direction 2`:  func(r *trees.Recipe) { r.Columns["a"] = trees.ColumnRules{Direction: 2} },
		"seed = 1.844674407370955": func(r *trees.Recipe) { r.Seed = math.MaxUint64 },
	} {
		r := recipe()
		change(&r)
		_, err := trees.Fit(f, r, meta())
		require.ErrorIs(t, err, models.ErrInvalid, want)
		require.ErrorContains(t, err, want)
	}
}

// A row of weight 2 is two rows, where nothing is added to sums: weights count by their ratios, the mean weight is 1.
func TestWeightsAreRows(t *testing.T) {
	f := table(1, 900)
	var rows []int
	for i := range f.Rows() {
		f.Weights = append(f.Weights, float64(1+i%2))
		for range 1 + i%2 {
			rows = append(rows, i)
		}
	}
	r := recipe()
	r.MinRows, r.Cells, r.Rounds, r.Ridge, r.LevelRidge, r.LevelSmooth, r.MinHessian = 0, 100, 5, 0, 0, 0, 0
	r.LevelRows = 0
	for i, v := range f.Columns[0].Values { // few distinct values, so that both tables have the same cells
		f.Columns[0].Values[i] = math.Floor(v * 4)
	}
	for i, v := range f.Columns[2].Values {
		f.Columns[2].Values[i] = math.Floor(v * 4)
	}
	many := f.Subset(rows)
	many.Weights = nil
	weighted, repeated := fit(t, f, r), fit(t, many, r)
	for i := range f.Rows() {
		var x []float64
		x = f.Row(x, i)
		require.InDelta(t, repeated.Model.LogOdds(x), weighted.Model.LogOdds(x), 0.02)
	}
}
