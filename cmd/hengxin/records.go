package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/store"
)

// recordsCmd moves records in our own format.
type recordsCmd struct {
	Import recordsImportCmd `cmd:"" help:"Add records from files in our own format (Parquet or NDJSON)."`
	Export recordsExportCmd `cmd:"" help:"Write the log's records to a file in our own format."`
}

type recordsImportCmd struct {
	Files      []string `arg:"" name:"file" help:"Record files: Parquet, or NDJSON, gzipped or not; - is NDJSON on standard input."`
	Quarantine string   `placeholder:"FILE" help:"Where refused records go, with file, line and reason; quarantine.ndjson unless given."`
	Batch      int      `default:"200000" help:"Records of one transaction."`
}

// Help shows an example.
func (c *recordsImportCmd) Help() string {
	return `Adds records to the log. Every record is checked and its id computed anew; one that is wrong, or that the list of shared
items forbids to keep, goes to the quarantine file and is counted. Tombstones of erased records are taken as they are. Importing a file twice adds nothing; an import that was stopped goes on where it was.

  hengxin records import province.parquet more.ndjson.gz`
}

// recordsCounts is the reconciliation of one file: Read = Kept + Duplicate + Quarantined.
type recordsCounts struct {
	File        string `json:"file"`
	Read        int64  `json:"read"`
	Kept        int64  `json:"kept"`
	Duplicate   int64  `json:"duplicate"`
	Quarantined int64  `json:"quarantined"`
}

// Run imports the files one after another.
func (c *recordsImportCmd) Run(ctx context.Context, g *cli) error {
	if c.Batch < 1 || c.Batch > 1_000_000 {
		return fmt.Errorf("--batch %d: want 1 to 1000000", c.Batch)
	}
	db, err := store.Open(ctx, g.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	q := &refused{path: c.Quarantine}
	if q.path == "" {
		q.path = "quarantine.ndjson"
	}
	var all []recordsCounts
	for _, path := range c.Files {
		counts, err := importRecords(ctx, db, path, c.Batch, q)
		if err != nil {
			return errors.Join(fmt.Errorf("import %s: %w", path, err), q.close())
		}
		all = append(all, counts)
	}
	if err := q.close(); err != nil {
		return err
	}
	return printCounts(g, all, q)
}

func printCounts(g *cli, all []recordsCounts, q *refused) error {
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(all)
	}
	for _, n := range all {
		fmt.Printf("%s: read %d = kept %d + duplicate %d + quarantined %d\n", n.File, n.Read, n.Kept, n.Duplicate, n.Quarantined)
	}
	if q.rows > 0 {
		fmt.Fprintf(os.Stderr, "%d records refused: see %s\n", q.rows, q.path)
	}
	return nil
}

// refused writes the quarantine file; there is none where nothing was refused.
type refused struct {
	path string
	f    *os.File
	w    *bufio.Writer
	rows int64
}

func (q *refused) add(file string, line int64, reason error) (err error) {
	if q.f == nil {
		if q.f, err = os.Create(q.path); err != nil {
			return fmt.Errorf("quarantine: %w", err)
		}
		q.w = bufio.NewWriter(q.f)
	}
	q.rows++
	text, err := json.Marshal(struct {
		File   string `json:"file"`
		Line   int64  `json:"line"`
		Reason string `json:"reason"`
	}{file, line, strings.TrimSuffix(reason.Error(), ": "+credit.ErrInvalid.Error())})
	if err != nil {
		return err
	}
	_, err = q.w.Write(append(text, '\n'))
	return err
}

func (q *refused) close() error {
	if q.f == nil {
		return nil
	}
	return errors.Join(q.w.Flush(), q.f.Close())
}

// recordsFormatName stands for the mapping in the store's table of imports: our own format needs none.
const recordsFormatName = "hengxin records/1"

// importer appends the records of one file in batches.
type importer struct {
	db     *store.DB
	counts recordsCounts
	skip   int64 // rows that a run before has appended
	state  store.Import
	batch  []credit.Record
	size   int
	meter  *meter
}

func importRecords(ctx context.Context, db *store.DB, path string, batch int, q *refused) (recordsCounts, error) {
	in, err := datasets.OpenRecordStream(path)
	if err != nil {
		return recordsCounts{}, err
	}
	defer in.Close()
	imp := &importer{db: db, counts: recordsCounts{File: path}, size: batch, meter: newMeter(path, in.Rows)}
	if err := imp.resume(ctx, in.Digest, path); err != nil {
		return recordsCounts{}, err
	}
	err = in.Each(func(line int64, r *credit.Record, bad error) error {
		imp.counts.Read++
		imp.meter.add(1)
		if bad == nil {
			bad = r.Subject.Check() // a code or an id that is none is nobody's: its records would never be found
		}
		if bad == nil {
			bad = db.Storable(r)
		}
		if bad != nil {
			imp.counts.Quarantined++
			return q.add(path, line, bad)
		}
		if imp.counts.Read <= imp.skip {
			return nil
		}
		imp.batch = append(imp.batch, *r)
		if len(imp.batch) == imp.size {
			return imp.append(ctx, false)
		}
		return ctx.Err()
	})
	if err == nil {
		err = imp.append(ctx, true)
	}
	imp.meter.end()
	return imp.counts, err
}

