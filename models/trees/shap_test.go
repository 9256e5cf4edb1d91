package trees_test

import (
	"math"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/trees"
)

// worth is the game: the mean of the leaves of a tree when the columns of the set are known.
func worth(p *trees.Parameters, t *trees.Tree, specs []models.Spec, x []float64, known uint, at int) (mean float64) {
	if at < 0 {
		return float64(t.Values[-1-at]) / (1 << 30)
	}
	if known>>p.Inputs[t.Input[at]].Column&1 == 1 {
		if goesLeft(p, t, specs, at, x) {
			return worth(p, t, specs, x, known, t.Left[at])
		}
		return worth(p, t, specs, x, known, t.Right[at])
	}
	l, r := float64(rowsBelow(t, t.Left[at])), float64(rowsBelow(t, t.Right[at]))
	return (l*worth(p, t, specs, x, known, t.Left[at]) + r*worth(p, t, specs, x, known, t.Right[at])) / (l + r)
}

func rowsBelow(t *trees.Tree, at int) int64 {
	if at < 0 {
		return t.Rows[-1-at]
	}
	return rowsBelow(t, t.Left[at]) + rowsBelow(t, t.Right[at])
}

// shapley sums over all sets of columns, as the definition does.
func shapley(p *trees.Parameters, specs []models.Spec, x []float64) []float64 {
	n := len(specs)
	value := make([]float64, 1<<n)
	for set := range value {
		value[set] = float64(p.Base) / (1 << 30)
		for i := range p.Trees {
			root := 0
			if len(p.Trees[i].Input) == 0 {
				root = -1
			}
			value[set] += worth(p, &p.Trees[i], specs, x, uint(set), root)
		}
	}
	factorial := func(k int) float64 { return math.Gamma(float64(k + 1)) }
	out := []float64{value[0]}
	for c := range n {
		phi := 0.0
		for set := range value {
			if set>>c&1 == 0 {
				k := bits.OnesCount(uint(set))
				phi += factorial(k) * factorial(n-1-k) / factorial(n) * (value[set|1<<c] - value[set])
			}
		}
		out = append(out, phi)
	}
	return out
}

// wide is a table of many columns that all count, so that paths are long.
func wide(rows, columns int) *models.Frame {
	f := table(11, rows)
	for c := 4; c < columns; c++ {
		v := make([]float64, rows)
		for i := range v {
			v[i] = math.Mod(float64(i*(c*7+3)), 13)
			if (f.Target[i] == 1) == (v[i] > 8) && i%3 == 0 {
				v[i] += 4
			}
		}
		f.Columns = append(f.Columns, models.Column{Name: string(rune('a' + c)), Type: models.Number, Values: v})
	}
	return f
}

// Contributions equal the definition, on short paths (tabled) and on long ones (worked out for each row).
func TestContributionsAreShapleyValues(t *testing.T) {
	long := recipe()
	long.Rounds, long.Leaves, long.MinRows, long.Rate = 3, 60, 2, 0.5
	coded := recipes()["depth"]
	for name, c := range map[string]struct {
		f *models.Frame
		r trees.Recipe
	}{"short": {table(6, 800), recipe()}, "coded": {table(6, 800), coded}, "folds": {table(6, 800), recipes()["folds"]}, "long": {wide(900, 10), long}} {
		fitted := fit(t, c.f, c.r)
		bound, err := fitted.Artifact.Bind(c.f)
		require.NoError(t, err)
		x, longest := make([]float64, len(bound)), 0
		for i := range fitted.Model.Parameters().Trees {
			for _, path := range paths(fitted.Model.Parameters(), &fitted.Model.Parameters().Trees[i], fitted.Artifact.Columns) {
				longest = max(longest, len(path))
			}
		}
		if name == "long" {
			require.Greater(t, longest, 7)
		}
		for row := range 25 {
			for k := range bound {
				x[k] = bound[k][row]
			}
			want, got := shapley(fitted.Model.Parameters(), fitted.Artifact.Columns, x), fitted.Model.Contributions(nil, x)
			require.InDeltaSlice(t, want, got, 1e-9, "%s row %d", name, row)
		}
	}
}
