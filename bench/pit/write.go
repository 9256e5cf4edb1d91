package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/features"
)

// groupPartitions is how many partitions make one row group of the output.
const groupPartitions = 5

// floats are the columns that the benchmark's definition marks f; the others are integers.
var floats = map[string]bool{"pen_decay": true, "act_decay": true, "rep_share": true, "rep_days_mean": true, "com_kept_share": true,
	"jud_decay": true, "hc_change_12m": true}

// columnsOf describes the output. Counts are never null; what can be missing is.
func columnsOf(set *features.Set) []datasets.Column {
	columns := []datasets.Column{{Name: "firm_id", Type: datasets.Int32}, {Name: "as_of", Type: datasets.Date}}
	for i := range set.Len() {
		ind := set.At(i)
		c := datasets.Column{Name: ind.ID, Type: datasets.Int32, Optional: !ind.ZeroIfNone}
		switch {
		case floats[ind.ID]:
			c.Type, c.Plain, c.Raw = datasets.Double, true, true // decayed sums do not shrink
		case ind.Unit == "fen" || ind.ID == "lst_days":
			c.Type = datasets.Int64
		}
		columns = append(columns, c)
	}
	return columns
}

// writeRows folds every firm and writes the rows in order of firm, two row groups at a time.
func writeRows(path string, log []group, firms int, days []credit.Date) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := bufio.NewWriterSize(f, 1<<20)
	columns := columnsOf(features.Bench())
	w, err := datasets.NewWriter(buf, columns, "firm_id", "as_of")
	if err != nil {
		return err
	}
	partitions := (firms + partitionSize - 1) >> partitionBits
	turns := newTurns()
	var work errgroup.Group
	for range 2 {
		work.Go(func() error {
			fl, err := newFolder(columns, days)
			if err != nil {
				return err
			}
			for {
				turn := turns.take()
				if turn*groupPartitions >= partitions {
					return nil
				}
				for p := turn * groupPartitions; p < min((turn+1)*groupPartitions, partitions); p++ {
					if err := fl.fold(log, p, firms); err != nil {
						turns.done(turn)
						return err
					}
				}
				turns.wait(turn)
				err := w.WriteGroup(fl.out)
				turns.done(turn)
				if err != nil {
					return err
				}
				fl.reset()
			}
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	return errors.Join(w.Close(), buf.Flush())
}

// turns hands out row groups and lets them be written in order.
type turns struct {
	mu         sync.Mutex
	cond       *sync.Cond
	next, over int
}

func newTurns() *turns {
	t := &turns{}
	t.cond = sync.NewCond(&t.mu)
	return t
}

func (t *turns) take() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next++
	return t.next - 1
}

func (t *turns) wait(turn int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.over < turn {
		t.cond.Wait()
	}
}

func (t *turns) done(turn int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = max(t.over, turn+1)
	t.cond.Broadcast()
}

// folder folds firms into one row group's vectors, in buffers of its own.
type folder struct {
	engine  *features.Fold
	columns []datasets.Column
	days    []credit.Date
	out     []datasets.Vector

	rows    []row // of a partition, by firm
	ends    []int32
	records []credit.Record
	bodies  []byte
	cells   []float64
}

func newFolder(columns []datasets.Column, days []credit.Date) (*folder, error) {
	fold, err := features.NewFold(features.Bench(), nil, nil, nil)
	if err != nil {
		return nil, err
	}
	return &folder{engine: fold, columns: columns, days: days, out: make([]datasets.Vector, len(columns))}, nil
}

func (f *folder) reset() {
	for i := range f.out {
		f.out[i].Reset()
	}
}

// fold appends the rows of partition p.
func (f *folder) fold(log []group, p, firms int) (err error) {
	first := p << partitionBits
	n := min(partitionSize, firms-first)
	f.gather(log, p, n)
	from := int32(0)
	for i := range n {
		subject := credit.Subject(strconv.AppendInt(nil, int64(first+i), 10))
		f.make(subject, f.rows[from:f.ends[i]])
		if f.cells, err = f.engine.Rows(f.cells[:0], subject, f.records[:f.ends[i]-from], f.days); err != nil {
			return fmt.Errorf("fold firm %d: %w", first+i, err)
		}
		f.append(first + i)
		from = f.ends[i]
	}
	return nil
}

// gather brings the partition's rows into order of firm, and within a firm of the log.
func (f *folder) gather(log []group, p, n int) {
	f.ends = append(f.ends[:0], make([]int32, n+1)...)
	total := 0
	for g := range log {
		rows := log[g].partition(p)
		total += len(rows)
		for i := range rows {
			f.ends[rows[i].firm+1]++
		}
	}
	for i := range n {
		f.ends[i+1] += f.ends[i]
	}
	if cap(f.rows) < total {
		f.rows = make([]row, total+total/8)
	}
	f.rows = f.rows[:total]
	for g := range log {
		for _, r := range log[g].partition(p) {
			f.rows[f.ends[r.firm]] = r
			f.ends[r.firm]++
		}
	}
}

// append puts the firm's cells into the vectors, column by column.
func (f *folder) append(firm int) {
	width := len(f.columns) - 2
	for _, day := range f.days {
		f.out[0].Int32s = append(f.out[0].Int32s, int32(firm))
		f.out[1].Int32s = append(f.out[1].Int32s, int32(day))
	}
	for i, c := range f.columns[2:] {
		v := &f.out[i+2]
		switch c.Type {
		case datasets.Double:
			for at := i; at < len(f.cells); at += width {
				v.Doubles = append(v.Doubles, f.cells[at])
			}
		case datasets.Int64:
			for at := i; at < len(f.cells); at += width {
				v.Int64s = append(v.Int64s, whole(f.cells[at], int64(credit.NoFen)))
			}
		default:
			for at := i; at < len(f.cells); at += width {
				v.Int32s = append(v.Int32s, int32(whole(f.cells[at], int64(datasets.NoInt32))))
			}
		}
	}
}

func whole(x float64, null int64) int64 {
	if x != x {
		return null
	}
	return int64(x)
}
