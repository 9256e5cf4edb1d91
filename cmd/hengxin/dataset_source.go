package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"

	"golang.org/x/sync/errgroup"

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
	var sum credit.Digest
	var both errgroup.Group
	both.Go(func() (err error) {
		sum, err = datasets.FileDigest(path)
		return err
	})
	both.Go(func() (err error) {
		if s.Source, err = file.Source(); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		return nil
	})
	if err := both.Wait(); err != nil {
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
	if s.SourceID, err = logState(ctx, db, upTo); err != nil {
		return err
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

// logSamples is how many steps of equal length logState takes through the log.
const logSamples = 16

// logState names the log as known at the position: a digest of the position, which is the number of records, and of the
// ids of the first record, the last, and those at every sixteenth of the way. Logs that end alike differ in it, and
// a copy of a database does not.
func logState(ctx context.Context, db *store.DB, upTo credit.Position) (string, error) {
	h := sha256.New()
	fmt.Fprintln(h, "log up to", int64(upTo))
	for i := range credit.Position(logSamples + 1) {
		at := 1 + (upTo-1)/logSamples*i + (upTo-1)%logSamples*i/logSamples
		if err := db.Records(ctx, at, at, func(at credit.Position, r *credit.Record) error {
			_, err := fmt.Fprintln(h, int64(at), r.ID)
			return err
		}); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("log %x", h.Sum(nil)), nil
}

// pseudonyms returns the spec under the key of --pseudonym-key, as it is where there is none.
func (c *datasetBuildCmd) pseudonyms(ctx context.Context, s *datasets.Spec) (*datasets.Spec, error) {
	if c.PseudonymKey == "" {
		return s, nil
	}
	key, err := os.ReadFile(c.PseudonymKey)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return nil, err
	}
	if s, err = s.WithPseudonyms(ctx, key, c.Out, c.Threads); err != nil {
		return nil, fmt.Errorf("--pseudonym-key %s: %w", c.PseudonymKey, err)
	}
	return s, nil
}