// resume takes up the counts of a run that was stopped; one that was finished is done again and adds nothing.
func (imp *importer) resume(ctx context.Context, file credit.Digest, name string) error {
	imp.state = store.Import{File: store.Digest(file), Mapping: store.DigestOf([]byte(recordsFormatName)), Name: name}
	if file == (credit.Digest{}) {
		return nil // standard input has no name to come back under
	}
	before, err := imp.db.Import(ctx, imp.state.File, imp.state.Mapping)
	if errors.Is(err, store.ErrNotFound) || err == nil && before.Done {
		return nil
	}
	if err != nil {
		return err
	}
	var counts recordsCounts
	if err := json.Unmarshal(before.State, &counts); err != nil {
		return fmt.Errorf("state of the import before: %w", err)
	}
	imp.skip, imp.counts.Kept, imp.counts.Duplicate = before.Rows, counts.Kept, counts.Duplicate
	return nil
}

func (imp *importer) append(ctx context.Context, last bool) error {
	progress := func(done store.Appended) store.Import {
		counts := imp.counts
		counts.Kept, counts.Duplicate = counts.Kept+int64(done.Added), counts.Duplicate+int64(done.Duplicates)
		s := imp.state
		s.Rows, s.Done = max(imp.counts.Read, imp.skip), last
		s.State, _ = json.Marshal(counts) // numbers and a string: cannot go wrong
		return s
	}
	var done store.Appended
	var err error
	if imp.state.File.IsZero() {
		done, err = imp.db.Append(ctx, imp.batch)
	} else {
		done, err = imp.db.AppendRows(ctx, imp.batch, progress)
	}
	imp.counts.Kept += int64(done.Added)
	imp.counts.Duplicate += int64(done.Duplicates)
	clear(imp.batch)
	imp.batch = imp.batch[:0]
	return err
}

type recordsExportCmd struct {
	Format string `enum:"parquet,ndjson,lines" default:"parquet" help:"Format: ${enum}; lines are what hengxin worker reads."`
	To     string `default:"-" placeholder:"FILE" help:"File to write; - is standard output."`
	UpTo   int64  `placeholder:"POSITION" help:"Only records up to this position of the log; the head unless given."`
}

// Help shows an example.
func (c *recordsExportCmd) Help() string {
	return `Writes the records sorted by subject, known date and id, from which a dataset can be built without a database.

  hengxin records export --format parquet --to records.parquet`
}

// Run writes the file.
func (c *recordsExportCmd) Run(ctx context.Context, g *cli) error {
	db, head, err := g.atHead(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.UpTo > int64(head) || c.UpTo < 0 {
		return fmt.Errorf("--up-to %d: the log ends at position %d", c.UpTo, head)
	}
	if c.UpTo > 0 {
		head = credit.Position(c.UpTo)
	}
	out, done, err := createOut(c.To)
	if err != nil {
		return err
	}
	rows, err := exportRecords(ctx, db, head, c.Format, out)
	if err = errors.Join(err, done(err == nil)); err != nil {
		return fmt.Errorf("export to %s: %w", c.To, err)
	}
	fmt.Fprintf(os.Stderr, "%d records up to position %d\n", rows, head)
	return nil
}

// createOut opens the file to write; done keeps it or takes it away.
func createOut(path string) (w io.Writer, done func(keep bool) error, err error) {
	if path == "-" {
		return os.Stdout, func(bool) error { return nil }, nil
	}
	part := path + ".part"
	f, err := os.Create(part)
	if err != nil {
		return nil, nil, err
	}
	return f, func(keep bool) error {
		err := f.Close()
		if err != nil || !keep {
			return errors.Join(err, os.Remove(part))
		}
		return os.Rename(part, path)
	}, nil
}

func exportRecords(ctx context.Context, db *store.DB, upTo credit.Position, format string, out io.Writer) (int64, error) {
	m := newMeter("export", int64(upTo))
	defer m.end()
	var write func(*credit.Record) error
	var finish func() error
	switch format {
	case "parquet":
		w, err := datasets.WriteRecords(out, datasets.RecordInfo{Sorted: true, Position: upTo})
		if err != nil {
			return 0, err
		}
		write, finish = w.Write, w.Close
	default:
		w := bufio.NewWriterSize(out, 1<<20)
		var line []byte
		finish = w.Flush
		write = func(r *credit.Record) (err error) {
			if format == "lines" {
				line = datasets.AppendLine(line[:0], r)
			} else if line, err = datasets.AppendJSON(line[:0], r); err != nil {
				return err
			}
			_, err = w.Write(append(line, '\n'))
			return err
		}
	}
	rows := int64(0)
	err := db.Scan(ctx, upTo, func(_ credit.Subject, records []credit.Record) error {
		for i := range records {
			if err := write(&records[i]); err != nil {
				return err
			}
		}
		rows += int64(len(records))
		m.add(len(records))
		return ctx.Err()
	})
	if err != nil {
		return rows, err
	}
	return rows, finish()
}
