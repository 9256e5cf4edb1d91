package datasets

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"hengxin/credit"
)

// RecordFile is an open record file. Its methods may be called by several goroutines at once.
type RecordFile struct {
	RecordInfo
	file   *parquetFile
	groups []parquet.RowGroup
	starts []int64 // row number of each group's first row; one more at the end
}

// OpenRecords opens a record file of that size. It returns [credit.ErrInvalid] for a file of another format.
func OpenRecords(r io.ReaderAt, size int64) (f *RecordFile, err error) {
	defer contain(&err)
	file, err := openParquet(r, size)
	if err != nil {
		return nil, fmt.Errorf("record file: %w", err)
	}
	if got, _ := file.Lookup(keyFormat); got != recordFormat {
		return nil, fmt.Errorf("open record file: format %q, want %q: %w", got, recordFormat, credit.ErrInvalid)
	}
	f = &RecordFile{file: file, groups: file.RowGroups(), starts: []int64{0}}
	if err := f.checkSchema(); err != nil {
		return nil, fmt.Errorf("open record file: %w", err)
	}
	sorted, _ := file.Lookup(keySorted)
	generated, _ := file.Lookup(keyGenerated)
	f.Sorted, f.Generated = sorted == sortedOrder, generated == "true"
	if s, ok := file.Lookup(keyPosition); ok {
		p, err := strconv.ParseInt(s, 10, 64)
		if err != nil || p < 1 {
			return nil, fmt.Errorf("open record file: position %q: %w", s, credit.ErrInvalid)
		}
		f.Position = credit.Position(p)
	}
	for _, g := range f.groups {
		f.starts = append(f.starts, f.starts[len(f.starts)-1]+g.NumRows())
	}
	return f, nil
}

func (f *RecordFile) checkSchema() error {
	leaves := f.file.Root().Columns()
	if len(leaves) != len(recordColumns) {
		return fmt.Errorf("%d columns, want %d: %w", len(leaves), len(recordColumns), credit.ErrInvalid)
	}
	for i, c := range recordColumns {
		l := leaves[i]
		e := c.element()
		if l.Name() != c.Name || !l.Leaf() || l.Repeated() || l.Optional() != c.Optional || l.Type().Kind() != parquet.Kind(e.Type.V) {
			return fmt.Errorf("column %d is %s %s, want %s: %w", i, l.Name(), l.Type(), c.Name, credit.ErrInvalid)
		}
		if c.Type == ID && l.Type().Length() != 16 {
			return fmt.Errorf("column %s: %d bytes wide, want 16: %w", c.Name, l.Type().Length(), credit.ErrInvalid)
		}
	}
	return nil
}

// Rows returns the number of records in the file.
func (f *RecordFile) Rows() int64 { return f.starts[len(f.starts)-1] }

