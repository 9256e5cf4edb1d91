package additive

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// finish averages the bags, moves what pairs say of one column to that column, and fills the artifact.
func (w *work) finish(pairs []*pair, meta models.Artifact) (*Fitted, error) {
	mains := make([][]float64, len(w.terms))
	for c := range mains {
		mains[c] = w.mean(c)
	}
	tables := make([][][]float64, len(pairs))
	for k, p := range pairs {
		tables[k] = square(w.mean(len(w.terms)+k), p.term.width)
		w.purify(p, tables[k], mains)
	}
	fitted := &Fitted{Columns: make([]Use, len(w.terms)), Rounds: w.rounds}
	kept := make([]int, len(w.terms)) // place in the artifact, -1: left out
	var p Parameters
	a := meta
	a.Format, a.Kind, a.Scale, a.Columns = models.Format, Kind, w.recipe.Scale, nil
	a.Grades = w.recipe.Scale.Grades(models.DefaultGrades())
	for c := range w.terms {
		use := &fitted.Columns[c]
		use.Name = w.vars[c].Name
		use.Weight = settle(w.vars[c], mains[c])
		use.Remark = w.remark(c)
		kept[c] = -1
		if use.Weight > 0 || inPair(pairs, tables, c) {
			kept[c] = len(p.Terms)
			v, values := shorten(w.vars[c], mains[c])
			p.Terms = append(p.Terms, Term{v, values})
			a.Columns = append(a.Columns, w.spec(w.vars[c]))
		}
	}
	for k, pr := range pairs {
		if !flat(tables[k]) {
			p.Pairs = append(p.Pairs, Pair{kept[pr.a], kept[pr.b], pr.va, pr.vb, tables[k]})
		}
	}
	if len(p.Terms) == 0 {
		return nil, fmt.Errorf("fit an additive model: no column carries evidence that repeats in rows left out; give more rows or columns: %w", models.ErrInvalid)
	}
	if p.Pairs == nil {
		p.Pairs = []Pair{}
	}
	p.Base = float64(w.level(w.fittedOdds(&p, kept))) / oddsUnit
	p.Base = math.RoundToEven(p.Base*1e6) / 1e6
	return fitted, w.document(fitted, &a, &p)
}

// mean is the mean over the bags of a term's values, in log odds.
func (w *work) mean(k int) []float64 {
	out := make([]float64, len(w.bags[0].value[k]))
	for c := range out {
		total := int64(0)
		for _, b := range w.bags {
			total += int64(b.value[k][c])
		}
		out[c] = float64(total) / float64(len(w.bags)*oddsUnit)
	}
	return out
}

func square(v []float64, width int) [][]float64 {
	out := make([][]float64, len(v)/width)
	for i := range out {
		out[i] = slices.Clone(v[i*width : (i+1)*width])
	}
	return out
}

// purify moves the mean of each row and each column of a pair's table, by rows of the fit, to the columns' own courses
// (Lengerich et al., AISTATS 2020). Rows and columns without rows of the fit become 0.
func (w *work) purify(p *pair, table [][]float64, mains [][]float64) {
	counts := make([][]float64, len(table))
	for i := range counts {
		counts[i] = make([]float64, len(table[i]))
	}
	for row, cell := range p.term.cell {
		counts[int(cell)/p.term.width][int(cell)%p.term.width] += float64(w.weight[row])
	}
	moveA, moveB := make([]float64, len(table)), make([]float64, len(table[0]))
	for range 100 {
		most := 0.0
		for i := range table {
			m := meanOf(table[i], counts[i])
			most = max(most, math.Abs(m))
			moveA[i] += m
			for j := range table[i] {
				table[i][j] -= m
			}
		}
		for j := range table[0] {
			column, n := make([]float64, len(table)), make([]float64, len(table))
			for i := range table {
				column[i], n[i] = table[i][j], counts[i][j]
			}
			m := meanOf(column, n)
			most = max(most, math.Abs(m))
			moveB[j] += m
			for i := range table {
				table[i][j] -= m
			}
		}
		if most < 1e-9 {
			break
		}
	}
	for i := range table {
		for j := range table[i] {
			table[i][j] = round(table[i][j])
			if counts[i][j] == 0 {
				table[i][j] = 0
			}
		}
	}
	w.move(p.a, p.va, moveA, mains)
	w.move(p.b, p.vb, moveB, mains)
}

// meanOf is the mean of values by count; 0 where all counts are 0.
func meanOf(values, counts []float64) float64 {
	total, n := 0.0, 0.0
	for i, v := range values {
		total += float64(v * counts[i])
		n += counts[i]
	}
	if n == 0 {
		return 0
	}
	return total / n
}

// move adds values by coarse bin to the course of column c.
func (w *work) move(c int, coarse *bin.Variable, values []float64, mains [][]float64) {
	_, place := coarsen(w.vars[c], w.recipe.PairCells)
	for b := range mains[c] {
		mains[c][b] += values[place[b]]
	}
	_ = coarse
}

// round keeps four decimals of log odds: far less than any sample can tell.
func round(v float64) float64 { return math.RoundToEven(v*1e4)/1e4 + 0 }

