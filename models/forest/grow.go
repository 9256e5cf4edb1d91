//go:build cgo

package forest

import (
	"fmt"
	"runtime"
	"sort"
	"strconv"
	"sync"

	"github.com/sjwhitworth/golearn/base"
	"github.com/sjwhitworth/golearn/ensemble"
	"github.com/sjwhitworth/golearn/meta"
	"github.com/sjwhitworth/golearn/trees"

	"hengxin/models"
	"hengxin/models/bin"
)

// Built says whether this program can grow forests.
const Built = true

// The names of golearn's classes.
const (
	good = "good"
	bad  = "bad"
)

// grow grows each tree of golearn's forest on rows of its own, as many at once as there are processors.
func (w *work) grow() ([]Tree, error) {
	n := w.recipe.Trees
	forest := ensemble.NewRandomForest(n, w.features())
	forest.Model = new(meta.BaggedModel)
	out, errs := make([]Tree, n), make([]error, n)
	for i := range n {
		forest.Model.AddModel(trees.NewID3DecisionTreeFromRule(0, &rule{work: w, tree: uint64(i)}))
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				tree := forest.Model.Models[i].(*trees.ID3DecisionTree)
				out[i], errs[i] = w.growOne(tree, i)
				tree.Root = nil // its grids are large
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// growOne grows and turns one tree; what golearn answers with a panic becomes an error.
func (w *work) growOne(t *trees.ID3DecisionTree, i int) (tree Tree, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("tree %d: golearn: %v: %w", i, r, models.ErrInvalid)
		}
	}()
	grid, err := w.grid(w.draw(i))
	if err != nil {
		return tree, err
	}
	if err := t.Fit(grid); err != nil {
		return tree, err
	}
	tree.add(t.Root)
	return tree, nil
}

// grid puts the cells of drawn rows into a grid of golearn; the name of an attribute is the place of its column. A last
// column of nothing keeps golearn from stopping one column early.
func (w *work) grid(rows []int) (*base.DenseInstances, error) {
	g := base.NewDenseInstances()
	specs := make([]base.AttributeSpec, len(w.inputs)+1)
	for c := range specs {
		specs[c] = g.AddAttribute(base.NewFloatAttribute(strconv.Itoa(c)))
	}
	class := base.NewCategoricalAttribute()
	class.SetName("class")
	values := [2][]byte{class.GetSysValFromString(good), class.GetSysValFromString(bad)}
	spec := g.AddAttribute(class)
	if err := g.AddClassAttribute(class); err != nil {
		return nil, err
	}
	if err := g.Extend(len(rows)); err != nil {
		return nil, err
	}
	for i, row := range rows {
		for c, cell := range w.cells[row] {
			g.Set(specs[c], i, base.PackFloatToBytes(float64(cell)))
		}
		g.Set(specs[len(w.inputs)], i, base.PackFloatToBytes(0))
		k := 0
		if w.bad[row] {
			k = 1
		}
		g.Set(spec, i, values[k])
	}
	return g, nil
}

// add appends a node of golearn and all below it, and returns its place.
func (t *Tree) add(n *trees.DecisionTreeNode) int {
	at := len(t.Input)
	b := int64(n.ClassDist[bad])
	t.Input, t.Cut, t.Left, t.Right = append(t.Input, -1), append(t.Cut, 0), append(t.Left, 0), append(t.Right, 0)
	t.Rows, t.Bad = append(t.Rows, b+int64(n.ClassDist[good])), append(t.Bad, b)
	if n.Children == nil || n.SplitRule == nil || n.SplitRule.SplitAttr == nil || len(n.Children) < 2 {
		return at
	}
	t.Input[at], _ = strconv.Atoi(n.SplitRule.SplitAttr.GetName())
	t.Cut[at] = int(n.SplitRule.SplitVal)
	left := t.add(n.Children["0"])
	right := t.add(n.Children["1"])
	t.Left[at], t.Right[at] = left, right
	return at
}

