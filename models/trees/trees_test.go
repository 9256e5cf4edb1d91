package trees_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/trees"
)

var nan = math.NaN()

// table makes rows with numbers, missing values, a special code and a category, and an outcome that hangs on them.
func table(seed uint64, rows int) *models.Frame {
	rng := rand.New(rand.NewPCG(seed, 1))
	f := &models.Frame{Target: make([]float64, rows)}
	a, b, c, d := make([]float64, rows), make([]float64, rows), make([]float64, rows), make([]string, rows)
	for i := range rows {
		a[i], b[i], c[i] = rng.NormFloat64(), math.Floor(rng.Float64()*8), rng.ExpFloat64()
		d[i] = string(rune('a' + rng.IntN(9)))
		z := a[i] + 0.3*b[i] - 2
		if a[i] > 0 {
			z -= c[i]
		}
		if d[i] < "d" {
			z++
		}
		if rng.IntN(6) == 0 {
			a[i], z = nan, z+0.5
		}
		if rng.IntN(8) == 0 {
			c[i], z = -9, z-1
		}
		if rng.Float64() < models.Probability(z) {
			f.Target[i] = 1
		}
	}
	number := func(name string, v []float64) models.Column {
		return models.Column{Name: name, Type: models.Number, Values: v}
	}
	f.Columns = []models.Column{number("a", a), number("b", b), number("c", c), models.NewCategory("d", d)}
	return f
}

func recipe() trees.Recipe {
	r := trees.DefaultRecipe()
	r.Rounds, r.Rate, r.Leaves, r.Folds, r.MinRows = 20, 0.2, 8, 0, 5
	r.RowShare, r.ColumnShare, r.Ridge = 1, 1, 1
	return r
}

func meta() models.Artifact {
	return models.Artifact{Outcome: models.Outcome{Name: "bad", Positive: "1"}}
}

func fit(t *testing.T, f *models.Frame, r trees.Recipe) *trees.Fitted {
	t.Helper()
	fitted, err := trees.Fit(f, r, meta())
	require.NoError(t, err)
	return fitted
}

func digest(t *testing.T, f *models.Frame, r trees.Recipe, threads int) string {
	t.Helper()
	fitted, err := trees.FitThreads(f, r, meta(), threads)
	require.NoError(t, err)
	d, err := fitted.Artifact.Digest()
	require.NoError(t, err)
	return d
}

// recipes are fits that use every part: draws, folds, weights, directions, codes, growth by depth.
func recipes() map[string]trees.Recipe {
	plain, drawn, folds, depth := recipe(), recipe(), recipe(), recipe()
	drawn.RowShare, drawn.ColumnShare = 0.6, 0.5
	folds.Folds, folds.Rounds, folds.Patience = 3, 60, 5
	depth.Growth, depth.Depth = trees.DepthWise, 3
	depth.Columns = map[string]trees.ColumnRules{"b": {Direction: 1}, "c": {Special: []float64{-9}, Direction: -1}}
	return map[string]trees.Recipe{"plain": plain, "drawn": drawn, "folds": folds, "depth": depth}
}

// The artifact has the same bytes for any number of threads and any order of rows, with and without weights.
func TestSameBits(t *testing.T) {
	f := table(1, 5000)
	order := rand.New(rand.NewPCG(7, 7)).Perm(f.Rows())
	for name, r := range recipes() {
		for _, weighted := range []bool{false, true} {
			f.Weights = nil
			if weighted {
				for i := range f.Rows() {
					f.Weights = append(f.Weights, 1+float64(i%7)/3)
				}
			}
			want := digest(t, f, r, 1)
			require.Equal(t, want, digest(t, f, r, 2), name)
			require.Equal(t, want, digest(t, f, r, 5), name)
			require.Equal(t, want, digest(t, f.Subset(order), r, 2), "%s: shuffled", name)
		}
	}
}