// settle centres a course, gives bins without rows a value of 0 (an unseen level that of rare ones where they are
// riskier), and returns its mean size.
func settle(v *bin.Variable, values []float64) float64 {
	counts := make([]float64, len(values))
	for b := range v.Bins {
		counts[b] = v.Bins[b].Weight
	}
	mean, size := meanOf(values, counts), make([]float64, len(values))
	for b := range values {
		values[b] = round(values[b] - mean)
		if v.Bins[b].Rows == 0 {
			values[b] = 0
		}
		size[b] = math.Abs(values[b])
	}
	if v.Type == models.Category {
		if last := len(values) - 1; v.Bins[last].Rows == 0 {
			values[last] = max(0, values[v.Rare()])
		}
	}
	return meanOf(size, counts)
}

func flat(table [][]float64) bool {
	for _, row := range table {
		for _, v := range row {
			if v != 0 {
				return false
			}
		}
	}
	return true
}

func inPair(pairs []*pair, tables [][][]float64, c int) bool {
	for k, p := range pairs {
		if (p.a == c || p.b == c) && !flat(tables[k]) {
			return true
		}
	}
	return false
}

// shorten joins neighbouring bins of a number that have the same value.
func shorten(v *bin.Variable, values []float64) (*bin.Variable, []float64) {
	if v.Type == models.Category {
		return v, values
	}
	out := &bin.Variable{Name: v.Name, Type: v.Type, Trend: bin.None, Edges: []float64{}, Special: v.Special}
	var short []float64
	for b, from := range v.Bins {
		alone := b >= v.Merged()
		if n := len(short); n > 0 && !alone && values[b] == short[n-1] {
			to := &out.Bins[n-1]
			to.Rows, to.Events, to.Weight, to.Bad = to.Rows+from.Rows, to.Events+from.Events, to.Weight+from.Weight, to.Bad+from.Bad
			continue
		}
		if b > 0 && !alone {
			out.Edges = append(out.Edges, v.Edges[b-1])
		}
		from.WoE = 0
		out.Bins, short = append(out.Bins, from), append(short, values[b])
	}
	return out, short
}

// fittedOdds returns each row's log odds less the base.
func (w *work) fittedOdds(p *Parameters, kept []int) []int32 {
	odds := make([]int32, len(w.folds))
	x := make([]float64, len(p.Terms))
	m := &Model{parts: *p}
	for row := range odds {
		for c, at := range kept {
			if at >= 0 {
				x[at] = w.frame.Columns[c].Values[row]
			}
		}
		odds[row] = int32(math.RoundToEven(max(-15, min(15, m.LogOdds(x))) * oddsUnit))
	}
	return odds
}

// remark says what an analyst should look at.
func (w *work) remark(c int) string {
	if auc := w.vars[c].AUC; auc > w.recipe.LeakAUC {
		return fmt.Sprintf("alone it has an AUC of %.3f: does it hold the outcome, or something known only after it?", auc)
	}
	return ""
}

func (w *work) spec(v *bin.Variable) models.Spec {
	rules := w.recipe.Columns[v.Name]
	s := models.Spec{Name: v.Name, Type: v.Type, Levels: v.Levels, Direction: rules.Direction, Reason: rules.Reason, Text: rules.Text}
	if s.Reason == "" {
		s.Reason = v.Name
	}
	if s.Text.En == "" {
		s.Text.En = v.Name
	}
	if s.Text.Zh == "" {
		s.Text.Zh = v.Name
	}
	return s
}

// document writes parameters, recipe and reference into the artifact, and reads the model back from it.
func (w *work) document(fitted *Fitted, a *models.Artifact, p *Parameters) error {
	b, err := models.Canonical(p)
	if err != nil {
		return err
	}
	a.Parameters = b[:len(b)-1]
	recipe, err := models.Canonical(w.recipe)
	if err != nil {
		return err
	}
	if len(a.Provenance.Recipe) == 0 {
		a.Provenance.Recipe = recipe[:len(recipe)-1]
	}
	t, unit := w.outcome.Total, w.outcome.Unit
	a.Provenance.Rows, a.Provenance.Events = int(t.Rows), int(t.Events)
	a.Provenance.Weight, a.Provenance.BadWeight = float64(t.Weight)*unit, float64(t.Bad)*unit
	for _, use := range fitted.Columns {
		if use.Remark != "" {
			a.Provenance.Remarks = append(a.Provenance.Remarks, fmt.Sprintf("column %q: %s", use.Name, use.Remark))
		}
	}
	if fitted.Model, err = Decode(a); err != nil {
		return err
	}
	if err := w.reference(a, fitted.Model); err != nil {
		return err
	}
	fitted.Artifact = a
	return a.Check()
}

// reference counts the rows of the fit by points and by the bins of each column.
func (w *work) reference(a *models.Artifact, m *Model) error {
	bound, err := a.Bind(w.frame)
	if err != nil {
		return err
	}
	points, x := make([]float64, len(w.folds)), make([]float64, len(bound))
	for i := range points {
		for c := range bound {
			x[c] = bound[c][i]
		}
		points[i] = m.Points(x)
	}
	a.Reference.Points = models.NewHistogram("points", models.Deciles(points), 0, points, w.outcome.Weight)
	for c := range bound {
		v := m.parts.Terms[c].Variable
		a.Reference.Columns = append(a.Reference.Columns, models.NewHistogram(v.Name, v.Edges, len(v.Levels), bound[c], w.outcome.Weight))
	}
	return nil
}
