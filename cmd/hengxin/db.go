package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/store"
)

// dbCmd looks after the database itself.
type dbCmd struct {
	Migrate dbMigrateCmd `cmd:"" help:"Make the tables, or bring them up to this program's version."`
	Check   dbCheckCmd   `cmd:"" help:"Read everything and report what does not agree."`
	Reindex dbReindexCmd `cmd:"" help:"Make the index of the log anew, where check finds it damaged."`
	Export  dbExportCmd  `cmd:"" help:"Write the log and every table to a directory."`
}

type dbMigrateCmd struct{}

// Help shows an example.
func (c *dbMigrateCmd) Help() string {
	return `Every command makes the tables of an empty database; this one also brings those of an older version up to date.
Run it once after installing a newer program.

  hengxin --db postgres://hengxin@localhost/hengxin db migrate`
}

// Run migrates and says from which version to which.
func (c *dbMigrateCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.AnyVersion())
	if err != nil {
		return err
	}
	defer db.Close()
	done, err := db.Migrate(ctx)
	if err != nil {
		return err
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(done)
	}
	for _, file := range done.Applied {
		fmt.Println("applied", filepath.Base(file))
	}
	fmt.Printf("tables are of version %d\n", done.To)
	return nil
}

type dbCheckCmd struct{}

// Help shows an example.
func (c *dbCheckCmd) Help() string {
	return `Reads every record twice, in order of position and by subject, and compares: positions without gaps, ids that are the
digest of their content, the same records both ways; erased records against the table of erasures; documents against their
digests; the chain of the audit. Changes nothing.
The digest it prints is that of the whole log: equal digests, equal logs.

  hengxin db check`
}

// Run checks; a database with a problem is an error.
func (c *dbCheckCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	found, err := db.Check(ctx)
	if err != nil {
		return err
	}
	if g.JSON {
		err = json.NewEncoder(os.Stdout).Encode(found)
	} else {
		for _, p := range found.Problems {
			fmt.Println(p)
		}
		fmt.Printf("%d records of %d subjects, log %s\n", found.Records, found.Subjects, found.Digest)
		if found.Erased > 0 {
			fmt.Printf("%d records are erased\n", found.Erased)
		}
	}
	if !found.OK() {
		err = errors.Join(err, errors.New("the database does not agree with itself: where only the log's two orders differ try \"hengxin db reindex\"; otherwise restore it from a backup, or ingest the sources into a new one"))
	}
	return err
}

type dbReindexCmd struct{}

// Help shows an example.
func (c *dbReindexCmd) Help() string {
	return `Histories and scans are read from an index that holds the records by subject. It can be made anew from the log in order of
position, which is the truth: where "hengxin db check" finds only the index damaged, this loses nothing. Run check after it.

  hengxin db reindex`
}

// Run makes the index anew.
func (c *dbReindexCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	n, err := db.Reindex(ctx)
	if err != nil {
		return err
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]int64{"records": n})
	}
	fmt.Printf("index of %d records made anew\n", n)
	return nil
}

type dbExportCmd struct {
	Dir string `arg:"" help:"Where to write; made where it is not there."`
}

// Help shows an example.
func (c *dbExportCmd) Help() string {
	return `Writes the record log in order of position to records.ndjson.gz, in the form that "hengxin records import" reads, and
every other table to a file of JSON lines named after it, bytes as hex digits. Erased records are exported as tombstones.

  hengxin db export backup/`
}

// Run exports and says how many rows each file has.
func (c *dbExportCmd) Run(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	if err := os.MkdirAll(c.Dir, 0o777); err != nil {
		return err
	}
	tables, err := db.Tables(ctx)
	if err != nil {
		return err
	}
	rows := map[string]int64{}
	for _, table := range tables {
		if rows[table], err = writeWhole(filepath.Join(c.Dir, table+".ndjson"), func(w io.Writer) (int64, error) {
			return db.ExportTable(ctx, table, w)
		}); err != nil {
			return err
		}
	}
	if rows["records"], err = writeWhole(filepath.Join(c.Dir, "records.ndjson.gz"), func(w io.Writer) (int64, error) {
		return exportLog(ctx, db, w)
	}); err != nil {
		return err
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(rows)
	}
	for _, table := range append(tables, "records") {
		fmt.Printf("%-14s %d\n", table, rows[table])
	}
	return nil
}

// atHead opens the database, which must be there, and says how far its log goes. The caller closes it.
func (g *cli) atHead(ctx context.Context) (*store.DB, credit.Position, error) {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return nil, 0, err
	}
	head, err := db.Head(ctx)
	if err != nil {
		return nil, 0, errors.Join(err, db.Close())
	}
	return db, head, nil
}

func exportLog(ctx context.Context, db *store.DB, w io.Writer) (n int64, err error) {
	head, err := db.Head(ctx)
	if err != nil {
		return 0, err
	}
	z := gzip.NewWriter(w)
	var line []byte
	err = db.Records(ctx, 1, head, func(_ credit.Position, r *credit.Record) (err error) {
		if line, err = datasets.AppendJSON(line[:0], r); err != nil {
			return err
		}
		n++
		_, err = z.Write(append(line, '\n'))
		return err
	})
	return n, errors.Join(err, z.Close())
}

// writeWhole writes a file whole or, on an error, not at all.
func writeWhole(path string, write func(io.Writer) (int64, error)) (n int64, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".export-*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	w := bufio.NewWriterSize(f, 1<<16)
	n, err = write(w)
	if err = errors.Join(err, w.Flush(), f.Chmod(0o666), f.Close()); err != nil {
		return n, fmt.Errorf("writing %s: %w", path, err)
	}
	return n, os.Rename(f.Name(), path)
}
