package datasets

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"hengxin/credit"
)

// ParseJSON reads one object that [AppendJSON] writes and checks it as a record from outside. It is strict where
// encoding/json is not: an unknown key, a key twice, a number with a point are refused with [credit.ErrInvalid].
func ParseJSON(line []byte) (credit.Record, error) {
	p := lineParser{b: line, r: credit.Record{Event: credit.NoDate, Known: credit.NoDate, Amount: credit.NoFen}}
	p.object(p.field)
	if p.space(); p.err == nil && p.at < len(p.b) {
		p.fail("more text after the object")
	}
	if p.err != nil {
		return credit.Record{}, p.err
	}
	if err := p.finish(); err != nil {
		return credit.Record{}, err
	}
	return p.r, nil
}

// lineParser reads JSON objects of strings, integers, booleans and lists of strings; the first error stays.
type lineParser struct {
	b      []byte
	at     int
	err    error
	r      credit.Record
	seen   [16]string
	values []bodyValue
}

type bodyValue struct {
	field      credit.Field
	name, text string
}

// parsers says how the value of each key is read.
var parsers = map[string]func(*lineParser){
	"id":         func(p *lineParser) { p.text(p.r.ID.UnmarshalText) },
	"subject":    func(p *lineParser) { p.r.Subject = credit.Subject(p.string()) },
	"kind":       func(p *lineParser) { p.text(p.r.Kind.UnmarshalText) },
	"event":      func(p *lineParser) { p.text(p.r.Event.UnmarshalText) },
	"known":      func(p *lineParser) { p.text(p.r.Known.UnmarshalText) },
	"precision":  func(p *lineParser) { p.r.Precision = credit.Precision(p.oneOf(precisionNames[:])) },
	"severity":   func(p *lineParser) { p.r.Severity = credit.Severity(p.integer(0, 3)) },
	"received":   func(p *lineParser) { p.r.Received = p.boolean() },
	"flags":      func(p *lineParser) { p.list(func() { p.r.Flags |= 1 << p.oneOf(credit.FlagNames()) }) },
	"source":     func(p *lineParser) { p.r.Source = p.string() },
	"target":     func(p *lineParser) { p.text(p.r.Target.UnmarshalText) },
	"amount_fen": func(p *lineParser) { p.r.Amount = credit.Fen(p.integer(-1<<63+1, 1<<63-1)) },
	"body":       func(p *lineParser) { p.object(p.bodyField) },
}

func (p *lineParser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("byte %d: %s: %w", p.at+1, fmt.Sprintf(format, args...), credit.ErrInvalid)
	}
}

func (p *lineParser) field(n int, key string) {
	read, ok := parsers[key]
	switch {
	case !ok:
		p.fail("key %q is not one of a record's", key)
	case slices.Contains(p.seen[:n], key):
		p.fail("key %q twice", key)
	default:
		p.seen[n] = key // no overflow: there are fewer keys than places
		read(p)
	}
}

func (p *lineParser) bodyField(_ int, name string) {
	f, _ := credit.ParseField(name)
	p.values = append(p.values, bodyValue{f, name, p.string()})
}

// finish builds the body from its values, in canonical order, and checks the record.
func (p *lineParser) finish() error {
	slices.SortStableFunc(p.values, func(a, b bodyValue) int {
		if (a.field == 0) != (b.field == 0) {
			return int(b.field) - int(a.field) // columns outside the vocabulary come last
		}
		return cmp.Or(int(a.field)-int(b.field), cmp.Compare(a.name, b.name))
	})
	for i, v := range p.values {
		switch {
		case i > 0 && p.values[i-1].name == v.name:
			return fmt.Errorf("body: key %q twice: %w", v.name, credit.ErrInvalid)
		case v.text == "": // an empty cell states nothing
		case v.field == 0:
			p.r.Body = credit.AppendBody(p.r.Body, 0, v.name+"="+v.text)
		default:
			p.r.Body = credit.AppendBody(p.r.Body, v.field, v.text)
		}
	}
	if p.r.ID.IsZero() {
		p.r.Seal()
	}
	return verify(&p.r)
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && isSpace(b[0]) {
		b = b[1:]
	}
	return b
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func (p *lineParser) space() {
	for p.at < len(p.b) && isSpace(p.b[p.at]) {
		p.at++
	}
}

// take reads the byte c after any space; optional says that another byte is no error.
func (p *lineParser) take(c byte, optional bool) bool {
	if p.space(); p.err == nil && p.at < len(p.b) && p.b[p.at] == c {
		p.at++
		return true
	}
	if !optional {
		p.fail("want %q", c)
	}
	return false
}

func (p *lineParser) object(field func(n int, key string)) {
	if !p.take('{', false) || p.take('}', true) {
		return
	}
	for n := 0; p.err == nil; n++ {
		key := p.string()
		if p.take(':', false) {
			field(n, key)
		}
		if !p.take(',', true) {
			p.take('}', false)
			return
		}
	}
}

func (p *lineParser) list(item func()) {
	if !p.take('[', false) || p.take(']', true) {
		return
	}
	for p.err == nil {
		item()
		if !p.take(',', true) {
			p.take(']', false)
			return
		}
	}
}

func (p *lineParser) text(read func([]byte) error) {
	s := p.string()
	if p.err == nil {
		if err := read([]byte(s)); err != nil {
			p.err = fmt.Errorf("byte %d: %w", p.at, err)
		}
	}
}

func (p *lineParser) oneOf(names []string) int {
	s := p.string()
	i := slices.Index(names, s)
	if i < 0 {
		p.fail("%q is none of %q", s, names)
		return 0
	}
	return i
}

func (p *lineParser) boolean() bool {
	p.space()
	for word, value := range map[string]bool{"true": true, "false": false} {
		if len(p.b)-p.at >= len(word) && string(p.b[p.at:p.at+len(word)]) == word {
			p.at += len(word)
			return value
		}
	}
	p.fail("want true or false")
	return false
}

func (p *lineParser) integer(least, most int64) int64 {
	p.space()
	start := p.at
	for p.at < len(p.b) && (p.b[p.at] == '-' || p.b[p.at]-'0' <= 9) {
		p.at++
	}
	text := string(p.b[start:p.at])
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most || strconv.FormatInt(n, 10) != text {
		p.fail("%q is no integer from %d to %d", text, least, most)
	}
	return n
}

// string reads a string; one with escapes is left to encoding/json.
func (p *lineParser) string() string {
	if !p.take('"', false) {
		return ""
	}
	start, escaped := p.at, false
	for p.at < len(p.b) {
		switch c := p.b[p.at]; {
		case c == '"':
			p.at++
			return p.decode(p.b[start-1:p.at], escaped)
		case c == '\\':
			escaped = true
			p.at++
		case c < ' ':
			p.fail("control character in a string")
			return ""
		}
		p.at++
	}
	p.fail("string without end")
	return ""
}

func (p *lineParser) decode(quoted []byte, escaped bool) string {
	text := string(quoted[1 : len(quoted)-1])
	if escaped {
		if err := json.Unmarshal(quoted, &text); err != nil {
			p.fail("string %s: %v", quoted, err)
		}
	}
	if !utf8.ValidString(text) || !utf8.Valid(quoted) {
		p.fail("string is not UTF-8")
	}
	return text
}
