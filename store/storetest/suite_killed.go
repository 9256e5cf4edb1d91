package storetest

import (
	"context"
	"errors"
	"flag"
	"math/rand/v2"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
)

var soak = flag.Bool("soak", false, "kill an append thirty times, not three times")

// testKilled kills a process that appends, at points taken by chance, until it has nothing left to do. After every kill
// the log is what an undisturbed run had made of the rows that are counted as done.
func testKilled(t *testing.T, k kind) {
	kills, j := 3, job{URL: k.url(t), Seed: 77, Records: 12_000, Batch: 250}
	if *soak {
		kills, j.Records = 30, 120_000
	}
	db := k.open(t, j.URL)
	rng := rand.New(rand.NewPCG(77, 7))
	last := int64(0)
	for killed := 0; ; killed++ {
		c, committed := j.start(t)
		if killed < kills {
			j.kill(t, c, committed, rng, kills)
		}
		err := c.Wait()
		rows := j.compare(t, db)
		require.GreaterOrEqual(t, rows, last)
		last = rows
		if killed >= kills {
			require.NoError(t, err)
			break
		}
	}
	require.Equal(t, int64(j.Records), last, "an undisturbed child did not come to the end")
	whole := j.log(j.Records)
	equalRecords(t, db, whole, 1, store.Latest)
	digest, err := db.Digest(context.Background(), store.Latest)
	require.NoError(t, err)
	require.Equal(t, whole.digest(store.Latest), digest)
}

// kill lets the child commit some batches and then kills it, a moment after the last.
func (j job) kill(t testing.TB, c *exec.Cmd, committed <-chan string, rng *rand.Rand, kills int) {
	for range rng.IntN(j.Records / j.Batch / kills) {
		if _, ok := <-committed; !ok {
			break
		}
	}
	timer := time.NewTimer(time.Duration(rng.IntN(20_000)) * time.Microsecond)
	defer timer.Stop()
	<-timer.C
	require.NoError(t, c.Process.Kill())
}

// compare checks the log against the rows that the import counts, and returns them. A batch is in the log with its
// count or not at all.
func (j job) compare(t testing.TB, db *store.DB) int64 {
	ctx := context.Background()
	requireAppend(t, db, nil) // waits for what a killed child's connection is still at
	p := j.progress()
	done, err := db.Import(ctx, p.File, p.Mapping)
	if !errors.Is(err, store.ErrNotFound) {
		require.NoError(t, err)
	}
	want := j.log(int(done.Rows))
	c := sound(t, db)
	require.Equal(t, int64(len(want.records)), c.Records)
	if c.Records > 0 {
		require.Equal(t, want.digest(credit.Position(c.Records)), c.Digest)
	}
	return done.Rows
}
