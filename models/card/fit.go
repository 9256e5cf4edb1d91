package card

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"hengxin/models"
	"hengxin/models/bin"
)

// Candidate is one column of the frame and what became of it.
type Candidate struct {
	Variable    *bin.Variable `json:"variable"`
	Used        bool          `json:"used"`
	Coefficient float64       `json:"coefficient"` // of the WoE; 0 where it was left out
	Reason      string        `json:"reason"`      // why it was left out
	Remark      string        `json:"remark"`      // what to look at

	Tests  *Tests   `json:"tests,omitempty"`  // of a column of the card
	Funnel []string `json:"funnel,omitempty"` // of stepwise selection: when it entered and left, and why
}

// Fitted is a finished fit.
type Fitted struct {
	Artifact   *models.Artifact
	Card       *Card
	Candidates []Candidate // every column of the frame, in its order
}

// work is a fit under way: columns in the order of the frame, rows in canonical order.
type work struct {
	frame      *models.Frame
	outcome    *bin.Outcome
	recipe     Recipe
	rows       []int   // canonical order
	folds      []uint8 // by row of the frame
	candidates []Candidate
	design     *design
}

func newWork(f *models.Frame, r Recipe) (*work, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	for name := range r.Columns {
		if f.Column(name) == nil {
			return nil, fmt.Errorf("recipe: column %q is not in the table: %w", name, models.ErrInvalid)
		}
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	if f.Target == nil {
		return nil, fmt.Errorf("fit a card: the frame has no target: %w", models.ErrInvalid)
	}
	w := &work{frame: seen(f), outcome: bin.NewOutcome(f), recipe: r}
	if err := w.takePeriod(); err != nil {
		return nil, err
	}
	t := w.outcome.Total
	if t.Events == 0 || t.Events == t.Rows {
		return nil, fmt.Errorf("fit a card: all %d rows have the same outcome; check the target column and the value that means bad: %w", t.Rows, models.ErrInvalid)
	}
	w.rows = canonical(w.frame, w.outcome)
	w.foldRows()
	if err := w.bin(); err != nil {
		return nil, err
	}
	w.buildDesign()
	return w, nil
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
		if slices.Contains(held, false) {
			spec := models.Spec{Name: c.Name, Type: models.Category}
			for l, h := range held {
				if h {
					spec.Levels = append(spec.Levels, c.Levels[l])
				}
			}
			*c = models.Column{Name: c.Name, Type: models.Category, Levels: spec.Levels, Values: spec.Fit(c)}
		}
	}
	return &g
}

