package exact

import "math"

// Log returns the natural logarithm of x.
//
// Special cases: Log(+Inf) = +Inf, Log(0) = -Inf, Log(x < 0) = NaN, Log(NaN) = NaN.
func Log(x float64) float64 {
	switch {
	case math.IsNaN(x) || x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	case math.IsInf(x, 1):
		return x
	}
	hi, lo := logParts(x)
	return hi + lo
}

// Log1p returns the natural logarithm of 1 + x, accurate also where x is small.
//
// Special cases: Log1p(+Inf) = +Inf, Log1p(-1) = -Inf, Log1p(x < -1) = NaN, Log1p(NaN) = NaN, Log1p(-0) = -0.
func Log1p(x float64) float64 {
	switch {
	case math.IsNaN(x) || x < -1:
		return math.NaN()
	case x == -1:
		return math.Inf(-1)
	case math.IsInf(x, 1):
		return x
	case math.Abs(x) < 0x1p-28:
		return x - float64(float64(x*0.5)*x)
	}
	u, rest := twoSum(1, x)
	hi, lo := logParts(u)
	return hi + (lo + rest/u)
}

// Softplus returns ln(1 + e^z), the log loss of log odds z against outcome 0 (and of -z against outcome 1).
func Softplus(z float64) float64 {
	return math.Max(z, 0) + Log1p(Exp(-math.Abs(z)))
}

// logParts returns ln x, for finite x > 0, as a number and a small correction that is not added yet.
//
// With x = m 2^k and a tabled c near 1/m: ln x = k ln 2 - ln c + ln(1+r), r = m c - 1. c is short and m is cut in two,
// so that r is exact.
func logParts(x float64) (hi, lo float64) {
	m, k := mantissa(x)
	t := &logs[int(math.Floor(float64(m*128)+0.5))-91]
	mHi := math.Float64frombits(math.Float64bits(m) >> 27 << 27)
	r, rRest := twoSum(float64(mHi*t.c)-1, float64((m-mHi)*t.c))
	s, e1 := twoSum(float64(k*ln2Hi), t.hi)
	s, e2 := twoSum(s, r)
	return s, e1 + e2 + rRest + float64(k*ln2Lo) + t.lo + log1pTail(r)
}

// log1pTail is ln(1+r) - r for |r| < 0.007: the series to r^8.
func log1pTail(r float64) float64 {
	q := 1.0/7 - float64(r*(1.0/8))
	q = 1.0/6 - float64(r*q)
	q = 1.0/5 - float64(r*q)
	q = 1.0/4 - float64(r*q)
	q = 1.0/3 - float64(r*q)
	q = 1.0/2 - float64(r*q)
	return -float64(float64(r*r) * q)
}

// mantissa returns m in [sqrt 1/2, sqrt 2) and k with x = m 2^k.
func mantissa(x float64) (m, k float64) {
	m, e := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m *= 2
		e--
	}
	return m, float64(e)
}

// twoSum returns the rounded sum and what the rounding lost (D. E. Knuth, TAOCP 2, 4.2.2, theorem B).
func twoSum(a, b float64) (sum, lost float64) {
	sum = a + b
	t := sum - a
	return sum, (a - (sum - t)) + (b - t)
}
