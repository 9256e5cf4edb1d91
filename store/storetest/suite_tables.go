package storetest

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"hengxin/credit"
	"hengxin/scoring"
	"hengxin/store"
)

var someDay = credit.NewDate(2024, 1, 31)

// someone is who moves stages, on someDay in China.
var someone = scoring.Asking{Actor: "me", At: time.Date(2024, 1, 31, 4, 0, 0, 0, time.UTC)}

func testDocuments(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	for _, b := range [][]byte{nil, []byte("rows"), bytes.Repeat([]byte{0, 255, '\\', '\''}, 100_000)} {
		d, err := db.PutDocument(ctx, store.DocumentPolicy, b)
		require.NoError(t, err)
		require.Equal(t, store.DigestOf(b), d)
		again, err := db.PutDocument(ctx, store.DocumentMapping, b)
		require.NoError(t, err)
		require.Equal(t, d, again)
		kind, got, err := db.Document(ctx, d)
		require.NoError(t, err)
		require.Equal(t, store.DocumentPolicy, kind)
		require.True(t, bytes.Equal(b, got))
	}
	_, _, err := db.Document(ctx, store.DigestOf([]byte("other")))
	require.ErrorIs(t, err, store.ErrNotFound)

	ds, err := db.PutDataset(ctx, []byte("{}"), store.Dataset{Dir: "/a", Position: 9, Day: someDay})
	require.NoError(t, err)
	require.Equal(t, store.DigestOf([]byte("{}")), ds.Manifest)
	ds.Dir, ds.Day = "/b", someDay+1
	_, err = db.PutDataset(ctx, []byte("{}"), ds)
	require.NoError(t, err)
	all, err := db.Datasets(ctx)
	require.NoError(t, err)
	require.Equal(t, []store.Dataset{ds}, all)
	sound(t, db)
}

func testArtifacts(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	a, err := db.PutArtifact(ctx, []byte("model"), store.Artifact{Name: "first", Kind: "card", Day: someDay})
	require.NoError(t, err)
	require.Equal(t, store.DigestOf([]byte("model")), a.Digest)
	again, err := db.PutArtifact(ctx, []byte("model"), store.Artifact{Name: "second", Kind: "card", Day: someDay + 1})
	require.NoError(t, err)
	require.Equal(t, a, again, "what stands does not change")
	got, b, err := db.Artifact(ctx, a.Digest)
	require.NoError(t, err)
	require.Equal(t, a, got)
	require.Equal(t, "model", string(b))
	_, _, err = db.Artifact(ctx, store.Digest{1})
	require.ErrorIs(t, err, store.ErrNotFound)
	all, err := db.Artifacts(ctx)
	require.NoError(t, err)
	require.Equal(t, []store.Artifact{a}, all)
}

// testStages tries every pair of stages against the table, and the change of a champion.
func testStages(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	var digests []store.Digest
	for _, name := range []string{"one", "two"} {
		a, err := db.PutArtifact(ctx, []byte(name), store.Artifact{Name: name, Kind: "card", Day: someDay})
		require.NoError(t, err)
		digests = append(digests, a.Digest)
	}
	move := func(artifact store.Digest, to store.Stage) ([]store.Move, error) {
		return db.MoveStage(ctx, store.Move{Segment: "all", Artifact: artifact, To: to, Reason: "why"}, someone)
	}
	_, err := db.Champion(ctx, "all")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = move(store.Digest{9}, store.StageCandidate)
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = move(digests[0], store.StageChampion)
	require.ErrorIs(t, err, store.ErrStage)
	for _, d := range digests {
		_, err = move(d, store.StageCandidate)
		require.NoError(t, err)
	}
	_, err = move(digests[0], store.StageChampion)
	require.NoError(t, err)
	_, err = move(digests[1], store.StageShadow)
	require.NoError(t, err)
	made, err := move(digests[1], store.StageChampion)
	require.NoError(t, err)
	require.Len(t, made, 2)
	require.Equal(t, store.Move{Segment: "all", Artifact: digests[0], From: store.StageChampion, To: store.StageRetired, By: "me",
		Day: someDay, Reason: "replaced by " + digests[1].String()}, made[0])
	champion, err := db.Champion(ctx, "all")
	require.NoError(t, err)
	require.Equal(t, digests[1], champion)
	stages, err := db.Stages(ctx, "")
	require.NoError(t, err)
	require.ElementsMatch(t, []store.Standing{{Segment: "all", Artifact: digests[0], Stage: store.StageRetired},
		{Segment: "all", Artifact: digests[1], Stage: store.StageChampion}}, stages)
	moves, err := db.Moves(ctx, "all")
	require.NoError(t, err)
	require.Len(t, moves, 6)
	require.Equal(t, made, moves[4:])
}

