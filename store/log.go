package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hengxin/credit"
	"hengxin/scoring"
)

type groupFunc func(records []credit.Record, at []credit.Position) error

// ScanFunc gets a subject and all its records in (known date, id) order. The slice and the bodies are used again after
// it returns; the strings in it are not.
type ScanFunc func(subject credit.Subject, records []credit.Record) error

// RecordFunc gets a record and its position. The record and its body are used again after it returns.
type RecordFunc func(at credit.Position, r *credit.Record) error

// Appended says what an append did. First and Last are 0 where nothing was added.
type Appended struct {
	Added, Duplicates int
	First, Last       credit.Position
	Fresh             []bool // by record of the batch: it was added, and is no duplicate
}

// Append adds records to the end of the log in the order given, leaving out those whose id the log or the batch already
// has, and numbers them on from the head without a gap. All are added or, on an error, none; when it returns nil they
// are on disk. It returns [credit.ErrInvalid] for a record that [credit.Record.Check] refuses, whose id is not the
// digest of its content, or whose body is not canonical, and for a batch of more than 1,048,576; [credit.ErrNotStorable]
// for a record that the list of shared items forbids to keep, whoever offers it.
func (db *DB) Append(ctx context.Context, records []credit.Record) (Appended, error) {
	return db.append(ctx, records, nil)
}

// AppendImport is Append, and saves in the same transaction how far the import has come.
func (db *DB) AppendImport(ctx context.Context, records []credit.Record, progress Import) (Appended, error) {
	return db.AppendRows(ctx, records, func(Appended) Import { return progress })
}

// AppendRows is AppendImport for an importer whose progress depends on what was added: progress is asked for it inside
// the transaction, after the records and before the commit.
func (db *DB) AppendRows(ctx context.Context, records []credit.Record, progress func(Appended) Import) (Appended, error) {
	return db.append(ctx, records, func(tx *sql.Tx, done Appended) error { return saveImport(ctx, tx, progress(done)) })
}

// AppendReceived is Append of records that somebody sent, and makes the audit entry in the same transaction.
func (db *DB) AppendReceived(ctx context.Context, records []credit.Record, by scoring.Asking) (Appended, error) {
	return db.append(ctx, records, func(tx *sql.Tx, done Appended) error {
		if err := db.lockAudit(ctx, tx); err != nil {
			return err
		}
		e := AuditEntry{At: by.At, Actor: by.Actor, Action: ActionRecords,
			Detail: detail("read", strconv.Itoa(len(records)), "added", strconv.Itoa(done.Added))}
		if done.Added > 0 {
			e.Object = fmt.Sprintf("%d-%d", done.First, done.Last)
		}
		return appendAudit(ctx, tx, e)
	})
}

func (db *DB) append(ctx context.Context, records []credit.Record, also func(*sql.Tx, Appended) error) (Appended, error) {
	if len(records) > maxBatch {
		return Appended{}, fmt.Errorf("appending %d records at once, at most %d: %w", len(records), maxBatch, credit.ErrInvalid)
	}
	db.appending.Lock()
	defer db.appending.Unlock()
	var done Appended
	err := db.txConn(ctx, func(conn *sql.Conn, tx *sql.Tx) (err error) {
		if done, err = db.appendTx(ctx, conn, tx, records); err != nil || also == nil {
			return err
		}
		return also(tx, done)
	})
	if err != nil {
		db.known = idSet{} // it may hold ids that are not in the log
		return Appended{}, fmt.Errorf("appending %d records: %w", len(records), err)
	}
	return done, nil
}

func (db *DB) appendTx(ctx context.Context, conn *sql.Conn, tx *sql.Tx, records []credit.Record) (Appended, error) {
	if err := db.catchUp(ctx, tx); err != nil {
		return Appended{}, err
	}
	added := make([]*credit.Record, 0, len(records))
	fresh := make([]bool, len(records))
	for i := range records {
		if records[i].ID.IsZero() {
			return Appended{}, fmt.Errorf("record %d of the batch has no id; seal it first: %w", i, credit.ErrInvalid)
		}
		if fresh[i] = db.known.add(records[i].ID); fresh[i] {
			added = append(added, &records[i])
		}
	}
	done := Appended{Added: len(added), Duplicates: len(records) - len(added), Fresh: fresh}
	if len(added) == 0 {
		return done, nil
	}
	checked := make(chan error, 1)
	go func() { checked <- db.checkRecords(added) }() // while the database works
	done.First, done.Last = db.known.head+1, db.known.head+credit.Position(len(added))
	err := db.log.write(ctx, writing{conn, tx}, done.First, added)
	if bad := <-checked; bad != nil {
		return done, bad
	}
	if err != nil {
		return done, err
	}
	if err := saveTombstones(ctx, tx, done.First, added); err != nil {
		return done, err
	}
	db.known.head = done.Last
	_, err = tx.ExecContext(ctx, "UPDATE log_head SET head = $1", int64(done.Last))
	return done, err
}

// catchUp makes this transaction the only one that appends and loads the ids that others appended since.
func (db *DB) catchUp(ctx context.Context, tx *sql.Tx) error {
	if err := db.lockLog(ctx, tx); err != nil {
		return err
	}
	var head credit.Position
	if err := tx.QueryRowContext(ctx, "SELECT head FROM log_head").Scan(&head); err != nil {
		return fmt.Errorf("reading the head of the log: %w", err)
	}
	if head == db.known.head {
		return nil
	}
	err := db.log.ids(ctx, tx, db.known.head, func(id credit.ID) { db.known.add(id) })
	if err != nil {
		return fmt.Errorf("reading the ids of the log: %w", err)
	}
	if db.known.head = head; db.known.count != int(head) {
		return fmt.Errorf("the log holds %d ids at position %d: %w", db.known.count, head, ErrCorrupt)
	}
	return nil
}

