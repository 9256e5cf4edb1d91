package models

import (
	"fmt"
	"math"

	"hengxin/exact"
)

// Model is a fitted model of one outcome. A row x has one value for each column of the artifact, in its order: a number,
// an index into the levels of a category, [Unseen], or NaN for missing.
//
// A model must not be changed after it is made and is safe for use by several goroutines.
type Model interface {
	// LogOdds returns ln(p / (1-p)) for p, the probability of the bad outcome. It is the sum, from first to last, of
	// what Contributions gives.
	LogOdds(x []float64) float64
	// Contributions appends to dst the base (the log odds of a row that is neutral in every column) and then one value
	// for each column of x: what the column adds to the log odds. Above 0 is riskier than neutral.
	Contributions(dst, x []float64) []float64
}

// Scale turns log odds into points: a row whose odds of good to bad are Odds has Base points, and PDO more points
// double the odds. More points are safer.
//
//	points = Base + PDO / ln 2 · (ln(good:bad) - ln Odds)
type Scale struct {
	Base     float64 `json:"base"`
	Odds     float64 `json:"odds"`
	PDO      float64 `json:"pdo"`
	Decimals int     `json:"decimals"` // points are rounded to so many decimals, 0 to 3
}

// DefaultScale is 600 points at odds of 20 to 1, doubling every 50, in whole points: probabilities of 50 % to 0.1 % are 384 to 882 points.
func DefaultScale() Scale { return Scale{Base: 600, Odds: 20, PDO: 50} }

// Check returns [ErrInvalid] unless the scale can be used.
func (s Scale) Check() error {
	finite := !math.IsInf(s.Base, 0) && !math.IsNaN(s.Base) && math.Abs(s.Base) <= 1e6
	if !finite || !(s.Odds >= 1e-6 && s.Odds <= 1e6) || !(s.PDO >= 1 && s.PDO <= 1e4) || s.Decimals < 0 || s.Decimals > 3 {
		return fmt.Errorf("scale of base %v, odds %v, pdo %v, decimals %v: %w", s.Base, s.Odds, s.PDO, s.Decimals, ErrInvalid)
	}
	return nil
}

// Factor is the number of points in one unit of log odds: PDO / ln 2.
func (s Scale) Factor() float64 { return s.PDO / math.Ln2 }

// Points returns the points of the log odds of the bad outcome, rounded to the scale's decimals (halves to even).
// NaN gives NaN.
func (s Scale) Points(logOdds float64) float64 {
	return s.Round(s.Base - float64(s.Factor()*(logOdds+exact.Log(s.Odds))))
}

// LogOdds is the inverse of Points but for the rounding.
func (s Scale) LogOdds(points float64) float64 {
	return (s.Base-points)/s.Factor() - exact.Log(s.Odds)
}

// Round rounds points to the scale's decimals, halves to even.
func (s Scale) Round(points float64) float64 {
	unit := [...]float64{1, 10, 100, 1000}[s.Decimals]
	return math.RoundToEven(points*unit) / unit
}

// Probability returns the probability of the bad outcome.
func Probability(logOdds float64) float64 { return exact.Logistic(logOdds) }
