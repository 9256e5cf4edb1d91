package card

import (
	"encoding/json"
	"fmt"
	"math"

	"hengxin/exact"
	"hengxin/models"
	"hengxin/models/bin"
)

// Kind is the kind of artifacts that hold a card.
const Kind = "card"

// Parameters are what the artifact of a card holds of its own.
type Parameters struct {
	Base            float64          `json:"base"` // points of a row of WoE 0 in every characteristic
	Characteristics []Characteristic `json:"characteristics"`
}

// Characteristic is one column with its bins and points.
type Characteristic struct {
	Variable    *bin.Variable `json:"variable"`
	Coefficient float64       `json:"coefficient"` // of the WoE in the log odds
	Error       float64       `json:"error"`       // its standard error
	Points      []float64     `json:"points"`      // by bin; 0 = the risk of all rows together, below 0 riskier
}

// Max is the most points that the characteristic can give.
func (c *Characteristic) Max() float64 {
	most := math.Inf(-1)
	for _, p := range c.Points {
		most = max(most, p)
	}
	return most
}

// Card is a scorecard: the points of a row are the base and, for each characteristic, the points of the bin that the
// row's value falls in. The points are the model: its log odds and probability follow from their sum, so that equal
// points mean equal probability. It implements [models.Model].
type Card struct {
	scale models.Scale
	parts Parameters
	base  float64     // log odds of a row that is neutral in every characteristic
	odds  [][]float64 // by characteristic and bin: log odds that its points stand for

	lookups []lookup // by characteristic
}

// Decode reads the card of an artifact. It returns [models.ErrInvalid] for another kind, and for parameters that do not
// fit the columns, so that the card cannot fail on any row of the right width.
func Decode(a *models.Artifact) (*Card, error) {
	if a.Kind != Kind {
		return nil, fmt.Errorf("artifact of kind %q: want %q: %w", a.Kind, Kind, models.ErrInvalid)
	}
	c := &Card{scale: a.Scale}
	if err := a.Scale.Check(); err != nil {
		return nil, err
	}
	if err := decodeParameters(a.Parameters, &c.parts); err != nil {
		return nil, fmt.Errorf("parameters of the card: %w", err)
	}
	if len(c.parts.Characteristics) != len(a.Columns) {
		return nil, fmt.Errorf("card: %d characteristics for %d columns: %w", len(c.parts.Characteristics), len(a.Columns), models.ErrInvalid)
	}
	for i := range a.Columns {
		if err := c.parts.Characteristics[i].check(&a.Columns[i], a.Scale); err != nil {
			return nil, err
		}
	}
	if !onScale(c.parts.Base, a.Scale) {
		return nil, fmt.Errorf("card: base of %v points: %w", c.parts.Base, models.ErrInvalid)
	}
	c.derive()
	return c, nil
}

// decodeParameters reads the part of a canonical document that holds the parameters.
func decodeParameters(b json.RawMessage, p *Parameters) error {
	return models.DecodeStrict(append(append([]byte{}, b...), '\n'), p)
}

func (c *Characteristic) check(s *models.Spec, scale models.Scale) error {
	v := c.Variable
	bad := func(what string) error {
		return fmt.Errorf("characteristic of column %q: %s: %w", s.Name, what, models.ErrInvalid)
	}
	if v == nil || v.Name != s.Name || v.Type != s.Type {
		return bad("its bins are those of another column")
	}
	if err := v.Check(); err != nil {
		return err
	}
	if len(v.Levels) != len(s.Levels) {
		return bad("levels")
	}
	for i := range v.Levels {
		if v.Levels[i] != s.Levels[i] {
			return bad("level " + s.Levels[i])
		}
	}
	if len(c.Points) != len(v.Bins) {
		return bad(fmt.Sprintf("%d points for %d bins", len(c.Points), len(v.Bins)))
	}
	for _, p := range c.Points {
		if !onScale(p, scale) {
			return bad(fmt.Sprintf("points %v", p))
		}
	}
	return nil
}

// onScale reports whether points are bounded and have no more decimals than the scale.
func onScale(p float64, scale models.Scale) bool {
	return math.Abs(p) <= 1e6 && scale.Round(p) == p
}

// derive fills what follows from the points.
func (c *Card) derive() {
	f := c.scale.Factor()
	c.base = (c.scale.Base-c.parts.Base)/f - exact.Log(c.scale.Odds)
	c.odds = make([][]float64, len(c.parts.Characteristics))
	for i, ch := range c.parts.Characteristics {
		c.odds[i] = make([]float64, len(ch.Points))
		for b, p := range ch.Points {
			c.odds[i][b] = 0 - p/f
		}
		c.lookups = append(c.lookups, newLookup(ch.Variable, ch.Points, c.odds[i]))
	}
}

// LogOdds implements [models.Model]. It panics where x has another width than the artifact's columns.
func (c *Card) LogOdds(x []float64) float64 {
	c.width(x)
	sum := c.base
	for i := range c.lookups {
		l := &c.lookups[i]
		sum += l.odds[l.bin(x[i])]
	}
	return sum
}

// Contributions implements [models.Model]; neutral is the risk of all rows of the fit together.
func (c *Card) Contributions(dst, x []float64) []float64 {
	c.width(x)
	dst = append(dst, c.base)
	for i := range c.odds {
		dst = append(dst, c.odds[i][c.lookups[i].bin(x[i])])
	}
	return dst
}

func (c *Card) width(x []float64) {
	if len(x) != len(c.odds) {
		panic("card: row of another width")
	}
}

// Points returns the points of x: exact, and what the scale makes of LogOdds.
func (c *Card) Points(x []float64) float64 {
	c.width(x)
	sum := c.parts.Base
	for i := range c.lookups {
		l := &c.lookups[i]
		sum += l.points[l.bin(x[i])]
	}
	return c.scale.Round(sum)
}

// Parameters returns the table of the card; the caller must not change it.
func (c *Card) Parameters() *Parameters { return &c.parts }

// Remark says that a value of a row is one that training never saw, and how it was scored.
type Remark struct {
	Column int     // index
	What   string  // "unseen level", ...
	Points float64 // that it was given
}

// Remarks appends a remark for each value of x that training never saw.
func (c *Card) Remarks(dst []Remark, x []float64) []Remark {
	c.width(x)
	for i := range c.odds {
		ch := &c.parts.Characteristics[i]
		if what := ch.Variable.Novel(x[i]); what != "" {
			dst = append(dst, Remark{i, what, ch.Points[ch.Variable.Index(x[i])]})
		}
	}
	return dst
}

// Lost is what a row fell short of in one characteristic.
type Lost struct {
	Column int
	Bin    int
	Points float64 // of the row
	Short  float64 // below the most that the characteristic gives; never below 0
}

// Lost appends, for each characteristic, how far x is below its best bin, in the order of the columns.
func (c *Card) Lost(dst []Lost, x []float64) []Lost {
	c.width(x)
	for i := range c.odds {
		ch := &c.parts.Characteristics[i]
		b := ch.Variable.Index(x[i])
		dst = append(dst, Lost{i, b, ch.Points[b], c.scale.Round(ch.Max() - ch.Points[b])})
	}
	return dst
}
