package source

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonTable reads one JSON object a line. The header is the mapping's own list of columns; a member that it does not
// name comes as extra.
type jsonTable struct {
	lines *csvTable
	names []string
	at    map[string]int
	loose []bool // the column may be absent
}

func newJSON(r io.Reader, m *Mapping) *jsonTable {
	t := &jsonTable{lines: &csvTable{r: bufio.NewReaderSize(r, 1<<16)}, at: map[string]int{}}
	for i, c := range m.Columns {
		t.names = append(t.names, c.Name)
		t.loose = append(t.loose, c.Optional)
		t.at[c.Name] = i
		for _, a := range c.Alias {
			t.at[a] = i
		}
	}
	return t
}

func (t *jsonTable) header() ([]string, error) { return t.names, nil }

func (t *jsonTable) next(l *line) error {
	for {
		t.lines.buf = t.lines.buf[:0]
		l.number, l.fault, l.extra = t.lines.lines+1, "", l.extra[:0]
		whole, err := t.lines.readLine()
		if err != nil {
			return err
		}
		if !whole {
			l.raw, l.fault = "", "is longer than a row may be"
			return nil
		}
		text := bytes.TrimSpace(t.lines.buf)
		if len(text) == 0 {
			continue
		}
		l.raw = string(text)
		l.fields = make([]string, len(t.names))
		if err := t.object(l, text); err != nil {
			l.fault = err.Error()
		}
		return nil
	}
}

// object reads the members one by one: a map would lose a name that stands twice.
func (t *jsonTable) object(l *line, text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if open, err := dec.Token(); err != nil || open != json.Delim('{') {
		return errors.New("is not a JSON object")
	}
	seen := map[string]bool{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return errors.New("is not JSON")
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return errors.New("is not JSON")
		}
		if err := t.member(l, seen, name.(string), value); err != nil {
			return err
		}
	}
	if _, err := dec.Token(); err != nil {
		return errors.New("is not JSON")
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("has text behind its object")
	}
	for i, name := range t.names {
		if !t.loose[i] && !seen[name] {
			return fmt.Errorf("has no member %q", name)
		}
	}
	return nil
}

func (t *jsonTable) member(l *line, seen map[string]bool, name string, value json.RawMessage) error {
	text, single, err := jsonText(value)
	if err != nil {
		return err
	}
	at, known := t.at[name]
	if known {
		name = t.names[at]
	}
	if seen[name] {
		return fmt.Errorf("has member %q twice", name)
	}
	seen[name] = true
	if !known {
		if len(l.extra) >= maxFields {
			return errors.New("has too many members")
		}
		l.extra = append(l.extra, pair{name, text})
		return nil
	}
	if !single {
		return fmt.Errorf("has a list or an object as %q", name)
	}
	l.fields[at] = text
	return nil
}

// jsonText returns a text's content, a number or true or false as written, nothing for null, and the compact text of
// a list or an object.
func jsonText(value json.RawMessage) (text string, single bool, err error) {
	switch value[0] {
	case '"':
		err = json.Unmarshal(value, &text)
		return text, true, err
	case '[', '{':
		var compact bytes.Buffer
		err = json.Compact(&compact, value)
		return compact.String(), false, err
	case 'n':
		return "", true, nil
	}
	return string(value), true, nil
}
