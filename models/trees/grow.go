package trees

import (
	"slices"

	"hengxin/models"
)

// leaf is a leaf of a growing tree: the entries from..to and their sums.
type leaf struct {
	from, to int
	depth    int
	sum      cellSum
	bounds   bounds
	open     []int  // groups that hold every input of the path
	allowed  []bool // inputs of the open groups; nil = all
	split    split
	cells    []cellSum // histogram by input and cell
	parent   int       // node above; -1 of the root
	isRight  bool
}

// grower grows trees on one set of bins. It holds the buffers that trees share.
type grower struct {
	bins    *Bins
	recipe  Recipe
	search  *search
	threads int
	depth   int // most splits on a path
	entries []entry
	spare   []entry
	leaves  []leaf
	drawn   []bool      // inputs of this tree
	groups  [][]bool    // inputs by group
	free    [][]cellSum // histograms to use again
	scratch []*scratch  // by thread
	partial [][]split   // best split by panel, of two leaves
}

func newGrower(b *Bins, o *objective, r Recipe, groups [][]bool, threads int) *grower {
	g := &grower{bins: b, recipe: r, search: newSearch(b, o, r), threads: max(1, threads), groups: groups}
	g.depth = maxDepth
	if r.Depth > 0 {
		g.depth = r.Depth
	}
	g.partial = [][]split{make([]split, len(b.panels)), make([]split, len(b.panels))}
	for range len(b.panels) {
		g.scratch = append(g.scratch, &scratch{})
	}
	return g
}

// smallNode is a number of rows below which the work of a node is not worth waking a second thread.
const smallNode = 2048

// grow makes one tree of the entries, which it puts into the order of its leaves.
func (g *grower) grow(entries []entry, drawn []bool) *tree {
	g.entries, g.drawn = entries, drawn
	if len(g.spare) < len(entries) {
		g.spare = make([]entry, len(entries))
	}
	for i := range g.leaves {
		g.release(&g.leaves[i])
	}
	root := leaf{to: len(entries), parent: -1, bounds: unbounded}
	root.sum = g.total(entries)
	g.leaves = append(g.leaves[:0], root)
	if len(entries) > 0 {
		g.evaluate(&g.leaves[0], nil)
	}
	t := &tree{}
	for len(g.leaves) < g.recipe.Leaves {
		at := g.next()
		if at < 0 {
			break
		}
		g.split(t, at)
	}
	g.finish(t)
	return t
}

// total sums entries, packed as far as packed sums reach.
func (g *grower) total(entries []entry) (sum cellSum) {
	blocks := (len(entries) + maxPacked - 1) / maxPacked
	sums := make([]cellSum, blocks)
	models.Parallel(g.threads, blocks, func(k int) {
		pack := int64(0)
		for _, e := range entries[k*maxPacked : min(len(entries), (k+1)*maxPacked)] {
			pack += packed(e)
		}
		sums[k] = cellSum{pack >> 32, int64(uint32(pack))}
	})
	for _, s := range sums {
		sum.add(s)
	}
	return sum
}

func (g *grower) release(l *leaf) {
	if l.cells != nil {
		g.free = append(g.free, l.cells)
		l.cells = nil
	}
}

func (g *grower) histogram() []cellSum {
	if n := len(g.free); n > 0 {
		h := g.free[n-1]
		g.free = g.free[:n-1]
		return h
	}
	return make([]cellSum, g.search.offsets[len(g.bins.inputs)])
}

// next returns the leaf to be split, or -1.
func (g *grower) next() int {
	at := -1
	for i := range g.leaves {
		l := &g.leaves[i]
		if l.split.gain <= 0 || l.depth >= g.depth {
			continue
		}
		if at < 0 || g.before(l, &g.leaves[at]) {
			at = i
		}
	}
	return at
}

func (g *grower) before(a, b *leaf) bool {
	if g.recipe.Growth == DepthWise && a.depth != b.depth {
		return a.depth < b.depth
	}
	return a.split.gain > b.split.gain
}

