package features

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestReasons: the reasons of a whole row are those of its values one by one.
func TestReasons(t *testing.T) {
	fold, err := NewFold(Bench(), nil, nil, nil)
	require.NoError(t, err)
	r := credit.Record{Subject: "t:1", Kind: credit.KindPenalty, Event: 19000, Known: 19009, Source: "made", Amount: credit.NoFen}
	r.Seal()
	seen := map[Missing]bool{}
	for _, records := range [][]credit.Record{nil, {r}} {
		require.NoError(t, fold.Load("t:1", records))
		for _, day := range []credit.Date{18000, 19100} {
			row := fold.Row(nil, day)
			for i, why := range fold.Reasons(nil, row, day) {
				require.Equal(t, fold.Missing(i, day), why, fold.Set().At(i).ID)
				require.Equal(t, math.IsNaN(row[i]), why != NotMissing)
				seen[why] = true
			}
		}
	}
	require.True(t, seen[NotMissing] && seen[NoRecord])
}
