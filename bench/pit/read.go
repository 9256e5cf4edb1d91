package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"hengxin/credit"
)

// Rows are kept in partitions of this many firms: a partition fits the cache while it is sorted by firm.
const (
	partitionBits = 10
	partitionSize = 1 << partitionBits
)

// row is one record of the benchmark's log, packed. value is the amount, the target, the due day or the headcount,
// whichever the kind has.
type row struct {
	value     int64
	record    int32
	event     int32
	known     int32
	firm      uint16 // within its partition
	violation int16
	authority int16
	kind      int8
	small     int8 // severity or grade
}

// group is one row group of the file, its rows in order of partition, and within a partition in order of the log.
type group struct {
	rows []row
	ends []int32 // by partition
}

// partition is the part of the group that belongs to partition p.
func (g *group) partition(p int) []row {
	from := int32(0)
	if p > 0 {
		from = g.ends[p-1]
	}
	return g.rows[from:g.ends[p]]
}

// readLog reads the file, two row groups at a time.
func readLog(path string, firms int) ([]group, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	groups := make([]group, len(file.RowGroups()))
	var next atomic.Int32
	var work errgroup.Group
	for range 2 {
		work.Go(func() error {
			var r reader
			for {
				i := int(next.Add(1)) - 1
				if i >= len(groups) {
					return nil
				}
				if err := r.read(&groups[i], file, file.RowGroups()[i], firms); err != nil {
					return fmt.Errorf("read row group %d of %s: %w", i, path, err)
				}
			}
		})
	}
	return groups, work.Wait()
}

// null stands for a value that a page does not have.
const null = math.MinInt64

// columns are the rows of a group before they are scattered, column by column: pages are read in sequence into them, and
// each row is then put in its place at once.
type columns struct {
	firm, record, event, known []int32
	value                      []int64
	violation, authority       []int16
	kind, small                []int8
}

// readLog's columns in the file, and where their values go.
var fillings = []struct {
	column string
	put    func(c *columns, from int, values []int64)
}{
	{"firm_id", func(c *columns, from int, values []int64) { fill(c.firm[from:], values) }},
	{"record_id", func(c *columns, from int, values []int64) { fill(c.record[from:], values) }},
	{"kind", func(c *columns, from int, values []int64) { fill(c.kind[from:], values) }},
	{"event_date", func(c *columns, from int, values []int64) { fill(c.event[from:], values) }},
	{"known_date", func(c *columns, from int, values []int64) { fill(c.known[from:], values) }},
	{"target_id", func(c *columns, from int, values []int64) { fill(c.value[from:], values) }},
	{"amount_fen", func(c *columns, from int, values []int64) { fill(c.value[from:], values) }},
	{"due_date", func(c *columns, from int, values []int64) { fill(c.value[from:], values) }},
	{"headcount", func(c *columns, from int, values []int64) { fill(c.value[from:], values) }},
	{"violation_type", func(c *columns, from int, values []int64) { fill(c.violation[from:], values) }},
	{"authority", func(c *columns, from int, values []int64) { fill(c.authority[from:], values) }},
	{"severity", func(c *columns, from int, values []int64) { fill(c.small[from:], values) }},
	{"tax_grade", func(c *columns, from int, values []int64) { fill(c.small[from:], values) }},
}

func fill[T int8 | int16 | int32 | int64](dst []T, values []int64) {
	for i, x := range values {
		if x != null {
			dst[i] = T(x)
		}
	}
}

// reset makes room for n rows that state nothing.
func (c *columns) reset(n int) {
	if cap(c.firm) < n {
		*c = columns{make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n), make([]int64, n), make([]int16, n), make([]int16, n),
			make([]int8, n), make([]int8, n)}
	}
	c.firm, c.record, c.event, c.known, c.value = c.firm[:n], c.record[:n], c.event[:n], c.known[:n], c.value[:n]
	c.violation, c.authority, c.kind, c.small = c.violation[:n], c.authority[:n], c.kind[:n], c.small[:n]
	for i := range n {
		c.value[i], c.violation[i], c.authority[i] = int64(credit.NoFen), -1, -1
	}
}

