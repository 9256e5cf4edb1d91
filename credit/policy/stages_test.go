package policy_test

import (
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// randomCommitment draws a commitment with corrections, and findings, handlings and withdrawals in any order.
func randomCommitment(t *rapid.T) ([]credit.Version, []credit.Follower) {
	day := func(label string, from credit.Date, most int) credit.Date {
		return from + credit.Date(rapid.IntRange(0, most).Draw(t, label))
	}
	event := credit.NewDate(2024, 1, 1)
	at := day("known", event, 20)
	var versions []credit.Version
	for range rapid.IntRange(1, 3).Draw(t, "versions") {
		body := map[string]string{"status": rapid.SampledFrom([]string{"", "监管中"}).Draw(t, "own")}
		if rapid.Bool().Draw(t, "due") {
			body["due"] = day("due on", event, 200).String()
		}
		b, _ := credit.BodyOf(body)
		versions = append(versions, credit.Version{From: at, Record: &credit.Record{Kind: credit.KindCommitment, Event: event, Known: at, Body: b}})
		at = day("corrected", at+1, 60)
	}
	var followers []credit.Follower
	from := versions[0].From
	for range rapid.IntRange(0, 6).Draw(t, "followers") {
		from = day("gap", from, 60)
		f := credit.Follower{Record: &credit.Record{Event: day("before", from-40, 40)}, From: from, Until: credit.Never}
		words := map[credit.Kind][]string{credit.KindFulfilment: {"fulfilled", "partly", "breached", "false", "监管中", "nonsense"},
			credit.KindCheck: {"passed", "failed", "不实", "核查中"}, credit.KindHandling: {"handled", "cured", "published"}, credit.KindWithdrawal: {""}}
		f.Record.Kind = rapid.SampledFrom([]credit.Kind{credit.KindFulfilment, credit.KindFulfilment, credit.KindCheck, credit.KindCheck, credit.KindHandling,
			credit.KindHandling, credit.KindWithdrawal}).Draw(t, "kind")
		f.Record.Body, _ = credit.BodyOf(map[string]string{"status": rapid.SampledFrom(words[f.Record.Kind]).Draw(t, "status"),
			"status_source": rapid.SampledFrom([]string{"", "declared", "checked_online", "random_check", "complaint"}).Draw(t, "source")})
		if rapid.IntRange(0, 3).Draw(t, "ends") == 0 {
			f.Until = day("until", from, 90)
		}
		followers = append(followers, f)
	}
	return versions, followers
}

// stageTwin says in the words of the page what holds on day d: every finding looked at anew.
func stageTwin(p *credit.Policy, versions []credit.Version, followers []credit.Follower, d credit.Date) (state, finding string) {
	mean := func(set string, f *credit.Record, field credit.Field) string {
		for _, w := range p.Tables().Words {
			if w.Set == set && w.Word == f.Body.Text(field) {
				return w.Mean
			}
		}
		return ""
	}
	var own, others []*credit.Record
	findings := map[string]bool{"kept": true, "partly": true, "breached": true, "false": true}
	said := map[string]bool{}
	for _, f := range followers {
		if f.From > d || f.Until <= d {
			continue
		}
		set := f.Record.Kind.String()
		m := mean(set, f.Record, credit.FieldStatus)
		if f.Record.Kind == credit.KindWithdrawal {
			m = "withdrawn"
		}
		said[m] = true
		switch {
		case f.Record.Kind == credit.KindHandling || !findings[m]:
		case mean("status_source", f.Record, credit.FieldStatusSource) == "declared":
			own = append(own, f.Record)
		default:
			others = append(others, f.Record)
		}
	}
	if len(others) == 0 {
		others = own
	}
	bad := credit.NoDate
	cured := false
	for _, r := range others {
		finding = mean(r.Kind.String(), r, credit.FieldStatus)
		if cured = finding == "kept" && bad != credit.NoDate; finding != "kept" {
			bad = r.Event
		}
	}
	done := map[string]bool{"cured": cured}
	for _, f := range followers {
		if f.Record.Kind == credit.KindHandling && f.From <= d && d < f.Until && bad != credit.NoDate && f.Record.Event >= bad {
			done[mean("handling", f.Record, credit.FieldStatus)] = true
		}
	}
	r := versions[0].Record
	for _, v := range versions {
		if v.From <= d {
			r = v.Record
		}
	}
	due := r.Body.Date(credit.FieldDue)
	switch {
	case said["withdrawn"]:
		return "revoked", finding
	case done["cured"]:
		return "cured", finding
	case finding != "" && finding != "kept" && done["published"]:
		return "breach_published", finding
	case finding != "" && finding != "kept" && done["handled"]:
		return "handled", finding
	case finding == "partly":
		return "partly_kept", finding
	case finding != "":
		return finding, finding
	case due != credit.NoDate && d > due:
		return "expired", ""
	case said["checking"]:
		return "checked", ""
	case due != credit.NoDate || said["supervised"] || mean("fulfilment", r, credit.FieldStatus) == "supervised":
		return "in_supervision", ""
	}
	return "recorded", ""
}

// TestStagesEqualTwin: on every day the stage is what a naive look at everything known by then says; nothing known later
// changes it, and no stage repeats the one before.
func TestStagesEqualTwin(t *testing.T) {
	p := policy.Default()
	rapid.Check(t, func(t *rapid.T) {
		versions, followers := randomCommitment(t)
		stages := p.Stages(nil, versions, followers)
		if stages[0].From != versions[0].From {
			t.Fatalf("begins %s, known %s", stages[0].From, versions[0].From)
		}
		names := [...]string{"", "kept", "partly", "breached", "false"}
		at := 0
		for d := stages[0].From; d < stages[0].From+420; d++ {
			for at+1 < len(stages) && stages[at+1].From <= d {
				at++
			}
			state, finding := stageTwin(p, versions, followers, d)
			if s := stages[at]; s.State.String() != state || names[s.Finding] != finding {
				t.Fatalf("on %s: %s, found %q; want %s, found %q", d, s.State, names[s.Finding], state, finding)
			}
			if d%17 != 0 {
				continue
			}
			v, f := knownBy(versions, followers, d)
			then := p.Stages(nil, v, f)
			for len(then) > 1 && then[len(then)-1].From > d {
				then = then[:len(then)-1]
			}
			have, want := then[len(then)-1], stages[at]
			if have != want {
				t.Fatalf("on %s, by what was known then: %+v, want %+v", d, have, want)
			}
		}
		for i := 1; i < len(stages); i++ {
			last := stages[i-1]
			if last.From = stages[i].From; last == stages[i] || stages[i-1].From >= stages[i].From {
				t.Fatalf("stage %d: %+v after %+v", i, stages[i], stages[i-1])
			}
		}
	})
}

// TestHistoryHasStages: a resolved history lays the closed loop of each commitment out, and of nothing else.
func TestHistoryHasStages(t *testing.T) {
	day := credit.NewDate(2024, 1, 1)
	rec := func(kind credit.Kind, d credit.Date, target credit.ID, values map[string]string) credit.Record {
		body, err := credit.BodyOf(values)
		require.NoError(t, err)
		r := credit.Record{Subject: "91320594MA7ABCD124", Kind: kind, Event: d, Known: d, Source: "t", Target: target, Amount: credit.NoFen, Body: body}
		r.Seal()
		require.NoError(t, r.Check())
		return r
	}
	promise := rec(credit.KindCommitment, day, credit.ID{}, map[string]string{"due": "2024-06-30"})
	check := rec(credit.KindCheck, day+30, promise.ID, map[string]string{"status": "failed", "status_source": "random_check"})
	mended := rec(credit.KindHandling, day+60, promise.ID, map[string]string{"status": "cured"})
	var h credit.History
	for range 2 { // the second time in the memory of the first
		require.NoError(t, policy.Default().Resolve(&h, []credit.Record{promise, check, mended, rec(credit.KindPermit, day, credit.ID{}, nil)}))
		var states []string
		for _, e := range h.Entries {
			for _, s := range e.Stages {
				states = append(states, s.State.String())
			}
		}
		require.Equal(t, []string{"in_supervision", "breached", "cured", "cured"}, states)
	}
	require.NoError(t, (*credit.Policy)(nil).Resolve(&h, []credit.Record{promise, check, mended}))
	require.Empty(t, h.Entries[0].Stages)
}
