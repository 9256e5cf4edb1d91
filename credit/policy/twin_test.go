package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"

	"pgregory.net/rapid"
)

// twin says what Timeline says, one day at a time, straight from the rows: for every day it walks every day from the
// event on, choosing the rule anew on each.
type twin struct {
	p         *credit.Policy
	t         *credit.Tables
	versions  []credit.Version
	followers []credit.Follower
	picked    map[string]*credit.RuleRow // by version and day
}

func (w *twin) version(day credit.Date) int {
	at := 0
	for i, v := range w.versions {
		if v.From <= day {
			at = i
		}
	}
	return at
}

// acting calls f with the followers of a kind that act on day and did on the earlier day e.
func (w *twin) acting(kind credit.Kind, day, e credit.Date, f func(*credit.Follower)) {
	for i := range w.followers {
		x := &w.followers[i]
		if x.Record.Kind == kind && x.From <= e && x.From <= day && day < x.Until {
			f(x)
		}
	}
}

func (w *twin) has(kind credit.Kind, day, e credit.Date) bool {
	n := 0
	w.acting(kind, day, e, func(*credit.Follower) { n++ })
	return n > 0
}

func (w *twin) setting(key string, day credit.Date) string {
	for _, s := range w.t.Settings {
		if s.Key == key && s.InForce(day) {
			return s.Value
		}
	}
	return ""
}

func (w *twin) means(set, word string) string {
	for _, x := range w.t.Words {
		if x.Set == set && x.Word == word {
			return x.Mean
		}
	}
	return ""
}

// rule chooses by precedence, then order.
func (w *twin) rule(r *credit.Record, at int, asOf credit.Date) *credit.RuleRow {
	day := asOf
	if w.setting("transition_mode", asOf) == "decision_date" {
		day = r.Event
	}
	key := fmt.Sprint(at, day)
	if got, ok := w.picked[key]; ok {
		return got
	}
	var best *credit.RuleRow
	bestOrder := 0
	for i := range w.t.Rules {
		rule := &w.t.Rules[i]
		if !rule.Decides || rule.Kind != r.Kind || !rule.InForce(day) {
			continue
		}
		for j := range w.t.Classes {
			c := &w.t.Classes[j]
			if c.Rule != rule.ID || !c.InForce(day) || !w.takes(c, r, day) {
				continue
			}
			if best == nil || rule.Precedence > best.Precedence || rule.Precedence == best.Precedence && c.Order < bestOrder {
				best, bestOrder = rule, c.Order
			}
		}
	}
	w.picked[key] = best
	return best
}

func (w *twin) takes(c *credit.ClassRow, r *credit.Record, day credit.Date) bool {
	var types []string
	if s := r.Body.Text(credit.FieldPenaltyTypes); s != "" {
		types = strings.Split(s, ";")
	}
	if c.TypesNone && len(types) > 0 {
		return false
	}
	if len(c.TypesAny) > 0 && !slices.ContainsFunc(types, func(s string) bool { return slices.Contains(c.TypesAny, s) }) {
		return false
	}
	if len(c.TypesOnly) > 0 {
		if len(types) == 0 || slices.ContainsFunc(types, func(s string) bool { return !slices.Contains(c.TypesOnly, s) }) {
			return false
		}
	}
	if len(c.Sectors) > 0 && !slices.Contains(c.Sectors, r.Body.Text(credit.FieldSector)) {
		return false
	}
	if len(c.Lists) > 0 && !slices.Contains(c.Lists, r.Body.Text(credit.FieldList)) {
		return false
	}
	if c.Procedure != "" && w.means("procedure", r.Body.Text(credit.FieldProcedure)) != c.Procedure {
		return false
	}
	if c.Severity != 0 && r.Severity != c.Severity || c.Publicity != "" && r.Body.Text(credit.FieldPublicity) != c.Publicity {
		return false
	}
	if c.FineBelow != "" && (r.Amount == credit.NoFen || r.Amount >= w.threshold(c.FineBelow, r, day)) {
		return false
	}
	return c.FineFrom == "" || r.Amount != credit.NoFen && r.Amount >= w.threshold(c.FineFrom, r, day)
}

