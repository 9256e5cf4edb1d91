package trees

import (
	"hengxin/models"
)

// largeNode is a number of rows from which a division is shared by the threads.
const largeNode = 8_192

// partition puts the entries that go left before the others, each side in its old order, and returns where the right
// side begins.
func (g *grower) partition(from, to int, cells []uint8, right *[256]uint8) int {
	seg := g.entries[from:to]
	parts := 1
	if len(seg) >= largeNode {
		parts = g.threads
	}
	lefts := make([]int, parts)
	cut := func(k int) int { return len(seg) * k / parts }
	models.Parallel(parts, parts, func(k int) {
		lefts[k] = divide(seg[cut(k):cut(k+1)], g.spare[cut(k):cut(k+1)], cells, right)
	})
	at := lefts[0]
	for k := 1; k < parts; k++ {
		at += copy(seg[at:], seg[cut(k):cut(k)+lefts[k]])
	}
	middle := at
	for k := range parts {
		at += copy(seg[at:], g.spare[cut(k):cut(k)+cut(k+1)-cut(k)-lefts[k]])
	}
	return from + middle
}

// divide moves the entries that go left to the front of seg and the others to spare, without a branch.
func divide(seg, spare []entry, cells []uint8, right *[256]uint8) int {
	l, r := 0, 0
	spare = spare[:len(seg)]
	for _, e := range seg {
		goes := int(right[cells[e>>32]])
		seg[l] = e
		spare[r] = e
		l += 1 - goes
		r += goes
	}
	return l
}
