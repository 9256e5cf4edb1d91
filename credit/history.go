package credit

// Entry is one record of a history with what later records and the law say of it.
type Entry struct {
	Record    *Record    // as first known
	Of        int32      // index of the entry it follows or repeats, -1 where there is none (or it is not known yet)
	Copy      bool       // repeats the decision of entry Of (same business key): it confirms and does not count again
	Versions  []Version  // the record as each correction left it; the first is the record itself
	Followers []Follower // what speaks of it, in the order in which it acts
	Spans     []Span     // its standing; empty for followers
}

// History is a subject's records in (known date, id) order, resolved: followers joined to what they speak of, copies
// to the first record of their decision, corrections applied, standing laid out by day. The zero value is ready, and
// Resolve reuses what it holds.
type History struct {
	Subject Subject
	Entries []Entry
}

// Resolve fills h from records, which must be of one subject; it orders them itself. Nothing in h says of a day more
// than was known on it: every version, follower and span carries the day from which it holds.
func (p *Policy) Resolve(h *History, records []Record) error { panic("not built yet") }
