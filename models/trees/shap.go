package trees

import (
	"math"
	"sync"

	"hengxin/models"
)

// shares computes what each column adds to the log odds of a row: the Shapley values of the game in which a set of
// columns S is worth the mean of a tree's leaves, a node of a column in S sending the whole weight to the side that the
// row goes to, and any other node dividing it as the rows of the fit were divided (Lundberg and others 2020, "From local
// explanations to global understanding with explainable AI for trees", path-dependent form).
//
// By leaf: let the columns of its path be 1 to d, z_j the share of rows that follow column j's nodes on the path, and
// o_j 1 where the row does and 0 where not. The leaf of value v is worth v Π(S) o_j Π(not S) z_j, so its Shapley values
// hang on the 2^d patterns of o alone, and those of short paths are kept in a table.
type shares struct {
	once  sync.Once
	parts *Parameters
	flat  *flat
	trees []shareTree
	base  float64 // mean of all leaves
	width int     // columns
}

// shareTree holds the leaves of a tree as paths.
type shareTree struct {
	edges  []shareEdge // by inner node, parents first
	leaves []shareLeaf
	nodes  int
}

// shareEdge is an inner node: the patterns of its children follow from its own.
type shareEdge struct {
	cut         float64
	slot        uint32
	at          uint32 // place of its pattern; children by left and right
	left, right uint32
	bit         uint64 // of its column in the pattern
	set         uint64 // bit, where the path meets the column first
}

type shareLeaf struct {
	at      uint32
	columns []uint32
	z       []float64
	value   float64
	table   []float64 // by pattern, then column of the path; nil = worked out for each row
}

// maxTable bounds the numbers of all tables together: 32 MB.
const (
	maxTable     = 1 << 22
	maxTablePath = 6 // columns of a path that is tabled
)

func newShares(p *Parameters, f *flat, columns int) *shares {
	return &shares{parts: p, flat: f, width: columns}
}

// prepare lays the paths out when they are first asked for: many models only score.
func (s *shares) prepare() {
	s.base = float64(s.parts.Base) * unit
	left := maxTable
	for i := range s.parts.Trees {
		t := &s.parts.Trees[i]
		st := shareTree{nodes: 2*len(t.Input) + 1}
		mean := s.lay(t, &st, s.flat, s.flat.roots[i])
		s.base += mean
		for k := range st.leaves {
			st.leaves[k].tabulate(&left)
		}
		s.trees = append(s.trees, st)
	}
}

// path is the way from the root down to a node.
type path struct {
	columns []uint32
	z       []float64
}

// with returns the path extended by a node of column c that a share of its rows follows, and the column's place in it.
func (p path) with(c uint32, share float64) (path, int, bool) {
	q := path{append([]uint32{}, p.columns...), append([]float64{}, p.z...)}
	for k, have := range q.columns {
		if have == c {
			q.z[k] *= share
			return q, k, false
		}
	}
	q.columns, q.z = append(q.columns, c), append(q.z, share)
	return q, len(q.columns) - 1, true
}

// lay writes the edges and leaves of t and returns the mean of its leaves over the rows of the fit.
func (s *shares) lay(t *Tree, st *shareTree, f *flat, root uint32) float64 {
	n := len(t.Input)
	rows := make([]int64, n)
	count := func(child int) int64 {
		if child < 0 {
			return t.Rows[-1-child]
		}
		return rows[child]
	}
	for i := n - 1; i >= 0; i-- {
		rows[i] = count(t.Left[i]) + count(t.Right[i])
	}
	ids, paths := make([]uint32, n), make([]path, n)
	mean, total := 0.0, count(-1)
	if n > 0 {
		total = rows[0]
	}
	end := func(child int, id uint32, p path) {
		leaf := -1 - child
		v := float64(t.Values[leaf]) * unit
		mean += float64(v * (float64(t.Rows[leaf]) / float64(total)))
		st.leaves = append(st.leaves, shareLeaf{at: id - root, columns: p.columns, z: p.z, value: v})
	}
	if n == 0 {
		end(-1, root, path{})
		return mean
	}
	ids[0] = root
	for i := range n {
		node := f.nodes[ids[i]]
		column := uint32(s.parts.Inputs[t.Input[i]].Column)
		e := shareEdge{cut: node.cut, slot: node.slot, at: ids[i] - root, left: node.child - root, right: node.child + 1 - root}
		for side, child := range [2]int{t.Left[i], t.Right[i]} {
			p, k, first := paths[i].with(column, float64(count(child))/float64(rows[i]))
			e.bit = 1 << k
			if first {
				e.set = 1 << k
			}
			if id := node.child + uint32(side); child < 0 {
				end(child, id, p)
			} else {
				ids[child], paths[child] = id, p
			}
		}
		st.edges = append(st.edges, e)
	}
	return mean
}

func (l *shareLeaf) tabulate(left *int) {
	d := len(l.columns)
	if size := d << d; d > 0 && d <= maxTablePath && size <= *left {
		*left -= size
		l.table = make([]float64, size)
		for pattern := range 1 << d {
			l.work(l.table[pattern*d:(pattern+1)*d], uint64(pattern))
		}
	}
}

