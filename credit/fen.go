package credit

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Fen is an amount of money in 1/100 yuan. Money stays in fen until it becomes an indicator.
type Fen int64

// NoFen stands for an amount that is not stated, which is not an amount of zero.
const NoFen Fen = math.MinInt64

// Yuan returns the amount in yuan, and NaN for [NoFen].
func (f Fen) Yuan() float64 {
	if f == NoFen {
		return math.NaN()
	}
	return float64(f) / 100
}

// String writes yuan with two decimals (1234.50), and "-" for [NoFen].
func (f Fen) String() string {
	if f == NoFen {
		return "-"
	}
	sign, n := "", uint64(f)
	if f < 0 {
		sign, n = "-", -n
	}
	return fmt.Sprintf("%s%d.%02d", sign, n/100, n%100)
}

// ParseDecimal reads a decimal number such as -48151.71 and returns it multiplied by scale (100 for yuan, 1,000,000
// for 万元), exactly. Digits that scale leaves below one fen are refused unless they are zero: money is never rounded
// in silence. It returns [ErrInvalid] for anything else, exponents and separators included.
func ParseDecimal(s string, scale int64) (Fen, error) {
	bad := func(why string) (Fen, error) { return NoFen, fmt.Errorf("amount %q: %s: %w", s, why, ErrInvalid) }
	body, neg := strings.CutPrefix(s, "-")
	whole, frac, _ := strings.Cut(body, ".")
	if whole == "" && frac == "" {
		return bad("no digits")
	}
	n := int64(0)
	if whole != "" {
		v, err := strconv.ParseUint(whole, 10, 63)
		if err != nil || v > uint64(math.MaxInt64/scale) {
			return bad("not a number in range")
		}
		n = int64(v) * scale
	}
	for _, c := range []byte(frac) {
		if c < '0' || c > '9' {
			return bad("not a number")
		}
		if scale == 1 && c != '0' {
			return bad("finer than one fen")
		}
		if scale > 1 {
			scale /= 10
			add := int64(c-'0') * scale
			if n > math.MaxInt64-add {
				return bad("too large")
			}
			n += add
		}
	}
	if neg {
		n = -n
	}
	return Fen(n), nil
}
