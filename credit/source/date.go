package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
)

// moment is a day as a source writes it.
type moment struct {
	first, last credit.Date // of the period that is stated: the same day where the day is
	precision   credit.Precision
}

func day(y, m, d int) (moment, bool) {
	if y < 1000 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return moment{}, false
	}
	first := credit.NewDate(y, m, d)
	if _, back, _ := first.YMD(); back != m {
		return moment{}, false
	}
	return moment{first, first, credit.PrecisionDay}, true
}

func month(y, m int) (moment, bool) {
	at, ok := day(y, m, 1)
	return moment{at.first, at.first.MonthEnd(), credit.PrecisionMonth}, ok
}

func year(y int) (moment, bool) {
	at, ok := day(y, 1, 1)
	return moment{at.first, at.first.YearEnd(), credit.PrecisionYear}, ok
}

// dateStyle is one way of writing a day.
type dateStyle struct {
	name, example string
	read          func(s string, rounded int64) (moment, bool)
}

// dateStyles is the table of styles. No two of them read the same text alike by accident: a text that two styles of
// one column read differently is refused, never guessed.
var dateStyles = []dateStyle{
	{"iso", "2015-08-05", func(s string, _ int64) (moment, bool) { return separated(s, "-") }},
	{"slash", "2015/8/5", func(s string, _ int64) (moment, bool) { return separated(s, "/") }},
	{"dot", "2015.8.5", func(s string, _ int64) (moment, bool) { return separated(s, ".") }},
	{"iso_month", "2015-08", func(s string, _ int64) (moment, bool) { return yearMonth(s, "-") }},
	{"slash_month", "2015/8", func(s string, _ int64) (moment, bool) { return yearMonth(s, "/") }},
	{"zh", "2015年8月5日, 2015年08月, 2015年", func(s string, _ int64) (moment, bool) { return chinese(s, arabic) }},
	{"numeral", "二〇一七年十月二十三日, 二〇一七年××月××日", func(s string, _ int64) (moment, bool) { return chinese(s, numeral) }},
	{"yyyymmdd", "20150805", func(s string, _ int64) (moment, bool) { return compact(s, 8) }},
	{"yyyymm", "201508", func(s string, _ int64) (moment, bool) { return compact(s, 6) }},
	{"year", "2015", func(s string, _ int64) (moment, bool) { return compact(s, 4) }},
	{"stamp", "20150805130640", stamp},
	{"datetime", "2015-08-05 13:06:40", datetime},
	{"epoch_ms", "1438704000000.0", epoch},
	{"excel", "42221", excel},
}

// workbookStyles adds to a column's styles how a workbook stores a cell that is a day: a serial number, whatever is shown.
// Only numbers of five digits are taken (1927 to 2173), and none where a style of the column reads numbers as short, so
// that a year or a count in a column of days stays what cannot be read.
func workbookStyles(styles []dateStyle) []dateStyle {
	if slices.ContainsFunc(styles, func(s dateStyle) bool { return slices.Contains([]string{"excel", "year", "yyyymm"}, s.name) }) {
		return styles
	}
	return append(slices.Clone(styles), dateStyle{"excel", "42221", func(s string, rounded int64) (moment, bool) {
		if whole, _, _ := strings.Cut(s, "."); len(whole) != 5 {
			return moment{}, false
		}
		return excel(s, rounded)
	}})
}

// DateStyles returns the names of the date styles and an example of each, in the order of the table.
func DateStyles() (names, examples []string) {
	for _, s := range dateStyles {
		names, examples = append(names, s.name), append(examples, s.example)
	}
	return names, examples
}

func styleOf(name string) (dateStyle, bool) {
	i := slices.IndexFunc(dateStyles, func(s dateStyle) bool { return s.name == name })
	if i < 0 {
		return dateStyle{}, false
	}
	return dateStyles[i], true
}

// readMoment reads s in whichever of the styles it is written. It returns [credit.ErrInvalid] where none reads it, and
// where two read it as different days.
func readMoment(styles []dateStyle, s string, rounded int64) (moment, error) {
	var found moment
	by := ""
	for _, style := range styles {
		at, ok := style.read(s, rounded)
		if !ok {
			continue
		}
		if by != "" && at != found {
			return moment{}, fmt.Errorf("is one day as %s, another as %s: %w", by, style.name, credit.ErrInvalid)
		}
		found, by = at, style.name
	}
	if by == "" {
		names := make([]string, len(styles))
		for i, style := range styles {
			names[i] = style.name
		}
		return moment{}, fmt.Errorf("is not a day written as %s: %w", strings.Join(names, " or "), credit.ErrInvalid)
	}
	return found, nil
}

// number reads up to width decimal digits, and nothing else.
func number(s string, width int) (int, bool) {
	if s == "" || len(s) > width {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		c := s[i] - '0'
		if c > 9 {
			return 0, false
		}
		n = n*10 + int(c)
	}
	return n, true
}

