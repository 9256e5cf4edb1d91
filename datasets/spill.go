package datasets

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"

	"hengxin/credit"
)

// spill keeps the histories that a survey reads in files without a name, for the parts to read again: from a database
// across a connection, reading twice costs more. The files go away with the process, however it ends.
type spill struct {
	blocks []spillBlock // ascending
}

// spillBlock is a run of histories: what one read brings in.
type spillBlock struct {
	first credit.Subject
	file  *os.File
	at    int64
	size  int
}

// spillWriter writes the histories of one range, ascending.
type spillWriter struct {
	file   *os.File
	w      *bufio.Writer
	buf    []byte
	at     int64
	blocks []spillBlock
}

func newSpillWriter(dir string) (*spillWriter, error) {
	f, err := os.CreateTemp(dir, ".histories-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &spillWriter{file: f, w: bufio.NewWriterSize(f, 1<<20)}, nil
}

// add writes a history: its length in bytes, its number of records, and the records as the log has them.
func (w *spillWriter) add(records []credit.Record) error {
	w.buf = append(w.buf[:0], 0, 0, 0, 0)
	w.buf = binary.AppendUvarint(w.buf, uint64(len(records)))
	for i := range records {
		w.buf = records[i].AppendTo(w.buf)
	}
	binary.LittleEndian.PutUint32(w.buf, uint32(len(w.buf)-4))
	n := len(w.blocks)
	if n == 0 || w.blocks[n-1].size >= spillBlockSize {
		w.blocks = append(w.blocks, spillBlock{first: records[0].Subject, file: w.file, at: w.at})
		n++
	}
	w.blocks[n-1].size += len(w.buf)
	w.at += int64(len(w.buf))
	_, err := w.w.Write(w.buf)
	return err
}

// histories is [Source].Histories of what was written.
func (s *spill) histories(ctx context.Context, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error {
	i, found := slices.BinarySearchFunc(s.blocks, from, func(b spillBlock, from credit.Subject) int { return cmp.Compare(b.first, from) })
	if !found {
		i = max(0, i-1)
	}
	var d credit.Decoder
	var buf []byte
	var records []credit.Record
	for _, b := range s.blocks[min(i, len(s.blocks)):] {
		if to != "" && b.first >= to {
			break
		}
		buf = slices.Grow(buf[:0], b.size)[:b.size]
		if _, err := b.file.ReadAt(buf, b.at); err != nil {
			return fmt.Errorf("histories set aside: %w", err)
		}
		for rest := buf; len(rest) > 0; {
			n := binary.LittleEndian.Uint32(rest)
			var err error
			if records, err = decodeHistory(&d, records[:0], rest[4:4+n]); err != nil {
				return fmt.Errorf("histories set aside: %w", err)
			}
			rest = rest[4+n:]
			if subject := records[0].Subject; subject >= from && (to == "" || subject < to) {
				if err := yield(subject, records); err != nil {
					return err
				}
			}
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

func decodeHistory(d *credit.Decoder, dst []credit.Record, b []byte) ([]credit.Record, error) {
	n, used := binary.Uvarint(b)
	b = b[used:]
	for range n {
		dst = append(dst, credit.Record{})
		var err error
		if b, err = d.Decode(b, &dst[len(dst)-1]); err != nil {
			return nil, err
		}
	}
	return dst, nil
}
