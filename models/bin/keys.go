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

// OrderKey maps numbers to integers in the same order; both zeros are one.
func OrderKey(x float64) uint64 {
	b := math.Float64bits(x + 0)
	return b ^ (uint64(int64(b)>>63) | 1<<63)
}

// RowKeys returns a number for each row of a frame with a target that rests on what the row holds, not on where it stands: a
// hash of its values, outcome and weight. Of rows that are alike the first has occurrence 0, the next 1, and so on: which of
// them has which key is of no consequence. So draws by key are the same set of rows in any order of the table.
func RowKeys(f *models.Frame, threads int) []uint64 {
	keys := make([]uint64, f.Rows())
	const block = 1 << 14
	models.Parallel(threads, (len(keys)+block-1)/block, func(k int) {
		from, to := k*block, min(len(keys), (k+1)*block)
		for c := range f.Columns {
			for i, v := range f.Columns[c].Values[from:to] {
				if v != v {
					v = math.Inf(1) // all NaN are alike; a frame holds no infinity
				}
				keys[from+i] = Mix(keys[from+i] ^ OrderKey(v))
			}
		}
		for i := from; i < to; i++ {
			keys[i] = Mix(keys[i] ^ math.Float64bits(f.Target[i]) ^ math.Float64bits(f.Weight(i))<<1)
		}
	})
	numberAlike(keys)
	return keys
}

// numberAlike makes equal keys differ by their occurrence.
func numberAlike(keys []uint64) {
	sorted := slices.Clone(keys)
	slices.Sort(sorted)
	count := map[uint64]uint64{}
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			count[sorted[i]] = 0
		}
	}
	if len(count) == 0 {
		return
	}
	for i, k := range keys {
		if n, ok := count[k]; ok {
			keys[i] = Mix(k + n*0x632be59bd9b4e019)
			count[k] = n + 1
		}
	}
}

// Deal deals the rows of each outcome out to folds in the order of their keys, so that folds have about as many rows and as
// many bad ones. bad is above 0 for bad rows.
func Deal(keys []uint64, bad []uint8, folds int) []uint8 {
	order := make([]int32, len(keys))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(bad[a], bad[b]), cmp.Compare(keys[a], keys[b]))
	})
	fold := make([]uint8, len(keys))
	for i, row := range order {
		fold[row] = uint8(i % folds)
	}
	return fold
}
