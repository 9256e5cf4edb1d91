package credit

import (
	"encoding/binary"
	"fmt"
)

// contentVersion heads the canonical content. It changes only with the format, and then every id changes.
const contentVersion = 1

// Bits of the second content byte.
const (
	hasTarget = 1 << iota
	hasAmount
	isReceived
)

// appendContent appends the canonical content, whose digest is the id: version, bits, kind, precision, severity, event
// and known date as zigzag varints, subject, source, target, amount, body. FORMAT.md in datasets describes it.
func (r *Record) appendContent(dst []byte, known Date) []byte {
	bits := byte(0)
	if !r.Target.IsZero() {
		bits |= hasTarget
	}
	if r.Amount != NoFen {
		bits |= hasAmount
	}
	if r.Received {
		bits |= isReceived
	}
	dst = append(dst, contentVersion, bits, byte(r.Kind), byte(r.Precision), byte(r.Severity))
	dst = binary.AppendVarint(dst, int64(r.Event))
	dst = binary.AppendVarint(dst, int64(known))
	dst = binary.AppendUvarint(dst, uint64(len(r.Subject)))
	dst = append(dst, r.Subject...)
	dst = binary.AppendUvarint(dst, uint64(len(r.Source)))
	dst = append(dst, r.Source...)
	if bits&hasTarget != 0 {
		dst = append(dst, r.Target[:]...)
	}
	if bits&hasAmount != 0 {
		dst = binary.AppendVarint(dst, int64(r.Amount))
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.Body)))
	return append(dst, r.Body...)
}

// AppendTo appends the record in the form in which the log keeps it: flags, id, then the content.
func (r *Record) AppendTo(dst []byte) []byte {
	dst = binary.AppendUvarint(dst, uint64(r.Flags))
	dst = append(dst, r.ID[:]...)
	return r.appendContent(dst, r.Known)
}

// Decoder reads records that AppendTo wrote, keeping one copy of each source's name.
// The zero value is ready; it is not for use by several goroutines at once.
type Decoder struct {
	subject string
	sources map[string]string
}

// Decode reads one record from b into r and returns the rest of b. r.Body keeps pointing into b.
// It returns [ErrInvalid] for bytes that are not a record; it does not check the id against the content.
func (d *Decoder) Decode(b []byte, r *Record) (rest []byte, err error) {
	c := cursor{b: b}
	r.Flags = Flags(c.uvarint())
	copy(r.ID[:], c.take(16))
	head := c.take(5)
	if c.bad || head[0] != contentVersion {
		return nil, fmt.Errorf("record bytes: %w", ErrInvalid)
	}
	bits := head[1]
	r.Kind, r.Precision, r.Severity = Kind(head[2]), Precision(head[3]), Severity(head[4])
	r.Received = bits&isReceived != 0
	r.Event, r.Known = Date(c.varint()), Date(c.varint())
	if s := c.take(c.uvarint()); string(s) != d.subject {
		d.subject = string(s)
	}
	r.Subject = Subject(d.subject)
	r.Source = d.source(c.take(c.uvarint()))
	r.Target, r.Amount = ID{}, NoFen
	if bits&hasTarget != 0 {
		copy(r.Target[:], c.take(16))
	}
	if bits&hasAmount != 0 {
		r.Amount = Fen(c.varint())
	}
	r.Body = Body(c.take(c.uvarint()))
	if c.bad {
		return nil, fmt.Errorf("record bytes end early: %w", ErrInvalid)
	}
	return c.b, nil
}

func (d *Decoder) source(b []byte) string {
	if s, ok := d.sources[string(b)]; ok {
		return s
	}
	if d.sources == nil {
		d.sources = map[string]string{}
	}
	s := string(b)
	d.sources[s] = s
	return s
}

// cursor reads from a byte slice and remembers that it ran out.
type cursor struct {
	b   []byte
	bad bool
}

func (c *cursor) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.bad = true
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) varint() int64 {
	v, n := binary.Varint(c.b)
	if n <= 0 {
		c.bad = true
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.bad = true
		return make([]byte, 16)[:min(n, 16)]
	}
	t := c.b[:n:n]
	c.b = c.b[n:]
	return t
}
