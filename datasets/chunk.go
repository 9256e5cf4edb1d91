package datasets

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"hengxin/credit"
)

// chunkEncoder turns vectors into column chunks: an optional dictionary page, then one data page. It writes pages
// itself, since the library's writer takes its values one by one in 24-byte boxes; the choice of encoding rests on the
// values alone, so that equal vectors have equal bytes. It is not for use by several goroutines at once.
type chunkEncoder struct {
	zstd   *zstd.Encoder
	dict   dictionary
	plain  []byte // the values, PLAIN
	page   []byte // levels and values of the page
	packed []byte // the page, compressed
	levels []byte // of each row: 0 where null, 1 where not
	dense  Vector // the values without nulls
}

func newChunkEncoder() (*chunkEncoder, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil, err
	}
	return &chunkEncoder{zstd: enc}, nil
}

// append appends the chunk of v to dst, whose first byte is at the given place in the file.
func (e *chunkEncoder) append(dst []byte, at int64, c Column, v *Vector) ([]byte, format.ColumnChunk, error) {
	rows := v.rows(c.Type)
	m := format.ColumnMetaData{Type: physical[c.Type], PathInSchema: []string{c.Name}, Codec: format.Zstd, NumValues: int64(rows)}
	if c.Raw {
		m.Codec = format.Uncompressed
	}
	e.page = e.page[:0]
	sparse, dense := v.Sparse, rows
	if c.Optional {
		var nulls int
		if sparse != nil {
			nulls = e.dropSparse(sparse)
		} else {
			v, nulls = e.drop(c.Type, v)
		}
		dense -= nulls
		m.Statistics.NullCount = int64(nulls)
		if err := e.appendLevels(rows, nulls); err != nil {
			return nil, format.ColumnChunk{}, err
		}
		m.Encoding = append(m.Encoding, format.RLE)
	}
	encoding, distinct := format.Plain, v
	switch {
	case sparse != nil && !c.Plain && e.dict.sparse(sparse, dense), sparse == nil && !c.Plain && e.dict.build(c.Type, v):
		encoding, distinct = format.RLEDictionary, &e.dict.values
	case sparse != nil:
		e.dense.Reset()
		e.dense.Doubles = sparse.doubles(e.dense.Doubles, c.Optional)
		v, distinct = &e.dense, &e.dense
	}
	bounds(c.Type, distinct, &m.Statistics)
	if encoding == format.RLEDictionary {
		m.DictionaryPageOffset = at + int64(len(dst))
		e.plain = appendPlain(e.plain[:0], c.Type, &e.dict.values)
		header := format.PageHeader{Type: format.DictionaryPage, DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{
			NumValues: int32(e.dict.values.rows(c.Type)), Encoding: format.Plain})}
		var err error
		if dst, err = e.appendPage(dst, header, e.plain, &m); err != nil {
			return nil, format.ColumnChunk{}, err
		}
		indexes, err := e.dict.encode(e.plain, dense)
		if err != nil {
			return nil, format.ColumnChunk{}, err
		}
		e.plain = indexes
		m.Encoding = append(m.Encoding, format.Plain)
	} else {
		e.plain = appendPlain(e.plain[:0], c.Type, v)
	}
	m.Encoding = append(m.Encoding, encoding)
	e.page = append(e.page, e.plain...)
	m.DataPageOffset = at + int64(len(dst))
	header := format.PageHeader{Type: format.DataPage, DataPageHeader: thrift.New(format.DataPageHeader{NumValues: int32(rows),
		Encoding: encoding, DefinitionLevelEncoding: format.RLE, RepetitionLevelEncoding: format.RLE})}
	dst, err := e.appendPage(dst, header, e.page, &m)
	return dst, format.ColumnChunk{MetaData: m}, err
}

