package card_test

import (
	"fmt"
	"math"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/exact"
	"hengxin/models"
	"hengxin/models/bin"
	"hengxin/models/card"
)

var nan = math.NaN()

// made is a made-up table: a risky number, a safe number with missing values and a special code, a category with rare
// levels, noise, a constant, a copy of the first.
func made(n int, seed uint64) *models.Frame {
	g := generator(seed)
	x, z, c, noise := make([]float64, n), make([]float64, n), make([]string, n), make([]float64, n)
	f := &models.Frame{Target: make([]float64, n), Weights: make([]float64, n)}
	for i := range n {
		x[i], noise[i] = math.Floor(g.unit()*50), g.unit()
		odds := -2 + x[i]/20
		if z[i] = math.Floor(g.unit() * 30); g.unit() < 0.1 {
			z[i] = nan
			odds++
		} else if g.unit() < 0.1 {
			z[i] = -9
			odds -= 2
		} else {
			odds -= z[i] / 15
		}
		k := int(g.unit() * g.unit() * 12)
		c[i] = fmt.Sprintf("level %02d", k)
		odds += float64(k%3) - 1
		f.Weights[i] = 1 + float64(i%3)
		if g.unit() < exact.Logistic(odds) {
			f.Target[i] = 1
		}
	}
	f.Columns = []models.Column{{Name: "x", Type: models.Number, Values: x}, {Name: "z", Type: models.Number, Values: z},
		models.NewCategory("c", c), {Name: "noise", Type: models.Number, Values: noise}, {Name: "constant", Type: models.Number, Values: make([]float64, n)},
		{Name: "copy", Type: models.Number, Values: x}}
	return f
}

type source uint64

func generator(seed uint64) *source { s := source(seed); return &s }

func (s *source) unit() float64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return float64((z^z>>31)>>11) / (1 << 53)
}

func recipe() card.Recipe {
	r := card.DefaultRecipe()
	r.MinEvidence = 0.3 // enough to leave a column of noise out
	r.Columns = map[string]card.ColumnRules{"z": {Special: []float64{-9}}}
	return r
}

func fit(t require.TestingT, f *models.Frame, r card.Recipe) *card.Fitted {
	fitted, err := card.Fit(f, r, models.Artifact{Outcome: models.Outcome{Name: "bad", Positive: "1"}})
	require.NoError(t, err)
	return fitted
}

func row(f *models.Frame, a *models.Artifact, i int) []float64 {
	bound, err := a.Bind(f)
	if err != nil {
		panic(err)
	}
	var x []float64
	for _, b := range bound {
		x = append(x, b[i])
	}
	return x
}

// By hand: one column, levels a (200 good, 50 bad) and b (100 good, 150 bad); without ridge, folds and smoothing the
// coefficient of the only WoE is 1, the base is the base rate. WoE a = ln(.25/(2/3)), b = ln(.75/(1/3)); at base 600, odds
// 20, PDO 20 a neutral row has odds 300:200: 600 + 20/ln 2 (ln 1.5 - ln 20) = 525.26, a = +28.30, b = -23.40.
func TestPointsByHand(t *testing.T) {
	f := &models.Frame{Columns: []models.Column{{Name: "c", Type: models.Category, Levels: []string{"a", "b"}}}}
	for _, g := range [][3]int{{0, 0, 200}, {0, 1, 50}, {1, 0, 100}, {1, 1, 150}} {
		for range g[2] {
			f.Columns[0].Values, f.Target = append(f.Columns[0].Values, float64(g[0])), append(f.Target, float64(g[1]))
		}
	}
	r := card.DefaultRecipe()
	r.Folds, r.Ridge, r.Bins.Smoothing = 0, 0, 0
	r.Scale.PDO = 20
	fitted := fit(t, f, r)
	ch := fitted.Card.Parameters().Characteristics[0]
	require.InDelta(t, 1, ch.Coefficient, 1e-9)
	require.Equal(t, []float64{28, -23, 0, 0, 0}, ch.Points, "a, b, missing, rare, unseen")
	require.Equal(t, 525.0, fitted.Card.Parameters().Base)
	require.Equal(t, 553.0, fitted.Card.Points([]float64{0}))
	require.InDelta(t, exact.Logistic(-(553-600)/(20/math.Ln2)-math.Log(20)), models.Probability(fitted.Card.LogOdds([]float64{0})), 1e-12)
	// the standard error of a log odds ratio is the root of the sum of 1/n; the coefficient is in units of the WoE
	spread := math.Log(0.75/(1.0/3)) - math.Log(0.25/(2.0/3))
	require.InDelta(t, math.Sqrt(1.0/200+1.0/50+1.0/100+1.0/150)/spread, ch.Error, 1e-9)
}