// Rows that are wholly alike must not make draws hang on their places.
func TestAlikeRowsAreInterchangeable(t *testing.T) {
	f := table(3, 300)
	rows := make([]int, 0, 1500)
	for i := range 1500 {
		rows = append(rows, i%300)
	}
	twice := f.Subset(rows)
	r := recipes()["drawn"]
	order := rand.New(rand.NewPCG(9, 9)).Perm(1500)
	require.Equal(t, digest(t, twice, r, 1), digest(t, twice.Subset(order), r, 2))
}

// One row, a table, and the artifact read back give the same log odds to the last bit.
func TestEveryWayToScoreAgrees(t *testing.T) {
	f := table(2, 3000)
	for name, r := range recipes() {
		fitted := fit(t, f, r)
		b, err := fitted.Artifact.Bytes()
		require.NoError(t, err)
		a, err := models.Decode(b)
		require.NoError(t, err)
		m, err := trees.Decode(a)
		require.NoError(t, err)
		test := table(5, 701)
		test.Columns[3].Values[0] = models.Unseen
		for c := range test.Columns {
			test.Columns[c].Values[1+c] = nan
		}
		bound, err := a.Bind(test)
		require.NoError(t, err)
		odds := make([]float64, test.Rows())
		m.LogOddsOf(odds, bound)
		parts := make([]float64, test.Rows()*(len(bound)+1))
		m.ContributionsOf(parts, bound)
		x := make([]float64, len(bound))
		for i := range odds {
			for c := range bound {
				x[c] = bound[c][i]
			}
			require.Equal(t, odds[i], fitted.Model.LogOdds(x), name)
			require.Equal(t, odds[i], naive(m.Parameters(), a.Columns, x), "%s: row %d %v", name, i, x)
			sum, row := 0.0, parts[i*len(x)+i:][:len(x)+1]
			require.Equal(t, slices.Collect(slices.Values(row)), m.Contributions(nil, x), name)
			for _, v := range row {
				sum += v
			}
			require.Equal(t, odds[i], sum, name)
		}
	}
}

// naive walks the trees of the artifact as its form says.
func naive(p *trees.Parameters, specs []models.Spec, x []float64) float64 {
	sum := p.Base
	for i := range p.Trees {
		t := &p.Trees[i]
		sum += t.Values[leafOf(p, t, specs, x)]
	}
	return float64(sum) / (1 << 30)
}

func leafOf(p *trees.Parameters, t *trees.Tree, specs []models.Spec, x []float64) int {
	at := 0
	if len(t.Input) == 0 {
		return 0
	}
	for at >= 0 {
		if goesLeft(p, t, specs, at, x) {
			at = t.Left[at]
		} else {
			at = t.Right[at]
		}
	}
	return -1 - at
}

func goesLeft(p *trees.Parameters, t *trees.Tree, specs []models.Spec, i int, x []float64) bool {
	in := &p.Inputs[t.Input[i]]
	v := x[in.Column]
	if specs[in.Column].Type == models.Category {
		cell := 0
		if v < 0 {
			cell = 1
		} else if v == v {
			cell = in.Cells[int(v)]
		}
		return slices.Contains(in.Sets[t.Cut[i]], cell)
	}
	if in.Code != nil {
		return v != *in.Code
	}
	if v != v || slices.Contains(in.Special, v) {
		return t.Missing[i] == 1
	}
	return v < in.Edges[t.Cut[i]]
}

// A bag keeps the trees up to the least log loss of its fold and gives up when patience is out.
func TestBagsStopByTheirFold(t *testing.T) {
	r := recipe()
	r.Folds, r.Rounds, r.Patience, r.Rate = 4, 500, 7, 0.5
	fitted := fit(t, table(9, 1200), r)
	require.Len(t, fitted.Bags, 4)
	for _, b := range fitted.Bags {
		require.Positive(t, b.Trees)
		least := slices.Min(b.Losses)
		require.Equal(t, least, b.Losses[b.Trees-1])
		require.Len(t, b.Losses, b.Trees+7)
		require.Greater(t, least, 0.2)
		require.Less(t, least, math.Ln2)
	}
	r.BagRows = 2400
	require.Len(t, fit(t, table(9, 1200), r).Bags, 2, "a large table leaves out fewer of the folds")
}
