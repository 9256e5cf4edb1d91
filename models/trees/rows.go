package trees

import (
	"cmp"
	"math"
	"slices"

	"hengxin/models"
)

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result hangs on every bit of x.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// rowKeys returns a number for each row that rests on what the row holds, not on where it stands: a hash of its values,
// outcome and weight. Of rows that are alike the first has occurrence 0, the next 1, and so on: which of them has which
// key is of no consequence. So draws by key are the same set of rows in any order of the table.
func rowKeys(f *models.Frame, threads int) []uint64 {
	keys := make([]uint64, f.Rows())
	const block = 1 << 14
	parallel(threads, (len(keys)+block-1)/block, func(k int) {
		from, to := k*block, min(len(keys), (k+1)*block)
		for c := range f.Columns {
			for i, v := range f.Columns[c].Values[from:to] {
				if v != v {
					v = math.Inf(1) // all NaN are alike; a frame holds no infinity
				}
				keys[from+i] = mix(keys[from+i] ^ keyOf(v))
			}
		}
		for i := from; i < to; i++ {
			keys[i] = mix(keys[i] ^ math.Float64bits(f.Target[i]) ^ math.Float64bits(f.Weight(i))<<1)
		}
	})
	numberAlike(keys)
	return keys
}

// numberAlike makes equal keys differ by their occurrence.
func numberAlike(keys []uint64) {
	sorted := radixSort(slices.Clone(keys), nil)
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
			keys[i] = mix(k + n*0x632be59bd9b4e019)
			count[k] = n + 1
		}
	}
}

// foldRows deals the rows of each outcome out to folds in the order of their keys, so that folds have about as many rows
// and as many bad ones.
func foldRows(keys []uint64, bad []uint8, folds int) []uint8 {
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

// drawColumns draws a share of the columns, at least one, by a hash of seed and column, and returns their inputs; nil =
// all.
func drawColumns(inputs []input, columns int, share float64, seed uint64) []bool {
	n := max(1, int(math.Ceil(float64(share*float64(columns)))))
	if n >= columns {
		return nil
	}
	order := make([]int, columns)
	for i := range order {
		order[i] = i
	}
	draw := func(c int) uint64 { return mix(seed ^ mix(uint64(c))) }
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(draw(a), draw(b)), cmp.Compare(a, b)) })
	drawn := make([]bool, len(inputs))
	for i := range inputs {
		drawn[i] = slices.Contains(order[:n], inputs[i].column)
	}
	return drawn
}

// threshold is the key below which a share of all keys lies.
func threshold(share float64) uint64 {
	if share >= 1 {
		return math.MaxUint64
	}
	return uint64(share*(1<<53)) << 11
}
