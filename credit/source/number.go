package source

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hengxin/credit"
)

// unitNames are units as they stand behind an amount.
var unitNames = map[string]string{"yuan": "元", "wan": "万元"}

// scales are the units of amounts, in fen.
var scales = map[string]int64{"yuan": 100, "wan": 1_000_000, "fen": 1}

// amountMarks may stand before or behind the digits of an amount; the column's unit says what they count.
var amountMarks = strings.NewReplacer("￥", "", "¥", "", "，", ",", "　", "", " ", "")

// readAmount reads an amount such as 48,151.71 as fen. Separators must stand where thousands end, a fraction finer than
// one fen is refused unless it is zero, and a written-out unit must be the column's.
func readAmount(s, unit string) (credit.Fen, error) {
	if strings.Trim(s, "-.0123456789") != "" {
		var err error
		if s, err = plainNumber(amountMarks.Replace(s), unitNames[unit]); err != nil {
			return credit.NoFen, err
		}
	}
	fen, err := credit.ParseDecimal(s, scales[unit])
	if err != nil {
		return credit.NoFen, fmt.Errorf("is no amount: %w", err)
	}
	return fen, nil
}

// plainNumber takes thousands separators and the unit's name away.
func plainNumber(s, unit string) (string, error) {
	if unit != "" && strings.HasSuffix(s, "元") {
		rest, ok := strings.CutSuffix(s, unit)
		if !ok || unit == "元" && strings.HasSuffix(rest, "万") {
			return "", fmt.Errorf("states another unit than the column's, %s: %w", unit, credit.ErrInvalid)
		}
		s = rest
	}
	if strings.IndexByte(s, ',') < 0 {
		return s, nil
	}
	whole, fraction, _ := strings.Cut(s, ".")
	groups := strings.Split(strings.TrimPrefix(whole, "-"), ",")
	for i, g := range groups {
		if len(g) != 3 && (i > 0 || g == "" || len(g) > 3) {
			return "", fmt.Errorf("has separators that do not part thousands: %w", credit.ErrInvalid)
		}
	}
	if strings.IndexByte(fraction, ',') >= 0 {
		return "", fmt.Errorf("has a separator in its fraction: %w", credit.ErrInvalid)
	}
	return strings.ReplaceAll(s, ",", ""), nil
}

// readDecimal reads a decimal number and writes it without needless zeros, so that 1, 1.0 and 1.00 are one content. A
// percentage becomes a fraction of one by moving the point, exactly.
func readDecimal(s string, percent bool) (string, error) {
	if percent {
		s = strings.TrimSuffix(s, "%")
	}
	s, err := plainNumber(s, "")
	if err != nil {
		return "", err
	}
	body, negative := strings.CutPrefix(s, "-")
	whole, fraction, _ := strings.Cut(body, ".")
	if len(body) > 40 || whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return "", fmt.Errorf("is no decimal number: %w", credit.ErrInvalid)
	}
	if percent {
		whole = "00" + whole
		whole, fraction = whole[:len(whole)-2], whole[len(whole)-2:]+fraction
	}
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if negative && whole != "0" {
		whole = "-" + whole
	}
	return whole, nil
}

// readInt reads a whole number, also one that a tool wrote as 3.0.
func readInt(s string) (string, error) {
	text, err := readDecimal(s, false)
	if err != nil {
		return "", fmt.Errorf("is no whole number: %w", credit.ErrInvalid)
	}
	if _, err := strconv.ParseInt(text, 10, 64); err != nil {
		return "", fmt.Errorf("is no whole number in range: %w", credit.ErrInvalid)
	}
	return text, nil
}

// bounds are LOW..HIGH of a mapping: what lies outside is kept and flagged.
type bounds struct{ low, high float64 }

func parseBounds(s string) (bounds, error) {
	b := bounds{math.Inf(-1), math.Inf(1)}
	if s == "" {
		return b, nil
	}
	low, high, ok := strings.Cut(s, "..")
	for _, side := range []struct {
		text string
		at   *float64
	}{{low, &b.low}, {high, &b.high}} {
		if side.text == "" {
			continue
		}
		v, err := strconv.ParseFloat(side.text, 64)
		if err != nil {
			ok = false
		}
		*side.at = v
	}
	if !ok || !(b.low <= b.high) {
		return b, fmt.Errorf("suspect %q: want LOW..HIGH: %w", s, credit.ErrInvalid)
	}
	return b, nil
}

func (b bounds) holds(v float64) bool { return v >= b.low && v <= b.high }

// decimalOf writes a number that was stored as a binary float with the 15 significant digits that such a number holds,
// as Excel shows it, and without an exponent: 0.1 + 0.2 is stored as 0.30000000000000004.
func decimalOf(s string) string {
	if len(s) <= 15 && !strings.ContainsAny(s, "eE") {
		return s
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return s
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	if err != nil {
		return s
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}
