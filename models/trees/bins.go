package trees

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"hengxin/models"
	"hengxin/models/bin"
)

// input is what a split can ask about: a column, or whether a column holds one of its special codes. Values are put
// into cells: 0 is missing; of a number cell i holds edges[i-2] <= x < edges[i-1]; of a category cell 1 holds
// rare and unseen levels, cells from 2 on one level each.
type input struct {
	column   int // of the frame
	category bool
	coded    bool      // asks whether the column holds code; its values are 0 and 1, never missing
	code     float64   // of a coded input
	special  []float64 // codes of the column, which this input takes as missing; ascending
	edges    []float64 // of a number, ascending
	levels   []uint8   // of a category: cell by level
	cells    int       // in use, missing included
	monotone int       // 1: the log odds never fall with the value, -1: they never rise
}

// The first cells of every input.
const (
	cellMissing = 0
	cellOther   = 1 // of a category: rare and unseen levels
)

// Bins is a frame with every value put into one of at most 256 cells. It can be shared by any number of fits.
type Bins struct {
	rows   int
	inputs []input
	cells  [][]uint8 // by input, then row
	panels []panel
}

// NewBins cuts the columns of f into cells of about equal numbers of rows, equal values together; where a number has no
// more distinct values than cells, each has its own. The frame must pass its Check; r must pass its own. Cells do not
// depend on the order of rows.
func NewBins(f *models.Frame, r Recipe, threads int) *Bins {
	b := &Bins{rows: f.Rows()}
	for c := range f.Columns {
		col, rules := &f.Columns[c], r.Columns[f.Columns[c].Name]
		main := input{column: c, category: col.Type == models.Category, special: sortedCopy(rules.Special), monotone: rules.Direction}
		b.inputs = append(b.inputs, main)
		for _, code := range main.special {
			b.inputs = append(b.inputs, input{column: c, coded: true, code: code, edges: []float64{0.5}, cells: 3})
		}
	}
	b.cells = make([][]uint8, len(b.inputs))
	spaces := make(chan *sortSpace, max(1, threads))
	for range cap(spaces) {
		spaces <- &sortSpace{}
	}
	models.Parallel(threads, len(b.inputs), func(i int) {
		space := <-spaces
		defer func() { spaces <- space }()
		in := &b.inputs[i]
		values := f.Columns[in.column].Values
		b.cells[i] = make([]uint8, b.rows)
		switch {
		case in.category:
			in.countLevels(values, len(f.Columns[in.column].Levels), r)
			for row, x := range values {
				b.cells[i][row] = in.cell(x)
			}
		case in.coded:
			for row, x := range values {
				b.cells[i][row] = in.cell(x)
			}
		default:
			in.cut(values, r.Cells, space)
			in.place(b.cells[i], values)
		}
	})
	b.panels = newPanels(b.cells, b.rows, threads)
	return b
}

// countLevels gives cells of their own to the levels with the most rows.
func (in *input) countLevels(values []float64, levels int, r Recipe) {
	rows := make([]int, levels)
	for _, x := range values {
		if x >= 0 {
			rows[int(x)]++
		}
	}
	order := make([]int, 0, levels)
	for l, n := range rows {
		if n >= max(1, r.LevelRows) {
			order = append(order, l)
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(rows[b], rows[a]), cmp.Compare(a, b)) })
	order = order[:min(len(order), maxCells-1)]
	slices.Sort(order)
	in.levels = make([]uint8, levels)
	for l := range in.levels {
		in.levels[l] = cellOther
	}
	for i, l := range order {
		in.levels[l] = uint8(i + 2)
	}
	in.cells = len(order) + 2
}

// cell returns the cell of a value of the column.
func (in *input) cell(x float64) uint8 {
	switch {
	case in.coded:
		if x == in.code {
			return 2
		}
		return 1
	case x != x:
		return cellMissing
	case in.category:
		if x < 0 {
			return cellOther
		}
		return in.levels[int(x)]
	case len(in.special) > 0 && slices.Contains(in.special, x):
		return cellMissing
	}
	low := 0
	for _, e := range in.edges { // few are asked singly; columns go through place
		if e <= x {
			low++
		}
	}
	return uint8(low + 1)
}

// sortSpace is what one thread needs to sort a column; columns of a thread share it.
type sortSpace struct{ keys, other []uint64 }

