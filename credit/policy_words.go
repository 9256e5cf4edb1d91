package credit

import (
	"cmp"
	"fmt"
)

// wordIndex holds the words of sources by set.
type wordIndex struct {
	types                                                 map[string]uint8 // penalty types, to their bit
	performance, record, objection, bankruptcy, procedure map[string]uint8
	fulfilment, check, handling, statusSource             map[string]uint8
	grade, gradeType                                      map[string]uint8
}

// The sets of words, and what words of each may mean.
var wordSets = map[string]map[string]uint8{
	"performance": {"done": meansDone, "not": meansNot},
	"record":      {"done": meansDone, "not": meansNot},
	"objection":   {"open": meansOpen, "closed": meansClosed},
	"bankruptcy":  {"applied": meansApplied, "approved": meansApproved, "failed": meansFailed, "completed": meansCompleted},
	"procedure":   {"simple": procedureSimple, "ordinary": procedureOrdinary},
	"fulfilment": {"kept": meansKept, "partly": meansPartly, "breached": meansBreached, "false": meansFalse,
		"supervised": meansSupervised},
	"check": {"kept": meansKept, "partly": meansPartly, "breached": meansBreached, "false": meansFalse,
		"checking": meansChecking},
	"handling":      {"handled": meansHandled, "cured": meansCured, "published": meansPublished},
	"grade":         {"A": meansGradeA, "B": meansGradeA + 1, "C": meansGradeA + 2, "D": meansGradeD},
	"grade_type":    {"public_credit": meansPublicCredit},
	"status_source": {"declared": meansDeclared, "online": meansOnline, "random": meansRandom, "complaint": meansComplaint},
}

// typeSet is the set of penalty types, whose words mean themselves.
const typeSet = "type"

func (x *wordIndex) fill(rows []WordRow) {
	x.types = map[string]uint8{}
	x.performance, x.record, x.objection = map[string]uint8{}, map[string]uint8{}, map[string]uint8{}
	x.bankruptcy, x.procedure = map[string]uint8{}, map[string]uint8{}
	x.fulfilment, x.check = map[string]uint8{}, map[string]uint8{}
	x.handling, x.statusSource = map[string]uint8{}, map[string]uint8{}
	x.grade, x.gradeType = map[string]uint8{}, map[string]uint8{}
	by := x.bySet()
	for _, r := range rows {
		if r.Set == typeSet {
			x.types[r.Word] = uint8(len(x.types))
			continue
		}
		by[r.Set][r.Word] = wordSets[r.Set][r.Mean]
	}
}

func (x *wordIndex) bySet() map[string]map[string]uint8 {
	return map[string]map[string]uint8{"performance": x.performance, "record": x.record, "objection": x.objection,
		"bankruptcy": x.bankruptcy, "procedure": x.procedure, "fulfilment": x.fulfilment, "check": x.check,
		"handling": x.handling, "status_source": x.statusSource, "grade": x.grade, "grade_type": x.gradeType}
}

// CheckWords returns [ErrInvalid] and the word where a record uses one that the policy does not know for something on
// which standing depends: such a word has no effect on standing, which a source should hear of.
func (p *Policy) CheckWords(r *Record) error {
	unknown := func(f Field, words map[string]uint8) error {
		t, ok := r.Body.Get(f)
		if _, known := words[string(t)]; known || !ok {
			return nil
		}
		return fmt.Errorf("%s record: %s %q: the policy knows no such word: %w", r.Kind, f, t, ErrInvalid)
	}
	switch r.Kind {
	case KindPerformance:
		return unknown(FieldStatus, p.words.performance)
	case KindObjection:
		return unknown(FieldStatus, p.words.objection)
	case KindBankruptcy:
		return unknown(FieldStatus, p.words.bankruptcy)
	case KindFulfilment:
		return cmp.Or(unknown(FieldStatus, p.words.fulfilment), unknown(FieldStatusSource, p.words.statusSource))
	case KindCheck:
		return cmp.Or(unknown(FieldStatus, p.words.check), unknown(FieldStatusSource, p.words.statusSource))
	case KindHandling:
		return unknown(FieldStatus, p.words.handling)
	case KindSevereListing:
		return unknown(FieldList, listWords(p.lists))
	case KindPenalty:
		if types, ok := r.Body.Get(FieldPenaltyTypes); ok && p.typeBits(types)&unknownType != 0 {
			return fmt.Errorf("%s record: %s %q: the policy knows no such type: %w", r.Kind, FieldPenaltyTypes, types, ErrInvalid)
		}
		return unknown(FieldProcedure, p.words.procedure)
	}
	return nil
}

func listWords(lists map[string]int8) map[string]uint8 {
	m := make(map[string]uint8, len(lists))
	for k := range lists {
		m[k] = 0
	}
	return m
}
