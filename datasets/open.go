package datasets

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"hengxin/credit"
)

// parquetFile is an open Parquet file from outside. The library believes the sizes that a file states, and a few wrong
// bytes would have it ask for gigabytes or panic: sizes are checked here before it acts on them, and a panic becomes an
// error.
type parquetFile struct {
	*parquet.File
	r    io.ReaderAt
	size int64
}

// openParquet opens a file of that size. It returns [credit.ErrInvalid] for what is no Parquet file.
func openParquet(r io.ReaderAt, size int64) (f *parquetFile, err error) {
	defer contain(&err)
	var tail [8]byte
	if size < 12 {
		return nil, fmt.Errorf("open: %d bytes are no parquet file: %w", size, credit.ErrInvalid)
	}
	if _, err := r.ReadAt(tail[:], size-8); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("open: %w", err)
	}
	footer := int64(binary.LittleEndian.Uint32(tail[:]))
	if string(tail[4:]) != magic || footer > size-12 || footer > maxFooter {
		return nil, fmt.Errorf("open: no parquet footer at the end: %w", credit.ErrInvalid)
	}
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("open: %w: %w", err, credit.ErrInvalid)
	}
	for i, g := range file.RowGroups() {
		if g.NumRows() < 0 || g.NumRows() > maxGroup {
			return nil, fmt.Errorf("open: row group %d of %d rows: %w", i, g.NumRows(), credit.ErrInvalid)
		}
	}
	return &parquetFile{file, r, size}, nil
}

// cells reads a leaf of a row group, by its place among all leaves.
func (f *parquetFile) cells(group, leaf int) (*cells, error) {
	rows, chunks := f.RowGroups()[group].NumRows(), f.RowGroups()[group].ColumnChunks()
	if leaf < 0 || leaf >= len(chunks) || leaf >= len(f.Metadata().RowGroups[group].Columns) {
		return nil, fmt.Errorf("row group of %d columns: %w", len(chunks), credit.ErrInvalid)
	}
	m := &f.Metadata().RowGroups[group].Columns[leaf].MetaData
	if err := f.checkPages(m, rows); err != nil {
		return nil, err
	}
	return readCells(chunks[leaf], rows)
}

// checkPages walks the pages of a chunk by their headers.
func (f *parquetFile) checkPages(m *format.ColumnMetaData, rows int64) (err error) {
	defer contain(&err)
	at := m.DataPageOffset
	if m.DictionaryPageOffset > 0 {
		at = m.DictionaryPageOffset
	}
	end := at + m.TotalCompressedSize
	if !slices.Contains(codecs, m.Codec) {
		return fmt.Errorf("compressed by %s (write the file with zstd or snappy): %w", m.Codec, credit.ErrInvalid)
	}
	if at < 4 || at > m.DataPageOffset || m.TotalCompressedSize < 0 || end > f.size {
		return fmt.Errorf("column chunk from byte %d to %d of %d: %w", at, end, f.size, credit.ErrInvalid)
	}
	for values := int64(0); at < end && values < rows; {
		h, n, err := f.pageHeader(at, end)
		if err != nil {
			return fmt.Errorf("page at byte %d: %w: %w", at, err, credit.ErrInvalid)
		}
		body := at + int64(n)
		count := int64(h.DictionaryPageHeader.V.NumValues)
		if h.Type == format.DataPage || h.Type == format.DataPageV2 {
			count = max(int64(h.DataPageHeader.V.NumValues), int64(h.DataPageHeaderV2.V.NumValues))
			values += count
		}
		if h.CompressedPageSize < 0 || body+int64(h.CompressedPageSize) > end || h.UncompressedPageSize < 0 || h.UncompressedPageSize > maxPage || count < 0 || count > maxGroup {
			return fmt.Errorf("page at byte %d: %d bytes, %d unpacked, %d values: %w", at, h.CompressedPageSize, h.UncompressedPageSize, count, credit.ErrInvalid)
		}
		if m.Codec == format.Snappy {
			if err := f.checkSnappy(body, h); err != nil {
				return fmt.Errorf("page at byte %d: %w", at, err)
			}
		}
		at = body + int64(h.CompressedPageSize)
	}
	return nil
}

// codecs are the compressions that are read. LZ4 is not: its decoder grows without end on bytes that are not LZ4.
var codecs = []format.CompressionCodec{format.Uncompressed, format.Snappy, format.Gzip, format.Brotli, format.Zstd}

// pageHeader reads the header at a place in the file, and returns its length. Most are shorter than the first try.
func (f *parquetFile) pageHeader(at, end int64) (h format.PageHeader, n int, err error) {
	for _, try := range [...]int64{256, 4096, maxHeader} {
		b := make([]byte, min(try, end-at))
		if _, err := f.r.ReadAt(b, at); err != nil && !errors.Is(err, io.EOF) {
			return h, 0, err
		}
		h = format.PageHeader{}
		in := bytes.NewReader(b)
		if err = thrift.NewDecoder(new(thrift.CompactProtocol).NewReader(in)).Decode(&h); err == nil {
			return h, len(b) - in.Len(), nil
		}
		if int64(len(b)) == end-at {
			break
		}
	}
	return h, 0, err
}

// checkSnappy compares the length that a Snappy block begins with to what the header says: the decoder trusts it.
func (f *parquetFile) checkSnappy(at int64, h format.PageHeader) error {
	if h.DataPageHeaderV2.Valid {
		at += int64(h.DataPageHeaderV2.V.DefinitionLevelsByteLength) + int64(h.DataPageHeaderV2.V.RepetitionLevelsByteLength)
	}
	b := make([]byte, binary.MaxVarintLen64)
	n, err := f.r.ReadAt(b, at)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if size, used := binary.Uvarint(b[:n]); used <= 0 || size > uint64(h.UncompressedPageSize) {
		return fmt.Errorf("snappy block of %d bytes in a page of %d: %w", size, h.UncompressedPageSize, credit.ErrInvalid)
	}
	return nil
}
