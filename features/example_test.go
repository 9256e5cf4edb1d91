package features_test

import (
	"fmt"

	"hengxin/credit"
	"hengxin/features"
)

// A subject's records become one row a day; every value names the records that it came from.
func Example() {
	set, err := features.NewSet("pen_n_12m")
	if err != nil {
		fmt.Println(err)
		return
	}
	fold, err := features.NewFold(set, &credit.Policy{}, nil, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := credit.BodyOf(map[string]string{"authority": "市场监督管理局", "doc_no": "〔2024〕1号", "type": "food"})
	penalty := credit.Record{Subject: "demo:1", Kind: credit.KindPenalty, Source: "demo", Amount: 500000, Body: body,
		Event: credit.NewDate(2024, 3, 15), Known: credit.NewDate(2024, 3, 20)}
	penalty.Seal()
	days := []credit.Date{credit.NewDate(2024, 3, 18), credit.NewDate(2024, 6, 30)}
	rows, err := fold.Rows(nil, "demo:1", []credit.Record{penalty}, days)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(rows, fold.Evidence(nil, 0, days[1])[0] == penalty.ID)
	// Output: [0 1] true
}
