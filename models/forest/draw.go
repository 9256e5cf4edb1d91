//go:build cgo

package forest

import (
	"math"
	"slices"

	"hengxin/models/bin"
)

// draw returns rows drawn with replacement, by weight.
func (w *work) draw(tree int) []int {
	g := bin.Mix(w.recipe.Seed<<20 + uint64(tree))
	rows := make([]int, min(len(w.sum), w.recipe.TreeRows))
	for i := range rows {
		g = bin.Mix(g)
		u := float64(g>>11) / (1 << 53) * w.sum[len(w.sum)-1]
		rows[i], _ = slices.BinarySearch(w.sum, u)
		rows[i] = min(rows[i], len(w.sum)-1)
	}
	return rows
}

// features is how many columns a node draws.
func (w *work) features() int {
	if w.recipe.Features > 0 {
		return w.recipe.Features
	}
	return int(math.Ceil(math.Sqrt(float64(len(w.inputs)))))
}
