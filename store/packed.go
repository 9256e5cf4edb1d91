package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"hengxin/credit"
)

// packedLog is the log on both databases. A row a record is too slow on either: random keys dirty every page of a large
// index, and the more the longer the log is.
//
// Segments hold the records in position order and are the truth. Runs hold them again, sorted by subject, for
// histories and scans; they can be made anew from the segments. An append writes its segments and one run, and then
// carries the merging of runs on by a measured step: see packed_merge.go.
type packedLog struct {
	db    *sql.DB // reads
	rows  packedRows
	sizes packedSizes

	enc func() *zstd.Encoder
	dec func() *zstd.Decoder
}

// packedRows moves rows of the packed log in and out: the one thing in which the two databases differ.
type packedRows interface {
	putSegments(ctx context.Context, w writing, segments []segment) error
	putBlocks(ctx context.Context, w writing, run int64, blocks []block) error
	// find calls fn with the one block of every live run in which the subject's group must be.
	find(ctx context.Context, subject string, fn func(data []byte) error) error
	// within opens blocks as the transaction of w sees them.
	within(w writing) blockSource
	// snapshot calls fn with the live runs and their blocks in one state of the log, whatever is merged meanwhile.
	snapshot(ctx context.Context, fn func(live []int64, open blockSource) error) error
	// splits returns the first subjects of all live blocks, ascending.
	splits(ctx context.Context) ([]credit.Subject, error)
	// dropBlocks deletes at most n blocks of a run and returns how many.
	dropBlocks(ctx context.Context, w writing, run, n int64) (int64, error)
	// purge destroys what freed space holds of old blocks and segments, and waits that long for readers of an old state.
	purge(ctx context.Context, db *sql.DB, patience time.Duration) error
}

// writing is the transaction of an append and the connection under it. Where conn is nil, as in a migration, rows are
// inserted one by one.
type writing struct {
	conn *sql.Conn
	tx   *sql.Tx
}

// blockSource opens a run at the block that holds the subject, or the first after it; all that one source opens is of
// one state of the log. The feed is nil where there are no blocks.
type blockSource func(ctx context.Context, run int64, from string) (blockFeed, error)

// blockFeed reads the blocks of a run in order; data is good until the next call.
type blockFeed interface {
	next() (data []byte, ok bool, err error)
	close()
}

// packedSizes say how the log is cut. They may change from one opening to the next.
type packedSizes struct {
	segmentRecords int   // of a segment at most: what a reader of one position must unpack
	segmentBytes   int   // of a segment at most, before packing, unless one record has more
	blockBytes     int   // of a block at most, unless one subject has more
	fanIn          int   // runs of a class that are merged into one
	classBytes     int64 // runs below it are of class 0
	stepBytes      int64 // of a merge step at least, so that small merges end in the append that begins them

	patience time.Duration // of a purge with those who read an old state
}

func newPackedLog(db *sql.DB, rows packedRows, sizes packedSizes) *packedLog {
	return &packedLog{
		db: db, rows: rows, sizes: sizes,
		enc: sync.OnceValue(func() *zstd.Encoder {
			e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
			if err != nil {
				panic("store: zstd options: " + err.Error())
			}
			return e
		}),
		dec: sync.OnceValue(func() *zstd.Decoder {
			d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxFrame))
			if err != nil {
				panic("store: zstd options: " + err.Error())
			}
			return d
		}),
	}
}

func (l *packedLog) ids(ctx context.Context, tx *sql.Tx, after credit.Position, fn func(credit.ID)) error {
	rows, err := tx.QueryContext(ctx, "SELECT ids FROM log_segment WHERE first > $1", int64(after))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var ids sql.RawBytes
		if err := rows.Scan(&ids); err != nil {
			return err
		}
		for ; len(ids) >= 16; ids = ids[16:] {
			fn(credit.ID(ids[:16]))
		}
	}
	return rows.Err()
}

// batch is the records of one append in bytes: record i is bytes[ends[i-1]:ends[i]].
type batch struct {
	first   credit.Position
	records []*credit.Record
	bytes   []byte
	ends    []int
}

func pack(first credit.Position, records []*credit.Record) *batch {
	b := &batch{first: first, records: records, bytes: make([]byte, 0, 160*len(records)), ends: make([]int, len(records))}
	for i, r := range records {
		b.bytes = r.AppendTo(b.bytes)
		b.ends[i] = len(b.bytes)
	}
	return b
}

