package datasets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"unicode/utf8"

	"hengxin/credit"
)

var precisionNames = [...]string{credit.PrecisionDay: "day", credit.PrecisionMonth: "month", credit.PrecisionYear: "year"}

// AppendJSON appends r as one JSON object, without a line's end: FORMAT.md names the keys. It returns
// [credit.ErrInvalid] for a text that is not UTF-8, which JSON cannot carry; the Parquet form can.
func AppendJSON(dst []byte, r *credit.Record) ([]byte, error) {
	var err error
	text := func(key, value string) {
		if !utf8.ValidString(value) {
			err = fmt.Errorf("record %s: %q is not UTF-8 (export as parquet): %w", r.ID, value, credit.ErrInvalid)
		}
		dst = append(dst, ',', '"')
		dst = append(append(dst, key...), '"', ':')
		dst = appendString(dst, value)
	}
	dst = append(append(dst, `{"id":"`...), r.ID.String()...)
	dst = append(dst, '"')
	text("subject", string(r.Subject))
	text("kind", r.Kind.String())
	text("event", r.Event.String())
	text("known", r.Known.String())
	if r.Precision != credit.PrecisionDay {
		text("precision", precisionNames[r.Precision])
	}
	if r.Severity != credit.SeverityNone {
		dst = strconv.AppendInt(append(dst, `,"severity":`...), int64(r.Severity), 10)
	}
	if r.Received {
		dst = append(dst, `,"received":true`...)
	}
	if r.Flags != 0 {
		dst = appendFlags(append(dst, `,"flags":`...), r.Flags)
	}
	text("source", r.Source)
	if !r.Target.IsZero() {
		text("target", r.Target.String())
	}
	if r.Amount != credit.NoFen {
		dst = strconv.AppendInt(append(dst, `,"amount_fen":`...), int64(r.Amount), 10)
	}
	dst = append(dst, `,"body":{`...)
	r.Body.Each(func(name, value string) bool {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			err = fmt.Errorf("record %s: %s %q is not UTF-8 (export as parquet): %w", r.ID, name, value, credit.ErrInvalid)
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = append(appendString(dst, name), ':')
		dst = appendString(dst, value)
		return true
	})
	return append(dst, "}}"...), err
}

func appendFlags(dst []byte, flags credit.Flags) []byte {
	dst = append(dst, '[')
	for i, name := range credit.FlagNames() {
		if flags&(1<<i) == 0 {
			continue
		}
		if dst[len(dst)-1] != '[' {
			dst = append(dst, ',')
		}
		dst = appendString(dst, name)
	}
	return append(dst, ']')
}

// appendString appends s as a JSON string: only what must be escaped is.
func appendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c < ' ' || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}

// maxLine is the longest line of NDJSON: a body of the greatest size, every byte of it escaped.
const maxLine = 1 << 19

// NDJSON reads records from lines of JSON and calls yield with each and its 1-based line number, as
// [RecordFile.Each] does; blank lines are passed over. A line without id gets the id of its content.
func NDJSON(r io.Reader, yield func(line int64, r *credit.Record, bad error) error) error {
	in := bufio.NewReaderSize(r, maxLine)
	for line := int64(1); ; line++ {
		text, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			bad := fmt.Errorf("line %d: longer than %d bytes: %w", line, maxLine, credit.ErrInvalid)
			if err := yield(line, &credit.Record{}, bad); err != nil {
				return err
			}
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = in.ReadSlice('\n')
			}
			text = nil
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if len(trimSpace(text)) > 0 {
			rec, bad := ParseJSON(text)
			if bad != nil {
				bad = fmt.Errorf("line %d: %w", line, bad)
			}
			if err := yield(line, &rec, bad); err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
	}
}
