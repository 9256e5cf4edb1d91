package credit_test

import (
	"testing"

	"hengxin/credit"

	"github.com/stretchr/testify/require"
)

// TestKindTable holds every row of the table of kinds to what the other packages rest on.
func TestKindTable(t *testing.T) {
	names := map[string]credit.Kind{}
	for _, info := range credit.Kinds() {
		require.Zero(t, names[info.Name], "%s has the number of another kind", info.Name)
		names[info.Name] = info.Kind
		require.NotEmpty(t, info.Zh, info.Name)
		require.NotEmpty(t, info.Classes(), info.Name)
		require.Equal(t, info.Known == credit.KnownLag, info.LagDays > 0, info.Name)
		require.Equal(t, info.Kind.IsFollower(), len(info.Targets) > 0, info.Name)
		for _, f := range append(info.Required, info.Natural...) {
			_, ok := f.Info()
			require.True(t, ok, "%s: field %d", info.Name, f)
		}
		for _, target := range info.Targets {
			require.True(t, target == 0 || !target.IsFollower(), "%s targets %s", info.Name, target)
		}
		require.False(t, info.Kind.IsFollower() && info.Natural != nil, info.Name)
	}
	require.Len(t, credit.Kinds(), 50)
	require.False(t, credit.KindRemoval.MayTarget(credit.KindPenalty))
	require.True(t, credit.KindRemoval.MayTarget(credit.KindFreeze))
	require.True(t, credit.KindCheck.MayTarget(credit.KindCommitment))
	require.False(t, credit.KindHandling.MayTarget(credit.KindPenalty))
}

func TestNumberOfAReport(t *testing.T) {
	day := credit.NewDate(2026, 6, 18)
	for _, c := range []struct {
		kind credit.Kind
		text map[credit.Field]string
		want string
	}{
		{credit.KindHeadcount, map[credit.Field]string{credit.FieldPeriod: "2026-05", credit.FieldType: "pension"}, "2026-05/pension"},
		{credit.KindHeadcount, map[credit.Field]string{credit.FieldPeriod: "2026-05"}, "2026-05"},
		{credit.KindHeadcount, map[credit.Field]string{credit.FieldType: "pension"}, ""},
		{credit.KindUtility, map[credit.Field]string{credit.FieldPeriod: "2026-05", credit.FieldSourceRef: "m1"}, "2026-05/m1"},
		{credit.KindTaxPaid, map[credit.Field]string{credit.FieldPeriod: "2026-05", credit.FieldType: "vat"}, "2026-05/vat/2026-06-18"},
		{credit.KindOfficer, map[credit.Field]string{credit.FieldPerson: "~1", credit.FieldRole: "director"}, "~1/director/2026-06-18"},
		{credit.KindPenalty, map[credit.Field]string{credit.FieldPeriod: "2026-05"}, ""},
	} {
		info, _ := c.kind.Info()
		require.Equal(t, c.want, info.Number(day, func(f credit.Field) string { return c.text[f] }), info.Name)
	}
}

func TestClassesOfKinds(t *testing.T) {
	classes := func(k credit.Kind) []credit.DataClass { info, _ := k.Info(); return info.Classes() }
	require.Equal(t, []credit.DataClass{credit.DataPublic}, classes(credit.KindPenalty))
	require.Equal(t, []credit.DataClass{credit.DataUtility}, classes(credit.KindUtility))
	require.Equal(t, []credit.DataClass{credit.DataTrade}, classes(credit.KindTrade))
	require.Equal(t, []credit.DataClass{credit.DataTax}, classes(credit.KindTaxPaid))
	require.Equal(t, []credit.DataClass{credit.DataPublic}, classes(credit.KindCommitment))
}
