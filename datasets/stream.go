package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	"hengxin/credit"
)

// RecordStream reads the records of one file in our format, Parquet or NDJSON, in the file's order.
type RecordStream struct {
	Digest    credit.Digest // of the file's bytes; zero for standard input
	Rows      int64         // number of records, 0 where the format does not say beforehand
	Generated bool          // the records are of a generated province
	each      func(yield func(line int64, r *credit.Record, bad error) error) error
	close     func() error
}

// OpenRecordStream opens a file in our format, gzipped NDJSON included; "-" is NDJSON on standard input.
func OpenRecordStream(path string) (*RecordStream, error) {
	if path == "-" {
		return &RecordStream{each: lines(os.Stdin), close: func() error { return nil }}, nil
	}
	sum, err := FileDigest(path)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &RecordStream{Digest: sum, close: f.Close}
	if err := s.open(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func (s *RecordStream) open(f *os.File) error {
	head := make([]byte, 4)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 && err != io.EOF {
		return err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	switch {
	case string(head[:n]) == magic:
		info, err := f.Stat()
		if err != nil {
			return err
		}
		file, err := OpenRecords(f, info.Size())
		if err != nil {
			return err
		}
		s.Rows, s.Generated, s.each = file.Rows(), file.Generated, file.Each
	case bytes.HasPrefix(head[:n], []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bufio.NewReaderSize(f, 1<<16))
		if err != nil {
			return err
		}
		s.each = lines(z)
	default:
		s.each = lines(f)
	}
	return nil
}

func lines(r io.Reader) func(func(int64, *credit.Record, error) error) error {
	return func(yield func(int64, *credit.Record, error) error) error { return NDJSON(r, yield) }
}

// Each reads the records as [RecordFile.Each] does. It may be called once.
func (s *RecordStream) Each(yield func(line int64, r *credit.Record, bad error) error) error {
	return s.each(yield)
}

// Close closes the file.
func (s *RecordStream) Close() error { return s.close() }
