package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"

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

// readLog reads the file, one row group a goroutine.
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
	var work errgroup.Group
	work.SetLimit(2)
	for i, rg := range file.RowGroups() {
		work.Go(func() error {
			if err := groups[i].read(file, rg, firms); err != nil {
				return fmt.Errorf("read row group %d of %s: %w", i, path, err)
			}
			return nil
		})
	}
	return groups, work.Wait()
}

// null stands for a value that a page does not have.
const null = math.MinInt64

// filling takes a stretch of a column into rows: value i belongs to rows[at[i]].
type filling struct {
	column string
	put    func(rows []row, at []int32, values []int64)
}

var fillings = []filling{
	{"record_id", func(rows []row, at []int32, values []int64) {
		for i, x := range values {
			rows[at[i]].record = int32(x)
		}
	}},
	{"kind", func(rows []row, at []int32, values []int64) {
		for i, x := range values {
			rows[at[i]].kind = int8(x)
		}
	}},
	{"event_date", func(rows []row, at []int32, values []int64) {
		for i, x := range values {
			rows[at[i]].event = int32(x)
		}
	}},
	{"known_date", func(rows []row, at []int32, values []int64) {
		for i, x := range values {
			rows[at[i]].known = int32(x)
		}
	}},
	{"target_id", putValue},
	{"amount_fen", putValue},
	{"due_date", putValue},
	{"headcount", putValue},
	{"violation_type", func(rows []row, at []int32, values []int64) {
		for i, x := range values {
			if x != null {
				rows[at[i]].violation = int16(x)
			}
		}
	}},
	{"authority", func(rows []row, at []int32, values []int64) {
		for i, x := range values {
			if x != null {
				rows[at[i]].authority = int16(x)
			}
		}
	}},
	{"severity", putSmall},
	{"tax_grade", putSmall},
}

func putValue(rows []row, at []int32, values []int64) {
	for i, x := range values {
		if x != null {
			rows[at[i]].value = x
		}
	}
}

func putSmall(rows []row, at []int32, values []int64) {
	for i, x := range values {
		if x != null {
			rows[at[i]].small = int8(x)
		}
	}
}

// read scatters the row group into partitions: firm ids say where each row goes, then each column is put there.
func (g *group) read(file *parquet.File, rg parquet.RowGroup, firms int) error {
	n := int(rg.NumRows())
	chunk := func(name string) (parquet.ColumnChunk, error) {
		leaf, ok := file.Schema().Lookup(name)
		if !ok {
			return nil, fmt.Errorf("no column %s", name)
		}
		return rg.ColumnChunks()[leaf.ColumnIndex], nil
	}
	c, err := chunk("firm_id")
	if err != nil {
		return err
	}
	firm := make([]int32, 0, n)
	var buf []int64
	take := func(_ int, values []int64) {
		for _, x := range values {
			firm = append(firm, int32(x))
		}
	}
	if buf, err = each(c, buf, take); err != nil {
		return err
	}
	if len(firm) != n {
		return fmt.Errorf("%d firm ids in %d rows", len(firm), n)
	}
	at := g.lay(firm, firms)
	for _, f := range fillings {
		c, err := chunk(f.column)
		if err != nil {
			return err
		}
		if buf, err = each(c, buf, func(from int, values []int64) { f.put(g.rows, at[from:], values) }); err != nil {
			return fmt.Errorf("column %s: %w", f.column, err)
		}
	}
	return nil
}

// lay makes room for the rows and returns, in the memory of firm, where each of them goes.
func (g *group) lay(firm []int32, firms int) []int32 {
	g.ends = make([]int32, (firms+partitionSize-1)>>partitionBits)
	for _, f := range firm {
		g.ends[f>>partitionBits]++
	}
	next, sum := make([]int32, len(g.ends)), int32(0)
	for p := range g.ends {
		next[p] = sum
		sum += g.ends[p]
		g.ends[p] = sum
	}
	g.rows = make([]row, len(firm))
	for i, f := range firm {
		p := f >> partitionBits
		at := next[p]
		next[p]++
		g.rows[at] = row{firm: uint16(f & (partitionSize - 1)), violation: -1, authority: -1, value: int64(credit.NoFen)}
		firm[i] = at
	}
	return firm
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
	data, levels := page.Data(), page.DefinitionLevels()
	if d := page.Dictionary(); d != nil {
		index, words := data.Int32(), d.Page().Data()
		if kind == parquet.Int64 {
			long := words.Int64()
			return spread(dst, levels, index, func(i int32) int64 { return long[i] })
		}
		short := words.Int32()
		return spread(dst, levels, index, func(i int32) int64 { return int64(short[i]) })
	}
	if kind == parquet.Int64 {
		return spread(dst, levels, data.Int64(), func(x int64) int64 { return x })
	}
	return spread(dst, levels, data.Int32(), func(x int32) int64 { return int64(x) })
}

func spread[T any](dst []int64, levels []byte, dense []T, value func(T) int64) []int64 {
	if len(levels) == 0 {
		for _, x := range dense {
			dst = append(dst, value(x))
		}
		return dst
	}
	at := 0
	for _, level := range levels {
		if level == 0 {
			dst = append(dst, null)
			continue
		}
		dst = append(dst, value(dense[at]))
		at++
	}
	return dst
}
