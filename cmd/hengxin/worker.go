package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
	"hengxin/features"
)

// workerCmd is the shard step as a filter.
type workerCmd struct {
	AsOf       string `required:"" placeholder:"DATES" help:"As-of days, as for dataset build."`
	Indicators string `default:"lending" placeholder:"SET" help:"lending, all, bench, or ids joined by commas."`
	Coverage   string `placeholder:"FILE" help:"Coverage rows (CSV), as for dataset build."`
	Peers      string `type:"existingfile" placeholder:"FILE" help:"Table of peers, as for dataset build."`
	Neighbours string `placeholder:"FILE" help:"Sorted record file from which to learn what is known against neighbours; needed by one-hop indicators."`
	Input      string `enum:"base64,ndjson" default:"base64" help:"Form of the records: ${enum}."`
	Header     bool   `help:"Print the names of the columns and end."`
}

// Help shows an example.
func (c *workerCmd) Help() string {
	return `Reads records on standard input, one a line, sorted by subject, known date and id, and writes rows on standard output,
tabs between the columns, \N for missing. It is what a distributed engine runs on each partition; the rows are those
of dataset build, bit for bit. "hengxin records export --format lines" writes such records. In Spark SQL:

  SELECT TRANSFORM(subject, known, id, record) USING 'hengxin worker --as-of 2024-06-30'
  FROM (SELECT * FROM records DISTRIBUTE BY subject SORT BY subject, known, id)`
}

// Run filters.
func (c *workerCmd) Run(ctx context.Context, _ *cli) error {
	set, err := indicatorSet(c.Indicators, c.Peers)
	if err != nil {
		return err
	}
	f := &datasets.Filter{Text: c.Input == "ndjson"}
	if f.AsOf, err = datasets.ParseDays(c.AsOf); err != nil {
		return err
	}
	var coverage *credit.Coverage
	if c.Coverage != "" {
		if coverage, err = readCoverage(c.Coverage); err != nil {
			return err
		}
	}
	law := policy.Default()
	var neighbours *features.Neighbours
	if set.ReadsNeighbours() && !c.Header {
		if neighbours, err = c.neighbours(ctx, law); err != nil {
			return err
		}
	}
	if f.Fold, err = features.NewFold(set, law, coverage, neighbours); err != nil {
		return err
	}
	if c.Header {
		fmt.Println(f.Header())
		return nil
	}
	return f.Run(ctx, os.Stdin, os.Stdout)
}

// neighbours reads what is known against every subject of a record file.
func (c *workerCmd) neighbours(ctx context.Context, law *credit.Policy) (*features.Neighbours, error) {
	if c.Neighbours == "" {
		return nil, errors.New("the set has indicators about neighbours: give --neighbours FILE, or name --indicators without them")
	}
	s := &datasets.Spec{}
	if err := fileSource(s, c.Neighbours); err != nil {
		return nil, err
	}
	n := features.NewNeighbours(law)
	return n, s.Source.HistoriesOf(ctx, features.NeighbourKinds(), "", "", func(_ credit.Subject, r []credit.Record) error { return n.Add(r) })
}
