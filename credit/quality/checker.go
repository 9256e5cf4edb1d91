package quality

import (
	"crypto/sha256"

	"hengxin/credit"
)

// Options say what a checker looks at.
type Options struct {
	Source   string      // of records, "" for every source
	From, To credit.Date // days of arrival, both included; NoDate leaves an end open
	On       credit.Date // the day of the report, for what is open too long
	Examples int         // kept for each rule and source

	bits uint64 // of the tables of keys, sharedBits unless a test says otherwise
}

// Checker walks rules over histories. It is used by one goroutine; its memory grows with sources, days and rules, and with
// the longest history, not with the number of records.
type Checker struct {
	rules    *Rules
	o        Options
	h        history
	marks    []verdict
	sources  map[string]*sourceState
	keyed    keyTable // of rules between subjects
	meetings map[suspectKey]*meeting
}

// sourceState is what is known of one source.
type sourceState struct {
	days     map[credit.Date]*dayState
	byRule   []tally
	examples [][]Example
}

type dayState struct {
	records int64
	bad     map[int]int64 // by rule
}

type tally struct{ checked, bad, untold int64 }

type suspectKey struct {
	rule int
	sum  [16]byte
}

// meeting is a key that several subjects may share. Until a second one comes, the findings wait.
type meeting struct {
	subject credit.Subject
	pending []finding
	shared  bool
}

type finding struct {
	source  string
	example Example
	taken   bool
}

// Example is one finding.
type Example struct {
	Record  credit.ID      `json:"record"`
	Subject credit.Subject `json:"subject"`
	Day     credit.Date    `json:"day"` // of arrival
	Value   string         `json:"value,omitempty"`
}

// NewChecker returns a checker that has seen nothing.
func NewChecker(rules *Rules, o Options) *Checker {
	if o.bits == 0 {
		o.bits = sharedBits
	}
	return &Checker{rules: rules, o: o, sources: map[string]*sourceState{}, meetings: map[suspectKey]*meeting{}, keyed: keyTable{size: o.bits}}
}

// Subject takes one subject's whole history, in its order. The records are not kept. A record whose body was destroyed is
// counted and not judged.
func (c *Checker) Subject(records []credit.Record) {
	if len(c.h.views) > 4096 && len(records) < 1024 {
		c.h.views = nil // of one long history
	}
	c.h.reset(records, c.o.On)
	for i := range records {
		v := &c.h.views[i]
		if !c.takes(v) {
			continue
		}
		c.day(v).records++
		if records[i].Flags&credit.FlagErased != 0 {
			continue
		}
		for _, rule := range c.rules.record[records[i].Kind] {
			c.count(rule, v, c.rules.all[rule].record(v))
		}
	}
	for rule := range c.rules.all {
		if c.rules.all[rule].history != nil {
			c.walk(rule)
		}
		if c.rules.all[rule].shared != nil {
			c.note(rule)
		}
	}
}

// walk runs one rule over the history: what it marks is counted in the order of the records.
func (c *Checker) walk(rule int) {
	n := len(c.h.records)
	if cap(c.marks) < n {
		c.marks = make([]verdict, n)
	}
	marks := c.marks[:n]
	for i := range marks {
		marks[i] = beside
	}
	c.h.mine = &c.rules.kinds[rule]
	c.rules.all[rule].history(&c.h, func(i int, v verdict) { marks[i] = v })
	for i, v := range marks {
		if v != beside && c.takes(&c.h.views[i]) {
			c.count(rule, &c.h.views[i], v)
		}
	}
}

// note remembers a key of a rule between subjects, once a subject.
func (c *Checker) note(rule int) {
	mine := map[suspectKey]bool{}
	c.keys(rule, func(i int, key suspectKey) {
		if c.takes(&c.h.views[i]) {
			c.count(rule, &c.h.views[i], good)
		}
		if mine[key] {
			return
		}
		mine[key] = true
		c.keyed.add(key.sum)
	})
}

func (c *Checker) keys(rule int, see func(i int, key suspectKey)) {
	c.h.mine = &c.rules.kinds[rule]
	c.h.each(func(i int, v *view) {
		if text, ok := c.rules.all[rule].shared(v); ok {
			sum := sha256.Sum256(append([]byte{byte(rule), byte(rule >> 8)}, text...))
			see(i, suspectKey{rule: rule, sum: [16]byte(sum[:16])})
		}
	})
}

