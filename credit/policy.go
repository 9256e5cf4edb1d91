package credit

import (
	"crypto/sha256"
	"fmt"
)

// Policy is a set of dated rule rows under one digest. Nothing in it changes once it is made, so one Policy serves any
// number of goroutines.
type Policy struct {
	tables Tables
	rows   []Row // every row that a span may name, by index
	canon  []byte
	digest Digest

	laws    [256]*kindLaw // by kind; nil for kinds under no rule
	words   wordIndex
	lists   map[string]int8
	sectors map[string]int8
	reasons [reasonEnd]ReasonRow
	weights []weightRow
	sharing *Sharing
}

// NewPolicy checks the tables and makes a policy of them. canonical are the bytes that stand for the tables, and whose
// SHA-256 is the policy's version; package policy reads and writes them. It returns [ErrInvalid] with the table, the row
// and the field at fault.
func NewPolicy(t Tables, canonical []byte) (*Policy, error) {
	p := &Policy{tables: t, canon: canonical, digest: sha256.Sum256(canonical)}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if err := p.compile(); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return p, nil
}

// Digest returns the policy's version.
func (p *Policy) Digest() Digest { return p.digest }

// Canonical returns the bytes whose SHA-256 is the digest; the caller must not change them.
func (p *Policy) Canonical() []byte { return p.canon }

// Tables returns the rows; the caller must not change them.
func (p *Policy) Tables() *Tables { return &p.tables }

// Rule returns the row that a span names; ok is false for -1: no rule is in force.
func (p *Policy) Rule(i int16) (row Row, ok bool) {
	if i < 0 || int(i) >= len(p.rows) {
		return Row{}, false
	}
	return p.rows[i], true
}

// RuleIndex returns the index of the rule row of that id in force on day, -1 where there is none.
func (p *Policy) RuleIndex(id string, day Date) int16 {
	for i := range p.rows {
		if p.rows[i].ID == id && p.rows[i].InForce(day) {
			return int16(i)
		}
	}
	return -1
}

// Text returns the Chinese and English text of a reason.
func (p *Policy) Text(r Reason) (zh, en string) {
	if r < 1 || r >= reasonEnd {
		return "", ""
	}
	return p.reasons[r].Zh, p.reasons[r].En
}

// Setting returns the value in force on day; ok is false where no row of the key is.
func (p *Policy) Setting(key string, day Date) (row *SettingRow, ok bool) {
	for i := range p.tables.Settings {
		if s := &p.tables.Settings[i]; s.Key == key && s.InForce(day) {
			return s, true
		}
	}
	return nil, false
}

// List returns the row of a list kind in force on day; ok is false for a list that the policy does not know.
func (p *Policy) List(code string, day Date) (row *ListRow, ok bool) {
	for i := range p.tables.Lists {
		if l := &p.tables.Lists[i]; l.Code == code && l.InForce(day) {
			return l, true
		}
	}
	return nil, false
}

// Workdays returns the time limit of a step (accept, decide, extend, sync ...) under the regime in force on day.
func (p *Policy) Workdays(step string, day Date) (row *ClockRow, ok bool) {
	for i := range p.tables.Clocks {
		if c := &p.tables.Clocks[i]; c.Step == step && c.InForce(day) {
			return c, true
		}
	}
	return nil, false
}

// Offence is what leniency asks of a counted record and its subject. [Span].Weight holds what the record alone decides;
// whether it is the first and how new the firm is, only the subject's whole history says.
type Offence struct {
	Tier       Severity
	Eligible   bool
	SinceLast  Date   // known date of the subject's latest other counted record of the kind before this one, NoDate where there is none
	Decided    Date   // event date of this one
	Founded    Date   // NoDate where it is not known
	Industry   string // GB/T 4754 code, "" where it is not known
	NotPenalty bool   // leniency for first offences and new sectors is for penalties
}

// Leniency returns what an offence weighs on day, 1 where nothing reduces it, and the row that decides (-1 where none
// does). Reductions do not add up: the smallest weight decides.
func (p *Policy) Leniency(o *Offence, day Date) (weight float64, rule int16) {
	weight, rule = 1, -1
	for i := range p.weights {
		w := &p.weights[i]
		if w.row.InForce(day) && w.row.Weight < weight && w.applies(o, day) {
			weight, rule = w.row.Weight, w.index
		}
	}
	return weight, rule
}

func (w *weightRow) applies(o *Offence, day Date) bool {
	switch w.row.When {
	case whenEligible:
		return o.Eligible
	case whenMinor:
		return o.Tier == SeverityMinor
	case whenFirst:
		return !o.NotPenalty && (o.SinceLast == NoDate || o.SinceLast < o.Decided.AddMonths(-w.row.Months))
	case whenGrace:
		return !o.NotPenalty && o.Founded != NoDate && o.Decided < o.Founded.AddMonths(w.row.Months) &&
			hasPrefix(o.Industry, w.row.Industries)
	}
	return false
}

func hasPrefix(s string, beginnings []string) bool {
	for _, b := range beginnings {
		if len(s) >= len(b) && s[:len(b)] == b {
			return true
		}
	}
	return false
}

// EraseFrom returns the first day on which a personal bad record must be destroyed, when the act it tells of ended on
// the given day; ok is false where no retention row in force on that day speaks of the record (rulings 9).
func (p *Policy) EraseFrom(r *Record, ended Date) (day Date, row *RetentionRow, ok bool) {
	for i := range p.tables.Retention {
		t := &p.tables.Retention[i]
		if !t.InForce(ended) || t.Class != ClassUnknown && !isClass(r, t.Class) {
			continue
		}
		for _, k := range t.Kinds {
			if k == r.Kind {
				return ended.AddMonths(t.Months) + 1, t, true
			}
		}
	}
	return NoDate, nil, false
}

// CheckConsent returns what [Consent.Check] does, and [ErrInvalid] for a general authorisation that is longer than the
// policy in force on the day of signature allows.
func (p *Policy) CheckConsent(c *Consent) error {
	if err := c.Check(); err != nil {
		return err
	}
	s, ok := p.Setting(SettingConsent, c.Signed)
	if !ok || c.Loan != "" {
		return nil
	}
	months, err := parseMonths(s.Value)
	if err != nil {
		return err
	}
	if last := PeriodEnd(c.From, months); c.To > last {
		return fmt.Errorf("consent of %s: last day %s, but a general authorisation from %s ends %s at the latest (%s): %w",
			c.Subject, c.To, c.From, last, s.ID, ErrInvalid)
	}
	return nil
}

// PeriodEnd returns the last day of a period of months from start. The day of start is not counted; the period ends on
// the corresponding day, or on the month's last where that month has none (domain page 1.7): 2026-05-01 and 3 months is
// 2026-08-01, 2025-11-30 and 3 months 2026-02-28.
func PeriodEnd(start Date, months int) Date { return start.AddMonths(months) }

// isClass reports whether the record's subject is of the class, by its code or by what the source says of its nature.
func isClass(r *Record, c SubjectClass) bool {
	if r.Subject.Class() == c {
		return true
	}
	if c != ClassIndividual {
		return false
	}
	t, _ := r.Body.Get(FieldNature)
	return string(t) == "individual_business"
}
