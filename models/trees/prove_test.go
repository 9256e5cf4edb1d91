package trees_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/trees"
)

// signed is a small random table with random directions, against which its outcome often runs.
func signed(seed uint64) (*models.Frame, trees.Recipe) {
	rng := rand.New(rand.NewPCG(seed, 2))
	r := recipe()
	r.Rounds, r.Leaves, r.MinRows, r.Ridge = 6, 4+rng.IntN(12), 2, 0.1
	if rng.IntN(2) == 0 {
		r.Growth, r.Depth = trees.DepthWise, 4
	}
	f := &models.Frame{}
	rows := 200
	slopes := []float64{}
	for c := range 4 {
		name := string(rune('w' + c))
		v := make([]float64, rows)
		for i := range v {
			v[i] = float64(rng.IntN(7))
			if c < 3 && rng.IntN(9) == 0 {
				v[i] = nan
			}
			if c == 0 && rng.IntN(9) == 0 {
				v[i] = -7
			}
		}
		rules := trees.ColumnRules{Direction: rng.IntN(3) - 1}
		if c == 0 {
			rules.Special = []float64{-7}
		}
		r.Columns[name] = rules
		slopes = append(slopes, rng.NormFloat64())
		f.Columns = append(f.Columns, models.Column{Name: name, Type: models.Number, Values: v})
	}
	if seed%3 == 0 {
		texts := make([]string, rows)
		for i := range texts {
			texts[i] = string(rune('a' + rng.IntN(12)))
		}
		f.Columns = append(f.Columns, models.NewCategory("k", texts))
	}
	for i := range rows {
		z := rng.NormFloat64()
		for c := range 4 {
			if v := f.Columns[c].Values[i]; v == v {
				z += slopes[c] * (v - 3) * 0.5
			}
		}
		f.Target = append(f.Target, map[bool]float64{true: 1}[z > 0])
	}
	return f, r
}

// grid calls visit with one row for every combination of cells of the model: a value below every edge and at every edge,
// missing, every special code, every level and an unseen one. Column c is left as it is.
func grid(m *trees.Parameters, specs []models.Spec, c int, row []float64, at int, visit func([]float64)) {
	if at == len(specs) {
		visit(row)
		return
	}
	if at == c {
		grid(m, specs, c, row, at+1, visit)
		return
	}
	for _, v := range cells(m, specs, at, true) {
		row[at] = v
		grid(m, specs, c, row, at+1, visit)
	}
}

// cells returns a value of each cell of a column, numbers ascending first.
func cells(p *trees.Parameters, specs []models.Spec, c int, beside bool) []float64 {
	out := []float64{}
	if specs[c].Type == models.Category {
		for l := range specs[c].Levels {
			out = append(out, float64(l))
		}
		return append(out, nan, models.Unseen)
	}
	out = append(out, -1e9)
	for _, in := range p.Inputs {
		if in.Column == c && in.Code == nil {
			out = append(out, in.Edges...)
		}
	}
	for _, in := range p.Inputs {
		if beside && in.Column == c && in.Code != nil {
			out = append(out, *in.Code)
		}
	}
	if beside {
		out = append(out, nan)
	}
	return out
}

// falls counts the violations of the sum of the trees by trying every threshold of the column against every
// combination of cells of the others.
func falls(m *trees.Model, specs []models.Spec, c int) int {
	p, n := m.Parameters(), 0
	values := cells(p, specs, c, false)
	grid(p, specs, c, make([]float64, len(specs)), 0, func(row []float64) {
		last := 0.0
		for i, v := range values {
			row[c] = v
			z := m.LogOdds(row)
			if i > 0 && (z-last)*float64(specs[c].Direction) < 0 {
				n++
			}
			last = z
		}
	})
	return n
}

// 100 random fits: the proof finds no violation, and neither does trying every combination on small ones.
func TestHundredRandomFitsAreMonotone(t *testing.T) {
	declared := 0
	for seed := range uint64(100) {
		f, r := signed(seed)
		fitted := fit(t, f, r)
		require.Empty(t, fitted.Model.Prove(), "seed %d", seed)
		for c, s := range fitted.Artifact.Columns {
			if s.Direction == 0 {
				continue
			}
			declared++
			if seed%5 == 1 {
				require.Zero(t, falls(fitted.Model, fitted.Artifact.Columns, c), "seed %d column %s", seed, s.Name)
			}
		}
	}
	require.Greater(t, declared, 100)
}

