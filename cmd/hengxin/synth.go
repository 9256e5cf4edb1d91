package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"hengxin/credit"
	"hengxin/datasets/synth"
	"hengxin/store"
)

// synthCmd generates a province, or checks one against what it should be.
type synthCmd struct {
	Generate synthGenerateCmd `cmd:"" default:"withargs" help:"Write a generated province."`
	Verify   synthVerifyCmd   `cmd:"" help:"Measure a generated province against its targets."`
}

// Help shows examples.
func (c *synthCmd) Help() string {
	return `Generates a province that does not exist: firms, public credit records, loans, and the probability with which each
was drawn to fail. Everything is marked as generated. The same seed gives the same bytes everywhere.

Example:

  hengxin synth --subjects 20000 --seed 1 --out out/province
  hengxin synth --subjects 20000 --seed 1 --out out/province --into-db --db demo.db
  hengxin synth verify --subjects 100000`
}

// synthOptions are what both commands take.
type synthOptions struct {
	Subjects uint64 `help:"Number of subjects." default:"20000"`
	Seed     uint64 `help:"Seed: another seed, another province." default:"1"`
	From     string `help:"First day reported." default:"2019-01-01" placeholder:"DAY"`
	To       string `help:"Last day reported." default:"2025-12-31" placeholder:"DAY"`
	Profile  string `help:"standard, dense (about 33 records a subject) or fast (about 17)." default:"standard"`
	Rates    string `help:"Rates to use in place of the embedded ones; see synth-rates.yaml in the output." placeholder:"FILE"`
}

func (o *synthOptions) options() (so synth.Options, raw []byte, err error) {
	so = synth.Options{Seed: o.Seed, Subjects: o.Subjects, Profile: o.Profile}
	if so.From, err = credit.ParseDate(o.From); err != nil {
		return so, nil, fmt.Errorf("--from: %w", err)
	}
	if so.To, err = credit.ParseDate(o.To); err != nil {
		return so, nil, fmt.Errorf("--to: %w", err)
	}
	if o.Rates == "" {
		return so, nil, nil
	}
	if raw, err = os.ReadFile(o.Rates); err != nil {
		return so, nil, fmt.Errorf("--rates: %w", err)
	}
	so.Rates, err = synth.ParseRates(raw)
	return so, raw, err
}

type synthGenerateCmd struct {
	synthOptions
	Out    string `help:"Directory to write to." type:"path" placeholder:"DIR"`
	Format string `help:"Format of the records: parquet or ndjson." enum:"parquet,ndjson" default:"parquet"`
	IntoDB bool   `name:"into-db" help:"Append the records to the database (--db); the other files still go to --out."`
	Raw    bool   `help:"Also write the penalties as departments send them (双公示 2018), flaws included: something to ingest."`
	Shard  uint64 `help:"Write only this shard, from 0." default:"0"`
	Shards uint64 `help:"Of so many shards." default:"1"`
}

// Help shows an example.
func (c *synthGenerateCmd) Help() string {
	return `  hengxin synth --subjects 20000 --seed 1 --out out/province --into-db --db demo.db`
}

// Run generates and writes.
func (c *synthGenerateCmd) Run(ctx context.Context, g *cli) error {
	if c.Out == "" {
		return errors.New("synth: no --out: name the directory to write to")
	}
	o, raw, err := c.options()
	if err != nil {
		return fmt.Errorf("synth: %w", err)
	}
	o.Shard, o.Shards = c.Shard, c.Shards
	p, err := synth.New(o)
	if err != nil {
		return fmt.Errorf("synth: %w", err)
	}
	began := time.Now()
	wo := synth.WriteOptions{Raw: c.Raw, NDJSON: c.Format == "ndjson", RatesRaw: raw, Progress: synthProgress(began, c.Subjects/c.Shards)}
	var done synth.Written
	if c.IntoDB {
		done, err = synthIntoDB(ctx, p, g.DB, c.Out, wo)
	} else {
		done, err = p.Write(ctx, c.Out, wo)
	}
	if err != nil {
		return fmt.Errorf("synth: %w", err)
	}
	return synthSummary(g, c.Out, done)
}

func synthSummary(g *cli, dir string, done synth.Written) error {
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(struct {
			Generated bool   `json:"generated"`
			Dir       string `json:"dir"`
			synth.Written
		}{true, dir, done})
	}
	_, err := fmt.Printf("GENERATED province in %s: %d subjects, %d records, %d loans, %d labels of which %d bad\n",
		dir, done.Subjects, done.Records, done.Loans, done.Labels, done.Bad)
	return err
}

