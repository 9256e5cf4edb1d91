package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
	"hengxin/models"
	"hengxin/store"
)

// datasetMaskCmd names the rows of a dataset that a model may not be trained on.
type datasetMaskCmd struct {
	Dir          string `arg:"" help:"Directory of the dataset."`
	Rule         string `default:"train_exclude_repaired" placeholder:"NAME" help:"Setting of the policy that decides: ${default}, the rows that counted a record repaired since."`
	On           string `placeholder:"DAY" help:"Repairs known by this day count, and the row of the rule in force on it decides; today unless given."`
	Out          string `required:"" placeholder:"FILE" help:"File to write (Parquet)."`
	Records      string `placeholder:"FILE" help:"Read histories from this sorted record file instead of the database."`
	UpTo         int64  `placeholder:"POSITION" help:"As known at this position of the log; the head unless given."`
	PseudonymKey string `type:"existingfile" placeholder:"FILE" help:"The key of the dataset's pseudonyms, where it has them."`
}

// Help shows an example.
func (c *datasetMaskCmd) Help() string {
	return `Writes the rows of a finished dataset that counted, on their day, a record whose publicity has ended since by repair or by removal
from its list. The dataset stays as it is; hengxin fit --mask leaves the rows out of training. Where the rule's row in force says no,
the mask names none. Format: datasets/FORMAT.md.

  hengxin dataset mask train --on 2026-06-30 --out train.mask
  hengxin fit train --mask train.mask --test hash: --out card`
}

// Run makes the mask.
func (c *datasetMaskCmd) Run(ctx context.Context, g *cli) error {
	s := &datasets.MaskSpec{Rule: c.Rule, Policy: policy.Default(), On: today()}
	var err error
	if c.On != "" {
		if s.On, err = credit.ParseDate(c.On); err != nil {
			return fmt.Errorf("--on: %w", err)
		}
	}
	if c.PseudonymKey != "" {
		if s.Key, err = os.ReadFile(c.PseudonymKey); err != nil {
			return err
		}
	}
	done, err := c.source(ctx, g, s)
	if err != nil {
		return err
	}
	defer done()
	m, err := datasets.WriteMask(ctx, c.Dir, s, c.Out)
	if err != nil {
		return err
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(m)
	}
	fmt.Printf("%s: %d of %d rows left out by %s = %s (row %s) on %s, digest %s\n", c.Out, m.Out, m.Rows, m.Rule, m.Value, m.Row, m.On, m.Digest)
	return nil
}

// source fills in where histories come from.
func (c *datasetMaskCmd) source(ctx context.Context, g *cli, s *datasets.MaskSpec) (done func(), err error) {
	from := &datasets.Spec{}
	done = func() {}
	if c.Records != "" {
		err = fileSource(from, c.Records)
	} else {
		var db *store.DB
		if db, err = store.Open(ctx, g.DB, store.Existing()); err != nil {
			return nil, err
		}
		done = func() { db.Close() }
		err = storeSource(ctx, from, db, credit.Position(c.UpTo))
	}
	if err != nil {
		done()
		return nil, err
	}
	s.Source, s.SourceID, s.Position = from.Source, from.SourceID, from.Position
	return done, nil
}

// leaveOut takes the rows that the plan's mask names out of training; rows to test on stay.
func (p *fitPlan) leaveOut(t *fitTable, sides []datasets.Side, keys []datasets.Key, w io.Writer) error {
	if p.Mask == "" && p.MaskDigest != "" {
		return fmt.Errorf("the recipe was made with the mask %s: name its file with --mask: %w", p.MaskDigest, models.ErrInvalid)
	}
	if p.Mask == "" {
		return nil
	}
	m, err := datasets.OpenMask(p.Mask)
	if err != nil {
		return err
	}
	if err := p.check("mask", p.Mask, &p.MaskDigest, m.Digest.String()); err != nil {
		return err
	}
	var of credit.Digest
	if err := of.UnmarshalText([]byte(p.DataDigest)); err != nil {
		return err
	}
	if err := m.Of(of); err != nil {
		return err
	}
	n := 0
	for i, k := range keys {
		if sides[i] == datasets.Train && m.LeavesOut(k.Subject, k.AsOf) {
			sides[i] = datasets.Unused
			n++
		}
	}
	t.note(w, "%d rows left out of training by the mask %s: %s = %s on %s", n, m.Digest, m.Rule, m.Value, m.On)
	return nil
}