// Without their directions the same tables give models that break them, and the proof says so exactly as trying all
// combinations on one tree does.
func TestViolationsAreFound(t *testing.T) {
	broken := 0
	for seed := range uint64(30) {
		f, r := signed(seed)
		declared := map[string]int{}
		for name, rules := range r.Columns {
			declared[name], rules.Direction = rules.Direction, 0
			r.Columns[name] = rules
		}
		r.Rounds = 1
		fitted := fit(t, f, r)
		a := *fitted.Artifact
		a.Columns = slices.Clone(a.Columns)
		for i := range a.Columns {
			a.Columns[i].Direction = declared[a.Columns[i].Name]
		}
		m, err := trees.Decode(&a)
		require.NoError(t, err)
		found := map[int]bool{}
		for _, v := range m.Prove() {
			found[v.Column] = true
			require.Positive(t, v.Fall)
		}
		for c, s := range a.Columns {
			if s.Direction != 0 {
				n := falls(m, a.Columns, c)
				require.Equal(t, n > 0, found[c], "seed %d column %s: %d falls", seed, s.Name, n)
				broken += min(n, 1)
			}
		}
	}
	require.Greater(t, broken, 10)
}

// A leaf that is moved by hand is found.
func TestPlantedViolationIsFound(t *testing.T) {
	f, r := signed(4)
	for name, rules := range r.Columns {
		rules.Direction = 1
		r.Columns[name] = rules
	}
	fitted := fit(t, f, r)
	require.Empty(t, fitted.Model.Prove())
	p := fitted.Model.Parameters()
	for i := range p.Trees {
		tree := &p.Trees[i]
		for node := range tree.Input {
			if in := p.Inputs[tree.Input[node]]; in.Code != nil || tree.Left[node] >= 0 || tree.Right[node] >= 0 {
				continue
			}
			left, right := -1-tree.Left[node], -1-tree.Right[node]
			old := tree.Values[left]
			tree.Values[left] = tree.Values[right] + 1
			found := fitted.Model.Prove()
			require.NotEmpty(t, found, "tree %d node %d", i, node)
			require.Equal(t, i, found[0].Tree)
			tree.Values[left] = old
			return
		}
	}
	t.Fatal("no pair of leaves to plant a violation in")
}

// Columns of different groups never meet on a path.
func TestGroupsNeverMeet(t *testing.T) {
	f := table(8, 3000)
	r := recipe()
	r.Groups = [][]string{{"a", "b"}, {"b", "c"}} // d meets nobody
	fitted := fit(t, f, r)
	allowed := map[string]bool{"a b": true, "b c": true}
	p := fitted.Model.Parameters()
	pairs := map[string]bool{}
	for i := range p.Trees {
		for _, names := range paths(p, &p.Trees[i], fitted.Artifact.Columns) {
			switch len(names) {
			case 0, 1:
			case 2:
				require.True(t, allowed[names[0]+" "+names[1]], "%v", names)
				pairs[names[0]+names[1]] = true
			default:
				t.Fatalf("%v meet", names)
			}
		}
	}
	require.Len(t, pairs, 2)
}

// paths returns the sorted distinct columns of every path.
func paths(p *trees.Parameters, t *trees.Tree, specs []models.Spec) [][]string {
	var out [][]string
	var walk func(child int, names []string)
	walk = func(child int, names []string) {
		if child < 0 {
			names = slices.Clone(names)
			slices.Sort(names)
			out = append(out, slices.Compact(names))
			return
		}
		name := specs[p.Inputs[t.Input[child]].Column].Name
		walk(t.Left[child], append(slices.Clone(names), name))
		walk(t.Right[child], append(slices.Clone(names), name))
	}
	if len(t.Input) > 0 {
		walk(0, nil)
	}
	return out
}
