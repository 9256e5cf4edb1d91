package store

import (
	"context"
	"database/sql"

	"hengxin/credit"
)

// rowLog keeps one row a record.
type rowLog struct{ db *sql.DB }

func (l *rowLog) ids(ctx context.Context, tx *sql.Tx, after credit.Position, fn func(credit.ID)) error {
	return l.each(ctx, tx.QueryContext, func(_ credit.Position, r *credit.Record) error { fn(r.ID); return nil },
		"SELECT position, record FROM log_record WHERE position > $1", after)
}

func (l *rowLog) write(ctx context.Context, _ *sql.Conn, tx *sql.Tx, first credit.Position, records []*credit.Record) error {
	for i, r := range records {
		_, err := tx.ExecContext(ctx, "INSERT INTO log_record (position, subject, id, record) VALUES ($1, $2, $3, $4)",
			first+credit.Position(i), r.Subject, r.ID.String(), r.AppendTo(nil))
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *rowLog) history(ctx context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	err := l.each(ctx, l.db.QueryContext, func(_ credit.Position, r *credit.Record) error { dst = append(dst, *r); return nil },
		"SELECT position, record FROM log_record WHERE subject = $1 AND position <= $2", subject, upTo)
	return dst, err
}

func (l *rowLog) scan(ctx context.Context, g Range, upTo credit.Position, fn ScanFunc) error {
	var group []credit.Record
	flush := func() error {
		if len(group) == 0 {
			return nil
		}
		sortHistory(group)
		err := fn(group[0].Subject, group)
		group = group[:0]
		return err
	}
	err := l.each(ctx, l.db.QueryContext, func(_ credit.Position, r *credit.Record) error {
		if len(group) > 0 && group[0].Subject != r.Subject {
			if err := flush(); err != nil {
				return err
			}
		}
		group = append(group, *r)
		return nil
	}, "SELECT position, record FROM log_record WHERE subject >= $1 AND ($2 = '' OR subject < $2) AND position <= $3 ORDER BY subject",
		g.From, g.To, upTo)
	if err != nil {
		return err
	}
	return flush()
}

func (l *rowLog) records(ctx context.Context, from, to credit.Position, fn RecordFunc) error {
	return l.each(ctx, l.db.QueryContext, fn,
		"SELECT position, record FROM log_record WHERE position BETWEEN $1 AND $2 ORDER BY position", from, to)
}

type queryFunc func(ctx context.Context, query string, args ...any) (*sql.Rows, error)

func (l *rowLog) each(ctx context.Context, query queryFunc, fn RecordFunc, q string, args ...any) error {
	rows, err := query(ctx, q, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var d credit.Decoder
	for rows.Next() {
		var at credit.Position
		var b []byte
		var r credit.Record
		if err := rows.Scan(&at, &b); err != nil {
			return err
		}
		if _, err := d.Decode(b, &r); err != nil {
			return err
		}
		if err := fn(at, &r); err != nil {
			return err
		}
	}
	return rows.Err()
}
