package source

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// FuzzMapping: no text makes ParseMapping panic, and a mapping that it accepts reads a file without a panic.
func FuzzMapping(f *testing.F) {
	for _, name := range Names() {
		text, err := Text(name)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(trialMapping))
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := ParseMapping(text)
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
			return
		}
		if m.Format != "xlsx" {
			drain(t, m, bytes.NewReader(asCSV(t)))
		}
	})
}

// FuzzCSV, FuzzJSON and FuzzWorkbook: whatever the bytes are, every row is accounted for and every record is sound.
func FuzzCSV(f *testing.F) {
	f.Add(asCSV(f))
	f.Add(zipped(f, asCSV(f)))
	f.Add([]byte("id,day\n\"a\"b,\"c\n\n"))
	cases, err := filepath.Glob("testdata/cases/*.txt")
	require.NoError(f, err)
	for _, path := range cases {
		file, err := txtar.ParseFile(path)
		require.NoError(f, err)
		f.Add(file.Files[len(file.Files)-2].Data)
	}
	penalties, err := Load("shuanggongshi-penalty")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, in []byte) {
		drain(t, trial(t), bytes.NewReader(in))
		drain(t, penalties, bytes.NewReader(in))
	})
}

func FuzzJSON(f *testing.F) {
	f.Add(asJSON(f))
	f.Add([]byte(`{"id":"a","day":[1],"x":{"y":"\ud800"}}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		m := trial(t)
		m.Format = "jsonl"
		drain(t, m, bytes.NewReader(in))
	})
}

func FuzzWorkbook(f *testing.F) {
	f.Add(asXLSX(f))
	for _, path := range []string{"no-sheet.xlsx", "bad-part.xlsx"} {
		b, err := os.ReadFile(filepath.Join("testdata", path))
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		m := trial(t)
		m.Format = "xlsx"
		drain(t, m, bytes.NewReader(in))
	})
}

// FuzzDates: a text is one day or none, whatever styles are asked, and the day is one that records can have.
func FuzzDates(f *testing.F) {
	names, _ := DateStyles()
	for _, s := range []string{"2015-08-05", "二〇一七年××月××日", "1530028800000.0", "42221.5", "2015年8月", "20180503130640"} {
		f.Add(s)
	}
	styles := stylesOf(f, names...)
	f.Fuzz(func(t *testing.T, s string) {
		for _, style := range styles {
			at, err := readMoment([]dateStyle{style}, s, 1e10)
			if err == nil {
				require.LessOrEqual(t, at.first, at.last)
				require.NotEqual(t, credit.NoDate, at.first)
			}
		}
	})
}

// drain reads all of a file and checks what every file must hold to.
func drain(t *testing.T, m *Mapping, in io.Reader) {
	r, err := Open(m, in, Options{Received: credit.NewDate(2026, 11, 20)})
	if err != nil {
		return
	}
	defer r.Close()
	rows, made := int64(0), int64(0)
	for {
		row, err := r.Next()
		if err != nil {
			break
		}
		rows++
		require.Equal(t, row.Bad == nil, len(row.Records) > 0, "a row is read or it is not")
		for i := range row.Records {
			made++
			require.NoError(t, row.Records[i].Check())
			require.NoError(t, row.Records[i].Body.Check())
		}
	}
	s := r.Stats()
	require.Equal(t, rows, s.Rows)
	require.Equal(t, made, s.Records)
}
