package bin

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"hengxin/models"
)

// Fine is a column counted into fine cells. Cells stand in this order: of a number the cells in
// ascending order, one for each special code, missing; of a category the levels, missing, unseen.
type Fine struct {
	column  *models.Column
	plan    Plan
	rules   Rules
	base    Outcome    // totals and unit, without rows
	edges   []float64  // between the cells of a number
	special []float64  // ascending
	cell    []int32    // by row
	counts  []Counts   // by cell
	periods [][]Counts // by period and cell of a number; nil where rows have no period
}

// Count counts a column of a frame that passed its Check.
// It returns [models.ErrInvalid] for rules or plans that cannot be followed.
func Count(c *models.Column, o *Outcome, plan Plan, r Rules) (*Fine, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if len(c.Values) != len(o.Bad) {
		return nil, fmt.Errorf("bin column %q: %d values for %d outcomes: %w", c.Name, len(c.Values), len(o.Bad), models.ErrInvalid)
	}
	if !knownTrend(plan.Trend) {
		return nil, fmt.Errorf("bin column %q: trend %q: %w", c.Name, plan.Trend, models.ErrInvalid)
	}
	f := &Fine{column: c, plan: plan, rules: r, base: Outcome{Unit: o.Unit, Total: o.Total}, cell: make([]int32, len(c.Values))}
	if bent := plan.Trend == Concave || plan.Trend == Convex; bent && r.PreBins > 128 {
		return nil, fmt.Errorf("bin column %q: trend %q takes at most 128 pre-bins, not %d: %w", c.Name, plan.Trend, r.PreBins, models.ErrInvalid)
	}
	if r.Objective == Gini && slices.Contains([]Trend{Peak, Valley, Concave, Convex, None}, plan.Trend) {
		return nil, fmt.Errorf("bin column %q: objective gini needs a monotone trend, not %q; use iv or js: %w", c.Name, plan.Trend, models.ErrInvalid)
	}
	if c.Type == models.Category {
		if plan.Trend != "" && plan.Trend != Auto || len(plan.Special) > 0 {
			return nil, fmt.Errorf("bin column %q: a category has no trend and no special codes; declare it a number: %w", c.Name, models.ErrInvalid)
		}
		f.placeLevels()
	} else {
		f.special = slices.Clone(plan.Special)
		slices.Sort(f.special)
		if f.special = slices.Compact(f.special); !models.Ascending(f.special) {
			return nil, fmt.Errorf("bin column %q: special codes %v must be finite: %w", c.Name, f.special, models.ErrInvalid)
		}
		f.placeNumbers()
	}
	if err := f.checkCut(); err != nil {
		return nil, err
	}
	for i, cell := range f.cell {
		f.counts[cell].Add(o.row(i))
	}
	f.countPeriods(o)
	return f, nil
}

// countPeriods counts the cells of a number by period.
func (f *Fine) countPeriods(o *Outcome) {
	if o.Period == nil || f.column.Type == models.Category {
		return
	}
	f.periods = make([][]Counts, int(slices.Max(o.Period))+1)
	for k := range f.periods {
		f.periods[k] = make([]Counts, len(f.edges)+1)
	}
	for i, cell := range f.cell {
		if int(cell) <= len(f.edges) {
			f.periods[o.Period[i]][cell].Add(o.row(i))
		}
	}
}

// placeNumbers cuts the numbers and finds the cell of each row.
func (f *Fine) placeNumbers() {
	sorted := make([]float64, 0, len(f.cell))
	for _, x := range f.column.Values {
		if x == x && !slices.Contains(f.special, x) {
			sorted = append(sorted, x)
		}
	}
	slices.Sort(sorted)
	f.edges = f.cutNumbers(sorted)
	cells := len(f.edges) + 1
	f.counts = make([]Counts, cells+len(f.special)+1)
	for i, x := range f.column.Values {
		s := slices.Index(f.special, x)
		switch {
		case x != x:
			f.cell[i] = int32(len(f.counts) - 1)
		case s >= 0:
			f.cell[i] = int32(cells + s)
		default:
			f.cell[i] = int32(upper(f.edges, x))
		}
	}
}

// cut returns the edges of at most so many cells with about equal numbers of rows; equal values stay together. It walks
// the distinct values and closes a cell when it has its share of the rows that are left.
func cut(sorted []float64, cells int) []float64 {
	distinct := 0
	for i, x := range sorted {
		if i == 0 || x != sorted[i-1] {
			distinct++
		}
	}
	edges := []float64{}
	from := 0
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			continue
		}
		if distinct <= cells || (i-from)*(cells-len(edges)) >= len(sorted)-from {
			edges = append(edges, edgeBetween(sorted[i-1], sorted[i]))
			from = i
		}
	}
	return edges
}

func (f *Fine) placeLevels() {
	n := len(f.column.Levels)
	f.counts = make([]Counts, n+2)
	for i, x := range f.column.Values {
		switch {
		case x != x:
			f.cell[i] = int32(n)
		case x == models.Unseen:
			f.cell[i] = int32(n + 1)
		default:
			f.cell[i] = int32(x)
		}
	}
}

// edgeBetween returns an edge between the neighbouring values a and b, with a < edge <= b: the number with the fewest
// digits in the middle half between them, and a whole one between whole numbers.
func edgeBetween(a, b float64) float64 {
	mid, quarter := float64(a/2)+float64(b/2), float64(b/4)-float64(a/4)
	edge := b
	for digits := range 17 {
		v, err := strconv.ParseFloat(strconv.FormatFloat(mid, 'g', digits+1, 64), 64)
		if err == nil && a < v && v <= b && math.Abs(v-mid) <= quarter {
			edge = v
			break
		}
	}
	if whole := math.Ceil(edge); a == math.Trunc(a) && b == math.Trunc(b) && whole <= b {
		return whole
	}
	return edge
}

// smoothRate is the event rate of c with s rows of rate p added; scale turns grid weights into rows.
func smoothRate(c Counts, s, p, scale float64) float64 {
	w := float64(float64(c.Weight) * scale)
	if w+s == 0 {
		return math.NaN()
	}
	return (float64(float64(c.Bad)*scale) + float64(s*p)) / (w + s)
}
