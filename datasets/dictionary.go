package datasets

import (
	"bytes"
	"math"
	"slices"
)

const (
	maxDictionary = 4096 // values; more would not stay in the first cache, and shrink little
	slots         = 4 * maxDictionary
	minPerValue   = 2 // rows a value must have on average for a dictionary to pay
)

// dictionary collects the distinct values of a vector in order of first appearance.
type dictionary struct {
	values Vector
	index  []int32
	count  int

	most   bool    // the index of most rows is base; of the others, where has the row and spots the index
	base   int32   // -1 where no row has it
	where  []int32 // ascending
	spots  []int32
	packed []byte

	table [slots]uint16 // 1 + index of the value, 0 where empty
}

// build fills d from v; false says that a dictionary would not pay, and d is not to be used then.
func (d *dictionary) build(t Type, v *Vector) bool {
	rows := v.rows(t)
	limit := min(maxDictionary, rows/minPerValue)
	d.most = false
	if t == ID || !d.begin(rows, limit) {
		return false
	}
	switch t {
	case Double:
		return d.doubles(v.Doubles, limit)
	case Int32, Date:
		return d.int32s(v.Int32s, limit)
	case Int64:
		return d.int64s(v.Int64s, limit)
	}
	return d.texts(v, limit)
}

// begin empties d, with room for so many rows; false where no value is allowed.
func (d *dictionary) begin(rows, limit int) bool {
	if limit == 0 {
		return false
	}
	d.values.Reset()
	d.count = 0
	clear(d.table[:])
	d.index = slices.Grow(d.index[:0], rows)[:rows]
	return true
}

// mix is the finaliser of splitmix64 (Steele, Lea, Flood, 2014): its high bits depend on every bit of the key.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// doubles goes by the bits of the numbers: NaN with different bits, and the two zeros, stay apart.
func (d *dictionary) doubles(xs []float64, limit int) bool {
	last, lastAt := uint64(0), int32(-1)
	for i, x := range xs {
		key := math.Float64bits(x)
		if key != last || lastAt < 0 {
			slot := mix(key) % slots
			for d.table[slot] != 0 && math.Float64bits(d.values.Doubles[d.table[slot]-1]) != key {
				slot = (slot + 1) % slots
			}
			if !d.take(slot, limit) {
				return false
			}
			if last, lastAt = key, int32(d.table[slot])-1; int(lastAt) == len(d.values.Doubles) {
				d.values.Doubles = append(d.values.Doubles, x)
			}
		}
		d.index[i] = lastAt
	}
	return true
}

// take gives the next index to the slot if it is empty; false says that there are too many values.
func (d *dictionary) take(slot uint64, limit int) bool {
	if d.table[slot] != 0 {
		return true
	}
	if d.count == limit {
		return false
	}
	d.count++
	d.table[slot] = uint16(d.count)
	return true
}

func (d *dictionary) int32s(xs []int32, limit int) bool {
	for i, x := range xs {
		slot := mix(uint64(uint32(x))) % slots
		for d.table[slot] != 0 && d.values.Int32s[d.table[slot]-1] != x {
			slot = (slot + 1) % slots
		}
		if !d.take(slot, limit) {
			return false
		}
		at := int32(d.table[slot]) - 1
		if int(at) == len(d.values.Int32s) {
			d.values.Int32s = append(d.values.Int32s, x)
		}
		d.index[i] = at
	}
	return true
}

func (d *dictionary) int64s(xs []int64, limit int) bool {
	for i, x := range xs {
		slot := mix(uint64(x)) % slots
		for d.table[slot] != 0 && d.values.Int64s[d.table[slot]-1] != x {
			slot = (slot + 1) % slots
		}
		if !d.take(slot, limit) {
			return false
		}
		at := int32(d.table[slot]) - 1
		if int(at) == len(d.values.Int64s) {
			d.values.Int64s = append(d.values.Int64s, x)
		}
		d.index[i] = at
	}
	return true
}

func (d *dictionary) texts(v *Vector, limit int) bool {
	value := func(i int32) []byte {
		start := uint32(0)
		if i > 0 {
			start = d.values.Ends[i-1]
		}
		return d.values.Bytes[start:d.values.Ends[i]]
	}
	at, last := uint32(0), int32(-1)
	for i, end := range v.Ends {
		b := v.Bytes[at:end]
		at = end
		if last < 0 || !bytes.Equal(value(last), b) {
			slot := hashBytes(b) % slots
			for d.table[slot] != 0 && !bytes.Equal(value(int32(d.table[slot])-1), b) {
				slot = (slot + 1) % slots
			}
			if !d.take(slot, limit) {
				return false
			}
			if last = int32(d.table[slot]) - 1; int(last) == len(d.values.Ends) {
				d.values.AppendBytes(b)
			}
		}
		d.index[i] = last
	}
	return true
}

// hashBytes is FNV-1a, mixed.
func hashBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return mix(h)
}