func testImports(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	i := store.Import{File: store.Digest{1}, Mapping: store.Digest{2}, Name: "a.csv", Rows: 10, State: []byte(`{"kept":9}`)}
	_, err := db.Import(ctx, i.File, i.Mapping)
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = db.AppendImport(ctx, []credit.Record{about("a", 1)}, i)
	require.NoError(t, err)
	got, err := db.Import(ctx, i.File, i.Mapping)
	require.NoError(t, err)
	require.Equal(t, i, got)

	bad := about("a", 2)
	bad.ID[0]++
	further := i
	further.Rows = 20
	_, err = db.AppendImport(ctx, []credit.Record{bad}, further)
	require.ErrorIs(t, err, credit.ErrInvalid)
	got, err = db.Import(ctx, i.File, i.Mapping)
	require.NoError(t, err)
	require.Equal(t, i, got, "the count moved without its records")

	i.Done = true
	_, err = db.AppendRows(ctx, []credit.Record{about("a", 1), about("a", 3)}, func(a store.Appended) store.Import {
		i.Rows += int64(10 * a.Added)
		return i
	})
	require.NoError(t, err)
	require.Equal(t, int64(20), i.Rows)
	all, err := db.Imports(ctx)
	require.NoError(t, err)
	require.Equal(t, []store.Import{i}, all)
}

func testSubjects(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	old := store.SubjectRow{Subject: "b", Name: "甲公司", Class: "enterprise", Source: "register", Day: someDay}
	require.NoError(t, db.PutSubjects(ctx, []store.SubjectRow{old, {Subject: "a", Name: "甲公司", Source: "register", Day: someDay}}))
	renamed := old
	renamed.Name, renamed.Day = "乙公司", someDay+10
	require.NoError(t, db.PutSubjects(ctx, []store.SubjectRow{renamed}))
	require.NoError(t, db.PutSubjects(ctx, []store.SubjectRow{old}), "an older row is no error")
	got, err := db.Subject(ctx, "b")
	require.NoError(t, err)
	require.Equal(t, renamed, got)
	named, err := db.SubjectsNamed(ctx, "甲公司")
	require.NoError(t, err)
	require.Len(t, named, 1)
	require.Equal(t, credit.Subject("a"), named[0].Subject)
	_, err = db.Subject(ctx, "c")
	require.ErrorIs(t, err, store.ErrNotFound)
}

// testVersions opens a database as a newer and an older program would have left it.
func testVersions(t *testing.T, k kind) {
	ctx := context.Background()
	url := k.url(t)
	db := k.open(t, url)
	m, err := db.Migrate(ctx)
	require.NoError(t, err)
	require.Empty(t, m.Applied)
	require.Equal(t, m.From, m.To)
	for _, statement := range []string{
		"INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, TRUE)",
		"DELETE FROM goose_db_version WHERE version_id > 1",
	} {
		raw(t, url, statement)
		_, err = store.Open(ctx, url)
		require.ErrorIs(t, err, store.ErrSchema)
		other, err := store.Open(ctx, url, store.AnyVersion())
		require.NoError(t, err)
		require.NoError(t, other.Close())
	}
}

