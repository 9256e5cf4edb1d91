package main

import (
	"cmp"
	"slices"
	"strings"

	"hengxin/credit"
)

// standingMoment is one day in the life of a record.
type standingMoment struct {
	Day      credit.Date `json:"day"`
	What     string      `json:"what"` // a state's or a kind's name, event, law, repair_from, last_public_day, accept_due ...
	Reason   string      `json:"reason,omitempty"`
	ReasonZh string      `json:"reason_zh,omitempty"`
	ReasonEn string      `json:"reason_en,omitempty"`
	Detail   string      `json:"detail,omitempty"`
	Ahead    bool        `json:"ahead,omitempty"` // after the day of the page: where nothing else happens
	Rule     string      `json:"rule,omitempty"`
	Citation string      `json:"citation,omitempty"`
	Verified string      `json:"verified,omitempty"`

	state credit.State
	kind  credit.Kind
	stage credit.CommitmentState
}

func (m *standingMoment) row(r credit.Row) {
	m.Rule, m.Citation, m.Verified = r.ID, r.Citation, r.Verified.String()
}

// timelineOf is the life of a record in the order of its days: the act, what others recorded of it, each step of its
// standing, and what lies ahead.
func timelineOf(law *credit.Policy, e *credit.Entry, r *credit.Record, day credit.Date) []standingMoment {
	out := []standingMoment{{Day: r.Event, What: "event", kind: r.Kind}}
	for i := range e.Spans {
		s := &e.Spans[i]
		if i > 0 && sameStep(law, &e.Spans[i-1], s) {
			continue
		}
		m := standingMoment{Day: s.From, What: s.State.String(), Reason: s.Reason.String(), Ahead: s.From > day, state: s.State}
		m.ReasonZh, m.ReasonEn = law.Text(s.Reason)
		if row, ok := law.Rule(s.Rule); ok {
			m.row(row)
			if i > 0 && row.From == s.From && row.From > day {
				m.Detail = "law"
			}
		}
		out = append(out, m)
	}
	out = append(out, saidOf(law, e, day)...)
	for i := range e.Stages {
		s := &e.Stages[i]
		if i > 0 && e.Stages[i-1].State == s.State && e.Stages[i-1].By == s.By {
			continue
		}
		out = append(out, standingMoment{Day: s.From, What: "commitment_" + s.State.String(), Detail: s.By.String(), Ahead: s.From > day, stage: s.State})
	}
	slices.SortStableFunc(out, func(a, b standingMoment) int { return cmp.Compare(a.Day, b.Day) })
	return out
}

// sameStep reports whether two steps differ in nothing that a reader of the line of time sees.
func sameStep(law *credit.Policy, a, b *credit.Span) bool {
	x, _ := law.Rule(a.Rule)
	y, _ := law.Rule(b.Rule)
	return a.State == b.State && a.Reason == b.Reason && x.ID == y.ID && x.From == y.From
}

// saidOf are the records that speak of this one, and the limits of steps that have begun and not ended.
func saidOf(law *credit.Policy, e *credit.Entry, day credit.Date) (out []standingMoment) {
	applied, accepted := credit.NoDate, credit.NoDate
	for i := range e.Followers {
		f := &e.Followers[i]
		if f.From > day {
			continue
		}
		m := standingMoment{Day: f.From, What: f.Record.Kind.String(), Detail: f.Record.Body.Text(credit.FieldStatus), kind: f.Record.Kind}
		out = append(out, m)
		if f.Until <= day {
			out = append(out, standingMoment{Day: f.Until, What: "withdrawn_" + m.What, kind: f.Record.Kind})
			continue
		}
		switch f.Record.Kind {
		case credit.KindRepairApplication:
			applied, accepted = f.From, credit.NoDate
		case credit.KindRepairAcceptance:
			accepted, applied = f.From, credit.NoDate
		case credit.KindRepairRejection, credit.KindRepairApproval, credit.KindRemoval, credit.KindWithdrawal:
			applied, accepted = credit.NoDate, credit.NoDate
		}
	}
	for _, pending := range []struct {
		step string
		from credit.Date
	}{{"accept", applied}, {"decide", accepted}} {
		if pending.from == credit.NoDate {
			continue
		}
		if m, ok := pendingOf(law, pending.step, pending.from); ok {
			m.Ahead = m.Day > day
			out = append(out, m)
		}
	}
	return out
}

// subjectNotes are what was recorded of the subject as a whole: bans on repair, with the day until which the record of
// misuse is itself public, and rulings of bankruptcy.
func subjectNotes(law *credit.Policy, h *credit.History, day credit.Date) []standingMoment {
	notes := []standingMoment{}
	for i := range h.Entries {
		r := h.Entries[i].Record
		if !r.Target.IsZero() || r.Kind != credit.KindRepairBan && r.Kind != credit.KindBankruptcy {
			continue
		}
		m := standingMoment{Day: r.Known, What: r.Kind.String(), Detail: r.Body.Text(credit.FieldStatus), kind: r.Kind}
		notes = append(notes, m)
		if r.Kind != credit.KindRepairBan {
			continue
		}
		if until := law.BanEnd(r); until != credit.Never {
			m = standingMoment{Day: until, What: "ban_end", Ahead: until > day}
			if s, ok := law.Setting(credit.SettingBan, r.Event); ok {
				m.row(s.Row)
			}
			notes = append(notes, m)
		}
		if until, row, ok := law.MisusePublicUntil(r); ok {
			m = standingMoment{Day: until, What: "misuse_public_end", Ahead: until > day}
			m.row(*row)
			notes = append(notes, m)
		}
	}
	return notes
}

// marketSupervision reports whether the deciding authority is one of market supervision, as its name says.
func marketSupervision(r *credit.Record) bool {
	name := r.Body.Text(credit.FieldAuthority)
	return strings.Contains(name, "市场监督") || strings.Contains(name, "市场监管")
}
