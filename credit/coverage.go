package credit

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Digest is the SHA-256 of something's canonical bytes: its version.
type Digest [32]byte

// String writes 64 hex digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the hex digits.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads them.
func (d *Digest) UnmarshalText(b []byte) error {
	raw, err := hex.DecodeString(string(b))
	if err != nil || len(raw) != len(d) {
		return fmt.Errorf("digest %q: want 64 hex digits: %w", b, ErrInvalid)
	}
	*d = Digest(raw)
	return nil
}

// CoverageRow says that a source holds, or held, what happened in a period to a class of subjects in a region.
// Without it, "no record" would be read as "nothing happened" (rulings 6).
type CoverageRow struct {
	Source string
	Kind   Kind         // of the records, 0 for every kind
	Class  SubjectClass // ClassUnknown for every class
	Region string       // first digits of the subject's division code, "" for everywhere
	From   Date         // first day covered, NoDate for as far back as records go
	To     Date         // last day covered, NoDate where it still is
	Off    bool         // switched off in the period: its values are missing, not bad (domain page 3.2)
	Note   string
}

// Cover is what coverage says of a kind of record, for one subject on one day.
type Cover uint8

const (
	CoverNone Cover = iota // no source covers it: the indicator is missing
	CoverOff               // a source would, but is switched off: missing
	CoverYes               // no record means that there is none
)

// String writes the reason for a missing value, or "covered".
func (c Cover) String() string {
	return [...]string{"source_does_not_cover", "source_switched_off", "covered"}[c]
}

// Coverage is the set of coverage rows under one digest. A nil Coverage states nothing and covers everything: whoever
// builds without one says so in the manifest.
type Coverage struct {
	rows   []CoverageRow
	byKind [256][]int32
	canon  []byte
	digest Digest
}

var coverageHeader = []string{"source", "kind", "class", "region", "from", "to", "off", "note"}

// NewCoverage checks and orders the rows; equal sets have equal digests. It returns [ErrInvalid] and the row at fault.
func NewCoverage(rows []CoverageRow) (*Coverage, error) {
	c := &Coverage{rows: slices.Clone(rows)}
	for i := range c.rows {
		if err := c.rows[i].check(); err != nil {
			return nil, fmt.Errorf("coverage row %d: %w", i+1, err)
		}
	}
	slices.SortFunc(c.rows, func(a, b CoverageRow) int { return slices.Compare(a.cells(), b.cells()) })
	c.rows = slices.Compact(c.rows)
	c.index()
	c.canon = c.encode()
	c.digest = sha256.Sum256(c.canon)
	return c, nil
}

func (r *CoverageRow) check() error {
	switch {
	case r.Source == "" || len(r.Source) > maxSource:
		return fmt.Errorf("source %q: %w", r.Source, ErrInvalid)
	case r.From != NoDate && r.To != NoDate && r.To < r.From:
		return fmt.Errorf("source %q: to %s is before from %s: %w", r.Source, r.To, r.From, ErrInvalid)
	case len(r.Region) > 6:
		return fmt.Errorf("source %q: region %q of more than six digits: %w", r.Source, r.Region, ErrInvalid)
	}
	if r.Kind != 0 {
		if _, ok := r.Kind.Info(); !ok {
			return fmt.Errorf("source %q: kind %d: %w", r.Source, r.Kind, ErrInvalid)
		}
	}
	if _, ok := digits(r.Region); !ok {
		return fmt.Errorf("source %q: region %q: want digits: %w", r.Source, r.Region, ErrInvalid)
	}
	return nil
}

func (c *Coverage) index() {
	for i := range c.rows {
		k := c.rows[i].Kind
		if k != 0 {
			c.byKind[k] = append(c.byKind[k], int32(i))
			continue
		}
		for j := range c.byKind {
			c.byKind[j] = append(c.byKind[j], int32(i))
		}
	}
}

// ReadCoverage reads the rows as CSV with the header source,kind,class,region,from,to,off,note; kind, class, region,
// from, to and off (yes) may be empty. It returns [ErrInvalid] with the line and the field at fault.
func ReadCoverage(r io.Reader) (*Coverage, error) {
	in := csv.NewReader(r)
	in.Comment = '#'
	in.FieldsPerRecord = len(coverageHeader)
	lines, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("coverage: %w: %w", err, ErrInvalid)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], coverageHeader) {
		return nil, fmt.Errorf("coverage: header: want %s: %w", strings.Join(coverageHeader, ","), ErrInvalid)
	}
	rows := make([]CoverageRow, 0, len(lines)-1)
	for i, cells := range lines[1:] {
		row, err := coverageRow(cells)
		if err != nil {
			return nil, fmt.Errorf("coverage: row %d: %w", i+1, err)
		}
		rows = append(rows, row)
	}
	return NewCoverage(rows)
}

