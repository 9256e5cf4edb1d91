package features

import "math"

// benchValues are those that only the benchmark's 40 indicators (bench.csv) read.
var benchValues = map[string]valueFunc{
	"share_kept": shareKept,
}

// shareKept is the share of due commitments whose first fulfilment is dated on the due day or before.
func shareKept(_ *view, items []*item) float64 {
	if len(items) == 0 {
		return math.NaN()
	}
	n := 0
	for _, it := range items {
		if it.first >= 0 && it.acts[it.first].rec.Event <= it.end {
			n++
		}
	}
	return float64(n) / float64(len(items))
}
