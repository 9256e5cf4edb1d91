package card

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// Variance inflation is 1 / (1 - R²) of a weighted regression on the other columns, by least squares.
func TestInflationAgainstRegressions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDesign(t)
		all := make([]int, len(d.z))
		for i := range all {
			all[i] = i
		}
		for j, got := range d.inflation(all) {
			n, k := len(d.bad), len(d.z)
			x, y := mat.NewDense(n, k, nil), mat.NewVecDense(n, nil)
			mean, sum := 0.0, 0.0
			for i, w := range d.weight {
				at := 0
				x.Set(i, at, math.Sqrt(w))
				for c := range d.z {
					if c != j {
						at++
						x.Set(i, at, math.Sqrt(w)*d.z[c][i])
					}
				}
				y.SetVec(i, math.Sqrt(w)*d.z[j][i])
				mean, sum = mean+w*d.z[j][i], sum+w
			}
			var beta, left mat.VecDense
			require.NoError(t, beta.SolveVec(x, y))
			left.MulVec(x, &beta)
			left.SubVec(y, &left)
			spread := 0.0
			for i, w := range d.weight {
				spread += w * (d.z[j][i] - mean/sum) * (d.z[j][i] - mean/sum)
			}
			require.InEpsilon(t, spread/mat.Dot(&left, &left), got, 1e-6)
		}
	})
}

// Rao's score statistic by its formula: U² / (I_cc - I_cb I_bb⁻¹ I_bc).
func TestEnteringAgainstTheFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDesign(t)
		c := len(d.z) - 1
		var in []int
		for j := range c {
			in = append(in, j)
		}
		f, err := d.newton(in, free)
		if err != nil {
			t.Skip("separated")
		}
		k := len(in) + 1
		info, cross, u, own := mat.NewSymDense(k, nil), mat.NewVecDense(k, nil), 0.0, 0.0
		for i := range d.bad {
			z := []float64{1}
			for _, j := range in {
				z = append(z, d.z[j][i])
			}
			eta := 0.0
			for j := range z {
				eta += f.beta[j] * z[j]
			}
			p, y := 1/(1+math.Exp(-eta)), 0.0
			if d.bad[i] {
				y = 1
			}
			h := d.weight[i] * p * (1 - p)
			u += d.weight[i] * (y - p) * d.z[c][i]
			own += h * d.z[c][i] * d.z[c][i]
			for a := range z {
				cross.SetVec(a, cross.AtVec(a)+h*z[a]*d.z[c][i])
				for b := range a + 1 {
					info.SetSym(a, b, info.At(a, b)+h*z[a]*z[b])
				}
			}
		}
		var solved mat.VecDense
		require.NoError(t, solved.SolveVec(info, cross))
		want := 1.0
		if u > 0 {
			want = math.Erfc(math.Sqrt(u * u / (own - mat.Dot(cross, &solved)) / 2))
		}
		w := &work{design: d, recipe: Recipe{Stepwise: &Stepwise{Enter: 1, Leave: 1}}}
		last := map[int]float64{}
		w.entering(f, in, []int{c}, last)
		require.InDelta(t, want, last[c], 1e-4)
	})
}
