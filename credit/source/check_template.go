package source

import (
	"fmt"
	"maps"
	"slices"

	"hengxin/credit"
)

// columns lists the columns that the template uses.
func (t *Template) columns() []string {
	all := slices.Concat(t.Event, t.Known, []string{t.KindFrom, t.Supplied, t.Severity, t.Amount, t.Ref})
	all = slices.AppendSeq(all, maps.Keys(t.When))
	for _, c := range t.Fields {
		all = append(all, c...)
	}
	all = append(all, t.Key...)
	if t.Target != nil {
		all = append(slices.Concat(all, t.Target.Authority, t.Target.Key), t.Target.DocNo, t.Target.Ref)
	}
	return all
}

// checkTemplate checks record i; names holds the names of the templates before it.
func (m *Mapping) checkTemplate(f *faults, i int, names map[string][]credit.Kind) {
	t := &m.Records[i]
	where := fmt.Sprintf("record %d", i+1)
	for _, name := range t.columns() {
		if name != "" && name != asOf && m.column(name) == nil {
			f.add("%s: column %q is not among the columns", where, name)
		}
	}
	kinds := m.templateKinds(f, where, t)
	m.checkDays(f, where, t, kinds)
	typed := func(key, column string, types ...string) {
		if c := m.column(column); c != nil && !slices.Contains(types, c.Type) {
			f.add("%s: %s: column %q has type %s", where, key, column, c.Type)
		}
	}
	typed("amount", t.Amount, "amount")
	typed("severity", t.Severity, "text")
	typed("supplied", t.Supplied, "date")
	for name := range t.When {
		typed("when", name, "text", "code", "period", "int", "decimal", "date", "amount")
	}
	if c := m.column(t.Severity); c != nil {
		for _, code := range c.Codes {
			if _, ok := severities[code]; !ok && code != "" {
				f.add("%s: severity: code %q: want minor, general or serious", where, code)
			}
		}
		if c.Codes == nil || c.Other == "keep" {
			f.add("%s: severity: column %q needs a closed code list", where, t.Severity)
		}
	}
	m.checkBody(f, where, t)
	m.checkTarget(f, where, t, kinds, names)
	if t.As != "" {
		names[t.As] = kinds
	}
}

var severities = map[string]credit.Severity{"minor": credit.SeverityMinor, "general": credit.SeverityGeneral, "serious": credit.SeveritySerious}

func (m *Mapping) templateKinds(f *faults, where string, t *Template) []credit.Kind {
	names := []string{t.Kind}
	if t.KindFrom != "" {
		c := m.column(t.KindFrom)
		if c == nil || t.Kind != "" || c.Codes == nil || c.Other == "keep" {
			f.add("%s: kind_from: want a column with a closed code list, and no kind beside it", where)
			return nil
		}
		names = slices.Sorted(maps.Values(c.Codes))
	}
	var kinds []credit.Kind
	for _, name := range names {
		k, err := credit.ParseKind(name)
		if err != nil {
			f.wrap(where, err)
			continue
		}
		kinds = append(kinds, k)
	}
	return kinds
}

func (m *Mapping) checkDays(f *faults, where string, t *Template, kinds []credit.Kind) {
	if len(t.Event) == 0 {
		f.add("%s: no event: name the column with the day on which it happened", where)
	}
	for _, name := range slices.Concat(t.Event, t.Known) {
		c := m.column(name)
		if name == asOf && m.AsOf == "" {
			f.add("%s: as_of: the mapping states no such day", where)
		}
		if c != nil && c.Type != "date" && c.Type != "period" {
			f.add("%s: column %q is neither a date nor a period", where, name)
		}
	}
	for _, k := range kinds {
		info, _ := k.Info()
		if m.Backfill && info.Known == credit.KnownStated && len(t.Known) == 0 && !slices.Contains(t.Event, asOf) {
			f.add("%s: no known: nothing else says when a %s becomes known", where, k)
		}
	}
	late := max(t.LateDays, t.LateWorkdays)
	if min(t.LateDays, t.LateWorkdays) < 0 || late > 0 && t.Supplied == "" || t.LateDays > 0 && t.LateWorkdays > 0 {
		f.add("%s: late_days, late_workdays: want a number of days in one of them, and a supplied column", where)
	}
}

