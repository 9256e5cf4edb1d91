package trees

import (
	"math"

	"hengxin/exact"
	"hengxin/models"
)

// Log odds and leaf values are integers of 2^-30, so that their sums are exact in any order, also as float64.
const (
	unitBits = 30
	unit     = 1.0 / (1 << unitBits)
)

// The grids of gradients and hessians of a row of the greatest weight: |p - y| <= 1 in 15 bits, p (1-p) <= 1/4 in 16.
const (
	gradientBits = 15
	hessianBits  = 18
	weightBits   = 16
)

// The logistic function is read off a table of steps of 2^-7 from -16 to 16 and in straight lines between: its error is
// under 2^-20, below the grids.
const (
	tableBound = 16 << unitBits
	stepBits   = unitBits - 7
	tableSize  = 2 * 16 << 7
)

// curve holds p and the log loss ln(1 + e^z) at the steps, in units of 2^-30.
type curve struct {
	p    [tableSize + 1]int32
	loss [tableSize + 1]int64
}

func newCurve() *curve {
	c := &curve{}
	for i := range c.p {
		z := float64(i-tableSize/2) / (1 << 7)
		c.p[i] = int32(math.RoundToEven(exact.Logistic(z) * (1 << 30)))
		c.loss[i] = int64(math.RoundToEven(exact.Softplus(z) * (1 << 30)))
	}
	return c
}

// probability returns p in units of 2^-30 for log odds z, those beyond the table taken at its end.
func (c *curve) probability(z int64) int64 {
	z = min(max(z, -tableBound), tableBound-1) + tableBound
	i, rest := z>>stepBits, z&(1<<stepBits-1)
	low, high := int64(c.p[i]), int64(c.p[i+1])
	return low + (high-low)*rest>>stepBits
}

// logLoss returns the log loss in units of 2^-30 of log odds z where the outcome is bad or good.
func (c *curve) logLoss(z int64, bad uint8) int64 {
	if bad == 1 {
		z = -z
	}
	bound := min(max(z, -tableBound), tableBound-1)
	over := max(z-bound, 0)
	bound += tableBound
	i, rest := bound>>stepBits, bound&(1<<stepBits-1)
	low, high := c.loss[i], c.loss[i+1]
	return low + (high-low)*rest>>stepBits + over
}

// objective turns log odds into entries.
type objective struct {
	curve   *curve
	bad     []uint8  // by row
	weights []uint32 // by row, in 2^-16 of the greatest; nil = all alike
	// one unit of a gradient and of a hessian, when rows weigh 1 on average
	gradientUnit, hessianUnit float64
	rows                      int
}

// newObjective reads target and weights of f.
func newObjective(f *models.Frame) *objective {
	o := &objective{curve: newCurve(), bad: make([]uint8, len(f.Target)), rows: len(f.Target)}
	for i, t := range f.Target {
		if t == 1 {
			o.bad[i] = 1
		}
	}
	top := 1.0 // weight of the heaviest row, where rows weigh 1 on average
	if f.Weights != nil {
		heaviest := 0.0
		for _, w := range f.Weights {
			heaviest = max(heaviest, w)
		}
		o.weights = make([]uint32, len(f.Weights))
		sum := int64(0)
		for i, w := range f.Weights {
			o.weights[i] = uint32(max(1, math.RoundToEven(w/heaviest*(1<<weightBits))))
			sum += int64(o.weights[i])
		}
		top = float64(len(f.Weights)) * (1 << weightBits) / float64(sum)
	}
	o.gradientUnit, o.hessianUnit = top/(1<<gradientBits), top/(1<<hessianBits)
	return o
}

// weight of a row in 2^-16 of the heaviest.
func (o *objective) weight(row int) int64 {
	if o.weights == nil {
		return 1 << weightBits
	}
	return int64(o.weights[row])
}

// entry returns the entry of a row at log odds z: the gradient p - y and the hessian p (1-p), times its weight.
func (o *objective) entry(row int, z int64) entry {
	p := o.curve.probability(z) >> 10 // units of 2^-20
	g := p - int64(o.bad[row])<<20
	h := (p*(1<<20-p) + 1<<21) >> 22 // units of 2^-18
	if o.weights == nil {
		g = (g + 1<<4) >> 5
	} else {
		w := int64(o.weights[row])
		g = (g*w + 1<<(weightBits+4)) >> (weightBits + 5)
		h = (h*w + 1<<(weightBits-1)) >> weightBits
	}
	g = min(max(g, -(1<<15-1)), 1<<15-1)
	h = min(max(h, 1), 1<<16-1)
	return uint64(row)<<32 | uint64(uint16(g))<<16 | uint64(h)
}

// base returns the log odds of the outcome of all rows, in units.
func (o *objective) base(rows []int32) int64 {
	all, bad := int64(0), int64(0)
	for _, r := range rows {
		w := o.weight(int(r))
		all += w
		bad += w * int64(o.bad[r])
	}
	return toUnits(exact.Log(float64(bad)) - exact.Log(float64(all-bad)))
}

func toUnits(v float64) int64 { return int64(math.RoundToEven(v * (1 << unitBits))) }
