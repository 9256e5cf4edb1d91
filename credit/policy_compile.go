package credit

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
)

// kindLaw is what the policy says of one kind of record, laid out by the days on which anything in it changes.
type kindLaw struct{ segs []lawSeg }

// lawSeg is a stretch of days on which the same rows are in force.
type lawSeg struct {
	from, to       Date
	tests          []classTest
	rules          int  // index of the first stretch with the same tests and the same meaning of periods
	decision       bool // rules are chosen by the day of the decision, not the as-of day
	inclusive      bool
	unruled        bool
	eligible       float64 // weights
	minor          float64
	suspension     int16
	retention      *RetentionRow
	retentionIndex int16
}

// ruleLaw is a rule with its conditions looked up once.
type ruleLaw struct {
	index        int16
	row          *RuleRow
	needsDone    bool
	endNeedsDone bool
}

// classTest is a class row with its words made bits.
type classTest struct {
	rule       *ruleLaw
	typesAny   uint32
	typesOnly  uint32
	sectors    uint64
	lists      uint64
	typesNone  bool
	procedure  uint8
	severity   Severity
	below      [2][]Fen // by class of subject and sector: fines must be below, or from, this; nil for no condition
	from       [2][]Fen
	publicity  string
	precedence int
	order      int
	id         string
}

type weightRow struct {
	row   *LeniencyRow
	index int16
}

// When a row of leniency applies.
const (
	whenEligible = "eligible"
	whenMinor    = "minor"
	whenFirst    = "first"
	whenGrace    = "grace"
)

const needPerformed = "performed"

// find returns the index of the stretch that holds the day.
func (l *kindLaw) find(d Date) int {
	i := 0
	for i+1 < len(l.segs) && l.segs[i].to < d {
		i++
	}
	return i
}

// choose returns the rule that takes the record, nil where none does.
func (s *lawSeg) choose(f *reading) *ruleLaw {
	for i := range s.tests {
		if s.tests[i].takes(f) {
			return s.tests[i].rule
		}
	}
	return nil
}

func (t *classTest) takes(f *reading) bool {
	switch {
	case t.typesNone && f.types != 0:
		return false
	case t.typesAny != 0 && f.types&t.typesAny == 0:
		return false
	case t.typesOnly != 0 && (f.types == 0 || f.types&^t.typesOnly != 0):
		return false
	case t.sectors != 0 && (f.sector < 0 || t.sectors&(1<<f.sector) == 0):
		return false
	case t.lists != 0 && t.lists&f.list == 0:
		return false
	case t.procedure != 0 && t.procedure != f.procedure:
		return false
	case t.severity != SeverityNone && t.severity != f.severity:
		return false
	case t.publicity != "" && t.publicity != string(f.publicity):
		return false
	}
	return t.fineFits(f)
}

func (t *classTest) fineFits(f *reading) bool {
	class := 0
	if f.individual {
		class = 1
	}
	if below := t.below[class]; below != nil && (f.fine == NoFen || f.fine >= below[f.sector+1]) {
		return false
	}
	if from := t.from[class]; from != nil && (f.fine == NoFen || f.fine < from[f.sector+1]) {
		return false
	}
	return true
}

// compile lays the tables out by kind and day. The tables are checked already, row by row; what only shows side by side
// (two rows that both decide, days that no row decides) is refused here.
func (p *Policy) compile() error {
	p.index()
	rules := make([]*ruleLaw, len(p.tables.Rules))
	for i := range p.tables.Rules {
		row := &p.tables.Rules[i]
		rules[i] = &ruleLaw{index: int16(i), row: row, needsDone: slices.Contains(row.Needs, needPerformed),
			endNeedsDone: slices.Contains(row.EndNeeds, needPerformed)}
		if row.Decides && p.laws[row.Kind] == nil {
			p.laws[row.Kind] = &kindLaw{}
		}
	}
	for k := range p.laws {
		if p.laws[k] == nil {
			continue
		}
		if err := p.layOut(Kind(k), rules); err != nil {
			return err
		}
	}
	return nil
}

