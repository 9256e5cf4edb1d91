package additive

import (
	"cmp"
	"slices"
)

// axis is one column's cells as a step function sees them: those with an order first, then those that stand alone (missing,
// special codes, rare and unseen levels).
type axis struct {
	cells     int
	ordered   int  // cells 0 to ordered-1 have an order
	category  bool // their order is that of their event rates, found anew for each step
	direction int
}

// stepper finds steps; it reuses what it holds.
type stepper struct {
	recipe  Recipe
	ridge   float64
	order   []int
	prefix  []sum
	counts  []int64
	quadrat []sum
}

// line writes to delta, by cell, the step function of a column that takes most off the loss: up to recipe.Leaves leaves of
// neighbouring cells, and a value of its own for each cell that stands alone.
func (s *stepper) line(delta []int32, a axis, hist []sum, rows []int64) {
	clear(delta)
	s.sort(a, hist)
	n := len(s.order)
	s.prefix, s.counts = append(s.prefix[:0], sum{}), append(s.counts[:0], 0)
	for _, c := range s.order {
		at := s.prefix[len(s.prefix)-1]
		at.add(hist[c])
		s.prefix, s.counts = append(s.prefix, at), append(s.counts, s.counts[len(s.counts)-1]+rows[c])
	}
	cuts := []int{0, n}
	for len(cuts) <= s.recipe.Leaves {
		at := s.cut(cuts, a)
		if at < 0 {
			break
		}
		cuts = append(cuts, at)
		slices.Sort(cuts)
	}
	for k := 1; k < len(cuts); k++ {
		leaf := s.between(cuts[k-1], cuts[k])
		v := leaf.value(s.ridge, s.recipe.Rate)
		if len(cuts) == 2 && a.direction != 0 {
			v = 0 // without a cut a column of a direction says nothing that the base does not
		}
		for _, c := range s.order[cuts[k-1]:cuts[k]] {
			delta[c] = v
		}
	}
	for c := a.ordered; c < a.cells; c++ {
		if rows[c] > 0 {
			delta[c] = hist[c].value(s.ridge, s.recipe.Rate)
		}
	}
}

// sort puts the ordered cells in their order: that of the values, or of a category's rates.
func (s *stepper) sort(a axis, hist []sum) {
	s.order = s.order[:0]
	for c := range a.ordered {
		s.order = append(s.order, c)
	}
	if !a.category {
		return
	}
	rate := func(c int) float64 { return float64(hist[c].g) / (float64(hist[c].h) + s.ridge + 1) }
	slices.SortFunc(s.order, func(x, y int) int { return cmp.Or(cmp.Compare(rate(x), rate(y)), x-y) })
}

func (s *stepper) between(i, j int) sum {
	return sum{s.prefix[j].g - s.prefix[i].g, s.prefix[j].h - s.prefix[i].h}
}

// cut returns the cut that adds most to those there are, -1 where none may be made.
func (s *stepper) cut(cuts []int, a axis) int {
	best, at := 0.0, -1
	for k := 1; k < len(cuts); k++ {
		from, to := cuts[k-1], cuts[k]
		whole := s.between(from, to).gain(s.ridge)
		for c := from + 1; c < to; c++ {
			if s.counts[c]-s.counts[from] < int64(s.recipe.LeafRows) || s.counts[to]-s.counts[c] < int64(s.recipe.LeafRows) {
				continue
			}
			left, right := s.between(from, c), s.between(c, to)
			if gain := left.gain(s.ridge) + right.gain(s.ridge) - whole; gain > best && s.inOrder(cuts, k, c, a.direction) {
				best, at = gain, c
			}
		}
	}
	return at
}

// inOrder reports whether the values of the leaves, with part k cut at c, follow the direction.
func (s *stepper) inOrder(cuts []int, k, c, direction int) bool {
	if direction == 0 {
		return true
	}
	borders := slices.Insert(slices.Clone(cuts), k, c)
	for i := 2; i < len(borders); i++ {
		before := s.between(borders[i-2], borders[i-1]).value(s.ridge, s.recipe.Rate)
		after := s.between(borders[i-1], borders[i]).value(s.ridge, s.recipe.Rate)
		if direction > 0 && after < before || direction < 0 && after > before {
			return false
		}
	}
	return true
}

