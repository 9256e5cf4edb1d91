package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
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
	Received   string        `help:"Day on which the files came, of live sources; today in China where it is not given." placeholder:"DATE"`
	AsOf       string        `name:"as-of" help:"Day of a table that states counts without one, instead of the mapping's." placeholder:"DATE"`
	Cut        string        `help:"Day up to which the files were drawn, instead of the mapping's." placeholder:"DATE"`
	Dictionary string        `type:"existingfile" help:"What the columns mean, a CSV or workbook of the department: shown in summaries and the quarantine." placeholder:"FILE"`
	Retry      string        `type:"existingfile" help:"Read only the rows of this quarantine file once more, under the mapping as it is now." placeholder:"QUARANTINE_FILE"`
	Resolve    bool          `help:"Find the subject of rows that state a name and no code, where exactly one subject of the log is or was registered under it."`
	Decisions  string        `type:"existingfile" help:"For --resolve: what people decided of other names, a review file of hengxin resolve names." placeholder:"FILE"`
	PersonKey  string        `type:"existingfile" help:"Key in this file (16 random bytes or more) of the pseudonyms under which people are kept." placeholder:"FILE"`
	Page       string        `help:"Write a page about every table to this HTML file." placeholder:"FILE"`
	Lang       string        `enum:"zh,en" default:"en" help:"Language of the summary: ${enum}."`
	Quarantine string        `help:"Folder for the rows that could not be read, one file of JSON lines for each input." default:"." placeholder:"DIR"`
	Batch      int           `help:"Records that are appended at once: what a stop can cost." default:"100000" placeholder:"N"`
	Every      time.Duration `help:"Time between lines of progress where there is no terminal." default:"5s" placeholder:"TIME"`
	DryRun     bool          `help:"Read and report, open no database and write no file."`
	Strict     bool          `help:"Exit with 1 where a row was quarantined."`
	List       bool          `help:"List the shipped mappings."`
	Kinds      bool          `help:"List the kinds of record, with what each must state."`
	Show       bool          `help:"Print the mapping named by --mapping: a beginning for one's own."`
	Coverage   bool          `help:"Print what the shipped mappings, or the one named, say about coverage, as CSV."`
}

// Help is the long help of the command.
func (c *ingestCmd) Help() string {
	return `Every row is read to the last: read = kept + duplicate + quarantined. A row is a duplicate when the log has all its
records already, so importing a file twice changes nothing; an import that was stopped goes on where it stopped. Rows
that cannot be read go to a quarantine file with line, field, value and reason; suspect values are kept and flagged. So do
rows of an item that may not be stored, and rows with words that the policy does not know. --retry reads them again when
their mapping, or what is registered under their names, has changed.

Example:

  hengxin ingest --list
  hengxin ingest --mapping shuanggongshi-penalty penalties-2026-11-20.xlsx
  hengxin ingest --retry penalties-2026-11-20.shuanggongshi-penalty.quarantine.jsonl --resolve
  hengxin --db postgres://localhost/credit ingest -m my-mapping.yaml --dry-run table.csv.gz`
}

// Run does what the flags ask for.
func (c *ingestCmd) Run(ctx context.Context, g *cli) error {
	switch {
	case c.List:
		return c.list(g)
	case c.Coverage:
		return c.coverage()
	case c.Kinds:
		return listKinds(g)
	case c.Mapping == "" && c.Retry == "":
		return errors.New("no mapping: name one with --mapping, or see them with --list")
	case c.Show:
		return c.show()
	case c.Batch < 1:
		return fmt.Errorf("--batch %d: want 1 or more", c.Batch)
	case len(c.Files) == 0 && c.Retry == "":
		return errors.New("no files: name the tables to read")
	case c.Decisions != "" && !c.Resolve:
		return errors.New("--decisions: they are decisions about names: give --resolve too")
	}
	return c.ingest(ctx, g)
}

// ingest reads the files.
func (c *ingestCmd) ingest(ctx context.Context, g *cli) (err error) {
	in := &ingest{given: c.Received != "", quarantine: c.Quarantine, dryRun: c.DryRun, batch: c.Batch, every: c.Every}
	if c.Retry != "" {
		if in.retry, err = c.retryOf(&in.options); err != nil {
			return err
		}
	}
	if in.mapping, err = source.Load(c.Mapping); err != nil {
		return err
	}
	if err = c.fill(&in.options, in.mapping); err != nil {
		return err
	}
	if in.dictionary, err = c.dictionary(); err != nil {
		return err
	}
	if !c.DryRun || c.Resolve {
		if in.db, err = store.Open(ctx, g.DB); err != nil {
			return err
		}
		defer in.db.Close()
	}
	if c.Resolve {
		if err = resolveNames(ctx, in.db, c.Decisions, &in.options); err != nil {
			return err
		}
	}
	return c.files(ctx, g, in)
}

func (c *ingestCmd) dictionary() (*source.Dictionary, error) {
	if c.Dictionary == "" {
		return nil, nil
	}
	f, err := os.Open(c.Dictionary)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	d, err := source.ReadDictionary(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Dictionary, err)
	}
	return d, nil
}

// fill reads the days and the key of the command line, and adds what the law knows. Only a live source needs the day of
// receipt; the clock is read here.
func (c *ingestCmd) fill(o *source.Options, m *source.Mapping) (err error) {
	for _, d := range []struct {
		flag, text string
		at         *credit.Date
	}{{"received", c.Received, &o.Received}, {"as-of", c.AsOf, &o.AsOf}, {"cut", c.Cut, &o.Cut}} {
		*d.at = credit.NoDate
		if d.text == "" {
			continue
		}
		if *d.at, err = credit.ParseDate(d.text); err != nil {
			return fmt.Errorf("--%s: %w", d.flag, err)
		}
	}
	if c.PersonKey != "" {
		if o.PersonKey, err = os.ReadFile(c.PersonKey); err != nil {
			return err
		}
	}
	lawful(o)
	if c.Received == "" && !m.Backfill {
		o.Received = today()
	}
	return nil
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
	if err := errors.Join(printSummaries(os.Stdout, g.JSON, c.Lang, done), c.page(in.mapping, done)); err != nil {
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
		fmt.Fprintf(os.Stderr, ingestWordsOf(c.Lang).hint+"\n", quarantined)
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
