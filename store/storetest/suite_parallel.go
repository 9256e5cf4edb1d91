package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"hengxin/credit"
	"hengxin/store"
)

// testParallel appends from several goroutines on two handles while readers note what they saw up to which head. What
// was seen up to a head must be seen up to it ever after: that is what makes a position a cut.
func testParallel(t *testing.T, k kind) {
	url := k.url(t)
	handles := []*store.DB{k.open(t, url), k.open(t, url)}
	const writers, batches = 4, 8
	var sights sightings
	var readers errgroup.Group
	stop := make(chan struct{})
	for i := range 2 {
		readers.Go(func() error { return sights.watch(handles[(i+1)%2], stop) })
	}
	var g errgroup.Group
	var mu sync.Mutex
	offered := map[credit.ID]bool{}
	for w := range writers {
		g.Go(func() error {
			m := NewMaker(uint64(w/2), 3000) // every two writers offer the same records
			for range batches {
				batch := m.Make(nil, 40)
				mu.Lock()
				for _, r := range batch {
					offered[r.ID] = true
				}
				mu.Unlock()
				if _, err := handles[w%2].Append(context.Background(), batch); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	close(stop)
	require.NoError(t, readers.Wait())
	require.NoError(t, sights.compare(handles[0]))
	require.Equal(t, int64(len(offered)), sound(t, handles[1]).Records)
}

// sightings is what readers saw: the digest of the log up to each head.
type sightings struct {
	mu   sync.Mutex
	seen map[credit.Position]store.Digest
}

// watch looks at the log until stop is closed, and once more.
func (s *sightings) watch(db *store.DB, stop <-chan struct{}) error {
	for last := false; ; {
		head, err := db.Head(context.Background())
		if err != nil {
			return err
		}
		if err := s.note(db, head); err != nil || last {
			return err
		}
		select {
		case <-stop:
			last = true
		default:
		}
	}
}

func (s *sightings) note(db *store.DB, head credit.Position) error {
	d, err := db.Digest(context.Background(), head)
	if err != nil {
		return err
	}
	n := credit.Position(0)
	err = db.Scan(context.Background(), head, func(_ credit.Subject, records []credit.Record) error {
		n += credit.Position(len(records))
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[credit.Position]store.Digest{}
	}
	if before, ok := s.seen[head]; ok && before != d || n != head {
		return fmt.Errorf("up to position %d one reader saw %s, another %s and %d records", head, before, d, n)
	}
	s.seen[head] = d
	return nil
}

func (s *sightings) compare(db *store.DB) error {
	for head, d := range s.seen {
		now, err := db.Digest(context.Background(), head)
		if err != nil {
			return err
		}
		if now != d {
			return fmt.Errorf("up to position %d the log had the digest %s and now has %s", head, d, now)
		}
	}
	return nil
}
