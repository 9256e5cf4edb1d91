package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"hengxin/credit"
)

// postgresRows is the packed log's rows on PostgreSQL: written by COPY and read in binary, past database/sql.
type postgresRows struct{ db *sql.DB }

// postgresSizes make a block fill one page of 8 KB together with its key. What is longer goes to pages of its own.
var postgresSizes = packedSizes{segmentRecords: 4096, segmentBytes: 1 << 20, blockBytes: 8<<10 - 160,
	fanIn: 8, classBytes: 1 << 20, stepBytes: 2 << 20, patience: 5 * time.Second}

func pgxOf(driver any) *pgx.Conn { return driver.(*stdlib.Conn).Conn() }

func (*postgresRows) putSegments(ctx context.Context, w writing, segments []segment) error {
	if w.conn == nil {
		return insertSegments(ctx, w.tx, segments)
	}
	return copyRows(ctx, w.conn, "COPY log_segment (first, last, ids, frame) FROM STDIN WITH (FORMAT binary)", len(segments),
		func(dst []byte, i int) []byte {
			s := &segments[i]
			dst = binary.BigEndian.AppendUint16(dst, 4)
			dst = appendLong(appendLong(dst, int64(s.first)), int64(s.last))
			return appendField(appendField(dst, s.ids), s.frame)
		})
}

func (*postgresRows) putBlocks(ctx context.Context, w writing, run int64, blocks []block) error {
	if w.conn == nil {
		return insertBlocks(ctx, w.tx, run, blocks)
	}
	return copyRows(ctx, w.conn, "COPY log_block (run, subject, data) FROM STDIN WITH (FORMAT binary)", len(blocks),
		func(dst []byte, i int) []byte {
			dst = binary.BigEndian.AppendUint16(dst, 3)
			dst = appendLong(dst, run)
			return appendField(appendField(dst, blocks[i].subject), blocks[i].data)
		})
}

func (l *postgresRows) find(ctx context.Context, subject string, fn func([]byte) error) error {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		return rawRows(ctx, pgxOf(driver), func(columns [][]byte) error { return fn(columns[0]) },
			`SELECT b.data FROM log_run r CROSS JOIN LATERAL (SELECT data FROM log_block
				WHERE run = r.run AND subject <= $1 ORDER BY subject DESC LIMIT 1) b WHERE r.state = $2`, subject, runLive)
	})
}

func (*postgresRows) within(w writing) blockSource {
	if w.conn == nil {
		return pagedSource(func(ctx context.Context, fn func([][]byte) error, query string, args ...any) error {
			return plainRows(ctx, w.tx, fn, query, args...)
		})
	}
	return pagedSource(func(ctx context.Context, fn func([][]byte) error, query string, args ...any) error {
		return w.conn.Raw(func(driver any) error { return rawRows(ctx, pgxOf(driver), fn, query, args...) })
	})
}

// byIndex makes the planner walk the index, whatever it has heard of the size of the table.
const byIndex = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"

func (l *postgresRows) snapshot(ctx context.Context, fn func([]int64, blockSource) error) error {
	return l.reading(ctx, func(c *pgx.Conn) error {
		var live []int64
		err := rawRows(ctx, c, func(columns [][]byte) error {
			live = append(live, int64(binary.BigEndian.Uint64(columns[0])))
			return nil
		}, "SELECT run FROM log_run WHERE state = $1 ORDER BY run", runLive)
		if err != nil {
			return err
		}
		return fn(live, pagedSource(func(ctx context.Context, fn func([][]byte) error, query string, args ...any) error {
			return rawRows(ctx, c, fn, query, args...)
		}))
	})
}

// reading runs fn in a transaction that sees one state of the database.
func (l *postgresRows) reading(ctx context.Context, fn func(*pgx.Conn) error) error {
	conn, err := l.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		c := pgxOf(driver)
		options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
		return pgx.BeginTxFunc(ctx, c, options, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, byIndex); err != nil {
				return err
			}
			return fn(c)
		})
	})
}

func (l *postgresRows) splits(ctx context.Context) (all []credit.Subject, err error) {
	err = l.reading(ctx, func(c *pgx.Conn) error {
		return rawRows(ctx, c, func(columns [][]byte) error {
			all = append(all, credit.Subject(columns[0]))
			return nil
		}, "SELECT b.subject FROM log_run r JOIN log_block b ON b.run = r.run WHERE r.state = $1 ORDER BY b.subject", runLive)
	})
	return all, err
}

func (*postgresRows) dropBlocks(ctx context.Context, w writing, run, n int64) (int64, error) {
	result, err := w.tx.ExecContext(ctx, `DELETE FROM log_block WHERE run = $1 AND subject <=
		(SELECT max(subject) FROM (SELECT subject FROM log_block WHERE run = $1 ORDER BY subject LIMIT $2) least)`, run, n)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// rowsFunc runs a query and calls fn with the columns of every row, which are used again after it returns.
type rowsFunc func(ctx context.Context, fn func(columns [][]byte) error, query string, args ...any) error

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

// plainRows is rawRows of two columns through database/sql.
func plainRows(ctx context.Context, tx *sql.Tx, fn func([][]byte) error, query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var subject, data []byte
		if err := rows.Scan(&subject, &data); err != nil {
			return err
		}
		if err := fn([][]byte{subject, data}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// pageBlocks is how many blocks of a run one query reads: a connection has one query under way.
const pageBlocks = 32

// pagedSource reads a run a page at a time, each by a query of its own.
func pagedSource(q rowsFunc) blockSource {
	return func(ctx context.Context, run int64, from string) (blockFeed, error) {
		f := &pagedFeed{ctx: ctx, q: q, run: run}
		return f, f.page(`subject >= coalesce((SELECT max(subject) FROM log_block WHERE run = $1 AND subject <= $2), '')`, from)
	}
}

// pagedFeed holds one page of a run: block i is bytes[ends[i-1]:ends[i]].
type pagedFeed struct {
	ctx  context.Context
	q    rowsFunc
	run  int64
	last string // subject of the last block of the page

	bytes []byte
	ends  []int
	at    int
}

func (f *pagedFeed) page(where, subject string) error {
	f.bytes, f.ends, f.at = f.bytes[:0], f.ends[:0], 0
	return f.q(f.ctx, func(columns [][]byte) error {
		f.last = string(columns[0])
		f.bytes = append(f.bytes, columns[1]...)
		f.ends = append(f.ends, len(f.bytes))
		return nil
	}, "SELECT subject, data FROM log_block WHERE run = $1 AND "+where+" ORDER BY subject LIMIT $3", f.run, subject, pageBlocks)
}

func (f *pagedFeed) next() (data []byte, ok bool, err error) {
	if f.at == len(f.ends) {
		if len(f.ends) < pageBlocks {
			return nil, false, nil
		}
		if err := f.page("subject > $2", f.last); err != nil || len(f.ends) == 0 {
			return nil, false, err
		}
	}
	start := 0
	if f.at > 0 {
		start = f.ends[f.at-1]
	}
	data = f.bytes[start:f.ends[f.at]]
	f.at++
	return data, true, nil
}

func (*pagedFeed) close() {}