// index numbers the rows that spans name, and the words of conditions.
func (p *Policy) index() {
	t := &p.tables
	for i := range t.Rules {
		p.rows = append(p.rows, t.Rules[i].Row)
	}
	for i := range t.Suspensions {
		p.rows = append(p.rows, t.Suspensions[i].Row)
	}
	for i := range t.Retention {
		p.rows = append(p.rows, t.Retention[i].Row)
	}
	for i := range t.Leniency {
		p.weights = append(p.weights, weightRow{&t.Leniency[i], int16(len(p.rows))})
		p.rows = append(p.rows, t.Leniency[i].Row)
	}
	p.lists, p.sectors = map[string]int8{}, map[string]int8{}
	for i := range t.Lists {
		number(p.lists, t.Lists[i].Code)
	}
	for i := range t.Classes {
		for _, s := range t.Classes[i].Sectors {
			number(p.sectors, s)
		}
	}
	for i := range t.Thresholds {
		if s := t.Thresholds[i].Sector; s != "" {
			number(p.sectors, s)
		}
	}
	for _, r := range t.Reasons {
		p.reasons[slices.Index(reasonNames[:], r.Name)] = r
	}
	p.words.fill(t.Words)
	p.sharing = NewSharing(t.Items)
}

func number(m map[string]int8, s string) {
	if _, ok := m[s]; !ok {
		m[s] = int8(len(m))
	}
}

// layOut cuts the days of a kind at every change and fills in each stretch.
func (p *Policy) layOut(k Kind, rules []*ruleLaw) error {
	law := p.laws[k]
	borders := p.borders(k)
	whole := false // a rule without conditions is in force: from here on every record must find one
	for i, from := range borders {
		seg := lawSeg{from: from, to: Never, eligible: 1, minor: 1, suspension: -1, retentionIndex: -1}
		if i+1 < len(borders) {
			seg.to = borders[i+1] - 1
		}
		if err := p.fillTests(&seg, k, rules); err != nil {
			return err
		}
		if err := p.fillSettings(&seg, k); err != nil {
			return err
		}
		any := slices.ContainsFunc(seg.tests, func(t classTest) bool { return t.takesAll() })
		if whole && !any {
			return fmt.Errorf("rules.csv: kind %s: gap: no rule without conditions is in force from %s: %w", k, seg.from, ErrInvalid)
		}
		whole = whole || any
		seg.rules = i
		if i > 0 {
			if before := &law.segs[i-1]; before.inclusive == seg.inclusive && reflect.DeepEqual(before.tests, seg.tests) {
				seg.rules = before.rules
			}
		}
		law.segs = append(law.segs, seg)
	}
	return nil
}

// takesAll reports whether the test has no condition.
func (t *classTest) takesAll() bool {
	return t.typesAny|t.typesOnly == 0 && t.sectors|t.lists == 0 && !t.typesNone && t.procedure == 0 &&
		t.severity == SeverityNone && t.below[0] == nil && t.from[0] == nil && t.publicity == ""
}