// Each calls yield with every record of the file in turn and its 1-based number. A record that is not one, or whose id
// is not that of its content, comes with an error that wraps [credit.ErrInvalid] and is not to be used. The record is
// overwritten by the next; its body is not. An error of yield ends the reading and is returned.
func (f *RecordFile) Each(yield func(line int64, r *credit.Record, bad error) error) error {
	var r credit.Record
	for i := range f.groups {
		g, err := f.group(i)
		if err != nil {
			return err
		}
		for row := range g.rows {
			err := g.record(row, &r)
			if err := yield(f.starts[i]+int64(row)+1, &r, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// recordGroup is one row group in memory.
type recordGroup struct {
	first    int64 // row number of the first row
	rows     int
	columns  [13]*cells
	subjects []credit.Subject // by index of the subject column's values
	sources  []string
	kinds    []credit.Kind // 0 where the file names no kind of ours

	asked, kept []bool // by index of the kind column's values: asked for, and read; nil where every record is
}

func (f *RecordFile) group(i int) (*recordGroup, error) {
	rg := f.groups[i]
	g := &recordGroup{first: f.starts[i], rows: int(rg.NumRows())}
	for c := range recordColumns {
		column, err := f.file.cells(i, c)
		if err != nil {
			return nil, fmt.Errorf("record file, row group %d, column %s: %w", i, recordColumns[c].Name, err)
		}
		column.spell()
		if !recordColumns[c].Optional && slices.Contains(column.index, -1) {
			return nil, fmt.Errorf("record file, row group %d, column %s: nulls: %w", i, recordColumns[c].Name, credit.ErrInvalid)
		}
		g.columns[c] = column
	}
	for _, s := range g.columns[colSubject].texts {
		g.subjects = append(g.subjects, credit.Subject(s))
	}
	for _, s := range g.columns[colSource].texts {
		g.sources = append(g.sources, string(s))
	}
	for _, s := range g.columns[colKind].texts {
		kind, _ := credit.ParseKind(string(s))
		g.kinds = append(g.kinds, kind)
	}
	return g, nil
}

func (g *recordGroup) subject(row int) credit.Subject {
	return g.subjects[g.columns[colSubject].index[row]]
}

// run returns the row after the last of those that follow row with its subject.
func (g *recordGroup) run(row int) int {
	index := g.columns[colSubject].index
	for at := index[row]; row < g.rows && index[row] == at; row++ {
	}
	return row
}

// narrow makes the group one of records of the kinds and of followers. Their ids are not verified then: such a reading
// goes before a build, which reads everything and refuses a wrong id.
func (g *recordGroup) narrow(kinds []credit.Kind) {
	g.asked, g.kept = make([]bool, len(g.kinds)), make([]bool, len(g.kinds))
	for i, k := range g.kinds {
		g.asked[i] = slices.Contains(kinds, k)
		g.kept[i] = g.asked[i] || k.IsFollower() || k == 0 // a kind that is none of ours is refused
	}
}

// hasAsked reports whether a row of those from row to end is of a kind asked for.
func (g *recordGroup) hasAsked(row, end int) bool {
	for _, at := range g.columns[colKind].index[row:end] {
		if g.asked[at] {
			return true
		}
	}
	return false
}

// release gives the memory of the columns back; records taken from the group must have bodies of their own by then.
func (g *recordGroup) release() {
	for _, c := range g.columns {
		c.release()
	}
}

func (g *recordGroup) int32(col, row int) int32 {
	c := g.columns[col]
	return c.int32s[c.index[row]]
}

// record fills r from one row and returns [credit.ErrInvalid], with the row's number, for one that is no record.
func (g *recordGroup) record(row int, r *credit.Record) error {
	c := &g.columns
	*r = credit.Record{
		ID:      credit.ID(c[colID].texts[c[colID].index[row]]),
		Subject: g.subject(row),
		Kind:    g.kinds[c[colKind].index[row]],
		Event:   credit.Date(g.int32(colEvent, row)),
		Known:   credit.Date(g.int32(colKnown, row)),
		Source:  g.sources[c[colSource].index[row]],
		Amount:  credit.NoFen,
		Body:    c[colBody].texts[c[colBody].index[row]],
	}
	if at := c[colTarget].index[row]; at >= 0 {
		r.Target = credit.ID(c[colTarget].texts[at])
	}
	if at := c[colAmount].index[row]; at >= 0 {
		r.Amount = credit.Fen(c[colAmount].int64s[at])
	}
	precision, severity := g.int32(colPrecision, row), g.int32(colSeverity, row)
	received, flags := g.int32(colReceived, row), g.int32(colFlags, row)
	r.Precision, r.Severity, r.Received, r.Flags = credit.Precision(precision), credit.Severity(severity), received == 1, credit.Flags(flags)
	if precision != int32(r.Precision) || severity != int32(r.Severity) || received != bit(r.Received) || flags != int32(r.Flags) {
		return fmt.Errorf("record %d: precision, severity, received or flags out of range: %w", g.first+int64(row)+1, credit.ErrInvalid)
	}
	check := verify
	if g.kept != nil {
		check = checkForm
	}
	if err := check(r); err != nil {
		return fmt.Errorf("record %d: %w", g.first+int64(row)+1, err)
	}
	return nil
}

// checkForm checks form and body of a record from outside.
func checkForm(r *credit.Record) error {
	if err := r.Body.Check(); err != nil {
		return err
	}
	return r.Check()
}

// verify checks a record from outside: its form, its body, and that its id is the digest of its content.
func verify(r *credit.Record) error {
	if err := checkForm(r); err != nil {
		return err
	}
	if r.Flags&credit.FlagErased != 0 {
		return nil // the content is gone, and with it what the id could be held to
	}
	stated := r.ID
	if r.Seal(); r.ID != stated {
		return fmt.Errorf("id %s, but the content has id %s: %w", stated, r.ID, credit.ErrInvalid)
	}
	return nil
}
