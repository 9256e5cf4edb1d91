package credit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// Subject names an enterprise or individual business: a unified social credit code (18 characters), an opaque id with
// the name space of its source ("bdci:p155"), or a keyed pseudonym ("~" and 32 hex digits).
type Subject string

// Position is a place in the record log, from 1. "As known at position p" counts the records up to p.
type Position int64

// ID is the first 16 bytes of the SHA-256 of a record's content: importing a record twice gives the same id.
type ID [16]byte

// IsZero reports whether no id is stated.
func (id ID) IsZero() bool { return id == ID{} }

// String writes 32 hex digits, and "" for the zero id.
func (id ID) String() string {
	if id.IsZero() {
		return ""
	}
	return hex.EncodeToString(id[:])
}

// Compare orders ids by their bytes.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }

// ParseID reads what String writes.
func ParseID(s string) (id ID, err error) {
	if s == "" {
		return id, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("id %q: want 32 hex digits: %w", s, ErrInvalid)
	}
	return ID(b), nil
}

// MarshalText writes the hex digits.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads them.
func (id *ID) UnmarshalText(b []byte) (err error) {
	*id, err = ParseID(string(b))
	return err
}

// Severity is the tier that a source states; policy decides the tier that counts.
type Severity uint8

const (
	SeverityNone    Severity = 0 // not stated
	SeverityMinor   Severity = 1 // 轻微
	SeverityGeneral Severity = 2 // 一般
	SeveritySerious Severity = 3 // 严重
)

// Precision says how exactly the event date is known (rulings 3). For a month or a year the event date is the first
// day of the period and the known date not before its last day.
type Precision uint8

const (
	PrecisionDay   Precision = 0
	PrecisionMonth Precision = 1
	PrecisionYear  Precision = 2
)

// Record is one public fact about a subject. It is appended and never changed; a repair, correction or withdrawal is
// one more record that targets it.
type Record struct {
	ID        ID
	Subject   Subject
	Kind      Kind
	Precision Precision
	Severity  Severity
	Received  bool // Known is the day of receipt; the source states none (rulings 1)
	Flags     Flags
	Event     Date // when it happened
	Known     Date // when it could be known; never before Event
	Source    string
	Target    ID  // of followers: the id or the business key of the record they speak of
	Amount    Fen // or NoFen
	Body      Body
}

// Seal sets the id from the content. Every record passes through Seal or Decode before it is used.
//
// The day of receipt is not content: the same row received again tomorrow is the same record.
func (r *Record) Seal() { r.ID = r.digest() }

func (r *Record) digest() ID {
	var buf [512]byte
	known := r.Known
	if r.Received {
		known = NoDate
	}
	sum := sha256.Sum256(r.appendContent(buf[:0], known))
	return ID(sum[:16])
}

// Check returns [ErrInvalid], and the field, unless r is a record that its kind's row allows.
func (r *Record) Check() error {
	var info *KindInfo
	row := kindIndex[r.Kind]
	if row > 0 {
		info = &kinds[row-1]
	}
	bad := func(what string) error { return fmt.Errorf("%s record: %s: %w", r.Kind, what, ErrInvalid) }
	switch {
	case row == 0:
		return bad("unknown kind")
	case r.Flags&FlagErased != 0 && !r.isTombstone():
		return bad("marked as erased, but it is no tombstone")
	case r.Subject == "" || len(r.Subject) > maxSubject:
		return bad("subject")
	case r.Source == "" || len(r.Source) > maxSource:
		return bad("source")
	case r.Event == NoDate || r.Event < minDate || r.Event > maxDate:
		return bad("event date " + r.Event.String())
	case r.Known == NoDate || r.Known < r.Event || r.Known > maxDate:
		return bad("known date " + r.Known.String() + " for event date " + r.Event.String())
	case r.Precision > PrecisionYear:
		return bad("precision")
	case r.Severity > SeveritySerious:
		return bad("severity")
	case r.Flags&FlagErased != 0:
		return nil // what its kind requires is gone
	case info.Amount && r.Amount == NoFen:
		return bad("no amount")
	case r.Kind.IsFollower() && r.Target.IsZero() && !info.Subject:
		return bad("no target")
	case !r.Kind.IsFollower() && !r.Target.IsZero():
		return bad("a target, though it follows nothing")
	case len(r.Body) > maxBody:
		return bad(fmt.Sprintf("body of %d bytes, %d at most", len(r.Body), maxBody))
	}
	for _, f := range info.Required {
		if _, ok := r.Body.Get(f); !ok {
			return bad("no " + f.String())
		}
	}
	return nil
}

// Compare is the order of histories: known date, then id.
func (r *Record) Compare(o *Record) int {
	if r.Known != o.Known {
		return int(r.Known) - int(o.Known)
	}
	return r.ID.Compare(o.ID)
}

// Key is the business key of the record: authority, document number and subject (rulings 7), zero where the body lacks
// either. Copies of one decision from several sources share it, and a follower may name it as its target.
func (r *Record) Key() ID {
	doc, ok := r.Body.Get(FieldDocNo)
	if !ok {
		return ID{}
	}
	authority, ok := r.Body.Get(FieldAuthority)
	if !ok {
		return ID{}
	}
	return BusinessKey(r.Kind, string(authority), string(doc), r.Subject)
}

// BusinessKey is the key that [Record.Key] gives a record of that kind, authority, document number and subject.
func BusinessKey(kind Kind, authority, docNo string, subject Subject) ID {
	var buf [256]byte
	b := append(buf[:0], "key1"...)
	b = append(b, byte(kind))
	for _, s := range [...]string{authority, docNo, string(subject)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	sum := sha256.Sum256(b)
	return ID(sum[:16])
}
