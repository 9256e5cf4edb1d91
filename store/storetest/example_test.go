package storetest_test

import (
	"fmt"

	"hengxin/store/storetest"
)

// Made-up records for a store under test: the same seed makes the same records, and every one of them is valid.
func Example() {
	m := storetest.NewMaker(1, 1000)
	records := m.Make(nil, 10)
	for i := range records {
		if err := records[i].Check(); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(len(records))
	// Output: 10
}
