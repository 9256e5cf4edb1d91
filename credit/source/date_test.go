package source

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the zone of the naive twin

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

func stylesOf(t require.TestingT, names ...string) []dateStyle {
	var styles []dateStyle
	for _, n := range names {
		s, ok := styleOf(n)
		require.True(t, ok, n)
		styles = append(styles, s)
	}
	return styles
}

// TestDateStyles reads every style, and every way in which a text of it can be wrong.
func TestDateStyles(t *testing.T) {
	cases := []struct{ style, text, want string }{
		{"iso", "2015-08-05", "2015-08-05"}, {"iso", "2015-8-5", "2015-08-05"}, {"iso", "2016-02-29", "2016-02-29"},
		{"iso", "2015-02-29", ""}, {"iso", "2015-08", ""}, {"iso", "2015-08-05 ", ""}, {"iso", "15-08-05", ""}, {"iso", "2015-00-05", ""},
		{"slash", "2015/8/5", "2015-08-05"}, {"slash", "2015/08/05", "2015-08-05"}, {"slash", "5/8/2015", ""}, {"slash", "2015/8/5/1", ""},
		{"dot", "2015.8.5", "2015-08-05"}, {"dot", "2015.8", ""},
		{"iso_month", "2015-08", "2015-08-01..2015-08-31 month"}, {"iso_month", "2015-2", "2015-02-01..2015-02-28 month"}, {"iso_month", "2015-13", ""},
		{"slash_month", "2015/8", "2015-08-01..2015-08-31 month"},
		{"zh", "2015年08月", "2015-08-01..2015-08-31 month"}, {"zh", "2015年8月", "2015-08-01..2015-08-31 month"},
		{"zh", "2015年8月5日", "2015-08-05"}, {"zh", "2015年08月05日", "2015-08-05"}, {"zh", "2015年", "2015-01-01..2015-12-31 year"},
		{"zh", "2015年××月××日", "2015-01-01..2015-12-31 year"}, {"zh", "2015年8月××日", "2015-08-01..2015-08-31 month"},
		{"zh", "2015年××月5日", ""}, {"zh", "2015年8月5", ""}, {"zh", "2015年8", ""}, {"zh", "年8月", ""}, {"zh", "2015年8月32日", ""}, {"zh", "2015", ""},
		{"numeral", "二〇一七年十月二十三日", "2017-10-23"}, {"numeral", "二○一五年六月十日", "2015-06-10"}, {"numeral", "二零一六年十二月三十一日", "2016-12-31"},
		{"numeral", "二〇一七年十一月廿三日", "2017-11-23"}, {"numeral", "二〇一七年元月一日", "2017-01-01"},
		{"numeral", "二〇一六年××月××日", "2016-01-01..2016-12-31 year"}, {"numeral", "二〇一六年三月", "2016-03-01..2016-03-31 month"},
		{"numeral", "二〇一七年五月十无", ""}, {"numeral", "二〇一五年月一月八日", ""}, {"numeral", "二〇一五年二月三十日", ""}, {"numeral", "一七年二月三日", ""},
		{"numeral", "二〇一五年二月二十十日", ""}, {"numeral", "二〇一五年二月〇十日", ""},
		{"yyyymmdd", "20150805", "2015-08-05"}, {"yyyymmdd", "2015085", ""}, {"yyyymmdd", "20151305", ""},
		{"yyyymm", "201508", "2015-08-01..2015-08-31 month"}, {"yyyymm", "201513", ""},
		{"year", "2012", "2012-01-01..2012-12-31 year"}, {"year", "1899", "1899-01-01..1899-12-31 year"}, {"year", "012", ""}, {"year", "0999", ""},
		{"stamp", "20180503130640", "2018-05-03"}, {"stamp", "20180503250640", ""}, {"stamp", "20180503", ""}, {"stamp", "20181303130640", ""},
		{"datetime", "2018-05-03 13:06:40", "2018-05-03"}, {"datetime", "2018-05-03T13:06:40.0", "2018-05-03"}, {"datetime", "2018/5/3 0:00", "2018-05-03"},
		{"datetime", "2018-05-03", ""}, {"datetime", "2018-05-03 1306", ""}, {"datetime", "2018-05-03 25:06", ""},
		{"epoch_ms", "1530028800000.0", "2018-06-27"}, {"epoch_ms", "1530028800000", "2018-06-27"}, {"epoch_ms", "1530028799999", "2018-06-26"},
		{"epoch_ms", "-28800000", "1970-01-01"}, {"epoch_ms", "-28800001", "1969-12-31"}, {"epoch_ms", "515520000000", "1986-05-04"},
		{"epoch_ms", "1530028800000.5", ""}, {"epoch_ms", "", ""}, {"epoch_ms", "1e300", ""}, {"epoch_ms", "99999999999999999999", ""},
		{"excel", "42221", "2015-08-05"}, {"excel", "42221.75", "2015-08-05"}, {"excel", "1", "1900-01-01"}, {"excel", "59", "1900-02-28"},
		{"excel", "60", ""}, {"excel", "61", "1900-03-01"}, {"excel", "0", ""}, {"excel", "2958466", ""}, {"excel", "4x", ""},
	}
	for _, c := range cases {
		at, err := readMoment(stylesOf(t, c.style), c.text, 0)
		got := ""
		if err == nil {
			got = at.first.String()
			if at.precision != credit.PrecisionDay {
				got += ".." + at.last.String() + " " + [...]string{"", "month", "year"}[at.precision]
			}
		} else {
			require.ErrorIs(t, err, credit.ErrInvalid)
		}
		require.Equal(t, c.want, got, "%s %q", c.style, c.text)
	}
	names, examples := DateStyles()
	for i, name := range names {
		for _, e := range strings.Split(examples[i], ", ") {
			_, err := readMoment(stylesOf(t, name), e, 0)
			require.NoError(t, err, "the example of %s", name)
		}
	}
}

