package credit_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"hengxin/credit"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const coverageText = `source,kind,class,region,from,to,off,note
# penalties of the province's enterprises since 2013
samr,penalty,enterprise,32,2013-01-01,,,
samr,penalty,enterprise,3205,2024-01-01,2024-03-31,yes,outage
court,enforcement,,,,2025-12-31,no,
bdci,,,,2000-01-01,2015-08-31,,
`

func TestCoverage(t *testing.T) {
	c, err := credit.ReadCoverage(strings.NewReader(coverageText))
	require.NoError(t, err)
	q := credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassEnterprise, Region: "320594"}
	for _, x := range []struct {
		day  string
		q    credit.CoverageQuery
		want credit.Cover
	}{
		{"2012-12-31", q, credit.CoverYes}, // bdci holds every kind everywhere
		{"1999-12-31", q, credit.CoverNone},
		{"2016-01-01", q, credit.CoverYes},
		{"2023-12-31", q, credit.CoverYes},
		{"2024-01-01", q, credit.CoverOff},
		{"2024-03-31", q, credit.CoverOff},
		{"2024-04-01", q, credit.CoverYes},
		{"2024-02-01", credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassEnterprise, Region: "320106"}, credit.CoverYes},
		{"2024-02-01", credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassIndividual, Region: "320106"}, credit.CoverNone},
		{"2024-02-01", credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassEnterprise, Region: "110101"}, credit.CoverNone},
		{"2024-02-01", credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassEnterprise}, credit.CoverNone},
		{"2015-08-31", credit.CoverageQuery{Kind: credit.KindPenalty, Source: "samr", Class: credit.ClassIndividual}, credit.CoverNone},
		{"2025-12-31", credit.CoverageQuery{Kind: credit.KindEnforcement}, credit.CoverYes},
		{"2026-01-01", credit.CoverageQuery{Kind: credit.KindEnforcement}, credit.CoverNone},
	} {
		day, err := credit.ParseDate(x.day)
		require.NoError(t, err)
		require.Equal(t, x.want, c.Covers(x.q, day), "%s %+v", x.day, x.q)
	}
	back, err := credit.ReadCoverage(bytes.NewReader(c.Canonical()))
	require.NoError(t, err)
	require.Equal(t, c.Digest(), back.Digest())
	require.Equal(t, credit.CoverYes, (*credit.Coverage)(nil).Covers(q, 0))
	require.Equal(t, credit.NoDate, (*credit.Coverage)(nil).Since(q, 0))
}

func TestCoverageRefuses(t *testing.T) {
	for _, row := range []string{
		",penalty,,,,,,", "samr,penlty,,,,,,", "samr,penalty,firm,,,,,", "samr,penalty,,3205x,,,,", "samr,penalty,,3205944,,,,",
		"samr,penalty,,,2024-02-30,,,", "samr,penalty,,,2024-02-02,2024-02-01,,", "samr,penalty,,,,,maybe,", "samr,penalty",
	} {
		_, err := credit.ReadCoverage(strings.NewReader("source,kind,class,region,from,to,off,note\n" + row + "\n"))
		require.ErrorIs(t, err, credit.ErrInvalid, row)
	}
	_, err := credit.ReadCoverage(strings.NewReader("source,kind\n"))
	require.ErrorIs(t, err, credit.ErrInvalid)
}

func randomCoverage(t *rapid.T) []credit.CoverageRow {
	var rows []credit.CoverageRow
	day := func(label string) credit.Date {
		if rapid.IntRange(0, 4).Draw(t, label+" open") == 0 {
			return credit.NoDate
		}
		return credit.Date(rapid.IntRange(0, 40).Draw(t, label))
	}
	for range rapid.IntRange(0, 6).Draw(t, "rows") {
		r := credit.CoverageRow{
			Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"),
			Kind:   rapid.SampledFrom([]credit.Kind{0, credit.KindPenalty, credit.KindPermit}).Draw(t, "kind"),
			Class:  rapid.SampledFrom([]credit.SubjectClass{0, credit.ClassEnterprise}).Draw(t, "class"),
			Region: rapid.SampledFrom([]string{"", "32", "3205"}).Draw(t, "region"),
			From:   day("from"), To: day("to"), Off: rapid.IntRange(0, 3).Draw(t, "off") == 0,
		}
		if r.From != credit.NoDate && r.To != credit.NoDate && r.To < r.From {
			r.From, r.To = r.To, r.From
		}
		rows = append(rows, r)
	}
	return rows
}

// TestCoverageOrderAndSince: the order of rows does not matter; Since is what asking day by day gives.
func TestCoverageOrderAndSince(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := randomCoverage(t)
		c, err := credit.NewCoverage(rows)
		if err != nil {
			t.Fatal(err)
		}
		turned := slices.Clone(rows)
		slices.Reverse(turned)
		d, err := credit.NewCoverage(turned)
		if err != nil || c.Digest() != d.Digest() {
			t.Fatal("order changes the digest", err)
		}
		q := credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassEnterprise, Region: "320594"}
		for day := credit.Date(-3); day < 45; day++ {
			since := day + 1
			for since > -50 && c.Covers(q, since-1) == credit.CoverYes {
				since--
			}
			have := c.Since(q, day)
			if since == -50 {
				since = credit.NoDate
			}
			if have != since {
				t.Fatalf("on %d: %d, want %d", day, have, since)
			}
		}
	})
}

func FuzzReadCoverage(f *testing.F) {
	f.Add(coverageText)
	f.Add("source,kind,class,region,from,to,off,note\n\"a\nb\",,,,,,,x\n")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := credit.ReadCoverage(strings.NewReader(s))
		if err != nil {
			return
		}
		back, err := credit.ReadCoverage(bytes.NewReader(c.Canonical()))
		if err != nil || back.Digest() != c.Digest() {
			t.Fatalf("%q: %v", c.Canonical(), err)
		}
	})
}

func ExampleReadCoverage() {
	c, _ := credit.ReadCoverage(strings.NewReader("source,kind,class,region,from,to,off,note\nsamr,penalty,enterprise,32,2013-01-01,,,\n"))
	q := credit.CoverageQuery{Kind: credit.KindPenalty, Class: credit.ClassEnterprise, Region: "320594"}
	fmt.Println(c.Covers(q, credit.NewDate(2020, 1, 1)), c.Covers(q, credit.NewDate(2012, 1, 1)))
	// Output: covered source_does_not_cover
}
