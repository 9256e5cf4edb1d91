package store

import (
	"context"
	"database/sql"
	"fmt"

	"hengxin/credit"
)

// SubjectRow is what a register says of a subject: the name under which others may speak of it.
type SubjectRow struct {
	Subject credit.Subject `json:"subject"`
	Name    string         `json:"name"`
	Class   string         `json:"class,omitempty"`
	Source  string         `json:"source"`
	Day     credit.Date    `json:"day"` // as of which the source states it
}

// PutSubjects registers names. A row replaces an older one of its subject, and is left out where a newer stands.
func (db *DB) PutSubjects(ctx context.Context, rows []SubjectRow) error {
	err := db.tx(ctx, func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, `INSERT INTO subjects (subject, name, class, source, day) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (subject) DO UPDATE SET name = excluded.name, class = excluded.class, source = excluded.source, day = excluded.day
			WHERE excluded.day >= subjects.day`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, r := range rows {
			if _, err := put.ExecContext(ctx, string(r.Subject), r.Name, r.Class, r.Source, dayText(r.Day)); err != nil {
				return fmt.Errorf("subject %s: %w", r.Subject, err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("registering %d subjects: %w", len(rows), err)
	}
	return nil
}

// Subject returns the registered row of a subject; [ErrNotFound] where there is none, which says nothing of its records.
func (db *DB) Subject(ctx context.Context, s credit.Subject) (SubjectRow, error) {
	r := SubjectRow{Subject: s}
	err := db.read.QueryRowContext(ctx, "SELECT name, class, source, day FROM subjects WHERE subject = $1", string(s)).
		Scan(&r.Name, &r.Class, &r.Source, day{&r.Day})
	return r, found(err, "subject %s", s)
}

// SubjectsNamed returns the subjects registered under exactly that name, in their order: names are not unique.
func (db *DB) SubjectsNamed(ctx context.Context, name string) ([]SubjectRow, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, r *SubjectRow) error {
		return rows.Scan(&r.Subject, &r.Name, &r.Class, &r.Source, day{&r.Day})
	}, "SELECT subject, name, class, source, day FROM subjects WHERE name = $1 ORDER BY subject", name)
}
