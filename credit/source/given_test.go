package source

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// given is a mapping of penalties with all that a caller can know.
const givenMapping = `
name: given
title: t
source: s
dates: [iso]
subject: {column: code, name: name}
columns:
  - {name: code, type: code}
  - {name: name, optional: true}
  - {name: no}
  - {name: day, type: date}
  - {name: published, type: date}
  - {name: division}
records:
  - kind: penalty
    event: day
    supplied: published
    late_workdays: 2
    fields: {doc_no: no, division: division, name: name}
    set: {authority: A}
`

func readGiven(t *testing.T, mapping, in string, o Options) (records []credit.Record, bad []Quarantine, named []Named, s Stats) {
	m, err := ParseMapping([]byte(mapping))
	require.NoError(t, err)
	o.Received = credit.NewDate(2026, 11, 20)
	r, err := Open(m, strings.NewReader(in), o)
	require.NoError(t, err)
	for {
		row, err := r.Next()
		if err == io.EOF {
			return records, bad, named, r.Stats()
		}
		require.NoError(t, err)
		records = append(records, row.Records...)
		if row.Bad != nil {
			bad = append(bad, *row.Bad)
		}
		if row.Named != nil {
			named = append(named, *row.Named)
		}
	}
}

func TestWhatTheCallerKnows(t *testing.T) {
	const in = `code,name,no,day,published,division
91320500MA1TE5T0X4,甲公司,1,2026-10-08,2026-10-10,320503
91320500MA1TE5T0X4,甲公司,2,2026-10-08,2026-10-11,320506
,甲公司,3,2026-10-08,,
,乙公司,4,2026-10-08,,
91320500MA1TE5T0X4,甲公司,bad,2026-10-08,,
`
	o := Options{
		Workdays: func(day credit.Date, n int) (credit.Date, error) { return day + credit.Date(n), nil },
		Division: func(code string, on credit.Date) credit.Flags {
			switch code {
			case "320503":
				return credit.FlagDivisionOld
			case "320500":
				return credit.FlagDivisionUnknown | credit.FlagDivisionOld // the subject's own: old is no remark
			}
			return 0
		},
		Refuse: func(r *credit.Record) error {
			if r.Body.Text(credit.FieldDocNo) == "bad" {
				return errors.New("may not be stored")
			}
			return nil
		},
		Resolve: func(name string) (credit.Subject, string, error) {
			if name == "甲公司" {
				return "91320594MA7ABCD124", "registered", nil
			}
			return "", "", errors.New("two subjects bear it")
		},
	}
	records, bad, named, stats := readGiven(t, givenMapping, in, o)
	require.Len(t, records, 3)
	require.Equal(t, []string{"division_old", "division_unknown"}, records[0].Flags.Names())
	require.Equal(t, []string{"late", "division_unknown"}, records[1].Flags.Names())
	require.Equal(t, credit.Subject("91320594MA7ABCD124"), records[2].Subject)
	require.Zero(t, records[2].Flags)
	require.Equal(t, []Named{{Line: 4, Name: "甲公司", Subject: "91320594MA7ABCD124", Evidence: "registered"}}, named)
	require.Len(t, bad, 2)
	require.Equal(t, "is not stated, and the name does not tell whose the row is: two subjects bear it", bad[0].Reason)
	require.Equal(t, "may not be stored", bad[1].Reason)
	require.Equal(t, int64(1), stats.Resolved)
	require.Equal(t, map[string]int64{"penalty": 3}, stats.Kinds)

	_, bad, _, _ = readGiven(t, givenMapping, in, Options{})
	require.Contains(t, bad[0].Reason, "resolve the name first")

	records, bad, _, stats = readGiven(t, givenMapping, in, Options{Only: map[int]bool{3: true, 5: true}})
	require.Len(t, records, 1)
	require.Equal(t, "2", records[0].Body.Text(credit.FieldDocNo))
	require.Len(t, bad, 1)
	require.Equal(t, int64(2), stats.Rows)
}

