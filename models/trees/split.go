package trees

import (
	"cmp"
	"math"
	"slices"
)

// cellSet is a set of cells.
type cellSet [4]uint64

func (s *cellSet) add(c int)      { s[c>>6] |= 1 << (c & 63) }
func (s *cellSet) has(c int) bool { return s[c>>6]>>(c&63)&1 == 1 }

// split says which cells of an input go left.
type split struct {
	gain        float64 // in gain units of the search; 0 = no split
	input       int
	cell        int     // of a number: cells 1 to cell go left
	missingLeft bool    // of a number
	set         cellSet // of a category: the cells that go left
	left        cellSum // the sums of its rows
	// bounds that a monotone split sets between its children; middle is of meaning where the input is monotone
	middle float64
}

// goesRight lays the split out by cell.
func (s *split) goesRight(in *input, right *[256]uint8) {
	for c := range right {
		left := c <= s.cell
		switch {
		case in.category:
			left = s.set.has(c)
		case c == cellMissing:
			left = s.missingLeft
		}
		right[c] = 1
		if left {
			right[c] = 0
		}
	}
}

// search looks for splits of leaves. It holds what all leaves of a fit share, in units of the hessian's grid.
type search struct {
	inputs      []input
	offsets     []int   // of the cells of each input in a histogram
	ridge       float64 // in hessian units
	levelRidge  float64
	levelSmooth float64
	minRows     float64
	minHessian  int64
	valueUnit   float64 // of a gradient by a hessian
	minGain     float64 // in gain units
	monotone    bool    // some input is
}

func newSearch(b *Bins, o *objective, r Recipe) *search {
	s := &search{inputs: b.inputs, ridge: r.Ridge / o.hessianUnit, levelRidge: (r.Ridge + r.LevelRidge) / o.hessianUnit,
		levelSmooth: r.LevelSmooth / o.hessianUnit, minRows: r.MinRows, minHessian: int64(math.Ceil(r.MinHessian / o.hessianUnit)),
		valueUnit: o.gradientUnit / o.hessianUnit}
	s.minGain = r.MinGain / (s.valueUnit * o.gradientUnit) // a gain unit is that of a gradient squared by a hessian
	s.offsets = make([]int, len(b.inputs)+1)
	for i, in := range b.inputs {
		s.offsets[i+1] = s.offsets[i] + in.cells
		s.monotone = s.monotone || in.monotone != 0
	}
	return s
}

// bounds are the least and greatest log odds that a leaf may take, for the sake of monotone inputs above it.
type bounds struct{ low, high float64 }

var unbounded = bounds{math.Inf(-1), math.Inf(1)}

func (b bounds) clamp(v float64) float64 { return max(b.low, min(b.high, v)) }

// value is the step that minimises the second-order loss of sums s: -G / (H + ridge), within bounds.
func (s *search) value(sum cellSum, ridge float64, b bounds) float64 {
	return b.clamp(float64(-sum.g) / (float64(sum.h) + ridge) * s.valueUnit)
}

// score is how much the step lowers twice the loss, in gain units: G^2 / (H + ridge) where it is free.
func (s *search) score(sum cellSum, ridge float64, b bounds) float64 {
	g, h := float64(sum.g), float64(sum.h)+ridge
	if b == unbounded {
		return float64(g*g) / h
	}
	w := b.clamp(-g/h*s.valueUnit) / s.valueUnit
	return -(float64(float64(2*g)*w) + float64(float64(h*w)*w))
}

// fewest is the least hessian that a child of the leaf must have.
func (s *search) fewest(l *leaf) int64 {
	share := math.Ceil(s.minRows * float64(l.sum.h) / float64(l.to-l.from))
	return max(1, s.minHessian, int64(min(share, 1<<60)))
}

// best finds the best split of input i into out, if it beats what is there. Ties keep the earlier input, and within an
// input the lower cell.
func (s *search) best(i int, cells []cellSum, l *leaf, out *split) {
	in := &s.inputs[i]
	switch {
	case in.category:
		s.levels(i, cells, l, out)
	case s.monotone:
		s.bounded(i, cells, l, out)
	default:
		s.number(i, cells, l, out, false)
		if cells[cellMissing].h > 0 {
			s.number(i, cells, l, out, true)
		}
	}
}

