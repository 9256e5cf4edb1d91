package forest_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/forest"
)

// table is made up: the outcome depends on x, on whether c is "b", and on x missing.
func table(n int) *models.Frame {
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number}, {Name: "noise", Type: models.Number}, {Name: "c", Type: models.Category, Levels: []string{"a", "b", "rare"}}}}
	state := uint64(3)
	next := func(k uint64) float64 {
		state = state*6364136223846793005 + 1442695040888963407
		return float64(state >> 33 % k)
	}
	for range n {
		x, c := next(100), next(2)
		p := 0.1 + 0.5*x/100
		if c == 1 {
			p /= 3
		}
		y := 0.0
		if next(10_000)/10_000 < p {
			y = 1
		}
		if next(20) == 0 {
			x = math.NaN()
		}
		f.Columns[0].Values, f.Columns[1].Values, f.Columns[2].Values = append(f.Columns[0].Values, x), append(f.Columns[1].Values, next(1000)), append(f.Columns[2].Values, c)
		f.Target = append(f.Target, y)
	}
	return f
}

var outcome = models.Artifact{Outcome: models.Outcome{Name: "default", Positive: "1"}}

func recipe(trees int) forest.Recipe {
	r := forest.DefaultRecipe()
	r.Trees, r.Features = trees, 2
	return r
}

func fit(t *testing.T, f *models.Frame, r forest.Recipe) *forest.Fitted {
	t.Helper()
	fitted, err := forest.Fit(f, r, outcome)
	if !forest.Built {
		require.ErrorIs(t, err, forest.ErrNeedsCompiler)
		t.Skip("built without cgo")
	}
	require.NoError(t, err)
	return fitted
}

func TestWithoutCompilerItIsNamed(t *testing.T) {
	if forest.Built {
		t.Skip("built with cgo")
	}
	_, err := forest.Fit(table(100), recipe(3), outcome)
	require.ErrorIs(t, err, forest.ErrNeedsCompiler)
	require.ErrorContains(t, err, "C compiler")
}

func TestForestLearnsAndRepeats(t *testing.T) {
	f := table(3000)
	a := fit(t, f, recipe(12))
	low, high := models.Probability(a.Model.LogOdds([]float64{5, 500, 1})), models.Probability(a.Model.LogOdds([]float64{95, 500, 0}))
	require.Less(t, low, 0.15)
	require.Greater(t, high, 0.4)
	first, err := a.Artifact.Digest()
	require.NoError(t, err)
	rows := make([]int, f.Rows())
	for i := range rows {
		rows[i] = (i*7 + 11) % len(rows)
	}
	slices.Sort(rows)
	require.Equal(t, len(rows), len(slices.Compact(rows)))
	slices.Reverse(rows)
	again, err := fit(t, f.Subset(rows), recipe(12)).Artifact.Digest()
	require.NoError(t, err)
	require.Equal(t, first, again, "the order of rows does not show")
	b, err := a.Artifact.Bytes()
	require.NoError(t, err)
	decoded, err := models.Decode(b)
	require.NoError(t, err)
	m, err := forest.Decode(decoded)
	require.NoError(t, err)
	for _, x := range [][]float64{{5, 1, 0}, {math.NaN(), math.NaN(), math.NaN()}, {1e308, -1e308, models.Unseen}} {
		require.Equal(t, a.Model.LogOdds(x), m.LogOdds(x))
	}
	for _, p := range m.Parameters().Trees {
		for i, c := range p.Input {
			if c < 0 {
				require.GreaterOrEqual(t, p.Rows[i], int64(10))
				continue
			}
			require.Equal(t, p.Rows[i], p.Rows[p.Left[i]]+p.Rows[p.Right[i]])
			require.Equal(t, p.Bad[i], p.Bad[p.Left[i]]+p.Bad[p.Right[i]])
		}
	}
}

