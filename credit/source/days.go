package source

import "hengxin/credit"

// days sets event and known date, precision, and the flags that follow from them.
func (p *plan) days(t *recordPlan, r *credit.Record, i int) (field, reason string) {
	event, flags, ok := p.first(t.event)
	if !ok {
		return p.m.Records[i].Event[0], "is not stated: it says when the record's fact happened"
	}
	r.Event, r.Precision = event.first, event.precision
	r.Flags |= flags
	stated, flags, ok := p.first(t.known)
	r.Flags |= flags
	if !ok {
		stated.last = credit.NoDate
	}
	if t.supplied >= 0 && p.cells[t.supplied].stated {
		r.Flags |= p.supplyFlags(event, p.cells[t.supplied].at, t)
	}
	if p.m.Backfill {
		return p.knownThen(t, r, event, stated.last, i)
	}
	p.knownNow(r, stated.last)
	return "", ""
}

// first returns the first stated day of these columns.
func (p *plan) first(from []int) (at moment, flags credit.Flags, ok bool) {
	for _, column := range from {
		if column == asOfColumn {
			return moment{first: p.asOf, last: p.asOf}, 0, true
		}
		if c := &p.cells[column]; c.stated {
			return c.at, c.flags, true
		}
	}
	return moment{}, 0, false
}

// knownNow: of a live source nothing is known before the day on which it was received. What the source says of that day
// is in the body; the known date itself is the day of receipt and no content, so that the same row received again
// tomorrow is the same record.
func (p *plan) knownNow(r *credit.Record, stated credit.Date) {
	r.Received = true
	r.Known = max(p.received, stated)
	if r.Event > r.Known {
		r.Known = r.Event
	}
	if r.Event > p.received {
		r.Flags |= credit.FlagDateSuspect
	}
}

// knownThen: a delivered history keeps the source's own date; where it states none, the kind's row says what follows
// from the event. Nothing is known later than the file itself.
func (p *plan) knownThen(t *recordPlan, r *credit.Record, event moment, stated credit.Date, i int) (field, reason string) {
	info, _ := r.Kind.Info()
	switch {
	case given(p.cut) && event.first > p.cut:
		return p.m.Records[i].Event[0], "lies after the day up to which the file was drawn, " + p.cut.String()
	case stated != credit.NoDate && stated < event.first:
		r.Flags |= credit.FlagDateSuspect
		r.Known = event.first
	case stated != credit.NoDate:
		r.Known = stated
	case info.Known == credit.KnownLag:
		r.Known = event.last + credit.Date(info.LagDays)
	case info.Known == credit.KnownEvent, t.event[0] == asOfColumn:
		r.Known = event.last
	default:
		return "", "does not state when it became known"
	}
	if given(p.cut) {
		r.Known = min(r.Known, p.cut)
	}
	return "", ""
}

// supplyFlags: a decision after its supply is a slip of one of the two dates; a supply after the legal limit is late.
func (p *plan) supplyFlags(event, supplied moment, t *recordPlan) (flags credit.Flags) {
	if event.first > supplied.last {
		flags |= credit.FlagDateSuspect
	}
	limit := event.last + t.late
	if t.workdays > 0 {
		limit = p.limit(event.last, t.workdays)
	}
	if limit > event.last && supplied.first > limit {
		flags |= credit.FlagLate
	}
	return flags
}

// limit is the last day of a limit of n working days that begins on day. Where the calendar lacks the year, or there is
// none, the limit is counted in calendar days as generously as weekends and the longest holiday allow: what is flagged is
// late under every calendar.
func (p *plan) limit(day credit.Date, n int) credit.Date {
	key := lateKey{day, n}
	last, known := p.late[key]
	if known {
		return last
	}
	last = credit.NoDate
	if p.o.Workdays != nil {
		var err error
		if last, err = p.o.Workdays(day, n); err != nil {
			last = credit.NoDate
		}
	}
	if last == credit.NoDate {
		last = day + credit.Date(n+2*(n/5+1)+longestHoliday)
	}
	if len(p.late) >= memoSize {
		clear(p.late)
	}
	p.late[key] = last
	return last
}