// forms are the column types that give a body field of each form.
var forms = map[credit.FieldForm][]string{
	credit.FormText:    {"text", "code", "date", "period", "int", "decimal", "amount"}, // an amount as fen
	credit.FormDate:    {"date"},
	credit.FormInt:     {"int"},
	credit.FormFen:     {"amount"},
	credit.FormDecimal: {"int", "decimal"},
	credit.FormCodes:   {"text"},
}

func (m *Mapping) checkBody(f *faults, where string, t *Template) {
	for name, from := range t.Fields {
		field, ok := credit.ParseField(name)
		if !ok {
			f.add("%s: field %q: no such field; a column is kept under its own name by keep", where, name)
			continue
		}
		info, _ := field.Info()
		for _, column := range from {
			c := m.column(column)
			switch {
			case column == asOf:
				f.add("%s: field %s: as_of is a day of event, known and key only", where, name)
			case c == nil || c.closedTo(name):
			case !slices.Contains(forms[info.Form], c.Type):
				f.add("%s: field %s: column %q has type %s", where, name, column, c.Type)
			case info.Form == credit.FormCodes && c.Split == "":
				f.add("%s: field %s: column %q needs split", where, name, column)
			}
		}
	}
	for name, value := range t.Set {
		if _, ok := credit.ParseField(name); !ok || value == "" || t.Fields[name] != nil {
			f.add("%s: set %q: want a field of its own and a value", where, name)
			continue
		}
		_, err := credit.BodyOf(map[string]string{name: value})
		f.wrap(where, err)
	}
	if t.Ref != "" && (t.Fields["authority"] != nil || t.Fields["doc_no"] != nil || t.Set["authority"] != "" || t.Set["doc_no"] != "") {
		f.add("%s: ref stands in for authority and doc_no: name either", where)
	}
	if t.Key != nil && (t.Ref != "" || t.Fields["doc_no"] != nil || t.Set["doc_no"] != "" || t.Fields["authority"] == nil && t.Set["authority"] == "") {
		f.add("%s: key stands in for doc_no, beside an authority: name no doc_no and no ref", where)
	}
	for _, name := range t.columns() {
		if c := m.column(name); c != nil && c.Person != "" && !slices.Contains(t.Fields["person"], name) && !slices.Contains(t.Fields["counterpart"], name) {
			f.add("%s: column %q names a person: only the fields person and counterpart take one", where, name)
		}
	}
}

// closedTo reports whether the column's code list is closed and holds only what the body field takes.
func (c *Column) closedTo(field string) bool {
	for _, code := range c.Codes {
		if _, err := credit.BodyOf(map[string]string{field: code}); err != nil {
			return false
		}
	}
	return c.Codes != nil && c.Other == "quarantine" && c.Split == ""
}

func (m *Mapping) checkTarget(f *faults, where string, t *Template, kinds []credit.Kind, names map[string][]credit.Kind) {
	follower, subjectWide := false, true
	for _, k := range kinds {
		info, _ := k.Info()
		follower = follower || k.IsFollower()
		subjectWide = subjectWide && info.Subject
	}
	switch {
	case t.Target == nil && follower && !subjectWide:
		f.add("%s: no target: say which record it speaks of", where)
	case t.Target != nil && !follower:
		f.add("%s: a target, though it follows nothing", where)
	}
	if t.Target == nil {
		return
	}
	if t.Target.Made != "" {
		made, ok := names[t.Target.Made]
		if !ok || t.Target.Kind != "" || t.Target.Ref != "" || t.Target.DocNo != "" {
			f.add("%s: target %q: want the name of a record before it, and nothing else", where, t.Target.Made)
		}
		mayTarget(f, where, kinds, made)
		return
	}
	target, err := credit.ParseKind(t.Target.Kind)
	f.wrap(where+": target", err)
	if err == nil {
		mayTarget(f, where, kinds, []credit.Kind{target})
	}
	numbered := (t.Target.DocNo != "") != (t.Target.Key != nil)
	if (t.Target.Ref != "") == (numbered && len(t.Target.Authority) > 0) || t.Target.Ref != "" && (t.Target.DocNo != "" || t.Target.Key != nil) {
		f.add("%s: target: want authority and doc_no, authority and key, or ref", where)
	}
}

func mayTarget(f *faults, where string, kinds, targets []credit.Kind) {
	for _, k := range kinds {
		for _, target := range targets {
			if !k.MayTarget(target) {
				f.add("%s: a %s does not speak of a %s", where, k, target)
			}
		}
	}
}
