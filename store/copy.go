package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"io"
)

// copyRows copies n rows in by the binary protocol, past database/sql, in the transaction that conn is in. row appends
// row i: the number of its fields, then the fields.
func copyRows(ctx context.Context, conn *sql.Conn, command string, n int, row func(dst []byte, i int) []byte) error {
	return conn.Raw(func(driver any) error {
		_, err := pgxOf(driver).PgConn().CopyFrom(ctx, &copyReader{n: n, row: row}, command)
		return err
	})
}

func appendLong(dst []byte, v int64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(dst, 8), uint64(v))
}

func appendField[T ~string | ~[]byte](dst []byte, v T) []byte {
	return append(binary.BigEndian.AppendUint32(dst, uint32(len(v))), v...)
}

// copyReader is rows in the binary format of COPY ("Binary Format" on the page of COPY in PostgreSQL's documentation),
// made a piece at a time.
type copyReader struct {
	n   int
	row func(dst []byte, i int) []byte

	at           int
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
	for c.at < c.n && len(c.piece) < copyPiece {
		c.piece = c.row(c.piece, c.at)
		c.at++
	}
	if c.at == c.n {
		c.ended = true
		c.piece = binary.BigEndian.AppendUint16(c.piece, 1<<16-1)
	}
	c.rest = c.piece
}
