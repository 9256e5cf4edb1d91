package features

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"hengxin/credit"
)

// Neighbours says of subjects on which days something was known against them: what one-hop indicators read about the
// firms that a subject holds shares of, is held by, guarantees for or shares a representative with. It is made from
// histories by the same code online, where it holds the few neighbours of one subject, and in a build, where it holds
// everybody: whoever is not in it has nothing against it.
// Reading is for any number of goroutines once nothing is added any more.
type Neighbours struct {
	policy *credit.Policy
	marks  map[credit.Subject][]mark
	erased map[credit.Subject][]*credit.Record // tombstones of what may have counted against the subject

	history credit.History
}

// adverse is what can be known against a neighbour; what is asked for may be several at once.
type adverse uint8

const (
	adverseListing     adverse = 1 << iota // a severe listing that counts
	adverseEnforcement                     // an enforcement case that counts
	adverseAbnormal                        // an abnormal listing that counts

	adverseAny = adverseListing | adverseEnforcement | adverseAbnormal
)

var adverseOf = map[credit.Kind]adverse{
	credit.KindSevereListing: adverseListing, credit.KindEnforcement: adverseEnforcement, credit.KindAbnormal: adverseAbnormal,
}

// NeighbourKinds returns the kinds without which a history says nothing about its subject as a neighbour: whoever fills
// [Neighbours] may pass over histories that have none of them.
func NeighbourKinds() []credit.Kind {
	return slices.Sorted(maps.Keys(adverseOf))
}

// mark is one stretch of days on which a record counts against a subject.
type mark struct {
	record      credit.ID
	what        adverse
	from, until credit.Date
}

// NewNeighbours returns an empty set under the policy that decides what counts.
func NewNeighbours(policy *credit.Policy) *Neighbours {
	return &Neighbours{policy: policy, marks: map[credit.Subject][]mark{}, erased: map[credit.Subject][]*credit.Record{}}
}

// Add reads one subject's whole history. Adding a subject again replaces what was known of it. Histories without
// anything adverse take no memory. It returns what [credit.Policy.Resolve] returns.
func (n *Neighbours) Add(records []credit.Record) error {
	adverse := false
	for i := range records {
		_, ok := adverseOf[records[i].Kind]
		adverse = adverse || ok
	}
	if !adverse {
		if len(records) > 0 {
			n.set(records[0].Subject, nil, nil)
		}
		return nil
	}
	if err := n.policy.Resolve(&n.history, records); err != nil {
		return err
	}
	var gone []*credit.Record
	for _, r := range n.history.Erased {
		if _, ok := adverseOf[r.Kind]; ok {
			tombstone, _ := r.Erased()
			t := r.Tombstone(tombstone) // of its own: the caller's records change
			gone = append(gone, &t)
		}
	}
	n.set(n.history.Subject, marksOf(&n.history), gone)
	return nil
}

// set says what is known of a subject; nothing of nobody takes no memory.
func (n *Neighbours) set(s credit.Subject, marks []mark, gone []*credit.Record) {
	if delete(n.marks, s); len(marks) > 0 {
		n.marks[s] = marks
	}
	if delete(n.erased, s); len(gone) > 0 {
		n.erased[s] = gone
	}
}

// needsErased returns [credit.ErrErased] where the history names a firm on the other side of a relation against which a
// record was known on the day whose body has been destroyed since.
func (n *Neighbours) needsErased(h *credit.History, day credit.Date) error {
	for i := range h.Entries {
		e := &h.Entries[i]
		for v := range e.Versions {
			text, ok := e.Versions[v].Record.Body.Get(credit.FieldCounterpart)
			if !ok || e.Versions[v].From > day {
				continue
			}
			other := credit.History{Subject: credit.Subject(text), Erased: n.erased[credit.Subject(text)]}
			if err := other.NeedsErased(day); err != nil {
				return fmt.Errorf("neighbour of %s: %w", h.Subject, err)
			}
		}
	}
	return nil
}

// Merge takes over what other holds: a build collects by shard and merges. A subject must be in one of them only.
func (n *Neighbours) Merge(other *Neighbours) {
	for s, m := range other.marks {
		n.marks[s] = m
	}
	for s, gone := range other.erased {
		n.erased[s] = gone
	}
}

// Len returns the number of subjects with anything adverse on any day.
func (n *Neighbours) Len() int { return len(n.marks) }

func marksOf(h *credit.History) []mark {
	var marks []mark
	for i := range h.Entries {
		e := &h.Entries[i]
		what, ok := adverseOf[e.Record.Kind]
		if !ok {
			continue
		}
		for s := range e.Spans {
			until := credit.Never
			if s+1 < len(e.Spans) {
				until = e.Spans[s+1].From
			}
			if e.Spans[s].Counted {
				marks = append(marks, mark{e.Record.ID, what, e.Spans[s].From, until})
			}
		}
	}
	return joined(marks)
}

// joined puts marks in order and joins those of one record that touch.
func joined(marks []mark) []mark {
	slices.SortFunc(marks, func(a, b mark) int {
		return cmp.Or(cmp.Compare(a.what, b.what), a.record.Compare(b.record), cmp.Compare(a.from, b.from))
	})
	out := marks[:0]
	for _, m := range marks {
		if n := len(out); n > 0 && out[n-1].record == m.record && m.from <= out[n-1].until {
			out[n-1].until = max(out[n-1].until, m.until)
			continue
		}
		out = append(out, m)
	}
	return slices.Clip(out)
}

// against reports whether it was known on the day.
func (n *Neighbours) against(subject []byte, what adverse, day credit.Date) bool {
	for _, m := range n.marks[credit.Subject(subject)] {
		if m.what&what != 0 && m.from <= day && day < m.until {
			return true
		}
	}
	return false
}

// NeighbourEvidence appends the ids of the neighbours' records from which one-hop indicator i of the set took its value
// on the day: what counts against those firms, the latest to begin to count first. They are records of other subjects;
// [Fold.Evidence] names the subject's own, which say what they are to it. Nothing is appended for other indicators.
func (f *Fold) NeighbourEvidence(dst []credit.ID, i int, day credit.Date) []credit.ID {
	f.view.see(f, day)
	ind := &f.set.indicators[i]
	if !ind.near || f.neighbours == nil || f.view.cover.on(day).missing[i] != NotMissing {
		return dst
	}
	what, seen := adverseRead[ind.Value], map[int32]bool{}
	var found []mark
	for _, it := range f.view.picked(ind) {
		if it.typ < 0 || seen[it.typ] {
			continue
		}
		seen[it.typ] = true
		for _, m := range f.neighbours.marks[credit.Subject(f.names.texts[it.typ])] {
			if m.what&what != 0 && m.from <= day && day < m.until {
				found = append(found, m)
			}
		}
	}
	slices.SortFunc(found, func(a, b mark) int { return cmp.Or(cmp.Compare(b.from, a.from), a.record.Compare(b.record)) })
	for _, m := range found {
		dst = append(dst, m.record)
	}
	return dst
}

// NeighboursOf appends to dst the subjects whose histories the one-hop indicators of these records read: what an online
// caller fetches before it folds.
func NeighboursOf(dst []credit.Subject, records []credit.Record) []credit.Subject {
	from := len(dst)
	for i := range records {
		switch records[i].Kind {
		case credit.KindShareholding, credit.KindGuarantee, credit.KindOfficer:
		default:
			continue
		}
		if text, ok := records[i].Body.Get(credit.FieldCounterpart); ok {
			dst = append(dst, credit.Subject(text))
		}
	}
	slices.Sort(dst[from:])
	return append(dst[:from], slices.Compact(dst[from:])...)
}
