package features

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
)

func sealed(r credit.Record) credit.Record {
	r.Seal()
	return r
}

// TestRebuildable: a row of a day on which an erased record acted is refused; before it was known and from its erasure
// on there is a row, and it does not count the record.
func TestRebuildable(t *testing.T) {
	listing := sealed(credit.Record{Subject: subject, Kind: credit.KindSevereListing, Source: "src", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
		Body: body(map[string]string{"list": "TAX"})})
	set, err := NewSet("sup_sev_n_all")
	require.NoError(t, err)
	fold, err := NewFold(set, policy.Default(), nil, nil)
	require.NoError(t, err)
	gone := []credit.Record{listing.Tombstone(firstDay + 100)}

	row, err := fold.Rows(nil, subject, []credit.Record{listing}, []credit.Date{firstDay + 99})
	require.NoError(t, err)
	require.Equal(t, []float64{1}, row)
	_, err = fold.Rows(nil, subject, gone, []credit.Date{firstDay + 99})
	require.ErrorIs(t, err, credit.ErrErased)
	require.ErrorContains(t, err, listing.ID.String())
	row, err = fold.Rows(nil, subject, gone, []credit.Date{firstDay - 1, firstDay + 100})
	require.NoError(t, err)
	require.Equal(t, []float64{0, 0}, row)
}

// TestRebuildableNeighbour: the same of a record of a firm held, which one-hop indicators read.
func TestRebuildableNeighbour(t *testing.T) {
	listing := sealed(credit.Record{Subject: "t:held", Kind: credit.KindSevereListing, Source: "src", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
		Body: body(map[string]string{"list": "TAX"})})
	holding := sealed(credit.Record{Subject: subject, Kind: credit.KindShareholding, Source: "src", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
		Body: body(map[string]string{"counterpart": "t:held"})})
	near, other := NewNeighbours(policy.Default()), NewNeighbours(policy.Default())
	require.NoError(t, other.Add([]credit.Record{listing.Tombstone(firstDay + 100)}))
	near.Merge(other)
	for _, set := range []*Set{All(), Lending()} {
		fold, err := NewFold(set, policy.Default(), nil, near)
		require.NoError(t, err)
		require.NoError(t, fold.Load(subject, []credit.Record{holding}))
		require.ErrorIs(t, fold.Rebuildable(firstDay+99), credit.ErrErased)
		require.NoError(t, fold.Rebuildable(firstDay+100))
	}
	require.NoError(t, near.Add([]credit.Record{listing}))
	fold, err := NewFold(All(), policy.Default(), nil, near)
	require.NoError(t, err)
	require.NoError(t, fold.Load(subject, []credit.Record{holding}))
	require.NoError(t, fold.Rebuildable(firstDay+99))
}
