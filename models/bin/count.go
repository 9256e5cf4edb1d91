package bin

import (
	"math"

	"hengxin/models"
)

// Counts are the statistics of one cell. They are sums of integers, so that cells of several tables add up exactly, in
// any order.
type Counts struct {
	Rows   int64 `json:"rows"`
	Events int64 `json:"events"` // bad rows
	Weight int64 `json:"weight"` // of all rows, in units of the grid
	Bad    int64 `json:"bad"`    // of the bad rows, in units of the grid
}

// Add adds o.
func (c *Counts) Add(o Counts) {
	c.Rows += o.Rows
	c.Events += o.Events
	c.Weight += o.Weight
	c.Bad += o.Bad
}

func (c *Counts) subtract(o Counts) {
	c.Rows -= o.Rows
	c.Events -= o.Events
	c.Weight -= o.Weight
	c.Bad -= o.Bad
}

// Outcome is the target with its weights on the grid.
type Outcome struct {
	Bad   []bool
	Grid  []int64 // weight by row in units; nil = 1 each
	Unit  float64 // a power of two
	Total Counts

	Period []uint8 // of each row, from 0 on; nil: none. The order of neighbouring bins must hold in every one
}

// gridBits: weights are rounded to 2^-30 of the power of two above the largest.
const gridBits = 30

// NewOutcome reads target and weights of f, which must pass its Check.
func NewOutcome(f *models.Frame) *Outcome {
	o := &Outcome{Bad: make([]bool, f.Rows()), Unit: 1}
	if f.Weights != nil {
		top := 0.0
		for _, w := range f.Weights {
			top = max(top, w)
		}
		_, e := math.Frexp(top)
		o.Unit = math.Ldexp(1, e-gridBits)
		o.Grid = make([]int64, len(f.Weights))
		for i, w := range f.Weights {
			o.Grid[i] = max(1, int64(math.RoundToEven(w/o.Unit)))
		}
	}
	for i, t := range f.Target {
		o.Bad[i] = t == 1
		o.Total.Add(o.row(i))
	}
	return o
}

func (o *Outcome) row(i int) Counts {
	c := Counts{Rows: 1, Weight: 1}
	if o.Grid != nil {
		c.Weight = o.Grid[i]
	}
	if o.Bad[i] {
		c.Events, c.Bad = 1, c.Weight
	}
	return c
}

// Weight returns the weight of row i, as the grid has it.
func (o *Outcome) Weight(i int) float64 {
	if o.Grid == nil {
		return 1
	}
	return float64(o.Grid[i]) * o.Unit
}

// scale is the factor that turns grid weights into effective rows: rows / sum of weights.
func (o *Outcome) scale() float64 {
	if o.Total.Weight == 0 {
		return 0
	}
	return float64(o.Total.Rows) / float64(o.Total.Weight)
}
