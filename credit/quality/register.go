package quality

import (
	"cmp"
	"crypto/sha256"

	"hengxin/credit"
)

// Basis says what a registered name rests on.
type Basis uint8

const (
	BasisRegistered Basis = iota + 1 // the name of a registration, or of the register of subjects
	BasisFormer                      // the name before a change, or of an earlier registration
	BasisDecision                    // a person decided, in a review file
)

// String returns registered, former or decision.
func (b Basis) String() string { return [...]string{"", "registered", "former", "decision"}[b] }

// MarshalText writes the name.
func (b Basis) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Named is one name of one subject and where it comes from.
type Named struct {
	Subject credit.Subject `json:"subject"`
	Name    string         `json:"name"` // as the source writes it
	Basis   Basis          `json:"basis"`
	Record  credit.ID      `json:"record"` // that states it, zero for the register of subjects
	Source  string         `json:"source"`
	Day     credit.Date    `json:"day"` // on which it was known
}

// Evidence is why a name was taken for a subject's: the registered name, and the form in which both are equal.
type Evidence struct {
	Named
	Normal string `json:"normal"`
	Note   string `json:"note,omitempty"` // of a decision: who and why
}

// compare is the order by which one of several equal names of a subject is named as evidence: what stands now before what
// stood, the earliest known first.
func (a *Named) compare(b *Named) int {
	return cmp.Or(cmp.Compare(a.Basis, b.Basis), cmp.Compare(a.Day, b.Day), a.Record.Compare(b.Record), cmp.Compare(a.Source, b.Source),
		cmp.Compare(a.Name, b.Name))
}

// nameItems are the words of sources for a change of name, by a change record's item.
var nameItems = map[string]bool{"name": true, "名称": true, "名称变更": true, "企业名称": true, "企业名称变更": true,
	"名称变更（字号名称、集团名称等）": true, "市场主体名称": true, "字号": true, "字号名称": true}

// NamesOf calls see with every name that a subject's history states: of registrations, the last known as registered and
// the ones before it as former, and of changes of name both sides. records is one subject's history in its order.
func NamesOf(records []credit.Record, see func(Named)) {
	last := -1
	for i := range records {
		if records[i].Kind == credit.KindRegistration && records[i].Body.Text(credit.FieldName) != "" {
			last = i
		}
	}
	current := ""
	if last >= 0 {
		current = Normal(records[last].Body.Text(credit.FieldName))
	}
	for i := range records {
		r := &records[i]
		say := func(f credit.Field) {
			name := r.Body.Text(f)
			normal := Normal(name)
			if normal == "" {
				return
			}
			basis := BasisFormer
			if normal == current {
				basis = BasisRegistered
			}
			see(Named{Subject: r.Subject, Name: name, Basis: basis, Record: r.ID, Source: r.Source, Day: r.Known})
		}
		switch {
		case r.Kind == credit.KindRegistration:
			say(credit.FieldName)
		case r.Kind == credit.KindChange && nameItems[r.Body.Text(credit.FieldItem)]:
			say(credit.FieldBefore)
			say(credit.FieldAfter)
		}
	}
}

// Register answers whose a name is. It keeps a few dozen bytes a name. It is made by one goroutine and may then be read
// by many.
type Register struct {
	names     map[nameKey]entry
	decisions map[string]Decision
}

// nameKey is the first half of the SHA-256 of a normal name: a stranger cannot make two names meet.
type nameKey [16]byte

func keyOf(normal string) nameKey {
	sum := sha256.Sum256([]byte(normal))
	return nameKey(sum[:16])
}

type entry struct {
	named  Named
	shared bool // by more than one subject
}

// NewRegister returns an empty register that knows the decisions, which may be nil.
func NewRegister(decisions map[string]Decision) *Register {
	return &Register{names: map[nameKey]entry{}, decisions: decisions}
}

// Len returns the number of names, each in its normal form.
func (r *Register) Len() int { return len(r.names) }

// Add enters one name. The order of entering changes no answer.
func (r *Register) Add(n Named) {
	normal := Normal(n.Name)
	if normal == "" {
		return
	}
	key := keyOf(normal)
	old, ok := r.names[key]
	switch {
	case !ok:
		r.names[key] = entry{named: n}
	case old.named.Subject != n.Subject:
		r.names[key] = entry{shared: true}
	case !old.shared && n.compare(&old.named) < 0:
		r.names[key] = entry{named: n}
	}
}

// Code returns the subject whose name it is, with the evidence; ok is false where no subject, or more than one, has or
// had it, where it may be a person's, and where a person decided that it is none of the candidates. A decision goes
// before the register.
func (r *Register) Code(name string) (credit.Subject, Evidence, bool) {
	normal := Normal(name)
	if normal == "" {
		return "", Evidence{}, false
	}
	if d, ok := r.decisions[normal]; ok {
		return d.Subject, d.evidence(), d.Subject != ""
	}
	e, ok := r.names[keyOf(normal)]
	if !ok || e.shared || personal(normal) {
		return "", Evidence{}, false
	}
	return e.named.Subject, Evidence{Named: e.named, Normal: normal}, true
}
