package main

import (
	"context"
	"fmt"
	"os"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/store"
)

// fileSource takes the histories from a sorted record file.
func fileSource(s *datasets.Spec, path string) error {
	f, err := os.Open(path) // open until the program ends
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return err
	}
	file, err := datasets.OpenRecords(f, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if s.Source, err = file.Source(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	sum, err := datasets.FileDigest(path)
	if err != nil {
		return err
	}
	s.SourceID, s.Position, s.Generated = "file "+sum.String(), file.Position, file.Generated
	return nil
}

// storeSource takes the histories from the log as known at the position, the head where it is 0.
func storeSource(ctx context.Context, s *datasets.Spec, db *store.DB, upTo credit.Position) error {
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	if upTo == 0 {
		upTo = head
	}
	if upTo < 1 || upTo > head {
		return fmt.Errorf("position %d: the log has positions 1 to %d", upTo, head)
	}
	s.Position = upTo
	for _, at := range [...]credit.Position{1, upTo} { // a log is of a generated province or of a real one
		err := db.Records(ctx, at, at, func(_ credit.Position, r *credit.Record) error {
			s.SourceID = "log up to " + r.ID.String()
			s.Generated = s.Generated || datasets.IsGenerated(r)
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.Source = datasets.Source{
		Ranges: func(ctx context.Context, n int) ([]datasets.PartRange, error) {
			ranges, err := db.Ranges(ctx, n)
			parts := make([]datasets.PartRange, len(ranges))
			for i, r := range ranges {
				parts[i] = datasets.PartRange{From: r.From, To: r.To}
			}
			return parts, err
		},
		Histories: func(ctx context.Context, from, to credit.Subject, yield func(credit.Subject, []credit.Record) error) error {
			return db.ScanRange(ctx, store.Range{From: from, To: to}, upTo, yield)
		},
	}
	return nil
}
