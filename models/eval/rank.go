package eval

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
)

// Interval is a value with the bounds of its 95 % interval.
type Interval struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// z95 is the 97.5 % point of the normal distribution.
const z95 = 1.959963984540054

// ranked is a sample in ascending order of the score.
type ranked struct {
	score  []float64
	bad    []bool
	index  []int // row
	events int
}

// rank sorts a sample. It returns [models.ErrInvalid] where lengths differ, a score is NaN, or one outcome is absent.
func rank(target, score []float64) (*ranked, error) {
	if len(target) != len(score) {
		return nil, fmt.Errorf("measure: %d outcomes for %d scores: %w", len(target), len(score), models.ErrInvalid)
	}
	r := &ranked{index: make([]int, len(score)), score: make([]float64, len(score)), bad: make([]bool, len(score))}
	for i, s := range score {
		if s != s {
			return nil, fmt.Errorf("measure: score of row %d is NaN: %w", i, models.ErrInvalid)
		}
		r.index[i] = i
		if target[i] == 1 {
			r.events++
		}
	}
	if r.events == 0 || r.events == len(score) {
		return nil, fmt.Errorf("measure: all %d rows have the same outcome: %w", len(score), models.ErrInvalid)
	}
	slices.SortStableFunc(r.index, func(a, b int) int {
		switch {
		case score[a] < score[b]:
			return -1
		case score[a] > score[b]:
			return 1
		}
		return 0
	})
	for i, row := range r.index {
		r.score[i], r.bad[i] = score[row], target[row] == 1
	}
	return r, nil
}

// ties calls f for each run of equal scores, from the lowest: rows from to to-1.
func (r *ranked) ties(f func(from, to int)) {
	for from := 0; from < len(r.score); {
		to := from + 1
		for to < len(r.score) && r.score[to] == r.score[from] {
			to++
		}
		f(from, to)
		from = to
	}
}

// AUC returns the probability that a bad row scores above a good one, ties counting half, with DeLong's 95 % interval
// on the logit scale.
//
//	V10_i = share of good rows below bad row i (ties half); V01_j = share of bad rows above good row j
//	AUC = mean V10; variance = var(V10)/m + var(V01)/n          for m bad and n good rows
//
// by mid-ranks in O(n log n). An AUC of 0 or 1 has no variance and gives an interval of its value alone.
// E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988) 837; X. Sun, W. Xu, IEEE SPL 21 (2014) 1389.
func AUC(target, score []float64) (Interval, error) {
	r, err := rank(target, score)
	if err != nil {
		return Interval{}, err
	}
	return r.auc(), nil
}

func (r *ranked) auc() Interval {
	m, n := float64(r.events), float64(len(r.bad)-r.events)
	below, above := 0.0, m // good rows below, bad rows not yet passed
	var v10, v01 moments
	r.ties(func(from, to int) {
		bad := 0.0
		for _, b := range r.bad[from:to] {
			if b {
				bad++
			}
		}
		good := float64(to-from) - bad
		v10.add((below+float64(good/2))/n, bad)
		v01.add((above-float64(bad/2))/m, good)
		below += good
		above -= bad
	})
	auc := v10.sum / m
	variance := v10.variance()/m + v01.variance()/n
	return logitInterval(auc, math.Sqrt(variance))
}

// moments sums values with multiplicities; values lie in [0, 1] and are shifted by 1/2 against cancellation.
type moments struct{ sum, shifted, squares, count float64 }

func (s *moments) add(v, times float64) {
	s.sum += float64(v * times)
	d := v - 0.5
	s.shifted += float64(d * times)
	s.squares += float64(float64(d*d) * times)
	s.count += times
}

// variance is the unbiased one; 0 for a single value.
func (s *moments) variance() float64 {
	if s.count < 2 {
		return 0
	}
	return max(0, s.squares-float64(s.shifted*s.shifted)/s.count) / (s.count - 1)
}

// KS returns the largest distance between the cumulative shares of bad and of good rows, and the score at which it is
// reached (rows at or below it against rows above it).
func KS(target, score []float64) (ks, at float64, err error) {
	r, err := rank(target, score)
	if err != nil {
		return 0, 0, err
	}
	ks, at = r.ks()
	return ks, at, nil
}

func (r *ranked) ks() (ks, at float64) {
	m, n := float64(r.events), float64(len(r.bad)-r.events)
	bad, good := 0.0, 0.0
	r.ties(func(from, to int) {
		for _, b := range r.bad[from:to] {
			if b {
				bad++
			} else {
				good++
			}
		}
		if d := math.Abs(good/n - bad/m); d > ks {
			ks, at = d, r.score[from]
		}
	})
	return ks, at
}

// Point is one point of a curve.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// curve is the receiver operating characteristic: share of good rows flagged (x) and of bad rows flagged (y) as the
// threshold falls, at no more than about the given number of points.
func (r *ranked) curve(points int) []Point {
	m, n := float64(r.events), float64(len(r.bad)-r.events)
	out := []Point{{1, 1}}
	bad, good, last := 0.0, 0.0, 0
	r.ties(func(from, to int) {
		for _, b := range r.bad[from:to] {
			if b {
				bad++
			} else {
				good++
			}
		}
		if (to-last)*points >= len(r.bad) && to < len(r.bad) {
			out, last = append(out, Point{1 - good/n, 1 - bad/m}), to
		}
	})
	out = append(out, Point{0, 0})
	slices.Reverse(out)
	return out
}
