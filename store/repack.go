package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/pressly/goose/v3"

	"hengxin/credit"
)

// repackVersion is the migration that moves a log of one row a record into the packed one.
const repackVersion = 6

// repackRecords is how many records it holds in memory, and how many then share a run.
const repackRecords = 1 << 16

// repackMigration moves log_record, as programs before version 6 of the tables kept the log on PostgreSQL, into the
// packed log: the same records at the same positions. It is one transaction, so a stop leaves the old log as it was.
func repackMigration(log *packedLog) *goose.Migration {
	return goose.NewGoMigration(repackVersion, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
		if err := log.repack(ctx, tx); err != nil {
			return fmt.Errorf("packing the log: %w", err)
		}
		_, err := tx.ExecContext(ctx, "DROP TABLE log_record")
		return err
	}}, nil)
}

func (l *packedLog) repack(ctx context.Context, tx *sql.Tx) error {
	// An older program may be appending: what it has under way is waited for, and what it begins after fails.
	if _, err := tx.ExecContext(ctx, "LOCK TABLE log_record IN ACCESS EXCLUSIVE MODE"); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "DECLARE old_log CURSOR FOR SELECT position, record FROM log_record ORDER BY position"); err != nil {
		return err
	}
	next := credit.Position(1)
	for {
		records, err := oldRecords(ctx, tx, next)
		if err != nil {
			return err
		}
		if len(records) == 0 {
			_, err := tx.ExecContext(ctx, "CLOSE old_log")
			return err
		}
		if err := l.write(ctx, writing{tx: tx}, next, records); err != nil {
			return err
		}
		next += credit.Position(len(records))
	}
}

// oldRecords fetches the next records; the first must be at the position.
func oldRecords(ctx context.Context, tx *sql.Tx, want credit.Position) ([]*credit.Record, error) {
	var d credit.Decoder
	return rowsOf(ctx, tx, func(rows *sql.Rows, r **credit.Record) error {
		var at credit.Position
		var raw []byte
		if err := rows.Scan(&at, &raw); err != nil {
			return err
		}
		if at != want {
			return fmt.Errorf("position %d follows %d: %w", at, want-1, ErrCorrupt)
		}
		want++
		*r = &credit.Record{}
		if rest, err := d.Decode(raw, *r); err != nil || len(rest) > 0 {
			return fmt.Errorf("record %d: %w", at, errors.Join(ErrCorrupt, err))
		}
		return nil
	}, fmt.Sprintf("FETCH %d FROM old_log", repackRecords))
}
