package datasets

import (
	"bytes"
	"fmt"
	"math"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

// readNaive reads every value of a file with the library's generic row reader: the twin of what the writer wrote.
func readNaive(t require.TestingT, file []byte) [][]parquet.Value {
	f, err := parquet.OpenFile(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	var all [][]parquet.Value
	for _, g := range f.RowGroups() {
		rows := g.Rows()
		buf := make([]parquet.Row, 7)
		for {
			n, err := rows.ReadRows(buf)
			for _, r := range buf[:n] {
				all = append(all, r.Clone())
			}
			if err != nil {
				break
			}
		}
		require.NoError(t, rows.Close())
	}
	return all
}

// cell writes one value of a vector as the naive reader shows it.
func cell(c Column, v *Vector, i int) string {
	start := uint32(0)
	null := false
	text := ""
	switch c.Type {
	case Double:
		null = math.IsNaN(v.Doubles[i])
		text = fmt.Sprint(math.Float64bits(v.Doubles[i]))
	case Int32, Date:
		null = v.Int32s[i] == NoInt32
		text = fmt.Sprint(v.Int32s[i])
	case Int64:
		null = v.Int64s[i] == int64(credit.NoFen)
		text = fmt.Sprint(v.Int64s[i])
	case ID:
		id := credit.ID(v.Bytes[16*i:])
		null = id.IsZero()
		text = string(id[:])
	default:
		if i > 0 {
			start = v.Ends[i-1]
		}
		text = string(v.Bytes[start:v.Ends[i]])
		null = text == ""
	}
	if null && c.Optional {
		return "null"
	}
	return text
}

func naiveCell(c Column, v parquet.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case c.Type == Double:
		return fmt.Sprint(math.Float64bits(v.Double()))
	case c.Type == Int32 || c.Type == Date:
		return fmt.Sprint(v.Int32())
	case c.Type == Int64:
		return fmt.Sprint(v.Int64())
	}
	return string(v.ByteArray())
}

func drawVector(t *rapid.T, c Column, rows int) (v Vector) {
	few := rapid.Bool().Draw(t, "few values")
	for range rows {
		n := rapid.Int64Range(-3, 3).Draw(t, "n")
		if !few {
			n = rapid.Int64().Draw(t, "any n")
		}
		null := rapid.IntRange(0, 9).Draw(t, "null") == 0
		switch c.Type {
		case Double:
			x := float64(n) / 8
			if null {
				x = math.NaN()
			}
			v.Doubles = append(v.Doubles, x)
		case Int32, Date:
			if null {
				n = int64(NoInt32)
			}
			v.Int32s = append(v.Int32s, int32(n))
		case Int64:
			if null {
				n = int64(credit.NoFen)
			}
			v.Int64s = append(v.Int64s, n)
		case ID:
			id := credit.ID{15: byte(n)}
			v.Bytes = append(v.Bytes, id[:]...)
		default:
			s := fmt.Sprint("值", n)
			if null {
				s = ""
			}
			v.AppendText(s)
		}
	}
	return v
}

// TestWriterRoundTrip: what the library's own row reader finds is what was written, for every type, with and without
// nulls, few and many distinct values, several row groups.
func TestWriterRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var columns []Column
		for i := range rapid.IntRange(1, 6).Draw(t, "columns") {
			columns = append(columns, Column{Name: fmt.Sprint("c", i), Type: Type(rapid.IntRange(0, int(Double)).Draw(t, "type")),
				Optional: rapid.Bool().Draw(t, "optional"), Plain: rapid.Bool().Draw(t, "plain"), Raw: rapid.Bool().Draw(t, "raw")})
		}
		var file bytes.Buffer
		w, err := NewWriter(&file, columns)
		require.NoError(t, err)
		w.Set("a", "1")
		var want [][]string
		for range rapid.IntRange(0, 3).Draw(t, "groups") {
			rows := rapid.IntRange(0, 40).Draw(t, "rows")
			group := make([]Vector, len(columns))
			for i, c := range columns {
				group[i] = drawVector(t, c, rows)
			}
			require.NoError(t, w.WriteGroup(group))
			for r := range rows {
				var row []string
				for i, c := range columns {
					row = append(row, cell(c, &group[i], r))
				}
				want = append(want, row)
			}
		}
		require.NoError(t, w.Close())
		var got [][]string
		for _, row := range readNaive(t, file.Bytes()) {
			var texts []string
			for i, v := range row {
				texts = append(texts, naiveCell(columns[i], v))
			}
			got = append(got, texts)
		}
		require.Equal(t, want, got)
	})
}

// TestDictionaryLimit: one value more than the limit, and the column is written plain; both read back.
func TestDictionaryLimit(t *testing.T) {
	for _, distinct := range []int{maxDictionary, maxDictionary + 1} {
		var d dictionary
		var v Vector
		for i := range 4 * maxDictionary {
			v.Doubles = append(v.Doubles, float64(i%distinct))
		}
		require.Equal(t, distinct <= maxDictionary, d.build(Double, &v))
	}
}

func BenchmarkWriteGroup(b *testing.B) {
	columns, group := make([]Column, 100), make([]Vector, 100)
	for i := range columns {
		columns[i] = Column{Name: fmt.Sprint("c", i), Type: Double, Optional: true}
		for r := range rowsPerGroup {
			x := float64(r % (1 + i*i*2))
			if i%3 == 0 && r%16 != 0 {
				x = 0
			}
			if i%5 == 0 && r%7 != 0 {
				x = math.NaN()
			}
			group[i].Doubles = append(group[i].Doubles, x)
		}
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, columns)
	require.NoError(b, err)
	for b.Loop() {
		out.Reset()
		require.NoError(b, w.WriteGroup(group))
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(columns)*rowsPerGroup), "ns/value")
	b.ReportMetric(float64(out.Len())/float64(len(columns)*rowsPerGroup), "B/value")
}
