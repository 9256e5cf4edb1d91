package store

import (
	"context"
	"database/sql"

	"hengxin/credit"
)

// findBlocks reads, of every live run, the one block in which the subject's group must be.
const findBlocks = `SELECT b.data FROM log_run r JOIN log_block b ON b.block =
	(SELECT block FROM log_block WHERE run = r.run AND subject <= $1 ORDER BY subject DESC LIMIT 1)
	WHERE r.state = $2`

// prepared prepares findBlocks, which takes as long as to run it.
func (l *packedLog) prepared(ctx context.Context) (_ *sql.Stmt, err error) {
	l.preparing.Lock()
	defer l.preparing.Unlock()
	if l.find == nil {
		l.find, err = l.db.PrepareContext(ctx, findBlocks)
	}
	return l.find, err
}

func (l *packedLog) history(ctx context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	find, err := l.prepared(ctx)
	if err != nil {
		return dst, err
	}
	rows, err := find.QueryContext(ctx, string(subject), runLive)
	if err != nil {
		return dst, err
	}
	defer rows.Close()
	var entries []byte // of the subject, from all runs: the caller's from here on
	for rows.Next() {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return dst, err
		}
		g, err := findGroup(data, string(subject))
		if err != nil {
			return dst, err
		}
		entries = append(entries, g.entries...)
	}
	if err := rows.Err(); err != nil {
		return dst, err
	}
	var d credit.Decoder
	dst, _, err = appendEntries(dst, nil, group{[]byte(subject), entries}, upTo, &d)
	return dst, err
}

// findGroup returns the subject's group in a block, an empty one where it has none.
func findGroup(data []byte, subject string) (g group, err error) {
	for len(data) > 0 {
		if g, data, err = nextGroup(data); err != nil || string(g.subject) == subject {
			return g, err
		}
		if string(g.subject) > subject {
			break
		}
	}
	return group{}, nil
}

func (l *packedLog) scan(ctx context.Context, g Range, upTo credit.Position, fn groupFunc) error {
	tx, err := l.db.BeginTx(ctx, nil) // one state of the log, whatever is merged meanwhile
	if err != nil {
		return err
	}
	defer tx.Rollback()
	runs, err := rowsOf(ctx, tx, func(rows *sql.Rows, run *int64) error { return rows.Scan(run) },
		"SELECT run FROM log_run WHERE state = $1 ORDER BY run", runLive)
	if err != nil {
		return err
	}
	h, err := openRuns(ctx, tx.QueryContext, runs, string(g.From))
	if err != nil {
		return err
	}
	defer h.close()
	return scanRuns(&h, g.To, upTo, fn)
}

func scanRuns(h *runHeap, to credit.Subject, upTo credit.Position, fn groupFunc) (err error) {
	var d credit.Decoder
	var here []*runCursor
	var records []credit.Record
	var at []credit.Position
	for len(*h) > 0 && (to == "" || string((*h)[0].subject) < string(to)) {
		here = h.same(here[:0], 0)
		records, at = records[:0], at[:0]
		for _, c := range here {
			if records, at, err = appendEntries(records, at, c.group, upTo, &d); err != nil {
				return err
			}
		}
		if len(records) > 0 {
			if err := fn(records, at); err != nil {
				return err
			}
		}
		if err := h.pass(len(here)); err != nil {
			return err
		}
	}
	return nil
}

func (l *packedLog) splits(ctx context.Context) ([]credit.Subject, error) {
	return collect(ctx, l.db, func(rows *sql.Rows, s *credit.Subject) error { return rows.Scan(s) },
		`SELECT b.subject FROM log_run r JOIN log_block b ON b.run = r.run WHERE r.state = $1 ORDER BY b.subject`, runLive)
}

// rowsOf is collect within a transaction.
func rowsOf[T any](ctx context.Context, tx *sql.Tx, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return allRows(rows, scan)
}

type queryFunc func(ctx context.Context, query string, args ...any) (*sql.Rows, error)
