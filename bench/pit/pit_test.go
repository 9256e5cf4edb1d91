package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/features"
)

const none = datasets.NoInt32

// benchLog is a made-up log in the benchmark's form: firm 0 has two penalties, one repaired and one without a fine, and
// a commitment kept; firm 1 has nothing; firm 2 has a repair known before its penalty.
func benchLog() ([]datasets.Column, []datasets.Vector) {
	day := func(y, m, d int) int32 { return int32(credit.NewDate(y, m, d)) }
	columns := []datasets.Column{{Name: "record_id", Type: datasets.Int64}, {Name: "firm_id", Type: datasets.Int32}, {Name: "kind", Type: datasets.Int32},
		{Name: "event_date", Type: datasets.Date}, {Name: "known_date", Type: datasets.Date}, {Name: "target_id", Type: datasets.Int64, Optional: true},
		{Name: "amount_fen", Type: datasets.Int64, Optional: true}, {Name: "violation_type", Type: datasets.Int32, Optional: true},
		{Name: "severity", Type: datasets.Int32, Optional: true}, {Name: "authority", Type: datasets.Int32, Optional: true},
		{Name: "due_date", Type: datasets.Date, Optional: true}, {Name: "tax_grade", Type: datasets.Int32, Optional: true},
		{Name: "headcount", Type: datasets.Int32, Optional: true}}
	long := func(x ...int64) datasets.Vector { return datasets.Vector{Int64s: x} }
	short := func(x ...int32) datasets.Vector { return datasets.Vector{Int32s: x} }
	no := int64(credit.NoFen)
	return columns, []datasets.Vector{
		long(0, 1, 2, 3, 4, 5, 6), short(0, 2, 0, 0, 0, 2, 0), short(1, 2, 1, 2, 3, 1, 4),
		short(day(2023, 5, 1), day(2023, 9, 1), day(2023, 6, 1), day(2023, 8, 1), day(2023, 7, 1), day(2023, 3, 1), day(2023, 11, 1)),
		short(day(2023, 5, 10), day(2023, 9, 1), day(2023, 9, 5), day(2023, 9, 6), day(2023, 9, 7), day(2024, 1, 10), day(2024, 1, 11)),
		long(no, 5, no, 0, no, no, 4), long(50000, no, no, no, no, 70000, no), short(3, none, 4, none, none, 3, none), short(1, none, 3, none, none, 2, none),
		short(7, none, none, none, none, 7, none), short(none, none, none, none, day(2023, 12, 1), none, none),
		short(none, none, none, none, none, none, none), short(none, none, none, none, none, none, none),
	}
}

// TestRun folds the made-up log and reads the output back.
func TestRun(t *testing.T) {
	dir := t.TempDir()
	columns, group := benchLog()
	var b bytes.Buffer
	w, err := datasets.NewWriter(&b, columns)
	require.NoError(t, err)
	require.NoError(t, w.WriteGroup(group))
	require.NoError(t, w.Close())
	require.NoError(t, os.WriteFile(filepath.Join(dir, "records.parquet"), b.Bytes(), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "meta.json"), []byte(`{"firms": 3, "records": 7, "as_of": ["2023-12-31", "2024-03-31"]}`), 0o644))
	out := filepath.Join(dir, "out.parquet")
	require.NoError(t, run(dir, out))
	got := readOut(t, out)
	require.Len(t, got, 6)
	nan := math.NaN()
	for id, want := range map[string][]float64{
		"firm_id": {0, 0, 1, 1, 2, 2}, "pen_n_all": {2, 2, 0, 0, 0, 1}, "act_n_all": {1, 1, 0, 0, 0, 0}, "pen_sum_all": {50000, 50000, 0, 0, 0, 70000},
		"act_sum_all": {0, 0, 0, 0, 0, 0}, "pen_max_36m": {50000, 50000, nan, nan, nan, 70000}, "pen_auth_36m": {1, 1, 0, 0, 0, 1},
		"rep_share": {0.5, 0.5, nan, nan, nan, 1}, "rep_days_mean": {92, 92, nan, nan, nan, 184}, "com_open": {1, 0, 0, 0, 0, 0},
		"com_overdue": {1, 0, 0, 0, 0, 0}, "com_kept_share": {0, 1, nan, nan, nan, nan}, "pen_serious_36m": {1, 1, 0, 0, 0, 0},
	} {
		for i := range got {
			require.Equal(t, math.IsNaN(want[i]), math.IsNaN(got[i][id]), "%s row %d", id, i)
			if !math.IsNaN(want[i]) {
				require.Equal(t, want[i], got[i][id], "%s row %d", id, i)
			}
		}
	}
}

func readOut(t *testing.T, path string) (rows []map[string]float64) {
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	file, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	require.NoError(t, err)
	require.Len(t, file.Schema().Columns(), 2+features.Bench().Len())
	names := file.Schema().Columns()
	for _, g := range file.RowGroups() {
		in := g.Rows()
		buf := make([]parquet.Row, g.NumRows())
		n, _ := in.ReadRows(buf)
		for _, r := range buf[:n] {
			row := map[string]float64{}
			for _, v := range r {
				row[names[v.Column()][0]] = number(v)
			}
			rows = append(rows, row)
		}
		require.NoError(t, in.Close())
	}
	return rows
}

func number(v parquet.Value) float64 {
	switch {
	case v.IsNull():
		return math.NaN()
	case v.Kind() == parquet.Double:
		return v.Double()
	}
	return float64(v.Int64())
}
