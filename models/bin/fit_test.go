package bin_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/bin"
)

var nan = math.NaN()

// loose rules cut wherever there is any gain.
func loose() bin.Rules {
	return bin.Rules{PreBins: 64, MaxBins: 20, MinShare: 0, MinEvents: 0, Penalty: 0.01, Smoothing: 0, MinRows: 1}
}

// rows makes a frame of one column from groups of (value, good rows, bad rows).
func rows(kind models.Type, groups ...[3]float64) *models.Frame {
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: kind}}}
	for _, g := range groups {
		for i := range int(g[1] + g[2]) {
			f.Columns[0].Values = append(f.Columns[0].Values, g[0])
			bad := 0.0
			if i >= int(g[1]) {
				bad = 1
			}
			f.Target = append(f.Target, bad)
		}
	}
	return f
}

func fit(t require.TestingT, f *models.Frame, p bin.Plan, r bin.Rules) *bin.Variable {
	v, err := bin.Fit(&f.Columns[0], bin.NewOutcome(f), p, r)
	require.NoError(t, err)
	require.NoError(t, v.Check())
	return v
}

// By hand: 100 bad, 400 good. x=1: 10 bad of 110, share of bad .1, of good .25; x=2: 30 of 230, .3 and .5; x=3: 60 of 160,
// .6 and .25. WoE ln .4, ln .6, ln 2.4; IV = -.15 ln .4 - .2 ln .6 + .35 ln 2.4.
func TestWoEByHand(t *testing.T) {
	f := rows(models.Number, [3]float64{1, 100, 10}, [3]float64{2, 200, 30}, [3]float64{3, 100, 60})
	v := fit(t, f, bin.Plan{}, loose())
	require.Equal(t, []float64{2, 3}, v.Edges)
	require.Equal(t, bin.Ascending, v.Trend)
	require.Len(t, v.Bins, 4)
	require.InDelta(t, math.Log(0.4), v.Bins[0].WoE, 1e-12)
	require.InDelta(t, math.Log(0.6), v.Bins[1].WoE, 1e-12)
	require.InDelta(t, math.Log(2.4), v.Bins[2].WoE, 1e-12)
	require.Zero(t, v.Bins[3].WoE, "missing, which no row is")
	require.InDelta(t, -0.15*math.Log(0.4)-0.2*math.Log(0.6)+0.35*math.Log(2.4), v.IV, 1e-12)
	// bad above good: .6(.75 + .125) + .3(.25 + .25) + .1(.125)
	require.InDelta(t, 0.6*0.875+0.3*0.5+0.1*0.125, v.AUC, 1e-12)
	require.Equal(t, []string{"< 2", "[2, 3)", ">= 3", "missing"}, labels(v))
}

// Smoothing adds 50 rows of rate .2 to each bin: (10+10)/(100+40) = 1/7 against 1/4 overall.
func TestSmoothingByHand(t *testing.T) {
	f := rows(models.Number, [3]float64{1, 100, 10}, [3]float64{2, 200, 30}, [3]float64{3, 100, 60})
	r := loose()
	r.Smoothing = 50
	v := fit(t, f, bin.Plan{}, r)
	require.InDelta(t, math.Log(1.0/7)-math.Log(0.25), v.Bins[0].WoE, 1e-12)
}

func labels(v *bin.Variable) (out []string) {
	for i := range v.Bins {
		out = append(out, v.Label(i))
	}
	return out
}

// Special codes keep their opposite risks apart, and from the numbers beside them.
func TestSpecialCodesAndMissing(t *testing.T) {
	f := rows(models.Number, [3]float64{-9, 50, 1}, [3]float64{-8, 10, 40}, [3]float64{nan, 30, 30}, [3]float64{1, 100, 10}, [3]float64{2, 60, 50})
	v := fit(t, f, bin.Plan{Special: []float64{-8, -9, -7}}, loose())
	require.Equal(t, []string{"< 2", ">= 2", "= -9", "= -8", "= -7", "missing"}, labels(v))
	require.EqualValues(t, 51, v.Bins[v.Index(-9)].Rows)
	require.EqualValues(t, 40, v.Bins[v.Index(-8)].Events)
	require.EqualValues(t, 60, v.Bins[v.Index(nan)].Rows)
	require.Less(t, v.Bins[v.Index(-9)].WoE, 0.0)
	require.Greater(t, v.Bins[v.Index(-8)].WoE, 0.0)
	require.NotZero(t, v.Bins[v.Missing()].WoE, "missing has its own evidence")
	require.Zero(t, v.Bins[v.Index(-7)].WoE)
	require.Equal(t, "a code that training never saw", v.Novel(-7))
	require.Empty(t, v.Novel(-8))
	require.Empty(t, v.Novel(nan))
	require.Empty(t, v.Novel(1e300), "beyond the range is the last bin")
	require.Equal(t, 1, v.Index(1e308))
	require.Equal(t, 0, v.Index(math.Inf(-1)))
}

