package features

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// TestNeighboursEqualNaive: what is known against a subject on a day is what a fresh reading of the records known by
// then says, whatever was added before, merged from elsewhere, or replaced.
func TestNeighboursEqualNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		n, other := NewNeighbours(policy.Default()), NewNeighbours(policy.Default())
		require.NoError(t, n.Add(history(d, 5)))
		require.NoError(t, n.Add(shuffled(d, records)))
		stranger := slices.Clone(records)
		for i := range stranger {
			stranger[i].Subject = "t:2"
		}
		require.NoError(t, other.Add(stranger))
		n.Merge(other)
		for _, day := range someDays(d, 3) {
			want := map[adverse]bool{}
			for _, s := range oracleDay(t, records, day, nil).all {
				if what, ok := adverseOf[s.Kind]; ok && s.counted {
					want[what] = true
				}
			}
			for _, what := range adverseOf {
				require.Equal(t, want[what], n.against([]byte(subject), what, day))
				require.False(t, n.against([]byte("t:none"), what, day))
			}
		}
	})
}

// TestNeighboursForget: a subject whose new history has nothing adverse is nobody's bad neighbour any more.
func TestNeighboursForget(t *testing.T) {
	listing := credit.Record{Subject: subject, Kind: credit.KindSevereListing, Source: "src", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
		Body: body(map[string]string{"list": "TAX"})}
	listing.Seal()
	n := NewNeighbours(policy.Default())
	require.NoError(t, n.Add([]credit.Record{listing}))
	require.Equal(t, 1, n.Len())
	require.True(t, n.against([]byte(subject), adverseListing, firstDay+10))
	clean := listing
	clean.Kind = credit.KindAward
	clean.Seal()
	require.NoError(t, n.Add([]credit.Record{clean}))
	require.Zero(t, n.Len())
}

// TestNeighbourEvidence: a one-hop indicator names a neighbour's record exactly where it counts something, each a record
// of a firm held that counts on the day; no other indicator names any.
func TestNeighbourEvidence(t *testing.T) {
	set, err := NewSet("nbr_listed_n", "nbr_enforced_share", "nbr_abnormal_share", "sev_n")
	require.NoError(t, err)
	kinds := []credit.Kind{credit.KindSevereListing, credit.KindEnforcement, credit.KindAbnormal}
	rapid.Check(t, func(t *rapid.T) {
		theirs, d := drawRecords(t)
		for i := range theirs {
			theirs[i].Subject = "t:2"
		}
		n := NewNeighbours(policy.Default())
		require.NoError(t, n.Add(theirs))
		f, err := NewFold(set, policy.Default(), nil, n)
		require.NoError(t, err)
		held := credit.Record{Subject: subject, Kind: credit.KindShareholding, Source: "src", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
			Body: body(map[string]string{"counterpart": "t:2"})}
		held.Seal()
		day := someDays(d, 1)[0]
		row := rowsOf(t, f, []credit.Record{held}, day)
		counted := map[credit.ID]credit.Kind{}
		for _, s := range oracleDay(t, theirs, day, nil).all {
			if s.counted {
				counted[s.ID] = s.Kind
			}
		}
		for i, kind := range kinds {
			var want []credit.ID
			for id, k := range counted {
				if k == kind && row[i] == row[i] {
					want = append(want, id)
				}
			}
			got := f.NeighbourEvidence(nil, i, day)
			require.ElementsMatch(t, want, got)
			require.Equal(t, row[i] > 0, len(got) > 0)
		}
		require.Empty(t, f.NeighbourEvidence(nil, 3, day))
	})
}

// TestNeighboursOf lists each firm once, whichever side it is on.
func TestNeighboursOf(t *testing.T) {
	var records []credit.Record
	for _, name := range []string{"t:b", "t:a", "t:b"} {
		records = append(records, credit.Record{Subject: subject, Kind: credit.KindShareholding, Body: body(map[string]string{"counterpart": name})})
	}
	records = append(records, credit.Record{Subject: subject, Kind: credit.KindShareholding}, credit.Record{Subject: subject, Kind: credit.KindAward})
	require.Equal(t, []credit.Subject{"t:x", "t:a", "t:b"}, NeighboursOf([]credit.Subject{"t:x"}, records))
}
