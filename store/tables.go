package store

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Tables returns the names of the working tables: all but those of the log, which [DB.Records] reads.
func (db *DB) Tables(ctx context.Context) ([]string, error) {
	var names []string
	rows, err := db.read.QueryContext(ctx, db.dialect.tables)
	if err != nil {
		return nil, fmt.Errorf("listing the tables: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		if !strings.HasPrefix(name, "log_") && !strings.HasPrefix(name, "goose_") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, rows.Err()
}

// ExportTable writes a working table as JSON, a row a line, in the order of its columns, and returns how many there
// were. Bytes are hex digits.
func (db *DB) ExportTable(ctx context.Context, table string, w io.Writer) (n int64, err error) {
	names, err := db.Tables(ctx)
	if err != nil {
		return 0, err
	}
	if !slices.Contains(names, table) {
		return 0, fmt.Errorf("table %q: %w", table, ErrNotFound)
	}
	n, err = db.exportRows(ctx, table, w)
	if err != nil {
		return n, fmt.Errorf("exporting table %s: %w", table, err)
	}
	return n, nil
}

func (db *DB) exportRows(ctx context.Context, table string, w io.Writer) (n int64, err error) {
	columns, err := db.columns(ctx, table)
	if err != nil {
		return 0, err
	}
	var order []string
	for i := range columns {
		order = append(order, strconv.Itoa(i+1))
	}
	rows, err := db.read.QueryContext(ctx, `SELECT * FROM "`+table+`" ORDER BY `+strings.Join(order, ", "))
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	values, at := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		at[i] = &values[i]
	}
	out := bufio.NewWriter(w)
	var line []byte
	for ; rows.Next(); n++ {
		if err := rows.Scan(at...); err != nil {
			return n, err
		}
		if line, err = appendRow(line[:0], columns, values); err != nil {
			return n, err
		}
		if _, err := out.Write(line); err != nil {
			return n, err
		}
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, out.Flush()
}

func (db *DB) columns(ctx context.Context, table string) ([]string, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT * FROM "`+table+`" WHERE 1 = 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}

func appendRow(line []byte, columns []string, values []any) ([]byte, error) {
	for i, name := range columns {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		line = append(strconv.AppendQuote(append(line, separator), name), ':')
		value := values[i]
		switch v := value.(type) {
		case []byte:
			value = hex.EncodeToString(v)
		case time.Time:
			value = v.UTC().Format(time.RFC3339Nano)
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", name, err)
		}
		line = append(line, text...)
	}
	return append(line, "}\n"...), nil
}
