package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"

	"hengxin/credit"
)

// toErase is an erasure whose record was found.
type toErase struct {
	Erasure
	at      credit.Position
	subject credit.Subject
}

// locate finds the positions of the records, ascending, without those that are erased already.
func (l *packedLog) locate(ctx context.Context, tx *sql.Tx, chunk []Erasure) ([]*toErase, error) {
	want := map[credit.ID]*toErase{}
	for _, e := range chunk {
		want[e.ID] = &toErase{Erasure: e}
	}
	rows, err := tx.QueryContext(ctx, "SELECT first, ids FROM log_segment ORDER BY first")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []*toErase
	for rows.Next() {
		var at credit.Position
		var ids sql.RawBytes
		if err := rows.Scan(&at, &ids); err != nil {
			return nil, err
		}
		for ; len(ids) >= 16; ids, at = ids[16:], at+1 {
			if t := want[credit.ID(ids[:16])]; t != nil {
				t.at = at
				found = append(found, t)
			}
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	for _, e := range chunk {
		if want[e.ID].at == 0 {
			return nil, fmt.Errorf("record %s: %w", e.ID, ErrNotFound)
		}
	}
	return withoutErased(ctx, tx, found)
}

func withoutErased(ctx context.Context, tx *sql.Tx, found []*toErase) (todo []*toErase, err error) {
	for _, t := range found {
		var n int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM erasures WHERE id = $1", t.ID[:]).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 {
			todo = append(todo, t)
		}
	}
	return todo, nil
}

// erase puts tombstones in the place of the records, in the segments and in every run: live ones, those being merged
// into, and those on their way out.
func (l *packedLog) erase(ctx context.Context, tx *sql.Tx, todo []*toErase) error {
	tombs := map[credit.Position][]byte{}
	for rest := todo; len(rest) > 0; {
		n, err := l.eraseSegment(ctx, tx, rest, tombs)
		if err != nil {
			return err
		}
		rest = rest[n:]
	}
	subjects := map[string]bool{}
	for _, t := range todo {
		subjects[string(t.subject)] = true
	}
	runs, err := rowsOf(ctx, tx, func(rows *sql.Rows, run *int64) error { return rows.Scan(run) }, "SELECT run FROM log_run ORDER BY run")
	if err != nil {
		return err
	}
	for _, subject := range slices.Sorted(maps.Keys(subjects)) {
		for _, run := range runs {
			if err := eraseInRun(ctx, tx, run, subject, tombs); err != nil {
				return fmt.Errorf("run %d: %w", run, err)
			}
		}
	}
	return nil
}

// eraseSegment rewrites the segment of the first of todo. It notes the tombstones and subjects, and returns how many of
// todo the segment holds.
func (l *packedLog) eraseSegment(ctx context.Context, tx *sql.Tx, todo []*toErase, tombs map[credit.Position][]byte) (n int, err error) {
	var s segment
	err = tx.QueryRowContext(ctx, "SELECT first, last, frame FROM log_segment WHERE first = (SELECT max(first) FROM log_segment WHERE first <= $1)",
		int64(todo[0].at)).Scan(&s.first, &s.last, &s.frame)
	if err != nil {
		return 0, err
	}
	raw, err := l.dec().DecodeAll(s.frame, nil)
	if err != nil {
		return 0, fmt.Errorf("segment of position %d: %w: %w", s.first, ErrCorrupt, err)
	}
	var d credit.Decoder
	var out []byte
	err = s.each(raw, &d, s.first, s.last, func(at credit.Position, r *credit.Record) error {
		if n == len(todo) || todo[n].at != at {
			out = r.AppendTo(out)
			return nil
		}
		t := todo[n]
		n++
		if r.ID != t.ID {
			return fmt.Errorf("record %d is %s, its segment lists %s: %w", at, r.ID, t.ID, ErrCorrupt)
		}
		if t.Day < r.Known {
			return fmt.Errorf("record %s: day %s, before %s on which it was known: %w", r.ID, t.Day, r.Known, credit.ErrInvalid)
		}
		tomb := r.Tombstone(t.Day)
		t.subject, tombs[at] = r.Subject, tomb.AppendTo(nil)
		out = append(out, tombs[at]...)
		return nil
	})
	if err == nil && n == 0 {
		err = fmt.Errorf("position %d lies in no segment: %w", todo[0].at, ErrCorrupt)
	}
	if err != nil {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, "UPDATE log_segment SET frame = $1 WHERE first = $2", l.enc().EncodeAll(out, nil), int64(s.first))
	return n, err
}

// eraseInRun rewrites the one block of the run in which the subject's group must be.
func eraseInRun(ctx context.Context, tx *sql.Tx, run int64, subject string, tombs map[credit.Position][]byte) error {
	var b block
	err := tx.QueryRowContext(ctx, `SELECT subject, data FROM log_block WHERE run = $1 AND subject <= $2 ORDER BY subject DESC LIMIT 1`, run, subject).
		Scan(&b.subject, &b.data)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	data, changed, err := eraseInBlock(b.data, subject, tombs)
	if err != nil || !changed {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE log_block SET data = $1 WHERE run = $2 AND subject = $3", data, run, b.subject)
	return err
}

func eraseInBlock(data []byte, subject string, tombs map[credit.Position][]byte) (out []byte, changed bool, err error) {
	w := blockWriter{size: len(data)}
	for len(data) > 0 {
		var g group
		if g, data, err = nextGroup(data); err != nil {
			return nil, false, err
		}
		entries := g.entries
		if string(g.subject) == subject {
			if entries, changed, err = eraseInGroup(g, tombs); err != nil {
				return nil, false, err
			}
		}
		w.begin(string(g.subject), len(entries))
		w.add(entries)
	}
	for _, b := range w.finish() { // one, unless a tombstone is longer than what it stands for
		out = append(out, b.data...)
	}
	return out, changed, nil
}

func eraseInGroup(g group, tombs map[credit.Position][]byte) (out []byte, changed bool, err error) {
	var d credit.Decoder
	var r credit.Record
	for rest := g.entries; len(rest) > 0; {
		at, w := binary.Uvarint(rest)
		if w <= 0 {
			return nil, false, fmt.Errorf("block: position of a record of %s: %w", g.subject, ErrCorrupt)
		}
		next, err := d.Decode(rest[w:], &r)
		if err != nil {
			return nil, false, fmt.Errorf("block: record %d of %s: %w: %w", at, g.subject, ErrCorrupt, err)
		}
		if tomb := tombs[credit.Position(at)]; tomb != nil {
			out, changed = append(binary.AppendUvarint(out, at), tomb...), true
		} else {
			out = append(out, rest[:len(rest)-len(next)]...)
		}
		rest = next
	}
	return out, changed, nil
}
