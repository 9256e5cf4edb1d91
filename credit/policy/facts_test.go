package policy

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

// factCases calls each with the words left and right of the arrow of every line that is no remark.
func factCases(t *testing.T, name string, each func(t *testing.T, in, want []string)) {
	f, err := os.Open("testdata/facts/" + name)
	require.NoError(t, err)
	defer f.Close()
	n := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); line != "" && line[0] != '#' {
			left, right, ok := strings.Cut(line, " -> ")
			require.True(t, ok, line)
			t.Run(line, func(t *testing.T) { each(t, strings.Fields(left), strings.Fields(right)) })
			n++
		}
	}
	require.NotZero(t, n)
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func mustDay(t require.TestingT, s string) credit.Date {
	d, err := credit.ParseDate(s)
	require.NoError(t, err)
	return d
}

func TestDivisionCases(t *testing.T) {
	factCases(t, "division.txt", func(t *testing.T, in, want []string) {
		on := mustDay(t, in[1])
		row, state := Division(in[0], on)
		next, ok := Divisions().Successor(in[0], on)
		if !ok {
			next.Code = ""
		}
		city, ok := Divisions().City(in[0], on)
		if !ok {
			city.Code = ""
		}
		assert.Equal(t, want, []string{state.String(), dash(row.Name), dash(next.Code), dash(city.Code)})
	})
}

// TestDivisionJiangsu holds the table of the domain page 2.2: every county of the province, today.
func TestDivisionJiangsu(t *testing.T) {
	const page = `3201 102 104 105 106 111 113 114 115 116 117 118
3202 205 206 211 213 214 281 282
3203 302 303 305 311 312 321 322 324 381 382
3204 402 404 411 412 413 481
3205 505 506 507 508 509 581 582 583 585
3206 612 613 614 623 681 682 685
3207 703 706 707 722 723 724
3208 803 804 812 813 826 830 831
3209 902 903 904 921 922 923 924 925 981
3210 002 003 012 023 081 084
3211 102 111 112 181 182 183
3212 202 203 204 281 282 283
3213 302 311 322 323 324`
	want := map[string]bool{"320000": true}
	for line := range strings.Lines(page) {
		words := strings.Fields(line)
		want[words[0]+"00"] = true
		for _, w := range words[1:] {
			want[words[0][:3]+w] = true
		}
	}
	got, on := map[string]bool{}, mustDay(t, "2024-11-30")
	for _, r := range Divisions().Rows() {
		if r.Code[:2] == "32" && r.Kind == "standard" {
			_, state := Division(r.Code, on)
			assert.Equal(t, want[r.Code], state == DivisionInForce, r.Code)
			got[r.Code] = true
		}
	}
	for code := range want {
		assert.True(t, got[code], code)
	}
}

// TestDivisionRows: on any day a code has one answer, a successor is in force or nothing is said, and where a code ends
// and goes on there is no day between without either.
func TestDivisionRows(t *testing.T) {
	rows := Divisions().Rows()
	assert.Greater(t, len(rows), 5000)
	for i, r := range rows {
		if r.Successor != "" {
			next, state := Division(r.Successor, r.To+1)
			if state == DivisionOld { // the successor itself has ended by then, or the lists give it a year later
				assert.NotEmpty(t, next.Code, r.Code)
			}
		}
		if i > 0 && rows[i-1].Code == r.Code {
			assert.Less(t, rows[i-1].From, r.From, r.Code)
			assert.NotEqual(t, credit.NoDate, rows[i-1].To, r.Code)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")]
		on := credit.Date(rapid.Int32Range(9000, 21000).Draw(t, "day"))
		naive := DivisionUnknown
		for _, o := range rows {
			if o.Code != r.Code {
				continue
			}
			if (o.From == credit.NoDate || o.From <= on) && (o.To == credit.NoDate || on <= o.To) {
				naive = DivisionInForce
			} else if naive == DivisionUnknown {
				naive = DivisionOld
			}
		}
		_, state := Division(r.Code, on)
		assert.Equal(t, naive, state)
		if next, ok := Divisions().Successor(r.Code, on); ok {
			_, state := Division(next.Code, on)
			assert.Equal(t, DivisionInForce, state)
		}
	})
}

