package source

import (
	"strings"

	"hengxin/credit"
)

// number is what stands for the document number of r, "" where there is none.
func (p *plan) number(t *recordPlan, r *credit.Record) string {
	if t.number.kind == nil {
		return p.joined(t.number.key, r)
	}
	return t.number.kind.Number(r.Event, func(f credit.Field) string {
		for i := range t.body {
			if b := &t.body[i]; b.field == f && !b.made {
				if len(b.from) == 0 {
					return b.text
				}
				if column := p.firstStated(b.from); column >= 0 {
					return p.textOf(column, r)
				}
			}
		}
		return ""
	})
}

// joined is the texts of all columns with '/' between, "" where one of them is not stated.
func (p *plan) joined(columns []int, r *credit.Record) string {
	parts := make([]string, 0, 4)
	for _, column := range columns {
		switch {
		case column == asOfColumn:
			parts = append(parts, p.asOf.String())
		case !p.cells[column].stated:
			return ""
		default:
			parts = append(parts, p.textOf(column, r))
		}
	}
	return strings.Join(parts, "/")
}

// firstStated returns the first of the columns that the row states, noColumn where it states none.
func (p *plan) firstStated(columns []int) int {
	for _, column := range columns {
		if column >= 0 && p.cells[column].stated {
			return column
		}
	}
	return noColumn
}

// mark looks a division code up, once for each code and day.
func (p *plan) mark(code string, on credit.Date) credit.Flags {
	key := markKey{code, on}
	flags, known := p.marks[key]
	if !known {
		if len(p.marks) >= memoSize {
			clear(p.marks)
		}
		flags = p.o.Division(code, on)
		p.marks[markKey{strings.Clone(code), on}] = flags
	}
	return flags
}

// byName asks for the subject of a row that states a name and no code. Without a certain answer the row is quarantined.
func (p *plan) byName(l *line, column string) (s credit.Subject, field, reason string) {
	name := p.cells[p.name].text
	if p.o.Resolve == nil {
		return "", column, "is not stated, only a name is: resolve the name first"
	}
	found, known := p.names[name]
	if !known {
		if len(p.names) >= memoSize {
			clear(p.names)
		}
		var err error
		if found.Subject, found.Evidence, err = p.o.Resolve(name); err != nil {
			found = Named{Evidence: trimInvalid(err)}
		}
		p.names[strings.Clone(name)] = found
	}
	if found.Subject == "" {
		return "", column, "is not stated, and the name does not tell whose the row is: " + found.Evidence
	}
	p.named = &Named{Line: l.number, Name: strings.Clone(name), Subject: found.Subject, Evidence: found.Evidence}
	return found.Subject, "", ""
}
