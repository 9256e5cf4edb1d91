package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

func TestCSV(t *testing.T) {
	text := "\xef\xbb\xbfid,code,x,note,empty,long\n1,007,1.5,\"a,b\",,123456789012345678\n2,,-2e3,NA,,1\n,12,NA,\"say \"\"hi\"\"\",,2\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	z.Write([]byte(text))
	require.NoError(t, z.Close())
	for _, path := range []string{writeFile(t, "t.csv", text), writeFile(t, "t.csv.gz", zipped.String())} {
		table, err := OpenTable(path, TableOptions{Missing: []string{"NA"}})
		require.NoError(t, err)
		require.Equal(t, 3, table.Rows)
		require.Equal(t, []float64{1.5, -2000}, table.Column("x").Numbers[:2])
		require.True(t, math.IsNaN(table.Column("x").Numbers[2]))
		require.Equal(t, []string{"007", "", "12"}, table.Column("code").Texts, "leading zeros stay")
		require.Equal(t, []string{"a,b", "", `say "hi"`}, table.Column("note").Texts)
		require.Equal(t, []string{"", "", ""}, table.Column("empty").Texts)
		require.Equal(t, "123456789012345678", table.Column("long").Texts[0], "too long for a float64")
		require.Equal(t, "1", table.Column("id").Text(0))
		require.Equal(t, "", table.Column("id").Text(2))
		require.Nil(t, table.Column("none"))
	}
	table, err := OpenTable(writeFile(t, "t.tsv", "b\ta\n1\tx\n"), TableOptions{Columns: []string{"a", "b"}})
	require.NoError(t, err)
	require.Equal(t, "a", table.Columns[0].Name)
	require.Equal(t, []float64{1}, table.Columns[1].Numbers)
}

