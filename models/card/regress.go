package card

import (
	"fmt"
	"math"

	"hengxin/exact"
	"hengxin/models"
)

// errSeparated is returned where Newton's method does not settle.
var errSeparated = fmt.Errorf("logistic regression did not settle in 50 steps; raise the ridge: %w", models.ErrInvalid)

// design is what a regression reads: rows in canonical order, so that sums come out the same for any order of the
// caller's rows.
type design struct {
	z      [][]float64 // by column, then row
	bad    []bool
	weight []float64 // mean 1
}

// fitted is a regression's result: intercept first.
type fitted struct {
	beta       []float64
	covariance []float64
}

// blockRows is how many rows one partial sum covers. Blocks are added in order, so threads do not show.
const blockRows = 4096

// ridge pulls every coefficient but the intercept towards a centre: its penalty is weight/2 Σ (betaj - centre)².
type ridge struct{ weight, centre float64 }

// newton fits ln(p/(1-p)) = beta0 + Σ betaj zj by maximising the weighted log likelihood less the ridge's penalty with
// Newton's method, halving the step where it does not climb.
func (d *design) newton(columns []int, pull ridge) (*fitted, error) {
	k := len(columns) + 1
	beta := make([]float64, k)
	beta[0] = d.baseLogOdds()
	s, slack := d.slopes(columns, beta, pull), float64(1e-13*math.Abs(d.baseLikelihood()))
	for range 50 {
		step, ok := solve(s.hessian, s.gradient, k)
		if !ok {
			return nil, errSeparated
		}
		next, t, size := make([]float64, k), 1.0, 0.0
		var at sums
		for {
			for j := range beta {
				next[j] = beta[j] + float64(t*step[j])
			}
			at = d.slopes(columns, next, pull)
			// a concave function has risen by at least its slope at the end of the step
			if dot(at.gradient, step)*t >= -slack || t < 1e-6 || d.climbs(columns, beta, next, pull) {
				break
			}
			t /= 2
		}
		for j := range beta {
			size = max(size, math.Abs(next[j]-beta[j]))
		}
		beta, s = next, at
		if size < 1e-10 {
			return &fitted{beta: beta, covariance: inverse(s.hessian, k)}, nil
		}
	}
	return nil, fmt.Errorf("%d columns: %w", len(columns), errSeparated)
}

// climbs compares likelihoods, which cost more than slopes.
func (d *design) climbs(columns []int, from, to []float64, pull ridge) bool {
	before := d.likelihood(columns, from, pull)
	return d.likelihood(columns, to, pull) >= before-float64(1e-12*math.Abs(before))
}

// likelihood is the penalised weighted log likelihood.
func (d *design) likelihood(columns []int, beta []float64, pull ridge) float64 {
	return d.sums(columns, beta, pull).likelihood
}

// baseLikelihood is the log likelihood of the base rate.
func (d *design) baseLikelihood() float64 {
	bad, all := 0.0, 0.0
	for i, w := range d.weight {
		all += w
		if d.bad[i] {
			bad += w
		}
	}
	return float64(bad*exact.Log(bad/all)) + float64((all-bad)*exact.Log((all-bad)/all))
}

// common returns the coefficient that fits best where all columns have the same one: that of their sum.
func (d *design) common(columns []int) (float64, error) {
	sum := make([]float64, len(d.bad))
	for _, c := range columns {
		for i, v := range d.z[c] {
			sum[i] += v
		}
	}
	one := &design{z: [][]float64{sum}, bad: d.bad, weight: d.weight}
	var err error
	for _, weight := range []float64{1e-6, 1e-2, 1} { // where the sum separates the outcomes, only a pull keeps it finite
		var f *fitted
		if f, err = one.newton([]int{0}, ridge{weight: weight}); err == nil {
			return f.beta[1], nil
		}
	}
	return 0, err
}

func (d *design) baseLogOdds() float64 {
	bad, all := 0.0, 0.0
	for i, w := range d.weight {
		all += w
		if d.bad[i] {
			bad += w
		}
	}
	return exact.Log(bad / (all - bad))
}

// sums are log likelihood, gradient and negative Hessian (k × k, both triangles) at one beta.
type sums struct {
	likelihood        float64
	gradient, hessian []float64
}

