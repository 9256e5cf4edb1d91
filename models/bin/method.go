package bin

import (
	"math"
)

// Method is how cells become bins.
type Method string

// The methods. All but Optimal pay no heed to Objective, MinGain and the limits on neighbours; where a trend is declared,
// their bins are cells that are merged further until it holds. Quantile and Width cut numbers alone: the levels of a category are
// merged as by Optimal.
const (
	Optimal  Method = "optimal"  // the true optimum over fine cells
	Quantile Method = "quantile" // MaxBins bins of about equal numbers of rows
	Width    Method = "width"    // MaxBins bins of one width; those with too few rows are joined
	ChiMerge Method = "chimerge" // bottom up: the most alike neighbours are merged (R. Kerber, ChiMerge, AAAI-92, 123)
	Tree     Method = "tree"     // top down: the split that gains the most log likelihood, as a classification tree
)

// leastRows is the fewest rows of a merged bin among cells.
func (r Rules) leastRows(cells []Counts) int64 {
	rows := int64(0)
	for _, c := range cells {
		rows += c.Rows
	}
	return max(1, int64(r.MinRows), int64(math.Ceil(float64(r.MinShare*float64(rows)))))
}

// cuts merges cells by the method: the first cell of every bin but the first.
func (r Rules) cuts(cells []Counts, o *Outcome) []int {
	switch r.Method {
	case ChiMerge:
		return r.chiMerge(cells, o)
	case Tree:
		return r.tree(cells, o)
	}
	return r.joinSmall(cells)
}

// joinSmall closes a bin as soon as it has enough rows; what is left at the end joins the last one.
func (r Rules) joinSmall(cells []Counts) []int {
	least := r.leastRows(cells)
	cuts := []int{}
	left := int64(0)
	for _, c := range cells {
		left += c.Rows
	}
	var sum Counts
	for i, c := range cells {
		if i > 0 && r.enough(sum, least) && left >= least {
			cuts, sum = append(cuts, i), Counts{}
		}
		sum.Add(c)
		left -= c.Rows
	}
	if len(cuts) > 0 && !r.enough(sum, least) {
		cuts = cuts[:len(cuts)-1]
	}
	return cuts
}

// enough reports whether a bin has as many rows and outcomes of each kind as the rules want.
func (r Rules) enough(c Counts, least int64) bool {
	return c.Rows >= least && c.Events >= int64(r.MinEvents) && c.Rows-c.Events >= int64(r.MinEvents)
}

// chiMerge merges, as long as there are too many bins, bins that are too small, or neighbours whose chi-squared is under that of the
// p-value MaxP (0.05 where it is 0): first a bin that is too small, the one of the fewest rows, with the neighbour that is
// more like it, then the pair of the smallest chi-squared, the first where several are equal.
func (r Rules) chiMerge(cells []Counts, o *Outcome) []int {
	p := r.MaxP
	if p == 0 {
		p = 0.05
	}
	limit, least, scale := chiSquared(p), r.leastRows(cells), o.scale()
	bins, cuts := append([]Counts{}, cells...), make([]int, max(0, len(cells)-1))
	for i := range cuts {
		cuts[i] = i + 1
	}
	for len(bins) > 1 {
		at, lowest := r.nextMerge(bins, least, scale)
		if small := lowest < 0; !small && len(bins) <= r.MaxBins && lowest >= limit {
			break
		}
		bins[at].Add(bins[at+1])
		bins, cuts = append(bins[:at+1], bins[at+2:]...), append(cuts[:at], cuts[at+1:]...)
	}
	return cuts
}

// nextMerge returns the left one of the pair to merge and its chi-squared, -1 where a bin is too small.
func (r Rules) nextMerge(bins []Counts, least int64, scale float64) (at int, chi float64) {
	small := -1
	for i, b := range bins {
		if !r.enough(b, least) && (small < 0 || b.Rows < bins[small].Rows) {
			small = i
		}
	}
	if small >= 0 {
		switch {
		case small == 0:
			return 0, -1
		case small == len(bins)-1 || pearson(bins[small-1], bins[small], scale) <= pearson(bins[small], bins[small+1], scale):
			return small - 1, -1
		}
		return small, -1
	}
	chi = math.Inf(1)
	for i := range len(bins) - 1 {
		if c := pearson(bins[i], bins[i+1], scale); c < chi {
			at, chi = i, c
		}
	}
	return at, chi
}

// pearson is Pearson's chi-squared of the two by two table of two bins and the outcome, in effective rows; 0 where one
// outcome is missing.
func pearson(a, b Counts, scale float64) float64 {
	x, y := float64(float64(a.Weight)*scale), float64(float64(b.Weight)*scale)
	pool := float64(a.Bad+b.Bad) / float64(a.Weight+b.Weight)
	if x == 0 || y == 0 || pool == 0 || pool == 1 {
		return 0
	}
	d := float64(a.Bad)/float64(a.Weight) - float64(b.Bad)/float64(b.Weight)
	return float64(d*d) / float64(float64(pool*(1-pool))*(1/x+1/y))
}

// tree splits, as long as there are fewer than MaxBins bins, the bin whose best split gains the most log likelihood (the
// first where several do), which must be above the price of a bin.
func (r Rules) tree(cells []Counts, o *Outcome) []int {
	least, price, scale := r.leastRows(cells), r.penalty(o), o.scale()
	sums := prefix(cells)
	borders := []int{0, len(cells)}
	for len(borders)-1 < r.MaxBins {
		best, at, where := price, 0, -1
		for i := range len(borders) - 1 {
			lo, hi := borders[i], borders[i+1]
			whole := likelihood(between(sums, lo, hi))
			for k := lo + 1; k < hi; k++ {
				a, b := between(sums, lo, k), between(sums, k, hi)
				if !r.enough(a, least) || !r.enough(b, least) {
					continue
				}
				if gain := float64((likelihood(a) + likelihood(b) - whole) * scale); gain > best {
					best, at, where = gain, k, i+1
				}
			}
		}
		if where < 0 {
			break
		}
		borders = append(borders[:where], append([]int{at}, borders[where:]...)...)
	}
	return borders[1 : len(borders)-1]
}
