package source

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
)

// csvTable splits delimited text (RFC 4180, with a quote inside a field that does not begin with one taken as it
// stands). It differs from encoding/csv in what a batch of rows from a department needs: a row that is broken is
// returned as such, with its line and text, and reading goes on with the next line; no row grows without limit.
type csvTable struct {
	r       *bufio.Reader
	again   []byte // lines that an unclosed quote had swallowed, to be read once more
	long    bool   // behind them comes a line beyond the limit
	delim   byte
	lines   int // read so far
	buf     []byte
	named   []string
	noNames bool
}

func newCSV(r io.Reader, delim byte) *csvTable {
	return &csvTable{r: bufio.NewReaderSize(r, 1<<16), delim: delim}
}

// header reads the first row.
func (t *csvTable) header() ([]string, error) {
	if t.noNames {
		return t.named, nil
	}
	var l line
	if err := t.next(&l); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the file is empty: not even a header")
		}
		return nil, err
	}
	if l.fault != "" {
		return nil, errAfter(l.number, errors.New("header "+l.fault))
	}
	return l.fields, nil
}

// next reads one row. Blank lines are no rows.
func (t *csvTable) next(l *line) error {
	for {
		t.buf = t.buf[:0]
		l.number, l.fault, l.fields = t.lines+1, "", l.fields[:0]
		whole, err := t.readLine()
		if err != nil {
			return err
		}
		if !whole {
			l.raw, l.fault = "", "is longer than a row may be"
			return nil
		}
		text := chomp(t.buf)
		if len(text) == 0 {
			continue
		}
		if bytes.IndexByte(text, '"') >= 0 {
			return t.quoted(l)
		}
		l.raw = string(text)
		l.fields = splitPlain(l.fields, l.raw, t.delim)
		return nil
	}
}

// readLine appends the next line to buf, its end included. Of a line beyond the limit it appends nothing and reports
// false.
func (t *csvTable) readLine() (whole bool, err error) {
	if len(t.again) > 0 {
		n := bytes.IndexByte(t.again, '\n') + 1
		if n == 0 {
			n = len(t.again)
		}
		t.buf, t.again = append(t.buf, t.again[:n]...), t.again[n:]
		t.lines++
		return true, nil
	}
	if t.long {
		t.long = false
		t.lines++
		return false, nil
	}
	before, read := len(t.buf), 0
	for {
		part, err := t.r.ReadSlice('\n')
		if read += len(part); read <= maxRow {
			t.buf = append(t.buf, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && (err != io.EOF || read == 0) {
			return false, err
		}
		t.lines++
		if read > maxRow {
			t.buf = t.buf[:before]
		}
		return read <= maxRow, nil
	}
}

func chomp(b []byte) []byte {
	b = bytes.TrimSuffix(b, []byte("\n"))
	return bytes.TrimSuffix(b, []byte("\r"))
}

func splitPlain(dst []string, s string, delim byte) []string {
	for {
		at := strings.IndexByte(s, delim)
		if at < 0 || len(dst) >= maxFields {
			return append(dst, s)
		}
		dst, s = append(dst, s[:at]), s[at+1:]
	}
}

// quoted splits the row in buf, reading further lines while a quote is open. Where that comes to nothing, the fault is
// the first line's alone, and the others are read again as rows of their own.
func (t *csvTable) quoted(l *line) error {
	first := len(t.buf)
	for {
		l.raw = string(chomp(t.buf))
		var open bool
		l.fields, open, l.fault = splitQuoted(l.fields[:0], l.raw, t.delim)
		if !open && (l.fault == "" || len(t.buf) == first) {
			return nil
		}
		if !open || len(t.buf) > maxRow {
			return t.giveBack(l, first)
		}
		whole, err := t.readLine()
		if err == io.EOF {
			return t.giveBack(l, first)
		}
		if err != nil {
			return err
		}
		if !whole {
			t.long = true
			t.lines--
			return t.giveBack(l, first)
		}
	}
}

func (t *csvTable) giveBack(l *line, first int) error {
	if l.fault == "" {
		l.fault = "opens a quote that is not closed"
	}
	l.raw, l.fields = string(chomp(t.buf[:first])), l.fields[:0]
	rest := t.buf[first:]
	t.lines = l.number
	t.again = append(bytes.Clone(rest), t.again...)
	return nil
}

// splitQuoted splits a row that holds quotes; open reports that its last field's quote is not closed yet.
func splitQuoted(dst []string, s string, delim byte) (fields []string, open bool, fault string) {
	for {
		if len(dst) >= maxFields {
			return append(dst, s), false, ""
		}
		if s == "" || s[0] != '"' {
			at := strings.IndexByte(s, delim)
			if at < 0 {
				return append(dst, s), false, ""
			}
			dst, s = append(dst, s[:at]), s[at+1:]
			continue
		}
		field, rest, closed := unquote(s[1:])
		if !closed {
			return dst, true, ""
		}
		dst = append(dst, field)
		if rest == "" {
			return dst, false, ""
		}
		if rest[0] != delim {
			return dst, false, "has text behind a closing quote"
		}
		s = rest[1:]
	}
}

// unquote reads up to the closing quote; two quotes stand for one. A line end within becomes \n.
func unquote(s string) (field, rest string, closed bool) {
	var joined strings.Builder
	for {
		at := strings.IndexByte(s, '"')
		if at < 0 {
			return "", "", false
		}
		if at+1 < len(s) && s[at+1] == '"' {
			joined.WriteString(s[:at+1])
			s = s[at+2:]
			continue
		}
		field = s[:at]
		if joined.Len() > 0 {
			joined.WriteString(field)
			field = joined.String()
		}
		return strings.ReplaceAll(field, "\r\n", "\n"), s[at+1:], true
	}
}
