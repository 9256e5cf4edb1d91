package store

import (
	"context"
	"database/sql"

	"hengxin/credit"
)

func (l *packedLog) history(ctx context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	var entries []byte // of the subject, from all runs: the caller's from here on
	err := l.rows.find(ctx, string(subject), func(data []byte) error {
		g, err := findGroup(data, string(subject))
		entries = append(entries, g.entries...)
		return err
	})
	if err != nil {
		return dst, err
	}
	var d credit.Decoder
	dst, _, err = appendEntries(dst, nil, group{[]byte(subject), entries}, upTo, &d)
	return dst, err
}

// findGroup returns the subject's group in a block, an empty one where it has none.
func findGroup(data []byte, subject string) (g group, err error) {
	for len(data) > 0 {
		if g, data, err = nextGroup(data); err != nil || string(g.subject) == subject {
			return g, err
		}
		if string(g.subject) > subject {
			break
		}
	}
	return group{}, nil
}

// scan calls fn for each subject of the range, ascending, with its records and their positions in any order.
func (l *packedLog) scan(ctx context.Context, g Range, upTo credit.Position, fn groupFunc) error {
	return l.rows.snapshot(ctx, func(live []int64, open blockSource) error {
		h, err := openRuns(ctx, open, live, string(g.From))
		if err != nil {
			return err
		}
		defer h.close()
		return scanRuns(&h, g.To, upTo, fn)
	})
}

func scanRuns(h *runHeap, to credit.Subject, upTo credit.Position, fn groupFunc) (err error) {
	var d credit.Decoder
	var here []*runCursor
	var records []credit.Record
	var at []credit.Position
	for len(*h) > 0 && (to == "" || string((*h)[0].subject) < string(to)) {
		here = h.same(here[:0], 0)
		records, at = records[:0], at[:0]
		for _, c := range here {
			if records, at, err = appendEntries(records, at, c.group, upTo, &d); err != nil {
				return err
			}
		}
		if len(records) > 0 {
			if err := fn(records, at); err != nil {
				return err
			}
		}
		if err := h.pass(len(here)); err != nil {
			return err
		}
	}
	return nil
}

// rowsOf is collect within a transaction.
func rowsOf[T any](ctx context.Context, tx *sql.Tx, scan func(*sql.Rows, *T) error, query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	return allRows(rows, scan)
}
