package exact

import "math"

const (
	expOver  = 0x1.62e42fefa39efp+9      // ln of the largest number
	expUnder = -0x1.74910d52d3051p+9     // ln of half the smallest subnormal
	perStep  = 0x1.71547652b82fep+0 * 64 // 64 / ln 2
)

// Exp returns e to the power x.
//
// Special cases: Exp(+Inf) = +Inf, Exp(-Inf) = 0, Exp(NaN) = NaN; values too large give +Inf, values too small 0.
// Results below the smallest normal number are rounded twice and lie within 1 of their (coarser) ulps.
func Exp(x float64) float64 {
	switch {
	case math.IsNaN(x):
		return x
	case x > expOver:
		return math.Inf(1)
	case x < expUnder:
		return 0
	}
	n := math.Floor(float64(x*perStep) + 0.5)
	r := (x - float64(n*stepHi)) - float64(n*stepLo)
	i := int(n)
	t := &pow2[i&63]
	y := t[0] + (t[1] + float64(t[0]*expm1Small(r)))
	return scale(y, i>>6)
}

// expm1Small is exp(r) - 1 for |r| <= ln 2 / 128: the series to r^6, whose rest is under 3e-20.
func expm1Small(r float64) float64 {
	q := 1.0/120 + float64(r*(1.0/720))
	q = 1.0/24 + float64(r*q)
	q = 1.0/6 + float64(r*q)
	q = 0.5 + float64(r*q)
	return r + float64(float64(r*r)*q)
}

// scale is y 2^k for y in [1, 2).
func scale(y float64, k int) float64 {
	if k > -1022 && k < 1023 {
		return y * math.Float64frombits(uint64(k+1023)<<52)
	}
	half := k / 2
	return y * math.Float64frombits(uint64(half+1023)<<52) * math.Float64frombits(uint64(k-half+1023)<<52)
}

// Logistic returns 1 / (1 + e^-z), the probability whose log odds are z. It neither overflows nor cancels: for large
// negative z it tends to e^z. Logistic(NaN) = NaN.
func Logistic(z float64) float64 {
	if z >= 0 {
		return 1 / (1 + Exp(-z))
	}
	e := Exp(z)
	return e / (1 + e)
}
