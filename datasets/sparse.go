package datasets

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"github.com/parquet-go/parquet-go/encoding/rle"
)

// Sparse holds the values of a Double column, most of whose rows have one value, the base. A column that is given so has
// the bytes that its values one by one would have.
type Sparse struct {
	Rows  int
	Base  float64
	Cells []Cell // the rows that have another value, ascending
}

// Cell is the value of one row.
type Cell struct {
	Value float64
	Row   uint16
}

// put sets a row after all that have been set. Values are told apart by their bits, and NaN is one value.
func (s *Sparse) put(row int, x float64) {
	if math.Float64bits(x) == math.Float64bits(s.Base) || x != x && s.Base != s.Base {
		return
	}
	s.Cells = append(s.Cells, Cell{x, uint16(row)})
}

// reset begins a row group.
func (s *Sparse) reset(base float64) {
	s.Rows, s.Base, s.Cells = 0, base, s.Cells[:0]
}

// doubles appends every value, nulls left out where nulls is set.
func (s *Sparse) doubles(dst []float64, nulls bool) []float64 {
	from, next := len(dst), 0
	fill := func(to int) {
		if n := to - next; n > 0 && !(nulls && s.Base != s.Base) {
			at := len(dst)
			dst = slices.Grow(dst, n)[:at+n]
			for i := range dst[at:] {
				dst[at+i] = s.Base
			}
		}
	}
	dst = slices.Grow(dst[:from], s.Rows)
	for _, c := range s.Cells {
		fill(int(c.Row))
		if !nulls || c.Value == c.Value {
			dst = append(dst, c.Value)
		}
		next = int(c.Row) + 1
	}
	fill(s.Rows)
	return dst
}

// dropSparse is drop for a sparse vector: it counts the nulls and notes in e.levels where they are.
func (e *chunkEncoder) dropSparse(s *Sparse) (nulls int) {
	null := s.Base != s.Base
	if null {
		nulls = s.Rows - len(s.Cells)
	} else {
		for _, c := range s.Cells {
			if c.Value != c.Value {
				nulls++
			}
		}
	}
	if nulls == 0 || nulls == s.Rows {
		return nulls
	}
	e.levels = slices.Grow(e.levels[:0], s.Rows)[:s.Rows]
	if null {
		clear(e.levels)
		for _, c := range s.Cells {
			e.levels[c.Row] = 1
		}
		return nulls
	}
	for i := range e.levels {
		e.levels[i] = 1
	}
	for _, c := range s.Cells {
		if c.Value != c.Value {
			e.levels[c.Row] = 0
		}
	}
	return nulls
}

// sparse is build for the values of s that are not null, of which there are so many. Where the base is a value, d holds
// its index and only those of the other values, with their places; d.index holds all otherwise.
func (d *dictionary) sparse(s *Sparse, rows int) bool {
	limit := min(maxDictionary, rows/minPerValue)
	d.most = false
	if !d.begin(rows, limit) {
		return false
	}
	if s.Base != s.Base {
		return d.cells(s.Cells, limit)
	}
	d.most, d.base, d.spots, d.where = true, -1, d.spots[:0], d.where[:0]
	next, dense := 0, int32(0)
	for _, c := range s.Cells {
		row, x := int(c.Row), c.Value
		if d.base < 0 && row > next {
			if d.base = d.add(s.Base, limit); d.base < 0 {
				return false
			}
		}
		dense += int32(row - next)
		if next = row + 1; x != x {
			continue
		}
		at := d.add(x, limit)
		if at < 0 {
			return false
		}
		d.spots, d.where = append(d.spots, at), append(d.where, dense)
		dense++
	}
	if d.base < 0 && next < s.Rows {
		d.base = d.add(s.Base, limit)
		return d.base >= 0
	}
	return true
}

// cells is doubles.
func (d *dictionary) cells(cells []Cell, limit int) bool {
	last, at := uint64(0), int32(-1)
	for i := range cells {
		if key := math.Float64bits(cells[i].Value); key != last || at < 0 {
			if last, at = key, d.add(cells[i].Value, limit); at < 0 {
				return false
			}
		}
		d.index[i] = at
	}
	return true
}

// add returns the index of a number, -1 where there are too many.
func (d *dictionary) add(x float64, limit int) int32 {
	key := math.Float64bits(x)
	slot := mix(key) % slots
	for d.table[slot] != 0 && math.Float64bits(d.values.Doubles[d.table[slot]-1]) != key {
		slot = (slot + 1) % slots
	}
	if !d.take(slot, limit) {
		return -1
	}
	at := int32(d.table[slot]) - 1
	if int(at) == len(d.values.Doubles) {
		d.values.Doubles = append(d.values.Doubles, x)
	}
	return at
}

// encode returns the indexes of so many rows as the library's encoder writes them, in the memory of dst: their width,
// then runs and packed groups of eight. Where most are the base it is given only the groups that hold another.
func (d *dictionary) encode(dst []byte, rows int) ([]byte, error) {
	if !d.most {
		return (&rle.DictionaryEncoding{}).EncodeInt32(dst[:0], d.index)
	}
	width := bits.Len32(uint32(d.count - 1))
	dst = append(dst[:0], byte(width))
	if width == 0 {
		return binary.AppendUvarint(dst, uint64(rows)<<1), nil
	}
	coder, whole, i := rle.Encoding{BitWidth: width}, rows/8, 0
	part := func(from, to, first int) (err error) {
		d.packed, err = coder.EncodeInt32(d.packed[:0], d.stretch(from, to, first))
		dst = append(dst, d.packed...)
		return err
	}
	for group := 0; group < whole; {
		next := whole
		if i < len(d.where) {
			next = min(int(d.where[i])/8, whole)
		}
		if next > group {
			dst = appendRun(dst, 8*(next-group), d.base, width)
			group = next
			continue
		}
		first := i
		for ; i < len(d.where) && int(d.where[i])/8 <= next && int(d.where[i])/8 < whole; i++ {
			next = int(d.where[i])/8 + 1
		}
		if err := part(8*group, 8*next, first); err != nil {
			return nil, err
		}
		group = next
	}
	if 8*whole < rows {
		if err := part(8*whole, rows, i); err != nil {
			return nil, err
		}
	}
	return dst, nil
}

// stretch writes out the indexes from one row to another; first is the first spot not before it.
func (d *dictionary) stretch(from, to, first int) []int32 {
	out := slices.Grow(d.index[:0], to-from)[:to-from]
	d.index = out
	for i := range out {
		out[i] = d.base
	}
	for i := first; i < len(d.where) && int(d.where[i]) < to; i++ {
		out[int(d.where[i])-from] = d.spots[i]
	}
	return out
}

// appendRun appends one run of an index of so many bits.
func appendRun(dst []byte, n int, index int32, width int) []byte {
	dst = binary.AppendUvarint(dst, uint64(n)<<1)
	for i := 0; i < (width+7)/8; i++ {
		dst = append(dst, byte(index>>(8*i)))
	}
	return dst
}
