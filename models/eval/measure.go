package eval

import (
	"fmt"
	"math"
	"slices"

	"hengxin/exact"
	"hengxin/models"
)

// logitInterval is value ± 1.96 error on the scale of ln(v/(1-v)), where the bounds cannot leave [0, 1].
func logitInterval(v, err float64) Interval {
	if v <= 0 || v >= 1 || err == 0 {
		return Interval{v, v, v}
	}
	center, half := exact.Log(v/(1-v)), z95*err/float64(v*(1-v))
	return Interval{v, exact.Logistic(center - half), exact.Logistic(center + half)}
}

// Brier returns the weighted mean of (p - y)².
func Brier(s *Sample) float64 {
	sum, all := 0.0, 0.0
	for i, p := range s.Probability {
		w, d := s.weight(i), p-s.Target[i]
		sum += float64(w * float64(d*d))
		all += w
	}
	return sum / all
}

// LogLoss returns the weighted mean of -ln of the probability that the model gave the outcome; probabilities are held
// within 1e-15 of 0 and 1.
func LogLoss(s *Sample) float64 {
	sum, all := 0.0, 0.0
	for i := range s.Probability {
		w := s.weight(i)
		sum += float64(w * s.loss(i))
		all += w
	}
	return sum / all
}

func (s *Sample) loss(i int) float64 {
	p := min(max(s.Probability[i], 1e-15), 1-1e-15)
	if s.Target[i] == 1 {
		return -exact.Log(p)
	}
	return -exact.Log(1 - p)
}

// Sample is what is judged: by row the outcome (0 or 1), the predicted probability of 1, and the weight (nil = 1 each).
type Sample struct {
	Target, Probability, Weights []float64
}

func (s *Sample) weight(i int) float64 {
	if s.Weights == nil {
		return 1
	}
	return s.Weights[i]
}

func (s *Sample) check() error {
	if len(s.Target) != len(s.Probability) || s.Weights != nil && len(s.Weights) != len(s.Target) {
		return fmt.Errorf("measure: %d outcomes, %d probabilities, %d weights: %w", len(s.Target), len(s.Probability), len(s.Weights), models.ErrInvalid)
	}
	for i, p := range s.Probability {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("measure: probability of row %d is %v: %w", i, p, models.ErrInvalid)
		}
		if t := s.Target[i]; t != 0 && t != 1 {
			return fmt.Errorf("measure: outcome of row %d is %v: %w", i, t, models.ErrInvalid)
		}
		if w := s.weight(i); !(w > 0) || math.IsInf(w, 1) {
			return fmt.Errorf("measure: weight of row %d is %v: %w", i, w, models.ErrInvalid)
		}
	}
	return nil
}

// Cell is one row of a calibration table.
type Cell struct {
	Rows      int      `json:"rows"`
	Weight    float64  `json:"weight"`
	Low       float64  `json:"low"` // lowest and highest predicted probability
	High      float64  `json:"high"`
	Predicted float64  `json:"predicted"` // weighted mean
	Observed  Interval `json:"observed"`  // weighted share of bad rows, Wilson's interval at the effective number of rows
}

// Calibration cuts the sample by predicted probability into about cells groups of equal numbers of rows; rows of equal
// probability stay together.
func Calibration(s *Sample, cells int) ([]Cell, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	order := make([]int, len(s.Target))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch pa, pb := s.Probability[a], s.Probability[b]; {
		case pa < pb:
			return -1
		case pa > pb:
			return 1
		}
		return 0
	})
	var out []Cell
	for from := 0; from < len(order); {
		to := max(from+1, (len(out)+1)*len(order)/cells)
		for to < len(order) && s.Probability[order[to]] == s.Probability[order[to-1]] {
			to++
		}
		out = append(out, s.cell(order[from:to]))
		from = to
	}
	return out, nil
}

func (s *Sample) cell(rows []int) Cell {
	c := Cell{Rows: len(rows), Low: s.Probability[rows[0]], High: s.Probability[rows[len(rows)-1]]}
	bad, squares := 0.0, 0.0
	for _, i := range rows {
		w := s.weight(i)
		c.Weight += w
		squares += float64(w * w)
		c.Predicted += float64(w * s.Probability[i])
		bad += float64(w * s.Target[i])
	}
	c.Predicted /= c.Weight
	c.Observed = wilson(bad/c.Weight, float64(c.Weight*c.Weight)/squares)
	return c
}

// wilson is the 95 % score interval of a share p of n (E. B. Wilson, JASA 22 (1927) 209).
func wilson(p, n float64) Interval {
	const z2 = z95 * z95
	center := (p + z2/(2*n)) / (1 + z2/n)
	half := float64(z95 / (1 + z2/n) * math.Sqrt(float64(p*(1-p))/n+z2/float64(4*n*n)))
	return Interval{p, max(0, center-half), min(1, center+half)}
}

// PSI returns the population stability index Σ (a_i - b_i) ln(a_i / b_i) of two histograms of the same cells, missing
// being one more cell. An empty cell counts as half a row, so the index is finite; two empty histograms give NaN.
// Under 0.10 is stable, 0.10 to 0.25 is watched, from 0.25 on one acts (industry convention).
func PSI(reference, current *models.Histogram) (float64, error) {
	if len(reference.Counts) != len(current.Counts) {
		return 0, fmt.Errorf("psi of %q: %d cells against %d: %w", reference.Name, len(reference.Counts), len(current.Counts), models.ErrInvalid)
	}
	a := append(slices.Clone(reference.Counts), reference.Missing)
	b := append(slices.Clone(current.Counts), current.Missing)
	na, nb := total(a), total(b)
	sum := 0.0
	for i := range a {
		if a[i] == 0 && b[i] == 0 {
			continue
		}
		pa, pb := max(a[i], 0.5)/na, max(b[i], 0.5)/nb
		sum += float64((pa - pb) * exact.Log(pa/pb))
	}
	if na == 0 || nb == 0 {
		return math.NaN(), nil
	}
	return sum, nil
}

func total(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum
}

// Count fills a histogram of the cells of like with values: numbers by its edges, categories (by their index) where it
// has none. Unseen levels count as missing: the model knows as little of them.
func Count(like *models.Histogram, values, weights []float64, category bool) *models.Histogram {
	h := &models.Histogram{Name: like.Name, Edges: like.Edges, Counts: make([]float64, len(like.Counts))}
	for i, v := range values {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		switch {
		case v != v || category && v < 0:
			h.Missing += w
		case category && int(v) < len(h.Counts):
			h.Counts[int(v)] += w
		case !category:
			at, found := slices.BinarySearch(h.Edges, v)
			if found {
				at++
			}
			h.Counts[at] += w
		}
	}
	return h
}