// number tries every edge of a number, rows without a value going left or right.
func (s *search) number(i int, cells []cellSum, l *leaf, out *split, missingLeft bool) {
	var left cellSum
	if missingLeft {
		left = cells[cellMissing]
	}
	fewest, parent := s.fewest(l), s.score(l.sum, s.ridge, unbounded)
	most, last := l.sum.h-fewest, len(cells)-1
	if cells[cellMissing].h > 0 && !missingLeft {
		last++ // all values against missing
	}
	top, at, ridge := parent+s.minGain, -1, s.ridge
	var sum cellSum
	for c := 1; c < last; c++ {
		if cells[c].h == 0 {
			continue
		}
		left.add(cells[c])
		if left.h < fewest {
			continue
		}
		if left.h > most {
			break
		}
		gl, hl := float64(left.g), float64(left.h)
		gr, hr := float64(l.sum.g-left.g), float64(l.sum.h-left.h)
		if v := float64(gl*gl)/(hl+ridge) + float64(gr*gr)/(hr+ridge); v > top {
			top, at, sum = v, c, left
		}
	}
	if gain := top - parent; at > 0 && gain > out.gain {
		s.take(i, at, missingLeft, cells, sum, gain, l, out)
	}
}

// take makes a split of a number the best so far.
func (s *search) take(i, cell int, missingLeft bool, cells []cellSum, left cellSum, gain float64, l *leaf, out *split) {
	if cells[cellMissing].h == 0 { // the leaf says nothing of missing: it goes with the larger child
		missingLeft = 2*left.h > l.sum.h
	}
	*out = split{gain: gain, input: i, cell: cell, missingLeft: missingLeft, left: left}
}

// bounded is number for leaves that may have bounds and inputs that may be monotone.
func (s *search) bounded(i int, cells []cellSum, l *leaf, out *split) {
	direction, fewest := s.inputs[i].monotone, s.fewest(l)
	parent := s.score(l.sum, s.ridge, l.bounds)
	for side := range 2 {
		missing := cells[cellMissing]
		if side == 1 && missing.h == 0 {
			break
		}
		// rows without a value have no place in the order, but they share the value of the child they go to
		left, last := cellSum{}, len(cells)-1
		if side == 1 {
			left = missing
		} else if missing.h > 0 && direction == 0 {
			last++
		}
		for c := 1; c < last; c++ {
			left.add(cells[c])
			right := l.sum.less(left)
			if cells[c].h == 0 || left.h < fewest || right.h < fewest {
				continue
			}
			wl, wr := s.value(left, s.ridge, l.bounds), s.value(right, s.ridge, l.bounds)
			if direction > 0 && wl > wr || direction < 0 && wl < wr {
				continue
			}
			gain := s.score(left, s.ridge, l.bounds) + s.score(right, s.ridge, l.bounds) - parent
			if gain > out.gain && gain > s.minGain {
				s.take(i, c, side == 1, cells, left, gain, l, out)
				out.middle = float64(wl/2) + float64(wr/2)
			}
		}
	}
}

// few levels need no ridge of their own.
const fewLevels = 4

// levels orders the levels by their mean gradient and tries every cut of that order (Fisher 1958: for a convex loss the
// best division of levels into two sets is such a cut).
func (s *search) levels(i int, cells []cellSum, l *leaf, out *split) {
	var order [256]uint8
	n := 0
	for c := range cells {
		if cells[c].h > 0 {
			order[n] = uint8(c)
			n++
		}
	}
	if n < 2 {
		return
	}
	ridge := s.levelRidge
	if n <= fewLevels {
		ridge = s.ridge
	}
	mean := func(c uint8) float64 { return float64(cells[c].g) / (float64(cells[c].h) + s.levelSmooth) }
	slices.SortFunc(order[:n], func(a, b uint8) int { return cmp.Or(cmp.Compare(mean(a), mean(b)), cmp.Compare(a, b)) })
	fewest, parent := s.fewest(l), s.score(l.sum, s.ridge, l.bounds)
	var left cellSum
	for k, c := range order[:n-1] {
		left.add(cells[c])
		right := l.sum.less(left)
		if left.h < fewest || right.h < fewest {
			continue
		}
		gain := s.score(left, ridge, l.bounds) + s.score(right, ridge, l.bounds) - parent
		if gain > out.gain && gain > s.minGain {
			*out = split{gain: gain, input: i, left: left, set: s.leftSet(cells, order[:k+1], 2*left.h > l.sum.h)}
		}
	}
}

// leftSet holds the given cells and, where the left child is the larger, those that the leaf says nothing of.
func (s *search) leftSet(cells []cellSum, left []uint8, absent bool) cellSet {
	var set cellSet
	for _, c := range left {
		set.add(int(c))
	}
	for c := range cells {
		if absent && cells[c].h == 0 {
			set.add(c)
		}
	}
	return set
}
