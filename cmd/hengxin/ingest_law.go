package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/quality"
	"hengxin/credit/source"
	"hengxin/store"
)

// lawful gives the options what the policy, its calendar and its tables know.
func lawful(o *source.Options) {
	rules := policy.Default()
	words := &wordCheck{rules: rules, known: map[string]error{}}
	sharing := rules.Sharing()
	o.Workdays, o.Division = policy.Workdays().Add, divisionFlags
	o.Refuse = func(r *credit.Record) error {
		if sharing.Storable(r) != nil {
			item, _ := sharing.Item(r)
			return fmt.Errorf("%s record: item %s (%s) is shared by %s only (row %s): it may not be stored", r.Kind, item.Item, item.Class, item.Mode, item.ID)
		}
		return words.check(r)
	}
}

// divisionFlags remarks on a division code on a day.
func divisionFlags(code string, on credit.Date) credit.Flags {
	switch _, state := policy.Division(code, on); state {
	case policy.DivisionUnknown:
		return credit.FlagDivisionUnknown
	case policy.DivisionOld:
		return credit.FlagDivisionOld
	}
	return 0
}

// wordCheck asks the policy about the words of a record, once for each combination that a source uses.
type wordCheck struct {
	rules *credit.Policy
	known map[string]error
	key   []byte
}

// worded are the body fields whose words standing depends on, by kind; the policy asks for no words of other kinds.
var worded = [256][]credit.Field{
	credit.KindPenalty:     {credit.FieldPenaltyTypes, credit.FieldProcedure},
	credit.KindPerformance: {credit.FieldStatus}, credit.KindObjection: {credit.FieldStatus}, credit.KindBankruptcy: {credit.FieldStatus},
	credit.KindHandling: {credit.FieldStatus}, credit.KindFulfilment: {credit.FieldStatus, credit.FieldStatusSource},
	credit.KindCheck: {credit.FieldStatus, credit.FieldStatusSource}, credit.KindSevereListing: {credit.FieldList},
}

func (w *wordCheck) check(r *credit.Record) error {
	fields := worded[r.Kind]
	if fields == nil {
		return nil
	}
	w.key = append(w.key[:0], byte(r.Kind))
	for _, f := range fields {
		text, _ := r.Body.Get(f)
		w.key = append(append(w.key, text...), 0)
	}
	err, known := w.known[string(w.key)]
	if !known {
		if len(w.known) >= 1<<14 { // a column of free text
			clear(w.known)
		}
		err = w.rules.CheckWords(r)
		w.known[string(w.key)] = err
	}
	return err
}

// errNoSubject is why a name is not resolved: who may bear it is for people to look into.
var errNoSubject = errors.New("no subject, or more than one, was registered under it; see hengxin resolve names")

// resolveNames finds subjects by the names that the log's registers and the register of subjects state, as they stand before
// the import.
func resolveNames(ctx context.Context, db *store.DB, decisions string, o *source.Options) error {
	decided, err := readDecisions(decisions)
	if err != nil {
		return err
	}
	register := quality.NewRegister(decided)
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	if err := eachName(ctx, db, register.Add); err != nil {
		return fmt.Errorf("reading registered names: %w", err)
	}
	fmt.Fprintf(os.Stderr, "%d registered names, as of position %d\n", register.Len(), head)
	o.Resolve = func(name string) (credit.Subject, string, error) {
		subject, evidence, ok := register.Code(name)
		if !ok {
			return "", "", errNoSubject
		}
		return subject, strings.TrimSpace(fmt.Sprintf("%s %s %s", evidence.Basis, evidence.Name, evidence.Record)), nil
	}
	return nil
}
