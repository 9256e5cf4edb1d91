package eval

import (
	"math"
	"slices"
)

// Measures judge one sample.
type Measures struct {
	Rows      int      `json:"rows"`
	Events    int      `json:"events"`
	AUC       Interval `json:"auc"` // DeLong
	KS        Interval `json:"ks"`  // the rest: bootstrap
	KSAt      float64  `json:"ks_at"`
	Gini      Interval `json:"gini"` // 2 AUC - 1
	Brier     Interval `json:"brier"`
	LogLoss   Interval `json:"log_loss"`
	Expected  float64  `json:"expected"` // weighted mean of the predicted probabilities
	Observed  float64  `json:"observed"` // weighted share of bad rows
	Cells     []Cell   `json:"calibration"`
	ROC       []Point  `json:"roc"`
	Bootstrap int      `json:"bootstrap"` // samples drawn

	Precision   Interval       `json:"average_precision"`
	PR          []Point        `json:"precision_recall"` // recall, precision
	Lift        []Tenth        `json:"lift"`             // deciles, riskiest first; none where there are fewer than ten rows
	Line        Line           `json:"calibration_line"`
	Calibration HosmerLemeshow `json:"calibration_test"` // as of rows that the model was not fitted on
}

// Measure judges a sample, with intervals from so many bootstrap samples (0: none, and the interval is the value
// alone). It returns [models.ErrInvalid] where the sample cannot be judged.
func Measure(s *Sample, bootstrap int) (*Measures, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	r, err := rank(s.Target, s.Probability)
	if err != nil {
		return nil, err
	}
	m := &Measures{Rows: len(s.Target), Events: r.events, AUC: r.auc(), ROC: r.curve(200), Bootstrap: bootstrap}
	m.Gini = Interval{2*m.AUC.Value - 1, 2*m.AUC.Low - 1, 2*m.AUC.High - 1}
	ks, at := r.ks()
	m.KSAt = at
	whole := s.cell(r.index)
	m.Expected, m.Observed = whole.Predicted, whole.Observed.Value
	if m.Cells, err = Calibration(s, 10); err != nil {
		return nil, err
	}
	if err := m.deepen(r, s); err != nil {
		return nil, err
	}
	draws := r.bootstrap(s, bootstrap)
	m.KS = percentile(ks, draws[0])
	m.Brier = percentile(Brier(s), draws[1])
	m.LogLoss = percentile(LogLoss(s), draws[2])
	return m, nil
}

// deepen adds what has intervals without drawing samples.
func (m *Measures) deepen(r *ranked, s *Sample) (err error) {
	m.Precision, m.PR = r.averagePrecision(), r.precision(200)
	if m.Rows >= 10 {
		m.Lift = r.lifts(10)
	}
	if m.Line, err = CalibrationLine(s); err != nil {
		return err
	}
	m.Calibration, err = HosmerLemeshowTest(s, 10, false)
	return err
}

// bootstrap draws samples of the same size with replacement and returns their KS, Brier score and log loss. Each row's
// losses are computed once; a draw only counts how often each row came.
func (r *ranked) bootstrap(s *Sample, draws int) (out [3][]float64) {
	n := len(r.index)
	times, g := make([]float64, n), Rand(0x68656e6778696e)
	brier, loss, weight := make([]float64, n), make([]float64, n), make([]float64, n)
	for i, row := range r.index {
		d := s.Probability[row] - s.Target[row]
		brier[i], loss[i], weight[i] = d*d, s.loss(row), s.weight(row)
	}
	for range draws {
		clear(times)
		for range n {
			times[g.Below(n)]++
		}
		if ks, ok := r.ksOf(times); ok {
			out[0] = append(out[0], ks)
		}
		b, l, all := 0.0, 0.0, 0.0
		for i, t := range times {
			w := float64(t * weight[i])
			b += float64(w * brier[i])
			l += float64(w * loss[i])
			all += w
		}
		out[1], out[2] = append(out[1], b/all), append(out[2], l/all)
	}
	return out
}

// ksOf is the KS of a sample that holds row i so many times; ok is false where it lacks an outcome.
func (r *ranked) ksOf(times []float64) (ks float64, ok bool) {
	m, n := 0.0, 0.0
	for i, t := range times {
		if r.bad[i] {
			m += t
		} else {
			n += t
		}
	}
	if m == 0 || n == 0 {
		return 0, false
	}
	bad, good := 0.0, 0.0
	for i, t := range times {
		if r.bad[i] {
			bad += t
		} else {
			good += t
		}
		if i+1 == len(times) || r.score[i+1] != r.score[i] {
			ks = max(ks, math.Abs(good/n-bad/m))
		}
	}
	return ks, true
}

// percentile is the value with the 2.5 % and 97.5 % points of the draws.
func percentile(v float64, draws []float64) Interval {
	if len(draws) == 0 {
		return Interval{v, v, v}
	}
	slices.Sort(draws)
	n := len(draws)
	return Interval{v, draws[n*25/1000], draws[min(n-1, n*975/1000)]}
}

// Rand is the generator SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014): its value is its seed.
type Rand uint64

// Uint64 returns the next 64 bits.
func (r *Rand) Uint64() uint64 {
	*r += 0x9e3779b97f4a7c15
	z := uint64(*r)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Below returns a number from 0 to n-1, for n of at most 2^32; what it is uneven by is under n / 2^32.
func (r *Rand) Below(n int) int { return int(r.Uint64() >> 32 * uint64(n) >> 32) }
