package bin_test

import (
	"fmt"

	"hengxin/models"
	"hengxin/models/bin"
)

// Debt ratios of 300 made-up firms, some of them unknown.
func Example() {
	f := rows(models.Number, [3]float64{0.2, 95, 5}, [3]float64{0.5, 80, 20}, [3]float64{0.8, 50, 30}, [3]float64{nan, 10, 10})
	rules := bin.DefaultRules()
	v, err := bin.Fit(&f.Columns[0], bin.NewOutcome(f), bin.Plan{Trend: bin.Ascending}, rules)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, b := range v.Bins {
		fmt.Printf("%-12s %3d rows, %4.1f %% bad, WoE %+.3f\n", v.Label(i), b.Rows, 100*b.Rate(), b.WoE)
	}
	// Output:
	// < 0.3        100 rows,  5.0 % bad, WoE -1.532
	// [0.3, 0.7)   100 rows, 20.0 % bad, WoE -0.097
	// >= 0.7        80 rows, 37.5 % bad, WoE +0.742
	// missing       20 rows, 50.0 % bad, WoE +1.096
}
