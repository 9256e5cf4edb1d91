package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"hengxin/credit"
)

// rowLog is the log on PostgreSQL: one row a record, keyed (subject, id). As the id covers the subject, the key is
// unique exactly where the id is, and no index of random digests is needed.
//
// An append sorts its rows by subject, so that the rows of neighbours lie together in the table and a scan by subject
// reads as many streams as there were appends, each in order.
type rowLog struct{ db *sql.DB }

func (l *rowLog) ids(ctx context.Context, conn *sql.Conn, _ *sql.Tx, after credit.Position, fn func(credit.ID)) error {
	return conn.Raw(func(driver any) error {
		return rawRows(ctx, pgxOf(driver), func(columns [][]byte) error {
			fn(credit.ID(columns[0]))
			return nil
		}, "SELECT id FROM log_record WHERE batch > $1", int64(after))
	})
}

// write copies the rows in by the binary protocol, past database/sql, in the transaction that conn is in.
func (l *rowLog) write(ctx context.Context, conn *sql.Conn, _ *sql.Tx, first credit.Position, records []*credit.Record) error {
	rows := copyReader{first: first, records: records, order: subjectOrder(records)}
	return conn.Raw(func(driver any) error {
		_, err := pgxOf(driver).PgConn().CopyFrom(ctx, &rows,
			"COPY log_record (position, batch, subject, id, record) FROM STDIN WITH (FORMAT binary)")
		return err
	})
}

func pgxOf(driver any) *pgx.Conn { return driver.(*stdlib.Conn).Conn() }

// copyReader is the rows of an append in the binary format of COPY ("Binary Format" on the page of COPY in
// PostgreSQL's documentation), made a piece at a time.
type copyReader struct {
	first   credit.Position
	records []*credit.Record
	order   []int32

	begun, ended bool
	piece        []byte
	rest         []byte // of piece
}

const copyPiece = 64 << 10

func (c *copyReader) Read(dst []byte) (int, error) {
	if len(c.rest) == 0 {
		if c.ended {
			return 0, io.EOF
		}
		c.fill()
	}
	n := copy(dst, c.rest)
	c.rest = c.rest[n:]
	return n, nil
}

func (c *copyReader) fill() {
	c.piece = c.piece[:0]
	if !c.begun {
		c.begun = true
		c.piece = append(c.piece, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	}
	for len(c.order) > 0 && len(c.piece) < copyPiece {
		c.row(int(c.order[0]))
		c.order = c.order[1:]
	}
	if len(c.order) == 0 {
		c.ended = true
		c.piece = binary.BigEndian.AppendUint16(c.piece, 1<<16-1)
	}
	c.rest = c.piece
}

func (c *copyReader) row(i int) {
	r := c.records[i]
	b := binary.BigEndian.AppendUint16(c.piece, 5)
	b = binary.BigEndian.AppendUint32(b, 8)
	b = binary.BigEndian.AppendUint64(b, uint64(c.first)+uint64(i))
	b = binary.BigEndian.AppendUint32(b, 8)
	b = binary.BigEndian.AppendUint64(b, uint64(c.first))
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.Subject)))
	b = append(b, r.Subject...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(r.ID)))
	b = append(b, r.ID[:]...)
	at := len(b)
	b = r.AppendTo(append(b, 0, 0, 0, 0))
	binary.BigEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	c.piece = b
}

// positionOf reads the first column, a position. The upper position is compared here and not by the database, whose
// planner has no idea how few rows of a subject it keeps.
func positionOf(columns [][]byte) credit.Position {
	return credit.Position(binary.BigEndian.Uint64(columns[0]))
}

// decodeRow reads the second column, a record.
func decodeRow(d *credit.Decoder, columns [][]byte, r *credit.Record) error {
	rest, err := d.Decode(columns[1], r)
	if err != nil || len(rest) > 0 {
		return fmt.Errorf("record %d, %d bytes too many: %w", positionOf(columns), len(rest), errors.Join(ErrCorrupt, err))
	}
	return nil
}

func (l *rowLog) history(ctx context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	var raw []byte // the records one after the other: the caller's from here on
	err := l.query(ctx, nil, func(columns [][]byte) error {
		if positionOf(columns) <= upTo {
			raw = append(raw, columns[1]...)
		}
		return nil
	}, "SELECT position, record FROM log_record WHERE subject = $1", string(subject))
	var d credit.Decoder
	for len(raw) > 0 && err == nil {
		dst = append(dst, credit.Record{})
		if raw, err = d.Decode(raw, &dst[len(dst)-1]); err != nil {
			err = errors.Join(ErrCorrupt, err)
		}
	}
	return dst, err
}

// byIndex makes the planner walk the key in order: sorting the table would read it twice.
var byIndex = []string{"SET LOCAL enable_seqscan = off", "SET LOCAL enable_bitmapscan = off", "SET LOCAL enable_sort = off"}

