package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"hengxin/credit"
	"hengxin/credit/source"
	"hengxin/store"
)

// ingestCmd reads tables of departments into the log.
type ingestCmd struct {
	Mapping    string        `short:"m" help:"How the files are read: a shipped mapping (see --list) or a YAML file." placeholder:"NAME|FILE"`
	Files      []string      `arg:"" optional:"" help:"CSV, XLSX or JSON lines, packed with gzip or not."`
	Received   string        `help:"Day on which the files came, of live sources; today where it is not given." placeholder:"DATE"`
	AsOf       string        `name:"as-of" help:"Day of a table that states counts without one, instead of the mapping's." placeholder:"DATE"`
	Cut        string        `help:"Day up to which the files were drawn, instead of the mapping's." placeholder:"DATE"`
	Quarantine string        `help:"Folder for the rows that could not be read, one file of JSON lines for each input." default:"." placeholder:"DIR"`
	Batch      int           `help:"Records that are appended at once: what a stop can cost." default:"100000" placeholder:"N"`
	Every      time.Duration `help:"Time between lines of progress where there is no terminal." default:"5s" placeholder:"TIME"`
	DryRun     bool          `help:"Read and report, open no database and write no file."`
	Strict     bool          `help:"Exit with 1 where a row was quarantined."`
	List       bool          `help:"List the shipped mappings."`
	Show       bool          `help:"Print the mapping named by --mapping: a beginning for one's own."`
	Coverage   bool          `help:"Print what the shipped mappings, or the one named, say about coverage, as CSV."`
}

// Help is the long help of the command.
func (c *ingestCmd) Help() string {
	return `Every row is read to the last: read = kept + duplicate + quarantined. A row is a duplicate when the log has all its
records already, so importing a file twice changes nothing; an import that was stopped goes on where it stopped. Rows
that cannot be read go to a quarantine file with line, field, value and reason; suspect values are kept and flagged.

Example:

  hengxin ingest --list
  hengxin ingest --mapping shuanggongshi-penalty penalties-2026-11-20.xlsx
  hengxin --db postgres://localhost/credit ingest -m my-mapping.yaml --dry-run table.csv.gz`
}

// Run does what the flags ask for.
func (c *ingestCmd) Run(ctx context.Context, g *cli) error {
	switch {
	case c.List:
		return c.list(g)
	case c.Coverage:
		return c.coverage()
	case c.Mapping == "":
		return errors.New("no mapping: name one with --mapping, or see them with --list")
	case c.Show:
		return c.show()
	case c.Batch < 1:
		return fmt.Errorf("--batch %d: want 1 or more", c.Batch)
	case len(c.Files) == 0:
		return errors.New("no files: name the tables to read")
	}
	m, err := source.Load(c.Mapping)
	if err != nil {
		return err
	}
	o, err := c.options(m)
	if err != nil {
		return err
	}
	var db *store.DB
	if !c.DryRun {
		if db, err = store.Open(ctx, g.DB); err != nil {
			return err
		}
		defer db.Close()
	}
	return c.files(ctx, g, &ingest{db: db, mapping: m, options: o, given: c.Received != "", quarantine: c.Quarantine,
		dryRun: c.DryRun, batch: c.Batch, every: c.Every})
}

// options reads the days of the command line. Only a live source needs the day of receipt; the clock is read here.
func (c *ingestCmd) options(m *source.Mapping) (o source.Options, err error) {
	for _, d := range []struct {
		flag, text string
		at         *credit.Date
	}{{"received", c.Received, &o.Received}, {"as-of", c.AsOf, &o.AsOf}, {"cut", c.Cut, &o.Cut}} {
		*d.at = credit.NoDate
		if d.text == "" {
			continue
		}
		if *d.at, err = credit.ParseDate(d.text); err != nil {
			return o, fmt.Errorf("--%s: %w", d.flag, err)
		}
	}
	if c.Received == "" && !m.Backfill {
		y, mo, day := time.Now().Date()
		o.Received = credit.NewDate(y, int(mo), day)
	}
	return o, nil
}

// files imports one file after another. What was done is printed also where a later file fails.
func (c *ingestCmd) files(ctx context.Context, g *cli, in *ingest) error {
	var done []ingestSummary
	var failed error
	for _, path := range c.Files {
		s, err := in.file(ctx, path)
		done = append(done, s)
		if err != nil {
			failed = fmt.Errorf("%s: %w", path, err)
			break
		}
	}
	if err := printSummaries(os.Stdout, g.JSON, done); err != nil {
		return errors.Join(failed, err)
	}
	quarantined := int64(0)
	for _, s := range done {
		quarantined += s.Quarantined
	}
	switch {
	case failed != nil:
		return failed
	case quarantined > 0 && c.Strict:
		return fmt.Errorf("%d rows were quarantined", quarantined)
	case quarantined > 0:
		fmt.Fprintf(os.Stderr, "%d rows were quarantined; --strict makes that an error\n", quarantined)
	}
	return nil
}

func (c *ingestCmd) list(g *cli) error {
	type row struct {
		Name   string `json:"name"`
		Title  string `json:"title"`
		Source string `json:"source"`
		Live   bool   `json:"live"`
		Digest string `json:"digest"`
	}
	var rows []row
	for _, name := range source.Names() {
		m, err := source.Load(name)
		if err != nil {
			return err
		}
		rows = append(rows, row{m.Name, m.Title, m.Source, !m.Backfill, m.Digest().String()})
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		kind := "delivered history"
		if r.Live {
			kind = "live"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, kind, r.Title)
	}
	return w.Flush()
}

func (c *ingestCmd) show() error {
	text, err := source.Text(c.Mapping)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(text)
	return err
}

// coverage prints the rows as [credit.ReadCoverage] reads them.
func (c *ingestCmd) coverage() error {
	names := source.Names()
	if c.Mapping != "" {
		names = []string{c.Mapping}
	}
	var rows []credit.CoverageRow
	for _, name := range names {
		m, err := source.Load(name)
		if err != nil {
			return err
		}
		rows = append(rows, m.CoverageRows()...)
	}
	covered, err := credit.NewCoverage(rows)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(covered.Canonical())
	return err
}

// quarantinePath is where the rows of a file go that could not be read.
func quarantinePath(dir, path, mapping string) string {
	base := filepath.Base(path)
	for _, ext := range []string{".gz", ".csv", ".xlsx", ".jsonl", ".txt"} {
		base = strings.TrimSuffix(base, ext)
	}
	return filepath.Join(dir, base+"."+mapping+".quarantine.jsonl")
}
