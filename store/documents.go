package store

import (
	"context"
	"database/sql"
	"fmt"

	"hengxin/credit"
)

// Kinds of documents.
const (
	DocumentPolicy    = "policy"
	DocumentCatalogue = "catalogue"
	DocumentCoverage  = "coverage"
	DocumentPeers     = "peers"
	DocumentMapping   = "mapping"
	DocumentArtifact  = "artifact"
	DocumentManifest  = "manifest"
)

// PutDocument keeps bytes under their digest, so that whatever names the digest can be replayed. Keeping the same
// bytes again changes nothing.
func (db *DB) PutDocument(ctx context.Context, kind string, b []byte) (d Digest, err error) {
	err = db.tx(ctx, func(tx *sql.Tx) error {
		d, err = putDocument(ctx, tx, kind, b)
		return err
	})
	return d, err
}

func putDocument(ctx context.Context, tx *sql.Tx, kind string, b []byte) (Digest, error) {
	d := DigestOf(b)
	if b == nil {
		b = []byte{}
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO documents (digest, kind, bytes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", d, kind, b)
	if err != nil {
		return d, fmt.Errorf("keeping %s %s: %w", kind, d, err)
	}
	return d, nil
}

// Document returns the bytes of that digest and their kind; [ErrNotFound] where the database has none.
func (db *DB) Document(ctx context.Context, d Digest) (kind string, b []byte, err error) {
	err = db.read.QueryRowContext(ctx, "SELECT kind, bytes FROM documents WHERE digest = $1", d).Scan(&kind, &b)
	if err := found(err, "document %s", d); err != nil {
		return "", nil, err
	}
	if DigestOf(b) != d {
		return "", nil, fmt.Errorf("%s %s: %w", kind, d, ErrCorrupt)
	}
	return kind, b, nil
}

// Dataset is a built dataset: its manifest's digest, where it was written, the position it was built at, and the day.
type Dataset struct {
	Manifest Digest          `json:"manifest"`
	Dir      string          `json:"dir"`
	Position credit.Position `json:"position"`
	Day      credit.Date     `json:"day"`
}

// PutDataset registers a dataset and keeps its manifest. Building the same again changes only where and when.
func (db *DB) PutDataset(ctx context.Context, manifest []byte, ds Dataset) (Dataset, error) {
	err := db.tx(ctx, func(tx *sql.Tx) (err error) {
		if ds.Manifest, err = putDocument(ctx, tx, DocumentManifest, manifest); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO datasets (manifest, dir, position, day) VALUES ($1, $2, $3, $4)
			ON CONFLICT (manifest) DO UPDATE SET dir = excluded.dir, day = excluded.day`, ds.Manifest, ds.Dir, int64(ds.Position), dayText(ds.Day))
		return err
	})
	if err != nil {
		return ds, fmt.Errorf("registering dataset %s: %w", ds.Dir, err)
	}
	return ds, nil
}

// Datasets returns the registered datasets, by day and then by digest.
func (db *DB) Datasets(ctx context.Context) ([]Dataset, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, ds *Dataset) error {
		return rows.Scan(&ds.Manifest, &ds.Dir, &ds.Position, day{&ds.Day})
	}, "SELECT manifest, dir, position, day FROM datasets ORDER BY day, manifest")
}

// collect runs a query and reads every row.
func collect[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return allRows(rows, scan)
}

func allRows[T any](rows *sql.Rows, scan func(*sql.Rows, *T) error) (all []T, err error) {
	defer rows.Close()
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}
