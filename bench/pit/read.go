package main

import (
	"errors"
	"fmt"
	"io"
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

// filling takes a column of values into rows; a null is not seen.
type filling struct {
	column string
	put    func(r *row, x int64)
}

var fillings = []filling{
	{"record_id", func(r *row, x int64) { r.record = int32(x) }},
	{"kind", func(r *row, x int64) { r.kind = int8(x) }},
	{"event_date", func(r *row, x int64) { r.event = int32(x) }},
	{"known_date", func(r *row, x int64) { r.known = int32(x) }},
	{"target_id", func(r *row, x int64) { r.value = x }},
	{"amount_fen", func(r *row, x int64) { r.value = x }},
	{"due_date", func(r *row, x int64) { r.value = x }},
	{"headcount", func(r *row, x int64) { r.value = x }},
	{"violation_type", func(r *row, x int64) { r.violation = int16(x) }},
	{"authority", func(r *row, x int64) { r.authority = int16(x) }},
	{"severity", func(r *row, x int64) { r.small = int8(x) }},
	{"tax_grade", func(r *row, x int64) { r.small = int8(x) }},
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
	if err := each(c, func(_ int, x int64) { firm = append(firm, int32(x)) }); err != nil {
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
		if err := each(c, func(i int, x int64) { f.put(&g.rows[at[i]], x) }); err != nil {
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

// each calls put with every value of an integer column that is not null, and its row.
func each(chunk parquet.ColumnChunk, put func(i int, x int64)) (err error) {
	pages := chunk.Pages()
	defer func() { err = errors.Join(err, pages.Close()) }()
	base := 0
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		eachOf(page, chunk.Type().Kind(), base, put)
		base += int(page.NumRows())
		parquet.Release(page)
	}
}

// eachOf visits one page. Its data are dense: nulls are in the definition levels only; a page with a dictionary holds
// indexes.
func eachOf(page parquet.Page, kind parquet.Kind, base int, put func(i int, x int64)) {
	data := page.Data()
	if d := page.Dictionary(); d != nil {
		index, values := data.Int32(), d.Page().Data()
		if kind == parquet.Int64 {
			words := values.Int64()
			visit(page, index, func(x int32) int64 { return words[x] }, base, put)
			return
		}
		words := values.Int32()
		visit(page, index, func(x int32) int64 { return int64(words[x]) }, base, put)
		return
	}
	if kind == parquet.Int64 {
		visit(page, data.Int64(), func(x int64) int64 { return x }, base, put)
		return
	}
	visit(page, data.Int32(), func(x int32) int64 { return int64(x) }, base, put)
}

func visit[T any](page parquet.Page, dense []T, value func(T) int64, base int, put func(i int, x int64)) {
	levels := page.DefinitionLevels()
	if len(levels) == 0 {
		for i, x := range dense {
			put(base+i, value(x))
		}
		return
	}
	at := 0
	for i, level := range levels {
		if level != 0 {
			put(base+i, value(dense[at]))
			at++
		}
	}
}