func TestDivisionRefused(t *testing.T) {
	const head = "code,name,level,kind,from,to,successor\n"
	for _, c := range []struct{ row, says string }{
		{"32010,x,county,standard,,,", "six digits"},
		{"320102,,county,standard,,,", "name"},
		{"320102,x,province,standard,,,", "level"},
		{"320102,x,county,local,,,", "kind"},
		{"320102,x,county,standard,2013-13-01,,", "2013-13-01"},
		{"320102,x,county,standard,2014-01-01,2013-01-01,", "from"},
		{"320102,x,county,standard,,,320104", "successor"},
		{"320102,x,county,standard,,2013-12-31,320104", "no row of its successor"},
		{"320102,x,county,standard,,2013-12-31,320104\n320104,y,county,standard,,2014-12-31,320102", "lead back"},
		{"320102,x", "320102"},
	} {
		_, err := ParseDivisions([]byte(head + c.row + "\n"))
		require.ErrorIs(t, err, credit.ErrInvalid, c.row)
		if c.row != "320102,x" {
			assert.ErrorContains(t, err, c.says)
		}
	}
	_, err := ParseDivisions([]byte("code,name,level,kind,from,to,next\n"))
	assert.ErrorContains(t, err, "header")
}

func TestIndustryCases(t *testing.T) {
	factCases(t, "industry.txt", func(t *testing.T, in, want []string) {
		row, err := Industry(in[0])
		if want[0] == "refused" {
			require.ErrorIs(t, err, credit.ErrInvalid)
			assert.ErrorContains(t, err, want[1])
			return
		}
		require.NoError(t, err)
		assert.Equal(t, want, []string{row.Code, row.Section, dash(row.Division), row.Name})
	})
}

// TestIndustryTable pins the standard's own counts and spans.
func TestIndustryTable(t *testing.T) {
	last := map[string]string{}
	sections, divisions := 0, 0
	for _, r := range Industries() {
		if r.Division == "" {
			sections++
			continue
		}
		divisions++
		last[r.Section] = r.Division
	}
	assert.Equal(t, 20, sections)
	assert.Equal(t, 97, divisions)
	want := strings.Fields("A05 B12 C43 D46 E50 F52 G60 H62 I65 J69 K70 L72 M75 N79 O82 P83 Q85 R90 S96 T97")
	for _, w := range want {
		assert.Equal(t, w[1:], last[w[:1]], w)
	}
}

func sizeFacts(t *testing.T, in []string) SizeFacts {
	f := SizeFacts{Industry: strings.TrimPrefix(in[0], "-"), People: NoPeople, Revenue: credit.NoFen, Assets: credit.NoFen}
	for i, s := range in[1:4] {
		if s == "-" {
			continue
		}
		n, err := strconv.ParseInt(s, 10, 64)
		require.NoError(t, err)
		switch i {
		case 0:
			f.People = n
		case 1:
			f.Revenue = credit.Fen(n * 1_000_000)
		case 2:
			f.Assets = credit.Fen(n * 1_000_000)
		}
	}
	return f
}

func TestSizeCases(t *testing.T) {
	factCases(t, "size.txt", func(t *testing.T, in, want []string) {
		got := SizeClass(sizeFacts(t, in), mustDay(t, in[4]))
		assert.Equal(t, want[:2], []string{got.Size.String(), dash(got.Row)})
		for len(want) < 4 {
			want = append(want, "")
		}
		if got.Size != SizeUnknown {
			want[2] = ""
		}
		assert.Equal(t, want[2:], []string{got.Why, strings.Join(got.Missing, ";")})
	})
}

// TestSizeFen: a fen below a bound is below it.
func TestSizeFen(t *testing.T) {
	on := mustDay(t, "2024-01-01")
	f := SizeFacts{Industry: "A", People: NoPeople, Revenue: 500 * wan, Assets: credit.NoFen}
	assert.Equal(t, SizeMedium, SizeClass(f, on).Size)
	f.Revenue--
	assert.Equal(t, SizeSmall, SizeClass(f, on).Size)
}