// bin bins every column, on all processors; a column's result does not depend on the others.
func (w *work) bin() error {
	n := len(w.frame.Columns)
	w.candidates = make([]Candidate, n)
	w.design = &design{z: make([][]float64, n)}
	errs := make([]error, n)
	parallel(n, func(c int) { errs[c] = w.binColumn(c) })
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// parallel calls f for 0 to n-1 on all processors.
func parallel(n int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

func (w *work) binColumn(c int) error {
	col := &w.frame.Columns[c]
	plan, err := w.recipe.Columns[col.Name].plan()
	if err != nil {
		return fmt.Errorf("column %q: %w", col.Name, err)
	}
	fine, err := bin.Count(col, w.outcome, plan, w.recipe.Bins)
	if err != nil {
		return err
	}
	v := fine.Bin()
	if err := against(v, plan); err != nil {
		return err
	}
	w.candidates[c] = Candidate{Variable: v}
	byRow := make([]float64, len(w.rows))
	if k := w.recipe.Folds; k < 2 || held(v) < 2 {
		for i, x := range col.Values {
			byRow[i] = v.Bins[v.Index(x)].WoE
		}
	} else {
		fine.CrossFit(byRow, w.outcome, w.folds, k)
	}
	z := make([]float64, len(w.rows))
	for i, row := range w.rows {
		z[i] = byRow[row]
	}
	w.design.z[c] = z
	return nil
}

// against returns [models.ErrInvalid] where bins that were set by hand break the trend that is declared of their column.
func against(v *bin.Variable, plan bin.Plan) error {
	if plan.Cut == nil || plan.Trend != bin.Ascending && plan.Trend != bin.Descending {
		return nil
	}
	last := -1
	for i := range v.Merged() {
		if v.Bins[i].Rows == 0 {
			continue
		}
		if last >= 0 && (v.Bins[i].Rate() > v.Bins[last].Rate()) != (plan.Trend == bin.Ascending) {
			return fmt.Errorf("bins set by hand of column %q: its event rate is declared %s, but goes from %.4f to %.4f between bins %s and %s; join them or declare otherwise: %w",
				v.Name, plan.Trend, v.Bins[last].Rate(), v.Bins[i].Rate(), v.Label(last), v.Label(i), models.ErrInvalid)
		}
		last = i
	}
	return nil
}

// foldRows spreads the rows over the folds in canonical order, so that folds are alike in every column.
func (w *work) foldRows() {
	w.folds = make([]uint8, len(w.rows))
	for i, row := range w.rows {
		w.folds[row] = uint8(i % max(1, w.recipe.Folds))
	}
}

func (w *work) buildDesign() {
	d := w.design
	d.bad, d.weight = make([]bool, len(w.rows)), make([]float64, len(w.rows))
	mean := float64(w.outcome.Total.Weight) * w.outcome.Unit / float64(len(w.rows))
	for i, row := range w.rows {
		d.bad[i], d.weight[i] = w.outcome.Bad[row], w.outcome.Weight(row)/mean
	}
}

// held counts the bins that hold rows.
func held(v *bin.Variable) int {
	n := 0
	for _, b := range v.Bins {
		if b.Rows > 0 {
			n++
		}
	}
	return n
}

// Fit fits a card: columns are binned, those without evidence or too alike another are left out, a logistic regression
// on the cross-fitted WoE gives the coefficients, columns of the wrong sign are taken out, and points are rounded.
// meta gives the artifact its outcome and provenance; Fit fills the rest. Neither the order of rows nor the number of
// threads shows in the result.
//
// It returns [models.ErrInvalid], naming the column or the setting, where the frame or the recipe cannot be used, and
// where no column is left.
func Fit(f *models.Frame, r Recipe, meta models.Artifact) (*Fitted, error) {
	w, err := newWork(f, r)
	if err != nil {
		return nil, err
	}
	w.remark()
	regression, in, err := w.selectColumns()
	if err != nil {
		return nil, err
	}
	if len(in) == 0 {
		return nil, fmt.Errorf("fit a card: no column carries evidence: %s: %w", w.whyNone(), models.ErrInvalid)
	}
	if err := w.test(regression, in); err != nil {
		return nil, err
	}
	return w.finish(regression, in, meta)
}

// whyNone lists up to three columns with the reason they were left out.
func (w *work) whyNone() string {
	text := ""
	for i, c := range w.candidates {
		if i == 3 {
			return text + " ..."
		}
		text += fmt.Sprintf("column %q: %s; ", c.Variable.Name, c.Reason)
	}
	return text + "give more rows or columns, or lower min_rows, min_iv and min_gain in the recipe"
}

// remark notes what an analyst should look at.
func (w *work) remark() {
	for c := range w.candidates {
		k := &w.candidates[c]
		v := k.Variable
		rows := w.frame.Rows()
		switch {
		case v.FineAUC > w.recipe.LeakAUC:
			k.Remark = fmt.Sprintf("alone it has an AUC of %.3f: does it hold the outcome, or something known only after it?", v.FineAUC)
		case v.Type == models.Category && len(v.Levels) > rows/2 && rows > 20:
			k.Remark = fmt.Sprintf("%d levels in %d rows: looks like a name or number of each row", len(v.Levels), rows)
		case v.Type == models.Number && rows > 100 && isCounter(w.frame.Columns[c].Values):
			k.Remark = "a different whole number in every row, without gaps: looks like a number of each row"
		}
		if e := w.recipe.Columns[v.Name].Edit; e != nil {
			k.Remark = strings.TrimPrefix(k.Remark+"; "+e.remark(), "; ")
		}
	}
}

// isCounter reports whether values are whole, all different, and without gaps.
func isCounter(values []float64) bool {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v != math.Trunc(v) { // NaN too
			return false
		}
		low, high = min(low, v), max(high, v)
	}
	if high-low != float64(len(values)-1) {
		return false
	}
	at := make([]bool, len(values))
	for _, v := range values {
		if at[int(v-low)] {
			return false
		}
		at[int(v-low)] = true
	}
	return true
}
