package policy

import (
	"bytes"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"hengxin/credit"
)

//go:embed *.csv
var embedded embed.FS

// Default returns the policy that comes with the program. It is made once.
func Default() *credit.Policy { return defaults() }

var defaults = sync.OnceValue(func() *credit.Policy {
	p, err := Open(embedded)
	if err != nil {
		panic("policy: embedded files: " + err.Error())
	}
	return p
})

// maxFile bounds one file: the law has thousands of rows, not millions.
const maxFile = 8 << 20

// Open reads the policy files of a directory. It returns [credit.ErrInvalid] with file, row and field for files that are
// no policy, and for a CSV file that would not be read: one whose name is no table's, since an optional table under a
// wrong name would be left out in silence, and a table of facts that differs from the program's own.
func Open(dir fs.FS) (*credit.Policy, error) {
	if err := allRead(dir); err != nil {
		return nil, err
	}
	var all bytes.Buffer
	for _, t := range tables {
		b, err := fs.ReadFile(dir, t.name)
		if errors.Is(err, fs.ErrNotExist) && optional[t.name] {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("policy: reading %s: %w", t.name, err)
		}
		fmt.Fprintf(&all, "-- %s --\n%s\n", t.name, b)
	}
	return Parse(all.Bytes())
}

// allRead refuses CSV files of a directory that [Open] does not read. Tables of facts (working days, divisions, industries,
// sizes) lie beside the law in the program's own directory, and a copy of that directory is a policy.
func allRead(dir fs.FS) error {
	names, err := fs.Glob(dir, "*.csv")
	if err != nil {
		return fmt.Errorf("policy: %w", err)
	}
	var faults []error
	for _, name := range names {
		if slices.ContainsFunc(tables, func(t table) bool { return t.name == name }) {
			continue
		}
		own, err := fs.ReadFile(embedded, name)
		if err != nil {
			faults = append(faults, fmt.Errorf("policy: %s is no table of a policy: rename it, or take it out of the directory: %w", name, credit.ErrInvalid))
			continue
		}
		b, err := fs.ReadFile(dir, name)
		if err != nil {
			return fmt.Errorf("policy: reading %s: %w", name, err)
		}
		if !bytes.Equal(b, own) {
			faults = append(faults, fmt.Errorf("policy: %s is part of the program and not read from a directory, and this one differs from it: take it out: %w", name, credit.ErrInvalid))
		}
	}
	return errors.Join(faults...)
}

// Parse reads what [Encode] writes: the files one after the other, each under a line "-- NAME --". It returns
// [credit.ErrInvalid] with file, row and field for bytes that are no policy.
func Parse(b []byte) (*credit.Policy, error) {
	files, err := split(b)
	if err != nil {
		return nil, err
	}
	var t credit.Tables
	var canon bytes.Buffer
	for _, table := range tables {
		if _, there := files[table.name]; !there {
			continue
		}
		lines, err := readCSV(table, files[table.name])
		if err != nil {
			return nil, err
		}
		if err := table.read(&t, table.name, lines); err != nil {
			return nil, fmt.Errorf("policy: %w", err)
		}
		writeCSV(&canon, table.name, table.header, lines)
	}
	return credit.NewPolicy(t, canon.Bytes())
}

// Encode returns the canonical bytes of a policy: comments, blanks around cells and the order of rows are gone, so that
// policies that say the same have one digest. [Parse] reads them.
func Encode(p *credit.Policy) []byte { return slices.Clone(p.Canonical()) }

func split(b []byte) (map[string][]byte, error) {
	files := map[string][]byte{}
	name := ""
	for line := range bytes.Lines(b) {
		if inner, ok := heading(line); ok {
			if _, twice := files[inner]; twice || !slices.ContainsFunc(tables, func(t table) bool { return t.name == inner }) {
				return nil, fmt.Errorf("policy: file %q: unknown, or there twice: %w", inner, credit.ErrInvalid)
			}
			name, files[inner] = inner, nil
			continue
		}
		if name == "" {
			return nil, fmt.Errorf("policy: text before the first file: %w", credit.ErrInvalid)
		}
		files[name] = append(files[name], line...)
	}
	for _, t := range tables {
		switch body, ok := files[t.name]; {
		case !ok && optional[t.name]:
		case !ok:
			return nil, fmt.Errorf("policy: no file %s: %w", t.name, credit.ErrInvalid)
		case len(body) > maxFile:
			return nil, fmt.Errorf("policy: file %s of %d bytes, %d at most: %w", t.name, len(body), maxFile, credit.ErrInvalid)
		}
	}
	return files, nil
}

func heading(line []byte) (name string, ok bool) {
	s := strings.TrimSpace(string(line))
	if !strings.HasPrefix(s, "-- ") || !strings.HasSuffix(s, " --") || len(s) < 7 {
		return "", false
	}
	return s[3 : len(s)-3], true
}

// readCSV returns the rows below the header, cells trimmed, in canonical order: by first cell, then by the others.
func readCSV(t table, body []byte) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(body))
	r.Comment = '#'
	r.FieldsPerRecord = len(t.header)
	lines, err := r.ReadAll()
	if err != nil {
		var at *csv.ParseError
		if errors.As(err, &at) {
			return nil, fmt.Errorf("policy: %s: line %d: want %d cells in proper quotes: %w: %w", t.name, at.Line, len(t.header), at.Err, credit.ErrInvalid)
		}
		return nil, fmt.Errorf("policy: %s: %w: %w", t.name, err, credit.ErrInvalid)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], t.header) {
		return nil, fmt.Errorf("policy: %s: header: want %s: %w", t.name, strings.Join(t.header, ","), credit.ErrInvalid)
	}
	lines = lines[1:]
	for _, cells := range lines {
		for i := range cells {
			cells[i] = strings.TrimSpace(strings.ReplaceAll(cells[i], "\r\n", "\n"))
		}
	}
	slices.SortFunc(lines, slices.Compare)
	return lines, nil
}

func writeCSV(dst *bytes.Buffer, name string, header []string, lines [][]string) {
	fmt.Fprintf(dst, "-- %s --\n", name)
	w := csv.NewWriter(dst)
	_ = w.Write(header) // a bytes.Buffer takes every write
	_ = w.WriteAll(lines)
	w.Flush()
}
