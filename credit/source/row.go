package source

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"hengxin/credit"
)

// apply makes the records of one row, or says why it cannot. The records stay valid; the slice is reused.
func (p *plan) apply(l *line) ([]credit.Record, *Quarantine) {
	bad := func(field, value, reason string) *Quarantine {
		return &Quarantine{Line: l.number, Field: field, Value: shorten(value), Reason: reason, Raw: l.raw}
	}
	if reason := p.rowFault(l); reason != "" {
		return nil, bad("", "", reason)
	}
	p.named = nil
	for i, r := range p.readers {
		if r == nil || i == p.subject && strings.TrimSpace(l.fields[i]) == "" {
			continue
		}
		c, err := r.read(l.fields[i])
		if err != nil {
			value := l.fields[i]
			var refused *cellError
			if errors.As(err, &refused) && refused.private || r.Person != "" {
				value = ""
			}
			return nil, bad(r.Name, value, err.Error())
		}
		p.cells[i] = c
	}
	subject, field, reason := p.subjectOf(l)
	if reason != "" {
		return nil, bad(field, "", reason)
	}
	p.made = p.made[:0]
	for i := range p.records {
		field, reason := p.make(i, subject, l.extra)
		if reason != "" {
			return nil, bad(field, p.rawOf(l, field), reason)
		}
	}
	if len(p.made) == 0 {
		return nil, bad("", "", "makes no record: no condition of its mapping holds")
	}
	return p.made, nil
}

func (p *plan) rawOf(l *line, field string) string {
	if i := p.index(field); i >= 0 && p.readers[i].Person == "" {
		return l.fields[i]
	}
	return ""
}

// rowFault says what is wrong with the row as text.
func (p *plan) rowFault(l *line) string {
	if l.fault != "" {
		return l.fault
	}
	if fault := textFault(l.raw); fault != "" {
		return fault
	}
	if p.format == "jsonl" {
		// Escapes can spell what the raw text does not hold.
		for _, f := range l.fields {
			if fault := textFault(f); fault != "" {
				return fault
			}
		}
		for _, e := range l.extra {
			if fault := textFault(e.name + e.text); fault != "" {
				return fault
			}
			if strings.Contains(e.name, "=") || e.name == "" || p.m.Unknown == "refuse" && !slices.Contains(p.m.Ignored, e.name) {
				return "has member \"" + shorten(e.name) + "\", which its mapping does not name"
			}
		}
	}
	switch n := len(l.fields); {
	case n < p.width:
		return "has fewer fields than the header"
	case n > p.width:
		return "has more fields than the header"
	}
	return ""
}

func textFault(s string) string {
	switch {
	case strings.IndexByte(s, 0) >= 0:
		return "holds a NUL byte"
	case !utf8.ValidString(s):
		return "holds bytes that are not UTF-8"
	case strings.Contains(s, "\ufffd"):
		return "holds bytes that are not text in the file's encoding, or were lost before"
	}
	return ""
}

// subjectOf names the subject. A row with a name only is not guessed at: names are resolved in a step of their own.
func (p *plan) subjectOf(l *line) (s credit.Subject, field, reason string) {
	raw := l.fields[p.subject]
	if raw == p.last.raw && p.last.s != "" {
		return p.last.s, "", ""
	}
	c := p.cells[p.subject]
	column := p.m.Subject.Column
	if strings.TrimSpace(raw) == "" || !c.stated {
		if p.name >= 0 && p.cells[p.name].stated {
			return p.byName(l, column)
		}
		return "", column, "is not stated: the row names no subject"
	}
	s = credit.Subject(c.text)
	if p.m.Subject.Opaque != "" {
		var err error
		if s, err = credit.OpaqueSubject(p.m.Subject.Opaque, c.text); err != nil {
			return "", column, trimInvalid(err)
		}
	}
	p.last.raw, p.last.s, p.last.flags = strings.Clone(raw), s, 0
	if code := s.Division(); p.o.Division != nil && code != "" {
		p.last.flags = p.o.Division(code, credit.NoDate) & credit.FlagDivisionUnknown // issued long ago: old is no remark
	}
	return s, "", ""
}