// testFirst opens a database without tables several times at once: one makes them, none fails.
func testFirst(t *testing.T, k kind) {
	url := k.url(t)
	if isPostgres(url) {
		raw(t, url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
	}
	var g errgroup.Group
	for i := range 4 {
		g.Go(func() error {
			db, err := store.Open(context.Background(), url)
			if err != nil {
				return err
			}
			_, err = db.Append(context.Background(), []credit.Record{about("a", i)})
			return errors.Join(err, db.Close())
		})
	}
	require.NoError(t, g.Wait())
	require.Equal(t, int64(4), sound(t, k.open(t, url)).Records)
}

// raw does to the database what no program of ours would.
func raw(t testing.TB, url string, statement string) {
	t.Helper()
	require.NoError(t, rawTry(t, url, statement))
}

func isPostgres(url string) bool { return strings.HasPrefix(url, "postgres:") }

func rawTry(t testing.TB, url string, statement string) error {
	driver := "sqlite"
	if isPostgres(url) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, url)
	require.NoError(t, err)
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

func testTables(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	_, err := db.PutDocument(ctx, store.DocumentPolicy, []byte("\x00rows"))
	require.NoError(t, err)
	require.NoError(t, db.PutSubjects(ctx, []store.SubjectRow{{Subject: "a", Name: "甲 \"公司\"", Source: "register", Day: someDay}}))
	tables, err := db.Tables(ctx)
	require.NoError(t, err)
	require.Subset(t, tables, []string{"artifacts", "datasets", "documents", "imports", "stages", "subjects"})
	require.NotContains(t, tables, "goose_db_version")
	for _, table := range tables {
		var b bytes.Buffer
		n, err := db.ExportTable(ctx, table, &b)
		require.NoError(t, err)
		require.Equal(t, n, int64(bytes.Count(b.Bytes(), []byte("\n"))))
		for line := range bytes.Lines(b.Bytes()) {
			require.True(t, json.Valid(line), "%s", line)
		}
		switch table {
		case "documents":
			require.Equal(t, `{"digest":"`+store.DigestOf([]byte("\x00rows")).String()+`","kind":"policy","bytes":"00726f7773"}`+"\n", b.String())
		case "subjects":
			require.Equal(t, `{"subject":"a","name":"甲 \"公司\"","class":"","source":"register","day":"2024-01-31"}`+"\n", b.String())
		}
	}
	_, err = db.ExportTable(ctx, "nothing", &bytes.Buffer{})
	require.ErrorIs(t, err, store.ErrNotFound)
}

// testDamage harms the tables in ways that Check must find.
func testDamage(t *testing.T, k kind) {
	for name, statement := range map[string]string{
		"head":     "UPDATE log_head SET head = head + 1",
		"document": "UPDATE documents SET kind = 'x', digest = bytes WHERE kind = 'policy'",
		"lost":     "DELETE FROM log_segment WHERE first = 1",
		"moved":    "UPDATE log_segment SET last = last + 1",
		"ids":      "UPDATE log_segment SET ids = frame",
		"bytes":    "UPDATE log_segment SET frame = ids",
		"index":    "UPDATE log_block SET data = substr(data, 1, 40)",
		"run":      "UPDATE log_run SET state = 2",
	} {
		t.Run(name, func(t *testing.T) {
			url := k.url(t)
			db := k.open(t, url)
			requireAppend(t, db, NewMaker(2, 300).Make(nil, 300))
			_, err := db.PutDocument(context.Background(), store.DocumentPolicy, []byte("rows"))
			require.NoError(t, err)
			sound(t, db)
			raw(t, url, statement)
			c, err := db.Check(context.Background())
			require.NoError(t, err)
			require.NotEmpty(t, c.Problems)
		})
	}
}
