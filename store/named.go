package store

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
)

// Result codes of SQLite ("Result and Error Codes" in its documentation): the low byte is the class.
const (
	sqliteCorrupt = 11
	sqliteFull    = 13
	sqliteNotDB   = 26
	sqliteIOWrite = 778 // a write that the system refused, for a limit on the size of files for one
)

// named adds our name to an error of the database that an operator must act on; any other stays as it is.
func named(err error) error {
	if err == nil || errors.Is(err, ErrDisk) || errors.Is(err, ErrCorrupt) {
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch code := lite.Code(); {
		case code&0xff == sqliteFull, code == sqliteIOWrite:
			return &namedError{err, ErrDisk}
		case code&0xff == sqliteCorrupt, code&0xff == sqliteNotDB:
			return &namedError{err, ErrCorrupt}
		}
	}
	var server *pgconn.PgError
	if errors.As(err, &server) {
		switch server.Code { // Appendix A of PostgreSQL's documentation
		case "53100": // disk_full
			return &namedError{err, ErrDisk}
		case "XX001", "XX002": // data_corrupted, index_corrupted
			return &namedError{err, ErrCorrupt}
		}
	}
	return err
}

// namedError is an error of the database under our name.
type namedError struct{ err, name error }

func (e *namedError) Error() string   { return e.name.Error() + ": " + e.err.Error() }
func (e *namedError) Unwrap() []error { return []error{e.name, e.err} }
