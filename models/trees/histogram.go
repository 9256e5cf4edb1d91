package trees

import (
	"hengxin/models"
)

// cellSum is the statistic of one cell: sums of gradients and hessians on their grids. Sums of several tables add up
// exactly, in any order.
type cellSum struct{ g, h int64 }

func (s *cellSum) add(o cellSum) { s.g += o.g; s.h += o.h }

func (s cellSum) less(o cellSum) cellSum { return cellSum{s.g - o.g, s.h - o.h} }

// entry is a row with its gradient and hessian: row<<32 | uint16(g)<<16 | h.
type entry = uint64

// packed returns g<<32 + h. As h is never negative, packed sums of up to maxPacked rows hold both sums.
func packed(e entry) int64 { return int64(int32(uint32(e))>>16)<<32 + int64(uint16(e)) }

// maxPacked rows of a hessian below 2^16 and a gradient below 2^15 fit a packed sum.
const maxPacked = 1<<16 - 1<<8 - 1<<8 // a multiple of batchRows

const (
	panelWidth = 16
	batchRows  = 256
)

// panel holds the cells of up to 16 inputs side by side: one row is 16 bytes, input k in byte k%4 of word k/4. A row of
// a node is fetched once for all of them.
type panel struct {
	first, width int // inputs first to first+width-1
	rows         [][panelWidth / 4]uint32
}

// newPanels spreads the inputs evenly over panels, so that each thread has as much to do.
func newPanels(cells [][]uint8, rows, threads int) []panel {
	n := (len(cells) + panelWidth - 1) / panelWidth
	if threads > 1 && len(cells) >= 8 && n%threads != 0 {
		n += threads - n%threads
	}
	n = min(n, len(cells))
	panels := make([]panel, n)
	for p, first := 0, 0; p < n; p++ {
		width := (len(cells) - first) / (n - p)
		panels[p] = panel{first: first, width: width}
		first += width
	}
	models.Parallel(threads, n, func(i int) { panels[i].fill(cells, rows) })
	return panels
}

func (p *panel) fill(cells [][]uint8, rows int) {
	p.rows = make([][panelWidth / 4]uint32, rows)
	for k := range p.width {
		word, shift := k/4, k%4*8
		for row, c := range cells[p.first+k] {
			p.rows[row][word] |= uint32(c) << shift
		}
	}
}

// scratch is what one thread needs to build histograms.
type scratch struct {
	sums  [panelWidth][256]int64
	cells [batchRows][panelWidth / 4]uint32
	packs [batchRows]int64
}

// build writes the sums of the entries by input of the panel and cell. The cells of one input follow one another in out
// as offsets has them.
func (p *panel) build(entries []entry, s *scratch, out []cellSum, offsets []int) {
	for first := true; first || len(entries) > 0; first = false {
		n := min(len(entries), maxPacked)
		p.clear(s, offsets)
		p.addUp(entries[:n], s)
		p.flush(s, out, offsets, first)
		entries = entries[n:]
	}
}

func (p *panel) clear(s *scratch, offsets []int) {
	for k := range p.width {
		clear(s.sums[k][:offsets[p.first+k+1]-offsets[p.first+k]])
	}
}

// addUp adds entries to the packed sums, a batch of rows at a time, so that cells come from the first cache.
func (p *panel) addUp(entries []entry, s *scratch) {
	for len(entries) > 0 {
		n := min(len(entries), batchRows)
		for i, e := range entries[:n] {
			s.cells[i&(batchRows-1)] = p.rows[e>>32]
			s.packs[i&(batchRows-1)] = packed(e)
		}
		k := 0
		for ; k+4 <= p.width; k += 4 {
			s.add4(k, n)
		}
		switch p.width - k {
		case 3:
			s.add2(k, n)
			s.add1(k+2, n)
		case 2:
			s.add2(k, n)
		case 1:
			s.add1(k, n)
		}
		entries = entries[n:]
	}
}

// add4 adds a batch to inputs k to k+3, k a multiple of 4.
func (s *scratch) add4(k, n int) {
	a, b, c, d := &s.sums[k], &s.sums[k+1], &s.sums[k+2], &s.sums[k+3]
	word := k / 4 & (panelWidth/4 - 1)
	for i, v := range s.packs[:n] {
		w := s.cells[i&(batchRows-1)][word]
		a[uint8(w)] += v
		b[uint8(w>>8)] += v
		c[uint8(w>>16)] += v
		d[uint8(w>>24)] += v
	}
}

func (s *scratch) add2(k, n int) {
	a, b := &s.sums[k], &s.sums[k+1]
	word := k / 4 & (panelWidth/4 - 1)
	for i, v := range s.packs[:n] {
		w := s.cells[i&(batchRows-1)][word] >> (k % 4 * 8 & 31)
		a[uint8(w)] += v
		b[uint8(w>>8)] += v
	}
}

func (s *scratch) add1(k, n int) {
	a := &s.sums[k]
	word := k / 4 & (panelWidth/4 - 1)
	for i, v := range s.packs[:n] {
		a[uint8(s.cells[i&(batchRows-1)][word]>>(k%4*8&31))] += v
	}
}

// flush unpacks the sums into out, or adds them to it.
func (p *panel) flush(s *scratch, out []cellSum, offsets []int, first bool) {
	for k := range p.width {
		dst := out[offsets[p.first+k]:offsets[p.first+k+1]]
		from := s.sums[k][:len(dst)]
		if first {
			for c, v := range from {
				dst[c] = cellSum{v >> 32, int64(uint32(v))}
			}
			continue
		}
		for c, v := range from {
			dst[c].g += v >> 32
			dst[c].h += int64(uint32(v))
		}
	}
}
