package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/credit"
	"hengxin/store"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// A log in a file: two penalties are appended, once; their subject's history is read as it was known at a position.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	check(err)
	defer os.RemoveAll(dir)
	db, err := store.Open(ctx, filepath.Join(dir, "log.db"))
	check(err)
	defer db.Close()

	var batch []credit.Record
	for _, day := range []credit.Date{credit.NewDate(2024, 3, 1), credit.NewDate(2023, 5, 9)} {
		r := credit.Record{Subject: "demo:1", Kind: credit.KindPenalty, Event: day, Known: day + 9, Source: "made", Amount: 5_000_00}
		r.Seal()
		batch = append(batch, r)
	}
	for range 2 {
		done, err := db.Append(ctx, batch)
		check(err)
		fmt.Println("added", done.Added, "duplicates", done.Duplicates)
	}
	head, err := db.Head(ctx)
	check(err)
	for _, p := range []credit.Position{1, head} {
		history, err := db.History(ctx, nil, "demo:1", p)
		check(err)
		fmt.Println("at position", p)
		for _, r := range history {
			fmt.Println("  known", r.Known, r.Kind, r.Amount)
		}
	}
	// Output:
	// added 2 duplicates 0
	// added 0 duplicates 2
	// at position 1
	//   known 2024-03-10 penalty 5000.00
	// at position 2
	//   known 2023-05-18 penalty 5000.00
	//   known 2024-03-10 penalty 5000.00
}
