package policy_test

import (
	"strings"
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"

	"github.com/stretchr/testify/require"
)

func TestDiff(t *testing.T) {
	p := policy.Default()
	same, err := policy.Diff(p, p)
	require.NoError(t, err)
	require.Empty(t, same)
	b, err := cases.Change(policy.Encode(p), "rules.csv", "O36-GEN", "max_months", "24")
	require.NoError(t, err)
	b = []byte(strings.Replace(string(b), "LEN-GRACE,", "LEN-GRACES,", 1))
	other, err := policy.Parse(b)
	require.NoError(t, err)
	diff, err := policy.Diff(p, other)
	require.NoError(t, err)
	require.Len(t, diff, 3)
	require.Equal(t, []policy.CellChange{{Column: "max_months", Before: "12", After: "24"}}, diff[0].Cells)
	require.Equal(t, []string{"O36-GEN changed", "LEN-GRACE removed", "LEN-GRACES added"},
		[]string{diff[0].ID + " " + diff[0].What, diff[1].ID + " " + diff[1].What, diff[2].ID + " " + diff[2].What})
	days, err := policy.DiffDays(p, credit.NewDate(2026, 3, 31), credit.NewDate(2026, 4, 1))
	require.NoError(t, err)
	var ids []string
	for _, c := range days {
		ids = append(ids, c.ID+" "+c.What)
	}
	require.Contains(t, ids, "O58-GEN removed")
	require.Contains(t, ids, "O36-GEN added")
}

// TestReplace: one edited file makes a policy with the other tables as they were; every row at fault is named.
func TestReplace(t *testing.T) {
	p := policy.Default()
	text := "id,published,in_force_from,in_force_to,key,value,citation,verified,note\n"
	_, err := policy.Replace(p, "settings.csv", []byte(text+"A,,2005-01-01,2010-01-01,inclusive,no,x,no,\nB,,2011-01-01,,inclusive,no,,no,\nC,,2005-01-01,,transition_mode,asof,,no,\n"))
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "row B: field citation")
	require.ErrorContains(t, err, "row C: field citation")
	_, err = policy.Replace(p, "settings.csv", []byte(text+"A,,2005-01-01,2010-01-01,inclusive,no,x,no,\nB,,2011-01-01,,inclusive,no,x,no,\nC,,2005-01-01,2012-01-01,transition_mode,asof,x,no,\nD,,2012-01-01,,transition_mode,asof,x,no,\n"))
	require.ErrorContains(t, err, "row B: field in_force_from: gap")
	require.ErrorContains(t, err, "row D: field in_force_from: overlap")
	_, err = policy.Replace(p, "nothing.csv", nil)
	require.ErrorIs(t, err, credit.ErrInvalid)
	lines, err := policy.Lines(p)
	require.NoError(t, err)
	for _, l := range lines {
		require.NotEmpty(t, l.ID()+l.Cell("word"), l.Table)
	}
}

// TestOlderPolicies: bytes stored before a table came have it neither in their canonical form nor in their tables, so
// that their digest stays what it was.
func TestOlderPolicies(t *testing.T) {
	text := string(policy.Encode(policy.Default()))
	old := text[:strings.Index(text, "-- items.csv --")]
	p, err := policy.Parse([]byte(old))
	require.NoError(t, err)
	require.Equal(t, old, string(policy.Encode(p)))
	require.Empty(t, p.Tables().Items)
	require.NoError(t, p.Sharing().Storable(&credit.Record{Kind: credit.KindPledge}))
	_, ok := p.Supervision(credit.GradeA, credit.NewDate(2026, 1, 1))
	require.False(t, ok)
}