// borders are the first days of stretches, ascending from the first day there is.
func (p *Policy) borders(k Kind) []Date {
	t := &p.tables
	days := []Date{minDate}
	add := func(r *Row) {
		days = append(days, r.From)
		if r.To != NoDate {
			days = append(days, r.To+1)
		}
	}
	for i := range t.Rules {
		if t.Rules[i].Kind == k && t.Rules[i].Decides {
			add(&t.Rules[i].Row)
		}
	}
	for i := range t.Classes {
		if r := p.ruleOf(&t.Classes[i]); r != nil && r.Kind == k && r.Decides {
			add(&t.Classes[i].Row)
		}
	}
	for i := range t.Settings {
		if s := &t.Settings[i]; s.Key == SettingTransition || s.Key == SettingInclusive {
			add(&s.Row)
		}
	}
	for i := range t.Leniency {
		if w := &t.Leniency[i]; w.When == whenEligible || w.When == whenMinor {
			add(&w.Row)
		}
	}
	for i := range t.Thresholds {
		if k == KindPenalty {
			add(&t.Thresholds[i].Row)
		}
	}
	for i := range t.Retention {
		if slices.Contains(t.Retention[i].Kinds, k) {
			add(&t.Retention[i].Row)
		}
	}
	for i := range t.Suspensions {
		add(&t.Suspensions[i].Row)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// ruleOf returns the rule row that a class row serves on its first day.
func (p *Policy) ruleOf(c *ClassRow) *RuleRow {
	for i := range p.tables.Rules {
		if r := &p.tables.Rules[i]; r.ID == c.Rule && r.InForce(c.From) {
			return r
		}
	}
	return nil
}

// fillTests gathers the class rows in force, in the order in which they decide.
func (p *Policy) fillTests(seg *lawSeg, k Kind, rules []*ruleLaw) error {
	for i := range p.tables.Classes {
		c := &p.tables.Classes[i]
		if !c.InForce(seg.from) {
			continue
		}
		for _, r := range rules {
			if r.row.ID == c.Rule && r.row.Kind == k && r.row.Decides && r.row.InForce(seg.from) {
				seg.tests = append(seg.tests, p.test(c, r, seg.from))
			}
		}
	}
	slices.SortFunc(seg.tests, func(a, b classTest) int {
		return cmp.Or(cmp.Compare(b.precedence, a.precedence), cmp.Compare(a.order, b.order))
	})
	for i := 1; i < len(seg.tests); i++ {
		a, b := &seg.tests[i-1], &seg.tests[i]
		if a.precedence == b.precedence && a.order == b.order {
			return fmt.Errorf("classes.csv: rows %s and %s: field order: both are %d on %s: %w", a.id, b.id, a.order, seg.from, ErrInvalid)
		}
	}
	return nil
}

func (p *Policy) test(c *ClassRow, r *ruleLaw, day Date) classTest {
	t := classTest{rule: r, typesNone: c.TypesNone, severity: c.Severity, publicity: c.Publicity, precedence: r.row.Precedence,
		order: c.Order, id: c.ID, procedure: p.words.procedure[c.Procedure]}
	for _, s := range c.TypesAny {
		t.typesAny |= 1 << p.words.types[s]
	}
	for _, s := range c.TypesOnly {
		t.typesOnly |= 1 << p.words.types[s]
	}
	for _, s := range c.Sectors {
		t.sectors |= 1 << p.sectors[s]
	}
	for _, s := range c.Lists {
		t.lists |= 1 << p.lists[s]
	}
	for class, of := range [2]SubjectClass{ClassUnknown, ClassIndividual} {
		if c.FineBelow != "" {
			t.below[class] = p.amounts(c.FineBelow, of, day)
		}
		if c.FineFrom != "" {
			t.from[class] = p.amounts(c.FineFrom, of, day)
		}
	}
	return t
}

// amounts are the thresholds of one name by sector, the first for records without one. A sector without a row has the
// general one; a class without a row has that of every class.
func (p *Policy) amounts(name string, class SubjectClass, day Date) []Fen {
	by := make([]Fen, len(p.sectors)+1)
	for i := range by {
		by[i] = NoFen
	}
	set := func(sector string, of SubjectClass, every bool) {
		for i := range p.tables.Thresholds {
			row := &p.tables.Thresholds[i]
			if row.Sector != sector || row.Class != of || !row.InForce(day) {
				continue
			}
			amount := map[string]Fen{"small": row.Small, "large": row.Large, "huge": row.Huge}[name]
			if !every {
				by[p.sectors[sector]+1] = amount
				continue
			}
			for j := range by {
				by[j] = amount
			}
		}
	}
	for _, of := range slices.Compact([]SubjectClass{ClassUnknown, class}) {
		set("", of, true)
		for sector := range p.sectors { // each sets its own cell: the order does not matter
			set(sector, of, false)
		}
	}
	return by
}

func (p *Policy) fillSettings(seg *lawSeg, k Kind) error {
	if mode, ok := p.Setting(SettingTransition, seg.from); ok {
		seg.decision = mode.Value == "decision_date"
	} else if len(seg.tests) > 0 {
		return fmt.Errorf("settings.csv: key %s: gap: no row in force on %s: %w", SettingTransition, seg.from, ErrInvalid)
	}
	if inclusive, ok := p.Setting(SettingInclusive, seg.from); ok {
		seg.inclusive = inclusive.Value == "yes"
	} else if len(seg.tests) > 0 {
		return fmt.Errorf("settings.csv: key %s: gap: no row in force on %s: %w", SettingInclusive, seg.from, ErrInvalid)
	}
	for _, w := range p.weights {
		switch {
		case !w.row.InForce(seg.from):
		case w.row.When == whenEligible:
			seg.eligible = min(seg.eligible, w.row.Weight)
		case w.row.When == whenMinor:
			seg.minor = min(seg.minor, w.row.Weight)
		}
	}
	at := len(p.tables.Rules)
	for i := range p.tables.Suspensions {
		if p.tables.Suspensions[i].InForce(seg.from) {
			seg.suspension = int16(at + i)
		}
	}
	at += len(p.tables.Suspensions)
	for i := range p.tables.Retention {
		if r := &p.tables.Retention[i]; r.InForce(seg.from) && slices.Contains(r.Kinds, k) {
			seg.retention, seg.retentionIndex = r, int16(at+i)
		}
	}
	return nil
}
