package policy_test

import (
	"slices"
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"

	"pgregory.net/rapid"
)

// TestTimelineDoesNotPeek: what holds on a day is the same when nothing later is known: no later version or follower,
// no later end of a follower, and no row of law that comes into force later.
func TestTimelineDoesNotPeek(t *testing.T) {
	days := []credit.Date{credit.NewDate(2019, 6, 30), credit.NewDate(2022, 3, 1), credit.NewDate(2025, 12, 1), credit.NewDate(2027, 1, 1)}
	var then []*credit.Policy
	for _, d := range days {
		then = append(then, lawUntil(t, policy.Default(), d))
	}
	rapid.Check(t, func(t *rapid.T) {
		versions, followers := randomRecord(t)
		spans := policy.Default().Timeline(nil, versions, followers)
		for i, d := range days {
			d += credit.Date(rapid.IntRange(0, 40).Draw(t, "more"))
			if d < versions[0].From || len(lawDays(days[i], d)) > 0 {
				continue
			}
			v, f := knownBy(versions, followers, d)
			for _, p := range []*credit.Policy{policy.Default(), then[i]} {
				have, want := *credit.SpanOn(p.Timeline(nil, v, f), d), *credit.SpanOn(spans, d)
				have.From, want.From = 0, 0
				if have.Reason == credit.ReasonNoRegime && want.Reason == credit.ReasonNoRule {
					have.Reason = want.Reason // before its first row comes into force, a kind is under no rule at all
				}
				if rowID(p, have.Rule) != rowID(policy.Default(), want.Rule) {
					t.Fatalf("on %s: rule %s, want %s", d, rowID(p, have.Rule), rowID(policy.Default(), want.Rule))
				}
				if have.Rule, want.Rule = 0, 0; have != want {
					t.Fatalf("on %s:\nhave %+v\nwant %+v", d, have, want)
				}
			}
		}
	})
}

func rowID(p *credit.Policy, i int16) string {
	row, _ := p.Rule(i)
	return row.ID + row.From.String()
}

// lawDays are the days between on which a rule comes into force.
func lawDays(from, to credit.Date) (days []credit.Date) {
	t := policy.Default().Tables()
	for _, r := range t.Rules {
		if r.From > from && r.From <= to {
			days = append(days, r.From)
		}
	}
	return days
}

func knownBy(versions []credit.Version, followers []credit.Follower, d credit.Date) (v []credit.Version, f []credit.Follower) {
	for _, x := range versions {
		if x.From <= d {
			v = append(v, x)
		}
	}
	for _, x := range followers {
		if x.From <= d {
			if x.Until > d {
				x.Until = credit.Never
			}
			f = append(f, x)
		}
	}
	return v, f
}

// lawUntil is the policy without the rows that come into force after day.
func lawUntil(t *testing.T, p *credit.Policy, day credit.Date) *credit.Policy {
	x := *p.Tables()
	open := func(r *credit.Row) { // nobody knew its end yet
		if r.To > day {
			r.To = credit.NoDate
		}
	}
	x.Rules = slices.DeleteFunc(slices.Clone(x.Rules), func(r credit.RuleRow) bool { return r.From > day })
	x.Classes = slices.DeleteFunc(slices.Clone(x.Classes), func(r credit.ClassRow) bool { return r.From > day })
	x.Leniency = slices.DeleteFunc(slices.Clone(x.Leniency), func(r credit.LeniencyRow) bool { return r.From > day })
	x.Suspensions = slices.DeleteFunc(slices.Clone(x.Suspensions), func(r credit.SuspensionRow) bool { return r.From > day })
	x.Settings = slices.DeleteFunc(slices.Clone(x.Settings), func(r credit.SettingRow) bool { return r.From > day })
	for i := range x.Rules {
		open(&x.Rules[i].Row)
	}
	for i := range x.Classes {
		open(&x.Classes[i].Row)
	}
	for i := range x.Suspensions {
		open(&x.Suspensions[i].Row)
	}
	for i := range x.Settings {
		open(&x.Settings[i].Row)
	}
	cut, err := credit.NewPolicy(x, nil)
	if err != nil {
		t.Fatal(err)
	}
	return cut
}

