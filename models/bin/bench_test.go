package bin

import (
	"encoding/json"
	"os"
	"testing"
)

// BenchmarkSolve solves the pre-bins of testdata/prebins_one.json under each trend.
func BenchmarkSolve(b *testing.B) {
	var pre struct {
		Good []int64 `json:"n_nonevent"`
		Bad  []int64 `json:"n_event"`
	}
	text, err := os.ReadFile("testdata/prebins_one.json")
	if err != nil {
		b.Fatal(err)
	}
	if err := json.Unmarshal(text, &pre); err != nil {
		b.Fatal(err)
	}
	var cells []Counts
	for i := range pre.Good {
		rows := pre.Good[i] + pre.Bad[i]
		cells = append(cells, Counts{Rows: rows, Events: pre.Bad[i], Weight: rows, Bad: pre.Bad[i]})
	}
	for _, trend := range []Trend{Ascending, Auto, Concave, None} {
		for name, most := range map[string]int{"free": 0, "8bins": 8} {
			b.Run(string(trend)+"/"+name, func(b *testing.B) {
				for b.Loop() {
					if _, err := Solve(Problem{Cells: cells, Objective: IV, Trend: trend, Limits: Limits{MaxBins: most}}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
