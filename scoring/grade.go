package scoring

import (
	"slices"

	"hengxin/credit"
)

// Graded is how a subject is to be inspected on a day (分级分类监管): the public-credit grade that its evaluator gave it,
// capped by what counts against it, and the row that says how often firms of the grade are drawn.
type Graded struct {
	Subject   credit.Subject         `json:"subject"`
	On        credit.Date            `json:"on"`
	Given     credit.CreditGrade     `json:"given"`            // by the evaluator; "-" where none did
	GivenBy   credit.ID              `json:"given_by"`         // the record of it
	GivenOn   credit.Date            `json:"given_on"`         // its event day, NoDate for none
	Grade     credit.CreditGrade     `json:"grade"`            // after the caps
	Caps      []Capped               `json:"caps"`             // records that hold it down, worst first
	Spared    []Spared               `json:"spared"`           // first and minor offences that do not
	Treatment *credit.SupervisionRow `json:"-"`                // nil where no row is in force on the day
	Closed    bool                   `json:"closed,omitempty"` // struck off, revoked or moved away: no longer inspected
	Unknown   bool                   `json:"-"`                // no record was known on the day
}

// Capped is a record by which the grade is no better than Grade.
type Capped struct {
	Record credit.ID          `json:"record"`
	Kind   credit.Kind        `json:"kind"`
	Event  credit.Date        `json:"event"`
	Grade  credit.CreditGrade `json:"grade"`
	Row    string             `json:"row"`
}

// Spared is a first or minor offence that does not hold the grade down, and the row of leniency that says so.
type Spared struct {
	Record credit.ID   `json:"record"`
	Event  credit.Date `json:"event"`
	Row    string      `json:"row"`
}

// GradeOf grades a subject for supervision by its resolved history on day. Only records that count on the day hold a
// grade down, so that a repair lifts it from its day on; an offence that is the first or a minor one by the policy's rows
// of leniency holds it down only where a row of downgrades says so. A subject that nobody evaluated keeps no grade unless
// a record holds it down. The grade given is the latest by event day that is known, counts and has not run out; the
// slices of the answer are never nil.
func GradeOf(p *credit.Policy, h *credit.History, day credit.Date) Graded {
	g := Graded{Subject: h.Subject, On: day, GivenOn: credit.NoDate, Caps: []Capped{}, Spared: []Spared{}, Unknown: true}
	last := credit.NoDate // known day of the latest counted penalty so far
	for i := range h.Entries {
		e := &h.Entries[i]
		span, r := standingOn(e, day)
		g.Unknown = g.Unknown && span == nil
		if span == nil || !span.Counted {
			continue
		}
		if r.Kind == credit.KindAgencyGrade {
			g.take(p, r, day)
		}
		o := credit.Offence{Tier: span.Tier, SinceLast: last, Decided: r.Event, Founded: credit.NoDate, NotPenalty: r.Kind != credit.KindPenalty}
		g.hold(p, r, span, &o, day)
		if r.Kind == credit.KindPenalty {
			last = e.Record.Known
		}
	}
	slices.SortStableFunc(g.Caps, func(a, b Capped) int { return int(b.Grade) - int(a.Grade) })
	g.Grade = g.Given
	if len(g.Caps) > 0 {
		g.Grade = max(g.Grade, g.Caps[0].Grade)
	}
	g.Treatment, _ = p.Supervision(g.Grade, day)
	_, g.Closed, _ = registeredOn(h, day)
	return g
}

// standingOn is the step of an entry that holds on day, and the record as it reads then; nil where there is none.
func standingOn(e *credit.Entry, day credit.Date) (s *credit.Span, r *credit.Record) {
	s, r = credit.SpanOn(e.Spans, day), e.Record
	for i := range e.Versions {
		if e.Versions[i].From <= day {
			r = e.Versions[i].Record
		}
	}
	return s, r
}

// take keeps a grade that is later than the one so far.
func (g *Graded) take(p *credit.Policy, r *credit.Record, day credit.Date) {
	grade, ok := p.GradeOf(r)
	if to := r.Body.Date(credit.FieldValidTo); !ok || to != credit.NoDate && to < day || r.Event < g.GivenOn {
		return
	}
	g.Given, g.GivenBy, g.GivenOn = grade, r.ID, r.Event
}

// hold caps the grade by a counted record, or notes that it is spared.
func (g *Graded) hold(p *credit.Policy, r *credit.Record, span *credit.Span, o *credit.Offence, day credit.Date) {
	leniency, spared := p.Spared(o, day)
	list := r.Body.Text(credit.FieldList)
	row, ok := p.Downgrade(r.Kind, span.Tier, list, spared, day)
	if ok {
		g.Caps = append(g.Caps, Capped{Record: r.ID, Kind: r.Kind, Event: r.Event, Grade: row.Grade, Row: row.ID})
		return
	}
	if _, would := p.Downgrade(r.Kind, span.Tier, list, false, day); spared && would {
		g.Spared = append(g.Spared, Spared{Record: r.ID, Event: r.Event, Row: leniency.ID})
	}
}