// cut finds the edges of a number.
func (in *input) cut(values []float64, cells int, space *sortSpace) {
	if cap(space.keys) < len(values) {
		space.keys, space.other = make([]uint64, 0, len(values)), make([]uint64, len(values))
	}
	keys := space.keys[:0]
	for _, x := range values {
		if x == x && (len(in.special) == 0 || !slices.Contains(in.special, x)) {
			keys = append(keys, bin.OrderKey(x))
		}
	}
	in.edges = cutSorted(radixSort(keys, space.other), cells)
	in.cells = len(in.edges) + 2
}

// cutSorted walks the distinct values and closes a cell when it has its share of the rows that are left.
func cutSorted(keys []uint64, cells int) []float64 {
	distinct := 0
	for i, k := range keys {
		if i == 0 || k != keys[i-1] {
			distinct++
		}
	}
	edges, from := []float64{}, 0
	for i := 1; i < len(keys); i++ {
		if keys[i] == keys[i-1] {
			continue
		}
		if distinct <= cells || (i-from)*(cells-len(edges)) >= len(keys)-from {
			edges = append(edges, between(valueOf(keys[i-1]), valueOf(keys[i])))
			from = i
		}
	}
	return edges
}

// place finds the cells of a whole column: four binary searches at a time over 255 padded edges.
func (in *input) place(dst []uint8, values []float64) {
	var edges [256]uint64
	for i := range edges {
		edges[i] = math.MaxUint64
		if i < len(in.edges) {
			edges[i] = bin.OrderKey(in.edges[i])
		}
	}
	i := 0
	for ; i+4 <= len(values); i += 4 {
		a, b, c, d := bin.OrderKey(values[i]), bin.OrderKey(values[i+1]), bin.OrderKey(values[i+2]), bin.OrderKey(values[i+3])
		var p, q, r, s uint8
		for step := uint8(128); step > 0; step >>= 1 {
			p, q, r, s = advance(&edges, p, step, a), advance(&edges, q, step, b), advance(&edges, r, step, c), advance(&edges, s, step, d)
		}
		dst[i], dst[i+1], dst[i+2], dst[i+3] = p+1, q+1, r+1, s+1
	}
	for ; i < len(values); i++ {
		var p uint8
		for step := uint8(128); step > 0; step >>= 1 {
			p = advance(&edges, p, step, bin.OrderKey(values[i]))
		}
		dst[i] = p + 1
	}
	for i, x := range values {
		if x != x || len(in.special) > 0 && slices.Contains(in.special, x) {
			dst[i] = cellMissing
		}
	}
}

// advance adds step to p where so many edges are at most key.
func advance(edges *[256]uint64, p, step uint8, key uint64) uint8 {
	next := p + step
	if edges[next-1] <= key {
		p = next
	}
	return p
}

// valueOf is the inverse of bin.OrderKey.
func valueOf(k uint64) float64 {
	return math.Float64frombits(k ^ (^uint64(int64(k)>>63) | 1<<63))
}

// radixSort sorts keys by digits of 11 bits from the lowest; digits that all keys share cost nothing. The result is
// either keys or the front of other, which is made where it is nil.
func radixSort(keys, other []uint64) []uint64 {
	const bits, digits = 11, 6
	if len(keys) < 512 {
		slices.Sort(keys)
		return keys
	}
	var counts [digits][1 << bits]int32
	for _, k := range keys {
		for d := range digits {
			counts[d][k>>(d*bits)&(1<<bits-1)]++
		}
	}
	if other == nil {
		other = make([]uint64, len(keys))
	}
	other = other[:len(keys)]
	for d := range digits {
		n := &counts[d]
		if int(n[keys[0]>>(d*bits)&(1<<bits-1)]) == len(keys) {
			continue
		}
		at := int32(0)
		for i, c := range n {
			n[i], at = at, at+c
		}
		for _, k := range keys {
			i := k >> (d * bits) & (1<<bits - 1)
			other[n[i]] = k
			n[i]++
		}
		keys, other = other, keys
	}
	return keys
}

// between returns an edge e with a < e <= b for neighbouring values a and b: the number with the fewest digits in the
// middle half between them, where there is one.
func between(a, b float64) float64 {
	mid, quarter := float64(a/2)+float64(b/2), float64(b/4)-float64(a/4)
	var text [32]byte
	for digits := 1; digits < 18; digits++ {
		v, err := strconv.ParseFloat(string(strconv.AppendFloat(text[:0], mid, 'g', digits, 64)), 64)
		if err == nil && a < v && v <= b && math.Abs(v-mid) <= quarter {
			return v
		}
	}
	return b
}
