package forest

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"hengxin/exact"
	"hengxin/models"
)

// Parameters are what the artifact of a forest holds of its own.
type Parameters struct {
	Rate   float64 `json:"rate"`   // of bad rows in the rows of the fit, by weight
	Smooth float64 `json:"smooth"` // rows of that rate that each leaf is given
	Inputs []Input `json:"inputs"` // one for each column, in order
	Trees  []Tree  `json:"trees"`
}

// Input cuts a column into cells: 0 missing, then one for each special code, then those between edges; of a category
// Cells has the cell of each level, and 0 is also that of rare and unseen levels.
type Input struct {
	Special []float64 `json:"special,omitempty"`
	Edges   []float64 `json:"edges,omitempty"`
	Cells   []int     `json:"cells,omitempty"`
}

// Tree is a list of nodes, children after their parents. Node i asks whether the cell of column Input[i] is at most
// Cut[i]: yes goes to Left[i], no to Right[i]; Input -1 is a leaf.
type Tree struct {
	Input []int   `json:"input"`
	Cut   []int   `json:"cut"`
	Left  []int   `json:"left"`
	Right []int   `json:"right"`
	Rows  []int64 `json:"rows"` // drawn, repeats counted
	Bad   []int64 `json:"bad"`
}

// Limits of an artifact's forest.
const (
	maxTrees = 10_000
	maxNodes = 1 << 20 // of one tree
)

// Model is a forest. It implements [models.Model].
type Model struct {
	parts Parameters
	specs []models.Spec
	scale models.Scale
	odds  float64 // log odds of the mean root
	root  float64 // mean share at the roots
	held  []bool  // by column: the rows of the fit had missing values
}

// Decode reads the forest of an artifact, in every build. It returns [models.ErrInvalid] for another kind, and for
// parameters that do not fit the columns, so that the model cannot fail on any row of the right width.
func Decode(a *models.Artifact) (*Model, error) {
	if a.Kind != Kind {
		return nil, fmt.Errorf("artifact of kind %q: want %q: %w", a.Kind, Kind, models.ErrInvalid)
	}
	if err := a.Scale.Check(); err != nil {
		return nil, err
	}
	m := &Model{specs: a.Columns, scale: a.Scale}
	if err := models.DecodeStrict(append(slices.Clone([]byte(a.Parameters)), '\n'), &m.parts); err != nil {
		return nil, fmt.Errorf("parameters of the forest: %w", err)
	}
	if err := m.parts.check(a.Columns); err != nil {
		return nil, err
	}
	for i := range m.parts.Trees {
		m.root += m.parts.share(&m.parts.Trees[i], 0)
	}
	m.root /= float64(len(m.parts.Trees))
	m.odds = logit(m.root)
	m.held = make([]bool, len(a.Columns))
	for i := range m.held {
		m.held[i] = i < len(a.Reference.Columns) && a.Reference.Columns[i].Missing > 0
	}
	return m, nil
}

func (p *Parameters) check(specs []models.Spec) error {
	switch {
	case !(p.Rate > 0 && p.Rate < 1) || !(p.Smooth > 0 && p.Smooth <= 1e9):
		return fmt.Errorf("forest: rate %v, smooth %v: %w", p.Rate, p.Smooth, models.ErrInvalid)
	case len(p.Inputs) != len(specs):
		return fmt.Errorf("forest: %d inputs for %d columns: %w", len(p.Inputs), len(specs), models.ErrInvalid)
	case len(p.Trees) < 1 || len(p.Trees) > maxTrees:
		return fmt.Errorf("forest: %d trees, 1 to %d wanted: %w", len(p.Trees), maxTrees, models.ErrInvalid)
	}
	for i := range p.Inputs {
		in, category := &p.Inputs[i], specs[i].Type == models.Category
		wrong := category && (len(in.Special)+len(in.Edges) > 0 || len(in.Cells) != len(specs[i].Levels)) ||
			!category && len(in.Cells) > 0 || !models.Ascending(in.Edges) || !models.Ascending(in.Special)
		if wrong {
			return fmt.Errorf("forest: cells of column %q do not fit it: %w", specs[i].Name, models.ErrInvalid)
		}
	}
	for i := range p.Trees {
		if err := p.Trees[i].check(len(specs)); err != nil {
			return fmt.Errorf("tree %d: %w", i, err)
		}
	}
	return nil
}

