package source

import "strings"

// chinese reads 2015年8月5日 and its shorter forms, with read for the numbers. A month or day that the source masked
// (××) is not stated: what is left is a year or a month.
func chinese(s string, read func(string) (int, bool)) (moment, bool) {
	y, rest, cut := strings.Cut(s, "年")
	yn, ok := read(y)
	if !cut || !ok {
		return moment{}, false
	}
	if rest == "" {
		return year(yn)
	}
	m, rest, cut := strings.Cut(rest, "月")
	if !cut {
		return moment{}, false
	}
	d := strings.TrimSuffix(strings.TrimSuffix(rest, "日"), "号")
	if rest != "" && d == rest {
		return moment{}, false
	}
	if masked(m) {
		if rest != "" && !masked(d) {
			return moment{}, false
		}
		return year(yn)
	}
	mn, ok := read(m)
	if !ok {
		return moment{}, false
	}
	if rest == "" || masked(d) {
		return month(yn, mn)
	}
	dn, ok := read(d)
	if !ok {
		return moment{}, false
	}
	return day(yn, mn, dn)
}

func masked(s string) bool {
	return s != "" && strings.Trim(s, "×Xx*＊") == ""
}

func arabic(s string) (int, bool) { return number(s, 4) }

var zhDigits = map[rune]int{'〇': 0, '○': 0, 'Ｏ': 0, '零': 0, '一': 1, '元': 1, '二': 2, '三': 3, '四': 4, '五': 5,
	'六': 6, '七': 7, '八': 8, '九': 9}

// numeral reads a Chinese number: a year digit by digit (二〇一七), or up to 三十一 with tens (十, 十月, 二十三, 廿三).
func numeral(s string) (int, bool) {
	s = strings.NewReplacer("廿", "二十", "卅", "三十").Replace(s)
	tens, units, hasTens := strings.Cut(s, "十")
	if !hasTens {
		return zhDigitwise(s, 4)
	}
	n := 1
	if tens != "" {
		var ok bool
		if n, ok = zhDigitwise(tens, 1); !ok || n == 0 {
			return 0, false
		}
	}
	if units == "" {
		return 10 * n, true
	}
	u, ok := zhDigitwise(units, 1)
	return 10*n + u, ok && u > 0
}

func zhDigitwise(s string, width int) (int, bool) {
	n, count := 0, 0
	for _, r := range s {
		d, ok := zhDigits[r]
		if count++; !ok || count > width {
			return 0, false
		}
		n = n*10 + d
	}
	return n, count > 0
}
