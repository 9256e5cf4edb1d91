package trees

import (
	"hengxin/models"
	"hengxin/models/bin"
)

// booster adds trees to one bag.
type booster struct {
	bins    *Bins
	goal    *objective
	recipe  Recipe
	grower  *grower
	threads int
	keys    []uint64 // of rows; nil where nothing is drawn
	columns int      // of the frame
	bag     uint64
	train   []int32 // rows to fit, ascending
	held    []int32 // rows to stop by
	place   []int32 // of a row in train; nil = the row itself
	score   []int64 // log odds by row, in units
	roots   []entry // of the rows of train, in their order
	other   []entry
	trees   []*tree
}

// bag is what one booster made: base and trees add up to the log odds, in units.
type bag struct {
	base  int64
	trees []*tree
	// mean log loss of the rows held out, by round; empty without any
	losses []float64
	// log odds of every row of the bins, where the bag has no rows held out: in units
	score []int64
}

// run fits a bag. Without held rows it makes all rounds; with them it keeps the rounds up to the one of the least log
// loss on them and stops when patience is out.
func (b *booster) run() bag {
	base := b.goal.base(b.train)
	b.score = make([]int64, b.bins.rows)
	for i := range b.score {
		b.score[i] = base
	}
	b.roots, b.other = make([]entry, len(b.train)), make([]entry, len(b.train))
	for i, row := range b.train {
		b.roots[i] = b.goal.entry(int(row), base)
	}
	out := bag{base: base}
	best, least, heldWeight := 0, b.heldLoss(), 0.0
	for _, row := range b.held {
		heldWeight += float64(b.goal.weight(int(row)))
	}
	for round := range b.recipe.Rounds {
		t := b.round(uint64(round))
		if len(t.nodes) == 0 && b.recipe.ColumnShare >= 1 && b.recipe.RowShare >= 1 {
			break // nothing is left to split, and so it would be in every later round
		}
		b.trees = append(b.trees, t)
		if len(b.held) == 0 {
			continue
		}
		b.follow(t)
		loss := b.heldLoss()
		out.losses = append(out.losses, float64(loss)/(1<<(unitBits-lossShift))/heldWeight)
		if loss < least {
			best, least = round+1, loss
		} else if round+1-best >= b.recipe.Patience {
			break
		}
	}
	out.trees = b.trees
	if len(b.held) > 0 {
		out.trees = b.trees[:best]
	} else {
		out.score = b.score
	}
	return out
}

// round grows one tree and moves the scores of the rows of the fit.
func (b *booster) round(round uint64) *tree {
	seed := bin.Mix(b.recipe.Seed ^ bin.Mix(b.bag<<32|round))
	drawn := drawColumns(b.bins.inputs, b.columns, b.recipe.ColumnShare, seed)
	if b.recipe.RowShare >= 1 {
		t := b.grower.grow(b.roots, drawn)
		b.advance(t)
		return t
	}
	limit := threshold(b.recipe.RowShare)
	some := b.other[:0]
	for _, e := range b.roots {
		if bin.Mix(b.keys[e>>32]^seed) < limit {
			some = append(some, e)
		}
	}
	t := b.grower.grow(some, drawn)
	b.walk(b.train, t, func(i int, row int32) { b.roots[i] = b.goal.entry(int(row), b.score[row]) })
	return t
}

// advance adds the tree's values leaf by leaf and writes the entries of the next round in the order of the rows.
func (b *booster) advance(t *tree) {
	g, next := b.grower, b.other
	models.Parallel(b.threads, len(g.leaves), func(k int) {
		l, v := &g.leaves[k], t.values[k]
		for _, e := range g.entries[l.from:l.to] {
			row := int(e >> 32)
			b.score[row] += v
			at := row
			if b.place != nil {
				at = int(b.place[row])
			}
			next[at] = b.goal.entry(row, b.score[row])
		}
	})
	b.roots, b.other = next, b.roots
}

// walk adds the tree's values to the scores of rows by their cells, and calls then for each.
func (b *booster) walk(rows []int32, t *tree, then func(i int, row int32)) {
	const block = 1 << 12
	models.Parallel(b.threads, (len(rows)+block-1)/block, func(k int) {
		for i := k * block; i < min(len(rows), (k+1)*block); i++ {
			row := rows[i]
			b.score[row] += t.values[t.leafOf(b.bins, int(row))]
			then(i, row)
		}
	})
}

func (b *booster) follow(t *tree) { b.walk(b.held, t, func(int, int32) {}) }

// lossShift leaves 2^-16 of a log loss, so that sums of millions of rows of the greatest weight stay below 2^63.
const lossShift = 14

// heldLoss is the log loss of the held rows times their weight, as an integer, so that no order of rows shows.
func (b *booster) heldLoss() int64 {
	sum := int64(0)
	for _, row := range b.held {
		sum += b.goal.curve.logLoss(b.score[row], b.goal.bad[row]) >> lossShift * b.goal.weight(int(row))
	}
	return sum
}

// boost fits all bags of a recipe.
func boost(b *Bins, goal *objective, r Recipe, keys []uint64, groups [][]bool, threads int) []bag {
	columns := 0
	for _, in := range b.inputs {
		columns = max(columns, in.column+1)
	}
	one := func(k, threads int, train, held, place []int32) bag {
		w := &booster{bins: b, goal: goal, recipe: r, grower: newGrower(b, goal, r, groups, threads), threads: threads, keys: keys, columns: columns,
			bag: uint64(k), train: train, held: held, place: place}
		return w.run()
	}
	folds := min(r.Folds, goal.fewestOutcome())
	if folds < 2 {
		all := make([]int32, b.rows)
		for i := range all {
			all[i] = int32(i)
		}
		return []bag{one(0, threads, all, nil, nil)}
	}
	fold := bin.Deal(keys, goal.bad, folds)
	bags := make([]bag, min(folds, max(1, r.BagRows/b.rows)))
	inBag := 1
	if len(bags) < threads {
		inBag = threads
	}
	models.Parallel(threads/inBag, len(bags), func(k int) {
		var train, held []int32
		place := make([]int32, b.rows)
		for i, f := range fold {
			if int(f) == k {
				held = append(held, int32(i))
			} else {
				place[i] = int32(len(train))
				train = append(train, int32(i))
			}
		}
		bags[k] = one(k, inBag, train, held, place)
	})
	return bags
}

// fewestOutcome returns the number of rows of the rarer outcome.
func (o *objective) fewestOutcome() int {
	bad := 0
	for _, y := range o.bad {
		bad += int(y)
	}
	return min(bad, len(o.bad)-bad)
}
