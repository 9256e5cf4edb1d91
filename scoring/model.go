package scoring

import (
	"math"

	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/card"
	"hengxin/models/trees"
)

// explainer is a model that can say what each column of a row came to: what scoring asks of every kind.
type explainer interface {
	models.Model
	// Points returns the points of a row.
	Points(x []float64) float64
	// neutral returns the points of a row that is neutral in every column.
	neutral() float64
	// parts returns what each column of a row came to, in the order of the columns.
	parts(x []float64) []part
}

// part is what one column of a row came to.
type part struct {
	bin    string  // label of the bin
	points float64 // above or below neutral
	lost   float64 // below the most that the column can give
	novel  string  // in what way the value is one that training never saw, "" where it did
}

// kinds is the table from kinds of artifacts to what opens them.
var kinds = map[string]func(*models.Artifact) (explainer, error){
	card.Kind:     openCard,
	additive.Kind: openAdditive,
	trees.Kind:    openTrees,
}

type cardModel struct{ *card.Card }

func openCard(a *models.Artifact) (explainer, error) {
	c, err := card.Decode(a)
	return cardModel{c}, err
}

func (c cardModel) neutral() float64 { return c.Parameters().Base }

func (c cardModel) parts(x []float64) []part {
	out := make([]part, 0, len(x))
	for _, l := range c.Lost(nil, x) {
		v := c.Parameters().Characteristics[l.Column].Variable
		out = append(out, part{bin: v.Label(l.Bin), points: l.Points, lost: l.Short})
	}
	for _, r := range c.Remarks(nil, x) {
		out[r.Column].novel = r.What
	}
	return out
}

type additiveModel struct {
	*additive.Model
	scale models.Scale
	least []float64 // by column: the least that it can add to the log odds
}

func openAdditive(a *models.Artifact) (explainer, error) {
	m, err := additive.Decode(a)
	if err != nil {
		return nil, err
	}
	return additiveModel{m, a.Scale, m.Least()}, nil
}

func (m additiveModel) neutral() float64 { return m.scale.Points(m.Parameters().Base) }

func (m additiveModel) parts(x []float64) []part {
	out := partsOf(m.scale, m.Contributions(nil, x), m.least)
	for i := range out {
		v := m.Parameters().Terms[i].Variable
		out[i].bin = v.Label(v.Index(x[i]))
	}
	m.Novel(x, func(column int, what string) { out[column].novel = what })
	return out
}

type treesModel struct {
	*trees.Model
	scale models.Scale
}

func openTrees(a *models.Artifact) (explainer, error) {
	m, err := trees.Decode(a)
	return treesModel{m, a.Scale}, err
}

// neutral is the points of the mean of the rows of the fit, from which Shapley values count.
func (m treesModel) neutral() float64 {
	return m.scale.Points(m.Contributions(nil, m.missing())[0])
}

// missing is a row without any value.
func (m treesModel) missing() []float64 {
	x := make([]float64, m.Columns())
	for i := range x {
		x[i] = math.NaN()
	}
	return x
}

// parts counts what a column loses from the mean, since trees have no best bin of a column alone.
func (m treesModel) parts(x []float64) []part {
	out := partsOf(m.scale, m.Contributions(nil, x), make([]float64, len(x)))
	m.Novel(x, func(column int, what string) { out[column].novel = what })
	return out
}

// partsOf turns contributions, the base first, into points; least is the least that each column can add.
func partsOf(scale models.Scale, contributions, least []float64) []part {
	out := make([]part, len(contributions)-1)
	for i, v := range contributions[1:] {
		out[i].points = scale.Round(0 - float64(scale.Factor()*v))
		out[i].lost = max(0, scale.Round(float64(scale.Factor()*(v-least[i]))))
	}
	return out
}
