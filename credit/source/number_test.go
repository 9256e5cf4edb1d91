package source

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

// TestAmounts reads amounts as sources write them.
func TestAmounts(t *testing.T) {
	for _, c := range []struct{ unit, text, want string }{
		{"yuan", "48,151.71", "48151.71"}, {"yuan", "0", "0.00"}, {"yuan", "-3.5", "-3.50"}, {"yuan", "1,234,567", "1234567.00"},
		{"yuan", "￥1，234.50", "1234.50"}, {"yuan", "1234元", "1234.00"}, {"yuan", "12万元", ""}, {"yuan", "0.005", ""}, {"yuan", "0.0100", "0.01"},
		{"wan", "0.5", "5000.00"}, {"wan", "12.345678", "123456.78"}, {"wan", "12.3456789", ""}, {"wan", "3万元", "30000.00"}, {"wan", "3元", ""},
		{"fen", "12", "0.12"}, {"fen", "12.5", ""}, {"fen", "12.0", "0.12"},
		{"yuan", "1,23.0", ""}, {"yuan", ",123", ""}, {"yuan", "1234,567", ""}, {"yuan", "1.2,3", ""}, {"yuan", "", ""}, {"yuan", "-", ""}, {"yuan", ".", ""},
		{"yuan", "12e3", ""}, {"yuan", "1 234", "1234.00"}, {"yuan", "92233720368547758.07", "92233720368547758.07"}, {"yuan", "92233720368547758.08", ""},
		{"wan", "9223372036854.775808", ""}, {"yuan", "about 5", ""}, {"yuan", "+5", ""}, {"yuan", "--5", ""},
	} {
		fen, err := readAmount(c.text, c.unit)
		if c.want == "" {
			require.ErrorIs(t, err, credit.ErrInvalid, "%s %q", c.unit, c.text)
			continue
		}
		require.NoError(t, err, "%s %q", c.unit, c.text)
		require.Equal(t, c.want, fen.String(), "%s %q", c.unit, c.text)
	}
}

// TestAmountsBackAndForth: an amount written with separators in any unit is read as the same fen.
func TestAmountsBackAndForth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fen := rapid.Int64Range(-1e15, 1e15).Draw(t, "fen")
		for unit, places := range map[string]int{"fen": 0, "yuan": 2, "wan": 6} {
			text := new(big.Rat).SetFrac64(fen, scales[unit]).FloatString(places)
			got, err := readAmount(separate(text), unit)
			require.NoError(t, err, text)
			require.Equal(t, credit.Fen(fen), got, text)
		}
	})
}

func separate(s string) string {
	sign, s, _ := strings.Cut("x"+s, "x")
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, fraction, has := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		whole += "." + fraction
	}
	return sign + whole
}

// TestDecimals: one number has one text, and a percentage is moved, not divided.
func TestDecimals(t *testing.T) {
	for _, c := range []struct {
		text    string
		percent bool
		want    string
	}{
		{"1.0", false, "1"}, {"01.50", false, "1.5"}, {".5", false, "0.5"}, {"-0.0", false, "0"}, {"-2.50", false, "-2.5"}, {"0", false, "0"},
		{"33.33", true, "0.3333"}, {"100", true, "1"}, {"5%", true, "0.05"}, {"0.5", true, "0.005"}, {"-12", true, "-0.12"}, {"1,000", false, "1000"},
		{"5%", false, ""}, {"1.2.3", false, ""}, {"", false, ""}, {"x", false, ""}, {"1e3", false, ""}, {strings.Repeat("9", 41), false, ""},
	} {
		got, err := readDecimal(c.text, c.percent)
		if c.want == "" {
			require.Error(t, err, c.text)
			continue
		}
		require.NoError(t, err, c.text)
		require.Equal(t, c.want, got, c.text)
	}
	rapid.Check(t, func(t *rapid.T) {
		n, places := rapid.Int64Range(-1e12, 1e12).Draw(t, "n"), rapid.IntRange(0, 6).Draw(t, "places")
		want := new(big.Rat).SetFrac(big.NewInt(n), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(places)), nil))
		got, err := readDecimal(want.FloatString(places), true)
		require.NoError(t, err)
		back, ok := new(big.Rat).SetString(got)
		require.True(t, ok)
		require.Zero(t, back.Cmp(want.Quo(want, big.NewRat(100, 1))), "%s", got)
	})
}

// TestInts: a whole number may have been written as a float, and nothing else.
func TestInts(t *testing.T) {
	for text, want := range map[string]string{"3": "3", "3.0": "3", "-1": "-1", "1,024": "1024", "3.5": "", "": "", "99999999999999999999": ""} {
		got, err := readInt(text)
		require.Equal(t, want == "", err != nil, text)
		require.Equal(t, want, got, text)
	}
}

// TestDecimalOf: what a tool wrote from a float comes out with the digits that a float holds.
func TestDecimalOf(t *testing.T) {
	for text, want := range map[string]string{"31.511999999999997": "31.512", "0.30000000000000004": "0.3", "1.325976586E7": "13259765.86",
		"150.62236000000001": "150.62236", "12.5": "12.5", "912345678901234567": "912345678901235000", "x.0123456789012345": "x.0123456789012345", "1e999": "1e999"} {
		require.Equal(t, want, decimalOf(text), text)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(0, 1e14).Draw(t, "n")
		f := float64(n) / 1e6
		want, err := readDecimal(fmt.Sprintf("%.6f", f), false)
		require.NoError(t, err)
		got, err := readDecimal(decimalOf(fmt.Sprint(f)), false)
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestBounds(t *testing.T) {
	b, err := parseBounds("0..100")
	require.NoError(t, err)
	require.True(t, b.holds(0) && b.holds(100) && !b.holds(-0.1) && !b.holds(100.1))
	b, err = parseBounds("0..")
	require.NoError(t, err)
	require.True(t, b.holds(1e300) && !b.holds(-1))
	for _, bad := range []string{"5", "x..1", "2..1", "1..x", "NaN..1"} {
		_, err := parseBounds(bad)
		require.ErrorIs(t, err, credit.ErrInvalid, bad)
	}
}
