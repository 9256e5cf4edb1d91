package credit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

func erasable(t *testing.T) credit.Record {
	body, err := credit.BodyOf(map[string]string{"list": "SXBZXR", "name": "某某"})
	require.NoError(t, err)
	r := credit.Record{Subject: "t:1", Kind: credit.KindSevereListing, Event: day(t, "2015-01-01"), Known: day(t, "2015-01-05"), Source: "court",
		Amount: 500, Severity: credit.SeveritySerious, Flags: credit.FlagLate, Body: body}
	r.Seal()
	return r
}

func day(t *testing.T, text string) credit.Date {
	d, err := credit.ParseDate(text)
	require.NoError(t, err)
	return d
}

// A tombstone passes as a record, keeps the id, and says nothing that the body said.
func TestTombstone(t *testing.T) {
	r, on := erasable(t), day(t, "2021-03-01")
	gone := r.Tombstone(on)
	require.NoError(t, gone.Check())
	require.NoError(t, gone.Body.Check())
	require.Equal(t, r.ID, gone.ID)
	require.Equal(t, credit.NoFen, gone.Amount)
	require.NotContains(t, string(gone.AppendTo(nil)), "某某")
	at, ok := gone.Erased()
	require.True(t, ok)
	require.Equal(t, on, at)
	_, ok = r.Erased()
	require.False(t, ok)

	var back credit.Record
	_, err := new(credit.Decoder).Decode(gone.AppendTo(nil), &back)
	require.NoError(t, err)
	require.Equal(t, gone, back)
}

// What is marked as erased and still says something is refused.
func TestTombstoneHoldsNothingElse(t *testing.T) {
	r := erasable(t)
	for _, spoil := range []func(*credit.Record){
		func(g *credit.Record) { g.Amount = 1 },
		func(g *credit.Record) { g.Severity = credit.SeverityMinor },
		func(g *credit.Record) { g.Body = r.Body },
		func(g *credit.Record) { g.Body = nil },
		func(g *credit.Record) { g.Flags |= credit.FlagLate },
	} {
		g := r.Tombstone(day(t, "2021-03-01"))
		spoil(&g)
		require.ErrorIs(t, g.Check(), credit.ErrInvalid)
	}
}

// An erased record acts on nothing; a day before its erasure, on which it did, is refused by name.
func TestResolveErased(t *testing.T) {
	r := erasable(t)
	follower := credit.Record{Subject: "t:1", Kind: credit.KindRemoval, Event: day(t, "2017-01-01"), Known: day(t, "2017-01-01"), Source: "court", Target: r.ID, Amount: credit.NoFen}
	follower.Seal()
	var h credit.History
	var none *credit.Policy
	require.NoError(t, none.Resolve(&h, []credit.Record{r.Tombstone(day(t, "2021-03-01")), follower}))
	require.Len(t, h.Entries, 1)
	require.Len(t, h.Erased, 1)
	require.NoError(t, h.NeedsErased(day(t, "2015-01-04")))
	require.ErrorIs(t, h.NeedsErased(day(t, "2015-01-05")), credit.ErrErased)
	require.ErrorContains(t, h.NeedsErased(day(t, "2021-02-28")), r.ID.String())
	require.NoError(t, h.NeedsErased(day(t, "2021-03-01")))

	require.NoError(t, none.Resolve(&h, []credit.Record{r, follower}))
	require.Empty(t, h.Erased)
}
