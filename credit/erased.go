package credit

import "fmt"

// Tombstone returns what stays of r when its body is destroyed on the day (rulings 9; the five-year rule of personal bad
// information, and requests under the law on personal information): id, subject, kind, dates, source and target. Amount,
// severity and body are gone; the body says only on which day they went. The id stays that of the content that was
// destroyed, so that a source that sends it again is recognised, and can no longer be verified.
func (r *Record) Tombstone(on Date) Record {
	t := Record{ID: r.ID, Subject: r.Subject, Kind: r.Kind, Precision: r.Precision, Received: r.Received, Flags: FlagErased,
		Event: r.Event, Known: r.Known, Source: r.Source, Target: r.Target, Amount: NoFen}
	t.Body = AppendBody(nil, FieldErased, on.String())
	return t
}

// Erased returns the day on which the record's body was destroyed; ok is false where it was not.
func (r *Record) Erased() (on Date, ok bool) {
	if r.Flags&FlagErased == 0 {
		return NoDate, false
	}
	return r.Body.Date(FieldErased), true
}

// isTombstone reports whether a record that is marked as erased holds what a tombstone holds and nothing else.
func (r *Record) isTombstone() bool {
	on := r.Body.Date(FieldErased)
	return r.Flags == FlagErased && on != NoDate && r.Amount == NoFen && r.Severity == SeverityNone &&
		string(r.Body) == string(AppendBody(nil, FieldErased, on.String()))
}

// NeedsErased returns [ErrErased], with the record, where what the history says of the day rests on a body that has been
// destroyed since: a record known by the day and erased after it. From the day of its erasure on a record says nothing.
func (h *History) NeedsErased(day Date) error {
	for _, r := range h.Erased {
		if on, _ := r.Erased(); r.Known <= day && day < on {
			return fmt.Errorf("subject %s on %s: %s record %s, erased on %s (ask for a day from then on): %w", h.Subject, day, r.Kind, r.ID, on, ErrErased)
		}
	}
	return nil
}
