package bin

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
)

// Bins set by hand are exactly those, however few rows they hold, and cross-fitting keeps them.
func TestCutByHand(t *testing.T) {
	n := 300
	f := &models.Frame{Target: make([]float64, n)}
	x, level := make([]float64, n), make([]string, n)
	for i := range n {
		x[i], level[i] = float64(i%20), string(rune('a'+i%4))
		if i%20 == 7 {
			x[i] = math.NaN()
		}
		f.Target[i] = float64((i / 3) % 2)
	}
	f.Columns = []models.Column{{Name: "x", Type: models.Number, Values: x}, models.NewCategory("level", level)}
	o := NewOutcome(f)
	v, err := Fit(&f.Columns[0], o, Plan{Cut: &Cut{Edges: []float64{2, 18.5, 1000}}, Special: []float64{3}}, DefaultRules())
	require.NoError(t, err)
	require.Equal(t, []float64{2, 18.5, 1000}, v.Edges)
	require.Equal(t, []int64{30, 225, 15, 0, 15, 15}, rowsOf(v), "below 2, below 18.5, below 1000, above, the code, missing")
	require.Zero(t, v.Bins[3].WoE, "no row, no evidence")

	v, err = Fit(&f.Columns[1], o, Plan{Cut: &Cut{Groups: [][]string{{"c", "a"}, {"b"}}}}, DefaultRules())
	require.NoError(t, err)
	require.Equal(t, []int{0, 1, 0, -1}, v.Groups)
	require.Equal(t, []int64{150, 75, 0, 75, 0}, rowsOf(v), "c and a, b, missing, not named, unseen")
	require.NoError(t, v.Check())

	fine, err := Count(&f.Columns[1], o, Plan{Cut: &Cut{Groups: [][]string{{"c", "a"}, {"b"}}}}, DefaultRules())
	require.NoError(t, err)
	cross, fold := make([]float64, n), make([]uint8, n)
	for i := range fold {
		fold[i] = uint8(i / 4 % 2)
	}
	fine.CrossFit(cross, o, fold, 2)
	require.Equal(t, cross[0], cross[2], "a and c are together in every fold")
}

func rowsOf(v *Variable) (rows []int64) {
	for _, b := range v.Bins {
		rows = append(rows, b.Rows)
	}
	return rows
}

func TestCutByHandRefuses(t *testing.T) {
	f := &models.Frame{Target: []float64{0, 1}, Columns: []models.Column{{Name: "x", Type: models.Number, Values: []float64{1, 2}}, models.NewCategory("l", []string{"a", "b"})}}
	o := NewOutcome(f)
	for want, c := range map[string]struct {
		column int
		cut    Cut
	}{
		"ascend":              {0, Cut{Edges: []float64{2, 1}}},
		"edges and no groups": {0, Cut{Groups: [][]string{{"a"}}}},
		"groups of levels":    {1, Cut{Edges: []float64{1}}},
		"without levels":      {1, Cut{Groups: [][]string{{}}}},
		"is in no row":        {1, Cut{Groups: [][]string{{"zz"}}}},
		"stands in two":       {1, Cut{Groups: [][]string{{"a"}, {"a"}}}},
		"must be finite":      {0, Cut{Edges: []float64{math.Inf(1)}}},
	} {
		_, err := Fit(&f.Columns[c.column], o, Plan{Cut: &c.cut}, DefaultRules())
		require.ErrorIs(t, err, models.ErrInvalid, want)
		require.ErrorContains(t, err, want)
	}
}

func TestShape(t *testing.T) {
	for want, rates := range map[Trend][][]int64{
		Ascending: {{1, 2, 2, 5}}, Descending: {{9, 1}}, Peak: {{1, 5, 2}}, Valley: {{5, 1, 2}}, None: {{3}, {3, 3}, {1, 5, 2, 6}},
	} {
		for _, r := range rates {
			var bins []Counts
			for _, b := range r {
				bins = append(bins, Counts{Rows: 10, Events: b, Weight: 10, Bad: b}, Counts{})
			}
			require.Equal(t, want, shape(bins), "%v", r)
		}
	}
}
