package card_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/exact"
	"hengxin/models"
	"hengxin/models/bin"
	"hengxin/models/card"
)

// What users of other scorecard tools meet, one test each: the right answer, or an error that names column and fix.

// table makes a frame of a column under test and a sound one beside it; odds gives the log odds of a bad row by the value.
func table(n int, column models.Column, odds func(i int) float64) *models.Frame {
	g := generator(77)
	side := models.Column{Name: "side", Type: models.Number, Values: make([]float64, n)}
	f := &models.Frame{Target: make([]float64, n)}
	for i := range n {
		side.Values[i] = math.Floor(g.unit() * 20)
		if g.unit() < exact.Logistic(odds(i)+side.Values[i]/10-1) {
			f.Target[i] = 1
		}
	}
	f.Columns = []models.Column{column, side}
	return f
}

// shape returns the characteristic of a column; the test fails where the card does not use it.
func shape(t *testing.T, f *card.Fitted, name string) *card.Characteristic {
	for i := range f.Card.Parameters().Characteristics {
		if c := &f.Card.Parameters().Characteristics[i]; c.Variable.Name == name {
			return c
		}
	}
	for _, c := range f.Candidates {
		if c.Variable.Name == name {
			t.Fatalf("column %q is not in the card: %s", name, c.Reason)
		}
	}
	t.Fatalf("no column %q", name)
	return nil
}

// An unseen level is named, never the safest bin, and may be as risky as the rare ones; it scores alone and in a batch.
func TestSufferingUnseenCategory(t *testing.T) {
	texts := make([]string, 3000)
	for i := range texts {
		texts[i] = []string{"a", "b", "c"}[i%3]
	}
	f := table(3000, models.NewCategory("grade", texts), func(i int) float64 { return float64(i%3) - 1 })
	fitted := fit(t, f, card.DefaultRecipe())
	later := &models.Frame{Columns: []models.Column{models.NewCategory("grade", []string{"never met", "a"}), {Name: "side", Type: models.Number, Values: []float64{3, 3}}}}
	x := row(later, fitted.Artifact, 0)
	remarks := fitted.Card.Remarks(nil, x)
	require.Len(t, remarks, 1)
	require.Equal(t, "unseen level", remarks[0].What)
	require.LessOrEqual(t, remarks[0].Points, 0.0)
	require.Less(t, fitted.Card.Points(x), fitted.Card.Points(row(later, fitted.Artifact, 1)), "not safer than the safest level")
	require.Empty(t, fitted.Card.Remarks(nil, row(later, fitted.Artifact, 1)))
}

// Missing at predict where training had none: neutral, and named. It is not the lowest bin's.
func TestSufferingFirstMissingAtPredict(t *testing.T) {
	x := make([]float64, 3000)
	for i := range x {
		x[i] = float64(i % 40)
	}
	fitted := fit(t, table(3000, models.Column{Name: "x", Type: models.Number, Values: x}, func(i int) float64 { return 2 - x[i]/10 }), card.DefaultRecipe())
	remarks := fitted.Card.Remarks(nil, []float64{nan, 3})
	require.Equal(t, []card.Remark{{Column: 0, What: "missing, which training never saw", Points: 0}}, remarks)
	ch := shape(t, fitted, "x")
	require.NotZero(t, ch.Points[0], "the lowest bin has points of its own")
}

// Missing in training has the evidence that it has, not WoE 0.
func TestSufferingMissingHasEvidence(t *testing.T) {
	x := make([]float64, 3000)
	for i := range x {
		if x[i] = float64(i % 40); i%5 == 0 {
			x[i] = nan
		}
	}
	f := table(3000, models.Column{Name: "x", Type: models.Number, Values: x}, func(i int) float64 {
		if i%5 == 0 {
			return 2
		}
		return -1
	})
	ch := shape(t, fit(t, f, card.DefaultRecipe()), "x")
	require.Greater(t, ch.Variable.Bins[ch.Variable.Missing()].WoE, 1.0)
	require.Less(t, ch.Points[ch.Variable.Missing()], -20.0)
}

// Two codes of opposite risk stay two bins, also in a column of few distinct values, which stays a number; a declared
// code that training never met is neutral and named.
func TestSufferingSpecialCodes(t *testing.T) {
	for _, values := range []int{3, 50} {
		x, odds := make([]float64, 4000), make([]float64, 4000)
		for i := range x {
			switch x[i] = float64(i % values); {
			case i%8 == 1:
				x[i], odds[i] = -7, 2
			case i%8 == 2:
				x[i], odds[i] = -8, -2
			}
		}
		r := card.DefaultRecipe()
		r.Columns = map[string]card.ColumnRules{"x": {Special: []float64{-9, -8, -7}}}
		fitted := fit(t, table(4000, models.Column{Name: "x", Type: models.Number, Values: x}, func(i int) float64 { return odds[i] }), r)
		ch := shape(t, fitted, "x")
		require.Equal(t, models.Number, ch.Variable.Type)
		points := func(v float64) float64 { return ch.Points[ch.Variable.Index(v)] }
		require.Less(t, points(-7), -30.0, "%d values: risky code", values)
		require.Greater(t, points(-8), 30.0, "%d values: safe code", values)
		require.Zero(t, points(-9))
		require.Equal(t, "a code that training never saw", fitted.Card.Remarks(nil, []float64{-9, 3})[0].What)
		for i, b := range ch.Variable.Bins[:ch.Variable.Merged()] {
			require.Less(t, math.Abs(b.WoE), 1.0, "codes are in no merged bin: %s", ch.Variable.Label(i))
		}
	}
}