// plane writes to delta, by cell i*width+j, the step of a pair that takes most off the loss, and returns what it takes off:
// one cut of either column and then one of the other on each side, four leaves at most. It is 0 where no cut may be made.
func (s *stepper) plane(delta []int32, high, width int, hist []sum, rows []int64) float64 {
	clear(delta)
	s.integrate(high, width, hist, rows)
	best := s.halves(high, width, false)
	if other := s.halves(width, high, true); other.gain > best.gain {
		best = other
	}
	if best.gain <= 0 {
		return 0
	}
	for _, r := range best.leaves {
		if r.turned {
			r.top, r.bottom, r.left, r.right = r.left, r.right, r.top, r.bottom
			r.turned = false
		}
		part, _ := s.rectangle(r, width)
		v := part.value(s.ridge, s.recipe.Rate)
		for i := r.top; i < r.bottom; i++ {
			for j := r.left; j < r.right; j++ {
				delta[i*width+j] = v
			}
		}
	}
	return best.gain
}

// rect is the cells of rows top to bottom-1 and columns left to right-1; turned: the other way round.
type rect struct {
	top, bottom, left, right int
	turned                   bool
}

// tiling is a way to cut a pair's table into leaves.
type tiling struct {
	gain   float64
	leaves []rect
}

// halves finds the best cut of the first column with the best cut of the second on either side.
func (s *stepper) halves(high, width int, turned bool) (best tiling) {
	stride := width
	if turned {
		stride = high
	}
	whole, _ := s.rectangle(rect{0, high, 0, width, turned}, stride)
	for i := 1; i < high; i++ {
		above, cut1, ok1 := s.divide(rect{0, i, 0, width, turned}, stride)
		below, cut2, ok2 := s.divide(rect{i, high, 0, width, turned}, stride)
		if gain := above + below - whole.gain(s.ridge); ok1 && ok2 && gain > best.gain {
			best = tiling{gain, append(pieces(rect{0, i, 0, width, turned}, cut1), pieces(rect{i, high, 0, width, turned}, cut2)...)}
		}
	}
	return best
}

// pieces cuts a rectangle at a column, 0: not at all.
func pieces(r rect, cut int) []rect {
	if cut == 0 {
		return []rect{r}
	}
	a, b := r, r
	a.right, b.left = cut, cut
	return []rect{a, b}
}

// divide finds the cut of a rectangle's columns with the most gain, 0 for none, and what the leaves gain; ok is false where
// even the whole has too few rows.
func (s *stepper) divide(r rect, stride int) (gain float64, cut int, ok bool) {
	whole, n := s.rectangle(r, stride)
	if n < int64(s.recipe.LeafRows) {
		return 0, 0, false
	}
	gain = whole.gain(s.ridge)
	for j := r.left + 1; j < r.right; j++ {
		a, b := r, r
		a.right, b.left = j, j
		left, n1 := s.rectangle(a, stride)
		right, n2 := s.rectangle(b, stride)
		if n1 < int64(s.recipe.LeafRows) || n2 < int64(s.recipe.LeafRows) {
			continue
		}
		if g := left.gain(s.ridge) + right.gain(s.ridge); g > gain {
			gain, cut = g, j
		}
	}
	return gain, cut, true
}

// integrate fills the sums over all cells above and left of each corner.
func (s *stepper) integrate(high, width int, hist []sum, rows []int64) {
	w := width + 1
	s.quadrat = slices.Grow(s.quadrat[:0], (high+1)*w)[:(high+1)*w]
	s.counts = slices.Grow(s.counts[:0], (high+1)*w)[:(high+1)*w]
	clear(s.quadrat[:w])
	clear(s.counts[:w])
	for i := range high {
		line, n := sum{}, int64(0)
		s.quadrat[(i+1)*w], s.counts[(i+1)*w] = sum{}, 0
		for j := range width {
			line.add(hist[i*width+j])
			n += rows[i*width+j]
			above := s.quadrat[i*w+j+1]
			above.add(line)
			s.quadrat[(i+1)*w+j+1], s.counts[(i+1)*w+j+1] = above, s.counts[i*w+j+1]+n
		}
	}
}

// rectangle returns the sums and rows of a rectangle of a table of so many columns.
func (s *stepper) rectangle(r rect, width int) (sum, int64) {
	if r.turned {
		r.top, r.bottom, r.left, r.right = r.left, r.right, r.top, r.bottom
	}
	w := width + 1
	a, b, c, d := r.bottom*w+r.right, r.top*w+r.right, r.bottom*w+r.left, r.top*w+r.left
	q := s.quadrat
	return sum{q[a].g - q[b].g - q[c].g + q[d].g, q[a].h - q[b].h - q[c].h + q[d].h}, s.counts[a] - s.counts[b] - s.counts[c] + s.counts[d]
}
