package card

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"hengxin/exact"
	"hengxin/models"
	"hengxin/models/bin"
)

// finish turns coefficients into points and fills the artifact.
func (w *work) finish(f *fitted, in []int, meta models.Artifact) (*Fitted, error) {
	a := meta
	a.Format, a.Kind, a.Scale, a.Columns = models.Format, Kind, w.recipe.Scale, nil
	var p Parameters
	k := len(f.beta)
	for j, c := range in {
		cand := &w.candidates[c]
		cand.Used, cand.Coefficient = true, f.beta[j+1]
		if t := cand.Variable.Trend; cand.Remark == "" && (t == bin.Peak || t == bin.Valley) {
			cand.Remark = fmt.Sprintf("its event rate has a %s: does that make sense? declare a trend to hold it to one", t)
		}
		ch := Characteristic{Variable: cand.Variable, Coefficient: f.beta[j+1], Points: w.points(cand.Variable, f.beta[j+1])}
		if f.covariance != nil {
			ch.Error = math.Sqrt(f.covariance[(j+1)*k+j+1])
		}
		p.Characteristics = append(p.Characteristics, ch)
		a.Columns = append(a.Columns, w.spec(cand.Variable))
	}
	p.Base = w.base(&p, in)
	a.Grades = w.grades()
	if err := w.document(&a, &p); err != nil {
		return nil, err
	}
	card, err := Decode(&a)
	if err != nil {
		return nil, err
	}
	w.reference(&a, card, in)
	if err := a.Check(); err != nil {
		return nil, err
	}
	return &Fitted{Artifact: &a, Card: card, Candidates: w.candidates}, nil
}

// points of each bin: what the coefficient makes of its WoE, on the scale.
func (w *work) points(v *bin.Variable, coefficient float64) []float64 {
	out, s := make([]float64, len(v.Bins)), w.recipe.Scale
	for i, b := range v.Bins {
		out[i] = 0 - s.Round(float64(float64(s.Factor()*coefficient)*b.WoE))
	}
	return out
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

// base returns the points of a neutral row with which the probabilities of the fit's rows sum to its bad weight, the
// points of the characteristics being rounded already. Newton's method on one number, from the base log odds.
func (w *work) base(p *Parameters, in []int) float64 {
	s, d := w.recipe.Scale, w.design
	offset := make([]float64, len(w.rows))
	for j, c := range in {
		ch := &p.Characteristics[j]
		for i, row := range w.rows {
			offset[i] -= ch.Points[ch.Variable.Index(w.frame.Columns[c].Values[row])] / s.Factor()
		}
	}
	b := d.baseLogOdds()
	for range 30 {
		g, h := 0.0, 0.0
		for i, o := range offset {
			q := exact.Logistic(b + o)
			y := 0.0
			if d.bad[i] {
				y = 1
			}
			g += float64(d.weight[i] * (y - q))
			h += float64(d.weight[i] * float64(q*(1-q)))
		}
		b += max(-1, min(1, g/h))
		if math.Abs(g/h) < 1e-10 {
			break
		}
	}
	return s.Points(b)
}

// grades turns probabilities into lowest points.
func (w *work) grades() []models.Grade {
	var out []models.Grade
	unit := [...]float64{1, 10, 100, 1000}[w.recipe.Scale.Decimals]
	for _, g := range w.recipe.Grades {
		grade := models.Grade{Name: g.Name, Text: g.Text}
		if g.PD > 0 {
			s := w.recipe.Scale
			from := math.Ceil((s.Base-float64(s.Factor()*(exact.Log(g.PD/(1-g.PD))+exact.Log(s.Odds))))*unit) / unit
			grade.From = &from
		}
		out = append(out, grade)
	}
	return out
}

func (w *work) document(a *models.Artifact, p *Parameters) error {
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
		a.Provenance.Recipe = json.RawMessage(recipe[:len(recipe)-1])
	}
	t, unit := w.outcome.Total, w.outcome.Unit
	a.Provenance.Rows, a.Provenance.Events = int(t.Rows), int(t.Events)
	a.Provenance.Weight, a.Provenance.BadWeight = float64(t.Weight)*unit, float64(t.Bad)*unit
	for _, c := range w.candidates {
		if c.Remark != "" {
			a.Provenance.Remarks = append(a.Provenance.Remarks, fmt.Sprintf("column %q: %s", c.Variable.Name, c.Remark))
		}
	}
	return nil
}

// reference counts the rows of the fit by points and by the cells of each column.
func (w *work) reference(a *models.Artifact, card *Card, in []int) {
	points, x := make([]float64, len(w.rows)), make([]float64, len(in))
	for i, row := range w.rows {
		for j, c := range in {
			x[j] = w.frame.Columns[c].Values[row]
		}
		points[i] = card.Points(x)
	}
	a.Reference.Points = models.Histogram{Name: "points", Edges: deciles(points)}
	w.tally(&a.Reference.Points, points)
	a.Reference.Columns = nil
	for _, c := range in {
		col, v := &w.frame.Columns[c], w.candidates[c].Variable
		h := models.Histogram{Name: col.Name, Edges: v.Edges}
		if v.Type == models.Category {
			h.Edges, h.Counts = []float64{}, make([]float64, len(v.Levels))
		}
		values := make([]float64, len(w.rows))
		for i, row := range w.rows {
			values[i] = col.Values[row]
		}
		w.tally(&h, values)
		a.Reference.Columns = append(a.Reference.Columns, h)
	}
}

// tally counts values, in canonical order of rows, into h: sums of grid weights are exact.
func (w *work) tally(h *models.Histogram, values []float64) {
	if h.Counts == nil {
		h.Counts = make([]float64, len(h.Edges)+1)
	}
	category := len(h.Edges) == 0 && len(h.Counts) != 1 || h.Name != "points" && w.frame.Column(h.Name).Type == models.Category
	for i, v := range values {
		weight := w.outcome.Weight(w.rows[i])
		switch {
		case v != v:
			h.Missing += weight
		case category && v >= 0:
			h.Counts[int(v)] += weight
		case !category:
			at, found := slices.BinarySearch(h.Edges, v)
			if found {
				at++
			}
			h.Counts[at] += weight
		}
	}
}

// deciles returns up to nine distinct values that cut points into about equal parts.
func deciles(points []float64) []float64 {
	sorted := slices.Clone(points)
	slices.Sort(sorted)
	edges := []float64{}
	for d := 1; d < 10; d++ {
		e := sorted[d*len(sorted)/10]
		if e > sorted[0] && (len(edges) == 0 || e > edges[len(edges)-1]) {
			edges = append(edges, e)
		}
	}
	return edges
}