func (w *twin) threshold(name string, r *credit.Record, day credit.Date) credit.Fen {
	find := func(sector string, class credit.SubjectClass) (f credit.Fen, ok bool) {
		for _, h := range w.t.Thresholds {
			if h.Sector == sector && h.Class == class && h.InForce(day) {
				return map[string]credit.Fen{"small": h.Small, "large": h.Large, "huge": h.Huge}[name], true
			}
		}
		return 0, false
	}
	sector := r.Body.Text(credit.FieldSector)
	classes := []credit.SubjectClass{credit.ClassUnknown}
	if r.Subject.Class() == credit.ClassIndividual {
		classes = []credit.SubjectClass{credit.ClassIndividual, credit.ClassUnknown}
	}
	for _, class := range classes {
		for _, s := range []string{sector, ""} {
			if f, ok := find(s, class); ok {
				return f
			}
		}
	}
	return credit.NoFen
}

// day is one day of the walk from the event on.
type day struct {
	state            credit.State
	reason           credit.Reason
	rule             *credit.RuleRow
	earliest, last   credit.Date
	done             bool
	doneOn           credit.Date
	banned           credit.Date
	minOver, maxOver bool
	hold             credit.Date
}

// on walks to day d and returns the span that holds on it.
func (w *twin) on(d credit.Date) credit.Span {
	at := w.version(d)
	r := w.versions[at].Record
	hold := credit.NoDate
	var x day
	ended := credit.NoDate
	for e := min(r.Event, w.versions[at].From, d); e <= d; e++ {
		x = w.look(r, at, d, e, hold)
		hold = x.hold
		if x.state.Info().Ended {
			ended = e
			break
		}
	}
	if ended == credit.NoDate {
		ended = d
	}
	if w.has(credit.KindWithdrawal, d, d) && x.state != credit.StateRevoked {
		first := credit.Never
		w.acting(credit.KindWithdrawal, d, d, func(f *credit.Follower) { first = min(first, f.From) })
		x = w.look(r, at, d, first, hold)
		// the rule on the day of the withdrawal, chosen anew
		x.state, x.reason = credit.StateRevoked, credit.ReasonWithdrawn
		ended = first
	}
	return w.span(r, &x, d, ended)
}

// look says what holds on day e, by what is known on day d and was known on e.
func (w *twin) look(r *credit.Record, at int, d, e credit.Date, hold credit.Date) (x day) {
	x.rule, x.hold, x.last, x.earliest = w.rule(r, at, e), hold, credit.Never, credit.NoDate
	w.doneBy(&x, at, d, e)
	x.banned = credit.NoDate
	w.acting(credit.KindRepairBan, d, e, func(f *credit.Follower) {
		until := f.Record.Body.Date(credit.FieldUntil)
		if until == credit.NoDate {
			until = credit.Never
			var months int
			if s := w.setting("misuse_ban_months", f.Record.Event); s != "" {
				fmt.Sscan(s, &months)
				until = f.Record.Event.AddMonths(months)
			}
		}
		x.banned = max(x.banned, until)
	})
	if x.rule != nil {
		w.periods(&x, r, d, e)
	}
	x.state, x.reason = w.stateOf(&x, r, d, e)
	return x
}

func (w *twin) doneBy(x *day, at int, d, e credit.Date) {
	first := credit.Never
	w.acting(credit.KindPerformance, d, e, func(f *credit.Follower) {
		if w.means("performance", f.Record.Body.Text(credit.FieldStatus)) == "done" && f.From < first {
			first = f.From
			x.done, x.doneOn = true, f.Record.Event
		}
	})
	self := credit.Never // since when the record has said so, without a break up to the version in force
	for i := at; i >= 0 && w.means("record", w.versions[i].Record.Body.Text(credit.FieldStatus)) == "done"; i-- {
		self = w.versions[i].From
	}
	if self <= e && (!x.done || self < x.doneOn) {
		x.done, x.doneOn = true, self
	}
}

