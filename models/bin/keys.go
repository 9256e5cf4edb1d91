package bin

import (
	"cmp"
	"math"
	"slices"

	"hengxin/models"
)

// Mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result hangs on every bit of x.
func Mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// RowKeys returns a number for each row of a frame with a target that rests on what the row holds and not on where it
// stands: a hash of its values, outcome and weight, with a running number among rows that are alike. Draws by key are the
// same set of rows in any order of the table.
func RowKeys(f *models.Frame) []uint64 {
	keys := make([]uint64, f.Rows())
	for c := range f.Columns {
		for i, v := range f.Columns[c].Values {
			bits := math.Float64bits(v)
			if v != v {
				bits = math.Float64bits(math.Inf(1)) // all NaN are alike; a frame holds no infinity
			} else if v == 0 {
				bits = 0 // and so are the zeros
			}
			keys[i] = Mix(keys[i] ^ bits)
		}
	}
	for i := range keys {
		keys[i] = Mix(keys[i] ^ math.Float64bits(f.Target[i]) ^ math.Float64bits(f.Weight(i))<<1)
	}
	count := make(map[uint64]uint64, len(keys))
	for i, k := range keys {
		if n := count[k]; n > 0 {
			keys[i] = Mix(k + n*0x632be59bd9b4e019)
		}
		count[k]++
	}
	return keys
}

// Deal deals the rows of each outcome out to folds in the order of their keys, so that folds have about as many rows and as
// many bad ones.
func Deal(keys []uint64, o *Outcome, folds int) []uint8 {
	order := make([]int32, len(keys))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if o.Bad[a] != o.Bad[b] {
			if o.Bad[b] {
				return -1
			}
			return 1
		}
		return cmp.Compare(keys[a], keys[b])
	})
	fold := make([]uint8, len(keys))
	for i, row := range order {
		fold[row] = uint8(i % folds)
	}
	return fold
}
