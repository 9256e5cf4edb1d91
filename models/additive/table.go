package additive

import (
	"math"

	"hengxin/exact"
)

// Units: log odds in 2^-20, probabilities and variances in 2^-16.
const (
	oddsBits = 20
	unitBits = 16
	oddsUnit = 1 << oddsBits
	one      = 1 << unitBits
)

// The table of the logistic function has a point every 2^-10 of log odds from -16 to 16.
const (
	stepBits = 10
	points   = 32 << stepBits
	maxOdds  = 16*oddsUnit - 1
)

// slope holds for each point the probability (upper 32 bits) and its variance p(1-p) (lower 32); losses the loss of a bad
// row; that of a good one is the loss at the opposite point.
var (
	slope  [points]int64
	losses [points]int64
)

func init() {
	for i := range slope {
		z := (float64(i-points/2) + 0.5) / (1 << stepBits)
		p := exact.Logistic(z)
		slope[i] = int64(math.RoundToEven(p*one))<<32 | int64(math.RoundToEven(float64(p*(1-p))*one))
		losses[i] = int64(math.RoundToEven(exact.Softplus(-z) * one))
	}
}

// point is the place of log odds in the tables.
func point(odds int32) int {
	return int((clamp(odds) + 16*oddsUnit) >> (oddsBits - stepBits))
}

func clamp(odds int32) int32 { return max(-16*oddsUnit, min(maxOdds, odds)) }

// lossOf is the log loss of a row.
func lossOf(odds int32, bad bool) int64 {
	if bad {
		return losses[point(odds)]
	}
	return losses[points-1-point(odds)]
}

// sum is what the rows of a cell come to: gradient (probability less outcome) and variance, in 2^-16 times weight.
type sum struct{ g, h int64 }

func (s *sum) add(o sum) { s.g += o.g; s.h += o.h }

// gain is what a leaf with a value of its own takes off twice the loss, by its second-order approximation.
func (s sum) gain(ridge float64) float64 {
	g, h := float64(s.g), float64(s.h)+ridge
	if h <= 0 {
		return 0
	}
	return float64(g*g) / h
}

// value is the log odds that a leaf adds, times the rate, in units; at most one log odd a step.
func (s sum) value(ridge, rate float64) int32 {
	h := float64(s.h) + ridge
	if h <= 0 {
		return 0
	}
	v := -float64(s.g) / h
	return int32(math.RoundToEven(float64(max(-1, min(1, v))*rate) * oddsUnit))
}