// lockLog makes this transaction the only one that changes the log.
func (db *DB) lockLog(ctx context.Context, tx *sql.Tx) error {
	if db.dialect.lock == "" { // every writer is alone
		return nil
	}
	if _, err := tx.ExecContext(ctx, db.dialect.lock); err != nil {
		return fmt.Errorf("waiting for the log: %w", err)
	}
	return nil
}

// Storable returns nil where the record may be kept in the log, and an error that wraps [credit.ErrNotStorable] and
// names the row where the list of shared items forbids it. Append refuses what it refuses.
func (db *DB) Storable(r *credit.Record) error { return db.sharing.Storable(r) }

// checkRecords is the door of a log that forgets nothing: what passes is what its id says, and may be kept. A tombstone
// from another log is taken by its form: what its id was the digest of is gone.
func (db *DB) checkRecords(records []*credit.Record) error {
	for _, r := range records {
		if err := r.Check(); err != nil {
			return err
		}
		if err := db.sharing.Storable(r); err != nil {
			return err
		}
		if err := r.Body.Check(); err != nil {
			return err
		}
		if !utf8.ValidString(string(r.Subject)) || strings.IndexByte(string(r.Subject), 0) >= 0 {
			return fmt.Errorf("subject %q: not a text: %w", r.Subject, credit.ErrInvalid)
		}
		if _, erased := r.Erased(); erased {
			continue
		}
		if id := sealedID(r); id != r.ID {
			return fmt.Errorf("record %s: its content has the id %s: %w", r.ID, id, credit.ErrInvalid)
		}
	}
	return nil
}

// Head returns the position of the last record, 0 for an empty log. Who saw it sees the same records up to it ever after.
func (db *DB) Head(ctx context.Context) (head credit.Position, err error) {
	if err := db.read.QueryRowContext(ctx, "SELECT head FROM log_head").Scan(&head); err != nil {
		return 0, fmt.Errorf("reading the head of the log: %w", err)
	}
	return head, nil
}

// History appends to dst the records of the subject up to the position, in (known date, id) order. They are the
// caller's: nothing in them is used again. A subject without records has none, which is no error. It returns
// [credit.ErrInvalid] for a history of more than [credit.MaxHistory], and [ErrCorrupt] where a record is not what its id
// says: decisions rest on histories, so each is held to its ids.
func (db *DB) History(ctx context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	n := len(dst)
	dst, err := db.log.history(ctx, dst, subject, upTo)
	if err != nil {
		return dst[:n], fmt.Errorf("reading the history of %s: %w", subject, named(err))
	}
	if len(dst)-n > credit.MaxHistory {
		return dst[:n], fmt.Errorf("history of %s: %d records, at most %d: %w", subject, len(dst)-n, credit.MaxHistory, credit.ErrInvalid)
	}
	for i := n; i < len(dst); i++ {
		if _, erased := dst[i].Erased(); !erased && sealedID(&dst[i]) != dst[i].ID {
			return dst[:n], fmt.Errorf("history of %s: record %s is not what its id says (run \"hengxin db check\"): %w", subject, dst[i].ID, ErrCorrupt)
		}
	}
	sortHistory(dst[n:])
	return dst, nil
}

func sortHistory(records []credit.Record) {
	slices.SortFunc(records, func(a, b credit.Record) int { return a.Compare(&b) })
}

// Range is the subjects from From on and before To; "" leaves that end open.
type Range struct{ From, To credit.Subject }

// Scan calls fn for every subject that has records up to the position, in the byte order of subjects.
func (db *DB) Scan(ctx context.Context, upTo credit.Position, fn ScanFunc) error {
	return db.ScanRange(ctx, Range{}, upTo, fn)
}

// ScanRange is Scan over a part of the subjects. Several may run at once, one for each of [DB.Ranges]: give all of them
// the same position, and they read one state of the log.
func (db *DB) ScanRange(ctx context.Context, r Range, upTo credit.Position, fn ScanFunc) error {
	err := db.log.scan(ctx, r, upTo, func(records []credit.Record, _ []credit.Position) error {
		sortHistory(records)
		return fn(records[0].Subject, records)
	})
	if err != nil {
		return fmt.Errorf("scanning subjects from %q to %q: %w", r.From, r.To, named(err))
	}
	return nil
}

// Records calls fn for the records from one position to another, both included, in their order.
func (db *DB) Records(ctx context.Context, from, to credit.Position, fn RecordFunc) error {
	if err := db.log.records(ctx, from, to, fn); err != nil {
		return fmt.Errorf("reading records %d to %d: %w", from, to, named(err))
	}
	return nil
}

// Ranges cuts the subjects into at most n ranges of about as many records each, which together are all of them.
func (db *DB) Ranges(ctx context.Context, n int) ([]Range, error) {
	at, err := db.log.rows.splits(ctx)
	if err != nil {
		return nil, fmt.Errorf("cutting the subjects into %d ranges: %w", n, err)
	}
	ranges := []Range{{}}
	for i := 1; i < n && len(at) > 0; i++ {
		last, cut := &ranges[len(ranges)-1], at[i*len(at)/n]
		if cut > last.From {
			last.To = cut
			ranges = append(ranges, Range{From: cut})
		}
	}
	return ranges, nil
}