// synthProgress writes a line to stderr every two seconds.
func synthProgress(began time.Time, subjects uint64) func(synth.Written) {
	last := began
	return func(done synth.Written) {
		now := time.Now()
		if now.Sub(last) < 2*time.Second {
			return
		}
		last = now
		seconds := now.Sub(began).Seconds()
		left := time.Duration(seconds * float64(subjects-min(done.Subjects, subjects)) / float64(max(done.Subjects, 1)) * float64(time.Second))
		fmt.Fprintf(os.Stderr, "%d of %d subjects, %d records, %.0f records/s, %s left\n",
			done.Subjects, subjects, done.Records, float64(done.Records)/seconds, left.Round(time.Second))
	}
}

// synthBatch is the records of one append: what the log takes best at a time.
const synthBatch = 200_000

// synthIntoDB appends the records to the log batch by batch, in the order of subjects, and registers the names.
func synthIntoDB(ctx context.Context, p *synth.Province, url, dir string, o synth.WriteOptions) (done synth.Written, err error) {
	db, err := store.Open(ctx, url)
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var b recordBatch
	o.Into = func(_ credit.Subject, records []credit.Record) error {
		b.add(records)
		if len(b.records) < synthBatch {
			return nil
		}
		return b.flush(ctx, db)
	}
	o.Flush = func() error { return b.flush(ctx, db) }
	return p.Write(ctx, dir, o)
}

// recordBatch keeps copies of records until there are enough for an append.
type recordBatch struct {
	records []credit.Record
	bodies  []byte
	names   []store.SubjectRow
}

func (b *recordBatch) add(records []credit.Record) {
	for _, r := range records {
		if r.Kind == credit.KindRegistration {
			b.names = append(b.names, store.SubjectRow{Subject: r.Subject, Name: r.Body.Text(credit.FieldName), Class: r.Subject.Class().String(),
				Source: r.Source, Day: r.Known})
		}
		at := len(b.bodies)
		b.bodies = append(b.bodies, r.Body...)
		r.Body = credit.Body(b.bodies[at:len(b.bodies):len(b.bodies)])
		b.records = append(b.records, r)
	}
}

func (b *recordBatch) flush(ctx context.Context, db *store.DB) error {
	if _, err := db.Append(ctx, b.records); err != nil {
		return err
	}
	slices.SortStableFunc(b.names, func(x, y store.SubjectRow) int { return int(x.Day - y.Day) })
	if err := db.PutSubjects(ctx, b.names); err != nil {
		return err
	}
	b.records, b.bodies, b.names = b.records[:0], b.bodies[:0], b.names[:0]
	return nil
}

type synthVerifyCmd struct {
	synthOptions
}

func (c *synthVerifyCmd) Help() string {
	return `Generates subjects and prints every check: the value, its standard error, the target. A check holds where the target
lies within two standard errors. Ends with an error where one does not hold.

Example:

  hengxin synth verify --subjects 100000 --seed 1`
}

func (c *synthVerifyCmd) Run(ctx context.Context, g *cli) error {
	o, _, err := c.options()
	if err != nil {
		return fmt.Errorf("synth verify: %w", err)
	}
	p, err := synth.New(o)
	if err != nil {
		return fmt.Errorf("synth verify: %w", err)
	}
	checks, err := p.Verify(ctx)
	if err != nil {
		return fmt.Errorf("synth verify: %w", err)
	}
	failed := 0
	for _, k := range checks {
		if !k.Holds() {
			failed++
		}
	}
	if err := printChecks(g, &c.synthOptions, checks); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("synth verify: %d of %d checks do not hold", failed, len(checks))
	}
	return nil
}

func printChecks(g *cli, o *synthOptions, checks []synth.Check) error {
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(struct {
			Generated bool          `json:"generated"`
			Subjects  uint64        `json:"subjects"`
			Seed      uint64        `json:"seed"`
			Checks    []synth.Check `json:"checks"`
		}{true, o.Subjects, o.Seed, checks})
	}
	if _, err := fmt.Printf("GENERATED province, %d subjects, seed %d: value ± standard error, target, where the target is from\n", o.Subjects, o.Seed); err != nil {
		return err
	}
	for _, k := range checks {
		if _, err := fmt.Println(k); err != nil {
			return err
		}
	}
	return nil
}
