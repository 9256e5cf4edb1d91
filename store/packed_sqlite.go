package store

import (
	"context"
	"database/sql"
	"sync"
	"time"

	"hengxin/credit"
)

// sqliteRows is the packed log's rows on SQLite.
type sqliteRows struct {
	db *sql.DB

	preparing sync.Mutex
	finding   *sql.Stmt // findBlocks, once it is prepared
}

// sqliteSizes make four blocks with their keys fill one page of 32 KB: smaller blocks are less to copy for a history.
var sqliteSizes = packedSizes{segmentRecords: 4096, segmentBytes: 1 << 20, blockBytes: 8<<10 - 96,
	fanIn: 8, classBytes: 1 << 20, stepBytes: 2 << 20, patience: 5 * time.Second}

func (*sqliteRows) putSegments(ctx context.Context, w writing, segments []segment) error {
	return insertSegments(ctx, w.tx, segments)
}

func insertSegments(ctx context.Context, tx *sql.Tx, segments []segment) error {
	put, err := tx.PrepareContext(ctx, "INSERT INTO log_segment (first, last, ids, frame) VALUES ($1, $2, $3, $4)")
	if err != nil {
		return err
	}
	defer put.Close()
	for _, s := range segments {
		if _, err := put.ExecContext(ctx, int64(s.first), int64(s.last), s.ids, s.frame); err != nil {
			return err
		}
	}
	return nil
}

func (*sqliteRows) putBlocks(ctx context.Context, w writing, run int64, blocks []block) error {
	return insertBlocks(ctx, w.tx, run, blocks)
}

func insertBlocks(ctx context.Context, tx *sql.Tx, run int64, blocks []block) error {
	put, err := tx.PrepareContext(ctx, "INSERT INTO log_block (run, subject, data) VALUES ($1, $2, $3)")
	if err != nil {
		return err
	}
	defer put.Close()
	for _, b := range blocks {
		if _, err := put.ExecContext(ctx, run, b.subject, b.data); err != nil {
			return err
		}
	}
	return nil
}

// findBlocks reads, of every live run, the one block in which the subject's group must be.
const findBlocks = `SELECT b.data FROM log_run r JOIN log_block b ON b.block =
	(SELECT block FROM log_block WHERE run = r.run AND subject <= $1 ORDER BY subject DESC LIMIT 1)
	WHERE r.state = $2`

// prepared prepares findBlocks, which takes as long as to run it.
func (l *sqliteRows) prepared(ctx context.Context) (_ *sql.Stmt, err error) {
	l.preparing.Lock()
	defer l.preparing.Unlock()
	if l.finding == nil {
		l.finding, err = l.db.PrepareContext(ctx, findBlocks)
	}
	return l.finding, err
}

func (l *sqliteRows) find(ctx context.Context, subject string, fn func([]byte) error) error {
	finding, err := l.prepared(ctx)
	if err != nil {
		return err
	}
	rows, err := finding.QueryContext(ctx, subject, runLive)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var data sql.RawBytes
		if err := rows.Scan(&data); err != nil {
			return err
		}
		if err := fn(data); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (*sqliteRows) within(w writing) blockSource { return sqliteSource(w.tx) }

func (l *sqliteRows) snapshot(ctx context.Context, fn func([]int64, blockSource) error) error {
	tx, err := l.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	live, err := liveRuns(ctx, tx)
	if err != nil {
		return err
	}
	return fn(live, sqliteSource(tx))
}

func liveRuns(ctx context.Context, tx *sql.Tx) ([]int64, error) {
	return rowsOf(ctx, tx, func(rows *sql.Rows, run *int64) error { return rows.Scan(run) },
		"SELECT run FROM log_run WHERE state = $1 ORDER BY run", runLive)
}

func (l *sqliteRows) splits(ctx context.Context) ([]credit.Subject, error) {
	return collect(ctx, l.db, func(rows *sql.Rows, s *credit.Subject) error { return rows.Scan(s) },
		`SELECT b.subject FROM log_run r JOIN log_block b ON b.run = r.run WHERE r.state = $1 ORDER BY b.subject`, runLive)
}

func (*sqliteRows) dropBlocks(ctx context.Context, w writing, run, n int64) (int64, error) {
	result, err := w.tx.ExecContext(ctx,
		"DELETE FROM log_block WHERE block IN (SELECT block FROM log_block WHERE run = $1 ORDER BY subject LIMIT $2)", run, n)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// sqliteSource reads a run by one statement that is stepped through: a connection may have many under way.
func sqliteSource(tx *sql.Tx) blockSource {
	return func(ctx context.Context, run int64, from string) (blockFeed, error) {
		rows, err := tx.QueryContext(ctx, blocksFrom, run, from)
		if err != nil {
			return nil, err
		}
		return &steppedFeed{rows}, nil
	}
}

// blocksFrom reads a run from the block on that may hold the subject.
const blocksFrom = `SELECT data FROM log_block WHERE run = $1 AND subject >= coalesce(
	(SELECT max(subject) FROM log_block WHERE run = $1 AND subject <= $2), '') ORDER BY subject`

type steppedFeed struct{ rows *sql.Rows }

func (f *steppedFeed) next() (data []byte, ok bool, err error) {
	if !f.rows.Next() {
		return nil, false, f.rows.Err()
	}
	err = f.rows.Scan((*sql.RawBytes)(&data))
	return data, err == nil, err
}

func (f *steppedFeed) close() { f.rows.Close() }
