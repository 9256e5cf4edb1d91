package store

import (
	"context"
	"database/sql"
	"fmt"

	"hengxin/credit"
)

// reindexRecords is how many records one run of a new index begins with.
const reindexRecords = 1 << 17

// Reindex makes the runs, by which histories and scans are found, anew from the segments: where blocks of them are
// damaged, nothing is lost as long as the segments are whole. It is one transaction; appends wait, readers do not. It
// returns how many records it went through, and [ErrCorrupt] for a damaged segment.
func (db *DB) Reindex(ctx context.Context) (records int64, err error) {
	db.appending.Lock()
	defer db.appending.Unlock()
	err = db.txConn(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		if err := db.lockLog(ctx, tx); err != nil {
			return err
		}
		for _, table := range []string{"log_block", "log_run"} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		var head credit.Position
		if err := tx.QueryRowContext(ctx, "SELECT head FROM log_head").Scan(&head); err != nil {
			return err
		}
		records = int64(head)
		for first := credit.Position(1); first <= head; first += reindexRecords {
			if err := db.log.reindex(ctx, writing{conn, tx}, first, min(first+reindexRecords-1, head)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("making the index of the log: %w", err)
	}
	return records, nil
}

// reindex adds the run of the records from one position to another.
func (l *packedLog) reindex(ctx context.Context, w writing, from, to credit.Position) error {
	var all []credit.Record
	var bodies []byte
	err := l.readRecords(ctx, w.tx, from, to, func(at credit.Position, r *credit.Record) error {
		if at != from+credit.Position(len(all)) {
			return fmt.Errorf("position %d follows %d: %w", at, int64(from)+int64(len(all))-1, ErrCorrupt)
		}
		begin := len(bodies)
		bodies = append(bodies, r.Body...)
		all = append(all, *r)
		all[len(all)-1].Body = bodies[begin:len(bodies):len(bodies)]
		return nil
	})
	if err == nil && credit.Position(len(all)) != to-from+1 {
		err = fmt.Errorf("the segments hold %d records of %d to %d: %w", len(all), from, to, ErrCorrupt)
	}
	if err != nil {
		return err
	}
	records := make([]*credit.Record, len(all))
	for i := range all {
		records[i] = &all[i]
	}
	size, err := l.addRun(ctx, w, pack(from, records).blocks(l.sizes.blockBytes))
	if err != nil {
		return err
	}
	return l.mergeStep(ctx, w, size)
}
