package exact_test

import (
	"fmt"

	"hengxin/exact"
)

// A probability of default and its odds, the same to the last bit on every machine.
func Example() {
	p := 1.0 / 21
	z := exact.Log(p / (1 - p))
	fmt.Println(z, exact.Logistic(z), exact.Exp(-z))
	// Output: -2.995732273553991 0.04761904761904762 19.999999999999996
}