func (w *twin) periods(x *day, r *credit.Record, d, e credit.Date) {
	start := r.Event
	if x.rule.Start == credit.StartPublicity {
		if start = w.versions[0].Record.Known; w.versions[0].Record.Received {
			start = w.versions[0].Record.Event
		}
	}
	plus := credit.Date(1)
	asOf := e
	if w.setting("transition_mode", e) == "decision_date" {
		asOf = r.Event
	}
	if w.setting("inclusive", asOf) == "yes" {
		plus = 0
	}
	switch {
	case !x.rule.Repair:
	case x.rule.MinFromDone && x.done:
		x.earliest = max(r.Event, x.doneOn).AddMonths(max(x.rule.MinMonths, 0)) + plus
	case x.rule.MinFromDone:
	case x.rule.MinMonths > 0:
		x.earliest = start.AddMonths(x.rule.MinMonths) + plus
	default:
		x.earliest = start
	}
	own := r.Body.Date(credit.FieldUntil)
	if own == credit.NoDate {
		own = r.Body.Date(credit.FieldValidTo)
	}
	switch {
	case x.rule.EndStated && own != credit.NoDate:
		x.last = own + 1
	case x.rule.MaxMonths != credit.NoMonths:
		x.last = start.AddMonths(x.rule.MaxMonths) + 1
	}
	if x.rule.Hold {
		x.hold = max(x.hold, x.last)
	}
	if x.last != credit.Never {
		w.acting(credit.KindExtension, d, e, func(f *credit.Follower) {
			x.last = max(x.last, f.Record.Body.Date(credit.FieldUntil)+1)
		})
	}
	x.minOver = x.earliest != credit.NoDate && e >= x.earliest
	x.maxOver = e >= x.last
}

func (w *twin) stateOf(x *day, r *credit.Record, d, e credit.Date) (credit.State, credit.Reason) {
	banned := e <= x.banned
	if w.has(credit.KindWithdrawal, d, e) {
		return credit.StateRevoked, credit.ReasonWithdrawn
	}
	if w.has(credit.KindRepairApproval, d, e) {
		if banned {
			return credit.StateRepaired, credit.ReasonRepairedInBan
		}
		return credit.StateRepaired, credit.ReasonRepaired
	}
	if w.has(credit.KindRemoval, d, e) {
		return credit.StateRemoved, credit.ReasonRemoved
	}
	if row := w.retention(r, e); row != nil && x.done && r.Subject.Class() == row.Class && e > x.doneOn.AddMonths(row.Months) {
		return credit.StateExpired, credit.ReasonRetention
	}
	rule := x.rule
	if rule != nil && !rule.Publicise {
		return credit.StateNotPublicised, credit.ReasonMinor
	}
	if rule != nil && x.maxOver && (x.done || !slices.Contains(rule.EndNeeds, "performed")) {
		return credit.StateExpired, credit.ReasonPeriodOver
	}
	if plan := w.plan(d, e); plan != "" && w.suspension(e) && w.ruled(r.Kind) {
		return credit.StateSuspended, map[string]credit.Reason{"approved": credit.ReasonPlan, "completed": credit.ReasonPlanDone}[plan]
	}
	if banned {
		return credit.StateBanned, credit.ReasonBan
	}
	if x.maxOver {
		return credit.StateOverdue, credit.ReasonUncorrected
	}
	if w.disputed(d, e) {
		return credit.StateObjected, credit.ReasonObjection
	}
	return w.publicised(x, r, e)
}

func (w *twin) publicised(x *day, r *credit.Record, e credit.Date) (credit.State, credit.Reason) {
	rule := x.rule
	switch {
	case !w.ruled(r.Kind):
		return credit.StatePublicised, credit.ReasonNoRegime
	case rule == nil:
		return credit.StatePublicised, credit.ReasonNoRule
	case !rule.Repair && x.last == credit.Never:
		return credit.StatePublicised, credit.ReasonOpen
	case !rule.Repair || e < x.hold:
		if x.last == credit.Never {
			return credit.StatePublicised, credit.ReasonOpen
		}
		return credit.StatePublicised, credit.ReasonNotRepairable
	case x.minOver && (x.done || !slices.Contains(rule.Needs, "performed")):
		return credit.StateEligible, credit.ReasonRepairable
	case x.minOver:
		return credit.StatePublicised, credit.ReasonAwaitingDuty
	case x.last == credit.Never:
		return credit.StatePublicised, credit.ReasonOpen
	}
	return credit.StatePublicised, credit.ReasonPublicised
}

