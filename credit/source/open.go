package source

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"hengxin/credit"
)

// Options say what a mapping cannot know of a file. A day that is zero or [credit.NoDate] is not given.
type Options struct {
	Received credit.Date // day on which the file came: required of live sources
	AsOf     credit.Date // day of a snapshot, instead of the mapping's
	Cut      credit.Date // day up to which the file was drawn, instead of the mapping's

	// PersonKey is the key of the pseudonyms of people, 16 bytes or more: required where the file has a column of people
	// that the mapping uses.
	PersonKey []byte
	Only      map[int]bool // lines of the file to read, all where nil: the others are passed over and not counted

	// What the law and the registers know, each left out where it is nil. Workdays returns the day on which a limit of n
	// working days ends that begins on day: late_workdays needs it. Division remarks on a six-digit division code on a
	// day. Refuse says why a record may not be kept: its row is quarantined. Resolve finds the subject of a registered
	// name, or why there is none that is certain; evidence says what it rests on.
	Workdays func(day credit.Date, n int) (credit.Date, error)
	Division func(code string, on credit.Date) credit.Flags
	Refuse   func(r *credit.Record) error
	Resolve  func(name string) (s credit.Subject, evidence string, err error)
}

// Row is what one row of a file came to: records, or a reason.
type Row struct {
	Line    int             // of the file, from 1
	Records []credit.Record // sealed and checked; the slice is reused by the next row, the records stay valid
	Bad     *Quarantine     // nil where the row was read
	Named   *Named          // how its subject was found, where the row states a name and no code
}

// Named is a row whose subject was found by its name.
type Named struct {
	Line     int            `json:"line"`
	Name     string         `json:"name"` // as the row has it
	Subject  credit.Subject `json:"subject"`
	Evidence string         `json:"evidence"`
}

// Stats counts what a Reader has read.
type Stats struct {
	Rows        int64            `json:"rows"`
	Quarantined int64            `json:"quarantined"`
	Records     int64            `json:"records"`
	Resolved    int64            `json:"resolved"` // rows whose subject was found by its name
	Kinds       map[string]int64 `json:"kinds"`    // records by kind
	Reasons     map[string]int64 `json:"reasons"`  // quarantined rows by column and reason
	Flags       map[string]int64 `json:"flags"`    // records by remark
	Unknown     []string         `json:"unknown"`  // columns that the mapping does not name, kept under their own names
}

// Reader reads the rows of one file. It is not for use by several goroutines at once.
type Reader struct {
	table table
	plan  *plan
	line  line
	stats Stats
	kinds [256]int64
	close func() error
	err   error
}

// Open reads the beginning of a file as the mapping says, gzip or not. It returns [credit.ErrInvalid] for a file that is
// not of the mapping's format, lacks a column or is in another encoding.
func Open(m *Mapping, r io.Reader, o Options) (*Reader, error) {
	t, format, done, err := openTable(m, r)
	if err != nil {
		return nil, fmt.Errorf("open as %s: %w", m.Name, err)
	}
	header, err := t.header()
	if err == nil {
		var p *plan
		if p, err = newPlan(m, format, header, o); err == nil {
			return &Reader{table: t, plan: p, close: done,
				stats: Stats{Reasons: map[string]int64{}, Flags: map[string]int64{}, Kinds: map[string]int64{}, Unknown: slices.Clone(p.unknown)}}, nil
		}
	}
	return nil, fmt.Errorf("open as %s: %w", m.Name, errors.Join(err, done()))
}

func openTable(m *Mapping, r io.Reader) (t table, format string, done func() error, err error) {
	packed, err := unpack(r)
	if err != nil {
		return nil, "", nil, err
	}
	if format = m.Format; format == "auto" {
		format = formatOf(packed)
	}
	if format == "xlsx" {
		book, err := newXLSX(packed, m)
		if err != nil {
			return nil, "", nil, err
		}
		return book, format, book.close, nil
	}
	done = func() error { return nil }
	text, err := utf8Text(packed, m.Encoding)
	if err != nil {
		return nil, "", nil, err
	}
	if format == "jsonl" {
		return newJSON(text, m), format, done, nil
	}
	csv := newCSV(text, m.Delimiter[0])
	if m.NoHeader {
		csv.named, csv.noNames = columnNames(m), true
	}
	return csv, format, done, nil
}

// formatOf tells the formats apart by their first bytes.
func formatOf(b *bufio.Reader) string {
	head, _ := b.Peek(64)
	switch text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"); {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "xlsx"
	case bytes.HasPrefix(text, []byte("{")):
		return "jsonl"
	}
	return "csv"
}

// Next returns the next row, or io.EOF after the last. Another error ends the reading: the file is cut short or cannot
// be read; it says after which line.
func (r *Reader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	for {
		if err := r.table.next(&r.line); err != nil {
			if err != io.EOF {
				err = errAfter(int(r.lastLine()), err)
			}
			r.err = err
			return Row{}, err
		}
		if only := r.plan.o.Only; only == nil || only[r.line.number] {
			break
		}
	}
	records, bad := r.plan.apply(&r.line)
	r.count(records, bad)
	row := Row{Line: r.line.number, Records: records, Bad: bad}
	if bad == nil {
		row.Named = r.plan.named
	}
	return row, nil
}

func (r *Reader) lastLine() int {
	switch t := r.table.(type) {
	case *csvTable:
		return t.lines
	case *jsonTable:
		return t.lines.lines
	}
	return r.line.number
}

func (r *Reader) count(records []credit.Record, bad *Quarantine) {
	r.stats.Rows++
	if bad != nil {
		r.stats.Quarantined++
		key := reasonKey(bad)
		if _, known := r.stats.Reasons[key]; !known && len(r.stats.Reasons) >= maxReasons {
			key = "other reasons"
		}
		r.stats.Reasons[key]++
		return
	}
	r.stats.Records += int64(len(records))
	if r.plan.named != nil {
		r.stats.Resolved++
	}
	for i := range records {
		r.kinds[records[i].Kind]++
		if flags := records[i].Flags; flags != 0 {
			for _, name := range flags.Names() {
				r.stats.Flags[name]++
			}
		}
	}
	for _, e := range r.line.extra {
		if !slices.Contains(r.plan.m.Ignored, e.name) && !slices.Contains(r.stats.Unknown, e.name) && len(r.stats.Unknown) < maxFields {
			r.stats.Unknown = append(r.stats.Unknown, e.name)
		}
	}
}

func reasonKey(q *Quarantine) string {
	if q.Field == "" {
		return "the row " + q.Reason
	}
	return q.Field + " " + q.Reason
}

// Stats returns the counts so far: Rows is the sum of the rows that made records and of Quarantined.
func (r *Reader) Stats() Stats {
	for k, n := range r.kinds {
		if n > 0 {
			r.stats.Kinds[credit.Kind(k).String()] = n
		}
	}
	return r.stats
}

// Columns lists the file's columns in its order, by the mapping's names for them.
func (r *Reader) Columns() []string {
	names := make([]string, len(r.plan.readers))
	for name, i := range r.plan.at {
		names[i] = name
	}
	return names
}

// Close releases the file.
func (r *Reader) Close() error { return r.close() }
