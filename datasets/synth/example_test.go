package synth_test

import (
	"context"
	"fmt"
	"log"

	"hengxin/credit"
	"hengxin/datasets/synth"
)

// A province of 1,000 subjects, counted.
func Example() {
	p, err := synth.New(synth.Options{Seed: 1, Subjects: 1000})
	if err != nil {
		log.Fatal(err)
	}
	subjects, marked := 0, true
	err = p.Generate(context.Background(), func(_ credit.Subject, records []credit.Record) error {
		subjects++
		for i := range records {
			marked = marked && records[i].Source[:len(synth.Marker)] == synth.Marker
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(subjects, "subjects, marked as generated:", marked)
	fmt.Println(len(p.Banks()), "banks")
	// Output:
	// 1000 subjects, marked as generated: true
	// 12 banks
}
