package trees

import (
	"cmp"
	"math"
	"slices"

	"hengxin/models/bin"
)

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
	draw := func(c int) uint64 { return bin.Mix(seed ^ bin.Mix(uint64(c))) }
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