func separated(s, sep string) (moment, bool) {
	y, rest, _ := strings.Cut(s, sep)
	m, d, cut := strings.Cut(rest, sep)
	yn, okY := number(y, 4)
	mn, okM := number(m, 2)
	dn, okD := number(d, 2)
	if !cut || !okY || !okM || !okD {
		return moment{}, false
	}
	return day(yn, mn, dn)
}

func yearMonth(s, sep string) (moment, bool) {
	y, m, _ := strings.Cut(s, sep)
	yn, okY := number(y, 4)
	mn, okM := number(m, 2)
	if !okY || !okM {
		return moment{}, false
	}
	return month(yn, mn)
}

// compact reads digits that are exactly width long.
func compact(s string, width int) (moment, bool) {
	n, ok := number(s, width)
	if !ok || len(s) != width {
		return moment{}, false
	}
	switch width {
	case 4:
		return year(n)
	case 6:
		return month(n/100, n%100)
	}
	return day(n/10000, n/100%100, n%100)
}

func stamp(s string, _ int64) (moment, bool) {
	if len(s) != 14 {
		return moment{}, false
	}
	clock, ok := number(s[8:], 6)
	if !ok || clock/10000 > 23 || clock/100%100 > 59 || clock%100 > 60 {
		return moment{}, false
	}
	return compact(s[:8], 8)
}

// datetime reads a day with a time behind it; the time is left out, the day is the source's own.
func datetime(s string, _ int64) (moment, bool) {
	at := strings.IndexAny(s, " T")
	if at < 0 || !isClock(s[at+1:]) {
		return moment{}, false
	}
	sep := "-"
	if strings.Contains(s[:at], "/") {
		sep = "/"
	}
	return separated(s[:at], sep)
}

// isClock reports whether s is 13:06, 13:06:40 or 13:06:40.0.
func isClock(s string) bool {
	s, fraction, _ := strings.Cut(s, ".")
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 || strings.Trim(fraction, "0123456789") != "" {
		return false
	}
	for i, p := range parts {
		n, ok := number(p, 2)
		if !ok || i == 0 && n > 23 || n > 60 {
			return false
		}
	}
	return true
}

const (
	dayMillis   = 86_400_000
	shanghaiGMT = 8 * 3_600_000
)

// epoch reads milliseconds since 1970 of an instant in China. Where the source rounded them to a step of less than a
// day, the day is that of the latest instant that rounds so: rounding never makes a fact look older than it is. A
// longer step states a stretch of days around the stated one: the event is the stated day, known by the last.
func epoch(s string, rounded int64) (moment, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	ms, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || strings.Trim(fraction, "0") != "" || ms < -1e13 || ms > 2.6e14 {
		return moment{}, false
	}
	last := shanghaiDay(ms + rounded/2)
	first := last
	if rounded >= dayMillis {
		first = shanghaiDay(ms)
	}
	return moment{first, last, credit.PrecisionDay}, true
}

// summers are the days on which China's clocks went forward and back (IANA time zone database, rule PRC): an hour is
// added from the first to the last, and a midnight there is 15:00 of the day before in universal time.
var summers = [...][2]credit.Date{
	{credit.NewDate(1986, 5, 4), credit.NewDate(1986, 9, 14)},
	{credit.NewDate(1987, 4, 12), credit.NewDate(1987, 9, 13)},
	{credit.NewDate(1988, 4, 17), credit.NewDate(1988, 9, 11)},
	{credit.NewDate(1989, 4, 16), credit.NewDate(1989, 9, 17)},
	{credit.NewDate(1990, 4, 15), credit.NewDate(1990, 9, 16)},
	{credit.NewDate(1991, 4, 14), credit.NewDate(1991, 9, 15)},
}

func shanghaiDay(ms int64) credit.Date {
	local := ms + shanghaiGMT
	for _, s := range summers {
		// Both changes are at 2:00 summer time, but the first is at 2:00 winter time.
		if local >= int64(s[0])*dayMillis+2*3_600_000 && local < int64(s[1])*dayMillis+3_600_000 {
			local += 3_600_000
		}
	}
	d := local / dayMillis
	if local%dayMillis < 0 {
		d--
	}
	return credit.Date(d)
}

// excel reads a serial day of the 1900 system, with or without a time of day. Excel counts a 29 February 1900 that never
// was (serial 60).
func excel(s string, _ int64) (moment, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	n, ok := number(whole, 7)
	if !ok || n < 1 || n == 60 || n > 2_958_465 || strings.Trim(fraction, "0123456789") != "" {
		return moment{}, false
	}
	if n < 60 {
		n++
	}
	at := credit.NewDate(1899, 12, 30) + credit.Date(n)
	return moment{at, at, credit.PrecisionDay}, true
}