// TestTimelineShape: spans ascend, begin with the record, differ from their neighbour; what ended stays ended unless a
// correction or the end of a follower takes its ground away; the counted flag is the state's.
func TestTimelineShape(t *testing.T) {
	p := policy.Default()
	rapid.Check(t, func(t *rapid.T) {
		versions, followers := randomRecord(t)
		spans := p.Timeline(nil, versions, followers)
		if spans[0].From != versions[0].From {
			t.Fatalf("begins %s, record known %s", spans[0].From, versions[0].From)
		}
		for i := range spans {
			s := &spans[i]
			info := s.State.Info()
			if s.Counted != info.Counted || s.Shown != info.Shown || s.Counted != (s.Weight > 0) {
				t.Fatalf("%+v", s)
			}
			if i == 0 {
				continue
			}
			last := spans[i-1]
			if last.From >= s.From {
				t.Fatalf("%s after %s", s.From, last.From)
			}
			if last.State.Info().Ended && !info.Ended && !groundGone(versions, followers, s.From) {
				t.Fatalf("%s on %s after %s", s.State, s.From, last.State)
			}
			if last.From = s.From; last == *s {
				t.Fatalf("%+v twice", s)
			}
		}
	})
}

// groundGone reports whether a version begins or a follower ends on the day.
func groundGone(versions []credit.Version, followers []credit.Follower, d credit.Date) bool {
	return slices.ContainsFunc(versions, func(v credit.Version) bool { return v.From == d }) ||
		slices.ContainsFunc(followers, func(f credit.Follower) bool { return f.Until == d })
}

// TestRepairCountsFromItsDay: an approval changes nothing before its known date, and the record never counts from it on.
func TestRepairCountsFromItsDay(t *testing.T) {
	p := policy.Default()
	rapid.Check(t, func(t *rapid.T) {
		versions, _ := randomRecord(t)
		versions = versions[:1]
		day := versions[0].From + credit.Date(rapid.IntRange(0, 2000).Draw(t, "repair"))
		repair := &credit.Record{Kind: credit.KindRepairApproval, Event: day, Known: day, Amount: credit.NoFen}
		without := p.Timeline(nil, versions, nil)
		with := p.Timeline(nil, versions, []credit.Follower{{Record: repair, From: day, Until: credit.Never}})
		for d := versions[0].From; d < day; d += 7 {
			if *credit.SpanOn(without, d) != *credit.SpanOn(with, d) {
				t.Fatalf("on %s, before the repair of %s: %+v, without it %+v", d, day, credit.SpanOn(with, d), credit.SpanOn(without, d))
			}
		}
		for _, d := range []credit.Date{day, day + 1, day + 2000} {
			if s := credit.SpanOn(with, d); s.Counted || s.Shown {
				t.Fatalf("on %s, repaired on %s: %+v", d, day, s)
			}
		}
	})
}

func BenchmarkTimeline(b *testing.B) {
	p := policy.Default()
	body, _ := credit.BodyOf(map[string]string{"penalty_types": "fine", "procedure": "ordinary", "sector": "food", "authority": "市场监督管理局", "doc_no": "（2024）1号"})
	r := &credit.Record{Kind: credit.KindPenalty, Subject: "91320594MA7ABCD124", Source: "x", Event: credit.NewDate(2024, 3, 15), Known: credit.NewDate(2024, 3, 20), Amount: 600000, Body: body}
	versions := []credit.Version{{From: r.Known, Record: r}}
	follow := func(kind credit.Kind, day credit.Date) credit.Follower {
		return credit.Follower{Record: &credit.Record{Kind: kind, Event: day, Known: day, Amount: credit.NoFen}, From: day, Until: credit.Never}
	}
	done, repair := follow(credit.KindPerformance, credit.NewDate(2024, 6, 1)), follow(credit.KindRepairApproval, credit.NewDate(2025, 5, 1))
	permit := *r
	permit.Kind = credit.KindPermit
	for _, c := range []struct {
		name      string
		versions  []credit.Version
		followers []credit.Follower
	}{
		{"penalty with repair", versions, []credit.Follower{repair}},
		{"penalty with performance and repair", versions, []credit.Follower{done, repair}},
		{"penalty alone", versions, nil},
		{"permit", []credit.Version{{From: r.Known, Record: &permit}}, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var dst []credit.Span
			for b.Loop() {
				dst = p.Timeline(dst[:0], c.versions, c.followers)
			}
		})
	}
}
