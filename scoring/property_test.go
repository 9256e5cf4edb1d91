package scoring_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/scoring"
)

// drawn appends one record by chance; followers speak of any record before them.
func (w *world) drawn(t *rapid.T, tt testing.TB, from, to credit.Date) {
	known := from + credit.Date(rapid.IntRange(0, int(to-from)).Draw(t, "known"))
	n := fmt.Sprint(len(w.records))
	change := func(r *credit.Record) { r.Amount = credit.Fen(rapid.IntRange(1, 9_000_000).Draw(t, "fen")) }
	follow := func(r *credit.Record) {
		r.Target = w.records[rapid.IntRange(0, len(w.records)-1).Draw(t, "target")].ID
	}
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0, 1:
		w.add(tt, credit.KindPenalty, known.String(), change, "authority", "a", "doc_no", n, "penalty_types", "fine")
	case 2:
		w.add(tt, credit.KindSevereListing, known.String(), nil, "list", rapid.SampledFrom([]string{"SXBZXR", "TAX", "STAT"}).Draw(t, "list"), "doc_no", n)
	case 3:
		w.add(tt, credit.KindEnforcement, known.String(), change, "authority", "c", "doc_no", n)
	case 4:
		w.add(tt, credit.KindTaxGrade, known.String(), nil, "grade", rapid.SampledFrom([]string{"A", "B", "M", "C", "D"}).Draw(t, "grade"), "doc_no", n)
	case 5:
		w.add(tt, credit.KindHeadcount, known.String(), nil, "count", n, "period", known.String()[:7])
	case 6:
		w.add(tt, credit.KindShareholding, known.String(), nil, "counterpart", "t:investee", "share", "0.5", "doc_no", n)
	case 7:
		w.add(tt, credit.KindRepairApproval, known.String(), follow, "doc_no", n)
	case 8:
		w.add(tt, credit.KindWithdrawal, known.String(), follow, "doc_no", n)
	default:
		w.add(tt, credit.KindSevereListing, known.String(), func(r *credit.Record) { r.Subject = "t:investee" }, "list", "SAMR", "doc_no", n)
	}
}

// TestReplayOfAnything: whatever is recorded after a score was made, before or after its day, its replay is the same;
// and what becomes known only after the day changes nothing but the position.
func TestReplayOfAnything(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t)
		w.add(t, credit.KindRegistration, "2015-01-01", nil)
		w.grant(func(c *credit.Consent) {
			c.From, c.Signed, c.To, c.Loan = day("2015-01-01"), day("2015-01-01"), credit.NoDate, "loan"
		})
		first, last := day("2018-01-01"), today
		for range rapid.IntRange(0, 25).Draw(rt, "before") {
			w.drawn(rt, t, first, last)
		}
		q := question()
		q.Day = first + credit.Date(rapid.IntRange(0, int(last-first)).Draw(rt, "day"))
		score, canonical, err := w.scorer.Score(context.Background(), q, noon)
		require.NoError(t, err)

		if q.Day < last {
			for range rapid.IntRange(0, 8).Draw(rt, "news") {
				w.drawn(rt, t, q.Day+1, last)
			}
			later, _, err := w.scorer.Score(context.Background(), q, noon)
			require.NoError(t, err)
			later.Position = score.Position
			require.Equal(t, score, later, "what became known after the day is not seen")
		}
		for range rapid.IntRange(0, 8).Draw(rt, "late") {
			w.drawn(rt, t, first, last)
		}
		again, err := w.scorer.Replay(context.Background(), score)
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(again))
		explained, err := w.scorer.Explain(context.Background(), score)
		require.NoError(t, err)
		checkSum(t, score, explained)
	})
}

// checkSum: the points of the lines add up to the score's, and every value that counts something names its records.
func checkSum(t *testing.T, s *scoring.Score, e *scoring.Explanation) {
	sum := e.Neutral
	for _, l := range e.Lines {
		sum += l.Points
		named := len(l.Records) + l.More
		if l.Value != nil && *l.Value > 0 {
			require.Positive(t, named, "%s is %v and names no record", l.Indicator, *l.Value)
		}
		for _, r := range l.Records {
			require.LessOrEqual(t, r.Known, s.Day, "evidence that was known on the day")
			require.True(t, r.Counted || r.Standing == "", "%s names a record that does not count: %+v", l.Indicator, r)
		}
	}
	require.Equal(t, s.Points, sum)
}
