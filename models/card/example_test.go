package card_test

import (
	"fmt"

	"hengxin/models"
	"hengxin/models/card"
)

// A card of made-up firms: fit, score one row, and say where it lost points.
func Example() {
	table := made(4000, 1)
	fitted, err := card.Fit(table, recipe(), models.Artifact{Outcome: models.Outcome{Name: "default", Positive: "1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	x := []float64{45, 3, models.Unseen}
	fmt.Printf("%v points, grade %s\n", fitted.Card.Points(x), fitted.Artifact.Grade(fitted.Card.Points(x)))
	for _, l := range fitted.Card.Lost(nil, x) {
		v := fitted.Card.Parameters().Characteristics[l.Column].Variable
		fmt.Printf("%s %s: %v points, %v below its best\n", v.Name, v.Label(l.Bin), l.Points, l.Short)
	}
	// Output:
	// 363 points, grade C
	// x >= 45: -79 points, 180 below its best
	// z [3, 4): -43 points, 154 below its best
	// c unseen: 0 points, 86 below its best
}