func (w *twin) ruled(k credit.Kind) bool {
	return slices.ContainsFunc(w.t.Rules, func(row credit.RuleRow) bool { return row.Kind == k && row.Decides })
}

func (w *twin) retention(r *credit.Record, e credit.Date) *credit.RetentionRow {
	for i := range w.t.Retention {
		if row := &w.t.Retention[i]; row.InForce(e) && slices.Contains(row.Kinds, r.Kind) {
			return row
		}
	}
	return nil
}

func (w *twin) suspension(e credit.Date) bool {
	return slices.ContainsFunc(w.t.Suspensions, func(s credit.SuspensionRow) bool { return s.InForce(e) })
}

// plan is the state of the reorganisation, "" where nothing is suspended.
func (w *twin) plan(d, e credit.Date) string {
	plan, applied := "", false
	for i := range w.followers {
		f := &w.followers[i]
		if f.From > e || f.From > d || d >= f.Until {
			continue
		}
		switch f.Record.Kind {
		case credit.KindRepairApplication:
			applied = true
		case credit.KindRepairRejection:
			applied = false
		case credit.KindBankruptcy:
			switch m := w.means("bankruptcy", f.Record.Body.Text(credit.FieldStatus)); m {
			case "applied":
				applied = true
			case "approved", "completed":
				plan = m
			case "failed":
				plan, applied = "", false
			}
		}
	}
	if !applied {
		return ""
	}
	return plan
}

func (w *twin) disputed(d, e credit.Date) (open bool) {
	w.acting(credit.KindObjection, d, e, func(f *credit.Follower) {
		switch w.means("objection", f.Record.Body.Text(credit.FieldStatus)) {
		case "open":
			open = true
		case "closed":
			open = false
		}
	})
	return open
}

func (w *twin) span(r *credit.Record, x *day, d, ended credit.Date) credit.Span {
	info := x.state.Info()
	s := credit.Span{State: x.state, Reason: x.reason, Counted: info.Counted, Shown: info.Shown, Rule: -1,
		Earliest: credit.NoDate, End: credit.NoDate, Tier: r.Severity}
	on := ended
	if x.rule != nil {
		s.Rule = w.p.RuleIndex(x.rule.ID, x.rule.From)
		if s.Tier == 0 || !x.rule.TierStated {
			s.Tier = x.rule.Tier
		}
	}
	switch x.reason {
	case credit.ReasonRetention:
		s.Rule = w.p.RuleIndex("CREDIT-BAD", on)
	case credit.ReasonPlan, credit.ReasonPlanDone:
		for _, row := range w.t.Suspensions {
			if row.InForce(on) {
				s.Rule = w.p.RuleIndex(row.ID, on)
			}
		}
	}
	if x.state == credit.StateExpired {
		s.End = on
	}
	if info.Ended || x.state == credit.StateNotPublicised {
		s.Disputed = !info.Ended && w.disputed(d, d)
		return s
	}
	s.Disputed = w.disputed(d, d)
	w.days(&s, x, d)
	if s.Counted {
		s.Weight = w.weight(&s, x, d)
	}
	return s
}

func (w *twin) days(s *credit.Span, x *day, d credit.Date) {
	if x.last != credit.Never && x.last > d {
		s.End = x.last
	}
	if x.earliest != credit.NoDate && x.banned != credit.Never {
		s.Earliest = max(x.earliest, x.hold)
		if d <= x.banned {
			s.Earliest = max(s.Earliest, x.banned+1)
		}
	}
}

