package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/source"
	"hengxin/store"
)

// caseTable is a made-up table of enforcement cases: some rows repeat, some cannot be read.
func caseTable(rows int) string {
	var b strings.Builder
	b.WriteString("EID,TYPECODE,LAWDATE,LAWAMOUNT\n")
	for i := range rows {
		switch {
		case i%11 == 3:
			fmt.Fprintf(&b, "p%d,%d,2014-01,7\n", i, i)
		case i%7 == 5:
			fmt.Fprintf(&b, "p%d,%d,2014年01月,7\n", i%3, i%5)
		default:
			fmt.Fprintf(&b, "p%d,%d,2014年%d月,%d\n", i%13, i, i%12+1, i)
		}
	}
	return b.String()
}

// logOf lists the ids of a log by position.
func logOf(t require.TestingT, db *store.DB) (ids []credit.ID) {
	head, err := db.Head(context.Background())
	require.NoError(t, err)
	if head == 0 {
		return nil
	}
	require.NoError(t, db.Records(context.Background(), 1, head, func(_ credit.Position, r *credit.Record) error {
		ids = append(ids, r.ID)
		return nil
	}))
	return ids
}

func openStore(t require.TestingT, dir string) *store.DB {
	db, err := store.Open(context.Background(), filepath.Join(dir, "t.db"))
	require.NoError(t, err)
	return db
}

// TestIngestGoesOn stops imports after random batches, as often as it takes, and compares log, summary and quarantine
// with those of an import that nobody stopped.
func TestIngestGoesOn(t *testing.T) {
	m, err := source.Load("bdci-lawsuit")
	require.NoError(t, err)
	root := t.TempDir()
	table := filepath.Join(root, "cases.csv")
	require.NoError(t, os.WriteFile(table, []byte(caseTable(300)), 0o600))
	run := func(t require.TestingT, dir string, batch int, stop func() bool) (ingestSummary, []credit.ID, string) {
		db := openStore(t, dir)
		defer db.Close()
		for {
			ctx, cancel := context.WithCancel(context.Background())
			in := &ingest{db: db, mapping: m, quarantine: dir, batch: batch, every: time.Hour, each: func(int64) {
				if stop() {
					cancel()
				}
			}}
			s, err := in.file(ctx, table)
			stopped := ctx.Err() != nil
			cancel()
			if stopped && err != nil {
				require.ErrorIs(t, err, context.Canceled)
				continue
			}
			require.NoError(t, err)
			bad, err := os.ReadFile(s.QuarantineFile)
			require.NoError(t, err)
			s.QuarantineFile = ""
			return s, logOf(t, db), string(bad)
		}
	}
	wantSummary, wantLog, wantBad := run(t, t.TempDir(), 1000, func() bool { return false })
	require.Equal(t, int64(300), wantSummary.Read)
	require.Equal(t, wantSummary.Read, wantSummary.Kept+wantSummary.Duplicate+wantSummary.Quarantined)
	require.NotZero(t, wantSummary.Duplicate)
	trial := 0
	rapid.Check(t, func(t *rapid.T) {
		trial++
		if trial > 12 {
			return
		}
		dir := filepath.Join(root, fmt.Sprint(trial))
		require.NoError(t, os.Mkdir(dir, 0o700))
		batch := rapid.IntRange(1, 120).Draw(t, "batch")
		stops := rapid.SliceOfN(rapid.IntRange(1, 5), 0, 6).Draw(t, "batches until a stop")
		left := 0
		summary, log, bad := run(t, dir, batch, func() bool {
			if left == 0 && len(stops) > 0 {
				left, stops = stops[0], stops[1:]
			}
			left--
			return left == 0
		})
		require.Equal(t, wantSummary, summary)
		require.Equal(t, wantLog, log)
		require.Equal(t, wantBad, bad)
	})
}

// TestIngestOfACutFile: a file that ends early is an error with its line; what came before is in the log, and the whole
// file later adds the rest.
func TestIngestOfACutFile(t *testing.T) {
	m, err := source.Load("bdci-lawsuit")
	require.NoError(t, err)
	dir := t.TempDir()
	db := openStore(t, dir)
	defer db.Close()
	whole := gzipped(t, caseTable(20000))
	cut, full := filepath.Join(dir, "cut.csv.gz"), filepath.Join(dir, "full.csv.gz")
	require.NoError(t, os.WriteFile(cut, whole[:len(whole)/2], 0o600))
	require.NoError(t, os.WriteFile(full, whole, 0o600))
	in := &ingest{db: db, mapping: m, quarantine: dir, batch: 1000, every: time.Hour}
	first, err := in.file(context.Background(), cut)
	require.ErrorContains(t, err, "after line")
	require.ErrorContains(t, err, "the rows before are kept")
	require.NotZero(t, first.Kept)
	require.Equal(t, first.Read, first.Kept+first.Duplicate+first.Quarantined)
	again, err := in.file(context.Background(), cut)
	require.ErrorContains(t, err, "after line")
	require.Equal(t, first, again, "nothing more is to be had from it")
	second, err := in.file(context.Background(), full)
	require.NoError(t, err)
	require.Equal(t, int64(len(logOf(t, db))), first.RecordsAdded+second.RecordsAdded)
	require.Equal(t, second.Read, second.Kept+second.Duplicate+second.Quarantined)
}

func gzipped(t require.TestingT, text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.Bytes()
}
