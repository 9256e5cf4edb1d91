package features

import (
	"slices"
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// benchHistories are 200 firms of 30 records each, in order.
func benchHistories(n int) [][]credit.Record {
	all := make([][]credit.Record, 200)
	for i := range all {
		all[i] = history(seeded(uint64(i)), n)
		slices.SortFunc(all[i], func(a, b credit.Record) int { return a.Compare(&b) })
	}
	return all
}

var quarterEnds = []credit.Date{credit.NewDate(2024, 12, 31), credit.NewDate(2025, 3, 31), credit.NewDate(2025, 6, 30), credit.NewDate(2025, 9, 30), credit.NewDate(2025, 12, 31)}

func benchFold(b *testing.B, set *Set, p *credit.Policy) {
	fold, err := NewFold(set, p, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	firms := benchHistories(30)
	var row []float64
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if row, err = fold.Rows(row[:0], subject, firms[i%len(firms)], quarterEnds); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(quarterEnds)), "ns/firm-date")
}

func BenchmarkLending(b *testing.B) { benchFold(b, Lending(), policy.Default()) }

func BenchmarkAll(b *testing.B) { benchFold(b, All(), policy.Default()) }

func BenchmarkBench(b *testing.B) { benchFold(b, Bench(), nil) }
