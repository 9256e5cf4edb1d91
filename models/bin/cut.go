package bin

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
)

// Cut is the bins of a column set by hand: they are exactly these, whatever the rules say of sizes. Special codes and
// missing keep bins of their own.
type Cut struct {
	Edges  []float64  `json:"edges,omitempty"`  // of a number: ascending; bin i holds edges[i-1] <= x < edges[i]
	Groups [][]string `json:"groups,omitempty"` // of a category: the levels of each bin; levels that are not named share the bin of the rare ones
}

// checkCut returns [models.ErrInvalid] unless the cut fits the column.
func (f *Fine) checkCut() error {
	c := f.plan.Cut
	if c == nil {
		return nil
	}
	bad := func(format string, args ...any) error {
		return fmt.Errorf("bins set by hand of column %q: "+format+": %w", append(append([]any{f.column.Name}, args...), models.ErrInvalid)...)
	}
	if f.column.Type == models.Number {
		if len(c.Groups) > 0 || len(c.Edges) == 0 {
			return bad("a number takes edges and no groups; to leave the column out, drop it")
		}
		if !models.Ascending(c.Edges) {
			return bad("edges %v must be finite and ascend", c.Edges)
		}
		return nil
	}
	if len(c.Edges) > 0 || len(c.Groups) == 0 {
		return bad("a category takes groups of levels and no edges")
	}
	seen := map[string]bool{}
	for _, g := range c.Groups {
		if len(g) == 0 {
			return bad("a group without levels")
		}
		for _, l := range g {
			if _, ok := slices.BinarySearch(f.column.Levels, l); !ok {
				return bad("level %q is in no row; correct it or take it out", l)
			}
			if seen[l] {
				return bad("level %q stands in two places", l)
			}
			seen[l] = true
		}
	}
	return nil
}

// binGroups makes the bins of a category as they were set by hand.
func (f *Fine) binGroups(v *Variable, counts []Counts, base *Outcome) (*Variable, []int) {
	n, groups := len(f.column.Levels), f.plan.Cut.Groups
	v.Trend = None
	merged := make([]Counts, len(groups))
	var rare Counts
	for i := range v.Groups {
		v.Groups[i] = slices.IndexFunc(groups, func(g []string) bool { return slices.Contains(g, f.column.Levels[i]) })
		if g := v.Groups[i]; g >= 0 {
			merged[g].Add(counts[i])
		} else {
			rare.Add(counts[i])
		}
	}
	v.FineAUC = fineAUC(counts, base, f.rules)
	return v.finishLevels(append(merged, counts[n], rare, counts[n+1]), base, f.rules)
}

// cutNumbers returns the edges of the fine cells of ascending values.
func (f *Fine) cutNumbers(sorted []float64) []float64 {
	switch {
	case f.plan.Cut != nil:
		return f.plan.Cut.Edges
	case f.rules.Method == Quantile:
		return cut(sorted, f.rules.MaxBins)
	case f.rules.Method == Width:
		return equalWidth(sorted, f.rules.MaxBins)
	}
	return cut(sorted, f.rules.PreBins)
}

// equalWidth returns the edges of so many bins of one width from the least to the greatest of ascending values.
func equalWidth(sorted []float64, bins int) []float64 {
	edges := []float64{}
	if len(sorted) == 0 {
		return edges
	}
	low, high := sorted[0], sorted[len(sorted)-1]
	for i := 1; i < bins; i++ {
		t := float64(i) / float64(bins)
		edge := float64(low*(1-t)) + float64(high*t)
		if edge > low && edge <= high && (len(edges) == 0 || edge > edges[len(edges)-1]) {
			edges = append(edges, edge)
		}
	}
	return edges
}

// mergeNumbers merges the cells of a number by the plan and the method.
func (f *Fine) mergeNumbers(cells []Counts, base *Outcome) *Solution {
	if f.plan.Cut != nil {
		all := make([]int, len(cells)-1)
		for i := range all {
			all[i] = i + 1
		}
		return &Solution{Cuts: all, Trend: shape(cells)}
	}
	if f.rules.Method == "" || f.rules.Method == Optimal {
		return merge(cells, f.periods, base, f.plan.Trend, f.rules)
	}
	cuts := f.rules.cuts(cells, base)
	found := join(cells, cuts)
	if t := f.plan.Trend; t == "" || t == Auto || t == None {
		return &Solution{Cuts: cuts, Trend: shape(found)}
	}
	var periods [][]Counts
	for _, p := range f.periods {
		periods = append(periods, join(p, cuts))
	}
	held := merge(found, periods, base, f.plan.Trend, f.rules)
	for i, c := range held.Cuts {
		held.Cuts[i] = cuts[c-1]
	}
	return held
}

// shape names the course of the event rates of bins: Ascending, Descending, Peak, Valley or None; bins without rows do
// not speak.
func shape(bins []Counts) Trend {
	turns, last, first, before := 0, 0, 0, math.NaN()
	for _, c := range bins {
		if c.Weight == 0 {
			continue
		}
		rate := float64(c.Bad) / float64(c.Weight)
		if way := compareNumbers(rate, before); before == before && way != 0 {
			if first == 0 {
				first = way
			}
			if last != 0 && way != last {
				turns++
			}
			last = way
		}
		before = rate
	}
	switch {
	case first == 0 || turns > 1:
		return None
	case turns == 0:
		return map[int]Trend{1: Ascending, -1: Descending}[first]
	}
	return map[int]Trend{1: Peak, -1: Valley}[first]
}
