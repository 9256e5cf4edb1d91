package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
)

// testFull has a child append until its files may not grow any more. It is told so by name, what was committed before
// stays, and with room the next one comes to the end.
func testFull(t *testing.T, k kind) {
	j := job{URL: k.url(t), Seed: 78, Records: 12_000, Batch: 500, Limit: 4_000_000}
	if isPostgres(j.URL) {
		return // the server's files are not this process's to limit
	}
	db := k.open(t, j.URL)
	c, committed := j.start(t)
	for range committed {
	}
	require.Error(t, c.Wait())
	require.Equal(t, exitDisk, c.ProcessState.ExitCode(), "the error has no name")
	rows := j.compare(t, db)
	require.Positive(t, rows)
	require.Less(t, rows, int64(j.Records))
	j.Limit = 0
	c, committed = j.start(t)
	for range committed {
	}
	require.NoError(t, c.Wait())
	require.Equal(t, int64(j.Records), j.compare(t, db))
}

// testReindex damages the index: reads say so by name, and the index is made anew from what is whole.
func testReindex(t *testing.T, k kind) {
	ctx := context.Background()
	for name, damage := range map[string]string{
		"cut":  "UPDATE log_block SET data = substr(data, 1, 40)",
		"gone": "DELETE FROM log_block",
		"runs": "UPDATE log_run SET state = 2",
	} {
		t.Run(name, func(t *testing.T) {
			url := k.url(t)
			db := k.open(t, url)
			var l naiveLog
			m := NewMaker(5, 600)
			for range 6 {
				batch := m.Make(nil, 100)
				l.append(batch)
				requireAppend(t, db, batch)
			}
			raw(t, url, damage)
			c, err := db.Check(ctx)
			require.NoError(t, err)
			require.NotEmpty(t, c.Problems)
			n, err := db.Reindex(ctx)
			require.NoError(t, err)
			require.Equal(t, int64(len(l.records)), n)
			equalLog(t, db, &l, store.Latest)
			sound(t, db)
			batch := m.Make(nil, 100)
			require.Equal(t, l.append(batch), requireAppend(t, db, batch))
			equalLog(t, db, &l, store.Latest)
		})
	}
}

// testFlipped changes one letter in a block: no history is read from it as if nothing were.
func testFlipped(t *testing.T, k kind) {
	ctx := context.Background()
	url := k.url(t)
	db := k.open(t, url)
	r := secretOf("a", 1)
	requireAppend(t, db, []credit.Record{r})
	if isPostgres(url) {
		raw(t, url, "UPDATE log_block SET data = overlay(data placing 'Y'::bytea from position('Xq7'::bytea in data) for 1)")
	} else {
		raw(t, url, "UPDATE log_block SET data = cast(replace(cast(data AS TEXT), 'Xq7', 'Yq7') AS BLOB)")
	}
	_, err := db.History(ctx, nil, "a", store.Latest)
	require.ErrorIs(t, err, store.ErrCorrupt)
	_, err = db.Reindex(ctx)
	require.NoError(t, err)
	h, err := db.History(ctx, nil, "a", store.Latest)
	require.NoError(t, err)
	require.Equal(t, lines([]credit.Record{r}), lines(h))
}

// testClockBack makes entries with a clock that was set back: the audit holds, for it goes by numbers and not by moments.
func testClockBack(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	for i, at := range []time.Time{someone.At, someone.At.Add(-48 * time.Hour), someone.At.Add(-time.Hour)} {
		by := someone
		by.At = at
		_, err := db.AppendReceived(ctx, []credit.Record{about("a", i)}, by)
		require.NoError(t, err)
	}
	head, err := db.VerifyAudit(ctx, store.AuditHead{})
	require.NoError(t, err)
	require.Equal(t, int64(3), head.Seq)
	sound(t, db)
}

// testEraseKilled kills a process that erases, until none is left to erase.
func testEraseKilled(t *testing.T, k kind) {
	ctx := context.Background()
	j := job{URL: k.url(t), Seed: 79, Records: 1500, Batch: 500, Erase: true}
	db := k.open(t, j.URL)
	l := j.log(j.Records)
	m := NewMaker(j.Seed, j.Records)
	for range j.Records / j.Batch {
		requireAppend(t, db, m.Make(nil, j.Batch))
	}
	kills := 2
	if *soak {
		kills = 30
	}
	for killed := 0; ; killed++ {
		c, committed := j.start(t)
		if killed < kills {
			timer := time.NewTimer(time.Duration(20+killed*37%200) * time.Millisecond)
			<-timer.C
			require.NoError(t, c.Process.Kill())
		}
		for range committed {
		}
		if err := c.Wait(); killed >= kills {
			require.NoError(t, err)
			break
		}
		requireAppend(t, db, nil) // waits for what a killed child's connection is still at
		require.NoError(t, db.Purge(ctx))
		sound(t, db)
	}
	for _, e := range j.erasures() {
		for i := range l.records {
			if l.records[i].ID == e.ID {
				l.erase(credit.Position(i+1), e.Day)
			}
		}
	}
	equalLog(t, db, l, store.Latest)
	require.Equal(t, int64(len(j.erasures())), sound(t, db).Erased)
}
