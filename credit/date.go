package credit

import (
	"fmt"
	"math"
	"time"
)

// Date is a civil day, counted from 1970-01-01. It has no zone and no time of day: law counts in days.
type Date int32

// NoDate stands for a day that is not stated. It compares before every real day.
const NoDate Date = math.MinInt32

// NewDate returns the civil day; month and day out of range roll over as in [time.Date].
func NewDate(year, month, day int) Date {
	return Date(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// ParseDate reads 2024-01-31 and nothing else; the styles of sources are the business of credit/source.
// It returns [ErrInvalid] for any other text and for days that do not exist.
func ParseDate(s string) (Date, error) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return NoDate, fmt.Errorf("date %q: want YYYY-MM-DD: %w", s, ErrInvalid)
	}
	y, okY := digits(s[:4])
	m, okM := digits(s[5:7])
	d, okD := digits(s[8:])
	if !okY || !okM || !okD || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return NoDate, fmt.Errorf("date %q: no such day: %w", s, ErrInvalid)
	}
	return civil(y, m, d), nil
}

// DateOf reads what ParseDate reads, from bytes and without allocating; ok is false for anything else.
func DateOf(b []byte) (d Date, ok bool) {
	if len(b) != 10 || b[4] != '-' || b[7] != '-' {
		return NoDate, false
	}
	y, okY := digits(b[:4])
	m, okM := digits(b[5:7])
	day, okD := digits(b[8:])
	if !okY || !okM || !okD || m < 1 || m > 12 || day < 1 || day > daysIn(y, m) {
		return NoDate, false
	}
	return civil(y, m, day), true
}

func digits[T string | []byte](s T) (int, bool) {
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

func daysIn(y, m int) int {
	switch m {
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// civil is the days-from-civil algorithm (H. Hinnant, chrono-compatible low-level date algorithms): years begin in
// March, so that the leap day is the last of its year; an era is 400 years of 146,097 days.
func civil(y, m, d int) Date {
	if m <= 2 {
		y--
		m += 12
	}
	era := y / 400
	if y < 0 {
		era = (y - 399) / 400
	}
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return Date(era*146097 + doe - 719468)
}

// YMD returns year, month (1 to 12) and day of month; the inverse of the algorithm in civil.
func (d Date) YMD() (year, month, day int) {
	z := int(d) + 719468
	era := z / 146097
	if z < 0 {
		era = (z - 146096) / 146097
	}
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month, year = mp+3, yoe+era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	return year, month, day
}

// AddMonths moves n calendar months; where the day does not exist in that month, it is the month's last day
// (domain page 1.7: 2024-12-31 less 6 months is 2024-06-30).
func (d Date) AddMonths(n int) Date {
	y, m, day := d.YMD()
	m0 := y*12 + m - 1 + n
	y, m = m0/12, m0%12+1
	return civil(y, m, min(day, daysIn(y, m)))
}

// MonthEnd returns the last day of d's month.
func (d Date) MonthEnd() Date {
	y, m, _ := d.YMD()
	return civil(y, m, daysIn(y, m))
}

// YearEnd returns 31 December of d's year.
func (d Date) YearEnd() Date {
	y, _, _ := d.YMD()
	return civil(y, 12, 31)
}

// String writes 2024-01-31, and "-" for [NoDate].
func (d Date) String() string { return string(d.AppendTo(nil)) }

// AppendTo appends what String returns.
func (d Date) AppendTo(dst []byte) []byte {
	if d == NoDate {
		return append(dst, '-')
	}
	y, m, day := d.YMD()
	if y < 0 || y > 9999 {
		return fmt.Appendf(dst, "%d-%02d-%02d", y, m, day)
	}
	return append(dst, byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10), '-',
		byte('0'+m/10), byte('0'+m%10), '-', byte('0'+day/10), byte('0'+day%10))
}

// MarshalText writes the day for JSON and YAML; NoDate is the empty text.
func (d Date) MarshalText() ([]byte, error) {
	if d == NoDate {
		return nil, nil
	}
	return d.AppendTo(nil), nil
}

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) (err error) {
	if len(b) == 0 {
		*d = NoDate
		return nil
	}
	*d, err = ParseDate(string(b))
	return err
}
