package credit

import "slices"

// Meanings of the words that speak of commitments; rows of words.csv.
const (
	meansKept = iota + 32
	meansPartly
	meansBreached
	meansFalse
	meansSupervised
	meansChecking
	meansHandled
	meansCured
	meansPublished
	meansDeclared
	meansOnline
	meansRandom
	meansComplaint
	meansPublicCredit
	meansGradeA
	meansGradeD = meansGradeA + 3
)

// said is one follower of a commitment with its words looked up.
type comSaid struct {
	from, until, event Date
	means              uint8
	by                 FoundBy
	withdrawal         bool
}

// Stages appends to dst the closed loop of a commitment on every day from versions[0].From on, ascending by From.
//
// Fulfilments and checks find it kept, partly kept, breached or false. What a department confirmed or a check found goes
// before what the subject declares; of findings of equal right the latest known decides. A finding that it was kept after
// one that it was not cures the breach, as does a handling that says so; handling and publication speak of breaches found
// on their day or before. An end (valid_to, or else due) that is not over puts it under supervision; one that is over
// without any finding lets it expire. A check without a verdict says only that it is being checked. Words are rows of the
// sets fulfilment, check, handling and status_source; a word that the policy does not know says nothing
// ([Policy.CheckWords] names it), and a policy without these sets leaves every commitment recorded, supervised or expired.
func (p *Policy) Stages(dst []Stage, versions []Version, followers []Follower) []Stage {
	if len(versions) == 0 {
		return dst
	}
	var room [8]comSaid
	said := p.commitmentSaid(room[:0], followers)
	var days [16]Date
	first := len(dst)
	for _, day := range stageDays(days[:0], versions, said) {
		s := p.stage(versions, said, day)
		if n := len(dst); n > first {
			last := dst[n-1]
			if last.From = s.From; last == s {
				continue
			}
		}
		dst = append(dst, s)
	}
	return dst
}

// commitmentSaid looks up the words of the followers that speak of commitments.
func (p *Policy) commitmentSaid(dst []comSaid, followers []Follower) []comSaid {
	for i := range followers {
		f := &followers[i]
		s := comSaid{from: f.From, until: f.Until, event: f.Record.Event}
		switch f.Record.Kind {
		case KindWithdrawal:
			s.withdrawal = true
		case KindFulfilment:
			s.means = p.meaning(p.words.fulfilment, f.Record)
			s.by = p.foundBy(f.Record, FoundConfirmed)
		case KindCheck:
			s.means = p.meaning(p.words.check, f.Record)
			s.by = p.foundBy(f.Record, FoundOnline)
		case KindHandling:
			s.means = p.meaning(p.words.handling, f.Record)
		default:
			continue
		}
		if s.means != 0 || s.withdrawal {
			dst = append(dst, s)
		}
	}
	return dst
}

// foundBy reads how a finding came about; other where the record does not say, or says it in a word that the policy
// does not know.
func (p *Policy) foundBy(r *Record, other FoundBy) FoundBy {
	t, _ := r.Body.Get(FieldStatusSource)
	switch p.words.statusSource[string(t)] {
	case meansDeclared:
		return FoundDeclared
	case meansOnline:
		return FoundOnline
	case meansRandom:
		return FoundRandom
	case meansComplaint:
		return FoundComplaint
	}
	return other
}

// stageDays are the days on which a stage may begin, ascending.
func stageDays(days []Date, versions []Version, said []comSaid) []Date {
	from := versions[0].From
	add := func(day Date) {
		if day >= from && day != Never {
			days = append(days, day)
		}
	}
	for i := range versions {
		add(versions[i].From)
		if end := commitmentEnd(versions[i].Record); end != NoDate {
			add(end + 1)
		}
	}
	for i := range said {
		add(said[i].from)
		add(said[i].until)
	}
	slices.Sort(days)
	return slices.Compact(days)
}

// commitmentEnd is the last day of a commitment's validity, or else the day on which it falls due.
func commitmentEnd(r *Record) Date {
	if end := r.Body.Date(FieldValidTo); end != NoDate {
		return end
	}
	return r.Body.Date(FieldDue)
}

// stage is the standing of a commitment on day, which is the first that it may hold from.
func (p *Policy) stage(versions []Version, said []comSaid, day Date) Stage {
	r := versions[0].Record
	for i := range versions {
		if versions[i].From <= day {
			r = versions[i].Record
		}
	}
	s := Stage{From: day, Found: NoDate, BadSince: NoDate}
	facts := s.find(said, day)
	s.followUp(said, day)
	end := commitmentEnd(r)
	s.PastEnd = end != NoDate && end < day
	set := func(bit commitmentFact, on bool) {
		if on {
			facts |= bit
		}
	}
	status, _ := r.Body.Get(FieldStatus)
	set(comSupervised, end != NoDate && end >= day || p.words.fulfilment[string(status)] == meansSupervised)
	set(comPastEnd, s.PastEnd)
	set(comCured, s.Cured)
	set(comHandled, s.Handled)
	set(comPublished, s.Published)
	set(comBad, s.Finding.Bad())
	set([...]commitmentFact{0, comKept, comPartly, comBreached, comFalse}[s.Finding], true)
	for i := range commitmentTransitions {
		if t := &commitmentTransitions[i]; facts&t.Needs == t.Needs {
			s.State = t.To
			break
		}
	}
	return s
}

// find takes the finding that decides on day, and says whether the commitment is withdrawn, under check or supervised.
func (s *Stage) find(said []comSaid, day Date) (facts commitmentFact) {
	for i := range said {
		x := &said[i]
		if x.from > day || x.until <= day {
			continue
		}
		var found Finding
		switch x.means {
		case meansKept:
			found = FindingKept
		case meansPartly:
			found = FindingPartly
		case meansBreached:
			found = FindingBreached
		case meansFalse:
			found = FindingFalse
		case meansSupervised:
			facts |= comSupervised
		case meansChecking:
			facts |= comChecking
		}
		if x.withdrawal {
			facts |= comRevoked
		}
		if found == FindingNone || x.by == FoundDeclared && s.By > FoundDeclared {
			continue
		}
		s.take(found, x)
	}
	return facts
}

// take lets one more finding decide.
func (s *Stage) take(found Finding, x *comSaid) {
	declared := s.By == FoundDeclared && x.by > FoundDeclared // the subject's own word no longer counts
	if declared {
		s.BadSince = NoDate
	}
	s.Cured = found == FindingKept && s.BadSince != NoDate
	if found.Bad() {
		s.BadSince = x.event
	}
	s.Finding, s.By, s.Found = found, x.by, x.event
}

// followUp takes what was done about a breach, which the finding must be: what was done before it speaks of another.
func (s *Stage) followUp(said []comSaid, day Date) {
	if s.BadSince == NoDate {
		return
	}
	for i := range said {
		x := &said[i]
		if x.from > day || x.until <= day || x.event < s.BadSince {
			continue
		}
		switch x.means {
		case meansHandled:
			s.Handled = true
		case meansPublished:
			s.Published = true
		case meansCured:
			s.Cured = true
		}
	}
}
