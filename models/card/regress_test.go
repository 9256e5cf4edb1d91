package card

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
	"pgregory.net/rapid"
)

func drawDesign(t *rapid.T) *design {
	n, k := rapid.IntRange(30, 200).Draw(t, "rows"), rapid.IntRange(1, 4).Draw(t, "columns")
	d := &design{bad: make([]bool, n), weight: make([]float64, n)}
	for range k {
		z := make([]float64, n)
		for i := range z {
			z[i] = rapid.Float64Range(-2, 2).Draw(t, "z")
		}
		d.z = append(d.z, z)
	}
	for i := range n {
		d.bad[i], d.weight[i] = rapid.IntRange(0, 2).Draw(t, "bad") == 0, rapid.Float64Range(0.2, 4).Draw(t, "w")
	}
	d.bad[0], d.bad[1] = true, false
	return d
}

// objective is the penalised log likelihood in the plainest form.
func (d *design) objective(beta []float64, pull ridge) float64 {
	sum := 0.0
	for i := range d.bad {
		eta := beta[0]
		for j := range d.z {
			eta += beta[j+1] * d.z[j][i]
		}
		if d.bad[i] {
			eta = -eta
		}
		sum -= d.weight[i] * math.Log1p(math.Exp(eta))
	}
	for _, b := range beta[1:] {
		sum -= pull.weight / 2 * (b - pull.centre) * (b - pull.centre)
	}
	return sum
}

// The optimum that another method finds on the plain objective.
func TestNewtonFindsTheOptimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDesign(t)
		pull := ridge{rapid.Float64Range(0.5, 20).Draw(t, "ridge"), rapid.Float64Range(0, 1).Draw(t, "centre")}
		columns := make([]int, len(d.z))
		for i := range columns {
			columns[i] = i
		}
		f, err := d.newton(columns, pull)
		require.NoError(t, err)
		likelihood := d.likelihood(columns, f.beta, pull)
		require.InDelta(t, d.objective(f.beta, pull), likelihood, 1e-8*math.Abs(likelihood))
		other, err := optimize.Minimize(optimize.Problem{Func: func(x []float64) float64 { return -d.objective(x, pull) }},
			make([]float64, len(f.beta)), nil, &optimize.NelderMead{})
		require.NoError(t, err)
		require.GreaterOrEqual(t, likelihood, -other.F-1e-7)
		for j := range f.beta {
			for _, step := range []float64{-1e-3, 1e-3} {
				moved := append([]float64{}, f.beta...)
				moved[j] += step
				require.Less(t, d.objective(moved, pull), likelihood+1e-9)
			}
		}
	})
}

func TestSolveAndInverse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.IntRange(1, 6).Draw(t, "k")
		half := mat.NewDense(k, k, rapid.SliceOfN(rapid.Float64Range(-3, 3), k*k, k*k).Draw(t, "half"))
		var a mat.Dense
		a.Mul(half, half.T())
		for i := range k {
			a.Set(i, i, a.At(i, i)+1)
		}
		b := rapid.SliceOfN(rapid.Float64Range(-5, 5), k, k).Draw(t, "b")
		x, ok := solve(a.RawMatrix().Data, b, k)
		require.True(t, ok)
		var back mat.VecDense
		back.MulVec(&a, mat.NewVecDense(k, x))
		inv := mat.NewDense(k, k, inverse(a.RawMatrix().Data, k))
		var unit mat.Dense
		unit.Mul(&a, inv)
		for i := range k {
			require.InDelta(t, b[i], back.AtVec(i), 1e-8)
			for j := range k {
				want := 0.0
				if i == j {
					want = 1
				}
				require.InDelta(t, want, unit.At(i, j), 1e-8)
			}
		}
	})
	_, ok := solve([]float64{1, 2, 2, 1}, []float64{1, 1}, 2)
	require.False(t, ok, "not positive definite")
}

func TestSeparationIsTamedOrNamed(t *testing.T) {
	d := &design{z: [][]float64{{-1, -1, 1, 1}}, bad: []bool{false, false, true, true}, weight: []float64{1, 1, 1, 1}}
	f, err := d.newton([]int{0}, ridge{weight: 1})
	require.NoError(t, err)
	require.InDelta(t, 0, f.beta[0], 1e-9)
	require.Greater(t, f.beta[1], 0.5)
}
