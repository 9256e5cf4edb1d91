package card_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/card"
)

// applicants are split as a lender would: those of high x and level 01 are mostly refused.
func applicants(n int) (accepted, rejected *models.Frame, truth float64) {
	f := made(n, 41)
	f.Weights = nil
	g := generator(5)
	var in, out []int
	for i := range n {
		if f.Columns[0].Values[i] > 30 && g.unit() < 0.8 {
			out = append(out, i)
			truth += f.Target[i]
		} else {
			in = append(in, i)
		}
	}
	rejected = f.Subset(out)
	rejected.Target = nil
	return f.Subset(in), rejected, truth / float64(len(out))
}

// The cases form a band; each keeps its own promise about the rejected rows, and more pessimism never makes them safer.
func TestRejectsFormABand(t *testing.T) {
	accepted, rejected, truth := applicants(8000)
	r := recipe()
	rules := card.DefaultRejectRules()
	rules.Factor = 1
	even, err := card.Rejects(accepted, rejected, r, rules, models.Artifact{})
	require.NoError(t, err)
	rules.Factor = 3
	worse, err := card.Rejects(accepted, rejected, r, rules, models.Artifact{})
	require.NoError(t, err)
	methods := []string{card.RejectNone, card.RejectFuzzy, card.RejectCutoff, card.RejectParcel, card.RejectWeight}
	for i, c := range even {
		require.Equal(t, methods[i], c.Method)
		require.Greater(t, c.Rejected, c.Accepted, c.Method)
		require.InDelta(t, truth, c.Rejected, 0.1, "rejected by what the card reads, so that accepted rows tell of them: %s", c.Method)
		require.Zero(t, c.Uncover)
		if c.Assumed > 0 {
			require.InDelta(t, even[0].Rejected, c.Assumed, 0.02, c.Method)
			require.InDelta(t, c.Assumed, c.Rejected, 0.03, c.Method)
			require.Greater(t, worse[i].Rejected, c.Rejected+0.05, c.Method)
		} else {
			require.Equal(t, c.Rejected, worse[i].Rejected, "%s assumes nothing of them", c.Method)
		}
	}
}

// The order of rows does not show, nor do levels that only rejected rows have break a fit.
func TestRejectsRestOnWhatRowsHold(t *testing.T) {
	accepted, rejected, _ := applicants(3000)
	texts := make([]string, rejected.Rows())
	for i := range texts {
		if texts[i] = "level 01"; i%2 == 0 {
			texts[i] = "only rejected"
		}
	}
	rejected.Columns[2] = models.NewCategory("c", texts)
	a, err := card.Rejects(accepted, rejected, recipe(), card.DefaultRejectRules(), models.Artifact{})
	require.NoError(t, err)
	b, err := card.Rejects(accepted.Subset(reversed(accepted.Rows())), rejected.Subset(reversed(rejected.Rows())), recipe(), card.DefaultRejectRules(), models.Artifact{})
	require.NoError(t, err)
	for i := range a {
		want, err := a[i].Fitted.Artifact.Digest()
		require.NoError(t, err)
		got, err := b[i].Fitted.Artifact.Digest()
		require.NoError(t, err)
		require.Equal(t, want, got, a[i].Method)
	}
	rejected.Columns = rejected.Columns[1:]
	_, err = card.Rejects(accepted, rejected, recipe(), card.DefaultRejectRules(), models.Artifact{})
	require.ErrorContains(t, err, `"x"`)
	_, err = card.Rejects(accepted, rejected, recipe(), card.RejectRules{Factor: 0.5, Bands: 10}, models.Artifact{})
	require.ErrorContains(t, err, "factor 0.5")
}
