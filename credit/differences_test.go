package credit_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

func TestDifferences(t *testing.T) {
	first := map[string]string{"authority": "A", "doc_no": "7", "type": "T", "source_ref": "row 1", "supplied": "2024-02-03", "own": "1", "shared": "x"}
	record := func(change func(*credit.Record, map[string]string)) *credit.Record {
		values := map[string]string{}
		for name, text := range first {
			values[name] = text
		}
		r := &credit.Record{Kind: credit.KindPenalty, Subject: someone, Source: "b", Amount: 100, Event: 19700, Known: 19702}
		if change != nil {
			change(r, values)
		}
		body, err := credit.BodyOf(values)
		require.NoError(t, err)
		r.Body = body
		return r
	}
	for name, c := range map[string]struct {
		change func(*credit.Record, map[string]string)
		want   []string
	}{
		"nothing":           {func(*credit.Record, map[string]string) {}, nil},
		"known later":       {func(r *credit.Record, _ map[string]string) { r.Known, r.Source = 19800, "c" }, nil},
		"amount":            {func(r *credit.Record, _ map[string]string) { r.Amount = 101 }, []string{"amount"}},
		"amount not stated": {func(r *credit.Record, _ map[string]string) { r.Amount = credit.NoFen }, []string{"amount"}},
		"event":             {func(r *credit.Record, _ map[string]string) { r.Event-- }, []string{"event"}},
		"precision":         {func(r *credit.Record, _ map[string]string) { r.Precision = credit.PrecisionMonth }, []string{"event"}},
		"severity":          {func(r *credit.Record, _ map[string]string) { r.Severity = credit.SeveritySerious }, []string{"severity"}},
		"another value":     {func(_ *credit.Record, v map[string]string) { v["type"] = "U" }, []string{"type"}},
		"one value less":    {func(_ *credit.Record, v map[string]string) { delete(v, "type") }, []string{"type"}},
		"one value more":    {func(_ *credit.Record, v map[string]string) { v["basis"] = "law" }, []string{"basis"}},
		"the row's own":     {func(_ *credit.Record, v map[string]string) { v["source_ref"] = "row 9"; delete(v, "supplied") }, nil},
		"own columns":       {func(_ *credit.Record, v map[string]string) { delete(v, "own"); v["other"] = "2" }, nil},
		"a shared column":   {func(_ *credit.Record, v map[string]string) { v["shared"] = "y" }, []string{"shared"}},
		"several": {func(r *credit.Record, v map[string]string) {
			r.Amount, r.Severity, v["type"], v["cause"] = 5, 1, "U", "C"
		},
			[]string{"amount", "severity", "type", "cause"}},
	} {
		require.Equal(t, c.want, credit.Differences(record(nil), record(c.change)), name)
		require.Equal(t, c.want, credit.Differences(record(c.change), record(nil)), name)
	}
}

// TestDifferencesEqualNaive compares by maps.
func TestDifferencesEqualNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawHistory(t)
		for i := range records {
			a, b := &records[i], &records[len(records)-1-i]
			var want []string
			if a.Amount != b.Amount {
				want = append(want, "amount")
			}
			if a.Event != b.Event {
				want = append(want, "event")
			}
			if a.Severity != b.Severity {
				want = append(want, "severity")
			}
			x, y := a.Body.Map(), b.Body.Map()
			for name, text := range x {
				_, vocabulary := credit.ParseField(name)
				if other, both := y[name]; other != text && (both || vocabulary) {
					want = append(want, name)
				}
			}
			for name := range y {
				_, vocabulary := credit.ParseField(name)
				if _, both := x[name]; !both && vocabulary {
					want = append(want, name)
				}
			}
			got := slices.Clone(credit.Differences(a, b))
			slices.Sort(got)
			slices.Sort(want)
			require.Equal(t, want, got)
		}
	})
}
