package eval

import (
	"fmt"
	"math"

	"hengxin/exact"
)

// Comparison is the difference of the AUC of two models on the same rows.
type Comparison struct {
	First      Interval `json:"first"` // AUC of each, DeLong's interval on the logit scale
	Second     Interval `json:"second"`
	Difference Interval `json:"difference"` // first less second, symmetric interval
	Error      float64  `json:"error"`      // standard error of the difference
	Z          float64  `json:"z"`          // difference over error; 0 where both are 0
	P          float64  `json:"p"`          // two-sided; 1 where the models order the rows alike
}

// Compare tests whether two models tell bad from good rows equally well, by DeLong's covariance of two AUC on the same
// rows:
//
//	variance of the difference = var(V10 - V10')/m + var(V01 - V01')/n
//
// with V as [AUC] defines it, for m bad and n good rows. Where the scores differ but the variance is 0 (both order all
// rows perfectly, or one row of an outcome), p is 1 for no difference and 0 otherwise. It returns [models.ErrInvalid]
// where a score is NaN, lengths differ, or one outcome is absent.
// E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988) 837.
func Compare(target, first, second []float64) (*Comparison, error) {
	a, err := rank(target, first)
	if err != nil {
		return nil, fmt.Errorf("first model: %w", err)
	}
	b, err := rank(target, second)
	if err != nil {
		return nil, fmt.Errorf("second model: %w", err)
	}
	c := &Comparison{First: a.auc(), Second: b.auc(), P: 1}
	va, vb := a.placements(), b.placements()
	var bad, good spread
	for i := range va {
		if target[i] == 1 {
			bad.add(va[i] - vb[i])
		} else {
			good.add(va[i] - vb[i])
		}
	}
	c.Error = math.Sqrt(bad.variance()/bad.n + good.variance()/good.n)
	d := c.First.Value - c.Second.Value
	c.Difference = Interval{d, d - float64(z95*c.Error), d + float64(z95*c.Error)}
	switch {
	case c.Error > 0:
		c.Z = d / c.Error
		c.P = normalTail(math.Abs(c.Z))
	case d != 0:
		c.P = 0
	}
	return c, nil
}

// placements are V10 of bad and V01 of good rows, by row.
func (r *ranked) placements() []float64 {
	m, n := float64(r.events), float64(len(r.bad)-r.events)
	out := make([]float64, len(r.bad))
	below, above := 0.0, m
	r.ties(func(from, to int) {
		bad := 0.0
		for _, b := range r.bad[from:to] {
			if b {
				bad++
			}
		}
		good := float64(to-from) - bad
		for i := from; i < to; i++ {
			if r.bad[i] {
				out[r.index[i]] = (below + float64(good/2)) / n
			} else {
				out[r.index[i]] = (above - float64(bad/2)) / m
			}
		}
		below += good
		above -= bad
	})
	return out
}

// spread is a running mean and sum of squared deviations (B. P. Welford, Technometrics 4 (1962) 419).
type spread struct{ n, mean, squares float64 }

func (s *spread) add(v float64) {
	s.n++
	d := v - s.mean
	s.mean += d / s.n
	s.squares += float64(d * (v - s.mean))
}

// variance is the unbiased one; 0 for fewer than two values.
func (s *spread) variance() float64 {
	if s.n < 2 {
		return 0
	}
	return s.squares / (s.n - 1)
}

// normalTail is the two-sided tail of the normal distribution beyond z >= 0: a series near 0, Lentz's continued fraction
// beyond 2. Relative error under 1e-12 where the result is above 1e-300.
func normalTail(z float64) float64 {
	const root2pi = 2.5066282746310005
	density := exact.Exp(-float64(z*z)/2) / root2pi
	if z < 2 {
		term, sum := z, z
		for k := 3.0; math.Abs(term) > 1e-17*sum; k += 2 {
			term = float64(term * (float64(z*z) / k))
			sum += term
		}
		return max(0, 1-float64(float64(2*density)*sum))
	}
	tail := z
	for k := 400.0; k >= 1; k-- {
		tail = z + k/tail
	}
	return 2 * density / tail
}

// ChiSquareTail returns the probability that a chi-squared variable of k degrees of freedom is above x. It returns NaN
// for NaN or for k below 1. By the recurrence in k from one or two degrees (M. Abramowitz, I. A. Stegun, 26.4.4, 26.4.5).
func ChiSquareTail(x float64, k int) float64 {
	switch {
	case x != x || k < 1:
		return math.NaN()
	case x <= 0:
		return 1
	}
	half := exact.Exp(-x / 2)
	if k%2 == 0 {
		term, sum := 1.0, 1.0
		for i := 2; i < k; i += 2 {
			term = float64(term * (x / float64(i)))
			sum += term
		}
		return min(1, float64(half*sum))
	}
	root := math.Sqrt(x)
	term, sum := root, 0.0
	for i := 1; i < k; i += 2 {
		sum += term
		term = float64(term * (x / float64(i+2)))
	}
	return min(1, normalTail(root)+float64(2*float64(half/2.5066282746310005)*sum))
}
