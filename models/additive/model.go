package additive

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// Parameters are what the artifact of an additive model holds of its own.
type Parameters struct {
	Base  float64 `json:"base"`  // log odds of a row that is neutral everywhere
	Terms []Term  `json:"terms"` // one for each column, in order
	Pairs []Pair  `json:"pairs"`
}

// Term is the course of one column: what each bin adds to the log odds; 0 is neutral, above 0 riskier.
type Term struct {
	Variable *bin.Variable `json:"variable"`
	Values   []float64     `json:"values"` // by bin
}

// Pair is what two columns add together beside what each adds alone.
type Pair struct {
	A      int           `json:"a"` // places of the columns
	B      int           `json:"b"`
	First  *bin.Variable `json:"first"` // bins of column A
	Second *bin.Variable `json:"second"`
	Values [][]float64   `json:"values"` // by bin of A, then of B
}

// Model is an additive model. It implements [models.Model].
type Model struct {
	parts Parameters
	scale models.Scale
}

// maxValue bounds what one bin may add to the log odds.
const maxValue = 1000

// Decode reads the model of an artifact. It returns [models.ErrInvalid] for another kind, and for parameters that do not fit
// the columns, so that the model cannot fail on any row of the right width.
func Decode(a *models.Artifact) (*Model, error) {
	if a.Kind != Kind {
		return nil, fmt.Errorf("artifact of kind %q: want %q: %w", a.Kind, Kind, models.ErrInvalid)
	}
	m := &Model{scale: a.Scale}
	if err := models.DecodeStrict(append(append(json.RawMessage{}, a.Parameters...), '\n'), &m.parts); err != nil {
		return nil, fmt.Errorf("parameters of the additive model: %w", err)
	}
	if len(m.parts.Terms) != len(a.Columns) || !finite(m.parts.Base) {
		return nil, fmt.Errorf("additive model: %d terms for %d columns, base %v: %w", len(m.parts.Terms), len(a.Columns), m.parts.Base, models.ErrInvalid)
	}
	for i := range a.Columns {
		t := &m.parts.Terms[i]
		if err := checkVariable(t.Variable, &a.Columns[i]); err != nil {
			return nil, err
		}
		if len(t.Values) != len(t.Variable.Bins) || !allFinite(t.Values) {
			return nil, fmt.Errorf("term of column %q: values: %w", a.Columns[i].Name, models.ErrInvalid)
		}
	}
	for i := range m.parts.Pairs {
		if err := m.parts.Pairs[i].check(a.Columns); err != nil {
			return nil, fmt.Errorf("pair %d: %w", i, err)
		}
	}
	return m, nil
}

func finite(v float64) bool { return math.Abs(v) <= maxValue }

func allFinite(v []float64) bool {
	return !slices.ContainsFunc(v, func(x float64) bool { return !finite(x) })
}

func checkVariable(v *bin.Variable, s *models.Spec) error {
	if v == nil || v.Name != s.Name || v.Type != s.Type || !slices.Equal(v.Levels, s.Levels) {
		return fmt.Errorf("column %q: its bins are those of another column: %w", s.Name, models.ErrInvalid)
	}
	return v.Check()
}

func (p *Pair) check(columns []models.Spec) error {
	if p.A < 0 || p.B <= p.A || p.B >= len(columns) {
		return fmt.Errorf("columns %d and %d: %w", p.A, p.B, models.ErrInvalid)
	}
	if err := checkVariable(p.First, &columns[p.A]); err != nil {
		return err
	}
	if err := checkVariable(p.Second, &columns[p.B]); err != nil {
		return err
	}
	if len(p.Values) != len(p.First.Bins) {
		return fmt.Errorf("%d rows of values: %w", len(p.Values), models.ErrInvalid)
	}
	for _, row := range p.Values {
		if len(row) != len(p.Second.Bins) || !allFinite(row) {
			return fmt.Errorf("values: %w", models.ErrInvalid)
		}
	}
	return nil
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

// Contributions implements [models.Model]. Each column of a pair takes half of what the pair adds: its Shapley value, the
// pair's table being 0 on average in either column.
func (m *Model) Contributions(dst, x []float64) []float64 {
	if len(x) != len(m.parts.Terms) {
		panic("additive: row of another width")
	}
	dst = append(dst, m.parts.Base)
	at := len(dst)
	for i := range m.parts.Terms {
		t := &m.parts.Terms[i]
		dst = append(dst, t.Values[t.Variable.Index(x[i])])
	}
	for i := range m.parts.Pairs {
		p := &m.parts.Pairs[i]
		half := float64(p.Values[p.First.Index(x[p.A])][p.Second.Index(x[p.B])] / 2)
		dst[at+p.A] += half
		dst[at+p.B] += half
	}
	return dst
}

// Points returns the points of x on the artifact's scale.
func (m *Model) Points(x []float64) float64 { return m.scale.Points(m.LogOdds(x)) }

// Parameters returns the tables of the model; the caller must not change them.
func (m *Model) Parameters() *Parameters { return &m.parts }

// Novel appends, for each column whose value training never saw, its place and in what way.
func (m *Model) Novel(x []float64, f func(column int, what string)) {
	for i := range m.parts.Terms {
		if what := m.parts.Terms[i].Variable.Novel(x[i]); what != "" {
			f(i, what)
		}
	}
}

// Least returns, for each column, the least that it can add to the log odds, its halves of pairs included: a bound, since the
// best bin of the column and the best cells of its pairs need not meet in one row.
func (m *Model) Least() []float64 {
	out := make([]float64, len(m.parts.Terms))
	for i := range m.parts.Terms {
		out[i] = slices.Min(m.parts.Terms[i].Values)
	}
	for i := range m.parts.Pairs {
		p := &m.parts.Pairs[i]
		least := 0.0
		for _, row := range p.Values {
			least = min(least, slices.Min(row))
		}
		out[p.A] += float64(least / 2)
		out[p.B] += float64(least / 2)
	}
	return out
}
