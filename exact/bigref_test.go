package exact_test

import "math/big"

// Reference values with 300 bits, from series alone.

const prec = 300

func bigf(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

func newf() *big.Float { return new(big.Float).SetPrec(prec) }

// bigExp is the Taylor series of exp after halving the argument 40 times and squaring back.
func bigExp(x float64) *big.Float {
	const halvings = 40
	r := newf().SetMantExp(bigf(x), -halvings)
	sum, term := bigf(1), bigf(1)
	for i := 1; i < 60; i++ {
		term.Mul(term, r)
		term.Quo(term, bigf(float64(i)))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigAtanh is z + z^3/3 + z^5/5 + ... for small z.
func bigAtanh(z *big.Float) *big.Float {
	sum, power, square := newf().Set(z), newf().Set(z), newf().Mul(z, z)
	for i := 3; i < 700; i += 2 {
		power.Mul(power, square)
		sum.Add(sum, newf().Quo(power, bigf(float64(i))))
	}
	return sum
}

// bigLog is 2 atanh((m-1)/(m+1)) + k ln 2 for x = m 2^k, m in [0.5, 1).
func bigLog(x *big.Float) *big.Float {
	m := newf()
	k := x.MantExp(m)
	m.SetPrec(prec)
	z := newf().Quo(newf().Sub(m, bigf(1)), newf().Add(m, bigf(1)))
	ln2 := bigAtanh(newf().Quo(bigf(1), bigf(3)))
	sum := newf().Add(bigAtanh(z), newf().Mul(ln2, bigf(float64(k))))
	return sum.Mul(sum, bigf(2))
}
