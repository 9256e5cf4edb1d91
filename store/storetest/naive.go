package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
)

// naiveLog is the log as a slice: the record at position p is at p-1. It is what every database is compared with.
type naiveLog struct {
	records []credit.Record
	has     map[credit.ID]bool
}

func (l *naiveLog) append(records []credit.Record) store.Appended {
	if l.has == nil {
		l.has = map[credit.ID]bool{}
	}
	done := store.Appended{Fresh: make([]bool, len(records))}
	for i, r := range records {
		if l.has[r.ID] {
			done.Duplicates++
			continue
		}
		l.has[r.ID] = true
		r.Body = bytes.Clone(r.Body)
		l.records = append(l.records, r)
		done.Added++
		done.Fresh[i] = true
		done.Last = credit.Position(len(l.records))
		if done.First == 0 {
			done.First = done.Last
		}
	}
	return done
}

// erase puts a tombstone in the place of the record at the position.
func (l *naiveLog) erase(p credit.Position, on credit.Date) {
	l.records[p-1] = l.records[p-1].Tombstone(on)
}

func (l *naiveLog) upTo(p credit.Position) []credit.Record {
	return l.records[:min(p, credit.Position(len(l.records)))]
}

func (l *naiveLog) history(s credit.Subject, p credit.Position) (h []credit.Record) {
	for _, r := range l.upTo(p) {
		if r.Subject == s {
			h = append(h, r)
		}
	}
	sort.Slice(h, func(i, j int) bool {
		if h[i].Known != h[j].Known {
			return h[i].Known < h[j].Known
		}
		return h[i].ID.String() < h[j].ID.String()
	})
	return h
}

func (l *naiveLog) subjects(p credit.Position) (all []credit.Subject) {
	for _, r := range l.upTo(p) {
		all = append(all, r.Subject)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (l *naiveLog) digest(p credit.Position) store.Digest {
	var b []byte
	for _, r := range l.upTo(p) {
		b = r.AppendTo(b)
	}
	return sha256.Sum256(b)
}

// lines writes records one a line, whole: what is compared.
func lines(records []credit.Record) (all []string) {
	for _, r := range records {
		all = append(all, fmt.Sprintf("%s %+v", r.ID, r))
	}
	return all
}

// equalLog compares all reads of the database at a position with the naive log.
func equalLog(t require.TestingT, db *store.DB, l *naiveLog, p credit.Position) {
	ctx := context.Background()
	equalRecords(t, db, l, 1, p)
	var subjects []credit.Subject
	require.NoError(t, db.Scan(ctx, p, func(s credit.Subject, records []credit.Record) error {
		subjects = append(subjects, s)
		require.Equal(t, lines(l.history(s, p)), lines(records))
		return nil
	}))
	require.Equal(t, l.subjects(p), subjects)
	for _, s := range append(l.subjects(store.Latest), "", "nobody", "\U0010ffff") { // those known only later included
		h, err := db.History(ctx, nil, s, p)
		require.NoError(t, err)
		require.Equal(t, lines(l.history(s, p)), lines(h))
	}
	digest, err := db.Digest(ctx, p)
	require.NoError(t, err)
	require.Equal(t, l.digest(p), digest)
}

func equalRecords(t require.TestingT, db *store.DB, l *naiveLog, from, to credit.Position) {
	next := from
	var got []credit.Record
	require.NoError(t, db.Records(context.Background(), from, to, func(at credit.Position, r *credit.Record) error {
		require.Equal(t, next, at)
		next++
		kept := *r
		kept.Body = bytes.Clone(r.Body)
		got = append(got, kept)
		return nil
	}))
	want := l.upTo(to)
	require.Equal(t, lines(want[min(int(from-1), len(want)):]), lines(got))
}

func requireAppend(t testing.TB, db *store.DB, records []credit.Record) store.Appended {
	t.Helper()
	a, err := db.Append(context.Background(), records)
	require.NoError(t, err)
	return a
}
