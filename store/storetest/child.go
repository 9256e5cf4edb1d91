package storetest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
)

// childVariable, where it is set, makes [Main] append as it says instead of running tests: the tests of several
// processes start their own binary again.
const childVariable = "HENGXIN_STORETEST_CHILD"

// job is what a child does: it appends the records that a maker of the seed makes, in batches, and goes on where an
// earlier child stopped.
type job struct {
	URL     string
	Seed    uint64
	Records int
	Batch   int
	Limit   uint64 // bytes past which none of its files may grow; 0 for none
	Erase   bool   // erase every tenth of the records instead, which are there
}

// exitDisk is the exit code of a child that was told that the disk is full.
const exitDisk = 4

// erasures are those of a job that erases.
func (j job) erasures() (all []store.Erasure) {
	for i, r := range j.log(j.Records).records {
		if i%10 == 0 {
			all = append(all, store.Erasure{ID: r.ID, Day: r.Known + 1, Reason: "asked"})
		}
	}
	return all
}

// run writes a line for every batch that is committed.
func (j job) run(ctx context.Context) error {
	if j.Limit > 0 {
		if err := limitFiles(j.Limit); err != nil {
			return err
		}
	}
	db, err := store.Open(ctx, j.URL)
	if err != nil {
		return err
	}
	defer db.Close()
	if j.Erase {
		for chunk := range slices.Chunk(j.erasures(), 20) {
			if _, err := db.Erase(ctx, chunk, someone); err != nil && !errors.Is(err, store.ErrHeld) {
				return err
			}
		}
		return db.Purge(ctx)
	}
	progress := j.progress()
	done, err := db.Import(ctx, progress.File, progress.Mapping)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	m := NewMaker(j.Seed, j.Records)
	m.Make(nil, int(done.Rows))
	for rows := int(done.Rows); rows < j.Records; {
		batch := m.Make(nil, min(j.Batch, j.Records-rows))
		rows += len(batch)
		progress.Rows, progress.Done = int64(rows), rows == j.Records
		if _, err := db.AppendImport(ctx, batch, progress); err != nil {
			return err
		}
		fmt.Println(rows)
	}
	return nil
}

// progress is the row of imports that the job keeps.
func (j job) progress() store.Import {
	return store.Import{File: store.DigestOf(fmt.Append(nil, "made from ", j.Seed)), Name: fmt.Sprint("seed ", j.Seed)}
}

// log is what the log must be once the first rows of the job are in it.
func (j job) log(rows int) *naiveLog {
	var l naiveLog
	l.append(NewMaker(j.Seed, j.Records).Make(nil, rows))
	return &l
}

// child runs the job of the environment; ok is false where there is none.
func child() (code int, ok bool) {
	text, ok := os.LookupEnv(childVariable)
	if !ok {
		return 0, false
	}
	var j job
	err := json.Unmarshal([]byte(text), &j)
	if err == nil {
		err = j.run(context.Background())
	}
	switch {
	case errors.Is(err, store.ErrDisk):
		return exitDisk, true
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		return 1, true
	}
	return 0, true
}

// start starts a child; a line of its output arrives after each batch, and the channel closes when it ends.
func (j job) start(t testing.TB) (*exec.Cmd, <-chan string) {
	text, err := json.Marshal(j)
	require.NoError(t, err)
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childVariable+"="+string(text))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	committed := make(chan string, j.Records)
	go func() {
		defer close(committed)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			committed <- lines.Text()
		}
	}()
	return c, committed
}

// testProcesses appends from three processes at once while this one watches.
func testProcesses(t *testing.T, k kind) {
	url := k.url(t)
	db := k.open(t, url)
	var sights sightings
	stop, watched := make(chan struct{}), make(chan error, 1)
	go func() { watched <- sights.watch(db, stop) }()
	var children []*exec.Cmd
	ids := map[credit.ID]bool{}
	for i := range 3 {
		j := job{URL: url, Seed: uint64(20 + i), Records: 2000, Batch: 100}
		c, _ := j.start(t)
		children = append(children, c)
		for id := range j.log(j.Records).has {
			ids[id] = true
		}
	}
	for _, c := range children {
		require.NoError(t, c.Wait())
	}
	close(stop)
	require.NoError(t, <-watched)
	require.NoError(t, sights.compare(db))
	require.Equal(t, int64(len(ids)), sound(t, db).Records)
}