// NeedsAgain reports whether something that is compared between subjects may have been found: then every history is to be
// given once more, to [Checker.Again].
func (c *Checker) NeedsAgain() bool { return c.keyed.met }

// Again takes every history once more, for the rules that compare subjects. Its memory grows with what they share.
func (c *Checker) Again(records []credit.Record) {
	c.h.reset(records, c.o.On)
	for rule := range c.rules.all {
		if c.rules.all[rule].shared == nil {
			continue
		}
		c.keys(rule, func(i int, key suspectKey) {
			if c.keyed.twice(key.sum) {
				c.meet(rule, key, &c.h.views[i])
			}
		})
	}
}

// meet counts the records of a key that a second subject has, the first subject's when the second comes.
func (c *Checker) meet(rule int, key suspectKey, v *view) {
	m := c.meetings[key]
	if m == nil {
		m = &meeting{subject: v.r.Subject}
		c.meetings[key] = m
	}
	mine := finding{source: v.r.Source, example: c.example(rule, v), taken: c.takes(v)}
	if !m.shared && m.subject == v.r.Subject {
		m.pending = append(m.pending, mine)
		return
	}
	for _, f := range append(m.pending, mine) {
		if f.taken {
			c.found(rule, f.source, f.example)
		}
	}
	m.shared, m.pending = true, nil
}

// takes reports whether a record is among those that the report is of.
func (c *Checker) takes(v *view) bool {
	if c.o.Source != "" && v.r.Source != c.o.Source {
		return false
	}
	day := v.arrived()
	return day >= c.o.From && (c.o.To == credit.NoDate || day <= c.o.To)
}

func (c *Checker) source(name string) *sourceState {
	s := c.sources[name]
	if s == nil {
		n := len(c.rules.all)
		s = &sourceState{days: map[credit.Date]*dayState{}, byRule: make([]tally, n), examples: make([][]Example, n)}
		c.sources[name] = s
	}
	return s
}

func (c *Checker) day(v *view) *dayState {
	s := c.source(v.r.Source)
	return s.day(v.arrived())
}

func (s *sourceState) day(on credit.Date) *dayState {
	d := s.days[on]
	if d == nil {
		d = &dayState{}
		s.days[on] = d
	}
	return d
}

func (c *Checker) count(rule int, v *view, is verdict) {
	if is == beside {
		return
	}
	t := &c.source(v.r.Source).byRule[rule]
	t.checked++
	switch is {
	case untold:
		t.untold++
	case bad:
		c.found(rule, v.r.Source, c.example(rule, v))
	}
}

// found counts a finding: its rule's, its source's and its day's, and keeps it while there is room for examples.
func (c *Checker) found(rule int, source string, e Example) {
	s := c.source(source)
	s.byRule[rule].bad++
	d := s.day(e.Day)
	if d.bad == nil {
		d.bad = map[int]int64{}
	}
	d.bad[rule]++
	if len(s.examples[rule]) < c.o.Examples {
		s.examples[rule] = append(s.examples[rule], e)
	}
}

func (c *Checker) example(rule int, v *view) Example {
	return Example{Record: v.r.ID, Subject: v.r.Subject, Day: v.arrived(), Value: c.rules.all[rule].shows(v)}
}

// shows returns the value that the rule looks at, shortened; nothing where it may be personal data.
func (c *compiled) shows(v *view) string {
	if c.Check == "personal" || c.Field == "" {
		return ""
	}
	f, ok := credit.ParseField(c.Field)
	if !ok {
		if number, err := parseNumber(c.Field); err == nil && c.Field == "amount" {
			if _, stated := number(v); stated {
				return v.r.Amount.String()
			}
		}
		return ""
	}
	if hasPersonal(v.text[f]) {
		return ""
	}
	text := []rune(string(v.text[f]))
	if len(text) > maxShown {
		return string(text[:maxShown]) + "…"
	}
	return string(text)
}

// maxShown is how many characters of a value an example shows.
const maxShown = 40