// made is a forest by hand of random shape, so that scoring is tested in every build.
func made(t *rapid.T) *models.Artifact {
	p := forest.Parameters{Rate: 0.25, Smooth: 2, Inputs: []forest.Input{{Special: []float64{-9}, Edges: []float64{1, 2, 3}}, {Cells: []int{2, 0, 1}}}}
	for range rapid.IntRange(1, 5).Draw(t, "trees") {
		var tree forest.Tree
		var add func(rows, bad int64, depth int) int
		add = func(rows, bad int64, depth int) int {
			at := len(tree.Input)
			tree.Input, tree.Cut, tree.Left, tree.Right = append(tree.Input, -1), append(tree.Cut, 0), append(tree.Left, 0), append(tree.Right, 0)
			tree.Rows, tree.Bad = append(tree.Rows, rows), append(tree.Bad, bad)
			if depth == 0 || rows < 2 {
				return at
			}
			l := rapid.Int64Range(1, rows-1).Draw(t, "rows")
			b := rapid.Int64Range(max(0, bad-(rows-l)), min(l, bad)).Draw(t, "bad")
			tree.Input[at], tree.Cut[at] = rapid.IntRange(0, 1).Draw(t, "input"), rapid.IntRange(0, 4).Draw(t, "cut")
			left := add(l, b, depth-1)
			right := add(rows-l, bad-b, depth-1)
			tree.Left[at], tree.Right[at] = left, right
			return at
		}
		add(100, 25, rapid.IntRange(0, 4).Draw(t, "depth"))
		p.Trees = append(p.Trees, tree)
	}
	b, err := models.Canonical(&p)
	require.NoError(t, err)
	return &models.Artifact{Kind: forest.Kind, Scale: models.DefaultScale(), Parameters: b[:len(b)-1],
		Columns: []models.Spec{{Name: "x", Type: models.Number}, {Name: "c", Type: models.Category, Levels: []string{"a", "b", "c"}}}}
}

// The probability is the mean of the smoothed shares of the leaves, and contributions sum to its log odds.
func TestProbabilityIsTheMeanOfLeaves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, err := forest.Decode(made(t))
		require.NoError(t, err)
		x := []float64{rapid.SampledFrom([]float64{-9, 0, 1, 2.5, 99, math.NaN()}).Draw(t, "x"), rapid.SampledFrom([]float64{0, 1, 2, models.Unseen, math.NaN()}).Draw(t, "c")}
		cell := [2]int{map[float64]int{-9: 1, 0: 2, 1: 3, 2.5: 4, 99: 5}[x[0]], map[float64]int{0: 2, 2: 1}[x[1]]}
		want := 0.0
		for _, tree := range m.Parameters().Trees {
			node := 0
			for tree.Input[node] >= 0 {
				if cell[tree.Input[node]] <= tree.Cut[node] {
					node = tree.Left[node]
				} else {
					node = tree.Right[node]
				}
			}
			want += (float64(tree.Bad[node]) + 0.5) / (float64(tree.Rows[node]) + 2)
		}
		want /= float64(len(m.Parameters().Trees))
		require.InDelta(t, math.Log(want/(1-want)), m.LogOdds(x), 1e-6)
		sum := 0.0
		for _, c := range m.Contributions(nil, x) {
			sum += c
		}
		require.Equal(t, m.LogOdds(x), sum)
	})
}

func TestForestRefuses(t *testing.T) {
	f := table(50)
	one := *f
	one.Target = make([]float64, 50)
	_, err := forest.Fit(&one, recipe(3), outcome)
	require.ErrorContains(t, err, "same outcome")
	_, err = forest.Fit(f, forest.Recipe{}, outcome)
	require.ErrorIs(t, err, models.ErrInvalid)
	for _, parameters := range []string{`{}`, `{"inputs":[],"rate":0.5,"smooth":1,"trees":[]}`,
		`{"inputs":[{}],"rate":0.5,"smooth":1,"trees":[{"bad":[0],"cut":[0],"input":[0],"left":[0],"right":[0],"rows":[1]}]}`,
		`{"inputs":[{}],"rate":0.5,"smooth":1,"trees":[{"bad":[2],"cut":[0],"input":[-1],"left":[0],"right":[0],"rows":[1]}]}`} {
		_, err := forest.Decode(&models.Artifact{Kind: forest.Kind, Scale: models.DefaultScale(), Parameters: []byte(parameters), Columns: []models.Spec{{Name: "x", Type: models.Number}}})
		require.ErrorIs(t, err, models.ErrInvalid, parameters)
	}
}

// FuzzDecode: whatever the bytes, an error or a model that scores any row.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"inputs":[{"edges":[1]}],"rate":0.5,"smooth":1,"trees":[{"bad":[1,0,1],"cut":[1,0,0],"input":[0,-1,-1],"left":[1,0,0],"right":[2,0,0],"rows":[2,1,1]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := forest.Decode(&models.Artifact{Kind: forest.Kind, Scale: models.DefaultScale(), Parameters: b, Columns: []models.Spec{{Name: "x", Type: models.Number}}})
		if err == nil {
			m.LogOdds([]float64{math.NaN()})
			m.LogOdds([]float64{1e308})
		}
	})
}

func Example() {
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number, Values: []float64{1, 2}}}, Target: []float64{0, 0}}
	_, err := forest.Fit(f, forest.DefaultRecipe(), models.Artifact{})
	fmt.Println(err)
	// Output: fit a forest: all 2 rows have the same outcome; check the target column and the value that means bad: invalid
}
