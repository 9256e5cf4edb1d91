package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Canonical writes v as JSON with one form only: keys ascending by bytes, no blanks, numbers in the shortest form that
// reads back the same, texts in UTF-8 without needless escapes, and a line feed at the end. It returns [ErrInvalid]
// where v holds NaN or an infinity.
func Canonical(v any) ([]byte, error) {
	var plain bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, fmt.Errorf("write canonical bytes: %v: %w", err, ErrInvalid)
	}
	dec := json.NewDecoder(&plain)
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, fmt.Errorf("write canonical bytes: %v: %w", err, ErrInvalid)
	}
	out, err := appendCanonical(nil, tree)
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

func appendCanonical(dst []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case map[string]any:
		return appendObject(dst, v)
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			var err error
			if dst, err = appendCanonical(dst, e); err != nil {
				return nil, err
			}
		}
		return append(dst, ']'), nil
	case json.Number:
		return appendNumber(dst, v)
	case string:
		return appendText(dst, v)
	case bool:
		if v {
			return append(dst, "true"...), nil
		}
		return append(dst, "false"...), nil
	}
	return append(dst, "null"...), nil
}

func appendObject(dst []byte, m map[string]any) ([]byte, error) {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	dst = append(dst, '{')
	for i, k := range keys {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		if dst, err = appendText(dst, k); err != nil {
			return nil, err
		}
		if dst, err = appendCanonical(append(dst, ':'), m[k]); err != nil {
			return nil, err
		}
	}
	return append(dst, '}'), nil
}

func appendText(dst []byte, s string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("write canonical text: %v: %w", err, ErrInvalid)
	}
	return append(dst, strings.TrimSuffix(b.String(), "\n")...), nil
}

// appendNumber keeps integers within 2^53 as they are and writes any other number as the shortest text that reads back
// as the same float64, in the form of encoding/json.
func appendNumber(dst []byte, n json.Number) ([]byte, error) {
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("number %s: %v: %w", n, err, ErrInvalid)
	}
	if f == 0 {
		return append(dst, '0'), nil // no minus zero
	}
	b, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("number %s: %v: %w", n, err, ErrInvalid)
	}
	return append(dst, b...), nil
}

// maxDepth bounds nesting: an artifact needs about ten levels.
const maxDepth = 64

// checkDepth refuses documents nested so deep that reading them would exhaust the stack.
func checkDepth(b []byte) error {
	depth, inText := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("nested deeper than %d: %w", maxDepth, ErrInvalid)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
