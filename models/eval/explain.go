package eval

import (
	"cmp"
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"

	"hengxin/models"
)

// Explained is what a model of any kind tells the page about itself; a kind that has none of one gives nil.
type Explained interface {
	// Courses are what each column adds alone, bin by bin.
	Courses() []Course
	// Pairs are what two columns add together, beside what each adds alone.
	Pairs() []Grid
	// Uses are how much each column does in the model, in the order of the columns.
	Uses() []ColumnUse
}

// Course is what one column adds to the log odds of the bad outcome, by bin.
type Course struct {
	Name   string
	Labels []string
	Rows   []int64 // of the fit
	Values []float64
}

// Grid is what a pair of columns adds to the log odds.
type Grid struct {
	First, Second             string
	FirstLabels, SecondLabels []string
	Values                    [][]float64 // by bin of the first, then of the second
}

// ColumnUse is how much a column does, in the unit that What names.
type ColumnUse struct {
	Name string
	Size float64
	What models.Text
}

// ColumnFacts describe one column of the data.
type ColumnFacts struct {
	Name      string
	Type      models.Type
	Missing   float64 // share of rows
	Distinct  int     // values
	Low, High float64 // of a number, NaN without values
	Median    float64
	Common    string // level of most rows
}

// Describe gives the facts of each column of f, in order.
func Describe(f *models.Frame) []ColumnFacts {
	out := make([]ColumnFacts, len(f.Columns))
	for i := range f.Columns {
		c := &f.Columns[i]
		held := slices.DeleteFunc(slices.Clone(c.Values), func(v float64) bool { return v != v || c.Type == models.Category && v < 0 })
		slices.Sort(held)
		k := ColumnFacts{Name: c.Name, Type: c.Type, Low: math.NaN(), High: math.NaN(), Median: math.NaN()}
		if n := len(c.Values); n > 0 {
			k.Missing = float64(n-len(held)) / float64(n)
		}
		most := 0
		for from := 0; from < len(held); {
			to := from
			for to < len(held) && held[to] == held[from] {
				to++
			}
			if c.Type == models.Category && to-from > most {
				most, k.Common = to-from, c.Levels[int(held[from])]
			}
			k.Distinct, from = k.Distinct+1, to
		}
		if len(held) > 0 && c.Type == models.Number {
			k.Low, k.High, k.Median = held[0], held[len(held)-1], held[len(held)/2]
		}
		out[i] = k
	}
	return out
}

// RowReasons is one row with why it has its points.
type RowReasons struct {
	Row         int
	Key         string
	Bad         bool
	Points      float64
	Probability float64
	Grade       string
	Worse       []RowReason // what raises the risk most, at most four
	Better      []RowReason // what lowers it most, at most two
}

// RowReason is what one column adds.
type RowReason struct {
	Name   string
	Text   models.Text
	Value  string
	Points float64 // that it adds, of the artifact's scale, unrounded
}

// SampleRows explains a few rows of f: the riskiest, the safest, and those at even steps of points between. points has one
// number a row. Errors are those of [models.Artifact.Bind].
func SampleRows(a *models.Artifact, m models.Model, f *models.Frame, points []float64) ([]RowReasons, error) {
	bound, err := a.Bind(f)
	if err != nil {
		return nil, err
	}
	order := make([]int, len(points))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(points[i], points[j]) })
	steps := min(5, len(order)-1)
	var out []RowReasons
	for k := 0; k <= steps && len(order) > 0; k++ {
		i := order[0]
		if steps > 0 {
			i = order[k*(len(order)-1)/steps]
		}
		x := make([]float64, len(bound))
		for c := range bound {
			x[c] = bound[c][i]
		}
		r := RowReasons{Row: i, Points: points[i], Probability: models.Probability(m.LogOdds(x)), Grade: a.Grade(points[i])}
		if f.Target != nil {
			r.Bad = f.Target[i] == 1
		}
		if f.Keys != nil {
			r.Key = f.Keys[i]
		}
		r.reasons(a, m.Contributions(nil, x)[1:], x)
		out = append(out, r)
	}
	return out, nil
}

func (r *RowReasons) reasons(a *models.Artifact, adds, x []float64) {
	order := make([]int, len(adds))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(adds[j], adds[i]) })
	reason := func(c int) RowReason {
		s := &a.Columns[c]
		return RowReason{s.Name, s.Text, valueText(s, x[c]), 0 - float64(a.Scale.Factor()*adds[c])}
	}
	for _, c := range order[:min(4, len(order))] {
		if adds[c] > 0 {
			r.Worse = append(r.Worse, reason(c))
		}
	}
	for k := range min(2, len(order)) {
		if c := order[len(order)-1-k]; adds[c] < 0 {
			r.Better = append(r.Better, reason(c))
		}
	}
}

func valueText(s *models.Spec, v float64) string {
	switch {
	case v != v:
		return "missing 缺失"
	case s.Type != models.Category:
		return strconv.FormatFloat(v, 'g', 6, 64)
	case v < 0 || v >= float64(len(s.Levels)):
		return "unseen 未见"
	}
	return s.Levels[int(v)]
}

// courseOf draws a course: a step a bin, above the middle riskier.
func courseOf(k Course) template.HTML {
	most, n := 0.01, len(k.Values)
	for _, v := range k.Values {
		most = max(most, math.Abs(v))
	}
	c := newChart("bins in order 分箱", "log odds added 对数几率", float64(n), most)
	c.yLow = -most
	c.line([]Point{{0, 0}, {float64(n), 0}}, "#777", "2 3", "")
	var line []Point
	for i, v := range k.Values {
		line = append(line, Point{float64(i), v}, Point{float64(i + 1), v})
		if n <= 60 {
			c.area(float64(i), float64(i+1), v, fmt.Sprintf("%s: %s (%d)", k.Labels[i], number(v, 3), k.Rows[i]))
		}
	}
	c.line(line, colours[0], "", "")
	return c.done()
}

// shade is a background from blue (safer) to orange (riskier) by the size of v; the number is always beside it.
func shade(v, most float64) template.CSS {
	if !(most > 0) {
		most = 1
	}
	share := math.Min(1, math.Abs(v)/most)
	to := [3]float64{0x56, 0xB4, 0xE9}
	if v > 0 {
		to = [3]float64{0xE6, 0x9F, 0x00}
	}
	mix := func(k int) int { return int(255 + float64((to[k]-255)*share)) }
	return template.CSS(fmt.Sprintf("background:#%02x%02x%02x", mix(0), mix(1), mix(2)))
}

// Most is the greatest size of a value of the grid.
func (g Grid) Most() float64 {
	most := 0.0
	for _, row := range g.Values {
		for _, v := range row {
			most = max(most, math.Abs(v))
		}
	}
	return most
}
