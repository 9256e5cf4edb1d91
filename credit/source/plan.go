package source

import (
	"fmt"
	"slices"
	"strings"

	"hengxin/credit"
)

// plan is a mapping laid out for one file: columns by their place in it, body fields in canonical order.
type plan struct {
	m        *Mapping
	o        Options
	format   string
	received credit.Date
	asOf     credit.Date
	cut      credit.Date
	readers  []*reader // by column of the file; nil where it is ignored
	width    int       // fields of a row
	at       map[string]int
	subject  int
	name     int // column of the subject's name, or -1
	records  []recordPlan
	unknown  []string // columns that the mapping does not name

	cells  []cell
	made   []credit.Record
	ids    []credit.ID // by template: what the row made, zero where it made none
	events []credit.Date
	arena  []byte
	body   []byte
	last   struct { // the subject of the row before
		raw   string
		s     credit.Subject
		flags credit.Flags // what the table of divisions remarks
	}
	named *Named                   // the row's subject was found by its name
	late  map[lateKey]credit.Date  // last day of a limit of working days
	names map[string]Named         // names that were resolved, or why not
	marks map[markKey]credit.Flags // divisions that were looked up
}

type lateKey struct {
	day credit.Date
	n   int
}

type markKey struct {
	code string
	on   credit.Date
}

// recordPlan is a template laid out.
type recordPlan struct {
	kind      credit.Kind
	kindFrom  int
	when      []condition
	event     []int
	known     []int
	supplied  int
	late      credit.Date
	workdays  int
	number    *numberPlan
	severity  int
	amount    int
	body      []bodyPlan // ascending by field, as a body wants them
	kept      []bodyPlan // columns outside the vocabulary, ascending by name
	made      int        // template whose record it targets, or -1
	target    credit.Kind
	authority []int
	docNo     int
	key       []int  // of a target by key
	refSource string // authority of a target by reference
}

// numberPlan says what stands for the document number: the texts of columns, or what the kind says.
type numberPlan struct {
	key  []int
	kind *credit.KindInfo
}

type condition struct {
	column int
	text   string
}

type bodyPlan struct {
	field credit.Field
	name  string // of a kept column
	from  []int
	text  string // constant, where from is empty
	made  bool   // the number that the record's numberPlan makes
}

// Columns that a plan means by number without having them in the file.
const (
	noColumn   = -1
	asOfColumn = -2
)

// newPlan lays the mapping out for a file of this format and header. It returns [credit.ErrInvalid] where the file lacks a
// column, names one twice, or has one that the mapping refuses.
func newPlan(m *Mapping, format string, header []string, o Options) (*plan, error) {
	p := &plan{m: m, o: o, format: format, received: o.Received, asOf: pick(o.AsOf, m.asOf), cut: pick(o.Cut, m.cut), width: len(header), at: map[string]int{},
		late: map[lateKey]credit.Date{}, names: map[string]Named{}, marks: map[markKey]credit.Flags{}}
	if !m.Backfill && !given(o.Received) {
		return nil, fmt.Errorf("mapping %q is of a live source: name the day on which the file was received: %w", m.Name, credit.ErrInvalid)
	}
	if given(p.cut) && given(p.asOf) && p.asOf > p.cut {
		return nil, fmt.Errorf("mapping %q: as of %s, after the cut %s: %w", m.Name, p.asOf, p.cut, credit.ErrInvalid)
	}
	if err := p.place(header); err != nil {
		return nil, err
	}
	p.subject, p.name = p.index(m.Subject.Column), p.index(m.Subject.Name)
	if p.subject == noColumn {
		return nil, fmt.Errorf("the file has no column %q, which names the subject: %w", m.Subject.Column, credit.ErrInvalid)
	}
	if err := p.checkPersons(); err != nil {
		return nil, err
	}
	byName := map[string]int{}
	for i := range m.Records {
		p.records = append(p.records, p.lay(&m.Records[i], byName))
		if as := m.Records[i].As; as != "" {
			byName[as] = i
		}
	}
	kept, err := p.keptColumns()
	p.records[0].kept = kept
	p.cells = make([]cell, len(p.readers))
	p.ids = make([]credit.ID, len(p.records))
	p.events = make([]credit.Date, len(p.records))
	return p, err
}

func given(d credit.Date) bool { return d != 0 && d != credit.NoDate }

func pick(first, second credit.Date) credit.Date {
	if given(first) {
		return first
	}
	return second
}

// place finds the mapping's columns in the header.
func (p *plan) place(header []string) error {
	canonical := map[string]*Column{}
	for i := range p.m.Columns {
		c := &p.m.Columns[i]
		canonical[c.Name] = c
		for _, a := range c.Alias {
			canonical[a] = c
		}
	}
	for i, name := range header {
		name = strings.TrimSpace(name)
		c := canonical[name]
		if c != nil {
			name = c.Name
		}
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		if _, twice := p.at[name]; twice {
			return fmt.Errorf("the file has column %q twice: %w", name, credit.ErrInvalid)
		}
		p.at[name] = i
		r, err := p.readerOf(name, c)
		if err != nil {
			return err
		}
		p.readers = append(p.readers, r)
	}
	var lacking []string
	for _, c := range p.m.Columns {
		if _, ok := p.at[c.Name]; !ok && !c.Optional {
			lacking = append(lacking, c.Name)
		}
	}
	if lacking != nil {
		return fmt.Errorf("the file has no column %s; it has %s: %w", strings.Join(lacking, ", "), shorten(strings.Join(header, ", ")), credit.ErrInvalid)
	}
	return nil
}

