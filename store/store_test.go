package store_test

import (
	"testing"

	"hengxin/store"
	"hengxin/store/storetest"
)

func TestSQLite(t *testing.T) { storetest.Run(t, storetest.SQLite, storetest.Open) }

func TestPostgres(t *testing.T) { storetest.Run(t, storetest.Postgres, storetest.Open) }

// The same on a packed log cut so small that a few records make many blocks, runs and steps of merges.
func TestSQLiteSmall(t *testing.T) { storetest.Run(t, storetest.SQLite, small) }

func TestPostgresSmall(t *testing.T) { storetest.Run(t, storetest.Postgres, small) }

func small(t testing.TB, url string) *store.DB {
	db := storetest.Open(t, url)
	store.Shrink(db)
	return db
}
