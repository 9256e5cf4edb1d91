package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hengxin/credit"
)

// Table is a flat file in memory, column by column.
type Table struct {
	Columns []TableColumn
	Rows    int
}

// TableColumn is one column of numbers or of texts: the other slice is nil.
type TableColumn struct {
	Name    string
	Numbers []float64 // NaN where missing
	Texts   []string  // "" where missing; days are written 2024-01-31
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *TableColumn {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Text returns the text of row i, numbers in their shortest form, "" where missing.
func (c *TableColumn) Text(i int) string {
	switch {
	case c.Texts != nil:
		return c.Texts[i]
	case math.IsNaN(c.Numbers[i]):
		return ""
	}
	return strconv.FormatFloat(c.Numbers[i], 'f', -1, 64)
}

// TableOptions says what to read of a table.
type TableOptions struct {
	Columns []string // nil = all
	Missing []string // texts besides the empty one that mean missing, such as NA
}

// OpenTable reads a flat table whole: Parquet by whoever wrote it, or CSV (tabs where the name says .tsv), gzipped or
// not, UTF-8 with a header line. A column of a CSV is numbers where every cell that is not missing is a plain decimal
// number and none looks like a code (007). It returns [credit.ErrInvalid], with the row or the column, for nested
// columns, rows of another width, bytes that are not UTF-8, and columns asked for that are not there.
func OpenTable(path string, o TableOptions) (*Table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	head, _ := in.Peek(4)
	var t *Table
	switch {
	case string(head) == magic:
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		t, err = ReadParquet(f, info.Size(), o)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", path, err)
		}
		return t, nil
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", path, err)
		}
		in = bufio.NewReaderSize(z, 1<<16)
	}
	comma := ','
	if strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".tsv") {
		comma = '\t'
	}
	if t, err = readCSV(in, comma, o); err != nil {
		return nil, fmt.Errorf("table %s: %w", path, err)
	}
	return t, nil
}

func readCSV(in *bufio.Reader, comma rune, o TableOptions) (*Table, error) {
	if bom, _ := in.Peek(3); string(bom) == "\xef\xbb\xbf" {
		in.Discard(3)
	}
	r := csv.NewReader(in)
	r.Comma, r.ReuseRecord = comma, true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("header: %w: %w", err, credit.ErrInvalid)
	}
	names := slices.Clone(header)
	picked, err := pickColumns(names, o.Columns)
	if err != nil {
		return nil, err
	}
	texts := make([][]string, len(picked))
	rows := 0
	for ; ; rows++ {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w: %w", rows+1, err, credit.ErrInvalid)
		}
		for i, c := range picked {
			cell := cells[c]
			if !utf8.ValidString(cell) {
				return nil, fmt.Errorf("row %d, column %s: not UTF-8 (convert the file): %w", rows+1, names[c], credit.ErrInvalid)
			}
			if slices.Contains(o.Missing, cell) {
				cell = ""
			}
			texts[i] = append(texts[i], cell)
		}
	}
	t := &Table{Rows: rows}
	for i, c := range picked {
		t.Columns = append(t.Columns, csvColumn(names[c], texts[i]))
	}
	return t, nil
}

// pickColumns returns the places of the wanted names, all of them where wanted is nil.
func pickColumns(names, wanted []string) (at []int, err error) {
	for i, n := range names {
		if slices.Index(names, n) != i {
			return nil, fmt.Errorf("column %q: two columns of that name: %w", n, credit.ErrInvalid)
		}
		if wanted == nil {
			at = append(at, i)
		}
	}
	for _, w := range wanted {
		i := slices.Index(names, w)
		if i < 0 {
			return nil, fmt.Errorf("column %q: not in the file, which has %s: %w", w, strings.Join(names, ", "), credit.ErrInvalid)
		}
		at = append(at, i)
	}
	return at, nil
}

// csvColumn makes numbers of the texts where all of them are.
func csvColumn(name string, texts []string) TableColumn {
	if texts == nil {
		texts = []string{}
	}
	numbers := make([]float64, len(texts))
	some := false
	for i, s := range texts {
		if numbers[i] = math.NaN(); s == "" {
			continue
		}
		x, ok := plainNumber(s)
		if !ok {
			return TableColumn{Name: name, Texts: texts}
		}
		numbers[i], some = x, true
	}
	if !some {
		return TableColumn{Name: name, Texts: texts}
	}
	return TableColumn{Name: name, Numbers: numbers}
}

// plainNumber reads a decimal number with or without an exponent; no infinity, no NaN, no hexadecimal, no separators,
// no leading zeros, which codes have, and no whole number of more than 15 digits, which a float64 might change.
func plainNumber(s string) (float64, bool) {
	digits := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if len(digits) > 1 && digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9' {
		return 0, false
	}
	if len(digits) > 15 && !strings.ContainsAny(digits, ".eE") {
		return 0, false
	}
	for _, c := range []byte(s) {
		if (c < '0' || c > '9') && !strings.ContainsRune("+-.eE", rune(c)) {
			return 0, false
		}
	}
	x, err := strconv.ParseFloat(s, 64)
	return x, err == nil
}
