package features

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// BenchmarkFirm is one firm of 200 records on one day, the whole catalogue: the fold of a score, after the read. Each
// round folds another of many histories, and the median and the 99th percentile of the rounds are reported.
func BenchmarkFirm(b *testing.B) {
	f := newFold(b, All())
	var histories [][]credit.Record
	for seed := range uint64(200) {
		records := history(seeded(seed), 200)
		slices.SortFunc(records, func(x, y credit.Record) int { return x.Compare(&y) })
		histories = append(histories, records)
	}
	var row []float64
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		records := histories[i%len(histories)]
		began := time.Now()
		require.NoError(b, f.Load(subject, records))
		row = f.Row(row[:0], firstDay+2000)
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "p50-us")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "p99-us")
	b.ReportMetric(float64(len(row)), "indicators")
}
