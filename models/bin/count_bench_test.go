package bin

import (
	"math"
	"testing"

	"hengxin/models"
)

// gammaTable is one skewed number in n rows, 5 % missing, with about 8 % bad rows.
func gammaTable(n int) *models.Frame {
	f := &models.Frame{Target: make([]float64, n), Columns: []models.Column{{Name: "x", Type: models.Number, Values: make([]float64, n)}}}
	unit := func(i, k int) float64 { return (float64(Mix(uint64(i*8+k))>>11) + 0.5) / (1 << 53) }
	for i := range n {
		x := -1.5 * (math.Log(unit(i, 0)) + math.Log(unit(i, 1)))
		z := -2.62 + 0.55*math.Tanh(1.2*(x-2.5)) + 0.30*math.Sin(1.7*x) + 0.12*math.Cos(6*x)
		if unit(i, 2) < 1/(1+math.Exp(-z)) {
			f.Target[i] = 1
		}
		if f.Columns[0].Values[i] = x; unit(i, 3) < 0.05 {
			f.Columns[0].Values[i] = math.NaN()
		}
	}
	return f
}

// BenchmarkFit bins 307,511 rows from raw values under each trend, and 500 columns of 20,000 rows (one after another).
func BenchmarkFit(b *testing.B) {
	f := gammaTable(307_511)
	for _, trend := range []Trend{Ascending, Auto} {
		b.Run(string(trend), func(b *testing.B) {
			r := DefaultRules()
			r.PreBins = 77
			for b.Loop() {
				if _, err := Fit(&f.Columns[0], NewOutcome(f), Plan{Trend: trend}, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	small := gammaTable(20_000)
	b.Run("500 columns", func(b *testing.B) {
		o := NewOutcome(small)
		for b.Loop() {
			for range 500 {
				if _, err := Fit(&small.Columns[0], o, Plan{Trend: Ascending}, DefaultRules()); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
