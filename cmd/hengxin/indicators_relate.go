package main

import (
	"context"
	"fmt"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
	"hengxin/store"
)

// indicatorsRelateCmd tells firms of each other.
type indicatorsRelateCmd struct {
	Most int `default:"50" help:"A person of more firms than this relates none: an agent that registers firms for others."`
}

// Help shows an example.
func (c *indicatorsRelateCmd) Help() string {
	return `Reads who represents which firm and appends to each firm's history which other firms have the same legal representative, and
since and until when it is known: what the indicators nbr_rep_... read, in a score as in a dataset. Run it after each ingest of
officers; telling what is told already adds nothing.

  hengxin indicators relate`
}

// Run reads the log and appends.
func (c *indicatorsRelateCmd) Run(ctx context.Context, g *cli) error {
	if c.Most < 2 {
		return fmt.Errorf("--most %d: want 2 or more", c.Most)
	}
	db, head, err := g.atHead(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	relations := features.NewRelations(policy.Default())
	if err := db.Scan(ctx, head, func(_ credit.Subject, records []credit.Record) error { return relations.Add(records) }); err != nil {
		return err
	}
	t := teller{ctx: ctx, db: db}
	passed, err := relations.Each(c.Most, t.tell)
	if err == nil {
		err = t.flush()
	}
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(map[string]int{"records": t.records, "added": t.added, "persons_passed_over": passed})
	}
	fmt.Printf("%d records of relations, %d of them new; %d persons of more than %d firms passed over\n", t.records, t.added, passed, c.Most)
	return nil
}

// teller appends records in batches.
type teller struct {
	ctx            context.Context
	db             *store.DB
	batch          []credit.Record
	records, added int
}

// tellBatch is how many records go into one append.
const tellBatch = 100_000

func (t *teller) tell(r credit.Record) error {
	t.records++
	if t.batch = append(t.batch, r); len(t.batch) < tellBatch {
		return nil
	}
	return t.flush()
}

func (t *teller) flush() error {
	if len(t.batch) == 0 {
		return nil
	}
	done, err := t.db.Append(t.ctx, t.batch)
	t.added += int(done.Added)
	t.batch = t.batch[:0]
	return err
}
