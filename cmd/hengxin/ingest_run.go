package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"hengxin/credit"
	"hengxin/credit/source"
	"hengxin/store"
)

// ingest imports files under one mapping.
type ingest struct {
	db         *store.DB // nil in a dry run
	mapping    *source.Mapping
	options    source.Options
	given      bool                   // the day of receipt was given on the command line
	retry      *source.QuarantineHead // only quarantined rows are read
	dictionary *source.Dictionary
	quarantine string
	dryRun     bool
	batch      int              // records appended at once
	every      time.Duration    // between lines of progress
	each       func(rows int64) // called after each batch is in the log, where it is set
}

// ingestState is what the store keeps of an import beside the number of rows. The day of receipt is in it, so that an
// import that goes on tomorrow makes the records that it would have made today.
type ingestState struct {
	Received  credit.Date     `json:"received"`
	Kept      int64           `json:"kept"`
	Duplicate int64           `json:"duplicate"`
	Added     int64           `json:"added"`
	First     credit.Position `json:"first"`
	Last      credit.Position `json:"last"`
}

// ingestBatch is a stretch of rows: row i makes records up to ends[i].
type ingestBatch struct {
	records []credit.Record
	ends    []int
	rows    int64 // of the file, up to and with the last one here, quarantined ones included
}

// file imports one file. The summary is good also where an error comes with it.
func (in *ingest) file(ctx context.Context, path string) (s ingestSummary, err error) {
	s = ingestSummary{File: path, Mapping: in.mapping.Name}
	progress, err := in.begin(ctx, path)
	if err != nil {
		return s, err
	}
	f, err := os.Open(path)
	if err != nil {
		return s, err
	}
	defer f.Close()
	counted := &countingReader{r: f}
	o := in.options // begin has the day of receipt with which the import began
	o.Received = progress.state.Received
	r, err := source.Open(in.mapping, counted, o)
	if err != nil {
		return s, err
	}
	defer r.Close()
	about := in.dictionary.Table(in.mapping, path)
	side, err := in.sideFiles(path, progress, about)
	if err != nil {
		return s, err
	}
	meter, err := newFileMeter(f, counted, in.every)
	if err != nil {
		return s, err
	}
	err = in.pump(ctx, r, progress, side, meter)
	err = errors.Join(err, side.bad.close(err == nil, in.retry != nil), side.named.close(err == nil, false))
	meter.done()
	s.fill(r.Stats(), progress, side)
	s.describe(r.Columns(), in.mapping, about)
	return s, err
}

// sides are the files beside an import: the rows that could not be read, and those whose subject was found by name.
type sides struct{ bad, named *sideFile }

func (in *ingest) sideFiles(path string, p *ingestProgress, about *source.DictionaryTable) (*sides, error) {
	head := &source.QuarantineHead{File: path, SHA256: credit.Digest(p.saved.File), Mapping: in.mapping.Name, Received: p.state.Received}
	label := func(column string) string { return about.Label(in.mapping, column) }
	base, err := sideBase(in.quarantine, head)
	if err != nil {
		return nil, err
	}
	return &sides{
		bad:   &sideFile{path: base + ".quarantine.jsonl", off: in.dryRun, head: head, label: label},
		named: &sideFile{path: base + ".resolved.jsonl", off: in.dryRun || in.options.Resolve == nil},
	}, nil
}

// ingestProgress is how far an import has come.
type ingestProgress struct {
	saved store.Import
	state ingestState
	seen  map[credit.ID]struct{} // of a dry run
}

