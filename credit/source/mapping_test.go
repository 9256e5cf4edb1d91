package source

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestMappingFaults breaks the trial mapping in one place at a time: each is found, and named.
func TestMappingFaults(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"title:", "titel:", "unknown field"},
		{"source: trial", "source: trial\nsource: trial", "already"},
		{"name: trial\n", "name: Trial!\n", "name"},
		{"source: trial", "source: ''", "source"},
		{"backfill: true", "backfill: true\nformat: pdf", "format"},
		{"backfill: true", "backfill: true\nencoding: latin1", "encoding"},
		{"backfill: true", "backfill: true\ndelimiter: '||'", "delimiter"},
		{"backfill: true", "backfill: true\nunknown: drop", "unknown"},
		{"backfill: true", "backfill: true\nsheet: one\nformat: csv", "sheet"},
		{"cut: 2026-11-20", "cut: 20.11.2026", "cut"},
		{"dates: [iso, excel]", "dates: [iso, roman]", "roman"},
		{"dates: [iso, excel]", "", "names no date style"},
		{"{column: id, opaque: trial}", "{column: ident, opaque: trial}", "subject column"},
		{"{column: id, opaque: trial}", "{column: id}", "want type code"},
		{"{column: id, opaque: trial}", "{column: id, opaque: trial, pattern: '('}", "pattern"},
		{"{column: id, opaque: trial}", "{column: id, opaque: trial, name: nobody}", "name column"},
		{"type: amount, unit: wan", "type: amount", "unit"},
		{"type: amount, unit: wan", "type: money", "type"},
		{"type: amount, unit: wan", "type: amount, unit: wan, codes: {a: b}", "says nothing"},
		{"suspect: \"0..100\"", "suspect: \"100..0\"", "suspect"},
		{"{name: number}", "{name: number}\n  - {name: number}", "twice"},
		{"{name: number}", "{name: number}\n  - {name: idle}", "nothing uses it"},
		{"{name: number}", "{name: number, rounded: 5}", "says nothing"},
		{"{name: number}", "{name: as_of}", "column name"},
		{"ignored: [secret]", "ignored: [number]", "twice"},
		{"kind: penalty", "kind: fine", "fine"},
		{"kind: penalty", "kind: removal", "no target"},
		{"kind: penalty", "kind: snapshot", "no known"},
		{"kind: penalty", "kind_from: number", "closed code list"},
		{"event: day", "event: number", "neither a date nor a period"},
		{"event: day", "event: as_of", "states no such day"},
		{"event: day", "", "no event"},
		{"event: day", "event: day\n    late_days: 3", "late_days"},
		{"event: day", "event: day\n    severity: number", "severity"},
		{"event: day", "event: day\n    set: {due: soon}", "due"},
		{"event: day", "event: day\n    set: {doc_no: x}", "of its own"},
		{"event: day", "event: day\n    ref: number", "ref stands in"},
		{"event: day", "event: day\n    target: {kind: penalty, ref: number}", "follows nothing"},
		{"amount: fine", "amount: number", "amount"},
		{"share: share", "share: number", "field share"},
		{"penalty_types: classes", "due: classes", "field due"},
		{"penalty_types: classes", "colour: classes", "no such field"},
		{"doc_no: number", "doc_no: nomber", "not among the columns"},
		{"records:", "coverage: [{from: 2020-01-01}]\nrecords:", "coverage"},
	} {
		require.Contains(t, trialMapping, c.old)
		_, err := ParseMapping([]byte(strings.Replace(trialMapping, c.old, c.new, 1)))
		require.ErrorIs(t, err, credit.ErrInvalid, c.new)
		require.ErrorContains(t, err, c.want)
	}
	_, err := ParseMapping([]byte(strings.Repeat("#", maxMapping+1)))
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = Load("nothing of the sort")
	require.ErrorIs(t, err, credit.ErrInvalid)
}

