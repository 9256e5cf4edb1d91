package features

import (
	"fmt"
	"slices"

	"hengxin/credit"
)

// Fold turns one subject's history at a time into rows. It reuses what it holds, so that the steady state does not
// allocate, and is not for several goroutines: each has its own, over shared sets, policies and neighbours.
type Fold struct {
	set        *Set
	policy     *credit.Policy
	coverage   *credit.Coverage
	neighbours *Neighbours

	reads   [256]bool // kinds that some indicator asks for
	history credit.History
	names   names
	facts   []fact
	acts    []act
	keys    []uint64
	latest  []dated // facts by event, latest first
	view    view
}

// dated is a fact with its days beside it: most of a history is passed over by them.
type dated struct {
	fact               *fact
	from, until, event credit.Date
}

// NewFold returns a fold of the set. A nil policy is no law: it serves only sets whose indicators read all, and
// [credit.ErrInvalid] is returned for others. A nil coverage covers everything; nil neighbours leave the indicators that
// read them missing.
func NewFold(set *Set, policy *credit.Policy, coverage *credit.Coverage, neighbours *Neighbours) (*Fold, error) {
	if policy == nil {
		for i := range set.indicators {
			if set.indicators[i].Reads == ReadsCounted {
				return nil, fmt.Errorf("fold: indicator %s reads counted records and there is no policy: %w", set.indicators[i].ID, credit.ErrInvalid)
			}
		}
	}
	f := &Fold{set: set, policy: policy, coverage: coverage, neighbours: neighbours}
	for kind := range f.reads {
		f.reads[kind] = len(set.plan.byKind[kind]) > 0
	}
	f.reads[credit.KindRegistration] = f.reads[credit.KindRegistration] || f.reads[credit.KindPenalty] // leniency asks for it
	f.view.fold, f.view.plan = f, &set.plan
	f.view.lists = make([]list, len(set.plan.lists))
	f.view.cover.init(set, coverage)
	return f, nil
}

// Set returns the set whose rows the fold makes.
func (f *Fold) Set() *Set { return f.set }

// Load reads the history that [Fold.Row], [Fold.Evidence] and [Fold.Missing] then speak of: all records of the subject,
// in any order. It returns [credit.ErrInvalid] for records of another subject and for histories past the limits.
// The records must not change until the next Load.
func (f *Fold) Load(subject credit.Subject, records []credit.Record) error {
	if len(records) > 0 && records[0].Subject != subject {
		return fmt.Errorf("history of %s: record of subject %s: %w", subject, records[0].Subject, credit.ErrInvalid)
	}
	f.view.ready = false
	if err := f.policy.Resolve(&f.history, records); err != nil {
		return err
	}
	f.history.Subject = subject
	f.view.cover.load(subject)
	f.read()
	return nil
}

// Rebuildable returns [credit.ErrErased], with the record, where the loaded history's row on the day rests on a body that
// was destroyed after the day: of the subject, or of a firm that its one-hop indicators read. Callers ask before they
// take the row.
func (f *Fold) Rebuildable(day credit.Date) error {
	if err := f.history.NeedsErased(day); err != nil {
		return err
	}
	if f.neighbours == nil || len(f.neighbours.erased) == 0 || !f.set.ReadsNeighbours() {
		return nil
	}
	return f.neighbours.needsErased(&f.history, day)
}

// Rows loads a history and appends one row a day to dst: days x indicators in the order of the set, NaN where missing.
// Days may come in any order; each row depends on its own day alone. It returns what [Fold.Load] and [Fold.Rebuildable]
// return.
func (f *Fold) Rows(dst []float64, subject credit.Subject, records []credit.Record, days []credit.Date) ([]float64, error) {
	if err := f.Load(subject, records); err != nil {
		return dst, err
	}
	for _, day := range days {
		if err := f.Rebuildable(day); err != nil {
			return dst, err
		}
		dst = f.Row(dst, day)
	}
	return dst, nil
}

// Row appends the row of the loaded history on the day.
func (f *Fold) Row(dst []float64, day credit.Date) []float64 {
	f.view.see(f, day)
	return f.view.row(dst)
}

