package scoring_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
)

// gradeRecord makes a record of the firm that the grade tests grade.
func gradeRecord(t *testing.T, kind credit.Kind, day string, target credit.ID, values ...string) credit.Record {
	d, err := credit.ParseDate(day)
	require.NoError(t, err)
	fields := map[string]string{}
	for i := 0; i < len(values); i += 2 {
		fields[values[i]] = values[i+1]
	}
	r := credit.Record{Subject: "91320594MA7ABCD124", Kind: kind, Event: d, Known: d, Source: "t", Target: target, Amount: 3000000}
	r.Body, err = credit.BodyOf(fields)
	require.NoError(t, err)
	r.Seal()
	require.NoError(t, r.Check())
	return r
}

// TestGradeOf: what the evaluator gave, what holds it down, and who is spared.
func TestGradeOf(t *testing.T) {
	rec := func(kind credit.Kind, day string, values ...string) credit.Record {
		return gradeRecord(t, kind, day, credit.ID{}, values...)
	}
	given := rec(credit.KindAgencyGrade, "2025-04-01", "type", "public_credit", "grade", "优")
	fine := func(day, no string) credit.Record {
		return rec(credit.KindPenalty, day, "penalty_types", "fine", "authority", "A", "doc_no", no)
	}
	first, second := fine("2025-05-01", "1"), fine("2025-06-01", "2")
	late := rec(credit.KindAgencyGrade, "2024-04-01", "type", "public_credit", "grade", "D")
	late.Known = given.Known + 30
	late.Seal()
	repair := gradeRecord(t, credit.KindRepairApproval, "2025-12-01", second.ID)
	for _, x := range []struct {
		name           string
		records        []credit.Record
		day            credit.Date
		given, grade   string
		capped, spared int
	}{
		{"nothing known", nil, credit.NewDate(2026, 1, 1), "-", "-", 0, 0},
		{"graded", []credit.Record{given}, credit.NewDate(2026, 1, 1), "A", "A", 0, 0},
		{"before the grade", []credit.Record{given}, credit.NewDate(2025, 3, 31), "-", "-", 0, 0},
		{"a later grade", []credit.Record{given, rec(credit.KindAgencyGrade, "2025-09-01", "type", "public_credit", "grade", "C")}, credit.NewDate(2026, 1, 1), "C", "C", 0, 0},
		{"an older grade that came later", []credit.Record{given, late}, credit.NewDate(2026, 1, 1), "A", "A", 0, 0},
		{"a grade of another sort", []credit.Record{rec(credit.KindAgencyGrade, "2025-09-01", "type", "environment", "grade", "D")}, credit.NewDate(2026, 1, 1), "-", "-", 0, 0},
		{"a grade that has run out", []credit.Record{rec(credit.KindAgencyGrade, "2024-04-01", "type", "public_credit", "grade", "D", "valid_to", "2025-03-31")}, credit.NewDate(2026, 1, 1), "-", "-", 0, 0},
		{"a first offence", []credit.Record{given, first}, credit.NewDate(2025, 7, 1), "A", "A", 0, 1},
		{"a second one", []credit.Record{given, first, second}, credit.NewDate(2025, 7, 1), "A", "B", 1, 1},
		{"the second repaired", []credit.Record{given, first, second, repair}, credit.NewDate(2025, 12, 1), "A", "A", 0, 1},
		{"the day before the repair", []credit.Record{given, first, second, repair}, credit.NewDate(2025, 11, 30), "A", "B", 1, 1},
		{"over under Order 36", []credit.Record{given, first, second, gradeRecord(t, credit.KindPerformance, "2025-07-01", second.ID), gradeRecord(t, credit.KindPerformance, "2025-07-01", first.ID)}, credit.NewDate(2026, 7, 1), "A", "A", 0, 0},
		{"a list that decides by itself", []credit.Record{given, rec(credit.KindSevereListing, "2025-05-01", "list", "TAX")}, credit.NewDate(2025, 7, 1), "A", "D", 1, 0},
		{"a heavy list, and nobody graded", []credit.Record{rec(credit.KindSevereListing, "2025-05-01", "list", "GOVP")}, credit.NewDate(2025, 7, 1), "-", "C", 1, 0},
		{"a grade worse than the cap", []credit.Record{rec(credit.KindAgencyGrade, "2025-04-01", "type", "public_credit", "grade", "D"), rec(credit.KindAbnormal, "2025-05-01")}, credit.NewDate(2025, 7, 1), "D", "D", 1, 0},
		{"a commitment", []credit.Record{given, rec(credit.KindCommitment, "2025-05-01", "type", "proof")}, credit.NewDate(2025, 7, 1), "A", "A", 0, 0},
	} {
		var h credit.History
		require.NoError(t, policy.Default().Resolve(&h, x.records), x.name)
		g := scoring.GradeOf(policy.Default(), &h, x.day)
		require.Equal(t, x.given+x.grade, g.Given.String()+g.Grade.String(), x.name)
		require.Len(t, g.Caps, x.capped, x.name)
		require.Len(t, g.Spared, x.spared, x.name)
		require.NotNil(t, g.Treatment, x.name)
		require.Equal(t, g.Grade, g.Treatment.Grade, x.name)
	}
}

func ExampleGradeOf() {
	day := credit.NewDate(2025, 4, 1)
	body, _ := credit.BodyOf(map[string]string{"type": "public_credit", "grade": "B"})
	r := credit.Record{Subject: "91320594MA7ABCD124", Kind: credit.KindAgencyGrade, Event: day, Known: day, Source: "x", Amount: credit.NoFen, Body: body}
	r.Seal()
	var h credit.History
	_ = policy.Default().Resolve(&h, []credit.Record{r})
	g := scoring.GradeOf(policy.Default(), &h, credit.NewDate(2026, 1, 1))
	fmt.Println(g.Grade, g.Treatment.RatioFrom, g.Treatment.EveryMonths, g.Treatment.ID)
	// Output: B 5 12 SUP-B
}
