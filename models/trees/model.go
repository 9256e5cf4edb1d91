package trees

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"hengxin/models"
)

// Kind is the kind of artifacts that hold trees.
const Kind = "trees"

// Parameters are what the artifact of trees holds of its own. Log odds are integers of 2^-30.
type Parameters struct {
	Base   int64   `json:"base"`
	Inputs []Input `json:"inputs"`
	Trees  []Tree  `json:"trees"`
}

// Input is what a node can ask about.
type Input struct {
	Column  int       `json:"column"`            // of the artifact
	Code    *float64  `json:"code,omitempty"`    // asks whether the column holds this special code: 1 yes, 0 no
	Special []float64 `json:"special,omitempty"` // codes that a number takes as missing, ascending
	Edges   []float64 `json:"edges,omitempty"`   // of a number, ascending
	Cells   []int     `json:"cells,omitempty"`   // of a category: cell by level, 1 to 255; missing is cell 0, unseen levels share cell 1
	Sets    [][]int   `json:"sets,omitempty"`    // of a category: cells that go left, ascending
}

// Tree is a binary tree. Node i asks about input Input[i]: x < Edges[Cut[i]] of a number, membership of Sets[Cut[i]] of a
// category; yes goes left. A child is a node of a higher number, or a leaf as -1 - index. A tree without nodes is one leaf.
type Tree struct {
	Input   []int   `json:"input"`
	Cut     []int   `json:"cut"`
	Missing []int   `json:"missing"` // 1: a missing number goes left
	Left    []int   `json:"left"`
	Right   []int   `json:"right"`
	Values  []int64 `json:"values"` // log odds by leaf
	Rows    []int64 `json:"rows"`   // of the fit by leaf, at least 1
}

// Model is a sum of trees. It implements [models.Model].
type Model struct {
	columns  int
	specs    []models.Spec
	scale    models.Scale
	complete []bool // by column: never missing in the fit
	parts    Parameters
	flat     *flat
	shares   *shares
}

// Columns is the width of a row.
func (m *Model) Columns() int { return m.columns }

// Limits of an artifact's trees.
const (
	maxTrees   = 1 << 20
	maxDepth   = 48      // splits on a path
	maxLogOdds = 1 << 13 // of the base and the greatest leaf of every tree together: sums are exact far beyond
)

// Decode reads the trees of an artifact. It returns [models.ErrInvalid] for another kind, and for parameters that do not
// fit the columns, so that the model cannot fail on any row of the right width.
func Decode(a *models.Artifact) (*Model, error) {
	if a.Kind != Kind {
		return nil, fmt.Errorf("artifact of kind %q: want %q: %w", a.Kind, Kind, models.ErrInvalid)
	}
	m := &Model{columns: len(a.Columns), specs: a.Columns, scale: a.Scale}
	if err := a.Scale.Check(); err != nil {
		return nil, err
	}
	if err := models.DecodeStrict(append(slices.Clone([]byte(a.Parameters)), '\n'), &m.parts); err != nil {
		return nil, fmt.Errorf("parameters of the trees: %w", err)
	}
	if err := m.parts.check(a.Columns); err != nil {
		return nil, err
	}
	m.flat = flatten(&m.parts, a.Columns)
	m.learn(&a.Reference)
	m.shares = newShares(&m.parts, m.flat, len(a.Columns))
	return m, nil
}

// encode writes parameters as an artifact holds them.
func (p *Parameters) encode() (json.RawMessage, error) {
	b, err := models.Canonical(p)
	if err != nil {
		return nil, err
	}
	return b[:len(b)-1], nil
}

// Parameters returns the trees; the caller must not change them.
func (m *Model) Parameters() *Parameters { return &m.parts }

func (p *Parameters) check(specs []models.Spec) error {
	for i := range p.Inputs {
		if err := p.Inputs[i].check(specs); err != nil {
			return fmt.Errorf("input %d of the trees: %w", i, err)
		}
	}
	if len(p.Trees) > maxTrees {
		return fmt.Errorf("%d trees, %d at most: %w", len(p.Trees), maxTrees, models.ErrInvalid)
	}
	total := math.Abs(float64(p.Base)) * unit
	for i := range p.Trees {
		t := &p.Trees[i]
		if err := t.check(p.Inputs, specs); err != nil {
			return fmt.Errorf("tree %d: %w", i, err)
		}
		most := 0.0
		for _, v := range t.Values {
			most = max(most, math.Abs(float64(v))*unit)
		}
		total += most
	}
	if !(total <= maxLogOdds) {
		return fmt.Errorf("trees: log odds up to %v, %v at most: %w", total, maxLogOdds, models.ErrInvalid)
	}
	return nil
}

