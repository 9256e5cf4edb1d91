package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// DB is one database: the record log and the working tables. It is for use by several goroutines at once, and several
// processes may hold the same database open.
type DB struct {
	dialect dialect
	write   *sql.DB // transactions that change something; on SQLite one connection
	read    *sql.DB // everything else; on PostgreSQL the same pool

	dir string // of the file, on SQLite

	log     *packedLog
	sharing *credit.Sharing // what may be kept

	appending sync.Mutex // orders the appends of this process and guards known
	known     idSet      // ids of the log up to known.head
}

// Option changes how Open opens.
type Option func(*options)

type options struct {
	existing, unchecked bool
}

// Existing makes Open refuse a SQLite file that is not there, where it would otherwise make one.
func Existing() Option { return func(o *options) { o.existing = true } }

// AnyVersion makes Open leave the tables as they are, for [DB.Migrate] to bring them up to date.
func AnyVersion() Option { return func(o *options) { o.unchecked = true } }

// Open opens the database that url names: a SQLite file (a path, or sqlite:path), made where there is none, or
// a postgres:// URL. An empty database gets its tables. It returns [ErrSchema] for a database of another version and
// [ErrNotFound] for a missing file under [Existing].
func Open(ctx context.Context, url string, opts ...Option) (*DB, error) {
	var o options
	for _, f := range opts {
		f(&o)
	}
	db, err := connect(url, o)
	if err != nil {
		return nil, fmt.Errorf("opening database %s: %w", redact(url), err)
	}
	db.sharing = policy.Default().Sharing()
	if err := db.alone(ctx, func() error { return db.prepare(ctx, o) }); err != nil {
		db.Close()
		return nil, fmt.Errorf("opening database %s: %w", redact(url), err)
	}
	return db, nil
}

func (db *DB) prepare(ctx context.Context, o options) error {
	if err := db.read.PingContext(ctx); err != nil {
		return err
	}
	if o.unchecked {
		return nil
	}
	return db.ready(ctx)
}

// Close gives the connections back. The DB is not to be used after.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != db.write {
		err = errors.Join(db.read.Close(), err)
	}
	return err
}

// Name is the kind of database: sqlite or postgres.
func (db *DB) Name() string { return db.dialect.name }

// tx runs fn in one transaction that may change something. It commits where fn returns nil and rolls back otherwise.
// On SQLite the transaction is the only writer from its first statement on.
func (db *DB) tx(ctx context.Context, fn func(*sql.Tx) error) error {
	return db.txConn(ctx, func(_ *sql.Conn, tx *sql.Tx) error { return fn(tx) })
}

// txConn is tx for those who also need the connection under the transaction.
func (db *DB) txConn(ctx context.Context, fn func(*sql.Conn, *sql.Tx) error) error {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", named(err))
	}
	if err := fn(conn, tx); err != nil {
		return errors.Join(named(err), ignoreDone(tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", named(err))
	}
	return nil
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// found turns the absence of a row into ErrNotFound.
func found(err error, what string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf(what+": %w", append(args, ErrNotFound)...)
	}
	if err != nil {
		return fmt.Errorf("reading "+what+": %w", append(args, err)...)
	}
	return nil
}

// Latest as an upper position means every record there is.
const Latest = credit.Position(1<<63 - 1)
