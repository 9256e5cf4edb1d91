package credit

import "slices"

// Timeline appends to dst the standing of a record on every day from versions[0].From on: a step function, ascending by
// From. Each step rests only on versions and followers whose From is not after it, and on the rows in force on its day.
//
// Versions and followers ascend by From. A record of a kind under no rule is counted until it is withdrawn.
func (p *Policy) Timeline(dst []Span, versions []Version, followers []Follower) []Span {
	if len(versions) == 0 {
		return dst
	}
	law := p.laws[versions[0].Record.Kind]
	if law == nil {
		if law = &unruled; len(versions) == 1 && len(followers) == 0 {
			return append(dst, Span{From: versions[0].From, State: StatePublicised, Counted: true, Shown: true,
				Reason: ReasonNoRegime, Tier: versions[0].Record.Severity, Weight: 1, Rule: -1, Earliest: NoDate, End: NoDate})
		}
	}
	if !slices.IsSortedFunc(followers, followerOrder) {
		followers = slices.Clone(followers)
		slices.SortStableFunc(followers, followerOrder)
	}
	w := walk{p: p, law: law, versions: versions, followers: followers, selfDone: Never}
	return w.run(dst)
}

func followerOrder(a, b Follower) int { return int(a.From) - int(b.From) }

// unruled is the law of kinds that no rule speaks of.
var unruled = kindLaw{segs: []lawSeg{{from: minDate, to: Never, unruled: true, eligible: 1, minor: 1, suspension: -1}}}

// walk is one record on its way through the table of transitions.
type walk struct {
	p         *Policy
	law       *kindLaw
	versions  []Version
	followers []Follower

	day      Date // until here versions and followers are taken in
	at       int  // version in force
	taken    int  // followers taken
	until    Date // first day on which one of them no longer acts
	said     spoken
	read     reading
	selfDone Date // from which the record itself says that the duty is done
	event    Date
	start    Date // of publicity periods of rules that count from publicity

	seg      int // of the law, on the day of the walk
	eventSeg int
	ruleSeg  int // whose rules rule was chosen from, -1 before the first
	rule     *ruleLaw
	earliest Date // by the rule in force alone; NoDate where repair is not allowed
	last     Date // first day after the longest period; Never where there is none
	hold     Date // first day on which repair is allowed again by a rule that still holds; NoDate for none
	old      Date // first day past retention
	cur      Span
}

func (w *walk) run(dst []Span) []Span {
	first := &w.versions[0]
	w.start = first.Record.Known
	if first.Record.Received {
		w.start = first.Record.Event
	}
	w.day = first.From
	w.load(0)
	w.rebuild()
	begin := len(dst)
	for {
		w.step(w.day)
		if n := len(dst); n == begin || !same(&dst[n-1], &w.cur) {
			w.cur.From = w.day
			dst = append(dst, w.cur)
		}
		if !w.advance() {
			return dst
		}
	}
}

func same(a, b *Span) bool {
	return a.State == b.State && a.Reason == b.Reason && a.Rule == b.Rule && a.Disputed == b.Disputed && a.Tier == b.Tier &&
		a.Weight == b.Weight && a.Earliest == b.Earliest && a.End == b.End
}

// advance moves to the next day on which anything can change; it returns false where there is none.
func (w *walk) advance() bool {
	next, basis := w.until, w.until
	if w.at+1 < len(w.versions) {
		basis = min(basis, w.versions[w.at+1].From)
	}
	next = min(next, basis)
	if w.taken < len(w.followers) {
		next = min(next, w.followers[w.taken].From)
	}
	if !states[w.cur.State-1].Ended {
		next = min(next, w.nextBreak(w.day))
	}
	if next == Never {
		return false
	}
	w.day = next
	if basis == next {
		for w.at+1 < len(w.versions) && w.versions[w.at+1].From <= next {
			w.load(w.at + 1)
		}
		w.rebuild()
		return true
	}
	w.take()
	return true
}

// load makes version i the one in force.
func (w *walk) load(i int) {
	w.at = i
	v := &w.versions[i]
	w.read = w.p.readingOf(v.Record)
	w.event = v.Record.Event
	switch {
	case !w.read.done:
		w.selfDone = Never
	case w.selfDone == Never:
		w.selfDone = v.From
	}
}

