package datasets

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// parquetSeeds are small files of every form that we write, and the malformed files kept from earlier findings.
func parquetSeeds(f *testing.F) {
	f.Add(writeRecords(f, RecordInfo{Sorted: true, Position: 7}, madeRecords(f, 3, 3)))
	f.Add(writeRecords(f, RecordInfo{}, nil))
	var file bytes.Buffer
	w, err := NewWriter(&file, []Column{{Name: "t", Type: Text}, {Name: "i", Type: Int32, Optional: true}, {Name: "n", Type: Int64}, {Name: "x", Type: Double, Optional: true}})
	require.NoError(f, err)
	v := make([]Vector, 4)
	for i := range 20 {
		v[0].AppendText("a")
		v[1].Int32s = append(v[1].Int32s, int32(i%2)+NoInt32)
		v[2].Int64s = append(v[2].Int64s, int64(i)<<50)
		v[3].Doubles = append(v[3].Doubles, float64(i))
	}
	require.NoError(f, w.WriteGroup(v))
	require.NoError(f, w.Close())
	f.Add(file.Bytes())
	kept, err := filepath.Glob("testdata/malformed/*")
	require.NoError(f, err)
	for _, path := range kept {
		b, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(b)
	}
}

// FuzzParquet: no bytes make reading panic, and whatever is refused is refused as invalid.
func FuzzParquet(f *testing.F) {
	parquetSeeds(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		if p, err := openParquet(bytes.NewReader(file), int64(len(file))); err == nil && p.NumRows() > 1<<18 {
			return // few bytes may stand for many rows: allowed, and slow
		}
		table, err := ReadParquet(bytes.NewReader(file), int64(len(file)), TableOptions{})
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
		} else {
			for i := range table.Columns {
				c := &table.Columns[i]
				require.Equal(t, table.Rows, len(c.Numbers)+len(c.Texts), c.Name)
			}
		}
		records, err := OpenRecords(bytes.NewReader(file), int64(len(file)))
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
			return
		}
		if records.Rows() > 1<<16 {
			return
		}
		if err := records.Each(func(_ int64, r *credit.Record, bad error) error {
			if bad != nil {
				require.ErrorIs(t, bad, credit.ErrInvalid)
				return nil
			}
			return r.Check()
		}); err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
		}
		source, err := records.Source()
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
			return
		}
		if err := source.Histories(context.Background(), "", "", func(credit.Subject, []credit.Record) error { return nil }); err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
		}
	})
}
