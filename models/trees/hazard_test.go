package trees_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/trees"
)

func TestExpandByHand(t *testing.T) {
	f := &models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number, Values: []float64{10, 20, 30}}}, Target: []float64{1, 0, 1}, Weights: []float64{1, 2, 3}}
	e, err := trees.Expand(f, []int{2, 1, 4}, 3)
	require.NoError(t, err)
	require.Equal(t, []float64{10, 10, 20, 30, 30, 30}, e.Column("x").Values)
	require.Equal(t, []float64{1, 2, 1, 1, 2, 3}, e.Column(trees.PeriodColumn).Values)
	require.Equal(t, []float64{0, 1, 0, 0, 0, 0}, e.Target, "the third subject's event is after the horizon")
	require.Equal(t, []float64{1, 1, 2, 3, 3, 3}, e.Weights)
	for want, c := range map[string][]int{"3 rows": {1}, "row 1: duration 0": {1, 0, 1}} {
		_, err = trees.Expand(f, c, 3)
		require.ErrorIs(t, err, models.ErrInvalid)
		require.ErrorContains(t, err, want)
	}
	_, err = trees.Expand(e, make([]int, 6), 3)
	require.ErrorContains(t, err, "rename")
	_, err = trees.Expand(f, []int{1, 1, 1}, 0)
	require.ErrorContains(t, err, "horizon")
}

// Subjects of two sorts have hazards of their own by period; a third is censored. The model finds both term structures.
func TestHazardIsFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	hazard := func(sort float64, period int) float64 {
		if sort == 1 {
			return 0.05 * float64(period) // rising
		}
		return 0.04
	}
	f := &models.Frame{Columns: []models.Column{{Name: "sort", Type: models.Number}}}
	var durations []int
	const subjects, horizon = 20_000, 6
	for i := range subjects {
		sort, event, last := float64(i%2), 0.0, 1+rng.IntN(9)
		k := 1
		for ; k < last && event == 0; k++ {
			if rng.Float64() < hazard(sort, k) {
				event = 1
				break
			}
		}
		f.Columns[0].Values, f.Target, durations = append(f.Columns[0].Values, sort), append(f.Target, event), append(durations, k)
	}
	// a subject that is censored at k was under watch, without an event, until the period before
	for i := range durations {
		if f.Target[i] == 0 {
			durations[i] = max(1, durations[i]-1)
		}
	}
	e, err := trees.Expand(f, durations, horizon)
	require.NoError(t, err)
	r := recipe()
	r.Rounds, r.Columns = 60, map[string]trees.ColumnRules{trees.PeriodColumn: {Direction: 1}}
	h := trees.NewHazard(fit(t, e, r).Model)
	for sort := range 2 {
		got, alive := make([]float64, horizon), 1.0
		h.Default(got, []float64{float64(sort), nan})
		for k := range got {
			alive *= 1 - hazard(float64(sort), k+1)
			require.InDelta(t, 1-alive, got[k], 0.05, "sort %d period %d", sort, k+1)
			if k > 0 {
				require.GreaterOrEqual(t, got[k], got[k-1])
			}
		}
	}
}
