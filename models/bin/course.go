package bin

import (
	"math"

	"hengxin/exact"
)

// table is the value function of a search: for each state the best value of a course of bins that ends in it. A state is
// a layer (the phase of the trend and the number of bins) and a cell of the layer (a bin; for Concave and Convex two bins
// in a row, as the first cell of the earlier and the later bin).
type table struct {
	s        *search
	layers   int // numbers of bins told apart
	saturate bool
	width    int       // cells of a layer
	value    []float64 // by layer and cell
	from     []int32   // state before, -1: the bin is the first
}

const phases = 2

// run fills the table, telling 1 to K bins apart; saturate counts K and more as K.
func (s *search) run(k int, saturate bool) *table {
	width := (s.n + 1) * (s.n + 1)
	if s.bends() {
		width *= s.n + 1
	}
	t := &table{s: s, layers: k, saturate: saturate, width: width, value: make([]float64, phases*k*width), from: make([]int32, phases*k*width)}
	for i := range t.value {
		t.value[i] = never
	}
	for j := 1; j <= s.n; j++ {
		first := t.state(0, 0, t.cell(s.n, 0, j))
		t.value[first], t.from[first] = s.worth[s.at(0, j)], -1
	}
	if k == 1 && saturate && s.plain() {
		t.sweep()
		return t
	}
	t.steps(func(from, to int, worth float64) {
		if v := s.join(t.value[from], worth); v > t.value[to] {
			t.value[to], t.from[to] = v, int32(from)
		}
	})
	return t
}

// plain reports whether a step depends on event rates alone and the objective is a sum.
func (s *search) plain() bool {
	return !s.bends() && s.parts == nil && s.p.Limits.MaxP == 0 && s.p.Objective != KS && s.p.Trend != None
}

// sweep fills the table of a plain search as steps would, with the bins that end at one border side by side.
func (t *table) sweep() {
	s := t.s
	allowed := turns(s.p.Trend)
	gap := s.p.Limits.MinDiff
	if s.p.Limits.Strict && gap == 0 {
		gap = math.SmallestNonzeroFloat64
	}
	for i := 1; i < s.n; i++ {
		var before [phases][]ending
		for h := range i {
			for phase := range phases {
				if state := t.state(phase, 0, s.at(h, i)); t.value[state] != never {
					before[phase] = append(before[phase], ending{s.rate[s.at(h, i)], t.value[state], int32(state)})
				}
			}
		}
		for j := i + 1; j <= s.n; j++ {
			c := s.at(i, j)
			if s.worth[c] == never {
				continue
			}
			t.take(t.state(0, 0, c), before[0], s.rate[c], s.worth[c], gap, allowed[0])
			t.take(t.state(1, 0, c), before[0], s.rate[c], s.worth[c], gap, allowed[1])
			t.take(t.state(1, 0, c), before[1], s.rate[c], s.worth[c], gap, allowed[1])
		}
	}
}

// ending is a state whose last bin ends at a border.
type ending struct {
	rate, value float64
	state       int32
}

// take enters into a state the best of those before it whose event rate differs by the gap in the allowed way.
func (t *table) take(to int, before []ending, rate, worth, gap float64, way int) {
	if way == 0 {
		return
	}
	best, from := t.value[to], t.from[to]
	sign := 1.0
	if way == falls {
		sign = -1
	}
	for _, e := range before {
		if float64(sign*(rate-e.rate)) >= gap && e.value+worth > best {
			best, from = e.value+worth, e.state
		}
	}
	t.value[to], t.from[to] = best, from
}

// bends reports whether the trend asks for three bins in a row.
func (s *search) bends() bool { return s.p.Trend == Concave || s.p.Trend == Convex }

func (t *table) state(phase, k, cell int) int { return (phase*t.layers+k)*t.width + cell }

// cell names a bin within a layer; h is the first cell of the bin before it, n where there is none, and matters only to
// Concave and Convex.
func (t *table) cell(h, i, j int) int {
	if !t.s.bends() {
		return t.s.at(i, j)
	}
	return h*(t.s.n+1)*(t.s.n+1) + t.s.at(i, j)
}

// steps calls step for every pair of states that a course may go through, those from a state after those into it.
func (t *table) steps(step func(from, to int, worth float64)) {
	s := t.s
	allowed := turns(s.p.Trend)
	for i := 1; i < s.n; i++ {
		for j := i + 1; j <= s.n; j++ {
			worth := s.worth[s.at(i, j)]
			if worth == never {
				continue
			}
			for h := range i {
				if s.worth[s.at(h, i)] == never {
					continue
				}
				switch ways := s.follow(h, i, j); {
				case ways == 0:
				case s.bends():
					t.bent(h, i, j, worth, step)
				default:
					t.straight(h, i, j, ways, allowed, worth, step)
				}
			}
		}
	}
}

