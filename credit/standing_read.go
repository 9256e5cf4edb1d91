package credit

import "strconv"

// reading is what the rules ask of one version of a record, read from its body once.
type reading struct {
	types      uint32 // bits of penalty types; unknownType for words that the policy does not know
	sector     int8   // index, -1 where it is not stated or no row names it
	procedure  uint8
	severity   Severity
	individual bool
	done       bool // the record itself says that the duty is done
	list       uint64
	fine       Fen
	until      Date // the record's own end
	publicity  []byte
}

const unknownType = 1 << 31

// Procedures.
const (
	procedureSimple = iota + 1
	procedureOrdinary
)

// Meanings of status words.
const (
	meansDone = iota + 1
	meansNot
	meansOpen
	meansClosed
	meansApplied
	meansApproved
	meansFailed
	meansCompleted
)

// readingOf reads the fields that rules ask for in one pass over the body.
func (p *Policy) readingOf(r *Record) reading {
	f := reading{sector: -1, severity: r.Severity, fine: r.Amount, until: NoDate}
	f.individual = r.Subject.Class() == ClassIndividual
	validTo := NoDate
	for b := r.Body; len(b) > 0; {
		var field Field
		var text []byte
		field, text, b = b.Next()
		switch field {
		case fieldOther:
			b = nil
		case FieldPenaltyTypes:
			f.types = p.typeBits(text)
		case FieldProcedure:
			f.procedure = p.words.procedure[string(text)]
		case FieldSector:
			if i, ok := p.sectors[string(text)]; ok {
				f.sector = i
			}
		case FieldValidTo:
			validTo, _ = DateOf(text)
		case FieldList:
			f.list = 1 << otherList
			if i, ok := p.lists[string(text)]; ok {
				f.list = 1 << i
			}
		case FieldStatus:
			f.done = p.words.record[string(text)] == meansDone
		case FieldUntil:
			f.until, _ = DateOf(text)
		case FieldPublicity:
			f.publicity = text
		case FieldNature:
			f.individual = f.individual || string(text) == "individual_business"
		}
	}
	if f.until == NoDate {
		f.until = validTo
	}
	return f
}

// otherList is the bit of lists that the policy does not know.
const otherList = 63

func (p *Policy) typeBits(text []byte) (bits uint32) {
	for len(text) > 0 {
		n := 0
		for n < len(text) && text[n] != ';' {
			n++
		}
		if i, ok := p.words.types[string(text[:n])]; ok {
			bits |= 1 << i
		} else {
			bits |= unknownType
		}
		text = text[min(n+1, len(text)):]
	}
	return bits
}

// spoken is what the followers that act say of a record: of each thing the day from which it is said, [Never] for what
// is not.
type spoken struct {
	withdrawn, approved, removed Date
	done                         Date // from which performance is known
	doneEvent                    Date // when it happened
	banUntil                     Date // last day of the ban, NoDate for none
	extended                     bool
	applied, disputed            bool
	plan                         uint8 // meansApproved, meansCompleted, or 0
}

var silent = spoken{withdrawn: Never, approved: Never, removed: Never, done: Never, doneEvent: Never, banUntil: NoDate}

// add takes one more follower, in the order in which they act.
func (s *spoken) add(p *Policy, f *Follower) {
	switch f.Record.Kind {
	case KindWithdrawal:
		s.withdrawn = min(s.withdrawn, f.From)
	case KindRepairApproval:
		s.approved = min(s.approved, f.From)
	case KindRemoval:
		s.removed = min(s.removed, f.From)
	case KindPerformance:
		if p.meaning(p.words.performance, f.Record) == meansDone && f.From < s.done {
			s.done, s.doneEvent = f.From, f.Record.Event
		}
	case KindObjection:
		switch p.meaning(p.words.objection, f.Record) {
		case meansOpen:
			s.disputed = true
		case meansClosed:
			s.disputed = false
		}
	case KindRepairBan:
		s.banUntil = max(s.banUntil, p.banEnd(f.Record))
	case KindExtension:
		s.extended = true
	case KindRepairApplication:
		s.applied = true
	case KindRepairRejection:
		s.applied = false
	case KindBankruptcy:
		s.addRuling(p.meaning(p.words.bankruptcy, f.Record))
	}
}

func (s *spoken) addRuling(means uint8) {
	switch means {
	case meansApplied:
		s.applied = true
	case meansApproved, meansCompleted:
		s.plan = means
	case meansFailed:
		s.plan, s.applied = 0, false
	}
}

// meaning looks the record's status up; a word that the policy does not know has no effect, and [Policy.CheckWords]
// names it.
func (p *Policy) meaning(words map[string]uint8, r *Record) uint8 {
	t, _ := r.Body.Get(FieldStatus)
	return words[string(t)]
}

// banEnd is the last day of a ban on repair: the day that the record states, or else the months in force on its event.
// Where neither is known the ban has no end.
func (p *Policy) banEnd(r *Record) Date {
	if until := r.Body.Date(FieldUntil); until != NoDate {
		return until
	}
	if s, ok := p.Setting(SettingBan, r.Event); ok {
		if months, err := parseMonths(s.Value); err == nil {
			return PeriodEnd(r.Event, months)
		}
	}
	return Never
}

func parseMonths(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return 0, ErrInvalid
	}
	return n, nil
}

// BanEnd returns the last day of a ban on repair, [Never] where neither the record nor the policy says one.
func (p *Policy) BanEnd(r *Record) Date { return p.banEnd(r) }

// MisusePublicUntil returns the last day on which the record of misuse of repair, which the ban is, is itself public; ok
// is false where no row in force on its event says so.
func (p *Policy) MisusePublicUntil(ban *Record) (last Date, row *Row, ok bool) {
	s, ok := p.Setting(SettingUntrueRecord, ban.Event)
	if !ok || ban.Kind != KindRepairBan {
		return NoDate, nil, false
	}
	months, err := parseMonths(s.Value)
	if err != nil {
		return NoDate, nil, false
	}
	return PeriodEnd(ban.Event, months), &s.Row, true
}

// Performed reports whether the duty of a decision is known on day to be done: by a record of performance that acts, or
// as the record itself says in the version that holds.
func (p *Policy) Performed(versions []Version, followers []Follower, day Date) bool {
	done := false
	for i := range versions {
		if versions[i].From <= day {
			r := p.readingOf(versions[i].Record)
			done = r.done
		}
	}
	for i := range followers {
		f := &followers[i]
		if f.Record.Kind == KindPerformance && f.From <= day && day < f.Until && p.meaning(p.words.performance, f.Record) == meansDone {
			done = true
		}
	}
	return done
}
