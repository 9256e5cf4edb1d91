package features

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// TestSparseEqualsRow: the blank row and what differs from it are the row, and the reasons are those of the row.
func TestSparseEqualsRow(t *testing.T) {
	coverage, err := credit.NewCoverage([]credit.CoverageRow{
		{Source: "src", Kind: credit.KindPenalty, From: firstDay + 100, To: credit.NoDate},
		{Source: "src", Kind: credit.KindTaxGrade, From: firstDay, To: credit.NoDate, Off: true},
		{Source: "src", Kind: credit.KindShareholding, From: firstDay, To: credit.NoDate},
	})
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		cover := []*credit.Coverage{nil, coverage}[d(2)]
		var near *Neighbours
		if d(2) == 0 {
			near = NewNeighbours(policy.Default())
		}
		set := All()
		if d(2) == 0 {
			set, err = set.WithPeers(testPeers())
			require.NoError(t, err)
		}
		fold, err := NewFold(set, policy.Default(), cover, near)
		require.NoError(t, err)
		require.NoError(t, fold.Load(subject, shuffled(d, records)))
		var s Sparse
		for _, day := range someDays(d, 3) {
			fold.Sparse(&s, day)
			row := append([]float64{}, s.Blank...)
			why := append([]Missing{}, s.Absent...)
			for i, at := range s.At {
				row[at], why[at] = s.Values[i], s.Missing[i]
			}
			want := fold.Row(nil, day)
			for i := range want {
				require.Equal(t, math.Float64bits(want[i]), math.Float64bits(row[i]), fold.Set().At(i).ID)
			}
			require.Equal(t, fold.Reasons(nil, want, day), why)
		}
	})
}
