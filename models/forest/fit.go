package forest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hengxin/models"
)

// Fitted is a finished fit.
type Fitted struct {
	Artifact *models.Artifact
	Model    *Model
	Columns  []Use // in the order of the frame
}

// Use says how often the trees split on a column.
type Use struct {
	Name   string `json:"name"`
	Splits int    `json:"splits"`
}

// work is a fit under way; rows are those used, in an order that only what they hold decides.
type work struct {
	frame  *models.Frame
	recipe Recipe
	inputs []Input
	cells  [][]uint16 // by row, then column
	bad    []bool
	sum    []float64 // of weights up to the row
	rate   float64
	notes  []string
}

// Fit grows a forest. meta gives the artifact its outcome and provenance; Fit fills the rest. It returns
// [ErrNeedsCompiler] in a program built without cgo, and [models.ErrInvalid], naming the column or the setting, where
// the frame or the recipe cannot be used.
func Fit(f *models.Frame, r Recipe, meta models.Artifact) (*Fitted, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	w := &work{frame: f, recipe: r}
	if err := w.prepare(); err != nil {
		return nil, err
	}
	p := Parameters{Rate: w.rate, Smooth: r.Smooth, Inputs: w.inputs}
	var err error
	if p.Trees, err = w.grow(); err != nil {
		return nil, fmt.Errorf("fit a forest: %w", err)
	}
	return w.finish(&p, meta)
}

func (w *work) prepare() error {
	f := w.frame
	bad := 0
	for _, t := range f.Target {
		if t == 1 {
			bad++
		}
	}
	switch {
	case f.Target == nil:
		return fmt.Errorf("fit a forest: the frame has no target: %w", models.ErrInvalid)
	case bad == 0 || bad == len(f.Target):
		return fmt.Errorf("fit a forest: all %d rows have the same outcome; check the target column and the value that means bad: %w", f.Rows(), models.ErrInvalid)
	case len(f.Columns) == 0:
		return fmt.Errorf("fit a forest: the frame has no column: %w", models.ErrInvalid)
	}
	w.inputs = make([]Input, len(f.Columns))
	var unheld []string
	for c := range f.Columns {
		w.inputs[c] = w.input(&f.Columns[c])
		if w.recipe.Columns[f.Columns[c].Name].Direction != 0 {
			unheld = append(unheld, f.Columns[c].Name)
		}
	}
	if len(unheld) > 0 {
		w.notes = append(w.notes, "a forest holds to no direction; declared of "+strings.Join(unheld, ", "))
	}
	w.order()
	return nil
}

// input cuts a column by quantiles of its values, or orders its levels by their rate.
func (w *work) input(c *models.Column) (in Input) {
	if c.Type == models.Category {
		in.Cells = w.levels(c)
		return in
	}
	in.Special = slices.Clone(w.recipe.Columns[c.Name].Special)
	slices.Sort(in.Special)
	in.Special = slices.Compact(in.Special)
	var values []float64
	for _, v := range c.Values {
		if _, special := slices.BinarySearch(in.Special, v); v == v && !special {
			values = append(values, v)
		}
	}
	slices.Sort(values)
	for k := 1; k < w.recipe.Cells && len(values) > 0; k++ {
		e := values[k*len(values)/w.recipe.Cells]
		if e > values[0] && (len(in.Edges) == 0 || e > in.Edges[len(in.Edges)-1]) {
			in.Edges = append(in.Edges, e)
		}
	}
	return in
}

// levels gives each level with enough rows a cell from 1 on, by its smoothed rate of bad rows, then by name.
func (w *work) levels(c *models.Column) []int {
	rows, bad, all := make([]float64, len(c.Levels)), make([]float64, len(c.Levels)), 0.0
	for i, v := range c.Values {
		all += w.frame.Target[i]
		if v >= 0 {
			rows[int(v)]++
			bad[int(v)] += w.frame.Target[i]
		}
	}
	mean := all / float64(len(c.Values))
	rate := func(l int) float64 { return (bad[l] + float64(10*mean)) / (rows[l] + 10) }
	var order []int
	for l := range c.Levels {
		if rows[l] >= max(1, float64(w.recipe.LevelRows)) {
			order = append(order, l)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(rate(a), rate(b)) })
	cells := make([]int, len(c.Levels))
	for i, l := range order {
		cells[l] = i + 1
	}
	return cells
}