func (b *batch) span(from, to int) []byte {
	start := 0
	if from > 0 {
		start = b.ends[from-1]
	}
	return b.bytes[start:b.ends[to-1]]
}

func (l *packedLog) write(ctx context.Context, w writing, first credit.Position, records []*credit.Record) error {
	b := pack(first, records)
	segments := make(chan []segment, 1)
	go func() { segments <- b.segments(l.enc(), l.sizes) }()
	blocks := b.blocks(l.sizes.blockBytes)
	size, err := l.addRun(ctx, w, blocks)
	all := <-segments
	if err != nil {
		return fmt.Errorf("writing a run: %w", err)
	}
	if err := l.rows.putSegments(ctx, w, all); err != nil {
		return fmt.Errorf("writing segments: %w", err)
	}
	if err := l.mergeStep(ctx, w, size); err != nil {
		return fmt.Errorf("merging runs: %w", err)
	}
	return nil
}

// segment is a row of log_segment.
type segment struct {
	first, last credit.Position
	ids, frame  []byte
}

func (b *batch) segments(enc *zstd.Encoder, size packedSizes) (all []segment) {
	for from, to := 0, 0; from < len(b.records); from = to {
		for to = from; to < len(b.records) && to-from < size.segmentRecords && len(b.span(from, to+1)) <= size.segmentBytes || to == from; to++ {
		}
		s := segment{first: b.first + credit.Position(from), last: b.first + credit.Position(to) - 1}
		for _, r := range b.records[from:to] {
			s.ids = append(s.ids, r.ID[:]...)
		}
		s.frame = enc.EncodeAll(b.span(from, to), nil)
		all = append(all, s)
	}
	return all
}

// blocks sorts the batch by subject and cuts it into blocks.
func (b *batch) blocks(size int) []block {
	order := subjectOrder(b.records)
	w := blockWriter{size: size}
	var entries []byte
	for i := 0; i < len(order); {
		subject := string(b.records[order[i]].Subject)
		entries = entries[:0]
		for ; i < len(order) && string(b.records[order[i]].Subject) == subject; i++ {
			at := int(order[i])
			entries = binary.AppendUvarint(entries, uint64(b.first)+uint64(at))
			entries = append(entries, b.span(at, at+1)...)
		}
		w.begin(subject, len(entries))
		w.add(entries)
	}
	return w.finish()
}

func (l *packedLog) records(ctx context.Context, from, to credit.Position, fn RecordFunc) error {
	return l.readRecords(ctx, l.db, from, to, fn)
}

// asker is *sql.DB or *sql.Tx.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func (l *packedLog) readRecords(ctx context.Context, q asker, from, to credit.Position, fn RecordFunc) error {
	rows, err := q.QueryContext(ctx, `SELECT first, last, frame FROM log_segment
		WHERE first >= (SELECT coalesce(max(first), 0) FROM log_segment WHERE first <= $1) AND first <= $2 ORDER BY first`, int64(from), int64(to))
	if err != nil {
		return err
	}
	defer rows.Close()
	var raw []byte
	var d credit.Decoder
	for rows.Next() {
		var s segment
		var frame sql.RawBytes
		if err := rows.Scan(&s.first, &s.last, &frame); err != nil {
			return err
		}
		if raw, err = l.dec().DecodeAll(frame, raw[:0]); err != nil {
			return fmt.Errorf("segment of position %d: %w: %w", s.first, ErrCorrupt, err)
		}
		if err := s.each(raw, &d, from, to, fn); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *segment) each(raw []byte, d *credit.Decoder, from, to credit.Position, fn RecordFunc) (err error) {
	var r credit.Record
	for at := s.first; at <= s.last; at++ {
		if raw, err = d.Decode(raw, &r); err != nil {
			return fmt.Errorf("record %d: %w: %w", at, ErrCorrupt, err)
		}
		if at < from || at > to {
			continue
		}
		if err := fn(at, &r); err != nil {
			return err
		}
	}
	if len(raw) > 0 {
		return fmt.Errorf("segment of position %d holds %d bytes too many: %w", s.first, len(raw), ErrCorrupt)
	}
	return nil
}
