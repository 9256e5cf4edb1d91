package source

import (
	"encoding/csv"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type readRow struct {
	number int
	fields []string
	fault  string
}

func readCSV(t require.TestingT, r io.Reader) (rows []readRow) {
	table := newCSV(r, ',')
	for {
		var l line
		err := table.next(&l)
		if err == io.EOF {
			return rows
		}
		require.NoError(t, err)
		rows = append(rows, readRow{l.number, append([]string{}, l.fields...), l.fault})
	}
}

// TestCSVLikeTheStandardLibrary: on tables that encoding/csv wrote, fields and lines are what encoding/csv reads,
// whatever the sizes of the reads.
func TestCSVLikeTheStandardLibrary(t *testing.T) {
	cell := rapid.StringOf(rapid.SampledFrom([]rune("ab,\"\n\r 中;")))
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		width := rapid.IntRange(1, 4).Draw(t, "width")
		for range rapid.IntRange(0, 20).Draw(t, "rows") {
			require.NoError(t, w.Write(rapid.SliceOfN(cell, width, width).Draw(t, "row")))
		}
		w.Flush()
		twin := csv.NewReader(strings.NewReader(b.String()))
		twin.FieldsPerRecord = -1
		for _, got := range readCSV(t, iotest.HalfReader(strings.NewReader(b.String()))) {
			want, err := twin.Read()
			require.NoError(t, err)
			number, _ := twin.FieldPos(0)
			require.Equal(t, readRow{number, want, ""}, got)
		}
		_, err := twin.Read()
		require.Equal(t, io.EOF, err)
	})
}

// TestBrokenCSV: what is broken is one row with its line, and what follows is read.
func TestBrokenCSV(t *testing.T) {
	long := strings.Repeat("x", maxRow)
	for _, c := range []struct {
		name, text string
		want       []readRow
	}{
		{"a quote that is not closed", "a,\"b\nc,d\ne,f\n", []readRow{{1, []string{}, "opens a quote that is not closed"}, {2, []string{"c", "d"}, ""}, {3, []string{"e", "f"}, ""}}},
		{"text behind a quote", "a,\"b\"c\nd,e\n", []readRow{{1, []string{"a", "b"}, "has text behind a closing quote"}, {2, []string{"d", "e"}, ""}}},
		{"two open quotes", "a,\"b\nc,\"d\ne,f\n", []readRow{{1, []string{}, "has text behind a closing quote"}, {2, []string{}, "opens a quote that is not closed"}, {3, []string{"e", "f"}, ""}}},
		{"a quote inside", "a 5\" pipe,b\n", []readRow{{1, []string{"a 5\" pipe", "b"}, ""}}},
		{"blank lines", "\n\r\na\n\nb", []readRow{{3, []string{"a"}, ""}, {5, []string{"b"}, ""}}},
		{"a long line", "a\n" + long + "yz\nb\n", []readRow{{1, []string{"a"}, ""}, {2, []string{}, "is longer than a row may be"}, {3, []string{"b"}, ""}}},
		{"a long line behind an open quote", "a,\"b\n" + long + "yz\nb\n", []readRow{{1, []string{}, "opens a quote that is not closed"}, {2, []string{}, "is longer than a row may be"}, {3, []string{"b"}, ""}}},
		{"a quote longer than a row may be", "\"a\n" + long[2:] + "\nb\"\nc\n", []readRow{{1, []string{}, "opens a quote that is not closed"}, {2, []string{long[2:]}, ""}, {3, []string{"b\""}, ""}, {4, []string{"c"}, ""}}},
		{"a line of the limit", long[1:] + "\n", []readRow{{1, []string{long[1:]}, ""}}},
		{"lines in a quote", "a,\"b\r\nc\"\nd,e", []readRow{{1, []string{"a", "b\nc"}, ""}, {3, []string{"d", "e"}, ""}}},
		{"no end", "a,b", []readRow{{1, []string{"a", "b"}, ""}}},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, readCSV(t, strings.NewReader(c.text)))
		})
	}
}

// TestManyFields: a row of more fields than a table may have does not grow without limit.
func TestManyFields(t *testing.T) {
	for _, text := range []string{strings.Repeat(",", 3*maxFields), strings.Repeat(`"",`, 3*maxFields)} {
		rows := readCSV(t, strings.NewReader(text))
		require.Len(t, rows, 1)
		require.LessOrEqual(t, len(rows[0].fields), maxFields+1)
	}
}
