package datasets

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"hengxin/credit"
)

const (
	magic     = "PAR1"
	createdBy = "hengxin"
)

// Writer writes a Parquet file, one row group at a time. Equal calls give equal bytes.
type Writer struct {
	w       io.Writer
	columns []Column
	sorted  []int
	enc     *chunkEncoder
	buf     []byte
	at      int64
	rows    int64
	groups  []format.RowGroup
	meta    []format.KeyValue
}

// NewWriter starts a file of those columns on w. sorted names the columns, in order, by which the rows ascend.
func NewWriter(w io.Writer, columns []Column, sorted ...string) (*Writer, error) {
	enc, err := newChunkEncoder()
	if err != nil {
		return nil, fmt.Errorf("start a parquet file: %w", err)
	}
	return newWriter(w, enc, columns, sorted...)
}

// newWriter is NewWriter with an encoder that no other writer uses meanwhile.
func newWriter(w io.Writer, enc *chunkEncoder, columns []Column, sorted ...string) (*Writer, error) {
	if err := checkColumns(columns); err != nil {
		return nil, fmt.Errorf("start a parquet file: %w", err)
	}
	out := &Writer{w: w, columns: columns, enc: enc, buf: []byte(magic)}
	for _, name := range sorted {
		i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("start a parquet file: sorted by %q, which is no column: %w", name, credit.ErrInvalid)
		}
		out.sorted = append(out.sorted, i)
	}
	return out, nil
}

// Set puts a key and its value in the footer; keys must ascend, so that the footer's bytes rest on its content alone.
func (w *Writer) Set(key, value string) {
	if n := len(w.meta); n > 0 && w.meta[n-1].Key >= key {
		panic("datasets: footer keys out of order")
	}
	w.meta = append(w.meta, format.KeyValue{Key: key, Value: value})
}

// WriteGroup writes one row group: a vector for each column, all of the same length. An empty group writes nothing.
func (w *Writer) WriteGroup(group []Vector) error {
	if len(group) != len(w.columns) {
		panic("datasets: a row group needs one vector a column")
	}
	rows := group[0].rows(w.columns[0].Type)
	if rows == 0 {
		return nil
	}
	g := format.RowGroup{NumRows: int64(rows), FileOffset: w.at + int64(len(w.buf)), Ordinal: int16(min(len(w.groups), 1<<15-1))}
	for _, i := range w.sorted {
		g.SortingColumns = append(g.SortingColumns, format.SortingColumn{ColumnIdx: int32(i)})
	}
	for i, c := range w.columns {
		if n := group[i].rows(c.Type); n != rows {
			panic(fmt.Sprintf("datasets: column %s has %d rows, the first has %d", c.Name, n, rows))
		}
		start := len(w.buf)
		buf, chunk, err := w.enc.append(w.buf, w.at, c, &group[i])
		if err != nil {
			return fmt.Errorf("write column %s: %w", c.Name, err)
		}
		w.buf = buf
		g.TotalByteSize += chunk.MetaData.TotalUncompressedSize
		g.TotalCompressedSize += int64(len(buf) - start)
		g.Columns = append(g.Columns, chunk)
	}
	w.groups = append(w.groups, g)
	w.rows += int64(rows)
	return w.flush()
}

func (w *Writer) flush() error {
	n, err := w.w.Write(w.buf)
	w.at += int64(n)
	w.buf = w.buf[:0]
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}

// Rows returns the number of rows written.
func (w *Writer) Rows() int64 { return w.rows }

// Close writes the footer. It does not close the file below.
func (w *Writer) Close() error {
	meta := format.FileMetaData{Version: 2, NumRows: w.rows, RowGroups: w.groups, KeyValueMetadata: w.meta, CreatedBy: createdBy}
	meta.Schema = append(meta.Schema, format.SchemaElement{Name: "schema", NumChildren: thrift.New(int32(len(w.columns)))})
	for _, c := range w.columns {
		meta.Schema = append(meta.Schema, c.element())
		meta.ColumnOrders = append(meta.ColumnOrders, format.ColumnOrder{Value: &format.TypeDefinedOrder{}})
	}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), &meta)
	if err != nil {
		return fmt.Errorf("write parquet footer: %w", err)
	}
	w.buf = append(w.buf, footer...)
	w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(len(footer)))
	w.buf = append(w.buf, magic...)
	return w.flush()
}
