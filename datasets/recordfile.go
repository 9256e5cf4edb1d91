package datasets

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"hengxin/credit"
)

// The columns of a record file, in order.
const (
	colID = iota
	colSubject
	colKind
	colEvent
	colKnown
	colPrecision
	colSeverity
	colReceived
	colFlags
	colSource
	colTarget
	colAmount
	colBody
)

var recordColumns = []Column{
	colID:        {Name: "id", Type: ID, Plain: true, Raw: true},
	colSubject:   {Name: "subject", Type: Text},
	colKind:      {Name: "kind", Type: Text},
	colEvent:     {Name: "event", Type: Date},
	colKnown:     {Name: "known", Type: Date},
	colPrecision: {Name: "precision", Type: Int32},
	colSeverity:  {Name: "severity", Type: Int32},
	colReceived:  {Name: "received", Type: Int32},
	colFlags:     {Name: "flags", Type: Int32},
	colSource:    {Name: "source", Type: Text},
	colTarget:    {Name: "target", Type: ID, Optional: true, Plain: true, Raw: true},
	colAmount:    {Name: "amount_fen", Type: Int64, Optional: true},
	colBody:      {Name: "body", Type: Bytes, Plain: true},
}

// Footer keys of record files and datasets.
const (
	keyCode       = "hengxin.code"
	keyCoverage   = "hengxin.coverage"
	keyFormat     = "hengxin.format"
	keyGenerated  = "hengxin.generated"
	keyPlan       = "hengxin.plan"
	keyPolicy     = "hengxin.policy"
	keyPosition   = "hengxin.position"
	keyPseudonyms = "hengxin.pseudonyms"
	keySet        = "hengxin.set"
	keySorted     = "hengxin.sorted"

	recordFormat = "records/1"
	sortedOrder  = "subject,known,id"
)

// RecordInfo is what the footer of a record file says of it.
type RecordInfo struct {
	Sorted    bool            // ascending by subject, then known date, then id
	Position  credit.Position // the position up to which a log was exported, 0 where the records come from elsewhere
	Generated bool            // some records are of a generated province, not of real firms; a writer sees that itself
}

// RecordWriter writes a record file.
type RecordWriter struct {
	w     *Writer
	info  RecordInfo
	group []Vector
	last  credit.Record // of a sorted file: only what the order needs
}

// WriteRecords starts a record file on w.
func WriteRecords(w io.Writer, info RecordInfo) (*RecordWriter, error) {
	var sorted []string
	if info.Sorted {
		sorted = []string{"subject", "known", "id"}
	}
	file, err := NewWriter(w, recordColumns, sorted...)
	if err != nil {
		return nil, err
	}
	return &RecordWriter{w: file, info: info, group: make([]Vector, len(recordColumns))}, nil
}

// Write appends one sealed record. In a sorted file it returns [credit.ErrInvalid] for one out of order.
func (w *RecordWriter) Write(r *credit.Record) error {
	if w.info.Sorted {
		if w.Rows() > 0 && !before(&w.last, r) {
			return fmt.Errorf("record %s of %s: not after %s of %s, in a file sorted by %s: %w",
				r.ID, r.Subject, w.last.ID, w.last.Subject, sortedOrder, credit.ErrInvalid)
		}
		w.last = credit.Record{ID: r.ID, Subject: r.Subject, Known: r.Known}
	}
	w.info.Generated = w.info.Generated || IsGenerated(r)
	g := w.group
	g[colID].Bytes = append(g[colID].Bytes, r.ID[:]...)
	g[colSubject].AppendText(string(r.Subject))
	g[colKind].AppendText(r.Kind.String())
	for col, v := range [...]int32{colEvent: int32(r.Event), colKnown: int32(r.Known), colPrecision: int32(r.Precision),
		colSeverity: int32(r.Severity), colReceived: bit(r.Received), colFlags: int32(r.Flags)} {
		if col >= colEvent {
			g[col].Int32s = append(g[col].Int32s, v)
		}
	}
	g[colSource].AppendText(r.Source)
	g[colTarget].Bytes = append(g[colTarget].Bytes, r.Target[:]...)
	g[colAmount].Int64s = append(g[colAmount].Int64s, int64(r.Amount))
	g[colBody].AppendBytes(r.Body)
	if len(g[colSubject].Ends) == recordsPerGroup || len(g[colBody].Bytes) >= bodyPerGroup {
		return w.flush()
	}
	return nil
}

// generatedSource begins the name of the source of every generated record.
const generatedSource = "synth:"

// IsGenerated reports whether the record is of a generated province and not of a real firm.
func IsGenerated(r *credit.Record) bool { return strings.HasPrefix(r.Source, generatedSource) }

func bit(b bool) int32 {
	if b {
		return 1
	}
	return 0
}

// before is the order of sorted files.
func before(a, b *credit.Record) bool {
	if a.Subject != b.Subject {
		return a.Subject < b.Subject
	}
	return a.Compare(b) < 0
}

func (w *RecordWriter) flush() error {
	err := w.w.WriteGroup(w.group)
	for i := range w.group {
		w.group[i].Reset()
	}
	return err
}

// Rows returns the number of records written so far.
func (w *RecordWriter) Rows() int64 { return w.w.Rows() + int64(len(w.group[colSubject].Ends)) }

// Close writes the last row group and the footer; it does not close the file below.
func (w *RecordWriter) Close() error {
	if err := w.flush(); err != nil {
		return err
	}
	w.w.Set(keyFormat, recordFormat)
	if w.info.Generated {
		w.w.Set(keyGenerated, "true")
	}
	if w.info.Position > 0 {
		w.w.Set(keyPosition, strconv.FormatInt(int64(w.info.Position), 10))
	}
	if w.info.Sorted {
		w.w.Set(keySorted, sortedOrder)
	}
	return w.w.Close()
}
