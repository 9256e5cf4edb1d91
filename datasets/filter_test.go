package datasets

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
)

// TestFilterIsBuild: the filter's lines, of either form, are the rows of a build.
func TestFilterIsBuild(t *testing.T) {
	records := mixedRecords(t, 20)
	spec := testSpec(t, records)
	spec.Policy = policy.Default()
	var ids []string
	for i := range features.All().Len() {
		if set, err := features.NewSet(features.All().At(i).ID); err == nil && !set.ReadsNeighbours() {
			ids = append(ids, features.All().At(i).ID)
		}
	}
	set, err := features.NewSet(ids...)
	require.NoError(t, err)
	spec.Set = set
	dir := t.TempDir()
	_, err = Build(context.Background(), plan(t, spec), dir, BuildOptions{})
	require.NoError(t, err)
	want := builtRows(t, spec, dir)

	var jsons, lines []byte
	for i := range records {
		jsons, err = AppendJSON(append(jsons, "x\t"...), &records[i])
		require.NoError(t, err)
		jsons = append(jsons, '\n')
		lines = append(AppendLine(lines, &records[i]), '\n')
	}
	for _, text := range []bool{true, false} {
		in := lines
		if text {
			in = jsons
		}
		fold, err := features.NewFold(set, spec.Policy, nil, nil)
		require.NoError(t, err)
		var out bytes.Buffer
		f := &Filter{Fold: fold, AsOf: spec.AsOf, Text: text}
		require.NoError(t, f.Run(context.Background(), bytes.NewReader(in), &out))
		var got [][]string
		for line := range strings.Lines(out.String()) {
			cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			require.Len(t, cells, len(strings.Split(f.Header(), "\t")))
			day, err := credit.ParseDate(cells[1])
			require.NoError(t, err)
			cells[1] = fmt.Sprint(int32(day))
			for i := 2; i < len(cells)-1; i++ {
				if cells[i] == null {
					cells[i] = "null"
					continue
				}
				x, err := strconv.ParseFloat(cells[i], 64)
				require.NoError(t, err)
				cells[i] = fmt.Sprint(math.Float64bits(x))
			}
			got = append(got, cells)
		}
		require.Equal(t, want, got)
	}
}

func TestFilterRefuses(t *testing.T) {
	records := madeRecords(t, 2, 2)
	line := func(i int) string { return string(AppendLine(nil, &records[i])) + "\n" }
	fold, err := features.NewFold(features.Bench(), nil, nil, nil)
	require.NoError(t, err)
	f := &Filter{Fold: fold, AsOf: []credit.Date{20000}}
	for name, in := range map[string]string{
		"subjects descend": line(2) + line(0), "twice": line(0) + line(0), "known dates descend": line(1) + line(0),
		"not base64": "t:1\t2020-01-01\tx\t*\n", "cut": line(0)[:60], "more bytes": strings.TrimSpace(line(0)) + "AAAA\n",
	} {
		require.ErrorIs(t, f.Run(context.Background(), strings.NewReader(in), discard{}), credit.ErrInvalid, name)
	}
	require.NoError(t, f.Run(context.Background(), strings.NewReader(""), discard{}))
}

// FuzzFilter: no line makes the filter panic, and what is refused is refused as invalid.
func FuzzFilter(f *testing.F) {
	records := madeRecords(f, 2, 2)
	var lines []byte
	for i := range records {
		lines = append(AppendLine(lines, &records[i]), '\n')
	}
	f.Add(lines, false)
	f.Add([]byte(sampleLine(f)+"\n"), true)
	set, err := features.NewSet("pen_n_12m", "pen_days_since")
	require.NoError(f, err)
	law := policy.Default()
	f.Fuzz(func(t *testing.T, in []byte, text bool) {
		fold, err := features.NewFold(set, law, nil, nil)
		require.NoError(t, err)
		filter := &Filter{Fold: fold, AsOf: []credit.Date{19000}, Text: text}
		if err := filter.Run(context.Background(), bytes.NewReader(in), discard{}); err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
		}
	})
}
