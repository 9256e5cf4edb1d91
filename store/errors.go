package store

import "errors"

var (
	// ErrNotFound is returned, wrapped with what was looked for, where the database holds no such thing.
	ErrNotFound = errors.New("not found")

	// ErrSchema is returned by Open for a database whose tables are older or newer than this program.
	ErrSchema = errors.New("tables of another version")

	// ErrStage is returned for a move that the table of stages does not allow.
	ErrStage = errors.New("stage not allowed")

	// ErrDisk is returned where the disk is full, or a limit of the system refuses what was to be written. Nothing of it
	// is kept, and nothing before it is lost: make room and do it again.
	ErrDisk = errors.New("the disk is full or refuses writes")

	// ErrCorrupt is returned where stored bytes are not what was stored. [DB.Check] says more, and
	// [DB.Reindex] mends what only the index has lost.
	ErrCorrupt = errors.New("stored bytes are damaged")
)
