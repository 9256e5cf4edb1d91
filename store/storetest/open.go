package storetest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"hengxin/store"
)

// shared is the one server of a test process.
var shared struct {
	once    sync.Once
	server  *Server
	err     error
	created atomic.Int64
}

// Main runs the tests and then stops the server that they started. A package whose tests use PostgreSQL has
//
//	func TestMain(m *testing.M) { storetest.Main(m) }
func Main(m *testing.M) {
	flag.Parse()
	if code, ok := child(); ok {
		os.Exit(code)
	}
	if checks := flag.Lookup("rapid.checks"); !*soak && checks.Value.String() == checks.DefValue {
		_ = checks.Value.Set("20") // each on databases of its own
	}
	code := m.Run()
	if shared.server != nil {
		if err := shared.server.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "stopping postgres:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// SQLite returns the name of a database that is not there yet.
func SQLite(t testing.TB) string { return filepath.Join(t.TempDir(), "hengxin.db") }

// Postgres returns the URL of a database with the tables and nothing in them. The first call in a process starts the
// server, which [Main] stops. Where there is no server to be had the test fails: it is never passed over.
func Postgres(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.err = startShared(context.Background()) })
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	url, err := shared.server.Create(context.Background(), fmt.Sprintf("test%d", shared.created.Add(1)), template)
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// template is the database that those of the tests are copies of.
const template = "hengxin_template"

func startShared(ctx context.Context) (err error) {
	if shared.server, err = StartServer(ctx, ServerOptions{}); err != nil {
		return err
	}
	url, err := shared.server.Create(ctx, template, "template0")
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	return db.Close()
}

// Open opens a database and closes it when the test ends.
func Open(t testing.TB, url string) *store.DB {
	t.Helper()
	db, err := store.Open(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// Each runs a test on an empty database of each kind; url opens it a second time.
func Each(t *testing.T, test func(t *testing.T, db *store.DB, url string)) {
	t.Run("sqlite", func(t *testing.T) {
		url := SQLite(t)
		test(t, Open(t, url), url)
	})
	t.Run("postgres", func(t *testing.T) {
		url := Postgres(t)
		test(t, Open(t, url), url)
	})
}
