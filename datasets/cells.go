package datasets

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"

	"hengxin/credit"
)

// cells is one column chunk in memory: its values without repeats and nulls, and for each row where its value lies.
// One of the value slices is filled, by the physical type; bytes may share memory with the file's buffers.
type cells struct {
	kind    parquet.Kind
	rows    int
	index   []int32 // of each row, -1 where null; nil where row i has value i
	doubles []float64
	floats  []float32
	int32s  []int32
	int64s  []int64
	texts   [][]byte
	bools   []bool
	dict    int            // number of values that came from the dictionary
	pages   []parquet.Page // whose memory the values may share
}

// release gives the pages' memory back for the next to use; nothing read from c may be used any more.
func (c *cells) release() {
	for _, p := range c.pages {
		parquet.Release(p)
	}
	*c = cells{}
}

// readCells reads a chunk of a flat column, page by page: writers may change from a dictionary to plain values midway.
func readCells(chunk parquet.ColumnChunk, rows int64) (c *cells, err error) {
	defer contain(&err)
	c = &cells{kind: chunk.Type().Kind()}
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	for int64(c.rows) < rows {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read page: %w: %w", err, credit.ErrInvalid)
		}
		if len(page.RepetitionLevels()) > 0 || page.NumRows() > rows-int64(c.rows) {
			return nil, fmt.Errorf("page of %d rows, nested or too many: %w", page.NumRows(), credit.ErrInvalid)
		}
		c.pages = append(c.pages, page)
		if err := c.add(page); err != nil {
			return nil, err
		}
	}
	if int64(c.rows) != rows {
		return nil, fmt.Errorf("column of %d rows in a group of %d: %w", c.rows, rows, credit.ErrInvalid)
	}
	return c, nil
}

// contain turns a panic of the library below, which bytes from outside can cause, into an error.
func contain(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("parquet file: %v: %w", r, credit.ErrInvalid)
	}
}

func (c *cells) add(page parquet.Page) error {
	data, rows := page.Data(), int(page.NumRows())
	levels := page.DefinitionLevels()
	base, dense := c.values(), []int32(nil)
	if d := page.Dictionary(); d != nil {
		if c.dict == 0 {
			if base > 0 {
				return fmt.Errorf("dictionary page after plain pages: %w", credit.ErrInvalid)
			}
			if err := c.take(d.Page()); err != nil {
				return err
			}
			c.dict = c.values()
		}
		dense = data.Int32()
		for _, i := range dense {
			if uint32(i) >= uint32(c.dict) {
				return fmt.Errorf("dictionary index %d of %d: %w", i, c.dict, credit.ErrInvalid)
			}
		}
		base = 0
	} else if err := c.take(page); err != nil {
		return err
	}
	if levels == nil && dense == nil && c.rows == base && c.index == nil {
		c.rows += rows
		if c.values() != c.rows {
			return fmt.Errorf("page of %d rows holds %d values: %w", rows, c.values()-base, credit.ErrInvalid)
		}
		return nil
	}
	c.spell()
	c.rows += rows
	return c.place(levels, dense, base, rows)
}

// spell writes out the index that nil stands for.
func (c *cells) spell() {
	if c.index == nil && c.rows > 0 {
		c.index = make([]int32, c.rows)
		for i := range c.index {
			c.index[i] = int32(i)
		}
	}
}

// place appends the index of the page's rows: dense gives dictionary indexes, otherwise values count up from base.
func (c *cells) place(levels []byte, dense []int32, base, rows int) error {
	n := len(dense)
	if dense == nil {
		n = c.values() - base
	}
	if levels == nil {
		if n != rows {
			return fmt.Errorf("page of %d rows holds %d values: %w", rows, n, credit.ErrInvalid)
		}
		if c.index == nil && dense != nil {
			c.index = dense
			return nil
		}
	}
	c.index = slices.Grow(c.index, rows)
	used := 0
	for i := range rows {
		if levels != nil && levels[i] == 0 {
			c.index = append(c.index, -1)
			continue
		}
		if used == n {
			return fmt.Errorf("page of %d rows holds only %d values: %w", rows, n, credit.ErrInvalid)
		}
		at := int32(base + used)
		if dense != nil {
			at = dense[used]
		}
		c.index = append(c.index, at)
		used++
	}
	return nil
}

// values is the number of values held.
func (c *cells) values() int {
	return len(c.doubles) + len(c.floats) + len(c.int32s) + len(c.int64s) + len(c.texts) + len(c.bools)
}

// take appends the values of a page without nulls.
func (c *cells) take(page parquet.Page) error {
	data := page.Data()
	switch c.kind {
	case parquet.Double:
		c.doubles = extend(c.doubles, data.Double())
	case parquet.Float:
		c.floats = extend(c.floats, data.Float())
	case parquet.Int32:
		c.int32s = extend(c.int32s, data.Int32())
	case parquet.Int64:
		c.int64s = extend(c.int64s, data.Int64())
	case parquet.Boolean:
		bits := data.Boolean()
		for i := range int(page.NumValues() - page.NumNulls()) {
			c.bools = append(c.bools, bits[i/8]>>(i%8)&1 == 1)
		}
	case parquet.ByteArray:
		bytes, offsets := data.ByteArray()
		c.texts = slices.Grow(c.texts, max(0, len(offsets)-1))
		for i := 1; i < len(offsets); i++ {
			c.texts = append(c.texts, bytes[offsets[i-1]:offsets[i]:offsets[i]])
		}
	case parquet.FixedLenByteArray:
		bytes, size := data.FixedLenByteArray()
		c.texts = slices.Grow(c.texts, len(bytes)/max(size, 1))
		for i := 0; i+size <= len(bytes) && size > 0; i += size {
			c.texts = append(c.texts, bytes[i:i+size:i+size])
		}
	default:
		return fmt.Errorf("column of type %s: %w", c.kind, credit.ErrInvalid)
	}
	return nil
}

// extend appends more to s, without a copy where s is empty.
func extend[T any](s, more []T) []T {
	if len(s) == 0 {
		return more[:len(more):len(more)]
	}
	return append(s, more...)
}