func TestFitFindsWhatIsThere(t *testing.T) {
	fitted := fit(t, made(4000, 1), recipe())
	used := map[string]bool{}
	for _, c := range fitted.Candidates {
		used[c.Variable.Name] = c.Used
		require.NotEqual(t, c.Used, c.Reason != "", "%s: %q", c.Variable.Name, c.Reason)
	}
	require.Equal(t, map[string]bool{"x": true, "z": true, "c": true, "noise": false, "constant": false, "copy": false}, used)
	require.Contains(t, fitted.Candidates[4].Reason, "one bin")
	require.Contains(t, fitted.Candidates[5].Reason, `like column "x"`)
	for _, ch := range fitted.Card.Parameters().Characteristics {
		for i, b := range ch.Variable.Bins {
			require.LessOrEqual(t, sign(ch.Points[i])*sign(b.WoE), 0.0, "%s: %s", ch.Variable.Name, ch.Variable.Label(i))
		}
	}
	z := fitted.Card.Parameters().Characteristics[1]
	require.Greater(t, z.Points[z.Variable.Index(-9)], 0.0)
	require.Less(t, z.Points[z.Variable.Index(nan)], 0.0)
}

func sign(v float64) float64 {
	switch {
	case v > 0:
		return 1
	case v < 0:
		return -1
	}
	return 0
}

func TestContributionsSumToLogOddsAndPoints(t *testing.T) {
	f := made(2000, 2)
	for _, decimals := range []int{0, 2} {
		r := recipe()
		r.Scale.Decimals = decimals
		fitted := fit(t, f, r)
		a, c := fitted.Artifact, fitted.Card
		for i := range 300 {
			x := row(f, a, i)
			parts := c.Contributions(nil, x)
			require.Len(t, parts, len(x)+1)
			sum := 0.0
			for _, p := range parts {
				sum += p
			}
			require.Equal(t, sum, c.LogOdds(x), "to the bit")
			require.Equal(t, c.Points(x), a.Scale.Points(c.LogOdds(x)))
			short := 0.0
			for _, l := range c.Lost(nil, x) {
				require.GreaterOrEqual(t, l.Short, 0.0)
				short += l.Short
			}
			best := c.Parameters().Base
			for _, ch := range c.Parameters().Characteristics {
				best += ch.Max()
			}
			require.InDelta(t, best-short, c.Points(x), 1e-9)
		}
	}
}

// Equal points, equal probability; more points, lower probability; and the whole adds up to the true bad weight.
func TestPointsAreTheModel(t *testing.T) {
	f := made(3000, 3)
	fitted := fit(t, f, recipe())
	byPoints := map[float64]float64{}
	expected, bad := 0.0, 0.0
	for i := range f.Rows() {
		x := row(f, fitted.Artifact, i)
		p := models.Probability(fitted.Card.LogOdds(x))
		points := fitted.Card.Points(x)
		if q, ok := byPoints[points]; ok {
			require.InDelta(t, q, p, 1e-12)
		}
		byPoints[points] = p
		expected += f.Weights[i] * p
		bad += f.Weights[i] * f.Target[i]
	}
	require.InDelta(t, 1, expected/bad, 0.01, "the base is rounded to a point")
	for a, p := range byPoints {
		for b, q := range byPoints {
			require.False(t, a > b && p >= q)
		}
	}
}