// reader reads row groups, one after another, in memory of its own.
type reader struct {
	columns columns
	buf     []int64
}

func (r *reader) read(g *group, file *parquet.File, rg parquet.RowGroup, firms int) error {
	n := int(rg.NumRows())
	r.columns.reset(n)
	for _, f := range fillings {
		leaf, ok := file.Schema().Lookup(f.column)
		if !ok {
			return fmt.Errorf("no column %s", f.column)
		}
		var err error
		read := 0
		put := func(from int, values []int64) {
			f.put(&r.columns, from, values)
			read += len(values)
		}
		if r.buf, err = each(rg.ColumnChunks()[leaf.ColumnIndex], r.buf, put); err != nil {
			return fmt.Errorf("column %s: %w", f.column, err)
		}
		if read != n {
			return fmt.Errorf("column %s: %d values in %d rows", f.column, read, n)
		}
	}
	g.scatter(&r.columns, firms)
	return nil
}

// scatter puts the rows into their partitions.
func (g *group) scatter(c *columns, firms int) {
	g.ends = make([]int32, (firms+partitionSize-1)>>partitionBits)
	for _, f := range c.firm {
		g.ends[f>>partitionBits]++
	}
	next, sum := make([]int32, len(g.ends)), int32(0)
	for p := range g.ends {
		next[p] = sum
		sum += g.ends[p]
		g.ends[p] = sum
	}
	g.rows = make([]row, len(c.firm))
	for i, f := range c.firm {
		at := &next[f>>partitionBits]
		g.rows[*at] = row{value: c.value[i], record: c.record[i], event: c.event[i], known: c.known[i], firm: uint16(f & (partitionSize - 1)),
			violation: c.violation[i], authority: c.authority[i], kind: c.kind[i], small: c.small[i]}
		*at++
	}
}

// each calls put with the values of an integer column, a page at a time; buf is its memory, which it returns.
func each(chunk parquet.ColumnChunk, buf []int64, put func(from int, values []int64)) (_ []int64, err error) {
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	from := 0
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
		buf = values(buf[:0], page, chunk.Type().Kind())
		put(from, buf)
		from += len(buf)
		parquet.Release(page)
	}
}

// values appends the values of one page. Its data are dense: nulls are in the definition levels only; a page with a
// dictionary holds indexes.
func values(dst []int64, page parquet.Page, kind parquet.Kind) []int64 {
	data, levels, at := page.Data(), page.DefinitionLevels(), len(dst)
	if d := page.Dictionary(); d != nil {
		words := d.Page().Data()
		if kind == parquet.Int64 {
			dst = look(dst, data.Int32(), words.Int64())
		} else {
			dst = look(dst, data.Int32(), words.Int32())
		}
	} else if kind == parquet.Int64 {
		dst = append(dst, data.Int64()...)
	} else {
		for _, x := range data.Int32() {
			dst = append(dst, int64(x))
		}
	}
	if len(levels) == 0 {
		return dst
	}
	return spread(dst, at, levels)
}

func look[T int32 | int64](dst []int64, index []int32, words []T) []int64 {
	for _, i := range index {
		dst = append(dst, int64(words[i]))
	}
	return dst
}

// spread puts nulls between the dense values from at on, working backwards in place.
func spread(dst []int64, at int, levels []byte) []int64 {
	dense := len(dst)
	dst = slices.Grow(dst, len(levels)-(dense-at))[:at+len(levels)]
	for i := len(levels) - 1; i >= 0; i-- {
		if levels[i] == 0 {
			dst[at+i] = null
			continue
		}
		dense--
		dst[at+i] = dst[dense]
	}
	return dst
}
