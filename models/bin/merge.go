package bin

import (
	"math"
	"slices"

	"hengxin/exact"
)

// The optimum over all ways to merge neighbouring cells.
//
// A bin of the cells i to j-1 is worth its log likelihood less the penalty. up[i][j] is the best value of all bins up to
// and with bin (i,j), with event rates strictly ascending; down is alike for descending; the best value from bin (i,j)
// to the end is the same thing read backwards. A peak is an ascending course up to a bin and a descending one from it.
// For each border the earlier bins are sorted by rate once, so that the best of those below a rate is one search:
// O(n² log n) for n cells.

// value of a set of bins that break a rule.
var never = math.Inf(-1)

type merger struct {
	n      int
	worth  []float64 // (n+1) × (n+1), by first cell and the cell after the last; never where too small
	rate   []float64
	bounds []Counts // prefix sums
}

// sizes are the rules on one bin.
type sizes struct {
	rows, events int64
	penalty      float64
	scale        float64 // effective rows in a unit of weight
}

func newMerger(counts []Counts, s sizes) *merger {
	n := len(counts)
	m := &merger{n: n, worth: make([]float64, (n+1)*(n+1)), rate: make([]float64, (n+1)*(n+1)), bounds: make([]Counts, n+1)}
	for i, c := range counts {
		m.bounds[i+1] = m.bounds[i]
		m.bounds[i+1].Add(c)
	}
	for i := range n {
		for j := i + 1; j <= n; j++ {
			c := m.sum(i, j)
			m.rate[m.at(i, j)] = float64(c.Bad) / float64(c.Weight)
			m.worth[m.at(i, j)] = never
			if c.Rows >= s.rows && c.Events >= s.events && c.Rows-c.Events >= s.events {
				m.worth[m.at(i, j)] = float64(likelihood(c)*s.scale) - s.penalty
			}
		}
	}
	return m
}

func (m *merger) at(i, j int) int { return i*(m.n+1) + j }

func (m *merger) sum(i, j int) Counts {
	a, b := m.bounds[i], m.bounds[j]
	return Counts{b.Rows - a.Rows, b.Events - a.Events, b.Weight - a.Weight, b.Bad - a.Bad}
}

// likelihood is the largest log likelihood of the outcomes of a cell: e ln(e/w) + (w-e) ln((w-e)/w), in units of weight.
func likelihood(c Counts) float64 {
	w, e := float64(c.Weight), float64(c.Bad)
	g := float64(c.Weight - c.Bad)
	sum := 0.0
	if e > 0 {
		sum += float64(e * exact.Log(e/w))
	}
	if g > 0 {
		sum += float64(g * exact.Log(g/w))
	}
	return sum
}

// table holds, for each bin (i,j), the best value of a course that ends with it, and where its last bin but one begins
// (-1: it is the first).
type table struct {
	value []float64
	from  []int32
}

// course fills the table of courses whose rates go up (sign 1) or down (sign -1); back reads the cells from the end, and
// then "ends with" means "begins with".
func (m *merger) course(sign float64, back bool) *table {
	t := &table{value: make([]float64, len(m.worth)), from: make([]int32, len(m.worth))}
	order := make([]int, 0, m.n)
	best := make([]int, 0, m.n)
	for border := range m.n {
		order, best = m.rank(t, border, sign, back, order[:0], best[:0])
		for next := border + 1; next <= m.n; next++ {
			c := m.cell(border, next, back)
			t.value[c], t.from[c] = never, -1
			if border == 0 {
				t.value[c] = m.worth[c]
				continue
			}
			k, _ := slices.BinarySearchFunc(order, sign*m.rate[c], func(o int, r float64) int {
				if sign*m.rate[o] < r {
					return -1
				}
				return 1
			})
			if k > 0 && m.worth[c] != never {
				p := best[k-1]
				t.value[c], t.from[c] = t.value[p]+m.worth[c], int32(p)
			}
		}
	}
	return t
}

// cell names the bin between two borders, counted from the front or from the back.
func (m *merger) cell(a, b int, back bool) int {
	if back {
		return m.at(m.n-b, m.n-a)
	}
	return m.at(a, b)
}

// rank sorts the bins that end at the border by rate, and finds for each the best of those up to it; ties go to the
// earlier.
func (m *merger) rank(t *table, border int, sign float64, back bool, order, best []int) ([]int, []int) {
	for k := range border {
		if c := m.cell(k, border, back); t.value[c] != never {
			order = append(order, c)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch ra, rb := sign*m.rate[a], sign*m.rate[b]; {
		case ra < rb:
			return -1
		case ra > rb:
			return 1
		}
		return 0
	})
	for i, c := range order {
		if i > 0 && t.value[best[i-1]] >= t.value[c] {
			c = best[i-1]
		}
		best = append(best, c)
	}
	return order, best
}

// merging is a way to merge: the first cell of every bin but the first, and its value.
type merging struct {
	cuts  []int
	value float64
	trend Trend
}

// monotone returns the best course up or down.
func (m *merger) monotone(sign float64, trend Trend) merging {
	t := m.course(sign, false)
	end, value := -1, never
	for i := range m.n {
		if c := m.at(i, m.n); t.value[c] > value {
			end, value = c, t.value[c]
		}
	}
	return merging{m.walk(t, end, nil), value, trend}
}

// walk collects the first cells of the bins that lead to bin c.
func (m *merger) walk(t *table, c int, cuts []int) []int {
	for c >= 0 {
		if first := c / (m.n + 1); first > 0 {
			cuts = append(cuts, first)
		}
		c = int(t.from[c])
	}
	slices.Sort(cuts)
	return cuts
}

// turn returns the best course with one turn: sign 1 a peak, -1 a valley. A course without a turn is among them.
func (m *merger) turn(sign float64, trend Trend) merging {
	front, rear := m.course(sign, false), m.course(sign, true)
	top, value := -1, never
	for i := range m.n {
		for j := i + 1; j <= m.n; j++ {
			c := m.at(i, j)
			if m.worth[c] == never {
				continue
			}
			if v := front.value[c] + rear.value[c] - m.worth[c]; v > value {
				top, value = c, v
			}
		}
	}
	if top < 0 {
		return merging{nil, never, trend}
	}
	cuts := m.walk(front, top, nil)
	for c := int(rear.from[top]); c >= 0; c = int(rear.from[c]) {
		cuts = append(cuts, c/(m.n+1))
	}
	slices.Sort(cuts)
	return merging{cuts, value, trend}
}

// free returns the best merging without a trend.
func (m *merger) free() merging {
	value, from := make([]float64, m.n+1), make([]int, m.n+1)
	for j := 1; j <= m.n; j++ {
		value[j] = never
		for i := range j {
			if v := value[i] + m.worth[m.at(i, j)]; v > value[j] {
				value[j], from[j] = v, i
			}
		}
	}
	var cuts []int
	if value[m.n] != never {
		for j := from[m.n]; j > 0; j = from[j] {
			cuts = append(cuts, j)
		}
	}
	slices.Sort(cuts)
	return merging{cuts, value[m.n], None}
}
