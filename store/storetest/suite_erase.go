package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
)

// secret stands in the bodies that are erased, and nowhere else.
const secret = "Xq7-erase-me-Zk93-erase-me-Vw51"

func secretOf(s credit.Subject, number int) credit.Record {
	r := about(s, number)
	r.Body = credit.AppendBody(nil, credit.FieldDocNo, secret)
	r.Body = credit.AppendBody(r.Body, credit.FieldFact, string(rune('a'+number))+secret)
	r.Seal()
	return r
}

// testErase erases records that lie in runs of every age, and looks for their bodies in everything that is on disk.
func testErase(t *testing.T, k kind) {
	ctx := context.Background()
	url := k.url(t)
	db := k.open(t, url)
	var l naiveLog
	var erasures []store.Erasure
	m, day := NewMaker(11, 900), credit.NewDate(2024, 5, 6)
	for i := range 12 {
		batch := m.Make(nil, 60)
		if i%4 == 0 {
			r := secretOf(batch[0].Subject, i)
			batch = append(batch, r)
			erasures = append(erasures, store.Erasure{ID: r.ID, Day: day, Rule: "ROW-5Y"})
		}
		l.append(batch)
		requireAppend(t, db, batch)
	}
	require.True(t, onDisk(t, url, secret), "what is not found before cannot be missed after")
	require.NoError(t, db.Audit(ctx, store.AuditEntry{At: someone.At, Actor: "me", Action: store.ActionRecords}))
	anchor, err := db.AuditHead(ctx)
	require.NoError(t, err)

	n, err := db.Erase(ctx, erasures, someone)
	require.NoError(t, err)
	require.Equal(t, len(erasures), n)
	for i, r := range l.records {
		if bytes.Contains(r.Body, []byte(secret)) {
			l.erase(credit.Position(i+1), day)
		}
	}
	require.False(t, onDisk(t, url, secret), "a copy of an erased body is left")
	equalLog(t, db, &l, store.Latest)
	require.Equal(t, int64(len(erasures)), sound(t, db).Erased)
	head, err := db.VerifyAudit(ctx, anchor)
	require.NoError(t, err)
	require.Equal(t, anchor.Seq+int64(n), head.Seq)

	n, err = db.Erase(ctx, erasures, someone)
	require.NoError(t, err)
	require.Zero(t, n, "erased twice")
	again := secretOf(l.records[0].Subject, 0)
	other := k.open(t, url) // knows nothing of what the first appended
	require.Equal(t, 1, requireAppend(t, other, []credit.Record{again}).Duplicates, "an import brought the body back")
	for range 12 { // and merges carry the tombstones on
		batch := m.Make(nil, 60)
		l.append(batch)
		requireAppend(t, db, batch)
	}
	equalLog(t, db, &l, store.Latest)
	sound(t, db)
	raw(t, url, "UPDATE erasures SET purged = 0")
	c, err := db.Check(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, c.Problems, "a purge that was stopped goes unnoticed")
	require.NoError(t, db.Purge(ctx))
	sound(t, db)
	raw(t, url, "DELETE FROM erasures WHERE position = (SELECT min(position) FROM erasures)")
	c, err = db.Check(ctx)
	require.NoError(t, err)
	require.NotEmpty(t, c.Problems, "a tombstone without an erasure goes unnoticed")
}

func testEraseRefused(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	a, b := about("a", 1), about("b", 2)
	requireAppend(t, db, []credit.Record{a})
	_, err := db.Erase(ctx, []store.Erasure{{ID: a.ID, Day: someDay}}, someone)
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = db.Erase(ctx, []store.Erasure{{ID: a.ID, Day: credit.NoDate, Reason: "asked"}}, someone)
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = db.Erase(ctx, []store.Erasure{{ID: a.ID, Day: a.Known - 1, Reason: "asked"}}, someone)
	require.ErrorIs(t, err, credit.ErrInvalid, "erased before it was known")
	_, err = db.Erase(ctx, []store.Erasure{{ID: a.ID, Day: someDay, Reason: "asked"}, {ID: b.ID, Day: someDay, Reason: "asked"}}, someone)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorContains(t, err, b.ID.String())
	require.Zero(t, sound(t, db).Erased)
}