// take adds the followers that begin to act on the day of the walk, or before it.
func (w *walk) take() {
	for w.taken < len(w.followers) && w.followers[w.taken].From <= w.day {
		f := &w.followers[w.taken]
		w.taken++
		if f.Until > w.day {
			w.until = min(w.until, f.Until)
			w.said.add(w.p, f)
		}
	}
}

// rebuild forgets what was said and walks again from the day of the event, or of the version where that is earlier, with
// the version in force and the followers that act on the day of the walk, each from its own day on.
func (w *walk) rebuild() {
	w.said, w.taken, w.until = silent, 0, Never
	w.take()
	w.cur = Span{}
	w.ruleSeg, w.hold, w.rule = -1, NoDate, nil
	w.eventSeg = w.law.find(w.event)
	begin := min(w.event, w.versions[w.at].From) // a correction may move the event past its own day
	w.seg = w.law.find(min(begin, w.day))
	for d := begin; d < w.day; d = w.nextBreak(d) {
		w.step(d)
		if states[w.cur.State-1].Ended {
			if w.said.withdrawn > d && w.said.withdrawn < w.day {
				w.step(w.said.withdrawn)
			}
			return
		}
	}
}

// step applies the table on day d.
func (w *walk) step(d Date) {
	for w.law.segs[w.seg].to < d {
		w.seg++
	}
	w.chooseRule()
	facts := w.facts(d)
	state := w.cur.State
	t := next(state, facts)
	if t.To == 0 {
		return
	}
	w.cur = w.span(d, t, facts)
}

// chooseRule finds the rule in force in the segment, and its days.
func (w *walk) chooseRule() {
	at := w.seg
	if w.law.segs[at].decision {
		at = w.eventSeg
	}
	if at = w.law.segs[at].rules; at == w.ruleSeg {
		return
	}
	w.ruleSeg = at
	seg := &w.law.segs[at]
	w.rule = seg.choose(&w.read)
	w.earliest, w.last = NoDate, Never
	if w.rule == nil {
		return
	}
	row := w.rule.row
	start := w.event
	if row.Start == StartPublicity {
		start = w.start
	}
	if row.Repair && !row.MinFromDone {
		w.earliest = start
		if row.MinMonths > 0 {
			w.earliest = seg.after(start, row.MinMonths)
		}
	}
	switch {
	case row.EndStated && w.read.until != NoDate:
		w.last = w.read.until + 1
	case row.MaxMonths != NoMonths:
		w.last = PeriodEnd(start, row.MaxMonths) + 1
	}
	if row.Hold {
		w.hold = max(w.hold, w.last)
	}
}

// after is the first day of repair, for a minimum that runs from the given day.
func (s *lawSeg) after(from Date, months int) Date {
	last := PeriodEnd(from, months)
	if s.inclusive {
		return last
	}
	return last + 1
}

// doneOn is the day on which the duty was done, by what is known on d.
func (w *walk) doneOn(d Date) Date {
	done := w.selfDone
	if w.said.done <= d && (done > d || w.said.doneEvent < done) {
		done = w.said.doneEvent
	}
	return done
}

// lastOn is the first day after the longest period, with the extensions that act on day d.
func (w *walk) lastOn(d Date) Date {
	last := w.last
	if !w.said.extended || last == Never {
		return last
	}
	for i := range w.followers[:w.taken] {
		f := &w.followers[i]
		if f.Record.Kind == KindExtension && f.From <= d && w.day < f.Until {
			if until := f.Record.Body.Date(FieldUntil); until != NoDate {
				last = max(last, until+1)
			}
		}
	}
	return last
}

// bannedUntil is the last day of the bans that act on day d. On the day of the walk they are summed up; for an earlier
// one, walked again, bans that came later must not speak.
func (w *walk) bannedUntil(d Date) Date {
	if d >= w.day || w.said.banUntil == NoDate {
		return w.said.banUntil
	}
	until := NoDate
	for i := range w.followers[:w.taken] {
		f := &w.followers[i]
		if f.Record.Kind == KindRepairBan && f.From <= d && w.day < f.Until {
			until = max(until, w.p.banEnd(f.Record))
		}
	}
	return until
}