// category makes a frame of one category with levels a, b, c ... of (good, bad) rows.
func category(groups ...[2]float64) *models.Frame {
	var g [][3]float64
	c := models.Column{}
	for i, n := range groups {
		g = append(g, [3]float64{float64(i), n[0], n[1]})
		c.Levels = append(c.Levels, string(rune('a'+i)))
	}
	f := rows(models.Category, g...)
	f.Columns[0].Levels = c.Levels
	return f
}

func TestCategoriesByRateAndRareLevels(t *testing.T) {
	f := category([2]float64{20, 80}, [2]float64{90, 10}, [2]float64{45, 5}, [2]float64{50, 50}, [2]float64{3, 0})
	r := loose()
	r.MinRows = 10
	v := fit(t, f, bin.Plan{}, r)
	require.Equal(t, []int{2, 0, 0, 1, -1}, v.Groups, "b and c have one rate; e is rare")
	require.Equal(t, []string{"b, c", "d", "a", "missing", "rare", "unseen"}, labels(v))
	require.Less(t, v.Bins[v.Rare()].WoE, 0.0, "three good rows")
	unseen := v.Index(models.Unseen)
	require.Equal(t, len(v.Bins)-1, unseen)
	require.Zero(t, v.Bins[unseen].WoE, "an unseen level never gets the safe weight of rare ones")
	require.Equal(t, "unseen level", v.Novel(models.Unseen))
	require.Equal(t, "missing, which training never saw", v.Novel(nan))
	require.Zero(t, v.Bins[v.Index(nan)].WoE)

	risky := category([2]float64{20, 80}, [2]float64{90, 10}, [2]float64{1, 4})
	v = fit(t, risky, bin.Plan{}, r)
	require.Equal(t, v.Bins[v.Rare()].WoE, v.Bins[v.Index(models.Unseen)].WoE, "riskier than the whole: unseen shares it")
}

func TestOddColumns(t *testing.T) {
	for name, values := range map[string][]float64{
		"constant": {1, 1, 1, 1, 1, 1, 1, 1}, "all missing": {nan, nan, nan, nan, nan, nan, nan, nan},
		"huge": {-1e308, 1e308, -1e308, 1e308, -1e308, 1e308, -1e308, 1e308}, "tiny": {0, 5e-324, 0, 5e-324, 0, 5e-324, 0, 5e-324},
		"neighbours": {1, math.Nextafter(1, 2), 1, math.Nextafter(1, 2), 1, 1, 1, math.Nextafter(1, 2)},
	} {
		f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number, Values: values}}, Target: []float64{0, 1, 0, 1, 0, 1, 0, 0}}
		v := fit(t, f, bin.Plan{}, loose())
		for _, x := range values {
			require.NotZero(t, v.Bins[v.Index(x)].Rows, name)
		}
		distinct := slices.Compact(slices.Sorted(slices.Values(values)))
		if len(distinct) == 2 {
			require.Len(t, v.Edges, 1, name)
			require.NotEqual(t, v.Index(distinct[0]), v.Index(distinct[1]), name)
		}
	}
}

func TestDeclaredTrendIsHeld(t *testing.T) {
	f := rows(models.Number, [3]float64{1, 60, 40}, [3]float64{2, 80, 20}, [3]float64{3, 90, 10})
	v := fit(t, f, bin.Plan{Trend: bin.Ascending}, loose())
	require.Empty(t, v.Edges, "the data go the other way: one bin, which a card leaves out")
	v = fit(t, f, bin.Plan{Trend: bin.Descending}, loose())
	require.Len(t, v.Edges, 2)
}

