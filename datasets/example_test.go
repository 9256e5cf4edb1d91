package datasets_test

import (
	"bytes"
	"context"
	"fmt"
	"os"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/features"
)

// Records are written to a file, read back as histories, and made into a dataset whose frame a model can be fitted on.
func Example() {
	var file bytes.Buffer
	w, _ := datasets.WriteRecords(&file, datasets.RecordInfo{Sorted: true})
	for i, subject := range []credit.Subject{"demo:1", "demo:2"} {
		day := credit.NewDate(2023, 5, 1+i)
		r := credit.Record{Subject: subject, Kind: credit.KindPenalty, Event: day, Known: day + 9, Source: "demo", Amount: 500_000}
		r.Seal()
		if err := w.Write(&r); err != nil {
			fmt.Println(err)
		}
	}
	w.Close()

	records, err := datasets.OpenRecords(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		fmt.Println(err)
		return
	}
	source, _ := records.Source()
	spec := &datasets.Spec{Source: source, Set: features.Bench(), AsOf: []credit.Date{credit.NewDate(2023, 5, 10), credit.NewDate(2023, 12, 31)}}
	ctx := context.Background()
	plan, err := datasets.NewPlan(ctx, spec, 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, _ := os.MkdirTemp("", "dataset")
	defer os.RemoveAll(dir)
	if _, err := datasets.Build(ctx, plan, dir, datasets.BuildOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	d, err := datasets.LoadFrame(ctx, dir, "pen_n_12m")
	fmt.Println(d.Frame.Keys, d.Frame.Column("pen_n_12m").Values, err)
	// Output: [demo:1@2023-05-10 demo:1@2023-12-31 demo:2@2023-05-10 demo:2@2023-12-31] [1 1 0 1] <nil>
}