// make adds the record of template i, if its conditions hold.
func (p *plan) make(i int, subject credit.Subject, extra []pair) (field, reason string) {
	t := &p.records[i]
	p.ids[i] = credit.ID{}
	for _, c := range t.when {
		if !p.holds(c) {
			return "", ""
		}
	}
	r := credit.Record{Subject: subject, Kind: t.kind, Source: p.m.Source, Amount: credit.NoFen, Flags: p.cells[p.subject].flags}
	if p.named == nil {
		r.Flags |= p.last.flags
	}
	if t.kindFrom >= 0 {
		if r.Kind, _ = credit.ParseKind(p.cells[t.kindFrom].text); r.Kind == 0 {
			return p.m.Records[i].KindFrom, "is not stated: it says what kind of record the row is"
		}
	}
	if field, reason := p.days(t, &r, i); reason != "" {
		return field, reason
	}
	if t.severity >= 0 {
		r.Severity = severities[p.cells[t.severity].text]
	}
	if t.amount >= 0 && p.cells[t.amount].stated {
		r.Amount = p.cells[t.amount].fen
		r.Flags |= p.cells[t.amount].flags
	}
	p.fillBody(t, &r, extra, i == 0)
	if field, reason := p.target(t, &r, i); reason != "" {
		return field, reason
	}
	if err := r.Check(); err != nil {
		return "", trimInvalid(err)
	}
	r.Seal()
	p.ids[i], p.events[i] = r.ID, r.Event
	p.made = append(p.made, r)
	if p.o.Refuse != nil {
		if err := p.o.Refuse(&p.made[len(p.made)-1]); err != nil { // of the slice: r itself stays off the heap
			return "", trimInvalid(err)
		}
	}
	return "", ""
}

func (p *plan) holds(c condition) bool {
	var at cell
	if c.column >= 0 {
		at = p.cells[c.column]
	}
	switch c.text {
	case "stated":
		return at.stated
	case "missing":
		return !at.stated
	}
	return at.stated && at.text == c.text
}

// fillBody writes the body's fields in canonical order into the arena.
func (p *plan) fillBody(t *recordPlan, r *credit.Record, extra []pair, first bool) {
	b := p.body[:0]
	for i := range t.body {
		f := &t.body[i]
		if f.made {
			if number := p.number(t, r); number != "" {
				b = credit.AppendBody(b, f.field, number)
			}
			continue
		}
		if len(f.from) == 0 {
			b = credit.AppendBody(b, f.field, f.text)
			continue
		}
		if column := p.firstStated(f.from); column >= 0 {
			b = credit.AppendBody(b, f.field, p.textOf(column, r))
			r.Flags |= p.cells[column].flags
			if f.field == credit.FieldDivision && p.o.Division != nil {
				r.Flags |= p.mark(p.cells[column].text, r.Event)
			}
		}
	}
	if first {
		b = p.appendKept(b, t, r, extra)
	}
	p.body = b
	if cap(p.arena)-len(p.arena) < len(b) {
		p.arena = make([]byte, 0, max(1<<16, len(b)))
	}
	at := len(p.arena)
	p.arena = append(p.arena, b...)
	r.Body = credit.Body(p.arena[at:len(p.arena):len(p.arena)])
}

// appendKept appends the columns outside the vocabulary, by name.
func (p *plan) appendKept(b []byte, t *recordPlan, r *credit.Record, extra []pair) []byte {
	own := make([]pair, 0, 8)
	for _, k := range t.kept {
		if c := &p.cells[k.from[0]]; c.stated {
			own = append(own, pair{k.name, c.text})
			r.Flags |= c.flags
		}
	}
	for _, e := range extra {
		if text := strings.TrimSpace(e.text); text != "" && !slices.Contains(p.m.Ignored, e.name) {
			own = append(own, pair{ownName(e.name), text})
		}
	}
	if len(extra) > 0 {
		slices.SortFunc(own, func(a, b pair) int { return strings.Compare(a.name, b.name) })
	}
	for _, o := range own {
		b = credit.AppendBody(b, 0, o.name+"="+o.text)
	}
	return b
}

// target finds what a follower speaks of.
func (p *plan) target(t *recordPlan, r *credit.Record, i int) (field, reason string) {
	mapped := p.m.Records[i].Target
	if mapped == nil {
		return "", ""
	}
	if t.made >= 0 {
		if p.ids[t.made].IsZero() {
			return "", "makes a follower of a record that it does not make"
		}
		r.Target = p.ids[t.made]
		if r.Event < p.events[t.made] {
			r.Flags |= credit.FlagDateSuspect
		}
		return "", ""
	}
	authority := t.refSource
	for _, column := range t.authority {
		if c := p.cells[column]; c.stated && authority == "" {
			authority = c.text
		}
	}
	if authority == "" {
		return mapped.Authority[0], "is not stated: it names the record that the row speaks of"
	}
	number := p.joined(t.key, r)
	if t.docNo >= 0 && p.cells[t.docNo].stated {
		number = p.cells[t.docNo].text
	}
	if number == "" {
		return mapped.DocNo + mapped.Ref, "is not stated: it names the record that the row speaks of"
	}
	r.Target = credit.BusinessKey(t.target, authority, number, r.Subject)
	return "", ""
}
