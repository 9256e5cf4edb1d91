package storetest

import (
	"context"
	"testing"

	"hengxin/store"
)

// Opener opens a database as [Open] does; the tests of the store itself also set it up in their own way.
type Opener func(t testing.TB, url string) *store.DB

// Run runs every promise of the store on one kind of database. url makes a new one each time.
func Run(t *testing.T, url func(testing.TB) string, open Opener) {
	d := kind{url, open}
	for _, test := range []struct {
		name string
		run  func(*testing.T, kind)
	}{
		{"append", testAppend}, {"refused", testRefused}, {"received", testReceived}, {"order", testOrder}, {"long", testLong},
		{"naive", testNaive}, {"ranges", testRanges}, {"merges", testMerges}, {"parallel", testParallel}, {"stopped", testStopped},
		{"shared", testShared}, {"erase", testErase}, {"erase refused", testEraseRefused}, {"held", testHeld}, {"tombstones", testTombstones},
		{"full", testFull}, {"reindex", testReindex}, {"flipped", testFlipped}, {"clock back", testClockBack}, {"erase killed", testEraseKilled},
		{"processes", testProcesses}, {"killed", testKilled},
		{"documents", testDocuments}, {"artifacts", testArtifacts}, {"stages", testStages}, {"imports", testImports},
		{"subjects", testSubjects}, {"versions", testVersions}, {"first", testFirst}, {"tables", testTables}, {"damage", testDamage},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, d) })
	}
}

// kind is one kind of database.
type kind struct {
	url  func(testing.TB) string
	open Opener
}

// empty opens a new database.
func (k kind) empty(t testing.TB) *store.DB {
	t.Helper()
	return k.open(t, k.url(t))
}

// sound fails the test unless the database agrees with itself.
func sound(t testing.TB, db *store.DB) store.Checked {
	t.Helper()
	c, err := db.Check(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range c.Problems {
		t.Error(p)
	}
	return c
}
