package main

import (
	"slices"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// standingLine is one record on the day.
type standingLine struct {
	ID         credit.ID           `json:"id"`
	Kind       string              `json:"kind"`
	Event      credit.Date         `json:"event"`
	Known      credit.Date         `json:"known"`
	Authority  string              `json:"authority,omitempty"`
	DocNo      string              `json:"doc_no,omitempty"`
	Since      credit.Date         `json:"since"`
	State      credit.State        `json:"state"`
	StateZh    string              `json:"state_zh"`
	Counted    bool                `json:"counted"`
	Weight     float64             `json:"weight"`
	Shown      bool                `json:"shown"`
	Disputed   bool                `json:"disputed,omitempty"`
	Reason     string              `json:"reason"`
	ReasonZh   string              `json:"reason_zh"`
	ReasonEn   string              `json:"reason_en"`
	Earliest   string              `json:"repair_from,omitempty"`
	Last       string              `json:"last_public_day,omitempty"`
	Conditions []standingCondition `json:"conditions,omitempty"` // of repair
	Rule       string              `json:"rule,omitempty"`
	Citation   string              `json:"citation,omitempty"`
	Verified   string              `json:"verified,omitempty"`
	Timeline   []standingMoment    `json:"timeline"`
	Commitment string              `json:"commitment,omitempty"` // where its closed loop stands
	OwnPage    *ownPage            `json:"own_page,omitempty"`
	Copies     []copyLine          `json:"copies,omitempty"`

	kind  credit.Kind
	span  *credit.Span
	stage *credit.Stage
	read  *credit.Record // as it reads on the day
}

// copyLine is a copy of a decision that was known on the day.
type copyLine struct {
	ID      credit.ID   `json:"id"`
	Source  string      `json:"source"`
	Known   credit.Date `json:"known"`
	Differs []string    `json:"differs"` // names of what it states otherwise than the decision as it reads on the day
}

// standingCondition is one condition of repair: met yes, no, or to be shown to whoever decides.
type standingCondition struct {
	Name string `json:"name"`
	Met  string `json:"met"` // yes, no, to_show
}

// ownPage is what the department's own site shows.
type ownPage struct {
	Site  string `json:"site"`
	Shown bool   `json:"shown"`
	Last  string `json:"last_public_day,omitempty"`
	Rule  string `json:"rule"`
}

// standingOf reads the step that holds on the day; ok is false for followers, copies, and what was not known yet.
func standingOf(law *credit.Policy, e *credit.Entry, day credit.Date) (line standingLine, ok bool) {
	span := credit.SpanOn(e.Spans, day)
	if span == nil {
		return line, false
	}
	r := e.Record
	for _, v := range e.Versions { // as corrections left it
		if v.From <= day {
			r = v.Record
		}
	}
	line = standingLine{ID: r.ID, Kind: r.Kind.String(), Event: r.Event, Known: e.Record.Known, Authority: r.Body.Text(credit.FieldAuthority),
		DocNo: r.Body.Text(credit.FieldDocNo), Since: span.From, State: span.State, StateZh: span.State.Info().Zh, Counted: span.Counted,
		Weight: span.Weight, Shown: span.Shown, Disputed: span.Disputed, Reason: span.Reason.String(), kind: r.Kind, span: span, read: r}
	if span.Earliest != credit.NoDate {
		line.Earliest = span.Earliest.String()
	}
	if span.End != credit.NoDate {
		line.Last = (span.End - 1).String()
	}
	line.ReasonZh, line.ReasonEn = law.Text(span.Reason)
	if row, ok := law.Rule(span.Rule); ok {
		line.Rule, line.Citation, line.Verified = row.ID, row.Citation, row.Verified.String()
	}
	line.Conditions = conditionsOf(law, e, span, day)
	line.Timeline = timelineOf(law, e, r, day)
	if line.stage = stageOn(e, day); line.stage != nil {
		line.Commitment = line.stage.State.String()
	}
	line.OwnPage = ownPageOf(law, r, day)
	return line, true
}

// stageOn is the step of a commitment's closed loop that holds on day, nil for other records.
func stageOn(e *credit.Entry, day credit.Date) (s *credit.Stage) {
	for i := range e.Stages {
		if e.Stages[i].From <= day {
			s = &e.Stages[i]
		}
	}
	return s
}

// conditionsOf are the conditions of repair by the deciding rule, of a record that may be repaired.
func conditionsOf(law *credit.Policy, e *credit.Entry, span *credit.Span, day credit.Date) (out []standingCondition) {
	row, ok := law.Rule(span.Rule)
	if !ok || span.State.Info().Ended {
		return nil
	}
	rules := law.Tables().Rules
	i := slices.IndexFunc(rules, func(r credit.RuleRow) bool { return r.ID == row.ID && r.From == row.From })
	if i < 0 || !rules[i].Repair {
		return nil
	}
	for _, name := range rules[i].Needs {
		met := "to_show"
		switch name {
		case "performed", "corrected":
			if met = "no"; law.Performed(e.Versions, e.Followers, day) {
				met = "yes"
			}
		case "minimum":
			if met = "no"; span.Earliest != credit.NoDate && span.Earliest <= day {
				met = "yes"
			}
		}
		out = append(out, standingCondition{name, met})
	}
	return out
}

// ownPageOf is what the page of market supervision shows of a record, nil where it has no rule of its own.
func ownPageOf(law *credit.Policy, r *credit.Record, day credit.Date) *ownPage {
	const samr = "samr"
	if r.Kind != credit.KindPenalty || r.Body.Text(credit.FieldAuthority) == "" || !marketSupervision(r) {
		return nil
	}
	s, ok := law.OnSite(samr, r, day)
	if !ok {
		return nil
	}
	row, _ := law.Rule(s.Rule)
	page := &ownPage{Site: samr, Shown: s.Shown, Rule: row.ID}
	if s.Last != credit.NoDate {
		page.Last = s.Last.String()
	}
	return page
}

// pendingOf is the working-day limit of a step that has begun and not ended, as a moment.
func pendingOf(law *credit.Policy, step string, from credit.Date) (m standingMoment, ok bool) {
	clock, ok := law.Workdays(step, from)
	if !ok {
		return m, false
	}
	due, err := policy.Workdays().Add(from, clock.Workdays)
	if err != nil {
		return m, false // a year whose holidays are not announced: no date is better than a guess
	}
	m = standingMoment{Day: due, What: step + "_due", Ahead: true}
	m.row(clock.Row)
	return m, true
}