// rule chooses the split of a node: trees.RuleGenerator.
type rule struct {
	work *work
	tree uint64
}

// GenerateSplitRule takes, of columns drawn by a hash of what the node holds, the cut with the lowest Gini index, and the first of
// equal ones. No rule, and so a leaf, is where no cut leaves enough rows on both sides or lowers the index.
func (r *rule) GenerateSplitRule(f base.FixedDataGrid) *trees.DecisionTreeRule {
	specs := r.drawn(f)
	counts := make([][][2]int64, len(specs))
	for i := range counts {
		counts[i] = make([][2]int64, 8)
	}
	class, _ := f.GetAttribute(f.AllClassAttributes()[0])
	all := [2]int64{}
	_ = f.MapOverRows(append(specs, class), func(row [][]byte, _ int) (bool, error) {
		k := 0
		if class.GetAttribute().GetStringFromSysVal(row[len(specs)]) == bad {
			k = 1
		}
		all[k]++
		for i := range specs {
			cell := int(base.UnpackBytesToFloat(row[i]))
			for cell >= len(counts[i]) {
				counts[i] = append(counts[i], make([][2]int64, len(counts[i]))...)
			}
			counts[i][cell][k]++
		}
		return true, nil
	})
	best, column, cut := float64(all[1]*all[1]+all[0]*all[0])/float64(all[0]+all[1])+1e-9, -1, 0
	for i := range counts {
		if v, at := bestCut(counts[i], all, int64(r.work.recipe.MinRows)); v > best {
			best, column, cut = v, i, at
		}
	}
	if column < 0 {
		return nil
	}
	return &trees.DecisionTreeRule{SplitAttr: specs[column].GetAttribute(), SplitVal: float64(cut) + 0.5}
}

// bestCut returns the greatest sum over both sides of (good² + bad²) / rows, which is least impurity by the Gini index, and the last
// cell on the left.
func bestCut(counts [][2]int64, all [2]int64, least int64) (best float64, at int) {
	var l [2]int64
	for cell := range counts {
		if counts[cell][0]+counts[cell][1] == 0 {
			continue
		}
		l[0], l[1] = l[0]+counts[cell][0], l[1]+counts[cell][1]
		r := [2]int64{all[0] - l[0], all[1] - l[1]}
		nl, nr := l[0]+l[1], r[0]+r[1]
		if nl < least || nr < least {
			continue
		}
		v := float64(l[0]*l[0]+l[1]*l[1])/float64(nl) + float64(r[0]*r[0]+r[1]*r[1])/float64(nr)
		if v > best {
			best, at = v, cell
		}
	}
	return best, at
}

// drawn are the columns that the node may split on, ascending.
func (r *rule) drawn(f base.FixedDataGrid) []base.AttributeSpec {
	columns := []int{}
	_, rows := f.Size()
	h := bin.Mix(r.work.recipe.Seed<<32 ^ r.tree<<8 ^ uint64(rows))
	for _, a := range f.AllAttributes() {
		if c, err := strconv.Atoi(a.GetName()); err == nil && c < len(r.work.inputs) {
			columns = append(columns, c)
		}
	}
	sort.Ints(columns)
	for _, c := range columns {
		h = bin.Mix(h ^ uint64(c))
	}
	for _, class := range []string{good, bad} {
		h = bin.Mix(h ^ uint64(base.GetClassDistribution(f)[class]))
	}
	k := min(r.work.features(), len(columns))
	for i := range k { // the first steps of a shuffle
		h = bin.Mix(h)
		j := i + int(h>>33%uint64(len(columns)-i))
		columns[i], columns[j] = columns[j], columns[i]
	}
	columns = columns[:k]
	sort.Ints(columns)
	specs := make([]base.AttributeSpec, k)
	byName := map[string]base.Attribute{}
	for _, a := range f.AllAttributes() {
		byName[a.GetName()] = a
	}
	for i, c := range columns {
		specs[i], _ = f.GetAttribute(byName[strconv.Itoa(c)])
	}
	return specs
}
