package credit

import (
	"fmt"
	"slices"
)

// Entry is one record of a history with what later records and the law say of it.
type Entry struct {
	Record    *Record    // as first known
	Of        int32      // index of the entry it names as target or repeats, -1 where there is none
	Copy      bool       // repeats the decision of entry Of (same business key): it confirms and does not count again
	Versions  []Version  // the record as it reads from each day on: as first known, then as corrections left it
	Followers []Follower // what speaks of it, corrections included, in the order in which it acts
	Spans     []Span     // its standing; empty for followers and copies, and where Resolve had no policy
	Stages    []Stage    // of a commitment: its closed loop; empty where Spans is
}

// History is a subject's records in (known date, id) order, resolved: followers joined to what they speak of, copies
// to the first record of their decision, corrections applied, standing laid out by day. The zero value is ready, and
// Resolve reuses what it holds: records and entries of one call are good until the next. Not for several goroutines.
type History struct {
	Subject Subject
	Entries []Entry
	Erased  []*Record // tombstones: they have no entry and act on nothing (see [History.NeedsErased])

	scratch scratch
}

// Never is past every day: the end of what does not end.
const Never Date = 1<<31 - 1

// maxSubjectWide is the most rulings and bans without a target that one history may hold: each of them is joined to
// every repairable record, so that without a limit the work would be the square of what was sent.
const maxSubjectWide = 64

// maxFollowers is the most followers one record may have: a correction re-reads the others of its record.
const maxFollowers = 1000

// Resolve fills h from records, which must be of one subject; it orders them itself and leaves the slice alone. Nothing
// in h says of a day more than was known on it: every version, follower and span carries the day from which it holds,
// so that one History serves every day.
//
// A follower names its target by id or by business key. The first record of a key is the decision, later ones are its
// copies (rulings 7), and what targets a copy speaks of the decision. A follower whose target is not known yet is held:
// it acts from the later of both known dates. What a withdrawal targets no longer acts while the withdrawal does; a
// correction replaces fields of what it targets, repairs and other followers included (see [Entry].Versions and
// [Follower]); corrections and withdrawals may themselves be corrected and withdrawn. Rulings of bankruptcy and bans on
// repair without a target speak of every repairable record of the subject.
//
// A nil policy is no law: everything is joined and corrected, and no standing is laid out. Resolve returns [ErrInvalid]
// for records of several subjects and for more of them than [MaxHistory].
func (p *Policy) Resolve(h *History, records []Record) error {
	if len(records) > MaxHistory {
		return fmt.Errorf("history of %d records, %d at most: %w", len(records), MaxHistory, ErrInvalid)
	}
	if err := h.order(records); err != nil {
		return err
	}
	if err := h.join(); err != nil {
		return err
	}
	h.apply()
	if p != nil {
		h.lay(p)
	}
	return nil
}

// order fills Entries with one entry a record, in (known date, id) order. A record that was received twice on different
// days has one id; its first day counts.
func (h *History) order(records []Record) error {
	h.Subject, h.Entries, h.Erased = "", h.Entries[:0], h.Erased[:0]
	if len(records) > 0 {
		h.Subject = records[0].Subject
	}
	sorted := true
	for i := range records {
		r := &records[i]
		if r.Subject != h.Subject {
			return fmt.Errorf("history of %s: record %s of subject %s: %w", h.Subject, r.ID, r.Subject, ErrInvalid)
		}
		if i > 0 && records[i-1].Compare(r) >= 0 {
			sorted = false
		}
		if r.Flags&FlagErased != 0 {
			h.Erased = append(h.Erased, r)
			continue
		}
		n := len(h.Entries)
		h.Entries = append(h.Entries, Entry{})
		h.Entries[n].Record, h.Entries[n].Of = r, -1
	}
	if !sorted {
		slices.SortStableFunc(h.Entries, func(a, b Entry) int { return a.Record.Compare(b.Record) })
	}
	h.dedupe()
	return nil
}

// dedupe drops entries whose id came before. It fills the table of ids on its way.
func (h *History) dedupe() {
	s := &h.scratch
	s.ids.reset(len(h.Entries))
	kept := h.Entries[:0]
	for i := range h.Entries {
		id := &h.Entries[i].Record.ID
		if at := s.ids.find(id.hash(), func(at int32) bool { return kept[at].Record.ID == *id }); at >= 0 {
			continue
		}
		n := len(kept)
		s.ids.add(id.hash(), int32(n))
		if kept = kept[:n+1]; n < i {
			kept[n] = h.Entries[i]
		}
	}
	h.Entries = kept
}

// repairableKind says which kinds rulings and bans without a target reach.
var repairableKind = func() (is [256]bool) {
	for _, k := range repairable {
		is[k] = true
	}
	return is
}()

// lay gives every record that stands for itself its standing. Kinds that no rule knows are counted from the day on
// which they are known until they are withdrawn.
func (h *History) lay(p *Policy) {
	s := &h.scratch
	s.spans, s.stages = s.spans[:0], s.stages[:0]
	for i := range h.Entries {
		e := &h.Entries[i]
		if e.Copy || e.Record.Kind.IsFollower() {
			continue
		}
		from := len(s.spans)
		if e.Record.Kind == KindCommitment {
			at := len(s.stages)
			s.stages = p.Stages(s.stages, e.Versions, e.Followers)
			e.Stages = s.stages[at:len(s.stages):len(s.stages)]
		}
		if repairableKind[e.Record.Kind] || p.laws[e.Record.Kind] != nil {
			s.spans = p.Timeline(s.spans, e.Versions, e.Followers)
		} else {
			s.spans = h.plainTimeline(s.spans, e)
		}
		e.Spans = s.spans[from:len(s.spans):len(s.spans)]
	}
}

// plainTimeline is the standing of a record that no rule speaks of: counted until it is withdrawn, and where its kind may
// be removed (an officer's term), until it is.
func (h *History) plainTimeline(dst []Span, e *Entry) []Span {
	s := &h.scratch
	if len(e.Followers) == 0 {
		return append(dst, Span{From: e.Record.Known, State: StatePublicised, Counted: true, Shown: true, Reason: ReasonNoRegime,
			Tier: e.Record.Severity, Weight: 1, Rule: -1, Earliest: NoDate, End: NoDate})
	}
	from := len(dst)
	s.days = breaks(append(s.days[:0], e.Record.Known), e.Followers, KindWithdrawal, e.Record.Known, Never)
	removed := KindRemoval.MayTarget(e.Record.Kind)
	if removed {
		s.days = breaks(s.days, e.Followers, KindRemoval, e.Record.Known, Never)
	}
	for _, day := range s.days {
		span := Span{From: day, State: StatePublicised, Counted: true, Shown: true, Reason: ReasonNoRegime, Tier: e.Record.Severity,
			Weight: 1, Rule: -1, Earliest: NoDate, End: NoDate}
		switch {
		case acting(e.Followers, KindWithdrawal, day):
			span.State, span.Counted, span.Shown, span.Reason, span.Weight = StateRevoked, false, false, ReasonWithdrawn, 0
		case removed && acting(e.Followers, KindRemoval, day):
			span.State, span.Counted, span.Shown, span.Reason, span.Weight = StateRemoved, false, false, ReasonRemoved, 0
		}
		if n := len(dst); n == from || dst[n-1].State != span.State {
			dst = append(dst, span)
		}
	}
	return dst
}
