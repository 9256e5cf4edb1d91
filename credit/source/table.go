package source

import (
	"errors"
	"fmt"
)

// line is one row as the file has it.
type line struct {
	number int      // of its first line in the file, from 1
	fields []string // by column of the header; reused by the next row
	extra  []pair   // of JSON: members that the mapping does not name
	raw    string   // as it stands, for the quarantine
	fault  string   // why it cannot be read, or ""
}

type pair struct{ name, text string }

// table gives the rows of a file in order. The tests run it on CSV, JSON lines and workbooks.
type table interface {
	// header returns the names of the columns; it is called once, first.
	header() ([]string, error)
	// next fills l with the next row, or returns io.EOF.
	next(l *line) error
}

// errAfter says where in the file reading stopped.
func errAfter(number int, err error) error {
	var located *locatedError
	if errors.As(err, &located) {
		return err
	}
	return &locatedError{number, err}
}

type locatedError struct {
	line int
	err  error
}

func (e *locatedError) Error() string { return fmt.Sprintf("after line %d: %v", e.line, e.err) }
func (e *locatedError) Unwrap() error { return e.err }
