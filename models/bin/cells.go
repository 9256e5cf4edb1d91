package bin

import (
	"math"
	"slices"
	"strconv"

	"hengxin/models"
)

// cells are the fine cells of a number, in ascending order, with the bins that take no part in the merging.
type cells struct {
	counts  []Counts
	edges   []float64 // one fewer than counts
	special []Counts
	missing Counts
}

type point struct {
	x float64
	Counts
}

// countNumber cuts a number into at most preBins cells of about equal numbers of rows; equal values stay together.
// Special codes and missing are counted apart.
func countNumber(values []float64, o *Outcome, special []float64, preBins int) *cells {
	c := &cells{special: make([]Counts, len(special))}
	points := make([]point, 0, len(values))
	for i, x := range values {
		if x != x {
			c.missing.Add(o.row(i))
			continue
		}
		if s := slices.Index(special, x); s >= 0 {
			c.special[s].Add(o.row(i))
			continue
		}
		points = append(points, point{x, o.row(i)})
	}
	slices.SortFunc(points, func(a, b point) int {
		switch {
		case a.x < b.x:
			return -1
		case a.x > b.x:
			return 1
		}
		return 0
	})
	points = joinEqual(points)
	c.cut(points, preBins)
	return c
}

// joinEqual adds up points of one value; sums are of integers, so their order does not matter.
func joinEqual(points []point) []point {
	n := 0
	for _, p := range points {
		if n > 0 && points[n-1].x == p.x {
			points[n-1].Add(p.Counts)
			continue
		}
		points[n] = p
		n++
	}
	return points[:n]
}

// cut walks the distinct values and closes a cell when it has its share of the rows that are left.
func (c *cells) cut(points []point, preBins int) {
	left := int64(0)
	for _, p := range points {
		left += p.Rows
	}
	var cell Counts
	for i, p := range points {
		cell.Add(p.Counts)
		open := int64(preBins - len(c.counts))
		last := i == len(points)-1
		if last || len(points) <= preBins || cell.Rows*open >= left {
			c.counts = append(c.counts, cell)
			left -= cell.Rows
			cell = Counts{}
			if !last {
				c.edges = append(c.edges, edgeBetween(p.x, points[i+1].x))
			}
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

// levels are the levels of a category, each counted.
type levels struct {
	counts  []Counts // by level
	missing Counts
	unseen  Counts
}

func countCategory(c *models.Column, o *Outcome) *levels {
	l := &levels{counts: make([]Counts, len(c.Levels))}
	for i, x := range c.Values {
		switch {
		case x != x:
			l.missing.Add(o.row(i))
		case x == models.Unseen:
			l.unseen.Add(o.row(i))
		default:
			l.counts[int(x)].Add(o.row(i))
		}
	}
	return l
}

// smoothRate is the event rate of c with s rows of rate p added; scale turns grid weights into rows.
func smoothRate(c Counts, s, p, scale float64) float64 {
	w := float64(float64(c.Weight) * scale)
	if w+s == 0 {
		return math.NaN()
	}
	return (float64(float64(c.Bad)*scale) + float64(s*p)) / (w + s)
}
