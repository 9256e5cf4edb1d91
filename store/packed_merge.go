package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Merging keeps the runs few, so that a history is read from a few blocks. Runs are of classes by size, each eight
// times the one below. Eight live runs of a class begin a merge into one run of the next. A merge is not done at once,
// for the largest would hold up an append for seconds: every append carries each merge on by a step a little larger
// than itself. As many bytes must be appended to fill a class again as its merge has to copy, so a merge ends before
// the next of its class begins, and at most 15 runs of a class are live. All of it is in the append's transaction: a
// stop at any point leaves a merge half done, and the next append goes on.

// States of a run.
const (
	runBuilding = 0
	runLive     = 1
	runDead     = 2
)

// class of a run of size bytes: 0 below classBytes, then one more for each factor of fanIn.
func (s packedSizes) class(size int64) (class int) {
	for ; size >= s.classBytes; size /= int64(s.fanIn) {
		class++
	}
	return class
}

// addRun writes blocks as a new live run and returns its size.
func (l *packedLog) addRun(ctx context.Context, w writing, blocks []block) (size int64, err error) {
	for _, b := range blocks {
		size += int64(len(b.data))
	}
	var run int64
	err = w.tx.QueryRowContext(ctx, "INSERT INTO log_run (state, bytes, done) VALUES ($1, $2, '') RETURNING run", runLive, size).Scan(&run)
	if err != nil {
		return 0, err
	}
	return size, l.rows.putBlocks(ctx, w, run, blocks)
}

// mergeStep begins the merges that are due and carries each on, for an append of size bytes.
func (l *packedLog) mergeStep(ctx context.Context, w writing, size int64) error {
	if err := l.sizes.beginMerges(ctx, w.tx); err != nil {
		return err
	}
	building, err := runsIn(ctx, w.tx, runBuilding)
	if err != nil {
		return err
	}
	for _, r := range building {
		if err := l.carryOn(ctx, w, &r, size+size/4+l.sizes.stepBytes); err != nil {
			return fmt.Errorf("into run %d: %w", r.run, err)
		}
	}
	return l.dropDead(ctx, w, (6*size+l.sizes.stepBytes)/int64(l.sizes.blockBytes)+1)
}

// runRow is a row of log_run.
type runRow struct {
	run, bytes int64
	done       string
}

func runsIn(ctx context.Context, tx *sql.Tx, state int) ([]runRow, error) {
	return rowsOf(ctx, tx, func(rows *sql.Rows, r *runRow) error { return rows.Scan(&r.run, &r.bytes, &r.done) },
		"SELECT run, bytes, done FROM log_run WHERE state = $1 AND into_ IS NULL ORDER BY run", state)
}

func (s packedSizes) beginMerges(ctx context.Context, tx *sql.Tx) error {
	live, err := runsIn(ctx, tx, runLive)
	if err != nil {
		return err
	}
	classes := map[int][]runRow{}
	for _, r := range live {
		c := s.class(r.bytes)
		if classes[c] = append(classes[c], r); len(classes[c]) == s.fanIn {
			if err := beginMerge(ctx, tx, classes[c]); err != nil {
				return err
			}
			classes[c] = nil
		}
	}
	return nil
}

func beginMerge(ctx context.Context, tx *sql.Tx, from []runRow) error {
	var into int64
	err := tx.QueryRowContext(ctx, "INSERT INTO log_run (state, bytes, done) VALUES ($1, 0, '') RETURNING run", runBuilding).Scan(&into)
	if err != nil {
		return err
	}
	for _, r := range from {
		if _, err := tx.ExecContext(ctx, "UPDATE log_run SET into_ = $1 WHERE run = $2", into, r.run); err != nil {
			return err
		}
	}
	return nil
}

// carryOn copies about budget bytes more into r from the runs that it is merged from; at their end r takes their place.
func (l *packedLog) carryOn(ctx context.Context, w writing, r *runRow, budget int64) error {
	from, err := rowsOf(ctx, w.tx, func(rows *sql.Rows, run *int64) error { return rows.Scan(run) },
		"SELECT run FROM log_run WHERE into_ = $1 AND state = $2 ORDER BY run", r.run, runLive)
	if err != nil {
		return err
	}
	blocks, ended, err := r.copy(ctx, l.rows.within(w), from, blockWriter{size: l.sizes.blockBytes}, budget)
	if err != nil {
		return err
	}
	if err := l.rows.putBlocks(ctx, w, r.run, blocks); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(ctx, "UPDATE log_run SET bytes = $1, done = $2 WHERE run = $3", r.bytes, r.done, r.run); err != nil || !ended {
		return err
	}
	if _, err := w.tx.ExecContext(ctx, "UPDATE log_run SET state = $1 WHERE run = $2", runLive, r.run); err != nil {
		return err
	}
	_, err = w.tx.ExecContext(ctx, "UPDATE log_run SET state = $1 WHERE into_ = $2", runDead, r.run)
	return err
}

// copy merges groups after r.done until it has budget bytes; ended says that nothing is left.
func (r *runRow) copy(ctx context.Context, open blockSource, from []int64, w blockWriter, budget int64) (blocks []block, ended bool, err error) {
	h, err := openRuns(ctx, open, from, r.done)
	if err != nil {
		return nil, false, err
	}
	defer h.close()
	var here []*runCursor
	for copied := int64(0); len(h) > 0 && copied < budget; {
		here = h.same(here[:0], 0)
		if string(h[0].subject) != r.done { // true of all but the first group of a step
			size := 0
			for _, c := range here {
				size += len(c.entries)
			}
			r.done = string(h[0].subject)
			w.begin(r.done, size)
			for _, c := range here {
				w.add(c.entries)
			}
			copied += int64(size + len(r.done))
		}
		if err := h.pass(len(here)); err != nil {
			return nil, false, err
		}
	}
	ended = len(h) == 0
	blocks = w.finish()
	for _, b := range blocks {
		r.bytes += int64(len(b.data))
	}
	return blocks, ended, nil
}

// dropDead deletes at most so many blocks of runs that were merged.
func (l *packedLog) dropDead(ctx context.Context, w writing, left int64) error {
	dead, err := rowsOf(ctx, w.tx, func(rows *sql.Rows, run *int64) error { return rows.Scan(run) },
		"SELECT run FROM log_run WHERE state = $1 ORDER BY run", runDead)
	if err != nil {
		return err
	}
	for _, run := range dead {
		n, err := l.rows.dropBlocks(ctx, w, run, left)
		if err != nil {
			return err
		}
		if left -= n; left <= 0 {
			return nil
		}
		if _, err := w.tx.ExecContext(ctx, "DELETE FROM log_run WHERE run = $1", run); err != nil {
			return err
		}
	}
	return nil
}
