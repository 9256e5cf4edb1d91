package credit

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// scratch is what Resolve works with. Slabs only grow: what grew out of one stays good where it was.
type scratch struct {
	ids, keys, digests table
	depth              []int32 // of followers: how many targets lead to a record that stands for itself
	child, sibling     []int32 // followers of an entry as a list: index + 1, 0 ends it
	count              []int32 // followers of an entry
	order              []int32 // entries, deepest followers first
	wide               []int32 // rulings and bans that speak of the whole subject
	pieces             []Follower
	piecesOf           []pieceRange
	corrections        []Follower
	days               []Date

	versions  []Version
	followers []Follower
	spans     []Span
	stages    []Stage
	records   []Record
	bodies    []byte
}

// pieceRange is where an entry's pieces lie: a follower acts in pieces, one a version and a stretch without withdrawal.
type pieceRange struct{ from, to int32 }

// join fills Of and Copy, the lists of followers and the order of work.
func (h *History) join() error {
	s, n := &h.scratch, len(h.Entries)
	h.findCopies()
	s.child, s.sibling, s.depth, s.count = resize(s.child, n), resize(s.sibling, n), resize(s.depth, n), resize(s.count, n)
	s.wide = s.wide[:0]
	keyed := false
	for i := range h.Entries {
		e := &h.Entries[i]
		if !e.Record.Kind.IsFollower() {
			continue
		}
		if isWide(e.Record) {
			s.wide = append(s.wide, int32(i))
			continue
		}
		e.Of = h.target(e.Record, &keyed)
	}
	if len(s.wide) > maxSubjectWide {
		return fmt.Errorf("history of %s: %d rulings and bans without a target, %d at most: %w", h.Subject, len(s.wide), maxSubjectWide, ErrInvalid)
	}
	deepest := h.measureDepth()
	for i := n - 1; i >= 0; i-- { // backwards, so that the lists run forwards
		if e := &h.Entries[i]; e.Of >= 0 && !e.Copy {
			to := h.decision(e.Of)
			s.sibling[i] = s.child[to]
			s.child[to] = int32(i) + 1
			if s.count[to]++; s.count[to] > maxFollowers {
				return fmt.Errorf("history of %s: record %s has more than %d followers: %w", h.Subject, h.Entries[to].Record.ID, maxFollowers, ErrInvalid)
			}
		}
	}
	h.orderWork(deepest)
	return nil
}

// isWide reports whether r speaks of the whole subject.
func isWide(r *Record) bool {
	return r.Target.IsZero() && (r.Kind == KindBankruptcy || r.Kind == KindRepairBan)
}

// decision is the first record of the decision that entry i records.
func (h *History) decision(i int32) int32 {
	if h.Entries[i].Copy {
		return h.Entries[i].Of
	}
	return i
}

// findCopies joins records that stand for themselves to the first with their kind, authority and document number, and
// leaves in keys the first of each, followers included: those that a business key names.
func (h *History) findCopies() {
	s := &h.scratch
	s.keys.reset(len(h.Entries))
	for i := range h.Entries {
		e := &h.Entries[i]
		authority, doc, ok := keyParts(e.Record)
		if !ok {
			continue
		}
		hash := hashKey(e.Record.Kind, authority, doc)
		first := s.keys.find(hash, func(at int32) bool {
			a, d, _ := keyParts(h.Entries[at].Record)
			return h.Entries[at].Record.Kind == e.Record.Kind && string(a) == string(authority) && string(d) == string(doc)
		})
		switch {
		case first < 0:
			s.keys.add(hash, int32(i))
		case !e.Record.Kind.IsFollower():
			e.Of, e.Copy = first, true
		}
	}
}

// keyParts finds authority and document number, the second and third field of the vocabulary, in one pass.
func keyParts(r *Record) (authority, doc []byte, ok bool) {
	for body := r.Body; len(body) > 0; {
		var field Field
		var text []byte
		switch field, text, body = body.Next(); field {
		case FieldName:
		case FieldAuthority:
			authority = text
		case FieldDocNo:
			return authority, text, authority != nil
		default:
			return nil, nil, false
		}
	}
	return nil, nil, false
}

