package additive_test

import (
	"fmt"

	"hengxin/models"
	"hengxin/models/additive"
)

// An additive model of a made-up table, and what each column adds for one row.
func Example() {
	table := made(2000, 1)
	r := additive.DefaultRecipe()
	r.Pairs = 1
	fitted, err := additive.Fit(table, r, models.Artifact{Outcome: models.Outcome{Name: "default", Positive: "1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	parts := fitted.Model.Parameters()
	fmt.Println("first pair:", parts.Pairs[0].First.Name, "and", parts.Pairs[0].Second.Name)
	// Output:
	// first pair: p and q
}
