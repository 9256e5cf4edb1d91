package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"hengxin/credit"
	"hengxin/scoring"
	"hengxin/store"
	"hengxin/store/storetest"
)

// timedLog is a log that adds up what reading it takes.
type timedLog struct {
	log        scoring.Log
	wall, busy time.Duration
}

// Head implements scoring.Log, timed.
func (l *timedLog) Head(ctx context.Context) (credit.Position, error) {
	begin, used := time.Now(), threadTime()
	head, err := l.log.Head(ctx)
	l.wall, l.busy = l.wall+time.Since(begin), l.busy+threadTime()-used
	return head, err
}

// History implements scoring.Log, timed.
func (l *timedLog) History(ctx context.Context, dst []credit.Record, s credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	begin, used := time.Now(), threadTime()
	dst, err := l.log.History(ctx, dst, s, upTo)
	l.wall, l.busy = l.wall+time.Since(begin), l.busy+threadTime()-used
	return dst, err
}

// spent is what each of many scores took.
type spent struct{ wall, busy []time.Duration }

func (s *spent) add(wall, busy time.Duration) {
	s.wall, s.busy = append(s.wall, wall), append(s.busy, busy)
}

func (s *spent) print(what string) {
	percentiles(what+", wall", s.wall)
	percentiles(what+", processor", s.busy)
}

// copyToServer starts a server that keeps what is committed, and copies the records there.
func copyToServer(ctx context.Context, from *store.DB) (to *store.DB, stop func(), err error) {
	server, err := storetest.StartServer(ctx, storetest.ServerOptions{Durable: true, Settings: map[string]string{"shared_buffers": "512MB"}})
	if err != nil {
		return nil, nil, err
	}
	url, err := server.Create(ctx, "bench", "template0")
	if err == nil {
		to, err = store.Open(ctx, url)
	}
	if err == nil {
		err = copyRecords(ctx, from, to)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("copying to postgres: %w", err)
	}
	return to, func() { to.Close(); _ = server.Stop() }, nil
}

func copyRecords(ctx context.Context, from, to *store.DB) error {
	const atOnce = 100_000
	var batch []credit.Record
	err := from.Records(ctx, 1, store.Latest, func(_ credit.Position, r *credit.Record) error {
		batch = append(batch, *r)
		batch[len(batch)-1].Body = bytes.Clone(r.Body)
		if len(batch) < atOnce {
			return nil
		}
		_, err := to.Append(ctx, batch)
		batch = batch[:0]
		return err
	})
	if err == nil {
		_, err = to.Append(ctx, batch)
	}
	return err
}

// longRecords is how many records a long history has.
const longRecords = 200

// makeLong appends the histories of firms of 200 records each, put together from those drawn.
func makeLong(ctx context.Context, db *store.DB, drawn []credit.Subject, n int) (made []credit.Subject, err error) {
	at := 0
	for i := range n {
		subject := credit.Subject(fmt.Sprintf("bench:long%05d", i))
		var all, from []credit.Record
		for seen := map[credit.ID]bool{}; len(all) < longRecords; at++ {
			if from, err = db.History(ctx, from[:0], drawn[at%len(drawn)], store.Latest); err != nil {
				return nil, err
			}
			for _, r := range from {
				r.Subject = subject
				if r.Seal(); !seen[r.ID] {
					seen[r.ID] = true
					all = append(all, r)
				}
			}
		}
		if _, err := db.Append(ctx, all[:longRecords]); err != nil {
			return nil, err
		}
		made = append(made, subject)
	}
	return made, nil
}