// Missing says why indicator i of the set is NaN on the day, and [NotMissing] where it is not.
func (f *Fold) Missing(i int, day credit.Date) Missing {
	f.view.see(f, day)
	ind := &f.set.indicators[i]
	if why := f.view.cover.on(day).missing[i]; why != NotMissing {
		return why
	}
	if ind.base != nil {
		if row := f.Row(nil, day); row[i] == row[i] {
			return NotMissing
		}
		return f.whyRelative(ind)
	}
	items := f.view.picked(ind)
	switch {
	case len(items) == 0 && ind.ZeroIfNone:
		return NotMissing
	case len(items) == 0:
		return NoRecord
	}
	if x := ind.value(&f.view, items); x == x {
		return NotMissing
	}
	if ind.near && f.neighbours == nil {
		return NoNeighbours
	}
	return NotStated
}

// Evidence appends the ids of the records from which indicator i of the set took its value on the day, latest event
// first, each with the follower that decided about it where the indicator reads that. It is the selection that the
// value was made of. Nothing is appended where no source covers the indicator.
func (f *Fold) Evidence(dst []credit.ID, i int, day credit.Date) []credit.ID {
	f.view.see(f, day)
	ind := &f.set.indicators[i]
	if f.view.cover.on(day).missing[i] != NotMissing {
		return dst
	}
	from := len(dst)
	for _, it := range f.view.picked(ind) {
		dst = append(dst, it.rec.ID)
		if ind.cites && it.last >= 0 {
			dst = append(dst, it.acts[it.last].rec.ID)
		}
		if ind.loop {
			dst = it.citeLoop(dst, day)
		}
	}
	if ind.base != nil {
		dst = f.view.citeCell(dst)
	}
	kept := dst[:from]
	for _, id := range dst[from:] {
		if !slices.Contains(kept[from:], id) {
			kept = append(kept, id)
		}
	}
	return kept
}

// read takes the facts out of the resolved history and puts them in order: latest event first, among equals the later
// in the history.
func (f *Fold) read() {
	f.names.reset()
	f.facts, f.acts, f.keys, f.latest = f.facts[:0], f.acts[:0], f.keys[:0], f.latest[:0]
	for i := range f.history.Entries {
		e := &f.history.Entries[i]
		if e.Copy || !f.reads[e.Record.Kind] {
			continue
		}
		acts := f.readActs(e)
		for v := range e.Versions {
			if len(f.facts) == cap(f.facts) {
				f.facts = append(f.facts, fact{})
			} else {
				f.facts = f.facts[:len(f.facts)+1] // read and what follows set every field
			}
			fa := &f.facts[len(f.facts)-1]
			fa.read(e.Versions[v].Record, &f.names)
			fa.from, fa.until, fa.known = e.Versions[v].From, credit.Never, e.Record.Known
			if v+1 < len(e.Versions) {
				fa.until = e.Versions[v+1].From
			}
			fa.entry, fa.acts, fa.spans = int32(i), acts, e.Spans
			fa.still = len(acts) == 0 && len(e.Spans) == 0 && !lives[fa.kind]
		}
	}
	for i := range f.facts {
		f.keys = append(f.keys, uint64(uint32(f.facts[i].event)^1<<31)<<32|uint64(uint32(i)))
	}
	slices.Sort(f.keys) // ascending: histories are nearly so, in order of known date
	for i := len(f.keys) - 1; i >= 0; i-- {
		fa := &f.facts[uint32(f.keys[i])]
		f.latest = append(f.latest, dated{fact: fa, from: fa.from, until: fa.until, event: fa.event})
	}
}

// readActs takes what the followers of an entry say. Corrections are in the versions already.
func (f *Fold) readActs(e *credit.Entry) []act {
	from := len(f.acts)
	for i := range e.Followers {
		fo := &e.Followers[i]
		if fo.Record.Kind != credit.KindCorrection {
			f.acts = append(f.acts, act{rec: fo.Record, from: fo.From, until: fo.Until, kind: fo.Record.Kind, tags: actTags(fo.Record)})
		}
	}
	return f.acts[from:len(f.acts):len(f.acts)]
}

// actTags reads what a follower's body says.
func actTags(r *credit.Record) tags {
	switch r.Kind {
	case credit.KindFulfilment:
		return fulfilmentTags(r.Body)
	case credit.KindPerformance:
		return performanceTags(r.Body)
	}
	return 0
}