func TestRefusals(t *testing.T) {
	f := rows(models.Number, [3]float64{1, 3, 3})
	_, err := bin.Fit(&f.Columns[0], bin.NewOutcome(f), bin.Plan{Trend: "sideways"}, loose())
	require.ErrorIs(t, err, models.ErrInvalid)
	require.ErrorContains(t, err, `column "x"`)
	_, err = bin.Fit(&f.Columns[0], bin.NewOutcome(f), bin.Plan{Special: []float64{nan}}, loose())
	require.ErrorIs(t, err, models.ErrInvalid)
	_, err = bin.Fit(&f.Columns[0], bin.NewOutcome(f), bin.Plan{}, bin.Rules{})
	require.ErrorIs(t, err, models.ErrInvalid)
	c := category([2]float64{3, 3})
	_, err = bin.Fit(&c.Columns[0], bin.NewOutcome(c), bin.Plan{Trend: bin.Ascending}, loose())
	require.ErrorContains(t, err, "declare it a number")
}

func drawFrame(t *rapid.T) *models.Frame {
	n := rapid.IntRange(2, 300).Draw(t, "rows")
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number, Values: make([]float64, n)}}, Target: make([]float64, n), Weights: make([]float64, n)}
	for i := range n {
		x := float64(rapid.IntRange(-3, 40).Draw(t, "x"))
		if x == -3 {
			x = nan
		}
		f.Columns[0].Values[i], f.Target[i] = x, float64(rapid.IntRange(0, 1).Draw(t, "y"))
		f.Weights[i] = rapid.SampledFrom([]float64{1, 0.1, 3.7, 10.5039}).Draw(t, "w")
	}
	return f
}

func TestOrderOfRowsDoesNotShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFrame(t)
		order := rapid.Permutation(indices(f.Rows())).Draw(t, "order")
		p := bin.Plan{Special: []float64{0}, Trend: rapid.SampledFrom([]bin.Trend{bin.Auto, bin.None, bin.Monotone, bin.Valley}).Draw(t, "trend")}
		require.Equal(t, fit(t, f, p, bin.DefaultRules()), fit(t, f.Subset(order), p, bin.DefaultRules()))
	})
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// What every binning keeps: all rows are in the bin that Index says, sums are whole, sizes and trend hold.
func TestPropertiesOfBins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFrame(t)
		r := loose()
		r.MinShare, r.MinEvents = 0.1, 2
		v := fit(t, f, bin.Plan{Trend: bin.Monotone, Special: []float64{7}}, r)
		counts, events := make([]int64, len(v.Bins)), make([]int64, len(v.Bins))
		for i, x := range f.Columns[0].Values {
			counts[v.Index(x)]++
			events[v.Index(x)] += int64(f.Target[i])
		}
		for i, b := range v.Bins {
			require.Equal(t, counts[i], b.Rows)
			require.Equal(t, events[i], b.Events)
			if i < v.Merged() && v.Merged() > 1 {
				require.GreaterOrEqual(t, b.Events, int64(2))
				require.GreaterOrEqual(t, b.Rows-b.Events, int64(2))
			}
		}
		for i := 1; i < v.Merged(); i++ {
			if v.Trend == bin.Ascending {
				require.Greater(t, v.Bins[i].Rate(), v.Bins[i-1].Rate())
			} else {
				require.Less(t, v.Bins[i].Rate(), v.Bins[i-1].Rate())
			}
		}
	})
}

func TestQuantileCellsOfManyValues(t *testing.T) {
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number}}}
	for i := range 10_000 {
		x := float64(i)
		if i < 6000 {
			x = 0 // most rows are 0: the rest still gets its cells
		}
		bad := 0.0
		if i%100 < i/200 {
			bad = 1
		}
		f.Columns[0].Values, f.Target = append(f.Columns[0].Values, x), append(f.Target, bad)
	}
	r := loose()
	r.Penalty, r.MaxBins = 0, 100
	v := fit(t, f, bin.Plan{}, r)
	require.Greater(t, v.Merged(), 5)
	require.EqualValues(t, 6000, v.Bins[0].Rows)
}
