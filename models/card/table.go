package card

import (
	"math"
	"math/bits"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// lookup is a characteristic laid out for reading: the bins of a number are found without a branch that a
// processor could guess wrong; special codes are looked for only where there are some.
type lookup struct {
	edges    []float64
	keys     *[short]uint64 // of few edges; nil where they are many
	special  []float64
	groups   []int32 // of a category: bin of each level
	missing  int32
	unseen   int32 // of a category
	category bool
	points   []float64 // by bin
	odds     []float64 // by bin
}

func newLookup(v *bin.Variable, points, odds []float64) lookup {
	l := lookup{edges: v.Edges, keys: keysOf(v.Edges), special: v.Special, missing: int32(v.Missing()), points: points, odds: odds}
	if v.Type == models.Category {
		l.category, l.unseen = true, int32(len(v.Bins)-1)
		l.groups = make([]int32, len(v.Groups))
		for i, g := range v.Groups {
			if g < 0 {
				g = v.Rare()
			}
			l.groups[i] = int32(g)
		}
	}
	return l
}

// short is one more than the most edges that are kept as keys.
const short = 16

// keysOf lays few edges out for rank; nil where they are many.
func keysOf(edges []float64) *[short]uint64 {
	if len(edges) >= short {
		return nil
	}
	keys := &[short]uint64{}
	for i := range keys {
		if keys[i] = math.MaxUint64; i < len(edges) {
			keys[i] = bin.OrderKey(edges[i])
		}
	}
	return keys
}

// rank counts the keys that are not above k: four halvings without a branch.
func rank(keys *[short]uint64, k uint64) uint64 {
	_, below := bits.Sub64(k, keys[7], 0)
	at := 8 & (below - 1)
	_, below = bits.Sub64(k, keys[(at+3)%short], 0)
	at += 4 & (below - 1)
	_, below = bits.Sub64(k, keys[(at+1)%short], 0)
	at += 2 & (below - 1)
	_, below = bits.Sub64(k, keys[at%short], 0)
	return at + (1 & (below - 1))
}

// bin returns what Variable.Index does.
func (l *lookup) bin(x float64) int {
	if x != x {
		return int(l.missing)
	}
	if l.category {
		if x < 0 || x >= float64(len(l.groups)) {
			return int(l.unseen)
		}
		return int(l.groups[int(x)])
	}
	for i, s := range l.special {
		if x == s {
			return len(l.edges) + 1 + i
		}
	}
	if l.keys != nil {
		return int(rank(l.keys, bin.OrderKey(x)))
	}
	at, found := slices.BinarySearch(l.edges, x)
	if found {
		at++
	}
	return at
}

// add adds the points of a column of values to those of the rows.
func (l *lookup) add(dst, values []float64) {
	points := l.points
	if l.category || len(l.special) > 0 || l.keys == nil {
		for i, x := range values {
			dst[i] += points[l.bin(x)]
		}
		return
	}
	dst = dst[:len(values)]
	var table [short]float64 // a table of fixed size needs no check of bounds
	copy(table[:], points)
	missing := points[l.missing]
	for i, x := range values {
		p := table[rank(l.keys, bin.OrderKey(x))%short]
		if x != x {
			p = missing
		}
		dst[i] += p
	}
}

// stretch is how many rows PointsOf takes at once: their sums stay in the nearest cache.
const stretch = 1024

// PointsOf writes the points of rows that stand side by side in columns, one slice of equal length for each column of the
// artifact, and returns dst; the same numbers as Points. It panics where columns are of another number or lengths differ.
func (c *Card) PointsOf(dst []float64, columns [][]float64) []float64 {
	if len(columns) != len(c.lookups) {
		panic("card: table of another width")
	}
	for from := 0; from < len(dst); from += stretch {
		part := dst[from:min(from+stretch, len(dst))]
		for i := range part {
			part[i] = c.parts.Base
		}
		for k := range c.lookups {
			c.lookups[k].add(part, columns[k][from:from+len(part)])
		}
		if c.scale.Decimals > 0 { // sums of whole points are whole
			for i, p := range part {
				part[i] = c.scale.Round(p)
			}
		}
	}
	return dst
}
