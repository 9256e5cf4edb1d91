package eval_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/eval"
)

// sklearnCase is one sample of testdata/sklearn.json with figures of scikit-learn and scipy.
type sklearnCase struct {
	Name                                string
	Target, Probability, Other, Weights []float64
	AUC, KS, Brier, Intercept, Slope    float64
	Average                             float64 `json:"average_precision"`
	LogLoss                             float64 `json:"log_loss"`
	Difference, Error, P                float64
	PrecisionAtFullRecall               float64 `json:"precision_at_full_recall"`
}

func TestAgainstScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/sklearn.json")
	require.NoError(t, err)
	var all struct {
		Cases []sklearnCase
		Chi   []struct {
			X, Tail float64
			K       int
		} `json:"chi_square"`
	}
	require.NoError(t, json.Unmarshal(b, &all))
	require.Len(t, all.Cases, 4)
	for _, c := range all.Cases {
		m, err := eval.Measure(&eval.Sample{Target: c.Target, Probability: c.Probability, Weights: c.Weights}, 0)
		require.NoError(t, err, c.Name)
		for name, pair := range map[string][2]float64{
			"auc": {c.AUC, m.AUC.Value}, "ks": {c.KS, m.KS.Value}, "average precision": {c.Average, m.Precision.Value},
			"brier": {c.Brier, m.Brier.Value}, "log loss": {c.LogLoss, m.LogLoss.Value}, "precision of all rows": {c.PrecisionAtFullRecall, m.PR[len(m.PR)-1].Y},
		} {
			require.InDelta(t, pair[0], pair[1], 1e-12, "%s: %s", c.Name, name)
		}
		require.InDelta(t, c.Intercept, m.Line.Intercept.Value, 1e-7, c.Name)
		require.InDelta(t, c.Slope, m.Line.Slope.Value, 1e-7, c.Name)
		d, err := eval.Compare(c.Target, c.Probability, c.Other)
		require.NoError(t, err)
		require.InDelta(t, c.Difference, d.Difference.Value, 1e-12, c.Name)
		require.InDelta(t, c.Error, d.Error, 1e-12, c.Name)
		require.InEpsilon(t, c.P, d.P, 1e-9, c.Name)
	}
	for _, c := range all.Chi {
		require.InEpsilon(t, c.Tail, eval.ChiSquareTail(c.X, c.K), 1e-9, "x %v k %d", c.X, c.K)
	}
	require.True(t, math.IsNaN(eval.ChiSquareTail(1, 0)))
}

// The variance of a difference is that of the pairwise placements, by their definition.
func TestCompareAgainstAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, a := draw(t)
		b := make([]float64, len(a))
		for i := range b {
			b[i] = float64(rapid.IntRange(1, 9).Draw(t, "other"))
		}
		got, err := eval.Compare(target, a, b)
		require.NoError(t, err)
		wa, _ := pairs(target, a)
		wb, _ := pairs(target, b)
		require.InDelta(t, wa-wb, got.Difference.Value, 1e-12)
		var bad, good []float64
		for i := range target {
			d, n := 0.0, 0.0
			for j := range target {
				if target[j] == target[i] {
					continue
				}
				n++
				hi, lo := i, j
				if target[i] == 0 {
					hi, lo = j, i
				}
				d += wins(a[hi], a[lo]) - wins(b[hi], b[lo])
			}
			if target[i] == 1 {
				bad = append(bad, d/n)
			} else {
				good = append(good, d/n)
			}
		}
		want := math.Sqrt(sampleVariance(bad)/float64(len(bad)) + sampleVariance(good)/float64(len(good)))
		require.InDelta(t, want, got.Error, 1e-12)
		swapped, err := eval.Compare(target, b, a)
		require.NoError(t, err)
		require.InDelta(t, got.P, swapped.P, 1e-9)
		same, err := eval.Compare(target, a, a)
		require.NoError(t, err)
		require.Equal(t, 1.0, same.P)
		require.Zero(t, same.Difference.High)
	})
}

func wins(high, low float64) float64 {
	switch {
	case high > low:
		return 1
	case high == low:
		return 0.5
	}
	return 0
}

// Each row, with ties shared in proportion over the places that they take, falls into the band of its place.
func TestLiftsAgainstPlaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, score := draw(t)
		bands := rapid.IntRange(1, min(12, len(score))).Draw(t, "bands")
		got, err := eval.Lifts(target, score, bands)
		require.NoError(t, err)
		n, want, events := len(score), make([]float64, bands), mean(target)*float64(len(target))
		for i := range score {
			above, same, badSame := 0, 0, 0.0
			for j := range score {
				if score[j] > score[i] {
					above++
				}
				if score[j] == score[i] {
					same++
					badSame += target[j]
				}
			}
			for k := range bands { // the row's share of the band, were its tied rows spread evenly over their places
				from, to := float64(k*n)/float64(bands), float64((k+1)*n)/float64(bands)
				lap := math.Min(to, float64(above+same)) - math.Max(from, float64(above))
				want[k] += math.Max(0, lap) / float64(same) * badSame / float64(same)
			}
		}
		found := 0.0
		for k, b := range got {
			found += want[k]
			require.InDelta(t, want[k], b.Bad, 1e-9)
			require.InDelta(t, found/events, b.Found, 1e-9)
			require.InDelta(t, want[k]/b.Rows/(events/float64(n)), b.Lift.Value, 1e-9)
		}
	})
}

