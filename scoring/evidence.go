package scoring

import (
	"fmt"
	"strings"

	"hengxin/credit"
)

// dossier is a resolved history in which records can be looked up as they stand on one day.
type dossier struct {
	policy  *credit.Policy
	history *credit.History
	day     credit.Date
	at      map[credit.ID]int      // index of the entry
	foreign map[credit.ID]Evidence // records of neighbours
}

func newDossier(p *credit.Policy, h *credit.History, day credit.Date) *dossier {
	d := &dossier{policy: p, history: h, day: day, at: make(map[credit.ID]int, len(h.Entries))}
	for i := range h.Entries {
		d.at[h.Entries[i].Record.ID] = i
	}
	return d
}

// evidence describes the records of those ids: the first maxEvidence of them, and how many it left out.
func (d *dossier) evidence(ids []credit.ID) (list []Evidence, more int) {
	list = make([]Evidence, 0, min(len(ids), maxEvidence))
	for _, id := range ids {
		if len(list) == maxEvidence {
			return list, len(ids) - maxEvidence
		}
		list = append(list, d.describe(id))
	}
	return list, 0
}

// describe says what a record is and how it stands on the day.
func (d *dossier) describe(id credit.ID) Evidence {
	i, ok := d.at[id]
	if e, of := d.foreign[id]; !ok && of {
		return e
	}
	if !ok {
		panic("scoring: the fold named a record that its history does not hold: " + id.String())
	}
	e := &d.history.Entries[i]
	r := d.reading(e)
	out := Evidence{ID: id, Kind: r.Kind, Source: r.Source, Event: r.Event, Known: e.Record.Known}
	if span := credit.SpanOn(e.Spans, d.day); span != nil {
		out.Standing, out.Counted, out.Disputed = span.State.String(), span.Counted, span.Disputed
		out.StandingZh = span.State.Info().Zh
		out.WhyZh, out.Why = d.policy.Text(span.Reason)
		out.Rule = d.ruleID(span.Rule)
		out.Earliest, out.End = span.Earliest, span.End
	} else {
		out.Earliest, out.End = credit.NoDate, credit.NoDate
	}
	out.Zh, out.En = summary(r)
	return out
}

// reading is the entry's record as it reads on the day.
func (d *dossier) reading(e *credit.Entry) *credit.Record {
	r := e.Record
	for _, v := range e.Versions {
		if v.From <= d.day {
			r = v.Record
		}
	}
	return r
}

func (d *dossier) ruleID(i int16) string {
	row, ok := d.policy.Rule(i)
	if !ok {
		return ""
	}
	return row.ID
}

// summary is one line about a record, in Chinese and in English: day, kind, who decided, what kind of it, its number and
// the amount, each where the record states it.
func summary(r *credit.Record) (zh, en string) {
	info, _ := r.Kind.Info()
	zhParts, enParts := []string{info.Zh}, []string{strings.ReplaceAll(info.Name, "_", " ")}
	add := func(f credit.Field, zhName, enName string) {
		if text, ok := r.Body.Get(f); ok {
			short := shorten(string(text))
			zhParts, enParts = append(zhParts, zhName+short), append(enParts, enName+short)
		}
	}
	add(credit.FieldAuthority, "", "by ")
	add(credit.FieldDocNo, "", "no. ")
	add(credit.FieldList, "名单 ", "list ")
	add(credit.FieldType, "类型 ", "type ")
	add(credit.FieldPenaltyTypes, "种类 ", "types ")
	add(credit.FieldRole, "地位 ", "as ")
	add(credit.FieldGrade, "等级 ", "grade ")
	add(credit.FieldCount, "人数 ", "persons ")
	add(credit.FieldItem, "事项 ", "item ")
	add(credit.FieldStatus, "状态 ", "status ")
	if r.Amount != credit.NoFen {
		zhParts, enParts = append(zhParts, "金额 "+r.Amount.String()+" 元"), append(enParts, r.Amount.String()+" yuan")
	}
	day := when(r)
	return day + " " + strings.Join(zhParts, "，"), day + " " + strings.Join(enParts, ", ")
}

// when writes the event as exactly as it is known (rulings 3).
func when(r *credit.Record) string {
	y, m, _ := r.Event.YMD()
	switch r.Precision {
	case credit.PrecisionMonth:
		return fmt.Sprintf("%d-%02d", y, m)
	case credit.PrecisionYear:
		return fmt.Sprint(y)
	}
	return r.Event.String()
}

// shorten keeps the first characters of a long text.
func shorten(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
