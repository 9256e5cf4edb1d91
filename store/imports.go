package store

import (
	"context"
	"database/sql"
	"fmt"
)

// Import is how far the reading of one file under one mapping has come. It is saved in the transaction that appends
// the records, so after any stop the log holds exactly the rows that Rows counts.
type Import struct {
	File    Digest `json:"file"`    // of the file's bytes
	Mapping Digest `json:"mapping"` // of the mapping's bytes
	Name    string `json:"name"`    // the file as the user named it
	Rows    int64  `json:"rows"`    // rows of the file that need no more looking at
	State   []byte `json:"state"`   // what the importer needs to go on, counters for one, in its own form
	Done    bool   `json:"done"`
}

// Import returns how far the import of that file under that mapping has come; [ErrNotFound] where it has not begun.
func (db *DB) Import(ctx context.Context, file, mapping Digest) (Import, error) {
	i := Import{File: file, Mapping: mapping}
	err := db.read.QueryRowContext(ctx, "SELECT name, rows, state, done FROM imports WHERE file = $1 AND mapping = $2", file, mapping).
		Scan(&i.Name, &i.Rows, &i.State, &i.Done)
	return i, found(err, "import of file %s", file)
}

// Imports returns every import, by name.
func (db *DB) Imports(ctx context.Context) ([]Import, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, i *Import) error {
		return rows.Scan(&i.File, &i.Mapping, &i.Name, &i.Rows, &i.State, &i.Done)
	}, "SELECT file, mapping, name, rows, state, done FROM imports ORDER BY name, file, mapping")
}

func saveImport(ctx context.Context, tx *sql.Tx, i Import) error {
	if i.State == nil {
		i.State = []byte{}
	}
	done := 0
	if i.Done {
		done = 1
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO imports (file, mapping, name, rows, state, done) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (file, mapping) DO UPDATE SET name = excluded.name, rows = excluded.rows, state = excluded.state, done = excluded.done`,
		i.File, i.Mapping, i.Name, i.Rows, i.State, done)
	if err != nil {
		return fmt.Errorf("saving the import of %s: %w", i.Name, err)
	}
	return nil
}
