package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit/policy"
	"hengxin/features"
	"hengxin/models"
	"hengxin/store"
)

// TestPromoteKeepsWhatReplayNeeds: artifact, policy and the definitions of the model's indicators, by digest.
func TestPromoteKeepsWhatReplayNeeds(t *testing.T) {
	card := "../../scoring/testdata/card.json"
	url := filepath.Join(t.TempDir(), "a.db")
	require.Zero(t, run([]string{"--db", url, "promote", card}))
	db, err := store.Open(t.Context(), url)
	require.NoError(t, err)
	defer db.Close()
	b, err := os.ReadFile(card)
	require.NoError(t, err)
	artifact, err := models.Decode(b)
	require.NoError(t, err)
	ids := make([]string, len(artifact.Columns))
	for i, c := range artifact.Columns {
		ids[i] = c.Name
	}
	set, err := features.NewSet(ids...)
	require.NoError(t, err)
	for digest, want := range map[string][]byte{store.DigestOf(b).String(): b, policy.Default().Digest().String(): policy.Default().Canonical(),
		set.Digest().String(): set.Canonical()} {
		kept, err := db.Rule(t.Context(), digest)
		require.NoError(t, err)
		require.Equal(t, want, kept)
	}
}