// appendPage appends header and content, compressed as m says, and adds their sizes to m.
func (e *chunkEncoder) appendPage(dst []byte, header format.PageHeader, content []byte, m *format.ColumnMetaData) ([]byte, error) {
	packed := content
	if m.Codec == format.Zstd {
		e.packed = e.zstd.EncodeAll(content, e.packed[:0])
		packed = e.packed
	}
	header.UncompressedPageSize, header.CompressedPageSize = int32(len(content)), int32(len(packed))
	header.CRC = int32(crc32.ChecksumIEEE(packed))
	h, err := thrift.Marshal(new(thrift.CompactProtocol), &header)
	if err != nil {
		return nil, err
	}
	m.TotalUncompressedSize += int64(len(h) + len(content))
	m.TotalCompressedSize += int64(len(h) + len(packed))
	return append(append(dst, h...), packed...), nil
}

// drop returns v without its nulls, in e.dense where there are any, counts them, and notes in e.levels where they were.
func (e *chunkEncoder) drop(t Type, v *Vector) (dense *Vector, nulls int) {
	e.dense.Reset()
	switch t {
	case Double:
		nulls = countNaN(v.Doubles)
		e.dropNaN(v.Doubles, nulls)
	case Int32, Date:
		nulls = count(v.Int32s, NoInt32)
		e.dense.Int32s = dropNulls(e, e.dense.Int32s, v.Int32s, nulls, func(x int32) bool { return x == NoInt32 })
	case Int64:
		nulls = count(v.Int64s, int64(credit.NoFen))
		e.dense.Int64s = dropNulls(e, e.dense.Int64s, v.Int64s, nulls, func(x int64) bool { return x == int64(credit.NoFen) })
	case ID:
		nulls = e.dropIDs(v)
	default:
		nulls = e.dropTexts(v)
	}
	if nulls == 0 {
		return v, 0
	}
	return &e.dense, nulls
}

// dropNaN is dropNulls for numbers, without a branch that the processor would have to guess.
func (e *chunkEncoder) dropNaN(values []float64, nulls int) {
	if nulls == 0 || nulls == len(values) {
		return
	}
	dense := slices.Grow(e.dense.Doubles[:0], len(values))[:len(values)]
	levels := slices.Grow(e.levels[:0], len(values))[:len(values)]
	kept := 0
	for i, x := range values {
		dense[kept] = x
		level := byte(0)
		if x == x {
			level = 1
		}
		levels[i] = level
		kept += int(level)
	}
	e.dense.Doubles, e.levels = dense[:kept], levels
}

func countNaN(xs []float64) (n int) {
	for _, x := range xs {
		if x != x {
			n++
		}
	}
	return n
}

func count[T comparable](xs []T, null T) (n int) {
	for _, x := range xs {
		if x == null {
			n++
		}
	}
	return n
}

// dropNulls appends the values that are not null to dst and sets the levels; it does nothing where all or none are.
func dropNulls[T any](e *chunkEncoder, dst, values []T, nulls int, null func(T) bool) []T {
	if nulls == 0 || nulls == len(values) {
		return dst
	}
	dst, e.levels = slices.Grow(dst, len(values)), slices.Grow(e.levels[:0], len(values))[:len(values)]
	dst = dst[:len(values)]
	kept := 0
	for i, x := range values {
		dst[kept] = x
		if level := byte(1); !null(x) {
			e.levels[i] = level
			kept++
		} else {
			e.levels[i] = 0
		}
	}
	return dst[:kept]
}

func (e *chunkEncoder) dropIDs(v *Vector) (nulls int) {
	e.levels = e.levels[:0]
	for i := 0; i < len(v.Bytes); i += 16 {
		if id := credit.ID(v.Bytes[i : i+16]); id.IsZero() {
			nulls++
			e.levels = append(e.levels, 0)
		} else {
			e.dense.Bytes = append(e.dense.Bytes, id[:]...)
			e.levels = append(e.levels, 1)
		}
	}
	return nulls
}

