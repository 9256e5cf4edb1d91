package exact_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/big"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/exact"
)

// source is SplitMix64: the same points in every run.
type source uint64

func (s *source) next() uint64 {
	*s += 0x9e3779b97f4a7c15
	z := uint64(*s)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (s *source) unit() float64 { return float64(s.next()>>11) / (1 << 53) }

// finite has any sign and any exponent.
func (s *source) finite() float64 {
	for {
		if x := math.Float64frombits(s.next()); !math.IsNaN(x) && !math.IsInf(x, 0) {
			return x
		}
	}
}

// ulps is the distance of got from want in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	near, _ := want.Float64()
	if near == got {
		return 0 // the nearest number (or both infinite, or both zero)
	}
	if math.IsInf(near, 0) || math.IsInf(got, 0) {
		return math.Inf(1)
	}
	unit := math.Abs(math.Nextafter(near, math.Inf(1)) - near)
	d, _ := newf().Quo(newf().Sub(bigf(got), want), bigf(unit)).Float64()
	return math.Abs(d)
}

func worst(t *testing.T, name string, bound float64, n int, point func(int) float64, f func(float64) float64, ref func(float64) *big.Float) {
	t.Helper()
	most, at := 0.0, 0.0
	for i := range n {
		x := point(i)
		if d := ulps(f(x), ref(x)); d > most {
			most, at = d, x
		}
	}
	t.Logf("%s: at most %.4f ulp, at %v", name, most, at)
	require.LessOrEqual(t, most, bound, "%s(%v)", name, at)
}

func TestExpWithinOneUlp(t *testing.T) {
	s := source(1)
	worst(t, "Exp, normal", 0.52, 6000, func(int) float64 { return s.unit()*1417 - 708 }, exact.Exp, bigExp)
	worst(t, "Exp, near 0", 0.52, 4000, func(int) float64 { return s.unit()*2 - 1 }, exact.Exp, bigExp)
	worst(t, "Exp, tiny", 0.52, 500, func(int) float64 { return math.Ldexp(s.unit()-0.5, -int(s.next()%60)) }, exact.Exp, bigExp)
	worst(t, "Exp, subnormal", 1, 500, func(int) float64 { return -708 - s.unit()*37.1 }, exact.Exp, bigExp)
	worst(t, "Exp, at the steps", 0.52, 2000, func(i int) float64 { return float64(i-1000) * math.Ln2 / 128 }, exact.Exp, bigExp)
}

func TestLogWithinOneUlp(t *testing.T) {
	ref := func(x float64) *big.Float { return bigLog(bigf(x)) }
	ref1p := func(x float64) *big.Float { return bigLog(newf().Add(bigf(1), bigf(x))) }
	s := source(2)
	worst(t, "Log, any", 0.52, 1000, func(int) float64 { return math.Abs(s.finite()) }, exact.Log, ref)
	worst(t, "Log, near 1", 0.52, 1500, func(int) float64 { return 0.6 + s.unit() }, exact.Log, ref)
	worst(t, "Log, very near 1", 0.52, 500, func(int) float64 { return 1 + math.Ldexp(s.unit()-0.5, -int(s.next()%50)) }, exact.Log, ref)
	worst(t, "Log, at the cells", 0.52, 300, func(i int) float64 { return math.Nextafter(float64(2*i+101)/256, float64(i%3)) }, exact.Log, ref)
	worst(t, "Log1p, near 0", 0.53, 1500, func(int) float64 { return s.unit()*2 - 1 + 0x1p-60 }, exact.Log1p, ref1p)
	worst(t, "Log1p, tiny", 0.53, 1000, func(int) float64 { return math.Ldexp(s.unit()-0.5, -int(s.next()%70)) }, exact.Log1p, ref1p)
	worst(t, "Log1p, large", 0.53, 300, func(int) float64 { return math.Ldexp(s.unit(), int(s.next()%900)) }, exact.Log1p, ref1p)
}

