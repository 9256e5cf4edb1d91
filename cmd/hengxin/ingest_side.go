package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hengxin/credit/source"
)

// sideFile takes what an import says of rows, one JSON object a line. It is made with the first one, written beside its
// place and put there when the import ends, so that a retry that is stopped leaves the quarantine that it reads.
type sideFile struct {
	path  string
	off   bool
	head  *source.QuarantineHead // first line, where there is one
	f     *os.File
	w     *bufio.Writer
	label func(column string) string
}

// open makes the file, and its folder where there is none.
func (q *sideFile) open() (err error) {
	if err = os.MkdirAll(filepath.Dir(q.path), 0o777); err != nil {
		return err
	}
	if q.f, err = os.Create(q.path + ".part"); err != nil {
		return err
	}
	q.w = bufio.NewWriter(q.f)
	if q.head != nil {
		_, err = q.head.WriteTo(q.w)
	}
	return err
}

// write appends one value; a quarantined row gets the dictionary's word for its column.
func (q *sideFile) write(v any) error {
	if q.off {
		return nil
	}
	if q.f == nil {
		if err := q.open(); err != nil {
			return fmt.Errorf("writing about rows: %w", err)
		}
	}
	var err error
	if row, ok := v.(*source.Quarantine); ok {
		row.Label = q.label(row.Field)
		_, err = row.WriteTo(q.w)
	} else {
		err = json.NewEncoder(q.w).Encode(v)
	}
	if err != nil {
		return fmt.Errorf("writing about rows to %s: %w", q.path, err)
	}
	return nil
}

// close puts the file in its place. A file of an earlier import goes where this one, done, has nothing to say; a retry
// that was not done changes nothing.
func (q *sideFile) close(done, retry bool) error {
	switch {
	case q.off:
		return nil
	case q.f == nil && done:
		if err := os.Remove(q.path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	case q.f == nil:
		return nil
	}
	err := errors.Join(q.w.Flush(), q.f.Close())
	if !done && retry {
		return errors.Join(err, os.Remove(q.path+".part"))
	}
	return errors.Join(err, os.Rename(q.path+".part", q.path))
}

// sideBase is how the names of the files beside an import begin: BASE.MAPPING, and eight digits of the file's SHA-256
// behind them where that name holds the quarantine of another file: penalties.xlsx beside penalties.csv, or the delivery
// of the same name in yesterday's folder, whose rows are still to be looked at.
func sideBase(dir string, head *source.QuarantineHead) (string, error) {
	base := filepath.Base(head.File)
	for _, ext := range []string{".gz", ".csv", ".xlsx", ".jsonl", ".txt"} {
		base = strings.TrimSuffix(base, ext)
	}
	base = filepath.Join(dir, base+"."+head.Mapping)
	own := base + "." + head.SHA256.String()[:8]
	if _, err := os.Stat(own + ".quarantine.jsonl"); err == nil {
		return own, nil
	}
	f, err := os.Open(base + ".quarantine.jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		return base, nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	var there source.QuarantineHead
	if err := json.NewDecoder(f).Decode(&there); err != nil {
		return "", fmt.Errorf("%s: not a quarantine file; move it, or name another folder with --quarantine: %w", f.Name(), err)
	}
	if there.SHA256 == head.SHA256 || filepath.Clean(there.File) == filepath.Clean(head.File) {
		return base, nil
	}
	return own, nil
}
