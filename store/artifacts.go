package store

import (
	"context"
	"database/sql"
	"fmt"

	"hengxin/credit"
)

// Artifact is a fitted model that the database keeps. Its bytes are a document.
type Artifact struct {
	Digest Digest      `json:"digest"`
	Name   string      `json:"name"`
	Kind   string      `json:"kind"`
	Day    credit.Date `json:"day"` // when it was put here
}

// PutArtifact keeps an artifact's canonical bytes and sets a.Digest. Putting the same bytes again changes nothing and
// returns what stands.
func (db *DB) PutArtifact(ctx context.Context, bytes []byte, a Artifact) (Artifact, error) {
	err := db.tx(ctx, func(tx *sql.Tx) (err error) {
		if a.Digest, err = putDocument(ctx, tx, DocumentArtifact, bytes); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO artifacts (digest, name, kind, day) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
			a.Digest, a.Name, a.Kind, dayText(a.Day))
		return err
	})
	if err != nil {
		return a, fmt.Errorf("keeping artifact %s: %w", a.Name, err)
	}
	a, _, err = db.Artifact(ctx, a.Digest)
	return a, err
}

// Artifact returns an artifact and its bytes; [ErrNotFound] where the database has none of that digest.
func (db *DB) Artifact(ctx context.Context, d Digest) (a Artifact, bytes []byte, err error) {
	err = db.read.QueryRowContext(ctx, "SELECT digest, name, kind, day FROM artifacts WHERE digest = $1", d).
		Scan(&a.Digest, &a.Name, &a.Kind, day{&a.Day})
	if err := found(err, "artifact %s", d); err != nil {
		return a, nil, err
	}
	_, bytes, err = db.Document(ctx, d)
	return a, bytes, err
}

// Artifacts returns all artifacts, by day and then by digest.
func (db *DB) Artifacts(ctx context.Context) ([]Artifact, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, a *Artifact) error {
		return rows.Scan(&a.Digest, &a.Name, &a.Kind, day{&a.Day})
	}, "SELECT digest, name, kind, day FROM artifacts ORDER BY day, digest")
}
