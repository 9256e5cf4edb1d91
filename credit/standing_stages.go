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
	var reads [2]comRead
	read := p.commitmentReads(reads[:0], versions)
	var days [16]Date
	first := len(dst)
	for _, day := range stageDays(days[:0], read, said) {
		s := stageOn(read, said, day)
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

// comRead is what a version of a commitment says of itself.
type comRead struct {
	from, end  Date // end is the last day of its validity, or else the day on which it falls due
	supervised bool
}

// commitmentReads reads each version once.
func (p *Policy) commitmentReads(dst []comRead, versions []Version) []comRead {
	for i := range versions {
		v := comRead{from: versions[i].From, end: NoDate}
		due := NoDate
		for b := versions[i].Record.Body; len(b) > 0; {
			var field Field
			var text []byte
			if field, text, b = b.Next(); field > FieldStatus || field == fieldOther {
				break
			}
			switch field {
			case FieldDue:
				due, _ = DateOf(text)
			case FieldValidTo:
				v.end, _ = DateOf(text)
			case FieldStatus:
				v.supervised = p.words.fulfilment[string(text)] == meansSupervised
			}
		}
		if v.end == NoDate {
			v.end = due
		}
		dst = append(dst, v)
	}
	return dst
}

// stageDays are the days on which a stage may begin, ascending. They are few: they are put in their place one by one.
func stageDays(days []Date, read []comRead, said []comSaid) []Date {
	add := func(day Date) {
		if day < read[0].from || day == Never {
			return
		}
		i := len(days)
		for i > 0 && days[i-1] > day {
			i--
		}
		if i == 0 || days[i-1] != day {
			days = slices.Insert(days, i, day)
		}
	}
	for i := range read {
		add(read[i].from)
		if read[i].end != NoDate {
			add(read[i].end + 1)
		}
	}
	for i := range said {
		add(said[i].from)
		add(said[i].until)
	}
	return days
}

// stageOn is the standing of a commitment on day, which is the first that it may hold from.
func stageOn(read []comRead, said []comSaid, day Date) Stage {
	r := &read[0]
	for i := range read {
		if read[i].from <= day {
			r = &read[i]
		}
	}
	s := Stage{From: day, Found: NoDate, BadSince: NoDate}
	facts := s.find(said, day)
	s.followUp(said, day)
	s.PastEnd = r.end != NoDate && r.end < day
	if r.supervised || r.end != NoDate && r.end >= day {
		facts |= comSupervised
	}
	if s.PastEnd {
		facts |= comPastEnd
	}
	if s.Cured {
		facts |= comCured
	}
	if s.Handled {
		facts |= comHandled
	}
	if s.Published {
		facts |= comPublished
	}
	if s.Finding.Bad() {
		facts |= comBad
	}
	facts |= findingFacts[s.Finding]
	for i := range commitmentTransitions {
		if t := &commitmentTransitions[i]; facts&t.Needs == t.Needs {
			s.State = t.To
			break
		}
	}
	return s
}

var findingFacts = [...]commitmentFact{0, comKept, comPartly, comBreached, comFalse}

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
