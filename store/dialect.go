package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // the driver called sqlite

	"hengxin/credit"
)

// dialect is all in which the two databases differ, the tables of the log excepted.
type dialect struct {
	name    string
	goose   goose.Dialect
	exclude []string // migrations that are the other database's
	tables  string   // lists the tables
	lock    string   // makes a transaction the only one that appends; "" where every writer is alone
}

var (
	sqliteDialect = dialect{name: "sqlite", goose: goose.DialectSQLite3, exclude: []string{"00003_log_postgres.sql", "00005_log_packed_postgres.sql"},
		tables: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"}

	postgresDialect = dialect{name: "postgres", goose: goose.DialectPostgres, exclude: []string{"00002_log_sqlite.sql"},
		tables: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
		lock:   "SELECT pg_advisory_xact_lock(7310590128)"}
)

// connect makes the pools; nothing is asked of the database yet.
func connect(target string, o options) (*DB, error) {
	switch scheme, rest, _ := strings.Cut(target, ":"); {
	case scheme == "postgres" || scheme == "postgresql":
		return connectPostgres(target)
	case scheme == "sqlite":
		return connectSQLite(rest, o)
	case strings.Contains(target, "://"):
		return nil, fmt.Errorf("scheme %q: want a file name, sqlite:FILE or postgres://...: %w", scheme, credit.ErrInvalid)
	}
	return connectSQLite(target, o)
}

func connectPostgres(target string) (*DB, error) {
	config, err := pgx.ParseConfig(target)
	if err != nil {
		return nil, errors.Join(credit.ErrInvalid, err)
	}
	config.RuntimeParams["jit"] = "off" // compiling costs more than any query of ours
	config.RuntimeParams["application_name"] = "hengxin"
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(maxConnections)
	pool.SetMaxIdleConns(maxConnections)
	return &DB{dialect: postgresDialect, write: pool, read: pool, log: newPackedLog(pool, &postgresRows{pool}, postgresSizes)}, nil
}

func connectSQLite(path string, o options) (*DB, error) {
	if path == "" {
		return nil, fmt.Errorf("no file name: %w", credit.ErrInvalid)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && o.existing {
		return nil, fmt.Errorf("file %s: no database is there: name it with --db, or make it with hengxin db migrate: %w", path, ErrNotFound)
	}
	write, err := sql.Open("sqlite", sqliteName(path, "_pragma=cache_size(-65536)&_txlock=immediate"))
	if err != nil {
		return nil, err
	}
	read, err := sql.Open("sqlite", sqliteName(path, "_pragma=cache_size(-8192)&_query_only=1"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	write.SetMaxOpenConns(1)
	read.SetMaxOpenConns(2 * runtime.GOMAXPROCS(0))
	read.SetMaxIdleConns(2 * runtime.GOMAXPROCS(0))
	return &DB{dialect: sqliteDialect, write: write, read: read, dir: filepath.Dir(path), log: newPackedLog(read, &sqliteRows{db: read}, sqliteSizes)}, nil
}

// sqliteName is the driver's name for the file. The page size must be set before the journal mode, and the driver
// orders what is given as _pragma by the alphabet: hence _journal_mode, which it applies after.
func sqliteName(path, more string) string {
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(path)
	return "file:" + escaped + "?_busy_timeout=60000&_pragma=page_size(32768)" +
		"&_pragma=wal_autocheckpoint(2000)&_journal_mode=WAL&_synchronous=FULL&_foreign_keys=1&" + more
}

// redact leaves the password out of a URL that is going to be printed.
func redact(target string) string {
	if u, err := url.Parse(target); err == nil && u.User != nil {
		return u.Redacted()
	}
	return target
}
