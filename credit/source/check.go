package source

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hengxin/credit"
)

var (
	nameForm  = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	spaceForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,23}$`)
)

// asOf is the name by which a template means the mapping's own day.
const asOf = "as_of"

// faults collects what is wrong with a mapping, so that one run names all of it.
type faults struct{ all []error }

func (f *faults) add(format string, args ...any) {
	f.all = append(f.all, fmt.Errorf(format+": %w", append(args, credit.ErrInvalid)...))
}

func (f *faults) wrap(where string, err error) {
	if err != nil {
		f.all = append(f.all, fmt.Errorf("%s: %w", where, err))
	}
}

func (m *Mapping) check() error {
	var f faults
	m.checkHead(&f)
	m.checkColumns(&f)
	m.checkSubject(&f)
	m.checkCoverage(&f)
	if len(m.Records) == 0 {
		f.add("no records: say what a row makes")
	}
	names := map[string][]credit.Kind{}
	for i := range m.Records {
		m.checkTemplate(&f, i, names)
	}
	m.checkUses(&f)
	return errors.Join(f.all...)
}

func (m *Mapping) checkHead(f *faults) {
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			f.add("%s %q: want %s", key, value, strings.Join(allowed, ", "))
		}
	}
	if !nameForm.MatchString(m.Name) {
		f.add("name %q: want lower case letters, digits and '-'", m.Name)
	}
	if !spaceForm.MatchString(m.Source) {
		f.add("source %q: want a short name in lower case", m.Source)
	}
	if m.Title == "" {
		f.add("no title")
	}
	oneOf("format", m.Format, "auto", "csv", "xlsx", "jsonl")
	oneOf("encoding", m.Encoding, "auto", "utf-8", "gbk", "gb18030")
	oneOf("unknown", m.Unknown, "keep", "refuse")
	if len(m.Delimiter) != 1 || m.Delimiter[0] >= 0x80 || strings.ContainsAny(m.Delimiter, "\"\r\n\x00") {
		f.add("delimiter %q: want one ASCII character", m.Delimiter)
	}
	if m.NoHeader && m.Format == "jsonl" {
		f.add("no_header: JSON names its columns itself")
	}
	if m.Sheet != "" && m.Format != "xlsx" && m.Format != "auto" {
		f.add("sheet %q in a file that is no workbook", m.Sheet)
	}
	var err error
	m.cut, err = dayOf("cut", m.Cut)
	f.wrap("head", err)
	m.asOf, err = dayOf("as_of", m.AsOf)
	f.wrap("head", err)
}

func (m *Mapping) checkColumns(f *faults) {
	if len(m.Columns) == 0 {
		f.add("no columns")
	}
	if len(m.Columns) > maxFields {
		f.add("%d columns: %d at most", len(m.Columns), maxFields)
	}
	seen := map[string]bool{}
	once := func(name string) {
		switch {
		case name == "" || name == asOf || strings.TrimSpace(name) != name:
			f.add("column name %q", name)
		case seen[name]:
			f.add("column %q is named twice", name)
		}
		seen[name] = true
	}
	for _, c := range m.Columns {
		once(c.Name)
		for _, a := range c.Alias {
			once(a)
		}
		_, err := newReader(m, c, m.Format)
		f.wrap(fmt.Sprintf("column %q", c.Name), err)
		c.checkKeys(f)
	}
	for _, name := range m.Ignored {
		once(name)
	}
}

// checkKeys refuses keys that say nothing for the column's type: they would be mistakes that nobody notices.
func (c *Column) checkKeys(f *faults) {
	only := func(key string, given bool, types ...string) {
		if given && !slices.Contains(types, c.Type) {
			f.add("column %q: %s says nothing of type %s", c.Name, key, c.Type)
		}
	}
	only("dates", c.Dates != nil, "date", "period")
	only("rounded", c.Rounded != 0, "date")
	only("end", c.End, "date")
	only("latest", c.Latest != "", "date")
	only("suspect", c.Suspect != "", "int", "decimal", "amount")
	only("codes", c.Codes != nil, "text")
	only("split", c.Split != "", "text")
	only("opaque", c.Opaque != "", "text")
	only("person", c.Person != "", "text")
	only("floats", c.Floats, "int", "decimal", "amount")
	only("unit", c.Unit != "", "amount", "decimal")
	if _, ok := scales[c.Unit]; c.Type == "amount" && !ok {
		f.add("column %q: unit %q: want yuan, wan or fen", c.Name, c.Unit)
	}
	if c.Type == "decimal" && c.Unit != "" && c.Unit != "percent" {
		f.add("column %q: unit %q: want percent, or none", c.Name, c.Unit)
	}
	if c.Opaque != "" && !spaceForm.MatchString(c.Opaque) {
		f.add("column %q: name space %q", c.Name, c.Opaque)
	}
	if c.Rounded < 0 || c.Rounded > 400*dayMillis {
		f.add("column %q: rounded %d: want milliseconds, a year at most", c.Name, c.Rounded)
	}
	if c.Person != "" && (c.Person != "name" && c.Person != "number" || c.Keep || c.Split != "" || c.Opaque != "") {
		f.add("column %q: person %q: want name or number, and neither keep, split nor opaque", c.Name, c.Person)
	}
	if c.Other != "quarantine" && c.Other != "keep" {
		f.add("column %q: other %q: want quarantine or keep", c.Name, c.Other)
	}
}

func (m *Mapping) checkSubject(f *faults) {
	c := m.column(m.Subject.Column)
	switch {
	case c == nil:
		f.add("subject column %q is not among the columns", m.Subject.Column)
	case m.Subject.Opaque == "" && c.Type != "code":
		f.add("subject column %q: want type code, or a name space (opaque)", c.Name)
	case m.Subject.Opaque != "" && (c.Type != "text" || !spaceForm.MatchString(m.Subject.Opaque)):
		f.add("subject column %q: an opaque id is a text in a name space of lower case letters", c.Name)
	case c.Split != "" || c.Opaque != "":
		f.add("subject column %q: split and opaque belong to other columns", c.Name)
	}
	if m.Subject.Opaque == "" && m.Subject.Pattern != "" {
		f.add("subject pattern: a unified social credit code has its own")
	}
	if m.Subject.Name != "" && m.column(m.Subject.Name) == nil {
		f.add("subject name column %q is not among the columns", m.Subject.Name)
	}
}

func (m *Mapping) checkCoverage(f *faults) {
	for i, c := range m.Coverage {
		where := fmt.Sprintf("coverage %d", i+1)
		for _, k := range c.Kinds {
			_, err := credit.ParseKind(k)
			f.wrap(where, err)
		}
		if c.Class != "" {
			_, err := credit.ParseSubjectClass(c.Class)
			f.wrap(where, err)
		}
		from, err := dayOf("from", c.From)
		f.wrap(where, err)
		to, err := dayOf("to", c.To)
		f.wrap(where, err)
		if len(c.Kinds) == 0 || to != credit.NoDate && to < from {
			f.add("%s: want kinds, and days in order: from %q to %q", where, c.From, c.To)
		}
	}
}

// checkUses refuses a column that nothing uses: it belongs under ignored, or has keep.
func (m *Mapping) checkUses(f *faults) {
	used := map[string]bool{m.Subject.Column: true, m.Subject.Name: true}
	for i := range m.Records {
		for _, name := range m.Records[i].columns() {
			used[name] = true
		}
	}
	for _, c := range m.Columns {
		if !used[c.Name] && !c.Keep {
			f.add("column %q: nothing uses it: put it under ignored, or say keep", c.Name)
		}
	}
}

func (m *Mapping) column(name string) *Column {
	for i := range m.Columns {
		if m.Columns[i].Name == name {
			return &m.Columns[i]
		}
	}
	return nil
}

func columnNames(m *Mapping) []string {
	names := make([]string, len(m.Columns))
	for i, c := range m.Columns {
		names[i] = c.Name
	}
	return names
}
