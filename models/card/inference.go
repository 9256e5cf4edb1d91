package card

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// Tests are what statistics says of one characteristic beside the others of the card. Chi-squared values have one degree of
// freedom.
type Tests struct {
	Wald   float64 `json:"wald"`   // (coefficient / standard error)², of the fit with its ridge
	WaldP  float64 `json:"wald_p"` // its p-value
	VIF    float64 `json:"vif"`    // variance inflation: 1 / (1 - R²) of its WoE on the others'; 0 where it is linear in them
	Ratio  float64 `json:"likelihood_ratio,omitempty"`
	RatioP float64 `json:"likelihood_ratio_p,omitempty"` // of twice the log likelihood that it adds, without ridge; only where the recipe asks for tests
}

// free is the ridge of regressions that statistics reads: none to speak of.
var free = ridge{weight: 1e-6}

// chiP is the p-value of a chi-squared value with one degree of freedom.
func chiP(v float64) float64 { return bin.Tails(math.Sqrt(max(0, v))) }

// test fills the tests of the columns of the card.
func (w *work) test(f *fitted, in []int) error {
	vif, k := w.design.inflation(in), len(f.beta)
	for j, c := range in {
		t := &Tests{VIF: vif[j], WaldP: 1}
		if f.covariance != nil {
			t.Wald = float64(f.beta[j+1]*f.beta[j+1]) / f.covariance[(j+1)*k+j+1]
			t.WaldP = chiP(t.Wald)
		}
		w.candidates[c].Tests = t
	}
	if !w.recipe.Tests {
		return nil
	}
	whole, err := w.design.newton(in, free)
	if err != nil {
		return fmt.Errorf("likelihood-ratio tests: %w", err)
	}
	top := w.design.likelihood(in, whole.beta, free)
	for j, c := range in {
		rest := slices.Delete(slices.Clone(in), j, j+1)
		without, err := w.design.newton(rest, free)
		if err != nil {
			return fmt.Errorf("likelihood-ratio test of column %q: %w", w.candidates[c].Variable.Name, err)
		}
		t := w.candidates[c].Tests
		t.Ratio = max(0, 2*(top-w.design.likelihood(rest, without.beta, free)))
		t.RatioP = chiP(t.Ratio)
	}
	return nil
}

// inflation returns the variance inflation of each column: the diagonal of the inverse of their correlations; 0 where there is none.
func (d *design) inflation(columns []int) []float64 {
	k := len(columns)
	standard, r, out := make([][]float64, k), make([]float64, k*k), make([]float64, k)
	parallel(k, func(j int) { standard[j] = d.standard(columns[j]) })
	parallel(k, func(a int) {
		for b := range a {
			r[a*k+b] = dot(standard[a], standard[b])
		}
		r[a*k+a] = 1
	})
	for a := range k {
		for b := range a {
			r[b*k+a] = r[a*k+b]
		}
	}
	if inv := inverse(r, k); inv != nil {
		for j := range k {
			out[j] = inv[j*k+j]
		}
	}
	return out
}

// Stepwise asks for forward-backward selection: the column of the least p-value in Rao's score test (C. R. Rao, Mathematical
// Proceedings of the Cambridge Philosophical Society 44 (1948) 50) enters while it is under Enter and its coefficient would be above 0;
// after each entry those whose Wald test is above Leave go, the worst first. It ends where nothing enters, or where a set of columns comes again.
type Stepwise struct {
	Enter float64 `json:"enter"` // p-value, above 0
	Leave float64 `json:"leave"` // p-value, not under Enter
}

func (s *Stepwise) check() error {
	if s != nil && !(s.Enter > 0 && s.Enter <= s.Leave && s.Leave <= 1) {
		return fmt.Errorf("recipe: stepwise enters at p %v and leaves at %v: want 0 < enter <= leave <= 1: %w", s.Enter, s.Leave, models.ErrInvalid)
	}
	return nil
}

// stepwise chooses among the columns in pool and notes for each what became of it.
func (w *work) stepwise(pool []int) ([]int, error) {
	var in []int
	last := make(map[int]float64, len(pool)) // p-value that a column was last left out with
	seen := map[string]bool{}
	for step := 1; ; step++ {
		f, err := w.design.newton(in, free)
		if err != nil {
			return nil, fmt.Errorf("fit a card: stepwise selection, step %d: %w", step, err)
		}
		c := w.entering(f, in, pool, last)
		if c < 0 {
			break
		}
		in = append(in, c)
		slices.Sort(in)
		w.note(c, "step %d: enters, p = %.3g", step, last[c])
		if in, err = w.leaving(in, step); err != nil {
			return nil, err
		}
		if set := fmt.Sprint(in); seen[set] {
			break
		} else {
			seen[set] = true
		}
	}
	for _, c := range pool {
		if !slices.Contains(in, c) {
			w.candidates[c].Reason = fmt.Sprintf("stepwise selection: beside the chosen columns its p-value is %.3g; %v is asked of one that enters", last[c], w.recipe.Stepwise.Enter)
		}
	}
	return in, nil
}

func (w *work) note(c int, format string, args ...any) {
	w.candidates[c].Funnel = append(w.candidates[c].Funnel, fmt.Sprintf(format, args...))
}

// entering returns the column that enters next, -1 where none does, and writes the p-value of every column that is out; a column whose
// coefficient would not be above 0 has 1.
func (w *work) entering(f *fitted, in, pool []int, last map[int]float64) int {
	best, low := -1, w.recipe.Stepwise.Enter
	for _, c := range pool {
		if slices.Contains(in, c) {
			continue
		}
		k := len(in) + 2
		s := w.design.sums(append(slices.Clone(in), c), append(slices.Clone(f.beta), 0), free)
		last[c] = 1
		if step, ok := solve(s.hessian, s.gradient, k); ok && step[k-1] > 0 {
			last[c] = chiP(dot(s.gradient, step))
		}
		if last[c] < low {
			best, low = c, last[c]
		}
	}
	return best
}

// leaving takes out the columns whose Wald tests are above the bound or whose coefficients are not above 0, the worst first.
func (w *work) leaving(in []int, step int) ([]int, error) {
	for len(in) > 0 {
		f, err := w.design.newton(in, free)
		if err != nil {
			return nil, fmt.Errorf("fit a card: stepwise selection, step %d: %w", step, err)
		}
		k, worst, high := len(f.beta), -1, w.recipe.Stepwise.Leave
		for j := range in {
			p := 2.0
			if b := f.beta[j+1]; b > 0 && f.covariance != nil {
				p = chiP(float64(b*b) / f.covariance[(j+1)*k+j+1])
			}
			if p > high {
				worst, high = j, p
			}
		}
		if worst < 0 {
			return in, nil
		}
		if high > 1 {
			w.note(in[worst], "step %d: leaves, its coefficient is not above 0 beside the others", step)
		} else {
			w.note(in[worst], "step %d: leaves, p = %.3g", step, high)
		}
		in = slices.Delete(in, worst, worst+1)
	}
	return in, nil
}