// TestTargetFaults: what a follower may speak of is checked with the mapping.
func TestTargetFaults(t *testing.T) {
	text, err := Text("severe-list")
	require.NoError(t, err)
	for _, c := range []struct{ old, new, want string }{
		{"kind: severe_listing, authority", "kind: award, authority", "does not speak of"},
		{", doc_no: 列入决定文书号}\n", "}\n", "authority and key, or ref"},
		{"target: {kind", "target: {made: listing, kind", "target"},
	} {
		at := strings.LastIndex(string(text), c.old)
		require.GreaterOrEqual(t, at, 0, c.old)
		_, err := ParseMapping([]byte(string(text[:at]) + c.new + string(text[at+len(c.old):])))
		require.ErrorContains(t, err, c.want)
	}
}

// TestReferences: two tables that share only the source's own row number find each other by it.
func TestReferences(t *testing.T) {
	head := "source: city\nbackfill: true\ndates: [iso]\ntitle: t\nsubject: {column: id, opaque: city}\ncolumns: [{name: id}, {name: row}, {name: day, type: date}]\nrecords:\n"
	listing, err := ParseMapping([]byte("name: a\n" + head + "  - {kind: severe_listing, event: day, ref: row, set: {list: TAX}}\n"))
	require.NoError(t, err)
	removal, err := ParseMapping([]byte("name: b\n" + head + "  - {kind: removal, event: day, target: {kind: severe_listing, ref: row}}\n"))
	require.NoError(t, err)
	in := "id,row,day\nx,17,2026-01-05\n"
	made, err := readAll(listing, strings.NewReader(in), Options{})
	require.NoError(t, err)
	follows, err := readAll(removal, strings.NewReader(in), Options{})
	require.NoError(t, err)
	require.Equal(t, made[0].Records[0].Key(), follows[0].Records[0].Target)
	missing, err := readAll(removal, strings.NewReader("id,row,day\nx,,2026-01-05\n"), Options{})
	require.NoError(t, err)
	require.Contains(t, missing[0].Bad.Reason, "names the record")
}

// TestKindFrom: the kind may be a column's own word.
func TestKindFrom(t *testing.T) {
	m, err := ParseMapping([]byte(`
name: mixed
title: penalties and permits in one table
source: city
backfill: true
dates: [iso]
no_header: true
delimiter: "|"
subject: {column: id, opaque: city}
columns: [{name: id}, {name: day, type: date}, {name: what, codes: {罚: penalty, 许: permit}}]
records: [{kind_from: what, event: day}]
`))
	require.NoError(t, err)
	rows, err := readAll(m, strings.NewReader("x|2026-01-05|罚\ny|2026-01-06|许\nz|2026-01-06|\nz|2026-01-06|奖\n"), Options{})
	require.NoError(t, err)
	require.Equal(t, credit.KindPenalty, rows[0].Records[0].Kind)
	require.Equal(t, credit.KindPermit, rows[1].Records[0].Kind)
	require.Contains(t, rows[2].Bad.Reason, "what kind of record")
	require.Contains(t, rows[3].Bad.Reason, "code list")
}

// TestCoverageRows: what mappings say about coverage is coverage.
func TestCoverageRows(t *testing.T) {
	var rows []credit.CoverageRow
	for _, name := range Names() {
		m, err := Load(name)
		require.NoError(t, err)
		rows = append(rows, m.CoverageRows()...)
	}
	c, err := credit.NewCoverage(rows)
	require.NoError(t, err)
	require.Equal(t, credit.CoverYes, c.Covers(credit.CoverageQuery{Source: "bdci", Kind: credit.KindEnforcement}, credit.NewDate(2014, 5, 1)))
	require.Equal(t, credit.CoverNone, c.Covers(credit.CoverageQuery{Source: "bdci", Kind: credit.KindEnforcement}, credit.NewDate(2011, 5, 1)))
}
