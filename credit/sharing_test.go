package credit_test

import (
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"

	"github.com/stretchr/testify/require"
)

func sharedRecord(t *testing.T, kind credit.Kind, known credit.Date, values map[string]string) *credit.Record {
	body, err := credit.BodyOf(values)
	require.NoError(t, err)
	return &credit.Record{Subject: "91320594MA7ABCD124", Kind: kind, Event: known, Known: known, Source: "case", Body: body}
}

// TestStorable: what is shared by verification or joint modelling is refused by item, mode and row; the rest is kept.
func TestStorable(t *testing.T) {
	s, day := policy.Default().Sharing(), credit.NewDate(2024, 6, 1)
	for _, kept := range []*credit.Record{
		sharedRecord(t, credit.KindPledge, day, map[string]string{"type": "equity"}),
		sharedRecord(t, credit.KindUtility, day, map[string]string{"type": "electricity"}),
		sharedRecord(t, credit.KindSnapshot, day, map[string]string{"metric": "patents"}),
		sharedRecord(t, credit.KindHeadcount, day, map[string]string{"count": "12"}),
		sharedRecord(t, credit.KindRepairApproval, day, nil),
	} {
		require.NoError(t, s.Storable(kept), kept.Kind)
	}
	for row, refused := range map[string]*credit.Record{
		"SHARE-MORTGAGE": sharedRecord(t, credit.KindPledge, day, map[string]string{"type": "real_estate"}),
		"SHARE-SEALED":   sharedRecord(t, credit.KindFreeze, day, map[string]string{"type": "不动产查封"}),
		"SHARE-METER":    sharedRecord(t, credit.KindUtility, day, map[string]string{"type": "electricity_load"}),
		"SHARE-RD":       sharedRecord(t, credit.KindSnapshot, credit.NewDate(2015, 1, 1), map[string]string{"metric": "研发投入"}),
	} {
		err := s.Storable(refused)
		require.ErrorIs(t, err, credit.ErrNotStorable, row)
		require.ErrorContains(t, err, row)
		item, ok := s.Item(refused)
		require.True(t, ok)
		require.ErrorContains(t, err, item.Mode.String())
		require.ErrorContains(t, err, item.Item)
	}
	require.NoError(t, (*credit.Sharing)(nil).Storable(sharedRecord(t, credit.KindFreeze, day, map[string]string{"type": "real_estate"})))
}

// TestSharingBySource: a row for one supplier goes before the row for every supplier, from its first day on.
func TestSharingBySource(t *testing.T) {
	row := func(id, source string, from credit.Date, to credit.Date, mode credit.ShareMode) credit.ItemRow {
		return credit.ItemRow{Row: credit.Row{ID: id, From: from, To: to, Citation: "x"}, Class: "c", Item: "i", Mode: mode,
			Kinds: []credit.Kind{credit.KindHeadcount}, Source: source, Data: credit.DataSocial}
	}
	day := credit.NewDate(2024, 1, 1)
	s := credit.NewSharing([]credit.ItemRow{row("ALL", "", day, day+9, credit.ShareStore), row("ALL", "", day+10, credit.NoDate, credit.ShareVerify),
		row("ONE", "suzhou:", day+20, credit.NoDate, credit.ShareStore)})
	at := func(known credit.Date, source string) error {
		r := sharedRecord(t, credit.KindHeadcount, known, map[string]string{"count": "1"})
		r.Source = source
		return s.Storable(r)
	}
	require.NoError(t, at(day-100, "wuxi:social"))
	require.NoError(t, at(day+9, "wuxi:social"))
	require.ErrorIs(t, at(day+10, "wuxi:social"), credit.ErrNotStorable)
	require.ErrorIs(t, at(day+30, "wuxi:social"), credit.ErrNotStorable)
	require.NoError(t, at(day+10, "suzhou:social"), "a record from before the agreement is stored today")
	require.NoError(t, at(day+30, "suzhou:social"))
}

// TestEveryKindIsShared: every fact falls under some item of the list.
func TestEveryKindIsShared(t *testing.T) {
	for _, info := range credit.Kinds() {
		if info.Kind.IsFollower() {
			continue
		}
		_, ok := policy.Default().Sharing().Item(sharedRecord(t, info.Kind, credit.NewDate(2025, 1, 1), nil))
		require.True(t, ok, info.Name)
	}
}