// target is the entry that r names, -1 where the history has none that r may speak of. Business keys are digested only
// when a follower names something that is no id here.
func (h *History) target(r *Record, keyed *bool) int32 {
	s := &h.scratch
	at := s.ids.find(r.Target.hash(), func(at int32) bool { return h.Entries[at].Record.ID == r.Target })
	if at < 0 {
		if !*keyed {
			h.digestKeys()
			*keyed = true
		}
		at = s.digests.find(r.Target.hash(), func(at int32) bool { return h.Entries[at].Record.Key() == r.Target })
	}
	if at < 0 || !r.Kind.MayTarget(h.Entries[at].Record.Kind) {
		return -1
	}
	return at
}

func (h *History) digestKeys() {
	s := &h.scratch
	s.digests.reset(len(h.Entries))
	for _, slot := range s.keys.slots {
		if slot != 0 {
			s.digests.add(h.Entries[slot-1].Record.Key().hash(), slot-1)
		}
	}
}

// measureDepth fills depth and returns the greatest. Followers that speak of each other in a circle, which business
// keys allow, speak of nothing.
func (h *History) measureDepth() (deepest int32) {
	s := &h.scratch
	const unknown, onPath = -1, -2
	for i := range s.depth {
		s.depth[i] = unknown
	}
	for i := range h.Entries {
		at, steps := int32(i), int32(0)
		for s.depth[at] == unknown && h.Entries[at].Of >= 0 && !h.Entries[at].Copy {
			s.depth[at] = onPath
			at = h.decision(h.Entries[at].Of)
			steps++
		}
		circle := s.depth[at] == onPath
		if s.depth[at] == unknown {
			s.depth[at] = 0
		}
		base := s.depth[at]
		for at = int32(i); steps > 0; steps-- {
			next := h.decision(h.Entries[at].Of)
			if s.depth[at] = base + steps; circle {
				s.depth[at], h.Entries[at].Of = 0, -1
			}
			deepest = max(deepest, s.depth[at])
			at = next
		}
	}
	return deepest
}

// orderWork puts followers before what they speak of, deepest first.
func (h *History) orderWork(deepest int32) {
	s := &h.scratch
	s.order = s.order[:0]
	for i := range h.Entries {
		if h.Entries[i].Of >= 0 && !h.Entries[i].Copy {
			s.order = append(s.order, int32(i))
		}
	}
	if deepest > 1 {
		slices.SortStableFunc(s.order, func(a, b int32) int { return int(s.depth[b]) - int(s.depth[a]) })
	}
	s.order = append(s.order, s.wide...) // they have no target, and every repairable record needs their pieces
	for i := range h.Entries {
		if e := &h.Entries[i]; (e.Of < 0 || e.Copy) && !isWide(e.Record) {
			s.order = append(s.order, int32(i))
		}
	}
}

// apply fills Versions and Followers of every entry.
func (h *History) apply() {
	s := &h.scratch
	s.pieces, s.versions, s.followers = s.pieces[:0], s.versions[:0], s.followers[:0]
	s.records, s.bodies = s.records[:0], s.bodies[:0]
	s.piecesOf = resize(s.piecesOf, len(h.Entries))
	for _, i := range s.order {
		e := &h.Entries[i]
		h.gather(i)
		h.correct(e)
		if e.Record.Kind.IsFollower() {
			h.cut(i)
		}
	}
}

// gather fills Followers of entry i, in the order in which they act, and corrections, in that of the history.
func (h *History) gather(i int32) {
	s, e := &h.scratch, &h.Entries[i]
	s.corrections = s.corrections[:0]
	from := len(s.followers)
	for c := s.child[i]; c != 0; c = s.sibling[c-1] {
		for _, piece := range s.pieces[s.piecesOf[c-1].from:s.piecesOf[c-1].to] {
			s.followers = append(s.followers, piece)
			if piece.Record.Kind == KindCorrection {
				s.corrections = append(s.corrections, piece)
			}
		}
	}
	if repairableKind[e.Record.Kind] {
		for _, w := range s.wide {
			for _, piece := range s.pieces[s.piecesOf[w].from:s.piecesOf[w].to] {
				if piece.From = max(piece.From, e.Record.Known); piece.From < piece.Until {
					s.followers = append(s.followers, piece)
				}
			}
		}
	}
	e.Followers = s.followers[from:len(s.followers):len(s.followers)]
	if !slices.IsSortedFunc(e.Followers, byFrom) {
		slices.SortStableFunc(e.Followers, byFrom)
	}
}