func TestCAPIsGiniAndPrecisionByThresholds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, score := draw(t)
		auc, _ := pairs(target, score)
		ratio, err := eval.CAP(target, score)
		require.NoError(t, err)
		require.InDelta(t, 2*auc-1, ratio.Value, 1e-10)
		thresholds := slices.Clone(score)
		slices.Sort(thresholds)
		thresholds = slices.Compact(thresholds)
		slices.Reverse(thresholds)
		sum, before, events := 0.0, 0.0, mean(target)*float64(len(target))
		for _, at := range thresholds {
			bad, all := 0.0, 0.0
			for i, s := range score {
				if s >= at {
					bad += target[i]
					all++
				}
			}
			sum += (bad - before) / events * bad / all
			before = bad
		}
		ap, err := eval.AveragePrecision(target, score)
		require.NoError(t, err)
		require.InDelta(t, sum, ap.Value, 1e-12)
		require.LessOrEqual(t, ap.Low, ap.Value)
		require.GreaterOrEqual(t, ap.High, ap.Value)
	})
}

func TestCalibrationTestByHand(t *testing.T) {
	s := &eval.Sample{Target: []float64{0, 0, 0, 1, 0, 1, 1, 0}, Probability: []float64{.2, .2, .2, .2, .5, .5, .5, .5}}
	h, err := eval.HosmerLemeshowTest(s, 2, false)
	require.NoError(t, err)
	// (1 - 0.8)² / (4·0.2·0.8) + 0
	require.InDelta(t, 0.04/0.64, h.Statistic, 1e-12)
	require.Equal(t, 2, h.Freedom)
	require.InDelta(t, math.Exp(-0.04/0.64/2), h.P, 1e-12)
	h, err = eval.HosmerLemeshowTest(s, 2, true)
	require.NoError(t, err)
	require.True(t, math.IsNaN(h.P))
	b, err := json.Marshal(h)
	require.NoError(t, err)
	require.Contains(t, string(b), `"p":null`)
	wrong, err := eval.HosmerLemeshowTest(&eval.Sample{Target: []float64{0, 1}, Probability: []float64{1, 0}}, 2, false)
	require.NoError(t, err)
	require.Zero(t, wrong.P)
}

func TestCalibrationLineFindsWhatWasBent(t *testing.T) {
	s := sample(4000)
	l, err := eval.CalibrationLine(s)
	require.NoError(t, err)
	bent := &eval.Sample{Target: s.Target, Weights: slices.Repeat([]float64{7}, len(s.Target))}
	for _, p := range s.Probability {
		bent.Probability = append(bent.Probability, 1/(1+math.Exp(-(2*math.Log(p/(1-p))+1))))
	}
	b, err := eval.CalibrationLine(bent)
	require.NoError(t, err)
	require.InDelta(t, l.Slope.Value/2, b.Slope.Value, 1e-9)
	require.InDelta(t, l.Slope.High/2, b.Slope.High, 1e-9, "weights of another scale change nothing")
	require.InDelta(t, l.Intercept.Value-l.Slope.Value/2, b.Intercept.Value, 1e-9)
	flat, err := eval.CalibrationLine(&eval.Sample{Target: []float64{0, 1, 1}, Probability: []float64{.5, .5, .5}})
	require.NoError(t, err)
	require.True(t, math.IsNaN(flat.Slope.Value))
	require.InDelta(t, math.Log(2), flat.Large.Value, 1e-9)
	apart, err := eval.CalibrationLine(&eval.Sample{Target: []float64{0, 0, 1}, Probability: []float64{.1, .2, .3}})
	require.NoError(t, err)
	require.True(t, math.IsInf(apart.Slope.Value, 1))
	_, err = json.Marshal(apart)
	require.NoError(t, err)
}

// With nothing moved, one index in twenty is called unlikely; and the interval of a moved one holds it.
func TestShiftIsCalledAsOftenAsItSays(t *testing.T) {
	g := eval.Rand(11)
	count := func(n, bias int) *models.Histogram {
		h := &models.Histogram{Name: "x", Edges: []float64{1, 2, 3}, Counts: make([]float64, 4)}
		for range n {
			h.Counts[max(0, g.Below(4+bias)-bias)]++
		}
		return h
	}
	called, held := 0, 0
	truth := 0.0
	for i, b := range []float64{.4, .2, .2, .2} {
		a := []float64{.25, .25, .25, .25}[i]
		truth += (a - b) * math.Log(a/b)
	}
	for range 1000 {
		d, err := eval.Shift(count(500, 0), count(300, 0))
		require.NoError(t, err)
		if d.P < 0.05 {
			called++
		}
		moved, err := eval.Shift(count(3000, 0), count(3000, 1))
		require.NoError(t, err)
		if moved.Low <= truth && truth <= moved.High {
			held++
		}
	}
	require.InDelta(t, 50, called, 25)
	require.InDelta(t, 950, held, 25)
	csi, err := eval.CSI(&models.Histogram{Counts: []float64{1, 1}}, &models.Histogram{Counts: []float64{1, 3}}, []float64{0, 40, 5})
	require.NoError(t, err)
	require.InDelta(t, 10, csi, 1e-12)
}

// The share of intervals of the slope that hold 1 where the probabilities are the true ones.
func TestCalibrationLineCoverage(t *testing.T) {
	g, slope, large := eval.Rand(5), 0, 0
	for range 500 {
		s := &eval.Sample{}
		for range 600 {
			p, bad := 0.05+0.6*float64(g.Below(1000))/1000, 0.0
			if float64(g.Below(100_000))/100_000 < p {
				bad = 1
			}
			s.Target, s.Probability = append(s.Target, bad), append(s.Probability, p)
		}
		l, err := eval.CalibrationLine(s)
		require.NoError(t, err)
		if l.Slope.Low <= 1 && 1 <= l.Slope.High {
			slope++
		}
		if l.Large.Low <= 0 && 0 <= l.Large.High {
			large++
		}
	}
	require.InDelta(t, 475, slope, 18)
	require.InDelta(t, 475, large, 18)
}
