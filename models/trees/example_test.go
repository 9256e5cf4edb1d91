package trees_test

import (
	"fmt"

	"hengxin/models"
	"hengxin/models/trees"
)

// Trees are fitted to a table in which rising debt is bad, held to that direction, proven to keep it, and asked for reasons.
func Example() {
	f := &models.Frame{Columns: []models.Column{{Name: "debt", Type: models.Number}, {Name: "sector", Type: models.Number}}}
	for i := range 400 {
		f.Columns[0].Values = append(f.Columns[0].Values, float64(i%20))
		f.Columns[1].Values = append(f.Columns[1].Values, float64(i%3))
		outcome := 0.0
		if i*7%20 < i%20 {
			outcome = 1
		}
		f.Target = append(f.Target, outcome)
	}
	r := trees.DefaultRecipe()
	r.Columns["debt"] = trees.ColumnRules{Direction: 1}
	fitted, err := trees.Fit(f, r, models.Artifact{Outcome: models.Outcome{Name: "bad", Positive: "1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	m := fitted.Model
	low, high := m.LogOdds([]float64{2, 1}), m.LogOdds([]float64{18, 1})
	sum := 0.0
	for _, c := range m.Contributions(nil, []float64{18, 1}) {
		sum += c
	}
	fmt.Println("riskier with debt:", low < high)
	fmt.Println("violations:", len(m.Prove()))
	fmt.Println("contributions sum to the log odds:", sum == high)
	// Output:
	// riskier with debt: true
	// violations: 0
	// contributions sum to the log odds: true
}
