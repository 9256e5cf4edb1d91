package trees

import (
	"encoding/json"
	"fmt"
	"runtime"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// Fitted is a finished fit.
type Fitted struct {
	Artifact *models.Artifact
	Model    *Model
	Bags     []Bag
	Columns  []Use // every column of the frame, in its order
}

// Bag is what became of one bag.
type Bag struct {
	Trees  int       `json:"trees"`  // that were kept
	Losses []float64 `json:"losses"` // mean log loss of the rows left out, by round; empty where none were
}

// Use says how much a column does in the trees.
type Use struct {
	Name   string  `json:"name"`
	Splits int     `json:"splits"`
	Gain   float64 `json:"gain"` // of its splits together, in twice the log likelihood of the rows of the fit
}

// Fit fits trees: the columns are cut into cells, bags of trees are grown on integer gradients, and the bags are
// averaged. meta gives the artifact its outcome and provenance; Fit fills the rest. Neither the order of rows, nor the
// number of threads, nor the processor shows in the result.
//
// It returns [models.ErrInvalid], naming the column or the setting, where the frame or the recipe cannot be used, and
// where no column is worth a split.
func Fit(f *models.Frame, r Recipe, meta models.Artifact) (*Fitted, error) {
	return FitThreads(f, r, meta, runtime.GOMAXPROCS(0))
}

// FitThreads is Fit on so many threads, which change only how long it takes.
func FitThreads(f *models.Frame, r Recipe, meta models.Artifact, threads int) (*Fitted, error) {
	if err := checkFit(f, r); err != nil {
		return nil, err
	}
	f = seen(f)
	bins, goal := NewBins(f, r, threads), newObjective(f)
	var keys []uint64
	if r.RowShare < 1 || r.Folds > 1 {
		keys = bin.RowKeys(f, threads)
	}
	bags := boost(bins, goal, r, keys, bins.groups(f, r.Groups), threads)
	a := assembly{bins: bins, frame: f, bags: bags, fitted: &Fitted{}}
	parts := a.assemble()
	for c := range a.fitted.Columns {
		a.fitted.Columns[c].Gain *= goal.gradientUnit / goal.hessianUnit * goal.gradientUnit
	}
	if len(a.columns) == 0 {
		return nil, fmt.Errorf("fit trees: no column is worth a split of %d rows; give more rows or columns, or lower min_rows, ridge and min_gain in the recipe: %w", f.Rows(), models.ErrInvalid)
	}
	return a.fitted, a.finish(parts, r, meta, goal, threads)
}

// checkFit refuses what cannot be fitted.
func checkFit(f *models.Frame, r Recipe) error {
	if err := r.Check(); err != nil {
		return err
	}
	if err := f.Check(); err != nil {
		return err
	}
	if err := r.checkColumns(f); err != nil {
		return err
	}
	if f.Target == nil {
		return fmt.Errorf("fit trees: the frame has no target: %w", models.ErrInvalid)
	}
	if f.Rows() > 1<<31-1 {
		return fmt.Errorf("fit trees: %d rows, %d at most: %w", f.Rows(), 1<<31-1, models.ErrInvalid)
	}
	if !slices.Contains(f.Target, 0) || !slices.Contains(f.Target, 1) {
		return fmt.Errorf("fit trees: all %d rows have the same outcome; check the target column and the value that means bad: %w", f.Rows(), models.ErrInvalid)
	}
	return nil
}

// seen returns f with only those levels of categories that its rows hold, so that a level that occurs in no row of the
// fit is an unseen one.
func seen(f *models.Frame) *models.Frame {
	g := *f
	g.Columns = slices.Clone(f.Columns)
	for i := range g.Columns {
		c := &g.Columns[i]
		if c.Type != models.Category {
			continue
		}
		held := make([]bool, len(c.Levels))
		for _, v := range c.Values {
			if v >= 0 {
				held[int(v)] = true
			}
		}
		if !slices.Contains(held, false) {
			continue
		}
		spec := models.Spec{Name: c.Name, Type: models.Category}
		for l, h := range held {
			if h {
				spec.Levels = append(spec.Levels, c.Levels[l])
			}
		}
		*c = models.Column{Name: c.Name, Type: models.Category, Levels: spec.Levels, Values: spec.Fit(c)}
	}
	return &g
}

// groups turns groups of columns into groups of inputs; a column in no group is one by itself.
func (b *Bins) groups(f *models.Frame, names [][]string) [][]bool {
	if len(names) == 0 {
		return nil
	}
	var groups [][]bool
	grouped := make([]bool, len(f.Columns))
	add := func(in func(column int) bool) {
		group := make([]bool, len(b.inputs))
		for i := range b.inputs {
			group[i] = in(b.inputs[i].column)
		}
		groups = append(groups, group)
	}
	for _, g := range names {
		add(func(c int) bool { return slices.Contains(g, f.Columns[c].Name) })
		for c := range f.Columns {
			grouped[c] = grouped[c] || slices.Contains(g, f.Columns[c].Name)
		}
	}
	for c, done := range grouped {
		if !done {
			add(func(k int) bool { return k == c })
		}
	}
	return groups
}

// finish fills the artifact and reads the model back from it.
func (a *assembly) finish(p *Parameters, r Recipe, meta models.Artifact, goal *objective, threads int) error {
	art := meta
	art.Format, art.Kind, art.Scale, art.Columns, art.Grades = models.Format, Kind, r.Scale, nil, r.Scale.Grades(r.Grades)
	for _, c := range a.columns {
		art.Columns = append(art.Columns, r.spec(&a.frame.Columns[c]))
	}
	var err error
	if art.Parameters, err = p.encode(); err != nil {
		return err
	}
	if len(art.Provenance.Recipe) == 0 {
		b, err := models.Canonical(r)
		if err != nil {
			return err
		}
		art.Provenance.Recipe = json.RawMessage(b[:len(b)-1])
	}
	goal.describe(&art.Provenance, a.frame)
	art.Reference = models.Reference{}
	m, err := Decode(&art)
	if err != nil {
		return err
	}
	if err := a.reference(&art, m, goal, threads); err != nil {
		return err
	}
	m.learn(&art.Reference)
	a.fitted.Artifact, a.fitted.Model = &art, m
	return art.Check()
}
