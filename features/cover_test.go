package features

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// TestCutShortEqualsNaive: a window is cut short where a kind is covered on the day and not on every day of the window.
func TestCutShortEqualsNaive(t *testing.T) {
	const days = 1500
	first := credit.NewDate(2020, 1, 1)
	rapid.Check(t, func(t *rapid.T) {
		day := first + credit.Date(rapid.IntRange(0, days+100).Draw(t, "day"))
		border := func() credit.Date {
			switch rapid.IntRange(0, 5).Draw(t, "open") {
			case 0, 1:
				return credit.NoDate
			case 2: // about the first day of a window
				return max(first, day.AddMonths(-12*rapid.IntRange(1, 3).Draw(t, "years"))+credit.Date(rapid.IntRange(0, 2).Draw(t, "off by")))
			}
			return first + credit.Date(rapid.IntRange(0, days).Draw(t, "border"))
		}
		var rows []credit.CoverageRow
		for range rapid.IntRange(0, 6).Draw(t, "rows") {
			row := credit.CoverageRow{Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"), From: border(), To: border(),
				Kind: rapid.SampledFrom([]credit.Kind{credit.KindPenalty, credit.KindSevereListing, credit.KindJudgment}).Draw(t, "kind"),
				Off:  rapid.IntRange(0, 3).Draw(t, "off") == 0}
			if row.From != credit.NoDate && row.To != credit.NoDate && row.To < row.From {
				row.From, row.To = row.To, row.From
			}
			rows = append(rows, row)
		}
		coverage, err := credit.NewCoverage(rows)
		require.NoError(t, err)
		set, err := NewSet("pen_n_12m", "pen_n_36m", "crt_n_12m", "sev_n", "tax_grade")
		require.NoError(t, err)
		f, err := NewFold(set, policy.Default(), coverage, nil)
		require.NoError(t, err)
		for i := range set.Len() {
			ind := set.At(i)
			begin := first - 1 // before every border: all time, to a day of which all earlier ones are like it
			if ind.Window != AllTime {
				begin = day.AddMonths(-windowMonths[ind.Window]) + 1
			}
			want := false
			for _, kind := range ind.Sources {
				q := credit.CoverageQuery{Kind: kind}
				for d := begin; d <= day && coverage.Covers(q, day) == credit.CoverYes; d++ {
					want = want || coverage.Covers(q, d) != credit.CoverYes
				}
			}
			require.Equal(t, want && (ind.Window != AllTime || ind.ZeroIfNone), f.CutShort(i, day), "%s on %s", ind.ID, day)
		}
		all, err := NewFold(set, policy.Default(), nil, nil)
		require.NoError(t, err)
		for i := range set.Len() {
			require.False(t, all.CutShort(i, day), "no coverage is stated")
		}
	})
}

// TestCoverageOfPlaces: what a fold remembers of coverage says of each subject and day what a fresh fold says, in whatever
// order subjects of several classes and places come.
func TestCoverageOfPlaces(t *testing.T) {
	day := credit.NewDate(2024, 1, 1)
	coverage, err := credit.NewCoverage([]credit.CoverageRow{
		{Source: "a", Kind: credit.KindPenalty, Region: "3201", From: day, To: credit.NoDate},
		{Source: "a", Kind: credit.KindTaxGrade, Class: credit.ClassEnterprise, From: day, To: day + 100},
		{Source: "b", Kind: credit.KindSevereListing, Region: "32", From: day, To: credit.NoDate, Off: true},
	})
	require.NoError(t, err)
	subjects := []credit.Subject{"91320102MA01490M4R", "91320302MA01490M4R", "92320102MA01490M4R", "91330102MA01490M4R", "t:1"}
	memo, err := NewFold(Lending(), policy.Default(), coverage, nil)
	require.NoError(t, err)
	d := seeded(7)
	for range 400 {
		s, on := subjects[d(len(subjects))], day+credit.Date(d(4)*50-20)
		fresh, err := NewFold(Lending(), policy.Default(), coverage, nil)
		require.NoError(t, err)
		var got, want Sparse
		require.NoError(t, memo.Load(s, nil))
		require.NoError(t, fresh.Load(s, nil))
		memo.Sparse(&got, on)
		fresh.Sparse(&want, on)
		require.Equal(t, want.Absent, got.Absent, "%s on %s", s, on)
		requireSame(t, Lending(), want.Blank, got.Blank)
	}
}
