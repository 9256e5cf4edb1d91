package features

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"hengxin/credit"
)

// Set is an ordered list of indicators under one digest. It does not change and is for any number of goroutines.
type Set struct {
	indicators []Indicator
	byID       map[string]int
	plan       plan
	blank      []float64 // the row of a subject without records
	peers      *Peers    // nil: none given, or none needed
	canonical  []byte
	digest     credit.Digest // SHA-256 of canonical
}

// plan is what a view keeps for the set: the selections that its indicators read, each once.
type plan struct {
	lists  []want
	byKind [256][]test

	relative []relative
	register int // the list of registrations, where relative has any
}

// test puts a record on a list: where the tags under mask are those of with.
type test struct {
	with, mask tags
	list       int32
}

// step makes one indicator of a list. It holds what the fold needs of the indicator, close together.
type step struct {
	value     valueFunc
	pick      pickFunc
	window    Window
	indicator int32
}

// want is a selection narrowed by what the indicator reads.
type want struct {
	of            string
	reads         Reads
	with, without tags
	steps         []step // the indicators that read it
}

// NewSet returns the indicators of the catalogue with these ids, in this order. It returns [credit.ErrInvalid] for an id
// that the catalogue does not have, or has given already.
func NewSet(ids ...string) (*Set, error) {
	rows := make([]Indicator, 0, len(ids))
	for _, id := range ids {
		i := slices.IndexFunc(Catalogue(), func(ind Indicator) bool { return ind.ID == id })
		if i < 0 {
			return nil, fmt.Errorf("indicator %q: not in the catalogue (hengxin indicators lists it): %w", id, credit.ErrInvalid)
		}
		rows = append(rows, Catalogue()[i])
	}
	return newSet(rows)
}

// Lending returns all indicators of the catalogue that a lending model may read, in the order of the catalogue.
func Lending() *Set { return lending() }

var lending = sync.OnceValue(func() *Set {
	return mustSet(Catalogue(), func(ind *Indicator) bool { return ind.Reads == ReadsCounted })
})

// All returns the whole catalogue, for supervision views.
func All() *Set { return all() }

var all = sync.OnceValue(func() *Set { return mustSet(Catalogue(), func(*Indicator) bool { return true }) })

// Bench returns the 40 indicators of the benchmark's definition, which read all records and need no policy.
func Bench() *Set { return bench() }

var bench = sync.OnceValue(func() *Set { return mustSet(benchCatalogue(), func(*Indicator) bool { return true }) })

func mustSet(rows []Indicator, in func(*Indicator) bool) *Set {
	var kept []Indicator
	for i := range rows {
		if in(&rows[i]) {
			kept = append(kept, rows[i])
		}
	}
	s, err := newSet(kept)
	if err != nil {
		panic("features: embedded catalogue: " + err.Error())
	}
	return s
}

func newSet(rows []Indicator) (*Set, error) {
	s := &Set{indicators: slices.Clone(rows), byID: map[string]int{}}
	for i := range s.indicators {
		ind := &s.indicators[i]
		if _, twice := s.byID[ind.ID]; twice {
			return nil, fmt.Errorf("indicator %q is given twice: %w", ind.ID, credit.ErrInvalid)
		}
		s.byID[ind.ID] = i
		ind.list = s.plan.list(selections[ind.Of], ind)
		if ind.base != nil {
			s.planRelative(i)
			s.blank = append(s.blank, ind.blank())
			continue
		}
		l := &s.plan.lists[ind.list]
		l.steps = append(l.steps, step{value: ind.value, pick: ind.pick, window: ind.reach, indicator: int32(i)})
		s.blank = append(s.blank, ind.blank())
	}
	s.linkRelative()
	s.canonical = canonical(s.indicators)
	s.seal()
	return s, nil
}

func (s *Set) seal() { s.digest = sha256.Sum256(s.canonical) }

// list returns the index of the indicator's selection, adding it where it is new.
func (p *plan) list(sel selection, ind *Indicator) int {
	w := want{of: ind.Of, reads: ind.Reads, with: sel.with, without: sel.without}
	if ind.Reads == ReadsCounted {
		w.with |= tagCounted
	}
	if i := slices.IndexFunc(p.lists, func(l want) bool { return l.of == w.of && l.reads == w.reads }); i >= 0 {
		return i
	}
	p.lists = append(p.lists, w)
	for _, k := range sel.kinds {
		p.byKind[k] = append(p.byKind[k], test{with: w.with, mask: w.with | w.without, list: int32(len(p.lists) - 1)})
	}
	return len(p.lists) - 1
}

// canonical holds every word of the rows that defines a value, each after its length; names and meanings may be put
// better. What the code makes of a word is told by the version, which a test holds to it.
func canonical(rows []Indicator) (b []byte) {
	text := func(parts ...string) {
		for _, s := range parts {
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(s))), s...)
		}
	}
	for i := range rows {
		text(definingTexts(&rows[i])...)
	}
	return b
}

// Len returns the number of indicators: the width of a row.
func (s *Set) Len() int { return len(s.indicators) }

// At returns indicator i. The caller must not change it.
func (s *Set) At(i int) *Indicator { return &s.indicators[i] }

// Index returns the place of the indicator with that id.
func (s *Set) Index(id string) (int, bool) {
	i, ok := s.byID[id]
	return i, ok
}

// IDs returns the ids in order.
func (s *Set) IDs() []string {
	ids := make([]string, len(s.indicators))
	for i := range s.indicators {
		ids[i] = s.indicators[i].ID
	}
	return ids
}

// Digest returns the version of the set: equal digests mean equal indicators in equal order.
func (s *Set) Digest() credit.Digest { return s.digest }

// Canonical returns the bytes whose SHA-256 is the digest: the definitions of the indicators, eleven texts each, every
// text after its length in four bytes. The caller must not change them.
func (s *Set) Canonical() []byte { return s.canonical }

// ReadsNeighbours reports whether an indicator of the set reads what is known against neighbours, so that whoever builds
// with it has to collect them first.
func (s *Set) ReadsNeighbours() bool {
	return slices.ContainsFunc(s.indicators, func(ind Indicator) bool { return ind.near })
}
