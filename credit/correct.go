package credit

import (
	"bytes"
	"encoding/binary"
)

// correct fills Versions: the record itself, and from each day on which a correction begins or ceases to act, the record
// with all that act on that day applied in the order of the history, so that the latest known wins (rulings 8).
//
// Without FieldReplaces a correction replaces what it states: the amount, the severity, and every value of its body but
// those that are its own (see ownField). With FieldReplaces it replaces what that list names and nothing else: names of
// body fields, and "amount", "severity" and "event"; a named value that the correction does not state is taken away, and
// a named event becomes the correction's own event date and precision. Id, subject, kind, known date, source and target
// stay: a corrected record is the same record.
func (h *History) correct(e *Entry) {
	s := &h.scratch
	at := len(s.versions)
	s.versions = append(s.versions, Version{From: e.Record.Known, Record: e.Record})
	if len(s.corrections) > 0 {
		s.days = breaks(append(s.days[:0], e.Record.Known), s.corrections, KindCorrection, e.Record.Known-1, Never)
		for _, day := range s.days {
			corrected := h.correctedOn(e.Record, day)
			if day == e.Record.Known {
				s.versions[at].Record = corrected
				continue
			}
			s.versions = append(s.versions, Version{From: day, Record: corrected})
		}
	}
	e.Versions = s.versions[at:len(s.versions):len(s.versions)]
}

func (h *History) correctedOn(r *Record, day Date) *Record {
	s := &h.scratch
	for i := range s.corrections {
		if c := &s.corrections[i]; c.From <= day && day < c.Until {
			r = h.replace(r, c.Record)
		}
	}
	return r
}

// replace returns r as correction c leaves it.
func (h *History) replace(r, c *Record) *Record {
	s := &h.scratch
	list, listed := c.Body.Get(FieldReplaces)
	s.records = append(s.records, *r)
	out := &s.records[len(s.records)-1]
	if listed && listHolds(list, "amount") || !listed && c.Amount != NoFen {
		out.Amount = c.Amount
	}
	if listed && listHolds(list, "severity") || !listed && c.Severity != SeverityNone {
		out.Severity = c.Severity
	}
	if listed && listHolds(list, "event") {
		out.Event, out.Precision = c.Event, c.Precision
	}
	at := len(s.bodies)
	s.bodies = mergeBodies(s.bodies, r.Body, c.Body, list)
	out.Body = Body(s.bodies[at:len(s.bodies):len(s.bodies)])
	return out
}

// mergeBodies appends old with the values of new in place of those that it replaces, in canonical order.
func mergeBodies(dst []byte, old, new Body, list []byte) []byte {
	for len(old) > 0 || len(new) > 0 {
		var f, g Field
		var was, is []byte
		var restOld, restNew Body
		order := 0
		switch {
		case len(old) == 0:
			g, is, restNew = new.Next()
			order = 1
		case len(new) == 0:
			f, was, restOld = old.Next()
			order = -1
		default:
			f, was, restOld = old.Next()
			g, is, restNew = new.Next()
			order = compareValues(f, was, g, is)
		}
		if order >= 0 && replaces(list, g, is) {
			dst = appendValue(dst, g, is)
		} else if order <= 0 && !(list != nil && replaces(list, f, was)) {
			dst = appendValue(dst, f, was)
		}
		if order <= 0 {
			old = restOld
		}
		if order >= 0 {
			new = restNew
		}
	}
	return dst
}

func appendValue(dst []byte, f Field, text []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(f))
	dst = binary.AppendUvarint(dst, uint64(len(text)))
	return append(dst, text...)
}

// compareValues is the canonical order of values: by field number, columns outside the vocabulary last, by name.
func compareValues(f Field, a []byte, g Field, b []byte) int {
	if f != fieldOther || g != fieldOther {
		return int(f-1) - int(g-1) // fieldOther wraps to the greatest
	}
	return bytes.Compare(columnName(a), columnName(b))
}

func columnName(text []byte) []byte {
	name, _, _ := bytes.Cut(text, []byte{'='})
	return name
}

// replaces reports whether a correction with that list, nil for none, replaces the value.
func replaces(list []byte, f Field, text []byte) bool {
	switch {
	case list == nil:
		return !ownField(f)
	case f == fieldOther:
		return listHolds(list, string(columnName(text)))
	}
	return listHolds(list, fields[f-1].Name)
}

// ownField reports whether a correction that names no fields states f about itself: its own decision and its own row.
func ownField(f Field) bool {
	switch f {
	case FieldAuthority, FieldDocNo, FieldSupplied, FieldBasis, FieldSourceRef, FieldReplaces:
		return true
	}
	return false
}

// listHolds reports whether a list joined by ';' holds name.
func listHolds(list []byte, name string) bool {
	for len(list) > 0 {
		item, rest, _ := bytes.Cut(list, []byte{';'})
		if string(item) == name {
			return true
		}
		list = rest
	}
	return false
}
