package quality

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"hengxin/credit"
)

// DeadCode is a subject that was closed and has later records.
type DeadCode struct {
	Subject credit.Subject `json:"subject"`
	Closed  credit.Date    `json:"closed"` // day of the first closure
	Closure credit.ID      `json:"closure"`
	Later   int            `json:"later"` // facts, followers left out, that happened after that day
	Last    credit.Date    `json:"last"`  // day of the last of them
	Record  credit.ID      `json:"record"`
}

// SharedCode is one organisation code or one registered name of several subjects.
type SharedCode struct {
	By       string           `json:"by"`    // organisation or name
	Value    string           `json:"value"` // the code, or the name in its normal form
	Subjects []credit.Subject `json:"subjects"`
}

// Chain is a subject and those that went on for it, in turn.
type Chain struct {
	Subjects []credit.Subject `json:"subjects"` // the first to the one that goes on now
	Days     []credit.Date    `json:"days"`     // of each step
	Records  []credit.ID      `json:"records"`  // that state it
}

// CodeReport is the state of the codes in a log.
type CodeReport struct {
	Dead    []DeadCode   `json:"dead"`
	Shared  []SharedCode `json:"shared"`
	Merged  []Chain      `json:"merged"`
	Refused []string     `json:"refused"` // successions that lead back, or to two subjects: to be corrected by their source
}

// Codes collects a [CodeReport] from histories, one after the other. Its memory grows with what it reports.
type Codes struct {
	table  keyTable
	held   map[[16]byte]*SharedCode
	report CodeReport
	next   map[credit.Subject]step
	fork   map[credit.Subject]bool
}

type step struct {
	to     credit.Subject
	day    credit.Date
	record credit.ID
}

// NewCodes returns a collector that has seen nothing.
func NewCodes() *Codes {
	return &Codes{table: keyTable{size: sharedBits}, held: map[[16]byte]*SharedCode{}, next: map[credit.Subject]step{}, fork: map[credit.Subject]bool{}}
}

// Subject takes one subject's whole history. Withdrawn closures and successions do not count.
func (c *Codes) Subject(records []credit.Record) {
	withdrawn := map[credit.ID]bool{}
	for i := range records {
		if records[i].Kind == credit.KindWithdrawal {
			withdrawn[records[i].Target] = true
		}
	}
	live := func(r *credit.Record) bool { return !withdrawn[r.ID] && (r.Key().IsZero() || !withdrawn[r.Key()]) }
	c.dead(records, live)
	for i := range records {
		if r := &records[i]; r.Kind == credit.KindSuccession && live(r) {
			c.succeed(r)
		}
	}
	shares(records, func(_, _ string, sum [16]byte) { c.table.add(sum) })
}

func (c *Codes) dead(records []credit.Record, live func(*credit.Record) bool) {
	end := closure(records, live)
	if end == nil {
		return
	}
	d := DeadCode{Subject: end.Subject, Closed: end.Event, Closure: end.ID, Last: credit.NoDate}
	for i := range records {
		r := &records[i]
		if r.Kind.IsFollower() || closes(r) || r.Kind == credit.KindSuccession || r.Event <= d.Closed {
			continue
		}
		if d.Later++; r.Event > d.Last {
			d.Last, d.Record = r.Event, r.ID
		}
	}
	if d.Later > 0 {
		c.report.Dead = append(c.report.Dead, d)
	}
}

func (c *Codes) succeed(r *credit.Record) {
	to, _, err := credit.ParseSubject(r.Body.Text(credit.FieldCounterpart))
	if err != nil {
		c.report.Refused = append(c.report.Refused, fmt.Sprintf("%s: record %s: successor: %v", r.Subject, r.ID, err))
		return
	}
	old, known := c.next[r.Subject]
	switch {
	case known && old.to != to:
		c.fork[r.Subject] = true
	case !known || r.Event < old.day:
		c.next[r.Subject] = step{to: to, day: r.Event, record: r.ID}
	}
}

// shares calls see for the organisation code and the registered name of a history, once each.
func shares(records []credit.Record, see func(by, value string, sum [16]byte)) {
	if len(records) == 0 {
		return
	}
	say := func(by, value string) {
		sum := sha256.Sum256([]byte(by + "\x00" + value))
		see(by, value, [16]byte(sum[:16]))
	}
	if code, ok := records[0].Subject.Code(); ok {
		say("organisation", code.Organisation())
	}
	current := ""
	NamesOf(records, func(n Named) {
		if n.Basis == BasisRegistered {
			current = Normal(n.Name)
		}
	})
	if current != "" {
		say("name", current)
	}
}

// NeedsAgain reports whether two subjects may share something: then every history is to be given to [Codes.Again].
func (c *Codes) NeedsAgain() bool { return c.table.met }

// Again takes a history once more, for what subjects share.
func (c *Codes) Again(records []credit.Record) {
	shares(records, func(by, value string, sum [16]byte) {
		if !c.table.twice(sum) {
			return
		}
		s := c.held[sum]
		if s == nil {
			s = &SharedCode{By: by, Value: value}
			c.held[sum] = s
		}
		if !slices.Contains(s.Subjects, records[0].Subject) {
			s.Subjects = append(s.Subjects, records[0].Subject)
		}
	})
}

// Report returns what was found, everything in the order of subjects.
func (c *Codes) Report() CodeReport {
	r := c.report
	slices.SortFunc(r.Dead, func(a, b DeadCode) int { return cmp.Compare(a.Subject, b.Subject) })
	for _, s := range c.held {
		if len(s.Subjects) > 1 {
			slices.Sort(s.Subjects)
			r.Shared = append(r.Shared, *s)
		}
	}
	slices.SortFunc(r.Shared, func(a, b SharedCode) int {
		return cmp.Or(slices.Compare(a.Subjects, b.Subjects), cmp.Compare(a.By, b.By), cmp.Compare(a.Value, b.Value))
	})
	later := map[credit.Subject]bool{}
	for _, s := range c.next {
		later[s.to] = true
	}
	for _, from := range slices.Sorted(maps.Keys(c.next)) {
		chain, err := c.follow(from)
		switch {
		case err != nil:
			r.Refused = append(r.Refused, err.Error())
		case !later[from]:
			r.Merged = append(r.Merged, chain)
		}
	}
	slices.Sort(r.Refused)
	return r
}

// follow returns the chain of successors; [credit.ErrInvalid] for one that leads back to itself or to two subjects.
func (c *Codes) follow(from credit.Subject) (Chain, error) {
	chain, seen := Chain{Subjects: []credit.Subject{from}}, map[credit.Subject]bool{from: true}
	for at := from; ; {
		s, ok := c.next[at]
		if !ok {
			return chain, nil
		}
		if c.fork[at] {
			return chain, fmt.Errorf("%s: two successors of %s: %w", from, at, credit.ErrInvalid)
		}
		if seen[s.to] {
			return chain, fmt.Errorf("%s: its successors lead back to %s: %w", from, s.to, credit.ErrInvalid)
		}
		at, seen[s.to] = s.to, true
		chain.Subjects, chain.Days, chain.Records = append(chain.Subjects, s.to), append(chain.Days, s.day), append(chain.Records, s.record)
	}
}
