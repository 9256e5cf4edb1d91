package additive

import (
	"slices"

	"hengxin/models"
)

// term is one column, or a pair of columns, with the cell of each row.
type term struct {
	axis
	width int      // of a pair: cells of its second column; 0 for a column
	cell  []uint16 // by row
}

// bag is the boosting with one fold left out. Rows of the bag stand first, then those left out.
type bag struct {
	recipe Recipe
	order  []int32 // row of the table at each place
	train  int     // places before it belong to the bag
	cells  [][]uint16
	bad    []bool
	weight []int64
	odds   []int32
	terms  []*term
	value  [][]int32 // by term and cell
	rows   [][]int64 // of the bag, by term and cell
	base   int32

	stepper stepper
	hist    []sum
	log     [][][]int32 // steps of the rounds since the best, by round, term and cell
}

func newBag(w *work, left uint8) *bag {
	b := &bag{recipe: w.recipe, base: w.base, stepper: stepper{recipe: w.recipe, ridge: w.ridge}}
	for _, out := range []bool{false, true} {
		for i, fold := range w.folds {
			if (fold == left) == out {
				b.order = append(b.order, int32(i))
			}
		}
		if !out {
			b.train = len(b.order)
		}
	}
	n := len(b.order)
	b.bad, b.weight, b.odds = make([]bool, n), make([]int64, n), make([]int32, n)
	for place, row := range b.order {
		b.bad[place], b.weight[place], b.odds[place] = w.outcome.Bad[row], w.weight[row], w.base
	}
	return b
}

// add takes terms in, with values of 0.
func (b *bag) add(terms []*term) {
	for _, t := range terms {
		cells := make([]uint16, len(b.order))
		rows := make([]int64, t.cells)
		for place, row := range b.order {
			cells[place] = t.cell[row]
			if place < b.train {
				rows[t.cell[row]]++
			}
		}
		b.terms, b.cells, b.rows = append(b.terms, t), append(b.cells, cells), append(b.rows, rows)
		b.value = append(b.value, make([]int32, t.cells))
	}
}

// boost runs rounds over the terms from the first given on, in all bags alike, until the loss over the rows that each bag
// leaves out, taken together, has not fallen for some rounds, and goes back to the best round, which it returns. 0 is before
// the first: terms that lower nothing are left at 0.
func boost(bags []*bag, first, threads int) int {
	r := bags[0].recipe
	losses := make([][]int64, len(bags))
	models.Parallel(threads, len(bags), func(k int) { losses[k] = []int64{bags[k].loss()} })
	least, best, done := total(losses, 0), 0, 0
	for done < r.Rounds && done-best < r.Patience {
		models.Parallel(threads, len(bags), func(k int) {
			for range chunk {
				losses[k] = append(losses[k], bags[k].round(first))
			}
		})
		for range chunk {
			if done++; total(losses, done) < least {
				least, best = total(losses, done), done
			}
		}
		for _, b := range bags {
			b.log = b.log[max(0, len(b.log)-(done-best)):]
		}
	}
	models.Parallel(threads, len(bags), func(k int) { bags[k].undo(first) })
	return best
}

// chunk is how many rounds the bags go on by themselves.
const chunk = 4

func total(losses [][]int64, round int) (sum int64) {
	for _, l := range losses {
		sum += l[round]
	}
	return sum
}

// round gives each term from the first given on one step, and returns the loss of the rows left out.
func (b *bag) round(first int) int64 {
	steps := make([][]int32, len(b.terms)-first)
	for k, t := range b.terms[first:] {
		b.hist = slices.Grow(b.hist[:0], t.cells)[:t.cells]
		clear(b.hist)
		b.pass(first, k, steps, b.hist)
		steps[k] = make([]int32, t.cells)
		if t.width == 0 {
			b.stepper.line(steps[k], t.axis, b.hist, b.rows[first+k])
		} else {
			b.stepper.plane(steps[k], t.cells/t.width, t.width, b.hist, b.rows[first+k])
		}
		for c, d := range steps[k] {
			b.value[first+k][c] += d
		}
		b.shift(b.cells[first+k][b.train:], b.odds[b.train:], steps[k])
	}
	last := len(steps) - 1
	b.shift(b.cells[first+last][:b.train], b.odds[:b.train], steps[last])
	b.log = append(b.log, steps)
	return b.loss()
}

// undo takes back the rounds of the log and makes the log odds anew.
func (b *bag) undo(first int) {
	for _, steps := range b.log {
		for k, step := range steps {
			for c, d := range step {
				b.value[first+k][c] -= d
			}
		}
	}
	b.log = nil
	for i := range b.odds {
		b.odds[i] = b.base
	}
	for k, value := range b.value {
		b.shift(b.cells[k], b.odds, value)
	}
}

// pass adds the step before step next to the log odds of the bag's rows and sums their gradients by the cells of the next term.
func (b *bag) pass(first, next int, steps [][]int32, hist []sum) {
	cells, odds := b.cells[first+next][:b.train], b.odds[:b.train]
	bad, weight := b.bad[:b.train], b.weight[:b.train]
	var before []uint16
	var delta []int32
	if next > 0 {
		before, delta = b.cells[first+next-1][:b.train], steps[next-1]
	}
	for i, o := range odds {
		if before != nil {
			o += delta[before[i]]
			odds[i] = o
		}
		at := slope[point(o)]
		g := at >> 32
		if bad[i] {
			g -= one
		}
		h := &hist[cells[i]]
		h.g += weight[i] * g
		h.h += weight[i] * (at & (1<<32 - 1))
	}
}

// shift adds a step to log odds.
func (b *bag) shift(cells []uint16, odds []int32, delta []int32) {
	for i, c := range cells {
		odds[i] += delta[c]
	}
}

// loss is the weighted log loss of the rows left out.
func (b *bag) loss() (loss int64) {
	for i := b.train; i < len(b.odds); i++ {
		loss += b.weight[i] * lossOf(b.odds[i], b.bad[i])
	}
	return loss
}
