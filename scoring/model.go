package scoring

import (
	"hengxin/models"
	"hengxin/models/card"
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
	card.Kind: openCard,
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
