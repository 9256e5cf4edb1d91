package card

import (
	"encoding/json"
	"fmt"
	"math"

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
	a.Grades = w.recipe.Scale.Grades(w.recipe.Grades)
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
// points of the characteristics being rounded already; where the recipe states a prior, moved to its odds. Newton's method on one number, from the base log odds.
func (w *work) base(p *Parameters, in []int) float64 {
	s, d := w.recipe.Scale, w.design
	offset := make([]float64, len(w.rows))
	for j, c := range in {
		ch := &p.Characteristics[j]
		look := newLookup(ch.Variable, ch.Points, nil)
		for i, row := range w.rows {
			offset[i] -= ch.Points[look.bin(w.frame.Columns[c].Values[row])] / s.Factor()
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
	if prior := w.recipe.Prior; prior > 0 {
		b += exact.Log(prior/(1-prior)) - d.baseLogOdds()
	}
	return s.Points(b)
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
	points, columns := make([]float64, len(w.rows)), make([][]float64, len(in))
	for j, c := range in {
		columns[j] = make([]float64, len(w.rows))
		for i, row := range w.rows {
			columns[j][i] = w.frame.Columns[c].Values[row]
		}
	}
	card.PointsOf(points, columns)
	weight := func(i int) float64 { return w.outcome.Weight(w.rows[i]) }
	a.Reference.Points = models.NewHistogram("points", models.Deciles(points), 0, points, weight)
	a.Reference.Columns = nil
	for j, c := range in {
		v := w.candidates[c].Variable
		a.Reference.Columns = append(a.Reference.Columns, models.NewHistogram(v.Name, v.Edges, len(v.Levels), columns[j], weight))
	}
}