// split divides leaf at: its place is taken by its left child, the right child comes last.
func (g *grower) split(t *tree, at int) {
	parent := g.leaves[at]
	s, in := &parent.split, &g.bins.inputs[parent.split.input]
	id := len(t.nodes)
	t.nodes = append(t.nodes, node{split: *s, left: ^at, right: ^len(g.leaves)})
	if parent.parent >= 0 {
		if above := &t.nodes[parent.parent]; parent.isRight {
			above.right = id
		} else {
			above.left = id
		}
	}
	var right [256]uint8
	s.goesRight(in, &right)
	middle := g.partition(parent.from, parent.to, g.bins.cells[s.input], &right)
	l := leaf{from: parent.from, to: middle, depth: parent.depth + 1, sum: s.left, bounds: parent.bounds, parent: id}
	r := leaf{from: middle, to: parent.to, depth: parent.depth + 1, sum: parent.sum.less(s.left), bounds: parent.bounds, parent: id, isRight: true}
	switch {
	case in.monotone > 0:
		l.bounds.high, r.bounds.low = min(l.bounds.high, s.middle), max(r.bounds.low, s.middle)
	case in.monotone < 0:
		l.bounds.low, r.bounds.high = max(l.bounds.low, s.middle), min(r.bounds.high, s.middle)
	}
	g.restrict(&l, &parent, s.input)
	r.open, r.allowed = l.open, l.allowed
	g.leaves[at] = l
	g.leaves = append(g.leaves, r)
	small, large := &g.leaves[at], &g.leaves[len(g.leaves)-1]
	if small.to-small.from > large.to-large.from {
		small, large = large, small
	}
	if len(g.leaves) == g.recipe.Leaves || l.depth >= g.depth || g.hopeless(small) && g.hopeless(large) {
		g.free = append(g.free, parent.cells) // nobody will ask how to split these
		return
	}
	large.cells = parent.cells
	g.evaluate(small, large)
}

// hopeless reports whether no split can leave both children their fewest rows.
func (g *grower) hopeless(l *leaf) bool { return 2*g.search.fewest(l) > l.sum.h }

// restrict finds the groups that are still open below a split of input i, and their inputs.
func (g *grower) restrict(l *leaf, parent *leaf, i int) {
	if len(g.groups) == 0 {
		return
	}
	l.allowed = make([]bool, len(g.bins.inputs))
	for k, group := range g.groups {
		if parent.allowed != nil && !slices.Contains(parent.open, k) || !group[i] {
			continue
		}
		l.open = append(l.open, k)
		for in, held := range group {
			l.allowed[in] = l.allowed[in] || held
		}
	}
}

// evaluate builds the histogram of small, makes that of large, its sibling, by taking it from their parent's, and finds
// the best split of both, the inputs spread over the threads.
func (g *grower) evaluate(small, large *leaf) {
	small.cells = g.histogram()
	threads := g.threads
	if small.to-small.from < smallNode/8 || large != nil && large.to-large.from < smallNode/2 {
		threads = 1
	}
	entries, offsets := g.entries[small.from:small.to], g.search.offsets
	models.Parallel(threads, len(g.bins.panels), func(i int) {
		p := &g.bins.panels[i]
		p.build(entries, g.scratch[i], small.cells, offsets)
		if large != nil {
			subtract(large.cells[offsets[p.first]:offsets[p.first+p.width]], small.cells[offsets[p.first]:])
		}
		g.partial[0][i] = g.bestOf(p, small)
		if large != nil {
			g.partial[1][i] = g.bestOf(p, large)
		}
	})
	small.split = first(g.partial[0])
	if large != nil {
		large.split = first(g.partial[1])
	}
}

func subtract(from, what []cellSum) {
	what = what[:len(from)]
	for i := range from {
		from[i].g -= what[i].g
		from[i].h -= what[i].h
	}
}

// bestOf finds the best split of a leaf among the inputs of a panel.
func (g *grower) bestOf(p *panel, l *leaf) split {
	var best split
	for i := p.first; i < p.first+p.width; i++ {
		if g.drawn != nil && !g.drawn[i] || l.allowed != nil && !l.allowed[i] {
			continue
		}
		g.search.best(i, l.cells[g.search.offsets[i]:g.search.offsets[i+1]], l, &best)
	}
	return best
}

// first returns the split with the most gain, the earlier of equals.
func first(splits []split) split {
	best := splits[0]
	for _, s := range splits[1:] {
		if s.gain > best.gain {
			best = s
		}
	}
	return best
}

// finish gives the leaves their values.
func (g *grower) finish(t *tree) {
	t.values, t.rows = make([]int64, len(g.leaves)), make([]int64, len(g.leaves))
	for i := range g.leaves {
		l := &g.leaves[i]
		v := g.search.value(l.sum, g.search.ridge, l.bounds)
		v = max(-maxStep, min(maxStep, v))
		t.values[i], t.rows[i] = toUnits(float64(v*g.recipe.Rate)), int64(l.to-l.from)
	}
}

// maxStep bounds the log odds that one leaf can add, where a leaf of one outcome has no ridge.
const maxStep = 20.0
