package card_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/card"
)

// By hand: 200 good and 50 bad of level a, 100 and 150 of level b. The likelihood ratio of the only column is the G statistic of
// the table, 2 Σ seen ln(seen/expected); Wald's is (log odds ratio)² / Σ 1/n.
func TestTestsByHand(t *testing.T) {
	f := &models.Frame{Columns: []models.Column{{Name: "c", Type: models.Category, Levels: []string{"a", "b"}}}}
	for _, g := range [][3]int{{0, 0, 200}, {0, 1, 50}, {1, 0, 100}, {1, 1, 150}} {
		for range g[2] {
			f.Columns[0].Values, f.Target = append(f.Columns[0].Values, float64(g[0])), append(f.Target, float64(g[1]))
		}
	}
	r := card.DefaultRecipe()
	r.Folds, r.Ridge, r.Bins.Smoothing, r.Tests = 0, 0, 0, true
	fitted := fit(t, f, r)
	got := fitted.Candidates[0].Tests
	ratio := math.Log(200.0 * 150 / (50 * 100))
	require.InDelta(t, ratio*ratio/(1.0/200+1.0/50+1.0/100+1.0/150), got.Wald, 1e-6)
	g := 2 * (200*math.Log(200/150.0) + 50*math.Log(50/100.0) + 100*math.Log(100/150.0) + 150*math.Log(150/100.0))
	require.InDelta(t, g, got.Ratio, 1e-4)
	require.InDelta(t, 1, got.VIF, 1e-12)
	require.InEpsilon(t, math.Erfc(math.Sqrt(got.Wald/2)), got.WaldP, 1e-6)
	_, err := json.Marshal(fitted.Candidates)
	require.NoError(t, err)
}

// Stepwise selection keeps what is there and says of every column why it is out.
func TestStepwiseKeepsAFunnel(t *testing.T) {
	f := made(4000, 31)
	r := recipe()
	r.MinIV, r.MinEvidence, r.MaxAlike = 0, 0, 1
	r.Bins.MinGain = 0 // let noise have bins
	r.Stepwise = &card.Stepwise{Enter: 0.001, Leave: 0.01}
	fitted := fit(t, f, r)
	used := map[string]bool{}
	for _, c := range fitted.Candidates {
		used[c.Variable.Name] = c.Used
		require.NotEqual(t, c.Used, c.Reason != "", "%s: %q", c.Variable.Name, c.Reason)
		if c.Used {
			require.Regexp(t, `^step \d: enters, p = `, c.Funnel[0])
		}
	}
	require.Equal(t, map[string]bool{"x": true, "z": true, "c": true, "noise": false, "constant": false, "copy": false}, used)
	require.Contains(t, fitted.Candidates[5].Reason, "stepwise selection: beside the chosen columns its p-value is")
	require.Equal(t, digestWith(t, f, r), digestWith(t, f.Subset(reversed(f.Rows())), r))
	r.Stepwise = &card.Stepwise{Enter: 0.1, Leave: 0.01}
	require.ErrorContains(t, r.Check(), "enter <= leave")
}

func digestWith(t *testing.T, f *models.Frame, r card.Recipe) string {
	d, err := fit(t, f, r).Artifact.Digest()
	require.NoError(t, err)
	return d
}

func reversed(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = n - 1 - i
	}
	return order
}

// A sample that holds every bad row and a quarter of the good ones: with the prior stated, the whole table's bad rate comes out.
func TestPriorUndoesOverSampling(t *testing.T) {
	f := made(8000, 32)
	f.Weights = nil
	var sample []int
	bad := 0.0
	for i, y := range f.Target {
		bad += y
		if y == 1 || i%4 == 0 {
			sample = append(sample, i)
		}
	}
	r := recipe()
	mean := func(r card.Recipe) float64 {
		fitted := fit(t, f.Subset(sample), r)
		sum := 0.0
		for i := range f.Rows() {
			sum += models.Probability(fitted.Card.LogOdds(row(f, fitted.Artifact, i)))
		}
		return sum / float64(f.Rows())
	}
	rate := bad / float64(f.Rows())
	require.Greater(t, mean(r), 1.3*rate)
	r.Prior = rate
	require.InEpsilon(t, rate, mean(r), 0.05)
	r.Prior = 1
	require.ErrorContains(t, r.Check(), "prior")
}

// With periods declared, the order of event rates of neighbouring bins holds in every one of them; without it does not.
func TestPeriodsHoldTheOrder(t *testing.T) {
	n := 9000
	x, year := models.Column{Name: "x", Type: models.Number, Values: make([]float64, n)}, models.Column{Name: "year", Type: models.Number, Values: make([]float64, n)}
	for i := range n {
		x.Values[i], year.Values[i] = float64(i%30), float64(2020+i%3)
	}
	f := table(n, x, func(i int) float64 {
		if year.Values[i] == 2022 && x.Values[i] >= 20 {
			return -1.5 // what was riskiest is safe in the last year
		}
		return x.Values[i]/10 - 2
	})
	f.Columns = append(f.Columns, year)
	r := card.DefaultRecipe()
	broken := func(c *card.Characteristic) (pairs int) {
		for p := 2020.0; p <= 2022; p++ {
			bad, all := make([]float64, len(c.Points)), make([]float64, len(c.Points))
			for i, v := range x.Values {
				if year.Values[i] == p {
					b := c.Variable.Index(v)
					bad[b], all[b] = bad[b]+f.Target[i], all[b]+1
				}
			}
			for b := 1; b < c.Variable.Merged(); b++ {
				if (bad[b]/all[b]-bad[b-1]/all[b-1])*(c.Variable.Bins[b].WoE-c.Variable.Bins[b-1].WoE) < 0 {
					pairs++
				}
			}
		}
		return pairs
	}
	require.Positive(t, broken(shape(t, fit(t, f, r), "x")))
	r.Period = "year"
	fitted := fit(t, f, r)
	require.Zero(t, broken(shape(t, fitted, "x")))
	require.Len(t, fitted.Candidates, 2, "the column of periods is no predictor")
	for want, change := range map[string]func(){
		`column "month" of periods is not in the table`: func() { r.Period = "month" },
		`column "year", row 5: no period`:               func() { r.Period, f.Columns[2].Values[5] = "year", nan },
		`different periods, 250 at most`:                func() { r.Period = "id"; f.Columns[2] = counter(n) },
	} {
		change()
		_, err := card.Fit(f, r, models.Artifact{})
		require.ErrorIs(t, err, models.ErrInvalid)
		require.ErrorContains(t, err, want)
		f.Columns[2] = year
		year.Values[5] = 2022
	}
}

func counter(n int) models.Column {
	c := models.Column{Name: "id", Type: models.Number, Values: make([]float64, n)}
	for i := range c.Values {
		c.Values[i] = float64(i)
	}
	return c
}