func coverageRow(cells []string) (r CoverageRow, err error) {
	r.Source, r.Region, r.Note = cells[0], cells[3], cells[7]
	if cells[1] != "" {
		if r.Kind, err = ParseKind(cells[1]); err != nil {
			return r, err
		}
	}
	if cells[2] != "" {
		if r.Class, err = ParseSubjectClass(cells[2]); err != nil {
			return r, err
		}
	}
	if err := r.From.UnmarshalText([]byte(cells[4])); err != nil {
		return r, fmt.Errorf("from: %w", err)
	}
	if err := r.To.UnmarshalText([]byte(cells[5])); err != nil {
		return r, fmt.Errorf("to: %w", err)
	}
	switch cells[6] {
	case "yes":
		r.Off = true
	case "", "no":
	default:
		return r, fmt.Errorf("off %q: want yes, no or nothing: %w", cells[6], ErrInvalid)
	}
	return r, nil
}

func (r *CoverageRow) cells() []string {
	day := func(d Date) string { b, _ := d.MarshalText(); return string(b) }
	cells := []string{r.Source, "", "", r.Region, day(r.From), day(r.To), "", r.Note}
	if r.Kind != 0 {
		cells[1] = r.Kind.String()
	}
	if r.Class != ClassUnknown {
		cells[2] = r.Class.String()
	}
	if r.Off {
		cells[6] = "yes"
	}
	return cells
}

func (c *Coverage) encode() []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(coverageHeader) // a bytes.Buffer takes every write
	for i := range c.rows {
		_ = w.Write(c.rows[i].cells())
	}
	w.Flush()
	return b.Bytes()
}

// Canonical returns the bytes whose SHA-256 is the digest; [ReadCoverage] reads them. The caller must not change them.
func (c *Coverage) Canonical() []byte { return c.canon }

// Digest returns the version of the set.
func (c *Coverage) Digest() Digest { return c.digest }

// Rows returns the rows in canonical order; the caller must not change them.
func (c *Coverage) Rows() []CoverageRow { return c.rows }

// CoverageQuery asks for a kind of record, of one source where Source is stated, about a subject.
type CoverageQuery struct {
	Source string // "" for any
	Kind   Kind
	Class  SubjectClass // ClassUnknown where it is not known: rows of one class do not answer
	Region string       // the subject's division code, "" where it is not known: rows of one region do not answer
}

// Covers says whether any source covers the query on day. Where one covers it and another is switched off, it is
// covered; a row that is switched off says nothing against another source.
func (c *Coverage) Covers(q CoverageQuery, day Date) Cover {
	if c == nil {
		return CoverYes
	}
	best := CoverNone
	for _, i := range c.byKind[q.Kind] {
		r := &c.rows[i]
		if !r.answers(&q) || !r.holds(day) {
			continue
		}
		if r.Off {
			best = max(best, CoverOff)
			continue
		}
		if !c.isOff(r.Source, &q, day) {
			return CoverYes
		}
		best = max(best, CoverOff)
	}
	return best
}

// isOff reports whether the source has a row that switches it off for q on day.
func (c *Coverage) isOff(source string, q *CoverageQuery, day Date) bool {
	for _, i := range c.byKind[q.Kind] {
		r := &c.rows[i]
		if r.Off && r.Source == source && r.answers(q) && r.holds(day) {
			return true
		}
	}
	return false
}

// Since returns the first day of the unbroken period up to day on which q is covered: an indicator over a window that
// begins earlier has not seen all of it. It returns [NoDate] where coverage has no beginning, and day+1 where day itself
// is not covered.
func (c *Coverage) Since(q CoverageQuery, day Date) Date {
	if c.Covers(q, day) != CoverYes {
		return day + 1
	}
	for c != nil {
		start := NoDate // the latest border at or before day
		for _, i := range c.byKind[q.Kind] {
			r := &c.rows[i]
			if r.answers(&q) && r.From != NoDate && r.From <= day {
				start = max(start, r.From)
			}
			if r.answers(&q) && r.To != NoDate && r.To < day {
				start = max(start, r.To+1)
			}
		}
		if start == NoDate || c.Covers(q, start-1) != CoverYes {
			return start
		}
		day = start - 1
	}
	return NoDate
}

func (r *CoverageRow) answers(q *CoverageQuery) bool {
	return (q.Source == "" || r.Source == q.Source) &&
		(r.Class == ClassUnknown || r.Class == q.Class) &&
		strings.HasPrefix(q.Region, r.Region)
}

func (r *CoverageRow) holds(day Date) bool {
	return (r.From == NoDate || r.From <= day) && (r.To == NoDate || day <= r.To)
}