func digest(t require.TestingT, f *models.Frame) string {
	d, err := fit(t, f, recipe()).Artifact.Digest()
	require.NoError(t, err)
	return d
}

func TestSameBytesForAnyThreadsAndOrder(t *testing.T) {
	f := made(9000, 4)
	want := digest(t, f)
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	require.Equal(t, want, digest(t, f))
	runtime.GOMAXPROCS(4)
	require.Equal(t, want, digest(t, f))
	order := make([]int, f.Rows())
	for i := range order {
		order[i] = (i*7919 + 13) % len(order)
	}
	require.Equal(t, want, digest(t, f.Subset(order)))
	f.Columns[2].Levels = append(f.Columns[2].Levels, "zzz held by no row")
	require.Equal(t, want, digest(t, f))
}

// The artifact of a made-up table on every processor and after every change that is not meant to change models.
func TestGoldenDigest(t *testing.T) {
	require.Equal(t, goldenDigest, digest(t, made(2000, 5)))
}

func TestArtifactRoundTrip(t *testing.T) {
	f := made(2000, 6)
	fitted := fit(t, f, recipe())
	b, err := fitted.Artifact.Bytes()
	require.NoError(t, err)
	a, err := models.Decode(b)
	require.NoError(t, err)
	c, err := card.Decode(a)
	require.NoError(t, err)
	for i := range 200 {
		x := row(f, a, i)
		require.Equal(t, fitted.Card.LogOdds(x), c.LogOdds(x))
	}
	again, err := a.Bytes()
	require.NoError(t, err)
	require.Equal(t, b, again)
}

// What training never saw is scored by the stated rule and named, and is never the safest bin.
func TestNovelValues(t *testing.T) {
	f := made(4000, 7)
	fitted := fit(t, f, recipe())
	a, c := fitted.Artifact, fitted.Card
	x := row(f, a, 0)
	x[2] = models.Unseen
	require.Equal(t, "unseen level", c.Remarks(nil, x)[0].What)
	x[0] = nan // x was never missing
	remarks := c.Remarks(nil, x)
	require.Len(t, remarks, 2)
	require.Zero(t, remarks[0].Points, "missing for the first time: neutral")
	for _, r := range remarks {
		require.LessOrEqual(t, r.Points, 0.0)
		require.Less(t, r.Points, c.Parameters().Characteristics[r.Column].Max())
	}
	for _, v := range []float64{1e308, -1e308, math.Inf(1), math.Inf(-1), 5e-324} {
		x[0], x[1] = v, v
		require.False(t, math.IsNaN(c.LogOdds(x)))
	}
}

func TestUnusableTables(t *testing.T) {
	one := made(100, 8)
	for i := range one.Target {
		one.Target[i] = 1
	}
	blank := made(500, 9)
	blank.Columns = blank.Columns[4:5]
	infinite := made(100, 10)
	infinite.Columns[0].Values[7] = math.Inf(1)
	twice := made(100, 11)
	twice.Columns[5].Name = "x"
	for want, f := range map[string]*models.Frame{
		"all 100 rows have the same outcome": one, "no column carries evidence": blank,
		`column "x", row 7`: infinite, "two columns of that name": twice, "no target": {Columns: twice.Columns[:1]},
	} {
		_, err := card.Fit(f, card.DefaultRecipe(), models.Artifact{})
		require.ErrorIs(t, err, models.ErrInvalid)
		require.ErrorContains(t, err, want)
	}
	r := card.DefaultRecipe()
	r.Columns["nosuch"] = card.ColumnRules{}
	_, err := card.Fit(made(100, 12), r, models.Artifact{})
	require.ErrorContains(t, err, `column "nosuch"`)
}