// begin finds an import of the same file under the same mapping that was not finished, or begins a new one. A finished
// one is read again from the start: that is how a second import shows that it changes nothing.
func (in *ingest) begin(ctx context.Context, path string) (*ingestProgress, error) {
	p := &ingestProgress{state: ingestState{Received: in.options.Received}}
	if in.dryRun {
		p.seen = map[credit.ID]struct{}{}
		return p, nil
	}
	digest, err := fileDigest(path)
	if err != nil {
		return nil, err
	}
	if err := in.sameFile(path, digest); err != nil {
		return nil, err
	}
	p.saved = store.Import{File: digest, Mapping: in.key(), Name: path}
	old, err := in.db.Import(ctx, p.saved.File, p.saved.Mapping)
	if errors.Is(err, store.ErrNotFound) || err == nil && old.Done {
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	var state ingestState
	if err := json.Unmarshal(old.State, &state); err != nil {
		return nil, fmt.Errorf("reading how far the import had come: %w", err)
	}
	if in.given && state.Received != in.options.Received {
		return nil, fmt.Errorf("this import began as received on %s: finish it with --received %s", state.Received, state.Received)
	}
	fmt.Fprintf(os.Stderr, "%s: going on after row %d\n", path, old.Rows)
	p.saved.Rows, p.state = old.Rows, state
	return p, nil
}

// key names the mapping and the days of the command line that change what it makes.
func (in *ingest) key() store.Digest {
	d := in.mapping.Digest()
	return store.DigestOf(fmt.Appendf(nil, "%s as of %s cut %s%s", d, in.options.AsOf, in.options.Cut, onlyText(in.options.Only)))
}

func fileDigest(path string) (d store.Digest, err error) {
	f, err := os.Open(path)
	if err != nil {
		return d, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return d, fmt.Errorf("reading %s: %w", path, err)
	}
	return store.Digest(h.Sum(nil)), nil
}

// pump reads batches on one goroutine and appends them on another. An error of the file ends the reading after the
// rows before it are appended.
func (in *ingest) pump(ctx context.Context, r *source.Reader, p *ingestProgress, out *sides, meter *fileMeter) error {
	group, going := errgroup.WithContext(ctx)
	batches := make(chan ingestBatch, 1)
	skip := p.saved.Rows
	var broken error
	group.Go(func() error {
		defer close(batches)
		var err error
		broken, err = readBatches(going, r, batchLimits{skip, in.batch}, out, batches)
		return err
	})
	group.Go(func() error {
		for b := range batches {
			if err := in.append(going, p, b); err != nil {
				return err
			}
			meter.show(b.rows)
			if in.each != nil {
				in.each(b.rows)
			}
		}
		return nil
	})
	if err := group.Wait(); err != nil {
		return err
	}
	if broken != nil {
		return fmt.Errorf("%w; the rows before are kept", broken)
	}
	return in.finish(ctx, p)
}

// batchLimits says where the first batch begins and how large each is.
type batchLimits struct {
	skip    int64 // rows that the log has: they are read only for the counts and the quarantine
	records int
}

// readBatches sends the rows in batches. broken is an error of the file itself.
func readBatches(ctx context.Context, r *source.Reader, limit batchLimits, out *sides, batches chan<- ingestBatch) (broken, err error) {
	var b ingestBatch
	send := func() error {
		select {
		case batches <- b:
			b = ingestBatch{rows: b.rows, records: make([]credit.Record, 0, cap(b.records))}
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	for {
		row, err := r.Next()
		if err == io.EOF {
			return nil, send()
		}
		if err != nil {
			return err, send()
		}
		b.rows++
		if row.Bad != nil {
			if err := out.bad.write(row.Bad); err != nil {
				return nil, err
			}
		} else if b.rows > limit.skip {
			b.records = append(b.records, row.Records...)
			b.ends = append(b.ends, len(b.records))
		}
		if row.Named != nil {
			if err := out.named.write(row.Named); err != nil {
				return nil, err
			}
		}
		if len(b.records) >= limit.records {
			if err := send(); err != nil {
				return nil, err
			}
		}
	}
}

// append adds a batch and counts its rows, in one transaction with how far the import has come.
func (in *ingest) append(ctx context.Context, p *ingestProgress, b ingestBatch) error {
	if in.dryRun {
		p.count(b, p.fresh(b.records))
		return nil
	}
	if b.rows <= p.saved.Rows {
		return nil
	}
	before := *p
	_, err := in.db.AppendRows(ctx, b.records, func(done store.Appended) store.Import {
		*p = before
		p.count(b, done)
		return p.progress()
	})
	if err != nil {
		*p = before
	}
	return err
}

// finish marks the import as done.
func (in *ingest) finish(ctx context.Context, p *ingestProgress) error {
	if in.dryRun {
		return nil
	}
	p.saved.Done = true
	_, err := in.db.AppendImport(ctx, nil, p.progress())
	return err
}

func (p *ingestProgress) progress() store.Import {
	saved := p.saved
	saved.State, _ = json.Marshal(p.state) // numbers and a day: always JSON
	return saved
}

// count counts the rows of a batch: a row is kept when any of its records is new.
func (p *ingestProgress) count(b ingestBatch, done store.Appended) {
	from := 0
	for _, end := range b.ends {
		kept := false
		for _, fresh := range done.Fresh[from:end] {
			kept = kept || fresh
		}
		if kept {
			p.state.Kept++
		} else {
			p.state.Duplicate++
		}
		from = end
	}
	p.saved.Rows = b.rows
	p.state.Added += int64(done.Added)
	if done.Added > 0 && p.state.First == 0 {
		p.state.First = done.First
	}
	p.state.Last = max(p.state.Last, done.Last)
}

// fresh stands in for the log in a dry run: records are new where the files so far do not have them.
func (p *ingestProgress) fresh(records []credit.Record) store.Appended {
	done := store.Appended{Fresh: make([]bool, len(records))}
	for i := range records {
		if _, old := p.seen[records[i].ID]; !old {
			p.seen[records[i].ID] = struct{}{}
			done.Fresh[i] = true
			done.Added++
		}
	}
	return done
}

// countingReader counts the bytes that were read, for whoever watches from another goroutine.
type countingReader struct {
	r io.Reader
	n atomic.Int64
}

// Read implements io.Reader and counts what it read.
func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n.Add(int64(n))
	return n, err
}
