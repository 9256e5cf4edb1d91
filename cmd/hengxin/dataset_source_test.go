package main

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/store"
)

// penalties are records of as many firms, in one order.
func penalties(t *testing.T, source string, firms ...int) (all []credit.Record) {
	for _, i := range firms {
		body, err := credit.BodyOf(map[string]string{"doc_no": fmt.Sprint(i), "authority": "A"})
		require.NoError(t, err)
		r := credit.Record{Subject: credit.Subject(fmt.Sprint("made:", i)), Kind: credit.KindPenalty, Event: 15000, Known: 15007, Source: source, Body: body}
		r.Seal()
		all = append(all, r)
	}
	return all
}

func smallLog(t *testing.T, records ...[]credit.Record) (url string, db *store.DB) {
	url = filepath.Join(t.TempDir(), "a.db")
	db, err := store.Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	for _, r := range records {
		_, err := db.Append(t.Context(), r)
		require.NoError(t, err)
	}
	return url, db
}

// TestLogState: logs that end alike, or begin and end alike, are told apart; the same log at the same position is not.
func TestLogState(t *testing.T) {
	state := func(upTo credit.Position, records ...[]credit.Record) string {
		_, db := smallLog(t, records...)
		s, err := logState(t.Context(), db, upTo)
		require.NoError(t, err)
		return s
	}
	one := state(4, penalties(t, "made", 1, 2, 3, 4))
	require.Equal(t, one, state(4, penalties(t, "made", 1, 2), penalties(t, "made", 3, 4, 5)), "more came after, in other batches")
	require.NotEqual(t, one, state(4, penalties(t, "made", 9, 2, 3, 4)))
	require.NotEqual(t, one, state(4, penalties(t, "made", 1, 9, 3, 4)), "same first and last")
	require.NotEqual(t, one, state(3, penalties(t, "made", 1, 3, 4)))
	require.NotEqual(t, one, state(5, penalties(t, "made", 1, 2, 3, 4, 5)))
	require.NotEqual(t, state(1, penalties(t, "made", 1)), one)
}

// TestGeneratedInTheMiddle: a generated record anywhere in the log marks the dataset.
func TestGeneratedInTheMiddle(t *testing.T) {
	for source, want := range map[string]bool{"made": false, "synth:1": true} {
		url, _ := smallLog(t, penalties(t, "made", 1, 2), penalties(t, source, 3), penalties(t, "made", 4))
		out := filepath.Join(t.TempDir(), "out")
		require.Zero(t, run([]string{"--db", url, "dataset", "build", "--as-of", "2024-12-31", "--indicators", "pen_n_12m", "--out", out}))
		m, err := datasets.ReadManifest(out)
		require.NoError(t, err)
		require.Equal(t, want, m.Generated)
	}
}
