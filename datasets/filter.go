package datasets

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strconv"

	"hengxin/credit"
	"hengxin/features"
)

// Filter is the work of a shard as a filter between two streams, for an engine that keeps records elsewhere: sorted
// records in, rows out, by the fold that builds datasets. FORMAT.md describes the lines.
type Filter struct {
	Fold *features.Fold
	AsOf []credit.Date
	Text bool // records come as JSON, not as base64 of their bytes in the log
}

// null is how Hive and Spark read a missing value.
const null = `\N`

// Header returns the names of the columns that Run writes, tabs between them.
func (f *Filter) Header() string {
	h := nameSubject + "\t" + nameAsOf
	for _, id := range f.Fold.Set().IDs() {
		h += "\t" + id
	}
	return h + "\t" + nameMissing
}

// Run reads one record a line, sorted by subject, known date and id, and writes for each subject a line a day. It
// returns [credit.ErrInvalid] with the line for one that is no record or is out of order; rows of earlier subjects may
// have been written by then.
func (f *Filter) Run(ctx context.Context, in io.Reader, out io.Writer) error {
	r, w := bufio.NewReaderSize(in, maxLine), bufio.NewWriterSize(out, 1<<16)
	var records []credit.Record
	var row []byte
	flush := func() (err error) {
		if len(records) > 0 {
			row, err = f.rows(row[:0], records)
			records = records[:0]
			if err == nil {
				_, err = w.Write(row)
			}
		}
		return errors.Join(err, ctx.Err())
	}
	var d credit.Decoder
	for line := 1; ; line++ {
		text, err := r.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w", line, err)
		}
		end := errors.Is(err, io.EOF)
		if text = trimSpace(bytes.TrimRight(text, "\r\n")); len(text) > 0 {
			rec, err := f.parse(&d, text[bytes.LastIndexByte(text, '\t')+1:])
			if err != nil {
				return fmt.Errorf("line %d: %w", line, err)
			}
			if n := len(records); n > 0 && !before(&records[n-1], &rec) || n == credit.MaxHistory {
				return fmt.Errorf("line %d: record %s of %s is not after the one before in the order of %s, or one too many: %w",
					line, rec.ID, rec.Subject, sortedOrder, credit.ErrInvalid)
			}
			if n := len(records); n > 0 && records[n-1].Subject != rec.Subject {
				if err := flush(); err != nil {
					return err
				}
			}
			records = append(records, rec)
		}
		if end {
			return errors.Join(flush(), w.Flush())
		}
	}
}

func (f *Filter) parse(d *credit.Decoder, text []byte) (r credit.Record, err error) {
	if f.Text {
		return ParseJSON(text)
	}
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(b, text)
	if err != nil {
		return r, fmt.Errorf("%w: %w", err, credit.ErrInvalid)
	}
	rest, err := d.Decode(b[:n], &r)
	if err != nil {
		return r, err
	}
	if len(rest) > 0 {
		return r, fmt.Errorf("%d bytes after the record: %w", len(rest), credit.ErrInvalid)
	}
	return r, verify(&r)
}

// rows appends the lines of one subject to dst.
func (f *Filter) rows(dst []byte, records []credit.Record) ([]byte, error) {
	subject := records[0].Subject
	if err := f.Fold.Load(subject, records); err != nil {
		return dst, err
	}
	var values []float64
	var why []byte
	for _, day := range f.AsOf {
		if err := f.Fold.Rebuildable(day); err != nil {
			return dst, err
		}
		values, why = f.Fold.Row(values[:0], day), why[:0]
		dst = append(append(dst, subject...), '\t')
		dst = day.AppendTo(dst)
		for i, x := range values {
			dst = append(dst, '\t')
			if x == x {
				dst = strconv.AppendFloat(dst, x, 'g', -1, 64)
				why = append(why, '.')
				continue
			}
			dst = append(dst, null...)
			why = append(why, missingLetters[f.Fold.Missing(i, day)])
		}
		dst = append(append(append(dst, '\t'), why...), '\n')
	}
	return dst, nil
}

// AppendLine appends a record as the filter reads it: subject, known date, id and the record's bytes in base64, tabs
// between them, so that an engine can distribute and sort by the first three.
func AppendLine(dst []byte, r *credit.Record) []byte {
	dst = append(append(dst, r.Subject...), '\t')
	dst = append(r.Known.AppendTo(dst), '\t')
	dst = append(append(dst, r.ID.String()...), '\t')
	return base64.StdEncoding.AppendEncode(dst, r.AppendTo(nil))
}
