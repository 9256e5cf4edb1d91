package store_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
	"hengxin/store/storetest"
)

// A PostgreSQL database as programs before version 6 of the tables left it holds the same log after its migration.
func TestRepack(t *testing.T) {
	ctx := context.Background()
	want := storetest.Open(t, storetest.SQLite(t))
	url := storetest.Postgres(t)
	old, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer old.Close()
	_, err = old.ExecContext(ctx, "DROP TABLE log_segment, log_run, log_block; DELETE FROM goose_db_version WHERE version_id > 4; DROP TABLE IF EXISTS erasures;"+
		store.UpStatements("00003_log_postgres.sql"))
	require.NoError(t, err)
	at := 0
	for _, n := range []int{1, 700, 3000} {
		batch := storetest.NewMaker(uint64(n), 900).Make(nil, n)
		done, err := want.Append(ctx, batch)
		require.NoError(t, err)
		for i := range batch {
			if !done.Fresh[i] {
				continue
			}
			at++
			_, err := old.ExecContext(ctx, "INSERT INTO log_record (position, batch, subject, id, record) VALUES ($1, $2, $3, $4, $5)",
				at, int64(done.First), string(batch[i].Subject), [16]byte(batch[i].ID), batch[i].AppendTo(nil))
			require.NoError(t, err)
		}
	}
	_, err = old.ExecContext(ctx, "UPDATE log_head SET head = $1", at)
	require.NoError(t, err)

	_, err = store.Open(ctx, url)
	require.ErrorIs(t, err, store.ErrSchema)
	db, err := store.Open(ctx, url, store.AnyVersion())
	require.NoError(t, err)
	defer db.Close()
	done, err := db.Migrate(ctx)
	require.NoError(t, err)
	require.Contains(t, done.Applied, "00006")
	same := func() {
		left, err := want.Check(ctx)
		require.NoError(t, err)
		right, err := db.Check(ctx)
		require.NoError(t, err)
		require.Equal(t, left, right)
	}
	same()
	more := storetest.NewMaker(4, 900).Make(nil, 500)
	for _, db := range []*store.DB{want, db} { // and appends go on where the old program stopped
		_, err := db.Append(ctx, append([]credit.Record(nil), more...))
		require.NoError(t, err)
	}
	same()
}
