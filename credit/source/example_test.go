package source_test

import (
	"fmt"
	"io"
	"strings"

	"hengxin/credit"
	"hengxin/credit/source"
)

// A mapping says how a table becomes records; Open reads the table row by row.
func Example() {
	mapping, err := source.ParseMapping([]byte(`
name: arrears
title: 欠税公告
source: city-tax
missing: ["——"]
dates: [iso, zh]
subject: {column: 统一社会信用代码}
columns:
  - {name: 统一社会信用代码, type: code}
  - {name: 公告日期, type: date}
  - {name: 欠税余额, type: amount, unit: wan}
records:
  - kind: arrears
    event: 公告日期
    amount: 欠税余额
    set: {type: tax}
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	table := "统一社会信用代码,公告日期,欠税余额\n91320500MA1TE5T0X4,2026年11月2日,\"1,048.5\"\n320500000012345,2026-11-02,3\n"
	r, err := source.Open(mapping, strings.NewReader(table), source.Options{Received: credit.NewDate(2026, 11, 20)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		if row.Bad != nil {
			fmt.Printf("line %d: %s %q\n", row.Bad.Line, row.Bad.Field, row.Bad.Value)
		}
		for _, rec := range row.Records {
			fmt.Println(rec.Kind, rec.Subject, rec.Event, "known", rec.Known, rec.Amount, "yuan")
		}
	}
	fmt.Println(r.Stats().Rows, "rows")
	// Output:
	// arrears 91320500MA1TE5T0X4 2026-11-02 known 2026-11-20 10485000.00 yuan
	// line 3: 统一社会信用代码 "320500000012345"
	// 2 rows
}