// readerOf returns nil for an ignored column.
func (p *plan) readerOf(name string, c *Column) (*reader, error) {
	switch {
	case c != nil:
		return newReader(p.m, *c, p.format)
	case slices.Contains(p.m.Ignored, name):
		return nil, nil
	case p.m.Unknown == "refuse":
		return nil, fmt.Errorf("the file has column %q, which mapping %q does not name: %w", name, p.m.Name, credit.ErrInvalid)
	case strings.ContainsAny(name, "=\x00"):
		return nil, fmt.Errorf("the file has column %q: a name may not hold '=': %w", name, credit.ErrInvalid)
	}
	p.unknown = append(p.unknown, name)
	return newReader(p.m, Column{Name: name, Type: "text", Other: "quarantine", Keep: true}, p.format)
}

// index returns the place of a column, noColumn where the file lacks it.
func (p *plan) index(name string) int {
	if name == asOf {
		return asOfColumn
	}
	if i, ok := p.at[name]; ok && name != "" {
		return i
	}
	return noColumn
}

func (p *plan) indices(names columns) []int {
	all := make([]int, 0, len(names))
	for _, n := range names {
		if i := p.index(n); i != noColumn {
			all = append(all, i)
		}
	}
	return all
}

func (p *plan) lay(t *Template, byName map[string]int) recordPlan {
	r := recordPlan{kindFrom: p.index(t.KindFrom), event: p.indices(t.Event), known: p.indices(t.Known),
		supplied: p.index(t.Supplied), late: credit.Date(t.LateDays), workdays: t.LateWorkdays, severity: p.index(t.Severity), amount: p.index(t.Amount),
		made: noColumn, docNo: noColumn}
	r.kind, _ = credit.ParseKind(t.Kind)
	for name, text := range t.When {
		r.when = append(r.when, condition{p.index(name), text})
	}
	p.layBody(&r, t)
	if t.Target == nil {
		return r
	}
	if t.Target.Made != "" {
		r.made = byName[t.Target.Made]
		return r
	}
	r.target, _ = credit.ParseKind(t.Target.Kind)
	r.authority, r.docNo, r.key = p.indices(t.Target.Authority), p.index(t.Target.DocNo), p.indices(t.Target.Key)
	if t.Target.Ref != "" {
		r.docNo, r.refSource = p.index(t.Target.Ref), refAuthority(t.Target.Source, p.m.Source)
	}
	return r
}

// refAuthority is what stands for the authority in the business key of a record that only its source's own reference
// names.
func refAuthority(named, own string) string {
	if named == "" {
		named = own
	}
	return "ref:" + named
}

func (p *plan) layBody(r *recordPlan, t *Template) {
	add := func(name string, from []int, text string) {
		field, _ := credit.ParseField(name)
		if len(from) > 0 || text != "" {
			r.body = append(r.body, bodyPlan{field: field, from: from, text: text})
		}
	}
	for name, from := range t.Fields {
		add(name, p.indices(from), "")
	}
	for name, text := range t.Set {
		add(name, nil, text)
	}
	if t.Ref != "" {
		add("authority", nil, refAuthority("", p.m.Source))
		add("doc_no", p.indices(columns{t.Ref}), "")
	}
	p.layNumber(r, t)
	// What the department said of the day of supply or publication stays in the body: in a live source the known date
	// may be a later one.
	if _, own := t.Fields["supplied"]; !own {
		stated := t.Known
		if t.Supplied != "" {
			stated = columns{t.Supplied}
		}
		if from := p.indices(stated); len(from) > 0 && from[0] >= 0 && (t.Supplied != "" || !p.m.Backfill) {
			add("supplied", from, "")
		}
	}
	slices.SortFunc(r.body, func(a, b bodyPlan) int { return int(a.field) - int(b.field) })
}

// layNumber lays out what stands for a document number where the template states none.
func (p *plan) layNumber(r *recordPlan, t *Template) {
	info, _ := r.kind.Info()
	switch {
	case t.Key != nil:
		r.number = &numberPlan{key: p.indices(t.Key)}
	case t.Ref == "" && t.Fields["doc_no"] == nil && t.Set["doc_no"] == "" && info.Natural != nil:
		r.number = &numberPlan{kind: &info}
	default:
		return
	}
	r.body = append(r.body, bodyPlan{field: credit.FieldDocNo, made: true})
}

// checkPersons asks for the key of pseudonyms where the file has a column of people.
func (p *plan) checkPersons() error {
	for _, r := range p.readers {
		if r == nil || r.Person == "" {
			continue
		}
		if _, err := personOf(p.o.PersonKey, r.Person, "", ""); err != nil {
			return fmt.Errorf("column %q names people, who are kept under keyed pseudonyms only: %w", r.Name, err)
		}
	}
	return nil
}

// keptColumns are the columns that the first record keeps under their own names. A name that the vocabulary has means
// something else there, so it is kept with "source." before it.
func (p *plan) keptColumns() ([]bodyPlan, error) {
	var kept []bodyPlan
	for i, r := range p.readers {
		if r != nil && r.Keep {
			kept = append(kept, bodyPlan{name: ownName(r.Name), from: []int{i}})
		}
	}
	slices.SortFunc(kept, func(a, b bodyPlan) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(kept); i++ {
		if kept[i].name == kept[i-1].name {
			return nil, fmt.Errorf("the file has two columns that are kept as %q: %w", kept[i].name, credit.ErrInvalid)
		}
	}
	return kept, nil
}

func ownName(name string) string {
	if _, taken := credit.ParseField(name); taken {
		return "source." + name
	}
	return name
}
