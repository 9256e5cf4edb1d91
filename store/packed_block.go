package store

import (
	"context"
	"encoding/binary"
	"fmt"

	"hengxin/credit"
)

// A block is groups, one a subject, ascending:
//
//	group: length of the subject, subject, length of the entries, entries
//	entry: position, record as credit.Record.AppendTo writes it
//
// Numbers are unsigned varints. The entries of a group are in no order: those who read put them in theirs.
type block struct {
	subject string // of the first group
	data    []byte
}

// blockWriter cuts groups into blocks. A subject is never cut in two: one with a long history has a long block.
type blockWriter struct {
	size int // of a block
	full []block
	last block
}

// begin opens a group of size bytes of entries, which add then brings.
func (w *blockWriter) begin(subject string, size int) {
	if len(w.last.data) > 0 && len(w.last.data)+len(subject)+size+2*binary.MaxVarintLen32 > w.size {
		w.full = append(w.full, w.last)
		w.last = block{}
	}
	if w.last.data == nil {
		w.last = block{subject: subject, data: make([]byte, 0, w.size)}
	}
	w.last.data = binary.AppendUvarint(w.last.data, uint64(len(subject)))
	w.last.data = append(w.last.data, subject...)
	w.last.data = binary.AppendUvarint(w.last.data, uint64(size))
}

func (w *blockWriter) add(entries []byte) { w.last.data = append(w.last.data, entries...) }

func (w *blockWriter) finish() []block {
	if len(w.last.data) > 0 {
		w.full = append(w.full, w.last)
		w.last = block{}
	}
	return w.full
}

// group is one subject's entries in one block; both point into it.
type group struct{ subject, entries []byte }

// nextGroup reads the group at the head of data; rest is empty after the last.
func nextGroup(data []byte) (g group, rest []byte, err error) {
	if g.subject, rest, err = lengthAndBytes(data); err != nil {
		return g, nil, err
	}
	g.entries, rest, err = lengthAndBytes(rest)
	return g, rest, err
}

func lengthAndBytes(data []byte) (b, rest []byte, err error) {
	n, w := binary.Uvarint(data)
	if w <= 0 || n > uint64(len(data)-w) {
		return nil, nil, fmt.Errorf("block: length of a group: %w", ErrCorrupt)
	}
	return data[w : w+int(n)], data[w+int(n):], nil
}

// appendEntries decodes the entries of g up to the position and appends them to dst and their positions to at.
func appendEntries(dst []credit.Record, at []credit.Position, g group, upTo credit.Position, d *credit.Decoder) ([]credit.Record, []credit.Position, error) {
	for entries := g.entries; len(entries) > 0; {
		position, w := binary.Uvarint(entries)
		if w <= 0 {
			return dst, at, fmt.Errorf("block: position of a record of %s: %w", g.subject, ErrCorrupt)
		}
		dst = append(dst, credit.Record{})
		r := &dst[len(dst)-1]
		rest, err := d.Decode(entries[w:], r)
		if err != nil {
			return dst, at, fmt.Errorf("block: record %d of %s: %w: %w", position, g.subject, ErrCorrupt, err)
		}
		if string(r.Subject) != string(g.subject) {
			return dst, at, fmt.Errorf("block: record %d of %s lies with %s: %w", position, r.Subject, g.subject, ErrCorrupt)
		}
		if entries = rest; credit.Position(position) > upTo {
			dst = dst[:len(dst)-1]
			continue
		}
		at = append(at, credit.Position(position))
	}
	return dst, at, nil
}

// runCursor reads the groups of one run in order.
type runCursor struct {
	blocks blockFeed
	rest   []byte // of the current block, after the group
	group
}

// openRun opens a run at the first group from the subject on.
func openRun(ctx context.Context, open blockSource, run int64, from string) (*runCursor, error) {
	blocks, err := open(ctx, run, from)
	if err != nil || blocks == nil {
		return nil, err
	}
	c := &runCursor{blocks: blocks}
	for {
		ok, err := c.next()
		if err != nil || !ok {
			blocks.close()
			return nil, err
		}
		if string(c.subject) >= from {
			return c, nil
		}
	}
}

// next goes to the next group; ok is false after the last.
func (c *runCursor) next() (ok bool, err error) {
	for len(c.rest) == 0 {
		if c.rest, ok, err = c.blocks.next(); err != nil || !ok {
			return false, err
		}
	}
	c.group, c.rest, err = nextGroup(c.rest)
	return err == nil, err
}

// runHeap reads several runs as one: a binary heap of their cursors by subject.
type runHeap []*runCursor

func openRuns(ctx context.Context, open blockSource, runs []int64, from string) (h runHeap, err error) {
	for _, run := range runs {
		c, err := openRun(ctx, open, run, from)
		if err != nil {
			h.close()
			return nil, fmt.Errorf("run %d: %w", run, err)
		}
		if c != nil {
			h = append(h, c)
		}
	}
	for i := len(h)/2 - 1; i >= 0; i-- {
		h.down(i)
	}
	return h, nil
}

func (h runHeap) down(i int) {
	for {
		least := i
		for _, j := range [2]int{2*i + 1, 2*i + 2} {
			if j < len(h) && string(h[j].subject) < string(h[least].subject) {
				least = j
			}
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}

func (h *runHeap) close() {
	for _, c := range *h {
		c.blocks.close()
	}
	*h = nil
}

// same appends to dst the cursors that stand at the heap's first subject, the first included.
func (h runHeap) same(dst []*runCursor, i int) []*runCursor {
	if i >= len(h) || string(h[i].subject) != string(h[0].subject) {
		return dst
	}
	dst = append(dst, h[i])
	return h.same(h.same(dst, 2*i+1), 2*i+2)
}

// pass moves every cursor off the subject it stands at, the heap's first.
func (h *runHeap) pass(n int) error {
	for range n {
		top := (*h)[0]
		ok, err := top.next()
		if err != nil {
			return err
		}
		if !ok {
			top.blocks.close()
			last := len(*h) - 1
			(*h)[0] = (*h)[last]
			*h = (*h)[:last]
		}
		h.down(0)
	}
	return nil
}