// Twelve rows, a column that is all missing, one with values of 1e308: a card or an error that says why, never a panic.
func TestSmallAndOddTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 30).Draw(t, "rows")
		f := &models.Frame{Target: make([]float64, n)}
		for c := range rapid.IntRange(1, 4).Draw(t, "columns") {
			col := models.Column{Name: fmt.Sprint("x", c), Type: models.Number, Values: make([]float64, n)}
			pool := rapid.SampledFrom([][]float64{{nan}, {1}, {0, 1}, {-1e308, 1e308, 0}, {1, 2, 3, 4, 5, nan}, {0, 5e-324}}).Draw(t, "pool")
			for i := range n {
				col.Values[i] = rapid.SampledFrom(pool).Draw(t, "x")
			}
			f.Columns = append(f.Columns, col)
		}
		for i := range n {
			f.Target[i] = float64(rapid.IntRange(0, 1).Draw(t, "y"))
		}
		fitted, err := card.Fit(f, card.DefaultRecipe(), models.Artifact{})
		if err != nil {
			require.ErrorIs(t, err, models.ErrInvalid)
			return
		}
		for i := range n {
			require.False(t, math.IsNaN(fitted.Card.LogOdds(row(f, fitted.Artifact, i))))
		}
	})
}

func TestRemarksOnLeaksAndIds(t *testing.T) {
	f := made(1000, 13)
	leak, id := make([]float64, 1000), make([]float64, 1000)
	for i := range leak {
		leak[i], id[i] = f.Target[i]*10+float64(i%7), float64((i*37)%1000+5)
	}
	f.Columns = append(f.Columns, models.Column{Name: "leak", Type: models.Number, Values: leak}, models.Column{Name: "id", Type: models.Number, Values: id})
	fitted := fit(t, f, recipe())
	require.Contains(t, fitted.Candidates[6].Remark, "does it hold the outcome")
	require.Contains(t, fitted.Candidates[7].Remark, "number of each row")
	require.GreaterOrEqual(t, len(fitted.Artifact.Provenance.Remarks), 2)
}

func TestDeclaredDirection(t *testing.T) {
	r := recipe()
	r.Columns["x"] = card.ColumnRules{Direction: -1, Reason: "R01", Text: models.Text{En: "debts", Zh: "债务"}}
	fitted := fit(t, made(3000, 14), r)
	require.False(t, fitted.Candidates[0].Used, "riskier with x, declared safer")
	r.Columns["x"] = card.ColumnRules{Direction: 1, Reason: "R01", Text: models.Text{En: "debts", Zh: "债务"}}
	fitted = fit(t, made(3000, 14), r)
	require.True(t, fitted.Candidates[0].Used)
	require.Equal(t, models.Spec{Name: "x", Type: models.Number, Direction: 1, Reason: "R01", Text: models.Text{En: "debts", Zh: "债务"}}, fitted.Artifact.Columns[0])
	require.Equal(t, bin.Ascending, fitted.Candidates[0].Variable.Trend)
	r.Columns["x"] = card.ColumnRules{Direction: 1, Trend: bin.Descending}
	_, err := card.Fit(made(100, 14), r, models.Artifact{})
	require.ErrorIs(t, err, models.ErrInvalid)
}

func TestGradesFollowProbability(t *testing.T) {
	a := fit(t, made(2000, 15), recipe()).Artifact
	require.Len(t, a.Grades, 9)
	for _, g := range models.DefaultGrades()[:8] {
		at := a.Scale.Base - a.Scale.Factor()*(math.Log(g.PD/(1-g.PD))+math.Log(a.Scale.Odds))
		require.Equal(t, g.Name, a.Grade(math.Ceil(at)), "at its bound")
		require.NotEqual(t, g.Name, a.Grade(math.Ceil(at)-1), "a point below it")
	}
	require.Equal(t, "C", a.Grade(-1e9))
}

func BenchmarkFit(b *testing.B) {
	f := made(20_000, 1)
	for b.Loop() {
		fit(b, f, recipe())
	}
}

// Raw numbers in, points out, one thread.
func BenchmarkPoints(b *testing.B) {
	f := made(5000, 1)
	fitted := fit(b, f, recipe())
	var x [][]float64
	for i := range 1000 {
		x = append(x, row(f, fitted.Artifact, i))
	}
	for i := 0; b.Loop(); i++ {
		fitted.Card.Points(x[i%1000])
	}
}
