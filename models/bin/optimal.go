package bin

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
)

// Objective is what a merging of cells maximises: a sum over its bins, but for KS the largest term.
type Objective string

// The objectives. B and G are all bad and good rows by weight, b and g those of a bin, p = g/G, q = b/B.
const (
	Likelihood Objective = "likelihood" // Σ b ln(b/(b+g)) + g ln(g/(b+g)), in effective rows, less the penalty of each bin
	IV         Objective = "iv"         // Σ (p-q) ln(p/q); a bin of one outcome alone is not allowed
	JS         Objective = "js"         // Σ (p ln(p/m) + q ln(q/m))/2 with m = (p+q)/2: Jensen-Shannon divergence
	Gini       Objective = "gini"       // 2 AUC - 1 of the bins in the order of a monotone trend, which it needs
	KS         Objective = "ks"         // largest |Σ p - Σ q| over the borders
)

// Limits are rules on the bins of a merging. Zero values do not bind.
type Limits struct {
	MinBins, MaxBins int
	MinRows, MaxRows int64   // of a bin
	MinEvents        int64   // fewest bad and fewest good rows of a bin
	MinDiff          float64 // between the event rates of neighbouring bins
	MaxP             float64 // two-sided p-value of the difference of neighbouring bins (pooled two-proportion z-test, effective rows)
	Penalty          float64 // what each bin must add to the objective; not for KS
	Strict           bool    // neighbouring bins of a trend may not have equal event rates
}

// Problem asks for the best way to merge neighbouring cells into bins.
type Problem struct {
	Cells     []Counts
	Periods   [][]Counts // by period and cell: the order of neighbouring bins' event rates must hold in every period with rows in both
	Objective Objective
	Trend     Trend // Auto is the better of Peak and Valley, among which the straight courses are
	Limits    Limits

	scale    float64 // effective rows in a unit of weight; 0: those of the cells
	unproven bool    // without the certificate
}

// Solution is a best merging with the certificate that it is one: Bound is found from the value function by checking each
// step that any merging may take, so no merging is worth more than Bound. Value and Bound differ by rounding alone.
type Solution struct {
	Cuts  []int // the first cell of every bin but the first
	Value float64
	Bound float64
	Steps int // that were checked
	Trend Trend
}

// Bins is the number of bins.
func (s *Solution) Bins() int { return len(s.Cuts) + 1 }

// ErrInfeasible: no merging keeps all limits.
var ErrInfeasible = fmt.Errorf("no merging of the cells keeps all limits: %w", models.ErrInvalid)

// Solve finds the best merging by dynamic programming over the last bin (over the last two for Concave and Convex), once
// without and where needed once with the number of bins as a state. With n cells and K bins at most it takes O(n³ K) steps
// (O(n⁴ K)). It returns [models.ErrInvalid] for a problem that states nonsense and [ErrInfeasible] where nothing fits.
// Of mergings of equal value it returns the one whose last bins begin earliest.
func Solve(p Problem) (*Solution, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	switch p.Trend {
	case Auto, "":
		return p.best(Peak, Valley)
	case Monotone:
		return p.best(Ascending, Descending)
	}
	return newSearch(&p).solve()
}

// best solves the problem under each trend and returns the better solution, the first where they are equal.
func (p Problem) best(trends ...Trend) (*Solution, error) {
	var found *Solution
	for _, trend := range trends {
		p.Trend = trend
		s, err := newSearch(&p).solve()
		if err != nil {
			continue
		}
		if found == nil {
			found = s
			continue
		}
		bound := max(found.Bound, s.Bound)
		if s.Value > found.Value+float64(1e-12*math.Abs(found.Value)) {
			found = s
		}
		found.Bound = bound
	}
	if found == nil {
		return nil, ErrInfeasible
	}
	return found, nil
}

func (p *Problem) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("binning problem: "+format+": %w", append(args, models.ErrInvalid)...)
	}
	l := p.Limits
	switch {
	case len(p.Cells) == 0:
		return bad("no cells")
	case len(p.Cells) > 1000:
		return bad("%d cells: 1000 at most", len(p.Cells))
	case len(p.Cells) > 128 && (p.Trend == Concave || p.Trend == Convex):
		return bad("%d cells: 128 at most for trend %q", len(p.Cells), p.Trend)
	case !slices.Contains([]Objective{Likelihood, IV, JS, Gini, KS}, p.Objective):
		return bad("objective %q", p.Objective)
	case !knownTrend(p.Trend):
		return bad("trend %q", p.Trend)
	case p.Objective == Gini && !slices.Contains([]Trend{Ascending, Descending, Monotone}, p.Trend):
		return bad("the Gini of bins under trend %q is no sum over them; use iv or js, or a monotone trend", p.Trend)
	case l.MaxBins < 0 || l.MinBins < 0 || l.MaxBins > 0 && l.MinBins > l.MaxBins:
		return bad("%d bins at least and %d at most", l.MinBins, l.MaxBins)
	case l.MaxRows > 0 && l.MinRows > l.MaxRows:
		return bad("%d rows at least and %d at most", l.MinRows, l.MaxRows)
	case !(l.MinDiff >= 0 && l.MinDiff < 1) || !(l.MaxP >= 0 && l.MaxP <= 1) || !(l.Penalty >= 0):
		return bad("difference %v, p-value %v, penalty %v", l.MinDiff, l.MaxP, l.Penalty)
	}
	var all Counts
	for _, c := range p.Cells {
		all.Add(c)
	}
	if p.Objective != Likelihood && (all.Bad == 0 || all.Bad == all.Weight) {
		return bad("all %d rows have the same outcome, of which objective %q can make nothing", all.Rows, p.Objective)
	}
	for i, period := range p.Periods {
		if len(period) != len(p.Cells) {
			return bad("period %d has %d cells, want %d", i, len(period), len(p.Cells))
		}
	}
	return nil
}
