package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/store"
	"hengxin/store/storetest"
)

// TestCrashBuild kills builds with SIGKILL at random points, starts each again until it gets through, and compares every
// file with those of a build that nobody killed: a few kills on SQLite, and 30 on each database where HENGXIN_SOAK is set.
func TestCrashBuild(t *testing.T) {
	kills := 3
	if os.Getenv("HENGXIN_SOAK") != "" {
		kills = 30
	}
	t.Run("sqlite", func(t *testing.T) { crashBuild(t, storetest.SQLite(t), kills) })
	if kills < 30 {
		return
	}
	t.Run("postgres", func(t *testing.T) {
		ctx := context.Background()
		server, err := storetest.StartServer(ctx, storetest.ServerOptions{})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, server.Stop()) })
		url, err := server.Create(ctx, "builds", "template0")
		require.NoError(t, err)
		crashBuild(t, url, kills)
	})
}

func crashBuild(t *testing.T, url string, kills int) {
	fillLog(t, url)
	dir := t.TempDir()
	binary := filepath.Join(dir, "hengxin") // the test binary answers to this name, see TestMain
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, binary))
	build := func(out string) *exec.Cmd {
		return exec.Command(binary, "--db", url, "dataset", "build", "--as-of", "1990-01-31..2024-12-31/1m", "--threads", "2",
			"--indicators", "pen_n_12m,pen_decay,pen_days_since", "--out", filepath.Join(dir, out))
	}
	began := time.Now()
	require.NoError(t, build("whole").Run())
	spent := time.Since(began)
	want := filesOf(t, filepath.Join(dir, "whole"))
	require.Greater(t, len(want), 3, "several parts")
	rng := rand.New(rand.NewPCG(2, uint64(kills)))
	died := 0
	for round := 0; died < kills; round++ {
		out := fmt.Sprint("killed", round)
		for whole := false; !whole; {
			if died >= kills {
				require.NoError(t, build(out).Run())
				break
			}
			if whole = !killAfter(t, build(out), time.Duration(rng.Float64()*float64(spent))); whole {
				continue
			}
			died++
			if _, err := os.Stat(filepath.Join(dir, out, "manifest.json")); err == nil {
				_, err := datasets.Verify(context.Background(), filepath.Join(dir, out))
				require.NoError(t, err, "a manifest is there only where everything is")
			}
		}
		require.Equal(t, want, filesOf(t, filepath.Join(dir, out)))
		require.NoError(t, os.RemoveAll(filepath.Join(dir, out)))
	}
	t.Logf("%d kills", died)
}

// killAfter runs the process and kills it after the time; it reports false where the process came to its end before.
func killAfter(t *testing.T, c *exec.Cmd, after time.Duration) (killed bool) {
	require.NoError(t, c.Start())
	timer := time.AfterFunc(after, func() { _ = c.Process.Kill() }) // it may be over
	defer timer.Stop()
	err := c.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == -1 {
		return true
	}
	require.NoError(t, err)
	return false
}

// fillLog appends 1,200 firms with three penalties each.
func fillLog(t *testing.T, url string) {
	ctx := context.Background()
	db, err := store.Open(ctx, url)
	require.NoError(t, err)
	defer db.Close()
	var records []credit.Record
	for i := range 3600 {
		body, err := credit.BodyOf(map[string]string{"doc_no": fmt.Sprint(i), "authority": "A"})
		require.NoError(t, err)
		event := credit.NewDate(2000+i%23, 1+i%12, 1+i%28)
		r := credit.Record{Subject: credit.Subject(fmt.Sprintf("made:%04d", i%1200)), Kind: credit.KindPenalty, Event: event, Known: event + 7,
			Source: "made", Amount: credit.Fen(100 * i), Body: body}
		r.Seal()
		records = append(records, r)
	}
	_, err = db.Append(ctx, records)
	require.NoError(t, err)
}

func filesOf(t *testing.T, dir string) map[string][32]byte {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string][32]byte{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		all[e.Name()] = store.DigestOf(b)
	}
	return all
}