func (w *twin) weight(s *credit.Span, x *day, d credit.Date) float64 {
	weight := 1.0
	if !w.ruled(w.versions[0].Record.Kind) {
		return weight
	}
	repairable := x.rule != nil && x.rule.Repair && x.minOver && !x.maxOver && d > x.banned && d >= x.hold &&
		(x.done || !slices.Contains(x.rule.Needs, "performed"))
	for _, l := range w.t.Leniency {
		if l.InForce(d) && (l.When == "eligible" && repairable || l.When == "minor" && s.Tier == credit.SeverityMinor && !x.maxOver) {
			weight = min(weight, l.Weight)
		}
	}
	return weight
}

// randomRecord draws what can happen to a record between 2017 and 2031.
func randomRecord(t *rapid.T) ([]credit.Version, []credit.Follower) {
	date := func(label string, from, to credit.Date) credit.Date {
		return credit.Date(rapid.Int32Range(int32(from), int32(to)).Draw(t, label))
	}
	kinds := []credit.Kind{credit.KindPenalty, credit.KindPenalty, credit.KindPenalty, credit.KindSevereListing, credit.KindAbnormal,
		credit.KindEnforcement, credit.KindJudgment, credit.KindArrears, credit.KindPermit, credit.KindTaxAbnormal, credit.KindConsumption,
		credit.KindPledge, credit.KindFreeze}
	kind := rapid.SampledFrom(kinds).Draw(t, "kind")
	event := date("event", credit.NewDate(2017, 1, 1), credit.NewDate(2027, 12, 31))
	known := event + credit.Date(rapid.IntRange(0, 400).Draw(t, "lag"))
	subject := rapid.SampledFrom([]credit.Subject{"91320594MA7ABCD124", "92320106MA2KQ8J46R", "bdci:p1"}).Draw(t, "subject")
	first := randomBody(t, kind)
	first.Subject, first.Kind, first.Event, first.Known, first.Source = subject, kind, event, known, "test"
	first.Received = rapid.Bool().Draw(t, "received")
	versions := []credit.Version{{From: known, Record: first}}
	at := known
	for range rapid.IntRange(0, 2).Draw(t, "corrections") {
		at += credit.Date(rapid.IntRange(1, 700).Draw(t, "after"))
		v := randomBody(t, kind)
		v.Subject, v.Kind, v.Event, v.Known, v.Source = subject, kind, event, known, "test"
		if rapid.IntRange(0, 3).Draw(t, "moved") == 0 {
			v.Event = event - credit.Date(rapid.IntRange(-900, 300).Draw(t, "by"))
		}
		versions = append(versions, credit.Version{From: at, Record: v})
	}
	return versions, randomFollowers(t, known)
}

func randomFollowers(t *rapid.T, known credit.Date) (followers []credit.Follower) {
	kinds := []credit.Kind{credit.KindPerformance, credit.KindPerformance, credit.KindRepairApplication, credit.KindRepairRejection,
		credit.KindRepairApproval, credit.KindWithdrawal, credit.KindRemoval, credit.KindObjection, credit.KindObjection,
		credit.KindBankruptcy, credit.KindBankruptcy, credit.KindRepairBan, credit.KindExtension, credit.KindRepairAcceptance}
	at := known
	for range rapid.IntRange(0, 6).Draw(t, "followers") {
		at += credit.Date(rapid.SampledFrom([]int{0, 0, 1, 30, 90, 91, 92, 200, 365, 366, 730, 1000}).Draw(t, "gap"))
		kind := rapid.SampledFrom(kinds).Draw(t, "follower")
		r := &credit.Record{Kind: kind, Event: at - credit.Date(rapid.IntRange(0, 40).Draw(t, "before")), Known: at, Amount: credit.NoFen}
		body := map[string]string{}
		switch kind {
		case credit.KindPerformance:
			body["status"] = rapid.SampledFrom([]string{"", "performed", "partial", "nonsense"}).Draw(t, "done")
		case credit.KindObjection:
			body["status"] = rapid.SampledFrom([]string{"open", "closed"}).Draw(t, "objection")
		case credit.KindBankruptcy:
			body["status"] = rapid.SampledFrom([]string{"approved", "applied", "failed", "completed"}).Draw(t, "plan")
		case credit.KindExtension:
			body["until"] = (at + credit.Date(rapid.IntRange(1, 1500).Draw(t, "until"))).String()
		case credit.KindRepairBan:
			if rapid.Bool().Draw(t, "stated") {
				body["until"] = (at + credit.Date(rapid.IntRange(0, 900).Draw(t, "until"))).String()
			}
		}
		r.Body, _ = credit.BodyOf(body)
		until := credit.Never
		if rapid.IntRange(0, 3).Draw(t, "withdrawn") == 0 {
			until = at + credit.Date(rapid.IntRange(0, 900).Draw(t, "acts"))
		}
		followers = append(followers, credit.Follower{Record: r, From: at, Until: until})
	}
	return followers
}

