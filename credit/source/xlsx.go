package source

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"hengxin/credit"
)

// xlsxTable reads one sheet of a workbook, row by row. Cells come as they are stored: days as serial numbers.
type xlsxTable struct {
	book  *excelize.File
	rows  *excelize.Rows
	lines int
	width int
	names []string
}

var rawCells = excelize.Options{RawCellValue: true, UnzipSizeLimit: 1 << 30, UnzipXMLSizeLimit: maxCells}

func newXLSX(r io.Reader, m *Mapping) (*xlsxTable, error) {
	book, err := excelize.OpenReader(r, rawCells)
	if err != nil {
		return nil, fmt.Errorf("workbook: %w", err)
	}
	t := &xlsxTable{book: book}
	if err := t.open(m); err != nil {
		return nil, errors.Join(err, book.Close())
	}
	return t, nil
}

func (t *xlsxTable) open(m *Mapping) error {
	sheets := t.book.GetSheetList()
	sheet := m.Sheet
	if sheet == "" && len(sheets) > 0 {
		sheet = sheets[0]
	}
	if !slices.Contains(sheets, sheet) {
		return fmt.Errorf("workbook has no sheet %q but %s: %w", sheet, strings.Join(sheets, ", "), credit.ErrInvalid)
	}
	props, err := t.book.GetWorkbookProps()
	if err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	if props.Date1904 != nil && *props.Date1904 {
		return fmt.Errorf("workbook counts days from 1904: save it with the 1900 system: %w", credit.ErrInvalid)
	}
	if m.NoHeader {
		t.names = columnNames(m)
	}
	t.rows, err = t.book.Rows(sheet)
	if err != nil {
		return fmt.Errorf("sheet %q: %w", sheet, err)
	}
	return nil
}

func (t *xlsxTable) close() error {
	if t.rows == nil {
		return t.book.Close()
	}
	return errors.Join(t.rows.Close(), t.book.Close())
}

func (t *xlsxTable) header() ([]string, error) {
	if t.names == nil {
		var l line
		if err := t.next(&l); err != nil {
			if errors.Is(err, io.EOF) {
				return nil, errors.New("the sheet is empty: not even a header")
			}
			return nil, err
		}
		t.names = l.fields
	}
	t.width = len(t.names)
	return t.names, nil
}

// next reads one row; rows without a stated cell are no rows. Empty cells at the end of a row are not stored, so that
// a short row is filled up; cells past the header make a ragged row unless they are empty.
func (t *xlsxTable) next(l *line) error {
	for t.rows.Next() {
		t.lines++
		cells, err := t.rows.Columns(rawCells)
		if err != nil {
			return errAfter(t.lines-1, err)
		}
		for len(cells) > 0 && cells[len(cells)-1] == "" {
			cells = cells[:len(cells)-1]
		}
		if len(cells) == 0 {
			continue
		}
		l.number, l.fault, l.raw = t.lines, "", strings.Join(cells, "\t")
		for len(cells) < t.width {
			cells = append(cells, "")
		}
		l.fields = cells
		for _, c := range cells {
			if slices.Contains(cellErrors, c) {
				l.fault = "holds the error value " + c
			}
		}
		return nil
	}
	if err := t.rows.Error(); err != nil {
		return errAfter(t.lines, err)
	}
	return io.EOF
}

var cellErrors = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
