package bin

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
)

// Trend is the course of the event rate over the ascending values of a number.
type Trend string

// The trends.
const (
	Auto       Trend = "auto"       // ascending or descending, or a peak or valley where the evidence is strong
	Monotone   Trend = "monotone"   // the better of ascending and descending
	Ascending  Trend = "ascending"  // higher values are riskier
	Descending Trend = "descending" // higher values are safer
	Peak       Trend = "peak"       // riskier up to some bin, then safer
	Valley     Trend = "valley"     // safer up to some bin, then riskier
	Concave    Trend = "concave"    // each step up is smaller, or each step down larger, than the one before
	Convex     Trend = "convex"     // each step up is larger, or each step down smaller, than the one before
	None       Trend = "none"       // no constraint
)

// Rules are the choices of a binning. Sizes count rows, not weights. A bin of one outcome alone is allowed unless MinEvents
// forbids it: smoothing keeps its WoE finite.
//
// A bin must pay for itself: the log likelihood that it adds must be above Penalty, which answers to luck, plus what an
// information value of MinGain is worth in a table of so many rows, which leaves out differences too small to outlive the
// sample however many rows show them. With n rows and event rate p an information value v is worth about n p (1-p) v / 2.
type Rules struct {
	PreBins   int     `json:"pre_bins"`   // most fine cells of a number
	MaxBins   int     `json:"max_bins"`   // most merged bins, without special, missing and rare
	MinShare  float64 `json:"min_share"`  // smallest share of rows in a merged bin
	MinEvents int     `json:"min_events"` // fewest bad and fewest good rows in a merged bin
	Penalty   float64 `json:"penalty"`    // log likelihood that one more bin must gain
	MinGain   float64 `json:"min_gain"`   // information value that one more bin must add
	Turn      float64 `json:"turn"`       // auto: log likelihood that a turn (peak, valley) must gain beside
	Smoothing float64 `json:"smoothing"`  // rows of average risk that are added to each bin
	MinRows   int     `json:"min_rows"`   // fewest rows in a merged bin; levels of a category with fewer are pooled as rare

	Method    Method    `json:"method,omitempty"`    // how cells become bins; "" is Optimal
	Objective Objective `json:"objective,omitempty"` // what the merging maximises; "" is the penalised likelihood
	MinBins   int       `json:"min_bins,omitempty"`  // fewest merged bins; a column that cannot have so many has one
	MaxShare  float64   `json:"max_share,omitempty"` // largest share of rows in a merged bin; 0: any
	MinDiff   float64   `json:"min_diff,omitempty"`  // least difference between the event rates of neighbouring bins
	MaxP      float64   `json:"max_p,omitempty"`     // largest p-value of that difference; 0: any
}

// DefaultRules suit tables from some hundred rows up. They were chosen by cross-validation on training rows alone of
// four public credit tables of 686 to 21,000 rows; results change little around them.
func DefaultRules() Rules {
	return Rules{PreBins: 64, MaxBins: 10, MinShare: 0.01, MinEvents: 0, Penalty: 0, MinGain: 0.001, Turn: 4, Smoothing: 4, MinRows: 10}
}

// penalty is what one more bin must add to the log likelihood.
func (r Rules) penalty(o *Outcome) float64 {
	p := float64(o.Total.Bad) / float64(o.Total.Weight)
	return r.Penalty + float64(r.MinGain/2*float64(float64(o.Total.Rows)*float64(p*(1-p))))
}

// Check returns [models.ErrInvalid] unless the rules can be followed.
func (r Rules) Check() error {
	for _, c := range []struct {
		name       string
		v, low, up float64
	}{
		{"pre_bins", float64(r.PreBins), 2, 1000}, {"max_bins", float64(r.MaxBins), 1, 1000},
		{"min_share", r.MinShare, 0, 0.5}, {"min_events", float64(r.MinEvents), 0, math.MaxInt32},
		{"penalty", r.Penalty, 0, 1e6}, {"min_gain", r.MinGain, 0, 10}, {"turn", r.Turn, 0, 1e9},
		{"smoothing", r.Smoothing, 0, 1e6}, {"min_rows", float64(r.MinRows), 0, math.MaxInt32}, {"min_bins", float64(r.MinBins), 0, float64(r.MaxBins)},
		{"max_share", r.MaxShare, 0, 1}, {"min_diff", r.MinDiff, 0, 0.999}, {"max_p", r.MaxP, 0, 1},
	} {
		if !(c.v >= c.low && c.v <= c.up) {
			return fmt.Errorf("binning rule %s = %v: want %v to %v: %w", c.name, c.v, c.low, c.up, models.ErrInvalid)
		}
	}
	if !slices.Contains([]Method{"", Optimal, Quantile, Width, ChiMerge, Tree}, r.Method) {
		return fmt.Errorf("binning rule method %q: want optimal, quantile, width, chimerge or tree: %w", r.Method, models.ErrInvalid)
	}
	if !slices.Contains([]Objective{"", Likelihood, IV, JS, Gini, KS}, r.Objective) {
		return fmt.Errorf("binning rule objective %q: want likelihood, iv, js, gini or ks: %w", r.Objective, models.ErrInvalid)
	}
	return nil
}

// Plan is what is declared of one column.
type Plan struct {
	Trend   Trend     // of a number; "" is Auto
	Special []float64 // codes of a number that are no quantities, each its own bin
	Cut     *Cut      // bins set by hand; nil: found
}
