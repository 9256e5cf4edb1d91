package policy_test

import (
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestAsPublished: on every first of a month there is a law to read, and what it says of the day itself is what the whole
// policy says.
func TestAsPublished(t *testing.T) {
	p := policy.Default()
	by := map[credit.Date]*credit.Policy{}
	for y := 2003; y <= 2030; y++ {
		for m := 1; m <= 12; m++ {
			day := credit.NewDate(y, m, 1)
			then, err := p.AsPublished(day)
			require.NoError(t, err, day)
			require.Equal(t, p.Digest(), then.Digest())
			by[day] = then
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		versions, followers := randomRecord(t)
		day := credit.NewDate(rapid.IntRange(2019, 2028).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), 1)
		if day < versions[0].From {
			return
		}
		v, f := knownBy(versions, followers, day)
		want, have := *credit.SpanOn(p.Timeline(nil, v, f), day), *credit.SpanOn(by[day].Timeline(nil, v, f), day)
		if want.Reason == credit.ReasonNoRule && have.Reason == credit.ReasonNoRegime {
			return // before its first row a kind is under no rule at all
		}
		if rowID(p, want.Rule) != rowID(by[day], have.Rule) || want.State != have.State || want.Weight != have.Weight || want.Earliest != have.Earliest || want.End != have.End {
			t.Fatalf("on %s: have %+v, want %+v", day, have, want)
		}
	})
	before, err := p.AsPublished(credit.NewDate(2025, 11, 25))
	require.NoError(t, err)
	require.EqualValues(t, -1, before.RuleIndex("O36-GEN", credit.NewDate(2026, 4, 1)))
	require.NotEqualValues(t, -1, before.RuleIndex("O58-GEN", credit.NewDate(2026, 4, 1)))
	after, err := p.AsPublished(credit.NewDate(2025, 11, 26))
	require.NoError(t, err)
	require.NotEqualValues(t, -1, after.RuleIndex("O36-GEN", credit.NewDate(2026, 4, 1)))
	require.EqualValues(t, -1, after.RuleIndex("O58-GEN", credit.NewDate(2026, 4, 1)))
}