// order sorts rows by what they hold, and takes evenly spread ones where there are more than the recipe allows.
func (w *work) order() {
	f := w.frame
	n := f.Rows()
	cells, rows := make([][]uint16, n), make([]int, n)
	for i := range rows {
		rows[i] = i
		cells[i] = make([]uint16, len(f.Columns))
		for c := range f.Columns {
			cells[i][c] = uint16(w.inputs[c].cell(f.Columns[c].Values[i]))
		}
	}
	slices.SortFunc(rows, func(a, b int) int {
		return cmp.Or(cmp.Compare(f.Target[a], f.Target[b]), slices.Compare(cells[a], cells[b]), cmp.Compare(f.Weight(a), f.Weight(b)))
	})
	used := min(n, w.recipe.MaxRows)
	if used < n {
		w.notes = append(w.notes, fmt.Sprintf("fitted on %d of %d rows: max_rows of the recipe", used, n))
	}
	all, bad := 0.0, 0.0
	for k := range used {
		i := rows[k*n/used]
		all += f.Weight(i)
		bad += float64(f.Weight(i) * f.Target[i])
		w.cells, w.bad, w.sum = append(w.cells, cells[i]), append(w.bad, f.Target[i] == 1), append(w.sum, all)
	}
	w.rate = bad / all
}

// finish fills the artifact.
func (w *work) finish(p *Parameters, meta models.Artifact) (*Fitted, error) {
	a, f := meta, w.frame
	a.Format, a.Kind, a.Scale, a.Columns = models.Format, Kind, w.recipe.Scale, nil
	a.Grades = w.recipe.Scale.Grades(w.recipe.Grades)
	uses := make([]Use, len(f.Columns))
	for c := range f.Columns {
		col, rules := &f.Columns[c], w.recipe.Columns[f.Columns[c].Name]
		uses[c].Name = col.Name
		a.Columns = append(a.Columns, models.Spec{Name: col.Name, Type: col.Type, Levels: col.Levels, Reason: cmp.Or(rules.Reason, col.Name),
			Text: models.Text{En: cmp.Or(rules.Text.En, col.Name), Zh: cmp.Or(rules.Text.Zh, col.Name)}})
	}
	for i := range p.Trees {
		for _, c := range p.Trees[i].Input {
			if c >= 0 {
				uses[c].Splits++
			}
		}
	}
	var err error
	if a.Parameters, err = p.encode(); err != nil {
		return nil, err
	}
	if err := w.provenance(&a); err != nil {
		return nil, err
	}
	m, err := Decode(&a)
	if err != nil {
		return nil, err
	}
	w.reference(&a, m)
	if err := a.Check(); err != nil {
		return nil, err
	}
	m, err = Decode(&a)
	return &Fitted{Artifact: &a, Model: m, Columns: uses}, err
}

func (w *work) provenance(a *models.Artifact) error {
	if len(a.Provenance.Recipe) == 0 {
		recipe, err := models.Canonical(w.recipe)
		if err != nil {
			return err
		}
		a.Provenance.Recipe = recipe[:len(recipe)-1]
	}
	p := &a.Provenance
	p.Rows, p.Events, p.Weight, p.BadWeight = w.frame.Rows(), 0, 0, 0
	for i, t := range w.frame.Target {
		p.Events += int(t)
		p.Weight += w.frame.Weight(i)
		p.BadWeight += float64(w.frame.Weight(i) * t)
	}
	p.Remarks = append(slices.Clone(p.Remarks), w.notes...)
	return nil
}

// reference counts all rows of the fit by points and by the deciles of each column.
func (w *work) reference(a *models.Artifact, m *Model) {
	f := w.frame
	points, x := make([]float64, f.Rows()), []float64(nil)
	for i := range points {
		x = f.Row(x[:0], i)
		points[i] = m.Points(x)
	}
	a.Reference.Points = models.NewHistogram("points", models.Deciles(points), 0, points, f.Weight)
	a.Reference.Columns = nil
	for c := range f.Columns {
		col := &f.Columns[c]
		edges := []float64{}
		if in := &w.inputs[c]; col.Type == models.Number {
			edges = append(edges, in.Edges...)
			for len(edges) > 20 {
				for i := range (len(edges) + 1) / 2 {
					edges[i] = edges[2*i]
				}
				edges = edges[:(len(edges)+1)/2]
			}
		}
		levels := 0
		if col.Type == models.Category {
			levels = len(col.Levels)
		}
		a.Reference.Columns = append(a.Reference.Columns, models.NewHistogram(col.Name, edges, levels, col.Values, f.Weight))
	}
}
