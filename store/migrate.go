package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrated says what Migrate did.
type Migrated struct {
	From, To int64    // versions of the tables before and after
	Applied  []string // names of the files that ran, in order
}

// Migrate brings the tables up to this program's version. It changes nothing where they are.
func (db *DB) Migrate(ctx context.Context) (done Migrated, err error) {
	err = db.alone(ctx, func() (err error) {
		done, err = db.migrate(ctx)
		return err
	})
	return done, err
}

func (db *DB) migrate(ctx context.Context) (Migrated, error) {
	provider, err := db.migrations()
	if err != nil {
		return Migrated{}, err
	}
	var done Migrated
	if done.From, done.To, err = provider.GetVersions(ctx); err != nil {
		return done, fmt.Errorf("reading the version of the tables: %w", err)
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return done, fmt.Errorf("migrating the tables from version %d: %w", done.From, err)
	}
	for _, r := range results {
		name := r.Source.Path
		if r.Source.Type == goose.TypeGo {
			name = fmt.Sprintf("%05d", r.Source.Version)
		}
		done.Applied = append(done.Applied, name)
	}
	return done, nil
}

// alone runs fn while no other process, and no other handle of this one, makes or changes tables.
func (db *DB) alone(ctx context.Context, fn func() error) error {
	if db.dir != "" {
		unlock, err := lockDir(db.dir)
		if err != nil {
			return err
		}
		return errors.Join(fn(), unlock())
	}
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock(7310590129)"); err != nil {
		return fmt.Errorf("waiting for another process that makes the tables: %w", err)
	}
	err = fn()
	_, unlocking := conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock(7310590129)")
	return errors.Join(err, unlocking)
}

func (db *DB) migrations() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	options := []goose.ProviderOption{goose.WithExcludeNames(db.dialect.exclude), goose.WithDisableGlobalRegistry(true)}
	if db.dialect.goose == goose.DialectPostgres {
		options = append(options, goose.WithGoMigrations(repackMigration(db.log)))
	}
	return goose.NewProvider(db.dialect.goose, db.write, files, options...)
}

// ready gives an empty database its tables and refuses one of another version.
func (db *DB) ready(ctx context.Context) error {
	provider, err := db.migrations()
	if err != nil {
		return err
	}
	at, want := db.version(ctx), provider.ListSources()
	newest := want[len(want)-1].Version
	switch {
	case at == newest:
		return nil
	case at > newest:
		return fmt.Errorf("its tables are of version %d, this program knows %d; use a newer program: %w", at, newest, ErrSchema)
	case at > 0:
		return fmt.Errorf("its tables are of version %d, this program needs %d; run \"hengxin db migrate\": %w", at, newest, ErrSchema)
	}
	_, err = db.migrate(ctx)
	return err
}

// version is the version of the tables, 0 where there are none.
func (db *DB) version(ctx context.Context) (v int64) {
	_ = db.read.QueryRowContext(ctx, "SELECT coalesce(max(version_id), 0) FROM goose_db_version").Scan(&v)
	return v
}
