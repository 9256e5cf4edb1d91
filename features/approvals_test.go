package features

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestApprovals: every sensitive indicator of the lending set has an approval, and none else has; before it and after it
// the set is refused by name, and one without sensitive indicators never is.
func TestApprovals(t *testing.T) {
	for i := range Lending().Len() {
		ind := Lending().At(i)
		require.Equal(t, ind.Sensitive(), len(Approvals(ind.ID)) > 0, ind.ID)
	}
	for id := range approvals() {
		_, ok := Lending().Index(id)
		require.True(t, ok, id)
	}
	for _, id := range []string{"tax_grade", "nbr_rep_any_n"} {
		set, err := NewSet("pen_n_all", id)
		require.NoError(t, err)
		a := Approvals(id)[0]
		require.NoError(t, set.Approved(a.Day))
		require.NoError(t, set.Approved(a.Until))
		for _, day := range []credit.Date{a.Day - 1, a.Until + 1} {
			err := set.Approved(day)
			require.ErrorIs(t, err, credit.ErrInvalid)
			require.ErrorContains(t, err, id)
			require.NotContains(t, err.Error(), "pen_n_all")
		}
	}
	plain, err := NewSet("pen_n_all")
	require.NoError(t, err)
	require.NoError(t, plain.Approved(credit.NewDate(1999, 1, 1)))
}

// TestApprovalsAreRefused: a table with another head, a wrong day, an empty cell or days in the wrong order.
func TestApprovalsAreRefused(t *testing.T) {
	head := "id,role,day,until,purpose,citation\n"
	for _, text := range []string{"id,role\n", head + "x,r,2026-01-01,2025-01-01,p,c\n", head + "x,r,soon,2027-01-01,p,c\n", head + "x,,2026-01-01,2027-01-01,p,c\n"} {
		_, err := parseApprovals([]byte(text))
		require.ErrorIs(t, err, credit.ErrInvalid, text)
	}
	rows, err := parseApprovals([]byte(head + "x,r,2026-01-01,2027-01-01,p,c\nx,r,2028-01-01,2029-01-01,p,c\n"))
	require.NoError(t, err)
	require.Len(t, rows["x"], 2)
}

// TestDepartments: every indicator has a source by name.
func TestDepartments(t *testing.T) {
	for _, ind := range Catalogue() {
		require.NotEmpty(t, ind.Departments(), ind.ID)
		for _, d := range ind.Departments() {
			require.NotEmpty(t, d.Zh, ind.ID)
			require.NotEmpty(t, d.En, ind.ID)
		}
	}
}