// A column left in one bin is named with the reason, never dropped or kept in silence; a strong one is not left in one.
func TestSufferingOneBinLeft(t *testing.T) {
	x, noise := make([]float64, 3000), make([]float64, 3000)
	for i := range x {
		x[i], noise[i] = float64(i%1000), float64((i*7919)%100)
	}
	f := table(3000, models.Column{Name: "x", Type: models.Number, Values: x}, func(i int) float64 { return x[i]/250 - 2 })
	r := card.DefaultRecipe()
	r.Columns["x"] = card.ColumnRules{Direction: -1}
	fitted := fit(t, f, r)
	require.False(t, fitted.Candidates[0].Used)
	require.Contains(t, fitted.Candidates[0].Reason, "one bin left")
	require.Contains(t, fitted.Candidates[0].Reason, "runs against", "evidence that the declared direction forbids is called out")
	require.Greater(t, shape(t, fit(t, f, card.DefaultRecipe()), "x").Variable.IV, 0.5)
}

// Constant, all-missing and duplicate columns are left out by name beside sound ones.
func TestSufferingConstantMissingAndDuplicate(t *testing.T) {
	n := 2000
	x, same, gone := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range x {
		x[i], same[i], gone[i] = float64(i%30), 5, nan
	}
	f := table(n, models.Column{Name: "x", Type: models.Number, Values: x}, func(i int) float64 { return x[i]/10 - 1 })
	f.Columns = append(f.Columns, models.Column{Name: "same", Type: models.Number, Values: same}, models.Column{Name: "gone", Type: models.Number, Values: gone},
		models.Column{Name: "twin", Type: models.Number, Values: x}, models.NewCategory("one level", make([]string, n)))
	fitted := fit(t, f, card.DefaultRecipe())
	for name, want := range map[string]string{"same": "constant", "gone": "no value in any row", "twin": `like column "x"`, "one level": "no value in any row"} {
		for _, c := range fitted.Candidates {
			if c.Variable.Name == name {
				require.False(t, c.Used, name)
				require.Contains(t, c.Reason, want, name)
			}
		}
	}
}

// One class, no usable column, blanks and third values in the target: errors that say which column and what to do.
func TestSufferingErrorsNameColumnAndFix(t *testing.T) {
	x := make([]float64, 200)
	for i := range x {
		x[i] = float64(i)
	}
	make1 := func() *models.Frame {
		return table(200, models.Column{Name: "x", Type: models.Number, Values: x}, func(int) float64 { return 0 })
	}
	one, blank, third, same := make1(), make1(), make1(), make1()
	clear(one.Target)
	blank.Target[17], third.Target[18] = nan, 2
	same.Columns = []models.Column{{Name: "same", Type: models.Number, Values: make([]float64, 200)}}
	for want, f := range map[string]*models.Frame{"all 200 rows have the same outcome; check the target column": one, "target, row 17": blank, "target, row 18": third, `column "same": one bin left: constant`: same} {
		_, err := card.Fit(f, card.DefaultRecipe(), models.Artifact{})
		require.ErrorIs(t, err, models.ErrInvalid)
		require.ErrorContains(t, err, want)
	}
}

// Twelve rows: with rules that allow it a card, with the default rules an error that says what to change.
func TestSufferingTwelveRows(t *testing.T) {
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number, Values: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}},
		Target: []float64{0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1}}
	_, err := card.Fit(f, card.DefaultRecipe(), models.Artifact{})
	require.ErrorContains(t, err, `column "x"`)
	require.ErrorContains(t, err, "min_rows")
	r := card.DefaultRecipe()
	r.Bins.MinRows, r.Folds = 3, 0
	fitted := fit(t, f, r)
	require.Greater(t, fitted.Card.Points([]float64{1}), fitted.Card.Points([]float64{12}))
}

// Values at the ends of the range of floating-point numbers are cut like any others, and score finitely.
func TestSufferingHugeValues(t *testing.T) {
	x := make([]float64, 2000)
	for i := range x {
		x[i] = []float64{-1e308, -5e-324, 0, 5e-324, 1e308, 1.7e308}[i%6]
	}
	f := table(2000, models.Column{Name: "x", Type: models.Number, Values: x}, func(i int) float64 { return float64(i%6) - 2.5 })
	fitted := fit(t, f, card.DefaultRecipe())
	ch := shape(t, fitted, "x")
	require.True(t, models.Ascending(ch.Variable.Edges))
	require.GreaterOrEqual(t, ch.Variable.Merged(), 4)
	last := math.Inf(1)
	for _, v := range []float64{math.Inf(-1), -math.MaxFloat64, -5e-324, 5e-324, 1e308, math.MaxFloat64, math.Inf(1)} {
		p := fitted.Card.Points([]float64{v, 10})
		require.False(t, math.IsNaN(p) || math.IsInf(p, 0), fmt.Sprint(v))
		require.LessOrEqual(t, p, last)
		last = p
	}
	require.Equal(t, bin.Ascending, ch.Variable.Trend)
}