// TestSizeLaws: more of a measure never makes a firm smaller, and what is missing never makes a class that stating it
// would not allow.
func TestSizeLaws(t *testing.T) {
	on := mustDay(t, "2024-01-01")
	codes := []string{"A", "C13", "E47", "F51", "F52", "G54", "G592", "H61", "I63", "I65", "K701", "K702", "L72", "M73"}
	rapid.Check(t, func(t *rapid.T) {
		f := SizeFacts{Industry: rapid.SampledFrom(codes).Draw(t, "industry"), People: rapid.Int64Range(0, 2500).Draw(t, "people"),
			Revenue: credit.Fen(rapid.Int64Range(0, 250_000*wan).Draw(t, "revenue")), Assets: credit.Fen(rapid.Int64Range(0, 130_000*wan).Draw(t, "assets"))}
		whole := SizeClass(f, on)
		require.NotEqual(t, SizeUnknown, whole.Size)
		more := f
		more.People, more.Revenue, more.Assets = f.People+1, f.Revenue+wan, f.Assets+wan
		assert.GreaterOrEqual(t, SizeClass(more, on).Size, whole.Size)
		less := f
		switch rapid.IntRange(0, 2).Draw(t, "missing") {
		case 0:
			less.People = NoPeople
		case 1:
			less.Revenue = credit.NoFen
		case 2:
			less.Assets = credit.NoFen
		}
		if got := SizeClass(less, on); got.Size != SizeUnknown {
			assert.Equal(t, whole.Size, got.Size)
		}
	})
}

// TestSizeMutations changes every bound and every industry of the standard by one: a case must notice.
func TestSizeMutations(t *testing.T) {
	rows := sizeTable()
	cases := sizeCasesOf(t)
	agree := func() bool {
		for _, c := range cases {
			if got := SizeClass(c.facts, c.on); got.Size.String() != c.size || dash(got.Row) != c.row {
				return false
			}
		}
		return true
	}
	require.True(t, agree())
	for i := range rows {
		for m, bounds := range rows[i].bounds {
			for b := range 3 {
				if bounds == nil {
					continue
				}
				for _, by := range []int64{1, -1} {
					if m > 0 {
						by *= wan
					}
					bounds[b] += by
					assert.False(t, agree(), "%s %s bound %d by %d: no case notices", rows[i].ID, measureNames[m], b, by)
					bounds[b] -= by
				}
			}
		}
		for p := range rows[i].prefixes {
			old := rows[i].prefixes[p]
			rows[i].prefixes[p] = "-"
			assert.False(t, agree(), "%s without %s: no case notices", rows[i].ID, old)
			rows[i].prefixes[p] = old
		}
		for by := range 2 {
			old := rows[i].From
			rows[i].From += credit.Date(2*by - 1)
			if rows[i].ID == "SIZE-BCD" {
				assert.False(t, agree(), "%s from %s: no case notices", rows[i].ID, rows[i].From)
			}
			rows[i].From = old
		}
	}
	require.True(t, agree())
}

type sizeCase struct {
	facts     SizeFacts
	on        credit.Date
	size, row string
}

func sizeCasesOf(t *testing.T) (cases []sizeCase) {
	factCases(t, "size.txt", func(t *testing.T, in, want []string) {
		cases = append(cases, sizeCase{sizeFacts(t, in), mustDay(t, in[4]), want[0], want[1]})
	})
	return cases
}

func TestSizeRefused(t *testing.T) {
	good := string(sizeCSV)
	for _, c := range []struct{ old, with, says string }{
		{"SIZE-A,2011-06-18,2011-06-18", "SIZE-A,2011-06-18,", "days"},
		{",A,,,,20000", ",Z,,,,20000", "industries"},
		{",A,,,,20000,500,50", ",A,,,,20000,500,500", "revenue"},
		{",A,,,,20000,500,50", ",A,,,,20000,,50", "revenue"},
		{",H62,", ",H61,", "overlaps"},
		{"SIZE-62", "SIZE-61", "overlaps"},
		{"工信部联企业〔2011〕300号,no,", ",no,", "citation"},
		{"工信部联企业〔2011〕300号,no,", "工信部联企业〔2011〕300号,perhaps,", "perhaps"},
	} {
		bad := strings.Replace(good, c.old, c.with, 1)
		require.NotEqual(t, good, bad, c.old)
		_, err := parseSizes([]byte(bad))
		require.ErrorIs(t, err, credit.ErrInvalid, c.with)
		assert.ErrorContains(t, err, c.says)
	}
}
