package credit

import "slices"

// Due is a record whose body must be destroyed, the first day of what is known of it on which that is so, and the row
// that says so.
type Due struct {
	Record *Record
	From   Date
	Row    *RetentionRow
}

// Due appends to dst the records of a resolved history whose bodies the rows of retention in force on the day want
// destroyed by then (rulings 9): records about acts that ended longer ago than the row's months, their copies, and what
// speaks of them alone, corrections for one. An act ended with the performance known on the day, or where none is known
// with the removal or the approval of repair, which are not given before it; one that is not known to have ended is kept.
// From the day of [Due].From on the record does not count anyway, so that what is destroyed changes no answer of later days.
func (p *Policy) Due(dst []Due, h *History, day Date) []Due {
	begin := len(dst)
	for i := range h.Entries {
		e := &h.Entries[i]
		if !e.Copy && !e.Record.Kind.IsFollower() {
			if row, from, ok := p.dueFrom(e, day); ok {
				dst = append(dst, Due{e.Record, max(from, e.Record.Known), row})
				dst = h.dueWith(dst, int32(i))
			}
		}
	}
	slices.SortFunc(dst[begin:], func(a, b Due) int { return a.Record.Compare(b.Record) })
	return dst
}

// dueFrom finds the retention row of an entry and the first day after its months.
func (p *Policy) dueFrom(e *Entry, day Date) (row *RetentionRow, from Date, ok bool) {
	ended := p.endedBy(e, day)
	if ended == Never {
		return nil, NoDate, false
	}
	for i := range p.tables.Retention {
		t := &p.tables.Retention[i]
		if !t.InForce(day) || t.Class != ClassUnknown && !isClass(e.Record, t.Class) || !slices.Contains(t.Kinds, e.Record.Kind) {
			continue
		}
		if from := PeriodEnd(ended, t.Months) + 1; from <= day {
			return t, from, true
		}
	}
	return nil, NoDate, false
}

// endedBy is the day on which the act ended as far as is known on the day, Never where it is not known to have ended.
func (p *Policy) endedBy(e *Entry, day Date) Date {
	said, ended := false, Never
	for _, v := range e.Versions {
		if v.From > day {
			break
		}
		done := p.readingOf(v.Record).done
		switch {
		case !done:
			ended = Never
		case !said:
			ended = v.From
		}
		said = done
	}
	for _, f := range e.Followers {
		if f.From > day || f.Until <= day {
			continue
		}
		switch f.Record.Kind {
		case KindPerformance:
			if p.meaning(p.words.performance, f.Record) == meansDone {
				ended = min(ended, f.Record.Event)
			}
		case KindRemoval, KindRepairApproval:
			ended = min(ended, f.Record.Event)
		}
	}
	return ended
}

// dueWith appends what repeats entry i or speaks of it, at any remove, as due with the last of dst.
func (h *History) dueWith(dst []Due, i int32) []Due {
	first := dst[len(dst)-1]
	mine := map[int32]bool{i: true}
	for grew := true; grew; {
		grew = false
		for j := range h.Entries {
			e := &h.Entries[j]
			if at := int32(j); e.Of >= 0 && mine[e.Of] && !mine[at] {
				mine[at], grew = true, true
				dst = append(dst, Due{e.Record, max(first.From, e.Record.Known), first.Row})
			}
		}
	}
	return dst
}