// facts are the conditions of day d.
func (w *walk) facts(d Date) (c condition) {
	s, seg := &w.said, &w.law.segs[w.seg]
	set := func(bit condition, on bool) {
		if on {
			c |= bit
		}
	}
	set(isWithdrawn, s.withdrawn <= d)
	set(isApproved, s.approved <= d)
	set(isRemoved, s.removed <= d)
	set(isDone, min(s.done, w.selfDone) <= d)
	set(isBanned, w.bannedUntil(d) >= d)
	set(isDisputed, s.disputed)
	set(isPlanned, s.plan != 0 && s.applied && seg.suspension >= 0)
	set(isPlanDone, s.plan == meansCompleted)
	w.old = Never
	if seg.retention != nil && c&isDone != 0 && w.read.individual {
		w.old = PeriodEnd(w.doneOn(d), seg.retention.Months) + 1
		set(isPersonalOld, w.old <= d)
	}
	set(isUnruled, seg.unruled)
	if w.rule == nil {
		return c | isNoRule
	}
	row := w.rule.row
	if row.MinFromDone && row.Repair {
		w.earliest = NoDate
		if c&isDone != 0 {
			w.earliest = w.law.segs[w.ruleSeg].after(max(w.event, w.doneOn(d)), max(row.MinMonths, 0))
		}
	}
	set(isHidden, !row.Publicise)
	set(isMinOver, w.earliest != NoDate && w.earliest <= d)
	set(isMaxOver, w.lastOn(d) <= d)
	set(repairFree, !w.rule.needsDone)
	set(endFree, !w.rule.endNeedsDone)
	set(isFixed, !row.Repair || d < w.hold)
	set(isOpen, w.last == Never)
	return c
}

// span is the standing that the transition gives on day d.
func (w *walk) span(d Date, t *transition, facts condition) Span {
	info, seg := &states[t.To-1], &w.law.segs[w.seg]
	s := Span{State: t.To, Reason: t.Reason, Counted: info.Counted, Shown: info.Shown, Rule: -1, Earliest: NoDate, End: NoDate}
	s.Tier = w.read.severity
	if w.rule != nil {
		s.Rule = w.rule.index
		if !w.rule.row.TierStated || s.Tier == SeverityNone {
			s.Tier = w.rule.row.Tier
		}
	}
	s.Disputed = facts&isDisputed != 0 && !info.Ended
	switch t.Reason {
	case ReasonRetention:
		s.Rule = seg.retentionIndex
	case ReasonPlan, ReasonPlanDone:
		s.Rule = seg.suspension
	}
	if t.To == StateExpired {
		s.End = d
	}
	if info.Ended || t.To == StateNotPublicised {
		return s
	}
	w.setDays(&s, d, facts)
	if s.Counted {
		s.Weight = 1
		if facts&isMinOver != 0 && facts&(isDone|repairFree) != 0 && facts&(isBanned|isFixed|isMaxOver) == 0 {
			s.Weight = seg.eligible
		}
		if s.Tier == SeverityMinor && facts&isMaxOver == 0 {
			s.Weight = min(s.Weight, seg.minor)
		}
	}
	return s
}

// setDays fills in the first day of repair and the day of the automatic end.
func (w *walk) setDays(s *Span, d Date, facts condition) {
	if last := w.lastOn(d); last != Never && last > d {
		s.End = last
	}
	if w.earliest == NoDate || w.said.banUntil == Never {
		return
	}
	s.Earliest = max(w.earliest, w.hold)
	if facts&isBanned != 0 {
		s.Earliest = max(s.Earliest, w.bannedUntil(d)+1)
	}
}

// nextBreak is the first day after d on which time alone, or what was already said, can change the standing.
func (w *walk) nextBreak(d Date) Date {
	next := Never
	after := func(day Date) {
		if day > d && day < next {
			next = day
		}
	}
	if to := w.law.segs[w.seg].to; to != Never {
		after(to + 1)
	}
	after(w.earliest)
	after(w.lastOn(d))
	after(w.hold)
	after(w.old)
	after(w.said.withdrawn)
	after(w.said.approved)
	after(w.said.removed)
	after(w.said.done)
	after(w.selfDone)
	if w.said.banUntil != NoDate && w.said.banUntil != Never {
		after(w.said.banUntil + 1)
	}
	return next
}
