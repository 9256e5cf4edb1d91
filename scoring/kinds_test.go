package scoring_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/trees"
	"hengxin/scoring"
)

// TestEveryKindScores promotes an additive model and trees in place of the card: points, reasons with their records, and a
// replay to the same bytes.
func TestEveryKindScores(t *testing.T) {
	ctx := context.Background()
	fits := map[string]func() (*models.Artifact, error){
		additive.Kind: func() (*models.Artifact, error) {
			f, err := additive.Fit(fixtureFrame(), additive.DefaultRecipe(), fixtureMeta())
			return f.Artifact, err
		},
		trees.Kind: func() (*models.Artifact, error) {
			f, err := trees.Fit(fixtureFrame(), trees.DefaultRecipe(), fixtureMeta())
			return f.Artifact, err
		},
	}
	for kind, fit := range fits {
		t.Run(kind, func(t *testing.T) {
			w := newWorld(t)
			penalty := w.found(t)
			for _, no := range []string{"13", "14"} { // more than the mean firm of the fit has, from which trees count
				w.add(t, credit.KindPenalty, "2024-03-10", nil, "authority", "苏州市市场监督管理局", "doc_no", no, "type", "广告违法", "procedure", "ordinary")
			}
			w.grant(nil)
			artifact, err := fit()
			require.NoError(t, err)
			b, err := artifact.Bytes()
			require.NoError(t, err)
			w.deciding.Artifact = w.rule(b)
			score, canonical, err := w.scorer.Score(ctx, question(), noon)
			require.NoError(t, err)
			require.Equal(t, artifact.Scale.Points(score.LogOdds), score.Points)
			cited := false
			for _, r := range score.Reasons {
				require.Positive(t, r.Lost)
				for _, e := range r.Records {
					cited = cited || e.ID == penalty.ID
				}
			}
			require.True(t, cited, "the penalty is behind a reason")
			explained, err := w.scorer.Explain(ctx, score)
			require.NoError(t, err)
			sum := explained.Neutral
			for _, line := range explained.Lines {
				sum += line.Points
			}
			require.InDelta(t, score.Points, sum, float64(len(explained.Lines))/2+1, "the parts sum to the points but for rounding")
			w.restart()
			again, err := w.scorer.Replay(ctx, score)
			require.NoError(t, err)
			require.Equal(t, canonical, again)
			_, err = scoring.Parse(canonical)
			require.NoError(t, err)
		})
	}
}