func randomBody(t *rapid.T, kind credit.Kind) *credit.Record {
	r := &credit.Record{Amount: credit.NoFen, Severity: credit.Severity(rapid.IntRange(0, 3).Draw(t, "severity"))}
	pick := func(label string, words ...string) string { return rapid.SampledFrom(words).Draw(t, label) }
	body := map[string]string{"status": pick("status", "", "", "performed", "partial")}
	switch kind {
	case credit.KindPenalty:
		body["penalty_types"] = pick("types", "", "fine", "fine", "warning", "fine;warning", "revoke_licence", "suspend_business;fine", "confiscate_gain", "strange", "criticism;warning")
		body["procedure"] = pick("procedure", "", "ordinary", "simple")
		body["sector"] = pick("sector", "", "", "food", "work_safety", "environment", "strange")
		body["publicity"] = pick("publicity", "", "", "public")
		r.Amount = rapid.SampledFrom([]credit.Fen{credit.NoFen, 0, 100000, 999999, 1000000, 10000000, 99999999, 100000000}).Draw(t, "amount")
	case credit.KindPledge, credit.KindFreeze:
		if rapid.Bool().Draw(t, "stated end") {
			body["valid_to"] = credit.NewDate(rapid.IntRange(2018, 2030).Draw(t, "year"), 6, 30).String()
		}
	case credit.KindSevereListing:
		body["list"] = pick("list", "SXBZXR", "TAX", "SAMR", "WAGE", "SAFE", "GOVP", "CUST", "STAT", "OVER", "FIRE", "STRANGE")
		if rapid.Bool().Draw(t, "stated end") {
			body["valid_to"] = credit.NewDate(rapid.IntRange(2018, 2030).Draw(t, "year"), 6, 30).String()
		}
	}
	r.Body, _ = credit.BodyOf(body)
	return r
}

// policies are the embedded one and its other readings.
func policies(t testing.TB) []*credit.Policy {
	var all []*credit.Policy
	for _, edits := range [][][4]string{
		{},
		{{"settings.csv", "TRANSITION", "value", "decision_date"}},
		{{"settings.csv", "INCLUSIVE", "value", "yes"}},
	} {
		b := policy.Encode(policy.Default())
		for _, e := range edits {
			var err error
			if b, err = cases.Change(b, e[0], e[1], e[2], e[3]); err != nil {
				t.Fatal(err)
			}
		}
		p, err := policy.Parse(b)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func TestTimelineEqualsTwin(t *testing.T) {
	all := policies(t)
	rapid.Check(t, func(t *rapid.T) {
		p := all[rapid.IntRange(0, len(all)-1).Draw(t, "policy")]
		versions, followers := randomRecord(t)
		spans := p.Timeline(nil, versions, followers)
		w := &twin{p: p, t: p.Tables(), versions: versions, followers: followers, picked: map[string]*credit.RuleRow{}}
		days := []credit.Date{versions[0].From}
		for _, s := range spans {
			days = append(days, s.From-1, s.From, s.From+1)
		}
		for range 10 {
			days = append(days, versions[0].From+credit.Date(rapid.IntRange(0, 3000).Draw(t, "day")))
		}
		for _, d := range days {
			if d < versions[0].From || d > credit.NewDate(2033, 1, 1) {
				continue
			}
			have, want := *credit.SpanOn(spans, d), w.on(d)
			have.From = 0
			if have != want {
				t.Fatalf("on %s:\nhave %s\nwant %s", d, cases.Describe(p, &have, d), cases.Describe(p, &want, d))
			}
		}
	})
}
