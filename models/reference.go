package models

import "slices"

// NewHistogram counts values by weight: of a category by level, otherwise by the ascending edges. Weights that are whole
// multiples of a power of two make sums that do not depend on the order of rows.
func NewHistogram(name string, edges []float64, levels int, values []float64, weight func(i int) float64) Histogram {
	h := Histogram{Name: name, Edges: edges, Counts: make([]float64, len(edges)+1)}
	category := levels > 0
	if category {
		h.Edges, h.Counts = []float64{}, make([]float64, levels)
	}
	for i, v := range values {
		switch w := weight(i); {
		case v != v:
			h.Missing += w
		case category && v >= 0:
			h.Counts[int(v)] += w
		case !category:
			at, found := slices.BinarySearch(h.Edges, v)
			if found {
				at++
			}
			h.Counts[at] += w
		}
	}
	return h
}

// Deciles returns up to nine distinct values that cut points into about equal parts.
func Deciles(points []float64) []float64 {
	sorted := slices.Clone(points)
	slices.Sort(sorted)
	edges := []float64{}
	for d := 1; d < 10; d++ {
		e := sorted[d*len(sorted)/10]
		if e > sorted[0] && (len(edges) == 0 || e > edges[len(edges)-1]) {
			edges = append(edges, e)
		}
	}
	return edges
}