func byFrom(a, b Follower) int {
	if a.From != b.From {
		return int(a.From) - int(b.From)
	}
	return a.Record.Compare(b.Record)
}

// cut lays out the pieces in which the follower at i acts: it begins when it and its target are known, begins anew with
// each version, and rests while a withdrawal of it acts.
func (h *History) cut(i int32) {
	s, e := &h.scratch, &h.Entries[i]
	from := e.Record.Known
	if e.Of >= 0 {
		from = max(from, h.Entries[e.Of].Record.Known)
	}
	at := len(s.pieces)
	for v := range e.Versions {
		piece := Follower{Record: e.Versions[v].Record, From: max(from, e.Versions[v].From), Until: Never}
		if v+1 < len(e.Versions) {
			piece.Until = e.Versions[v+1].From
		}
		if piece.From >= piece.Until {
			continue
		}
		s.days = append(s.days[:0], piece.From)
		s.days = breaks(s.days, e.Followers, KindWithdrawal, piece.From, piece.Until)
		for d, day := range s.days {
			if acting(e.Followers, KindWithdrawal, day) {
				continue
			}
			end := piece.Until
			if d+1 < len(s.days) {
				end = s.days[d+1]
			}
			s.pieces = append(s.pieces, Follower{Record: piece.Record, From: day, Until: end})
		}
	}
	s.piecesOf[i] = pieceRange{int32(at), int32(len(s.pieces))}
}

// breaks appends the days within (from, until) on which a follower of that kind begins or ceases to act, and puts the
// whole in ascending order without repeats.
func breaks(days []Date, followers []Follower, kind Kind, from, until Date) []Date {
	for i := range followers {
		if f := &followers[i]; f.Record.Kind == kind {
			if f.From > from && f.From < until {
				days = append(days, f.From)
			}
			if f.Until > from && f.Until < until {
				days = append(days, f.Until)
			}
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func acting(followers []Follower, kind Kind, day Date) bool {
	for i := range followers {
		if f := &followers[i]; f.Record.Kind == kind && f.From <= day && day < f.Until {
			return true
		}
	}
	return false
}

// resize returns a slice of n zeroes, in the memory of s where that is enough.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, max(n, 2*cap(s)))
	}
	s = s[:n]
	clear(s)
	return s
}

// hash spreads an id over 64 bits. Ids are digests, but a caller may number them (benchmarks do): both halves count.
func (id ID) hash() uint64 {
	x := binary.LittleEndian.Uint64(id[:8]) ^ binary.BigEndian.Uint64(id[8:])*0x9e3779b97f4a7c15
	return x ^ x>>32
}

// hashKey is FNV-1a over kind, authority and document number.
func hashKey(kind Kind, authority, doc []byte) uint64 {
	const prime = 1099511628211
	x := uint64(14695981039346656037) ^ uint64(kind)
	for _, c := range authority {
		x = (x ^ uint64(c)) * prime
	}
	x = (x ^ 0xff) * prime
	for _, c := range doc {
		x = (x ^ uint64(c)) * prime
	}
	return x ^ x>>32
}

// table is a hash table of entry indexes with linear probing, at most half full.
type table struct{ slots []int32 }

func (t *table) reset(n int) {
	size := 16
	for size < 2*n {
		size *= 2
	}
	t.slots = resize(t.slots, size)
}

func (t *table) find(hash uint64, equal func(at int32) bool) int32 {
	mask := uint64(len(t.slots) - 1)
	for at := hash & mask; t.slots[at] != 0; at = (at + 1) & mask {
		if i := t.slots[at] - 1; equal(i) {
			return i
		}
	}
	return -1
}

func (t *table) add(hash uint64, i int32) {
	mask := uint64(len(t.slots) - 1)
	at := hash & mask
	for t.slots[at] != 0 {
		at = (at + 1) & mask
	}
	t.slots[at] = i + 1
}