// A reader that holds a state from before keeps the old bytes alive: the erasure says so, and is finished later.
func testHeld(t *testing.T, k kind) {
	ctx := context.Background()
	url := k.url(t)
	db, reader := k.open(t, url), k.open(t, url)
	r := secretOf("a", 1)
	requireAppend(t, db, append(NewMaker(3, 300).Make(nil, 300), r))
	erased := false
	err := reader.Scan(ctx, store.Latest, func(credit.Subject, []credit.Record) error {
		if !erased {
			erased = true
			_, err := db.Erase(ctx, []store.Erasure{{ID: r.ID, Day: someDay, Reason: "asked"}}, someone)
			require.ErrorIs(t, err, store.ErrHeld)
		}
		return nil
	})
	require.NoError(t, err)
	h, err := db.History(ctx, nil, "a", store.Latest)
	require.NoError(t, err)
	on, gone := h[0].Erased()
	require.True(t, gone)
	require.Equal(t, someDay, on)
	require.NoError(t, db.Purge(ctx))
	require.False(t, onDisk(t, url, secret))
	sound(t, db)
}

// Tombstones of another log are taken as they are; what they stand for is not taken after.
func testTombstones(t *testing.T, k kind) {
	db := k.empty(t)
	r := secretOf("a", 1)
	gone := r.Tombstone(someDay)
	requireAppend(t, db, []credit.Record{gone, about("a", 2)})
	require.Equal(t, 1, requireAppend(t, db, []credit.Record{r}).Duplicates)
	require.Equal(t, int64(1), sound(t, db).Erased)
	gone.ID[0]++
	gone.Amount = 5
	_, err := db.Append(context.Background(), []credit.Record{gone})
	require.ErrorIs(t, err, credit.ErrInvalid)
}

// What may not be kept is refused by name, whoever offers it, and nothing of its batch stays.
func testShared(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	body, err := credit.BodyOf(map[string]string{"metric": "taxable_income", "value": "1"})
	require.NoError(t, err)
	r := credit.Record{Subject: "a", Kind: credit.KindSnapshot, Event: someDay, Known: someDay, Source: "made", Amount: credit.NoFen, Body: body}
	r.Seal()
	require.NoError(t, r.Check())
	require.ErrorIs(t, db.Storable(&r), credit.ErrNotStorable)
	_, err = db.Append(ctx, []credit.Record{about("a", 1), r})
	require.ErrorIs(t, err, credit.ErrNotStorable)
	require.ErrorContains(t, err, "SHARE-TAXABLE")
	_, err = db.AppendImport(ctx, []credit.Record{r}, store.Import{File: store.Digest{1}, Name: "a"})
	require.ErrorIs(t, err, credit.ErrNotStorable)
	_, err = db.AppendReceived(ctx, []credit.Record{r}, someone)
	require.ErrorIs(t, err, credit.ErrNotStorable)
	head, err := db.Head(ctx)
	require.NoError(t, err)
	require.Zero(t, head)
	requireAppend(t, db, []credit.Record{about("a", 1)})
	sound(t, db)
}

// onDisk reports whether any file of the database holds the text.
func onDisk(t testing.TB, url, text string) (found bool) {
	dir := filepath.Dir(url)
	if isPostgres(url) {
		raw(t, url, "CHECKPOINT")
		// other suites keep the same text in other databases; what the server keeps to go on after a crash lies elsewhere, for a while
		dir = filepath.Join(shared.server.data(), "base", databaseOf(t, url))
	}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil // it has just gone
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		found = found || bytes.Contains(b, []byte(text))
		return nil
	}))
	return found
}

// databaseOf names the directory of a PostgreSQL database.
func databaseOf(t testing.TB, url string) (oid string) {
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	require.NoError(t, db.QueryRow("SELECT oid::text FROM pg_database WHERE datname = current_database()").Scan(&oid))
	return oid
}