// orders[d][k] is k! (d-1-k)! / d!: the share of the orders of d columns in which a given k come before a given one.
var orders = func() (w [maxDepth + 1][maxDepth + 1]float64) {
	for d := 1; d <= maxDepth; d++ {
		w[d][0] = 1 / float64(d)
		for k := 1; k < d; k++ {
			w[d][k] = w[d][k-1] * float64(k) / float64(d-k)
		}
	}
	return w
}()

// work writes the Shapley values of the leaf's columns for a pattern. With A the columns that the row follows, of which
// sets of k are worth e_k = the sum of Π z over what is left of A, and rest = Π z over the others: a column outside A
// gets -v rest Σ w_k e_k; a column j of A gets v (1-z_j) rest Σ w_k q_k, q being e with the factor of j divided out.
func (l *shareLeaf) work(dst []float64, pattern uint64) {
	var e [maxDepth + 1]float64
	e[0] = 1
	d, a, rest := len(l.columns), 0, 1.0
	for k, z := range l.z {
		if pattern>>k&1 == 0 {
			rest *= z
			continue
		}
		a++
		for s := a; s > 0; s-- {
			e[s] = e[s-1] + float64(z*e[s])
		}
		e[0] *= z
	}
	w, all := &orders[d], 0.0
	for s := range min(a+1, d) {
		all += float64(w[s] * e[s])
	}
	scale := l.value * rest
	for j, z := range l.z {
		if pattern>>j&1 == 0 {
			dst[j] = -(scale * all)
			continue
		}
		q, sum := 0.0, 0.0
		for s := a; s > 0; s-- {
			q = e[s] - float64(z*q)
			sum += float64(w[s-1] * q)
		}
		dst[j] = scale * (1 - z) * sum
	}
}

// add adds the tree's shares for a row laid out in slots to dst.
func (t *shareTree) add(dst, row []float64, patterns []uint64) {
	patterns[0] = 0
	for i := range t.edges {
		e := &t.edges[i]
		p := patterns[e.at]
		yes, no := p|e.set, p&^e.bit
		if row[e.slot] >= e.cut {
			patterns[e.left], patterns[e.right] = no, yes
		} else {
			patterns[e.left], patterns[e.right] = yes, no
		}
	}
	var buffer [maxDepth]float64
	for i := range t.leaves {
		l := &t.leaves[i]
		d := len(l.columns)
		values := buffer[:d]
		if pattern := patterns[l.at]; l.table != nil {
			values = l.table[int(pattern)*d:][:d]
		} else if d > 0 {
			l.work(values, pattern)
		}
		for k, c := range l.columns {
			dst[c] += values[k]
		}
	}
}

// Contributions implements [models.Model]: the exact Shapley values of the columns (see the package's words on
// explanation), on a grid of 2^-36 so that their sum from first to last is LogOdds to the last bit; what rounding leaves
// is put on the largest. The base is the mean log odds of the rows of the fit, as the trees divide them.
func (m *Model) Contributions(dst, x []float64) []float64 {
	from := len(dst)
	columns := make([][]float64, len(x))
	for c := range x {
		columns[c] = x[c : c+1]
	}
	for range m.columns + 1 {
		dst = append(dst, 0)
	}
	m.ContributionsOf(dst[from:], columns)
	return dst
}

// ContributionsOf writes Contributions of every row of a table into dst, row after row: one base and one value for each
// column. columns are by column and row, as [models.Artifact.Bind] gives them. It panics where dst is no whole number of
// rows or columns are not those of the artifact.
func (m *Model) ContributionsOf(dst []float64, columns [][]float64) {
	if len(columns) != m.columns || len(dst)%(m.columns+1) != 0 {
		panic("trees: table of another width")
	}
	s, f := m.shares, m.flat
	s.once.Do(s.prepare)
	wide, width := m.columns+1, len(f.slots)
	block := make([]float64, min(blockRows, len(dst)/wide)*max(1, width))
	odds := make([]float64, blockRows)
	patterns := make([]uint64, s.widest())
	for from := 0; from < len(dst)/wide; from += blockRows {
		n := min(len(dst)/wide-from, blockRows)
		for k := range f.slots {
			f.slots[k].fillColumn(block[k:], width, columns[f.slots[k].column][from:from+n])
		}
		out := dst[from*wide : (from+n)*wide]
		clear(out)
		for t := range s.trees {
			for i := range n {
				s.trees[t].add(out[i*wide+1:(i+1)*wide], block[i*width:(i+1)*width], patterns)
			}
		}
		f.walkBlock(odds[:n], block, width)
		for i := range n {
			settle(out[i*wide:(i+1)*wide], s.base, odds[i])
		}
	}
}

func (s *shares) widest() int {
	most := 1
	for i := range s.trees {
		most = max(most, s.trees[i].nodes)
	}
	return most
}

// settle rounds contributions to the grid and makes them sum to the log odds.
func settle(row []float64, base, logOdds float64) {
	const grid = 1 << 36
	row[0] = float64(math.RoundToEven(base*grid) / grid)
	sum, largest := row[0], len(row)-1
	for j := 1; j < len(row); j++ {
		row[j] = float64(math.RoundToEven(row[j]*grid) / grid)
		sum += row[j]
		if math.Abs(row[j]) > math.Abs(row[largest]) {
			largest = j
		}
	}
	row[largest] += logOdds - sum
}

var _ models.Model = (*Model)(nil)