func TestSpecialCases(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name      string
		f         func(float64) float64
		at, value float64
	}{
		{"Exp", exact.Exp, 0, 1}, {"Exp", exact.Exp, inf, inf}, {"Exp", exact.Exp, -inf, 0}, {"Exp", exact.Exp, nan, nan},
		{"Exp", exact.Exp, 710, inf}, {"Exp", exact.Exp, -746, 0}, {"Exp", exact.Exp, 1, math.E},
		{"Exp", exact.Exp, -745, math.SmallestNonzeroFloat64}, {"Exp", exact.Exp, math.Copysign(0, -1), 1},
		{"Exp", exact.Exp, 709.782712893384, 1.7976931348622732e308},
		{"Log", exact.Log, 1, 0}, {"Log", exact.Log, inf, inf}, {"Log", exact.Log, 0, -inf}, {"Log", exact.Log, -1, nan},
		{"Log", exact.Log, -inf, nan}, {"Log", exact.Log, nan, nan}, {"Log", exact.Log, 2, math.Ln2},
		{"Log", exact.Log, math.SmallestNonzeroFloat64, -744.4400719213812}, {"Log", exact.Log, 10, math.Ln10},
		{"Log1p", exact.Log1p, 0, 0}, {"Log1p", exact.Log1p, -1, -inf}, {"Log1p", exact.Log1p, -2, nan},
		{"Log1p", exact.Log1p, inf, inf}, {"Log1p", exact.Log1p, nan, nan}, {"Log1p", exact.Log1p, 1, math.Ln2},
		{"Logistic", exact.Logistic, 0, 0.5}, {"Logistic", exact.Logistic, inf, 1}, {"Logistic", exact.Logistic, -inf, 0},
		{"Logistic", exact.Logistic, nan, nan}, {"Logistic", exact.Logistic, -745, math.SmallestNonzeroFloat64},
		{"Softplus", exact.Softplus, 0, math.Ln2}, {"Softplus", exact.Softplus, inf, inf}, {"Softplus", exact.Softplus, -inf, 0},
		{"Softplus", exact.Softplus, nan, nan}, {"Softplus", exact.Softplus, 1000, 1000},
	} {
		got := c.f(c.at)
		require.True(t, got == c.value || math.IsNaN(got) && math.IsNaN(c.value), "%s(%v) = %v, want %v", c.name, c.at, got, c.value)
	}
	require.True(t, math.Signbit(exact.Log1p(math.Copysign(0, -1))))
}

// digest is over a million results of each function, on points of every size.
func digest() string {
	h, s, buf := sha256.New(), source(3), make([]byte, 0, 40)
	for range 1_000_000 {
		x, y := s.finite(), s.unit()*1500-750
		buf = buf[:0]
		for _, v := range [...]float64{exact.Exp(y), exact.Exp(y / 1000), exact.Log(math.Abs(x)), exact.Log1p(y*y - 0.5), exact.Logistic(y / 20)} {
			buf = binary.LittleEndian.AppendUint64(buf, math.Float64bits(v))
		}
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestDigestOfAMillion(t *testing.T) {
	want, err := os.ReadFile("testdata/million.sha256")
	require.NoError(t, err)
	require.Equal(t, strings.TrimSpace(string(want)), digest())
}

// Code for processors that can fuse must not hold one fused instruction.
func TestNothingIsFused(t *testing.T) {
	for _, target := range [][]string{{"GOARCH=amd64", "GOAMD64=v3"}, {"GOARCH=arm64"}, {"GOARCH=ppc64le"}, {"GOARCH=s390x"}, {"GOARCH=riscv64"}} {
		cmd := exec.Command("go", "build", "-gcflags=-S", ".")
		cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), target...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "hengxin/exact.Exp", "%v: no listing", target)
		for line := range strings.Lines(string(out)) {
			for _, word := range strings.Fields(line) {
				upper := strings.ToUpper(word)
				fused := strings.HasPrefix(upper, "VFMADD") || strings.HasPrefix(upper, "FMADD") || strings.HasPrefix(upper, "FMSUB") ||
					strings.HasPrefix(upper, "FNMADD") || strings.HasPrefix(upper, "FNMSUB") || strings.HasPrefix(upper, "VFMSUB") || strings.HasPrefix(upper, "VFNM")
				require.False(t, fused && word == upper, "%v: %s", target, line)
			}
		}
	}
}