// TestLimitWithoutACalendar: where the year has no table of holidays only what is late under any is flagged.
func TestLimitWithoutACalendar(t *testing.T) {
	none := func(day credit.Date, n int) (credit.Date, error) { return credit.NoDate, credit.ErrInvalid }
	for published, late := range map[string]bool{"2027-01-06": false, "2027-01-16": false, "2027-01-17": true} {
		in := "code,name,no,day,published,division\n91320500MA1TE5T0X4,,1,2027-01-04," + published + ",\n"
		records, _, _, _ := readGiven(t, givenMapping, in, Options{Workdays: none})
		require.Equal(t, late, records[0].Flags&credit.FlagLate != 0, published)
	}
}

// TestPeopleUnderPseudonyms: no name and no number of a person is in a record or in the quarantine.
func TestPeopleUnderPseudonyms(t *testing.T) {
	m, err := Load("officers")
	require.NoError(t, err)
	const head = "企业名称,统一社会信用代码,姓名,证件号码,职务,任职日期,登记机关\n"
	const in = head + "甲公司,91320500MA1TE5T0X4,张三,320101199001011234,监事,2021-01-02,某局\n" +
		"甲公司,91320500MA1TE5T0X4,李四,,监事,坏的,某局\n" + "乙公司,91320594MA7ABCD124,王五,32010119900101123x,监事,2021-01-02,某局\n" +
		"丙公司,91320106MA11001060,王五, 32010119900101123X,监事,2021-01-02,某局\n"
	open := func(key string) (*Reader, error) {
		return Open(m, strings.NewReader(in), Options{Received: credit.NewDate(2026, 11, 20), PersonKey: []byte(key)})
	}
	_, err = open("")
	require.ErrorContains(t, err, "--person-key")
	persons := map[string][]string{}
	for _, key := range []string{"the first key of two", "the second key of two"} {
		r, err := open(key)
		require.NoError(t, err)
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			for _, rec := range row.Records {
				require.NotContains(t, string(rec.Body), "张三")
				require.NotContains(t, string(rec.Body), "1990")
				persons[key] = append(persons[key], rec.Body.Text(credit.FieldPerson))
			}
			if row.Bad != nil {
				require.Equal(t, "任职日期", row.Bad.Field)
			}
		}
	}
	a, b := persons["the first key of two"], persons["the second key of two"]
	require.Len(t, a, 3)
	require.Equal(t, a[1], a[2], "a number is one person, however it is written")
	require.NotEqual(t, a[0], a[1])
	require.NotEqual(t, a[0], b[0])
}

// TestOneReportOfTwoSources: a monthly report that two sources send has one business key, so that it counts once; the report
// of another month, insurance or authority has another.
func TestOneReportOfTwoSources(t *testing.T) {
	text, err := Text("social-headcount")
	require.NoError(t, err)
	const head = "单位名称,统一社会信用代码,险种,费款所属期,参保人数,经办机构\n"
	key := func(source, row string) credit.ID {
		mapping := strings.Replace(string(text), "source: hrss", "source: "+source, 1)
		records, bad, _, _ := readGiven(t, mapping, head+row+"\n", Options{})
		require.Empty(t, bad)
		require.Equal(t, source, records[0].Source)
		return records[0].Key()
	}
	first := key("hrss", "甲公司,91320500MA1TE5T0X4,养老保险,2026-10,35,某中心")
	require.False(t, first.IsZero())
	require.Equal(t, first, key("tax", "甲公司,91320500MA1TE5T0X4,企业职工基本养老保险,202610,35,某中心"))
	for _, other := range []string{"甲公司,91320500MA1TE5T0X4,养老保险,2026-09,35,某中心", "甲公司,91320500MA1TE5T0X4,失业保险,2026-10,35,某中心",
		"甲公司,91320500MA1TE5T0X4,养老保险,2026-10,35,另一中心", "乙公司,91320594MA7ABCD124,养老保险,2026-10,35,某中心"} {
		require.NotEqual(t, first, key("hrss", other), other)
	}
}