// TestTwoStyles: what two styles read alike is read, what they read differently is refused.
func TestTwoStyles(t *testing.T) {
	at, err := readMoment(stylesOf(t, "zh", "iso", "slash"), "2015/8/5", 0)
	require.NoError(t, err)
	require.Equal(t, "2015-08-05", at.first.String())
	_, err = readMoment(stylesOf(t, "year", "excel"), "2012", 0)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "one day as year, another as excel")
}

// TestDaysOfWorkbooks: a day that a workbook holds as a number is read by mappings that name no style for it, and by no
// other file's; a year or a count is still no day.
func TestDaysOfWorkbooks(t *testing.T) {
	m := trial(t)
	column := Column{Name: "day", Type: "date", Dates: []string{"iso", "yyyymmdd"}}
	book, err := newReader(m, column, "xlsx")
	require.NoError(t, err)
	table, err := newReader(m, column, "csv")
	require.NoError(t, err)
	for text, want := range map[string]string{"45293": "2024-01-02", "45293.75": "2024-01-02", "2024-01-02": "2024-01-02", "20240102": "2024-01-02"} {
		at, err := readMoment(book.styles, text, 0)
		require.NoError(t, err, text)
		require.Equal(t, want, at.first.String(), text)
	}
	for _, text := range []string{"2024", "1", "-1", "202401", "3000000", "1e+300", ""} {
		_, err := readMoment(book.styles, text, 0)
		require.ErrorIs(t, err, credit.ErrInvalid, text)
	}
	_, err = readMoment(table.styles, "45293", 0)
	require.ErrorIs(t, err, credit.ErrInvalid)
	years, err := newReader(m, Column{Name: "year", Type: "date", Dates: []string{"year"}}, "xlsx")
	require.NoError(t, err)
	require.Len(t, years.styles, 1)
}

// TestRoundedEpochs: rounding to less than a day is undone for midnights; a longer step is known by its last day, which
// the true day never passes.
func TestRoundedEpochs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		true_ := credit.Date(rapid.IntRange(8000, 40000).Draw(t, "day"))
		midnight := int64(true_)*dayMillis - shanghaiGMT
		for _, step := range []int64{1e7, 1e10} {
			rounded := (midnight + step/2) / step * step
			at, ok := epoch(fmt.Sprintf("%d.0", rounded), step)
			require.True(t, ok)
			require.GreaterOrEqual(t, at.last, true_, "known before it happened")
			require.LessOrEqual(t, at.last-true_, credit.Date(step/dayMillis+1))
			if step < dayMillis {
				require.Equal(t, true_, at.first)
			}
		}
	})
}

// TestShanghaiDay compares with the zone database, summer time included. China's clocks before 1949 are left out: the
// twin and the table differ in minutes that no register states.
func TestShanghaiDay(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		ms := rapid.Int64Range(-600_000_000_000, 4_000_000_000_000).Draw(t, "ms")
		y, m, d := time.UnixMilli(ms).In(zone).Date()
		require.Equal(t, credit.NewDate(y, int(m), d), shanghaiDay(ms))
	})
	for day := credit.NewDate(1986, 1, 1); day < credit.NewDate(1992, 1, 1); day++ {
		y, m, d := day.YMD()
		midnight := time.Date(y, time.Month(m), d, 0, 0, 0, 0, zone)
		require.Equal(t, day, shanghaiDay(midnight.UnixMilli()), "midnight of %s", day)
	}
}

// TestDatesBackAndForth writes every day of two centuries in every style and reads it back.
func TestDatesBackAndForth(t *testing.T) {
	for d := credit.NewDate(1900, 3, 1); d < credit.NewDate(2100, 1, 1); d += 3 {
		y, m, day := d.YMD()
		for style, text := range map[string]string{
			"iso": d.String(), "slash": fmt.Sprintf("%d/%d/%d", y, m, day), "zh": fmt.Sprintf("%d年%d月%02d日", y, m, day),
			"numeral": digitwise(y) + "年" + inTens(m) + "月" + inTens(day) + "日", "yyyymmdd": fmt.Sprintf("%d%02d%02d", y, m, day),
			"excel": fmt.Sprint(int(d - credit.NewDate(1899, 12, 30))), "stamp": fmt.Sprintf("%d%02d%02d235959", y, m, day),
		} {
			at, err := readMoment(stylesOf(t, style), text, 0)
			require.NoError(t, err, "%s %q", style, text)
			require.Equal(t, moment{first: d, last: d}, at, "%s %q", style, text)
		}
	}
}

func digitwise(n int) string {
	var b strings.Builder
	for _, c := range fmt.Sprint(n) {
		b.WriteString(string([]rune("〇一二三四五六七八九")[c-'0']))
	}
	return b.String()
}

func inTens(n int) string {
	units := ""
	if n%10 > 0 {
		units = digitwise(n % 10)
	}
	switch n / 10 {
	case 0:
		return units
	case 1:
		return "十" + units
	}
	return digitwise(n/10) + "十" + units
}
