package policy_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
)

func dueRecord(t *testing.T, kind credit.Kind, event string, target credit.ID, body map[string]string) credit.Record {
	b, err := credit.BodyOf(body)
	require.NoError(t, err)
	d, err := credit.ParseDate(event)
	require.NoError(t, err)
	r := credit.Record{Subject: "t:1", Kind: kind, Event: d, Known: d, Source: "s", Amount: credit.NoFen, Target: target, Body: b}
	r.Seal()
	return r
}

// A penalty of an individual business, its copy, its performance and the correction of that are due five years after
// the performance; a firm's never, and one whose act is not known to have ended neither.
func TestDue(t *testing.T) {
	law := policy.Default()
	text := map[string]string{"authority": "A", "doc_no": "1", "type": "warning", "nature": "individual_business"}
	penalty := dueRecord(t, credit.KindPenalty, "2015-03-01", credit.ID{}, text)
	again := penalty
	again.Source = "another"
	again.Seal()
	done := dueRecord(t, credit.KindPerformance, "2015-06-30", penalty.ID, map[string]string{"status": "done"})
	fix := dueRecord(t, credit.KindCorrection, "2015-07-30", done.ID, map[string]string{"fact": "more"})
	history := []credit.Record{penalty, again, done, fix}
	due := func(records []credit.Record, day string) []credit.Due {
		d, err := credit.ParseDate(day)
		require.NoError(t, err)
		var h credit.History
		require.NoError(t, law.Resolve(&h, records))
		return law.Due(nil, &h, d)
	}
	require.Empty(t, due(history, "2020-06-30"))
	all := due(history, "2020-07-01")
	require.Len(t, all, 4)
	for _, d := range all {
		require.Equal(t, "2020-07-01", d.From.String())
		require.Equal(t, "CREDIT-BAD", d.Row.ID)
	}
	require.Empty(t, due([]credit.Record{penalty, again}, "2030-01-01"), "no end is known")
	text["nature"] = "enterprise"
	firm := dueRecord(t, credit.KindPenalty, "2015-03-01", credit.ID{}, text)
	done = dueRecord(t, credit.KindPerformance, "2015-06-30", firm.ID, map[string]string{"status": "done"})
	require.Empty(t, due([]credit.Record{firm, done}, "2030-01-01"))
}
