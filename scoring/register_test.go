package scoring_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
)

// TestClosedFirms: whichever record says that a firm is struck off, revoked or moved away, it is neither inspected nor
// counted; a later registration in force brings it back, except after a closure.
func TestClosedFirms(t *testing.T) {
	rec := func(kind credit.Kind, day string, values ...string) credit.Record {
		return gradeRecord(t, kind, day, credit.ID{}, values...)
	}
	alive := rec(credit.KindRegistration, "2024-01-01", "name", "甲", "division", "320500")
	again := rec(credit.KindRegistration, "2025-06-01", "name", "甲")
	for _, x := range []struct {
		name    string
		records []credit.Record
		closed  bool
	}{
		{"alive", []credit.Record{alive}, false},
		{"a closure", []credit.Record{alive, rec(credit.KindClosure, "2025-01-01", "status", "cancelled"), again}, true},
		{"a registration, revoked", []credit.Record{alive, rec(credit.KindRegistration, "2025-01-01", "name", "甲", "status", "revoked")}, true},
		{"a registration, moved", []credit.Record{alive, rec(credit.KindRegistration, "2025-01-01", "name", "甲", "status", "moved")}, true},
		{"a change of status", []credit.Record{alive, rec(credit.KindChange, "2025-01-01", "item", "status", "after", "cancelled")}, true},
		{"a change that says so", []credit.Record{alive, rec(credit.KindChange, "2025-01-01", "item", "注销")}, true},
		{"another change", []credit.Record{alive, rec(credit.KindChange, "2025-01-01", "item", "address", "after", "cancelled")}, false},
		{"registered again", []credit.Record{alive, rec(credit.KindRegistration, "2025-01-01", "name", "甲", "status", "revoked"), again}, false},
	} {
		var h credit.History
		require.NoError(t, policy.Default().Resolve(&h, x.records), x.name)
		day := credit.NewDate(2026, 1, 1)
		g := scoring.GradeOf(policy.Default(), &h, day)
		require.Equal(t, x.closed, g.Closed, "graded: %s", x.name)
		k := scoring.NewKPI([]credit.Date{day})
		k.Add(&h, h.Subject, nil, nil)
		firms := 0
		for _, c := range k.Cells() {
			if c.City == "all" {
				firms = c.Firms
			}
		}
		require.Equal(t, x.closed, firms == 0, "counted: %s", x.name)
	}
}
