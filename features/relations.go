package features

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hengxin/credit"
)

// Relations finds which firms have the same legal representative, and tells each firm of the others by records of its own:
// officer records with a counterpart, which one-hop indicators read. So the relation is known on a day like any other
// fact, to a score as to a dataset, and no index from people to firms is needed when a firm is scored. People are keyed
// pseudonyms throughout. Not for several goroutines.
type Relations struct {
	policy  *credit.Policy
	history credit.History
	people  map[string][]stint
}

// stint is a time as legal representative: the days on which it is known to be so.
type stint struct {
	subject     credit.Subject
	from, until credit.Date
	generated   bool
}

// Sources of the records of [Relations.Each]: those made of generated records are marked like them.
const (
	relationSource          = "derived:same_representative"
	generatedSource         = "synth:"
	generatedRelationSource = generatedSource + "same_representative"
)

// NewRelations returns an empty set under the policy that decides what counts.
func NewRelations(policy *credit.Policy) *Relations {
	return &Relations{policy: policy, people: map[string][]stint{}}
}

// Add reads one subject's whole history. The record of a representative holds until the next that becomes known, whether or
// not anybody says that the one before left. It returns what [credit.Policy.Resolve] returns.
func (r *Relations) Add(records []credit.Record) error {
	if !slices.ContainsFunc(records, func(x credit.Record) bool { return x.Kind == credit.KindOfficer }) {
		return nil
	}
	if err := r.policy.Resolve(&r.history, records); err != nil {
		return err
	}
	type term struct {
		person string
		stint
	}
	var terms []term
	var known []credit.Date // of every record of a representative
	for i := range r.history.Entries {
		e := &r.history.Entries[i]
		b := e.Record.Body
		if _, derived := b.Get(credit.FieldCounterpart); derived || e.Copy || e.Record.Kind != credit.KindOfficer || b.Text(credit.FieldRole) != "legal_representative" {
			continue
		}
		known = append(known, e.Record.Known)
		for _, s := range stintsOf(e) {
			s.subject, s.generated = r.history.Subject, strings.HasPrefix(e.Record.Source, generatedSource)
			terms = append(terms, term{b.Text(credit.FieldPerson), s})
		}
	}
	slices.Sort(known)
	for i := range terms {
		t := &terms[i]
		if next, _ := slices.BinarySearch(known, t.from+1); next < len(known) {
			t.until = min(t.until, known[next])
		}
		if t.from < t.until {
			r.people[t.person] = append(r.people[t.person], t.stint)
		}
	}
	return nil
}

// stintsOf are the stretches of days on which the record counts.
func stintsOf(e *credit.Entry) (out []stint) {
	for i := range e.Spans {
		until := credit.Never
		if i+1 < len(e.Spans) {
			until = e.Spans[i+1].From
		}
		switch n := len(out); {
		case !e.Spans[i].Counted:
		case n > 0 && out[n-1].until == e.Spans[i].From:
			out[n-1].until = until
		default:
			out = append(out, stint{from: e.Spans[i].From, until: until})
		}
	}
	return out
}

// Each yields the records that tell each firm of the others of the same person, and the removals that end them, in an
// order that depends on what was added alone; the same facts give the same records, so that telling twice adds nothing.
// A person of more firms than most is passed over and counted: an agent that registers firms for others relates nothing.
func (r *Relations) Each(most int, yield func(credit.Record) error) (passed int, err error) {
	for _, person := range slices.Sorted(maps.Keys(r.people)) {
		stints := joinStints(r.people[person])
		r.people[person] = stints
		firms := map[credit.Subject]bool{}
		for _, s := range stints {
			firms[s.subject] = true
		}
		if len(firms) > most {
			passed++
			continue
		}
		for _, a := range stints {
			for _, b := range stints {
				if a.subject == b.subject {
					continue
				}
				if err := relateTo(person, a, b, yield); err != nil {
					return passed, err
				}
			}
		}
	}
	return passed, nil
}

// joinStints puts the stints of a person in order and makes one of those at one firm that touch: else two would begin on
// one day, and the end of the shorter would end what the longer tells.
func joinStints(stints []stint) []stint {
	slices.SortFunc(stints, func(a, b stint) int { return cmp.Or(cmp.Compare(a.subject, b.subject), cmp.Compare(a.from, b.from)) })
	out := stints[:0]
	for _, s := range stints {
		if n := len(out); n > 0 && out[n-1].subject == s.subject && s.from <= out[n-1].until {
			out[n-1].until = max(out[n-1].until, s.until)
			out[n-1].generated = out[n-1].generated || s.generated
			continue
		}
		out = append(out, s)
	}
	return out
}

// relateTo tells the firm of a that it has the person in common with the firm of b, from when to when.
func relateTo(person string, a, b stint, yield func(credit.Record) error) error {
	from, until := max(a.from, b.from), min(a.until, b.until)
	if from >= until {
		return nil
	}
	body, err := credit.BodyOf(map[string]string{"person": person, "role": "legal_representative", "counterpart": string(b.subject)})
	if err != nil {
		return fmt.Errorf("relation of %s to %s: %w", a.subject, b.subject, err)
	}
	link := credit.Record{Subject: a.subject, Kind: credit.KindOfficer, Source: relationSource, Amount: credit.NoFen, Event: from, Known: from, Body: body}
	if a.generated || b.generated {
		link.Source = generatedRelationSource
	}
	link.Seal()
	if err := yield(link); err != nil || until == credit.Never {
		return err
	}
	end := credit.Record{Subject: a.subject, Kind: credit.KindRemoval, Source: link.Source, Amount: credit.NoFen, Event: until, Known: until, Target: link.ID}
	end.Seal()
	return yield(end)
}