func TestTablesRefused(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "width": "a,b\n1\n", "twice": "a,a\n1,2\n", "not UTF-8": "a\n\xd6\xd0\n", "quotes": "a\n\"x\n", "short parquet": "PAR1", "parquet": "PAR1xxxxxxxxPAR1"} {
		_, err := OpenTable(writeFile(t, "t.csv", text), TableOptions{})
		require.ErrorIs(t, err, credit.ErrInvalid, name)
	}
	_, err := OpenTable(writeFile(t, "t.csv", "a\n1\n"), TableOptions{Columns: []string{"b"}})
	require.ErrorContains(t, err, `"b"`)
	_, err = OpenTable(filepath.Join(t.TempDir(), "none.csv"), TableOptions{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestParquetOfLibrary: a file of the library's own writer, with every type that a flat table has, in every codec.
func TestParquetOfLibrary(t *testing.T) {
	type row struct {
		Text  string   `parquet:"text,dict"`
		Plain *string  `parquet:"plain,optional"`
		F64   *float64 `parquet:"f64,optional"`
		F32   float32  `parquet:"f32"`
		I8    int8     `parquet:"i8"`
		U32   uint32   `parquet:"u32"`
		I64   int64    `parquet:"i64,dict"`
		U64   uint64   `parquet:"u64"`
		Bool  *bool    `parquet:"bool,optional"`
		Day   int32    `parquet:"day,date"`
		Money int64    `parquet:"money,decimal(2:18)"`
		At    int64    `parquet:"at,timestamp(millisecond)"`
	}
	s, x, yes := "b", 2.5, true
	rows := []row{
		{"甲", &s, &x, 1.5, -3, 1 << 31, 7, 1 << 63, &yes, 19000, -123456, 86400000},
		{"", nil, nil, 0, 3, 5, 7, 1, nil, 0, 5, 1},
	}
	for _, codec := range []parquet.WriterOption{parquet.Compression(&parquet.Snappy), parquet.Compression(&parquet.Zstd), parquet.Compression(&parquet.Gzip), parquet.Compression(&parquet.Brotli), parquet.Compression(&parquet.Uncompressed), parquet.DataPageVersion(1)} {
		var file bytes.Buffer
		w := parquet.NewGenericWriter[row](&file, codec)
		_, err := w.Write(rows)
		require.NoError(t, err)
		require.NoError(t, w.Flush())
		_, err = w.Write(rows[1:])
		require.NoError(t, err)
		require.NoError(t, w.Close())
		table, err := ReadParquet(bytes.NewReader(file.Bytes()), int64(file.Len()), TableOptions{})
		require.NoError(t, err)
		require.Equal(t, 3, table.Rows)
		for name, want := range map[string][3]string{
			"text": {"甲", "", ""}, "plain": {"b", "", ""}, "f64": {"2.5", "", ""}, "f32": {"1.5", "0", "0"}, "i8": {"-3", "3", "3"},
			"u32": {"2147483648", "5", "5"}, "i64": {"7", "7", "7"}, "bool": {"1", "", ""}, "day": {"2022-01-08", "1970-01-01", "1970-01-01"},
			"u64": {"9223372036854775808", "1", "1"}, "money": {"-1234.56", "0.05", "0.05"}, "at": {"1970-01-02", "1970-01-01T00:00:00.001", "1970-01-01T00:00:00.001"},
		} {
			c := table.Column(name)
			require.NotNil(t, c, name)
			require.Equal(t, want, [3]string{c.Text(0), c.Text(1), c.Text(2)}, name)
		}
	}
}

// TestDictionaryThenPlain: writers may change from a dictionary to plain values midway.
func TestDictionaryThenPlain(t *testing.T) {
	type row struct {
		S string `parquet:"s,dict"`
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file, parquet.DictionaryMaxBytes(64), parquet.PageBufferSize(64))
	var want []string
	for i := range 200 {
		s := string(rune('a'+i%26)) + string(rune('a'+i/26)) + "-a longer text"
		want = append(want, s)
		_, err := w.Write([]row{{s}})
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	table, err := ReadParquet(bytes.NewReader(file.Bytes()), int64(file.Len()), TableOptions{})
	require.NoError(t, err)
	require.Equal(t, want, table.Columns[0].Texts)
}

// TestNested: a nested column is refused, and the flat ones beside it can be read.
func TestNested(t *testing.T) {
	type row struct {
		G struct{ X, Y int32 } `parquet:"g"`
		A int32                `parquet:"a"`
		L []int32              `parquet:"l,list"`
	}
	var file bytes.Buffer
	w := parquet.NewGenericWriter[row](&file)
	_, err := w.Write([]row{{A: 5, L: []int32{1, 2}}})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, err = ReadParquet(bytes.NewReader(file.Bytes()), int64(file.Len()), TableOptions{})
	require.ErrorIs(t, err, credit.ErrInvalid)
	table, err := ReadParquet(bytes.NewReader(file.Bytes()), int64(file.Len()), TableOptions{Columns: []string{"a"}})
	require.NoError(t, err)
	require.Equal(t, []float64{5}, table.Columns[0].Numbers)
}

// FuzzCSV: any text is a table of equal columns or is refused as invalid.
func FuzzCSV(f *testing.F) {
	f.Add("a,b\n1,x\n,\"y\"\"\"\n")
	f.Add("a\n007\n")
	f.Add("\xef\xbb\xbfa;b\r\n1e5;NaN\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := readCSV(bufio.NewReader(strings.NewReader(text)), ',', TableOptions{Missing: []string{"NA"}})
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
			return
		}
		for i := range table.Columns {
			c := &table.Columns[i]
			require.Equal(t, table.Rows, len(c.Numbers)+len(c.Texts))
			for row := range table.Rows {
				if c.Numbers != nil && c.Text(row) != "" {
					x, err := strconv.ParseFloat(c.Text(row), 64)
					require.NoError(t, err)
					require.Equal(t, c.Numbers[row], x)
				}
			}
		}
	})
}