func (e *chunkEncoder) dropTexts(v *Vector) (nulls int) {
	e.levels = e.levels[:0]
	at := uint32(0)
	for _, end := range v.Ends {
		if end == at {
			nulls++
			e.levels = append(e.levels, 0)
		} else {
			e.dense.AppendBytes(v.Bytes[at:end])
			e.levels = append(e.levels, 1)
		}
		at = end
	}
	return nulls
}

// appendLevels puts the definition levels at the head of the page: their length, then runs.
func (e *chunkEncoder) appendLevels(rows, nulls int) error {
	e.page = append(e.page, 0, 0, 0, 0)
	if nulls == 0 || nulls == rows { // one run, by far the most frequent cases
		e.page = binary.AppendUvarint(e.page, uint64(rows)<<1)
		level := byte(1)
		if nulls > 0 {
			level = 0
		}
		e.page = append(e.page, level)
	} else {
		runs, err := (&rle.Encoding{BitWidth: 1}).EncodeLevels(e.plain[:0], e.levels)
		if err != nil {
			return err
		}
		e.plain = runs
		e.page = append(e.page, runs...)
	}
	binary.LittleEndian.PutUint32(e.page, uint32(len(e.page)-4))
	return nil
}

// appendPlain appends the values of v in Parquet's PLAIN encoding.
func appendPlain(dst []byte, t Type, v *Vector) []byte {
	switch t {
	case Double:
		for _, x := range v.Doubles {
			dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(x))
		}
	case Int32, Date:
		for _, x := range v.Int32s {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(x))
		}
	case Int64:
		for _, x := range v.Int64s {
			dst = binary.LittleEndian.AppendUint64(dst, uint64(x))
		}
	case ID:
		dst = append(dst, v.Bytes...)
	default:
		at := uint32(0)
		for _, end := range v.Ends {
			dst = binary.LittleEndian.AppendUint32(dst, end-at)
			dst = append(dst, v.Bytes[at:end]...)
			at = end
		}
	}
	return dst
}

// bounds sets the least and the greatest value; NaN is passed over, and Parquet asks that a zero bound be written
// -0 below and +0 above. Nothing is set where there is no value, and for opaque bytes.
func bounds(t Type, v *Vector, s *format.Statistics) {
	if v.rows(t) == 0 || t == ID || t == Bytes {
		return
	}
	low, high := Vector{}, Vector{}
	switch t {
	case Double:
		lo, hi := math.Inf(1), math.Inf(-1)
		for _, x := range v.Doubles {
			if x < lo {
				lo = x
			}
			if x > hi {
				hi = x
			}
		}
		if lo > hi {
			return
		}
		if lo == 0 {
			lo = math.Copysign(0, -1)
		}
		low.Doubles, high.Doubles = []float64{lo}, []float64{hi + 0}
	case Int32, Date:
		lo, hi := v.Int32s[0], v.Int32s[0]
		for _, x := range v.Int32s {
			lo, hi = min(lo, x), max(hi, x)
		}
		low.Int32s, high.Int32s = []int32{lo}, []int32{hi}
	case Int64:
		lo, hi := v.Int64s[0], v.Int64s[0]
		for _, x := range v.Int64s {
			lo, hi = min(lo, x), max(hi, x)
		}
		low.Int64s, high.Int64s = []int64{lo}, []int64{hi}
	case Text:
		s.MinValue, s.MaxValue = textBounds(v)
		return
	}
	s.MinValue, s.MaxValue = appendPlain(nil, t, &low), appendPlain(nil, t, &high)
}

func textBounds(v *Vector) (lo, hi []byte) {
	lo, hi = v.Bytes[:v.Ends[0]], v.Bytes[:v.Ends[0]]
	at := uint32(0)
	for _, end := range v.Ends {
		b := v.Bytes[at:end]
		at = end
		if bytes.Compare(b, lo) < 0 {
			lo = b
		}
		if bytes.Compare(b, hi) > 0 {
			hi = b
		}
	}
	return bytes.Clone(lo), bytes.Clone(hi)
}