func (l *rowLog) scan(ctx context.Context, g Range, upTo credit.Position, fn groupFunc) error {
	s := rowScan{fn: fn, upTo: upTo}
	err := l.query(ctx, byIndex, s.row, `SELECT position, record, subject FROM log_record
		WHERE subject >= $1 AND ($2 = '' OR subject < $2) ORDER BY subject`, string(g.From), string(g.To))
	if err != nil {
		return err
	}
	return s.flush()
}

// rowScan gathers the rows of a subject. The rows lie in one buffer, which the records point into.
type rowScan struct {
	fn      groupFunc
	upTo    credit.Position
	d       credit.Decoder
	raw     []byte
	records []credit.Record
	at      []credit.Position
}

func (s *rowScan) row(columns [][]byte) error {
	if positionOf(columns) > s.upTo {
		return nil
	}
	var next credit.Record
	if err := decodeRow(&s.d, columns, &next); err != nil {
		return err
	}
	if string(columns[2]) != string(next.Subject) {
		return fmt.Errorf("record %d of %s lies with %s: %w", positionOf(columns), next.Subject, columns[2], ErrCorrupt)
	}
	if len(s.records) > 0 && s.records[0].Subject != next.Subject {
		if err := s.flush(); err != nil {
			return err
		}
	}
	at := len(s.raw)
	s.raw = append(s.raw, next.Body...)
	next.Body = s.raw[at:len(s.raw):len(s.raw)]
	s.records, s.at = append(s.records, next), append(s.at, positionOf(columns))
	return nil
}

func (s *rowScan) flush() error {
	if len(s.records) == 0 {
		return nil
	}
	err := s.fn(s.records, s.at)
	s.records, s.at, s.raw = s.records[:0], s.at[:0], s.raw[:0]
	return err
}

// recordsAtOnce is how many records one query of records reads at least: the database sorts them.
const recordsAtOnce = 1 << 16

func (l *rowLog) records(ctx context.Context, from, to credit.Position, fn RecordFunc) error {
	batches, err := collect(ctx, l.db, func(rows *sql.Rows, first *credit.Position) error { return rows.Scan(first) },
		batchesFrom, int64(max(from, 1)), int64(to))
	if err != nil {
		return err
	}
	var d credit.Decoder
	var r credit.Record
	row := func(columns [][]byte) error {
		if err := decodeRow(&d, columns, &r); err != nil {
			return err
		}
		return fn(positionOf(columns), &r)
	}
	for len(batches) > 0 {
		n := 1
		for n < len(batches) && batches[n]-batches[0] < recordsAtOnce {
			n++
		}
		err := l.query(ctx, byBatch, row, `SELECT position, record FROM log_record
			WHERE batch >= $1 AND batch <= $2 AND position >= $3 AND position <= $4 ORDER BY position`,
			int64(batches[0]), int64(batches[n-1]), int64(from), int64(to))
		if err != nil {
			return err
		}
		batches = batches[n:]
	}
	return nil
}

// batchesFrom steps through the index from batch to batch.
const batchesFrom = `WITH RECURSIVE step (batch) AS (
	SELECT max(batch) FROM log_record WHERE batch <= $1
	UNION ALL
	SELECT (SELECT min(batch) FROM log_record WHERE batch > step.batch) FROM step WHERE step.batch <= $2
) SELECT batch FROM step WHERE batch <= $2 ORDER BY batch`

var byBatch = []string{"SET LOCAL enable_seqscan = off", "SET LOCAL work_mem = '64MB'"}

func (l *rowLog) splits(ctx context.Context) ([]credit.Subject, error) {
	return collect(ctx, l.db, func(rows *sql.Rows, s *credit.Subject) error { return rows.Scan(s) },
		`SELECT subject FROM log_record TABLESAMPLE SYSTEM (
			(SELECT least(100, 100 * 10000.0 / greatest(head, 1)) FROM log_head)) REPEATABLE (1) ORDER BY subject`)
}

// query runs a query and calls fn with the raw columns of every row, in binary; they are used again after fn returns.
func (l *rowLog) query(ctx context.Context, settings []string, fn func([][]byte) error, query string, args ...any) error {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		c := pgxOf(driver)
		if settings == nil {
			return rawRows(ctx, c, fn, query, args...)
		}
		return pgx.BeginTxFunc(ctx, c, pgx.TxOptions{AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
			for _, s := range settings {
				if _, err := tx.Exec(ctx, s); err != nil {
					return err
				}
			}
			return rawRows(ctx, c, fn, query, args...)
		})
	})
}

func rawRows(ctx context.Context, c *pgx.Conn, fn func([][]byte) error, query string, args ...any) error {
	rows, err := c.Query(ctx, query, append([]any{pgx.QueryResultFormats{pgx.BinaryFormatCode}}, args...)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.RawValues()); err != nil {
			return err
		}
	}
	return rows.Err()
}
