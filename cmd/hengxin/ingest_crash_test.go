package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/store"
	"hengxin/store/storetest"
)

// TestCrashIngest kills imports with SIGKILL at random points, over and over until one gets through, and compares the log
// and the summary with those of an import that nobody killed: a few kills on SQLite, and 30 on each database where
// HENGXIN_SOAK is set.
func TestCrashIngest(t *testing.T) {
	kills, postgres := 4, false
	if os.Getenv("HENGXIN_SOAK") != "" {
		kills, postgres = 30, true
	}
	table := filepath.Join(t.TempDir(), "cases.csv")
	require.NoError(t, os.WriteFile(table, []byte(caseTable(40_000)), 0o600))
	t.Run("sqlite", func(t *testing.T) {
		crash(t, table, kills, func(name string) string { return filepath.Join(t.TempDir(), name) })
	})
	if !postgres {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		ctx := context.Background()
		server, err := storetest.StartServer(ctx, storetest.ServerOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Stop()) })
		crash(t, table, kills, func(name string) string {
			url, err := server.Create(ctx, name, "template0")
			require.NoError(t, err)
			return url
		})
	})
}

func crash(t *testing.T, table string, kills int, fresh func(name string) string) {
	dir := t.TempDir()
	binary := filepath.Join(dir, "hengxin") // the test binary answers to this name, see TestMain
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, binary))
	command := func(db string) (*exec.Cmd, *bytes.Buffer) {
		var out bytes.Buffer
		c := exec.Command(binary, "--json", "--db", db, "ingest", "--mapping", "bdci-lawsuit", "--batch", "1000", "--every", "0s", table)
		c.Dir, c.Stdout = dir, &out
		return c, &out
	}
	whole := fresh("whole")
	c, once := command(whole)
	require.NoError(t, c.Run())
	want := logDigest(t, whole)
	c, twice := command(whole)
	require.NoError(t, c.Run())

	rng := rand.New(rand.NewPCG(1, uint64(kills)))
	died, lives := 0, 0
	for ; died < kills; lives++ {
		db := fresh(fmt.Sprintf("killed%d", lives))
		for {
			c, out := command(db)
			batches := rng.IntN(12)
			if died >= kills {
				batches = 1 << 20
			}
			if killed := killAt(t, c, batches, rng.IntN(400_000)); killed {
				died++
				continue
			}
			// An import that was killed between its end and its exit is read again, and finds everything there.
			require.Contains(t, []string{once.String(), twice.String()}, out.String())
			break
		}
		require.Equal(t, want, logDigest(t, db))
	}
	t.Logf("%d kills in %d imports", died, lives)
}

// killAt runs the process and kills it a while after it said that so many batches are in the log; it reports false where
// the process came to its end before.
func killAt(t *testing.T, c *exec.Cmd, batches, spin int) (killed bool) {
	pipe, err := c.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	lines := bufio.NewScanner(pipe)
	for seen := 0; seen < batches && lines.Scan(); seen++ {
		continue
	}
	for x := uint64(spin); x < 1<<62 && spin > 0; spin-- { // anywhere within a batch, not always at its end
		x ^= x << 13 >> 2
	}
	if batches < 1<<20 {
		_ = c.Process.Kill() // it may be over
	}
	for lines.Scan() {
		continue
	}
	err = c.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 {
		return true
	}
	require.NoError(t, err)
	return false
}

func logDigest(t *testing.T, url string) string {
	db, err := store.Open(context.Background(), url)
	require.NoError(t, err)
	defer db.Close()
	digest, err := db.Digest(context.Background(), store.Latest)
	require.NoError(t, err)
	head, err := db.Head(context.Background())
	require.NoError(t, err)
	return fmt.Sprintf("%d %s", head, digest)
}