func (t *Tree) check(columns int) error {
	n := len(t.Input)
	if n < 1 || n > maxNodes || len(t.Cut) != n || len(t.Left) != n || len(t.Right) != n || len(t.Rows) != n || len(t.Bad) != n {
		return fmt.Errorf("%d nodes, lists of other lengths or none: %w", n, models.ErrInvalid)
	}
	for i := range n {
		switch {
		case t.Input[i] < -1 || t.Input[i] >= columns, t.Rows[i] < 1 || t.Rows[i] > 1<<40, t.Bad[i] < 0 || t.Bad[i] > t.Rows[i]:
			return fmt.Errorf("node %d: %w", i, models.ErrInvalid)
		case t.Input[i] >= 0 && (t.Left[i] <= i || t.Left[i] >= n || t.Right[i] <= i || t.Right[i] >= n):
			return fmt.Errorf("node %d: children: %w", i, models.ErrInvalid)
		}
	}
	return nil
}

// share of bad rows at a node, drawn towards that of all rows.
func (p *Parameters) share(t *Tree, node int) float64 {
	return (float64(t.Bad[node]) + float64(p.Smooth*p.Rate)) / (float64(t.Rows[node]) + p.Smooth)
}

func logit(p float64) float64 { return exact.Log(p / (1 - p)) }

// cell of x.
func (in *Input) cell(x float64) int {
	switch {
	case x != x:
		return 0
	case in.Cells != nil:
		if x < 0 || x >= float64(len(in.Cells)) {
			return 0
		}
		return in.Cells[int(x)]
	}
	if i, found := slices.BinarySearch(in.Special, x); found {
		return 1 + i
	}
	at, found := slices.BinarySearch(in.Edges, x)
	if found {
		at++
	}
	return 1 + len(in.Special) + at
}

// LogOdds implements [models.Model]. It panics where x has another width than the artifact's columns.
func (m *Model) LogOdds(x []float64) float64 {
	var room [128]float64
	sum := 0.0
	for _, v := range m.Contributions(room[:0], x) {
		sum += v
	}
	return sum
}

// Contributions implements [models.Model]: see the package comment on what they are.
func (m *Model) Contributions(dst, x []float64) []float64 {
	if len(x) != len(m.specs) {
		panic("forest: row of another width")
	}
	dst = append(dst, m.odds)
	at := len(dst)
	dst = append(dst, make([]float64, len(x))...)
	moved := dst[at:]
	for i := range m.parts.Trees {
		t := &m.parts.Trees[i]
		before, node := m.parts.share(t, 0), 0
		for t.Input[node] >= 0 {
			column := t.Input[node]
			if m.parts.Inputs[column].cell(x[column]) <= t.Cut[node] {
				node = t.Left[node]
			} else {
				node = t.Right[node]
			}
			after := m.parts.share(t, node)
			moved[column] += after - before
			before = after
		}
	}
	all, trees := 0.0, float64(len(m.parts.Trees))
	for i := range moved {
		moved[i] /= trees
		all += moved[i]
	}
	stretch := 1 / float64(m.root*(1-m.root))
	if math.Abs(all) > 1e-9 {
		stretch = (logit(m.root+all) - m.odds) / all
	}
	for i := range moved {
		moved[i] = float64(moved[i] * stretch)
	}
	return dst
}

// Points returns the points of x on the artifact's scale.
func (m *Model) Points(x []float64) float64 { return m.scale.Points(m.LogOdds(x)) }

// Parameters returns the forest; the caller must not change it.
func (m *Model) Parameters() *Parameters { return &m.parts }

// Novel calls f for each column whose value the fit never saw, and in what way.
func (m *Model) Novel(x []float64, f func(column int, what string)) {
	for i, v := range x {
		switch s := &m.specs[i]; {
		case v != v && !m.held[i]:
			f(i, "missing, which training never saw")
		case s.Type == models.Category && (v < 0 || v >= float64(len(s.Levels))):
			f(i, "unseen level")
		}
	}
}

func (p *Parameters) encode() (json.RawMessage, error) {
	b, err := models.Canonical(p)
	if err != nil {
		return nil, err
	}
	return b[:len(b)-1], nil
}