// straight takes the steps from bin (h,i) to (i,j) in both phases and from the first to the second.
func (t *table) straight(h, i, j, ways int, allowed [phases]int, worth float64, step func(from, to int, worth float64)) {
	from, to := t.s.at(h, i), t.s.at(i, j)
	for k := range t.layers {
		next := t.next(k)
		if next < 0 {
			return
		}
		if ways&allowed[0] != 0 && t.value[t.state(0, k, from)] != never {
			step(t.state(0, k, from), t.state(0, next, to), worth)
		}
		if ways&allowed[1] == 0 {
			continue
		}
		for phase := range phases {
			if t.value[t.state(phase, k, from)] != never {
				step(t.state(phase, k, from), t.state(1, next, to), worth)
			}
		}
	}
}

// bent takes the steps from bin (h,i), whichever came before it, to (i,j).
func (t *table) bent(h, i, j int, worth float64, step func(from, to int, worth float64)) {
	to := t.cell(h, i, j)
	before := func(g int) {
		for k := range t.layers {
			next, from := t.next(k), t.state(0, k, t.cell(g, h, i))
			if next >= 0 && t.value[from] != never {
				step(from, t.state(0, next, to), worth)
			}
		}
	}
	if h == 0 {
		before(t.s.n)
		return
	}
	for g := range h {
		if t.s.curve(g, h, i, j) {
			before(g)
		}
	}
}

// next is the layer after k, -1 where there is none.
func (t *table) next(k int) int {
	switch {
	case k+1 < t.layers:
		return k + 1
	case t.saturate:
		return k
	}
	return -1
}

// ends calls f for every state of a whole merging with enough bins.
func (t *table) ends(f func(state int)) {
	s := t.s
	least := max(1, s.p.Limits.MinBins)
	if t.layers == 1 && t.saturate {
		least = 1
	}
	for phase := range phases {
		for k := least - 1; k < t.layers; k++ {
			for i := range s.n {
				if !s.bends() {
					f(t.state(phase, k, s.at(i, s.n)))
					continue
				}
				for h := range s.n + 1 {
					f(t.state(phase, k, t.cell(h, i, s.n)))
				}
			}
		}
	}
}

// finish returns the best merging, nil where there is none.
func (t *table) finish() *Solution {
	best, value := -1, never
	t.ends(func(state int) {
		if t.value[state] > value {
			best, value = state, t.value[state]
		}
	})
	if best < 0 {
		return nil
	}
	found := &Solution{Value: value}
	for state := best; state >= 0; state = int(t.from[state]) {
		if first := state % t.width % ((t.s.n + 1) * (t.s.n + 1)) / (t.s.n + 1); first > 0 {
			found.Cuts = append(found.Cuts, first)
		}
	}
	return found
}

// certify finds a bound on the value of every merging: the value function may not lose in any step, and where rounding
// makes it lose, the most that it loses is added once for each cell.
func (t *table) certify(found *Solution) {
	s, loss := t.s, 0.0
	for j := 1; j <= s.n; j++ {
		if w := s.value(0, between(s.sums, 0, j)); w != never {
			loss = max(loss, w-t.value[t.state(0, 0, t.cell(s.n, 0, j))])
		}
	}
	t.steps(func(from, to int, worth float64) {
		found.Steps++
		loss = max(loss, s.join(t.value[from], worth)-t.value[to])
	})
	top := never
	t.ends(func(state int) { top = max(top, t.value[state]) })
	found.Bound = top + float64(loss*float64(s.n))
}

// chiSquared is the value that a chi-squared variable of one degree of freedom exceeds with the probability, by halving.
func chiSquared(p float64) float64 {
	low, high := 0.0, 40.0
	for range 100 {
		if mid := (low + high) / 2; Tails(mid) > p {
			low = mid
		} else {
			high = mid
		}
	}
	return float64(low * low)
}

// Tails is the probability of both tails of a standard normal variable beyond z >= 0: a power series below 3 and
// a continued fraction from there (Abramowitz and Stegun 26.2.11, 26.2.14).
func Tails(z float64) float64 {
	density := float64(exact.Exp(-float64(z*z)/2) / math.Sqrt(2*math.Pi))
	if z < 3 {
		term, sum := z, z
		for k := 3.0; term > 1e-17*sum; k += 2 {
			term = float64(term * float64(z*z) / k)
			sum += term
		}
		return 1 - float64(2*density*sum)
	}
	f := z
	for k := 80.0; k >= 1; k-- {
		f = z + k/f
	}
	return 2 * density / f
}
