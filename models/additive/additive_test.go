package additive_test

import (
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/eval"
)

var nan = math.NaN()

// made is a table whose outcome rises with x, dips in z, hangs on the product of p and q alone of those two, and on a level of
// c; noise tells nothing.
func made(rows int, seed uint64) *models.Frame {
	rng := rand.New(rand.NewPCG(seed, 1))
	f := &models.Frame{Target: make([]float64, rows)}
	add := func(name string, draw func() float64) []float64 {
		v := make([]float64, rows)
		for i := range v {
			v[i] = draw()
		}
		f.Columns = append(f.Columns, models.Column{Name: name, Type: models.Number, Values: v})
		return v
	}
	x := add("x", func() float64 { return math.Floor(rng.Float64() * 50) })
	z := add("z", func() float64 {
		if rng.Float64() < 0.1 {
			return nan
		}
		return rng.NormFloat64()
	})
	p, q := add("p", rng.NormFloat64), add("q", rng.NormFloat64)
	add("noise", rng.NormFloat64)
	texts := make([]string, rows)
	for i := range rows {
		texts[i] = []string{"a", "b", "c"}[rng.IntN(3)]
		odds := -2 + 0.05*x[i]
		if z[i] != z[i] {
			odds += 1
		} else if math.Abs(z[i]) < 0.5 {
			odds--
		}
		if p[i]*q[i] > 0 {
			odds += 1.5
		}
		if texts[i] == "b" {
			odds += 0.8
		}
		if rng.Float64() < models.Probability(odds) {
			f.Target[i] = 1
		}
	}
	f.Columns = append(f.Columns, models.NewCategory("c", texts))
	return f
}

func fit(t *testing.T, f *models.Frame, r additive.Recipe) *additive.Fitted {
	fitted, err := additive.Fit(f, r, models.Artifact{Outcome: models.Outcome{Name: "bad", Positive: "1"}})
	require.NoError(t, err)
	return fitted
}

func aucOf(t *testing.T, m *additive.Fitted, f *models.Frame) float64 {
	bound, err := m.Artifact.Bind(f)
	require.NoError(t, err)
	score, x := make([]float64, f.Rows()), make([]float64, len(bound))
	for i := range score {
		for c := range bound {
			x[c] = bound[c][i]
		}
		score[i] = m.Model.LogOdds(x)
	}
	auc, err := eval.AUC(f.Target, score)
	require.NoError(t, err)
	return auc.Value
}

func TestFindsCoursesAndPairs(t *testing.T) {
	train, test := made(6000, 1), made(6000, 2)
	r := additive.DefaultRecipe()
	r.Pairs = 0
	alone := aucOf(t, fit(t, train, r), test)
	r.Pairs = 3
	with := fit(t, train, r)
	require.Greater(t, aucOf(t, with, test), alone+0.03, "the product of p and q")
	best := with.Model.Parameters().Pairs[0]
	require.Equal(t, []string{"p", "q"}, []string{best.First.Name, best.Second.Name})
	size := map[string]float64{}
	for _, c := range with.Columns {
		size[c.Name] = c.Weight
	}
	require.Greater(t, size["x"], 5*size["noise"])
	require.Greater(t, size["z"], 5*size["p"], "purified: p says nothing alone")
}

func TestProbabilitiesSumToTheBad(t *testing.T) {
	f := made(3000, 3)
	m := fit(t, f, additive.DefaultRecipe())
	bound, err := m.Artifact.Bind(f)
	require.NoError(t, err)
	total, bad := 0.0, 0.0
	for i, y := range f.Target {
		x := make([]float64, len(bound))
		for c := range bound {
			x[c] = bound[c][i]
		}
		total += models.Probability(m.Model.LogOdds(x))
		bad += y
	}
	require.InEpsilon(t, bad, total, 1e-3)
}

func TestSameBytesForThreadsAndOrder(t *testing.T) {
	f := made(1500, 4)
	r := additive.DefaultRecipe()
	r.Pairs = 3
	want, err := fit(t, f, r).Artifact.Digest()
	require.NoError(t, err)
	rows := rand.New(rand.NewPCG(5, 5)).Perm(f.Rows())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	got, err := fit(t, f.Subset(rows), r).Artifact.Digest()
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestDirectionHoldsEverywhere(t *testing.T) {
	for seed := range uint64(10) {
		f := made(800, 10+seed)
		r := additive.DefaultRecipe()
		r.Columns = map[string]additive.ColumnRules{"x": {Direction: 1}, "z": {Direction: -1}, "p": {Direction: 1}}
		m := fit(t, f, r)
		for _, term := range m.Model.Parameters().Terms {
			d := r.Columns[term.Variable.Name].Direction
			for b := 1; b < term.Variable.Merged() && d != 0; b++ {
				require.GreaterOrEqual(t, float64(d)*(term.Values[b]-term.Values[b-1]), 0.0, "%s, bin %d", term.Variable.Name, b)
			}
		}
		for _, p := range m.Model.Parameters().Pairs {
			require.Zero(t, r.Columns[p.First.Name].Direction)
			require.Zero(t, r.Columns[p.Second.Name].Direction)
		}
	}
}

func TestContributionsSumToLogOdds(t *testing.T) {
	f := made(1000, 6)
	m := fit(t, f, additive.DefaultRecipe())
	bytes, err := m.Artifact.Bytes()
	require.NoError(t, err)
	artifact, err := models.Decode(bytes)
	require.NoError(t, err)
	again, err := additive.Decode(artifact)
	require.NoError(t, err)
	x := make([]float64, len(artifact.Columns))
	for i := range x {
		x[i] = nan
	}
	for range 2 {
		sum := 0.0
		for _, v := range again.Contributions(nil, x) {
			sum += v
		}
		require.Equal(t, sum, again.LogOdds(x))
		require.Equal(t, sum, m.Model.LogOdds(x))
		for i := range x {
			x[i] = models.Unseen
		}
	}
}

func TestRefusals(t *testing.T) {
	f := made(100, 7)
	for name, change := range map[string]func(*models.Frame, *additive.Recipe){
		"one outcome":   func(f *models.Frame, _ *additive.Recipe) { clear(f.Target) },
		"column nosuch": func(_ *models.Frame, r *additive.Recipe) { r.Columns["nosuch"] = additive.ColumnRules{} },
		"direction":     func(_ *models.Frame, r *additive.Recipe) { r.Columns["c"] = additive.ColumnRules{Direction: 1} },
		"rate":          func(_ *models.Frame, r *additive.Recipe) { r.Rate = 0 },
	} {
		g, r := *f, additive.DefaultRecipe()
		g.Target = append([]float64{}, f.Target...)
		change(&g, &r)
		_, err := additive.Fit(&g, r, models.Artifact{})
		require.ErrorIs(t, err, models.ErrInvalid, name)
	}
}
