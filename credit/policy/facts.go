package policy

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"hengxin/credit"
)

// factRows reads a table of facts: remarks, the header, then rows of as many cells. Unlike the tables of the law, facts
// are no part of a policy's digest.
func factRows(name string, text []byte, header ...string) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', len(header)
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", name, err, credit.ErrInvalid)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], header) {
		return nil, fmt.Errorf("%s: header: want %s: %w", name, strings.Join(header, ","), credit.ErrInvalid)
	}
	return rows[1:], nil
}

// allDigits reports whether s is n decimal digits.
func allDigits(s string, n int) bool {
	return len(s) == n && strings.Trim(s, "0123456789") == ""
}
