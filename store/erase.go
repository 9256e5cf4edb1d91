package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"hengxin/credit"
	"hengxin/scoring"
)

// ErrHeld is returned where the old copies of erased bodies cannot be destroyed yet, because a reader holds a state of
// the database from before. [DB.Purge] again, when it has ended, does it.
var ErrHeld = errors.New("held by a reader")

// Erasure asks for the destruction of one record's body.
type Erasure struct {
	ID     credit.ID
	Day    credit.Date // from which the record says nothing, not before its known date: what needs it for an earlier day is refused
	Rule   string      // row of the policy that wants it; "" where Reason says why
	Reason string      // of a request; no word about the record itself, for it stays
}

// Erased is a line of the table of erasures.
type Erased struct {
	Erasure
	Position credit.Position
	Entry    int64 // of the audit; 0 for a record that arrived as a tombstone
	Purged   bool  // freed space of the database holds nothing of the body any more
}

// eraseAtOnce is how many bodies one transaction destroys.
const eraseAtOnce = 1000

// Erase destroys the bodies of records, wherever the log holds them, and puts tombstones in their place (see
// [credit.Record.Tombstone]) with an entry in the audit each, in transactions of a thousand; then it destroys what the
// database keeps of them in freed space ([DB.Purge]). It returns how many it erased: one that is erased already is left
// as it is. Positions, ids and the audit stay; digests of the log change.
//
// It returns [ErrNotFound], and erases nothing of that transaction, for an id that the log does not hold;
// [credit.ErrInvalid] for an erasure without a day from the known date on, or without rule and reason; [ErrHeld] where all is erased and freed
// space still has to be purged.
func (db *DB) Erase(ctx context.Context, erasures []Erasure, by scoring.Asking) (n int, err error) {
	for _, e := range erasures {
		if e.Day == credit.NoDate || e.Rule == "" && e.Reason == "" {
			return 0, fmt.Errorf("erasing record %s: state a day, and a rule or a reason: %w", e.ID, credit.ErrInvalid)
		}
	}
	for chunk := range slices.Chunk(erasures, eraseAtOnce) {
		done, err := db.eraseChunk(ctx, chunk, by)
		if err != nil {
			return n, fmt.Errorf("erasing %d records: %w", len(chunk), err)
		}
		n += done
	}
	return n, db.Purge(ctx)
}

func (db *DB) eraseChunk(ctx context.Context, chunk []Erasure, by scoring.Asking) (n int, err error) {
	db.appending.Lock()
	defer db.appending.Unlock()
	err = db.txConn(ctx, func(conn *sql.Conn, tx *sql.Tx) error {
		if err := db.lockLog(ctx, tx); err != nil {
			return err
		}
		if err := db.lockAudit(ctx, tx); err != nil {
			return err
		}
		todo, err := db.log.locate(ctx, tx, chunk)
		if err != nil {
			return err
		}
		if err := db.log.erase(ctx, tx, todo); err != nil {
			return err
		}
		n = len(todo)
		return saveErasures(ctx, tx, todo, by)
	})
	return n, err
}

// saveErasures enters what was erased into the table and the audit.
func saveErasures(ctx context.Context, tx *sql.Tx, todo []*toErase, by scoring.Asking) error {
	for _, t := range todo {
		err := appendAudit(ctx, tx, AuditEntry{At: by.At, Actor: by.Actor, Action: ActionErase, Object: t.ID.String(), Subject: string(t.subject),
			Detail: detail("day", t.Day.String(), "rule", t.Rule, "reason", t.Reason)})
		if err != nil {
			return err
		}
		head, err := auditHead(ctx, tx)
		if err != nil {
			return err
		}
		if err := saveErased(ctx, tx, Erased{Erasure: t.Erasure, Position: t.at, Entry: head.Seq}); err != nil {
			return err
		}
	}
	return nil
}

func saveErased(ctx context.Context, tx *sql.Tx, e Erased) error {
	purged := 0
	if e.Purged {
		purged = 1
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO erasures (id, position, day, rule, reason, entry, purged) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		e.ID[:], int64(e.Position), dayText(e.Day), e.Rule, e.Reason, e.Entry, purged)
	if err != nil {
		return fmt.Errorf("saving the erasure of %s: %w", e.ID, err)
	}
	return nil
}