func (s *sums) add(o *sums) {
	s.likelihood += o.likelihood
	for i, v := range o.gradient {
		s.gradient[i] += v
	}
	for i, v := range o.hessian {
		s.hessian[i] += v
	}
}

func newSums(k int) sums { return sums{gradient: make([]float64, k), hessian: make([]float64, k*k)} }

func (d *design) sums(columns []int, beta []float64, pull ridge) sums {
	return d.add(columns, beta, pull, true)
}

// slopes are the sums without the likelihood.
func (d *design) slopes(columns []int, beta []float64, pull ridge) sums {
	return d.add(columns, beta, pull, false)
}

func (d *design) add(columns []int, beta []float64, pull ridge, likelihood bool) sums {
	k := len(beta)
	blocks := make([]sums, (len(d.bad)+blockRows-1)/blockRows)
	parallel(len(blocks), func(i int) { blocks[i] = d.block(columns, beta, i*blockRows, likelihood) })
	total := newSums(k)
	for i := range blocks {
		total.add(&blocks[i])
	}
	for j := 1; j < k; j++ {
		off := beta[j] - pull.centre
		total.likelihood -= float64(pull.weight / 2 * float64(off*off))
		total.gradient[j] -= float64(pull.weight * off)
		total.hessian[j*k+j] += pull.weight
	}
	for a := range k {
		for b := range a {
			total.hessian[b*k+a] = total.hessian[a*k+b]
		}
	}
	return total
}

func (d *design) block(columns []int, beta []float64, from int, likelihood bool) sums {
	s, z := newSums(len(beta)), make([]float64, len(beta))
	for i := from; i < min(from+blockRows, len(d.bad)); i++ {
		z[0] = 1
		for j, c := range columns {
			z[j+1] = d.z[c][i]
		}
		eta := s.row(z, beta, d.bad[i], d.weight[i])
		if likelihood {
			if d.bad[i] {
				eta = -eta
			}
			s.likelihood -= float64(d.weight[i] * exact.Softplus(eta))
		}
	}
	return s
}

// row adds one row to the gradient and the lower triangle and returns its log odds.
func (s *sums) row(z, beta []float64, bad bool, w float64) (eta float64) {
	for j, b := range beta {
		eta += float64(b * z[j])
	}
	p := exact.Logistic(eta)
	y := 0.0
	if bad {
		y = 1
	}
	g, h := w*(y-p), w*float64(p*(1-p))
	k := len(beta)
	for a, za := range z {
		s.gradient[a] += float64(g * za)
		ha := h * za
		row := s.hessian[a*k : a*k+a+1]
		for b := range row {
			row[b] += float64(ha * z[b])
		}
	}
	return eta
}

// solve returns x of A x = b for a symmetric positive definite A (k × k), by Cholesky factors; ok is false where A is
// not positive definite.
func solve(a, b []float64, k int) (x []float64, ok bool) {
	l, ok := cholesky(a, k)
	if !ok {
		return nil, false
	}
	x = make([]float64, k)
	for i := range k {
		s := b[i]
		for j := range i {
			s -= float64(l[i*k+j] * x[j])
		}
		x[i] = s / l[i*k+i]
	}
	for i := k - 1; i >= 0; i-- {
		s := x[i]
		for j := i + 1; j < k; j++ {
			s -= float64(l[j*k+i] * x[j])
		}
		x[i] = s / l[i*k+i]
	}
	return x, true
}

// cholesky returns the lower L of A = L Lᵀ.
func cholesky(a []float64, k int) (l []float64, ok bool) {
	l = make([]float64, k*k)
	for i := range k {
		for j := range i + 1 {
			s := a[i*k+j]
			for m := range j {
				s -= float64(l[i*k+m] * l[j*k+m])
			}
			if i != j {
				l[i*k+j] = s / l[j*k+j]
				continue
			}
			if !(s > 1e-12*math.Abs(a[i*k+i])) {
				return nil, false
			}
			l[i*k+i] = math.Sqrt(s)
		}
	}
	return l, true
}

// inverse returns the inverse of a symmetric positive definite A, nil where it is none.
func inverse(a []float64, k int) []float64 {
	out, unit := make([]float64, k*k), make([]float64, k)
	for j := range k {
		clear(unit)
		unit[j] = 1
		x, ok := solve(a, unit, k)
		if !ok {
			return nil
		}
		for i := range k {
			out[i*k+j] = x[i]
		}
	}
	return out
}