func (in *Input) check(specs []models.Spec) error {
	bad := func(what string) error { return fmt.Errorf("%s: %w", what, models.ErrInvalid) }
	if in.Column < 0 || in.Column >= len(specs) {
		return bad("no such column")
	}
	s := &specs[in.Column]
	if s.Type == models.Category {
		if in.Code != nil || len(in.Special) > 0 || len(in.Edges) > 0 {
			return bad("a category with codes or edges")
		}
		return in.checkCells(len(s.Levels))
	}
	switch {
	case len(in.Sets) > 0 || len(in.Cells) > 0:
		return bad("a number with sets")
	case !models.Ascending(in.Edges) || !models.Ascending(in.Special):
		return bad("edges or special codes do not ascend")
	case in.Code != nil && (!models.Ascending([]float64{*in.Code}) || len(in.Edges) != 1 || in.Edges[0] != 0.5 || len(in.Special) > 0):
		return bad("code")
	}
	return nil
}

func (in *Input) checkCells(levels int) error {
	if len(in.Cells) != levels {
		return fmt.Errorf("%d cells for %d levels: %w", len(in.Cells), levels, models.ErrInvalid)
	}
	for _, c := range in.Cells {
		if c < cellOther || c > 255 {
			return fmt.Errorf("cell %d: %w", c, models.ErrInvalid)
		}
	}
	for _, set := range in.Sets {
		for i, c := range set {
			if c < 0 || c > 255 || i > 0 && c <= set[i-1] {
				return fmt.Errorf("set of cells %v: %w", set, models.ErrInvalid)
			}
		}
	}
	return nil
}

// check wants every node but the first, and every leaf, to be the child of exactly one node before it.
func (t *Tree) check(inputs []Input, specs []models.Spec) error {
	bad := func(what string, i int) error { return fmt.Errorf("node %d: %s: %w", i, what, models.ErrInvalid) }
	n := len(t.Input)
	if len(t.Cut) != n || len(t.Missing) != n || len(t.Left) != n || len(t.Right) != n || len(t.Values) != n+1 || len(t.Rows) != n+1 {
		return fmt.Errorf("nodes and leaves are not as many as they should be: %w", models.ErrInvalid)
	}
	nodes, leaves := make([]bool, n), make([]bool, n+1)
	for i := range n {
		if t.Input[i] < 0 || t.Input[i] >= len(inputs) {
			return bad("input", i)
		}
		in := &inputs[t.Input[i]]
		cuts, category := len(in.Edges), specs[in.Column].Type == models.Category
		if category {
			cuts = len(in.Sets)
		}
		if t.Cut[i] < 0 || t.Cut[i] >= cuts {
			return bad("cut", i)
		}
		if t.Missing[i] != 0 && (t.Missing[i] != 1 || category) {
			return bad("missing", i)
		}
		for _, child := range [2]int{t.Left[i], t.Right[i]} {
			switch {
			case child >= 0 && (child <= i || child >= n || nodes[child]), child < 0 && (child < -1-n || leaves[-1-child]):
				return bad("child", i)
			case child >= 0:
				nodes[child] = true
			default:
				leaves[-1-child] = true
			}
		}
	}
	if t.depth() > maxDepth {
		return fmt.Errorf("%d splits on a path, %d at most: %w", t.depth(), maxDepth, models.ErrInvalid)
	}
	for i, r := range t.Rows {
		if r < 1 || r > 1<<40 {
			return fmt.Errorf("leaf %d: %d rows: %w", i, r, models.ErrInvalid)
		}
	}
	return nil
}

// depth returns the most splits on a path.
func (t *Tree) depth() int {
	deepest, depths := 0, make([]int, len(t.Input))
	for i := range t.Input { // children come after their parents
		for _, child := range [2]int{t.Left[i], t.Right[i]} {
			deepest = max(deepest, depths[i]+1)
			if child >= 0 {
				depths[child] = depths[i] + 1
			}
		}
	}
	return deepest
}