// saveTombstones enters records of an append that were erased in the log that they come from.
func saveTombstones(ctx context.Context, tx *sql.Tx, first credit.Position, records []*credit.Record) error {
	for i, r := range records {
		if on, erased := r.Erased(); erased {
			err := saveErased(ctx, tx, Erased{Erasure: Erasure{ID: r.ID, Day: on, Reason: "arrived erased"}, Position: first + credit.Position(i), Purged: true})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Erasures returns every erasure, by position.
func (db *DB) Erasures(ctx context.Context) ([]Erased, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, e *Erased) error {
		var id []byte
		var purged int
		if err := rows.Scan(&id, &e.Position, day{&e.Day}, &e.Rule, &e.Reason, &e.Entry, &purged); err != nil {
			return err
		}
		if len(id) != len(e.ID) {
			return fmt.Errorf("erasures: id of %d bytes: %w", len(id), ErrCorrupt)
		}
		e.ID, e.Purged = credit.ID(id), purged != 0
		return nil
	}, "SELECT id, position, day, rule, reason, entry, purged FROM erasures ORDER BY position")
}

// Purge destroys what the database keeps of erased bodies outside the log: in freed pages and the journal on SQLite, in
// dead rows on PostgreSQL. It rewrites the log, so it takes as long as to read and write it, appends wait, and the disk
// must hold it twice. It does nothing where nothing was erased since the last time. It returns [ErrHeld] where a reader
// holds a state from before the erasure; then nothing is lost, and Purge again does it.
//
// What lies outside the database is not its to destroy: backups, replicas, archived journals, sectors of the disk.
func (db *DB) Purge(ctx context.Context) error {
	var last sql.NullInt64
	if err := db.read.QueryRowContext(ctx, "SELECT max(entry) FROM erasures WHERE purged = 0").Scan(&last); err != nil {
		return fmt.Errorf("purging erased bodies: %w", err)
	}
	if !last.Valid {
		return nil
	}
	if err := db.log.rows.purge(ctx, db.write, db.log.sizes.patience); err != nil {
		return fmt.Errorf("purging erased bodies, which are gone from the log (run it again): %w", err)
	}
	_, err := db.write.ExecContext(ctx, "UPDATE erasures SET purged = 1 WHERE purged = 0 AND entry <= $1", last.Int64)
	if err != nil {
		return fmt.Errorf("purging erased bodies: %w", err)
	}
	return nil
}

// purge rewrites the file and cuts off the journal.
func (*sqliteRows) purge(ctx context.Context, db *sql.DB, patience time.Duration) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "VACUUM"); err != nil {
		return err
	}
	if _, err := conn.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", patience.Milliseconds())); err != nil {
		return err
	}
	defer conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA busy_timeout = 60000")
	var busy, pages, moved int
	if err := conn.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return fmt.Errorf("the journal keeps %d pages for a reader: %w", pages, ErrHeld)
	}
	return nil
}

// purge waits a moment for those who keep dead rows alive, and rewrites the tables.
func (*postgresRows) purge(ctx context.Context, db *sql.DB, patience time.Duration) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	var now int64
	if err := conn.QueryRowContext(ctx, "SELECT pg_current_xact_id()::text::bigint % 4294967296").Scan(&now); err != nil {
		return err
	}
	if err := outlive(ctx, conn, now, patience); err != nil {
		return err
	}
	for _, table := range []string{"log_block", "log_segment"} {
		if _, err := conn.ExecContext(ctx, "VACUUM (FULL) "+table); err != nil {
			return err
		}
	}
	return nil
}

// outlive waits until nobody in the database reads a state from before the transaction, and nobody in the server's other databases
// has been writing since before it: the rewriting itself reads a state as old as the oldest writer.
func outlive(ctx context.Context, conn *sql.Conn, transaction int64, patience time.Duration) error {
	tries := int(patience / (100 * time.Millisecond))
	for try := 0; ; try++ {
		var pid sql.NullInt64
		err := conn.QueryRowContext(ctx, `SELECT min(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND (age(backend_xid) > age($1::text::xid)
			OR datname = current_database() AND age(backend_xmin) > age($1::text::xid))`, fmt.Sprint(transaction)).Scan(&pid)
		if err != nil || !pid.Valid {
			return err
		}
		if try == tries {
			return fmt.Errorf("process %d of the server reads a state, or writes, from before: %w", pid.Int64, ErrHeld)
		}
		if _, err := conn.ExecContext(ctx, "SELECT pg_sleep(0.1)"); err != nil {
			return err
		}
	}
}
