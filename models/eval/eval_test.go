package eval_test

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/card"
	"hengxin/models/eval"
)

// draw gives outcomes, both kinds among them, and scores with many ties.
func draw(t *rapid.T) (target, score []float64) {
	n := rapid.IntRange(4, 60).Draw(t, "rows")
	target, score = make([]float64, n), make([]float64, n)
	for i := range n {
		target[i] = float64(rapid.IntRange(0, 1).Draw(t, "y"))
		score[i] = float64(rapid.IntRange(1, 19).Draw(t, "s")) / 20
	}
	target[0], target[1] = 0, 1
	return target, score
}

// pairs is the definition: over all pairs of a bad and a good row, 1 where the bad one scores higher, 1/2 for a tie.
func pairs(target, score []float64) (auc, variance float64) {
	var v10, v01 []float64
	share := func(i int, other float64) float64 {
		sum, n := 0.0, 0.0
		for j := range target {
			if target[j] != other {
				continue
			}
			n++
			high, low := score[i], score[j]
			if other == 1 {
				high, low = low, high
			}
			switch {
			case high > low:
				sum++
			case high == low:
				sum += 0.5
			}
		}
		return sum / n
	}
	for i := range target {
		if target[i] == 1 {
			v10 = append(v10, share(i, 0))
		} else {
			v01 = append(v01, share(i, 1))
		}
	}
	return mean(v10), sampleVariance(v10)/float64(len(v10)) + sampleVariance(v01)/float64(len(v01))
}

func mean(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	return sum / float64(len(v))
}

func sampleVariance(v []float64) float64 {
	if len(v) < 2 {
		return 0
	}
	sum, m := 0.0, mean(v)
	for _, x := range v {
		sum += (x - m) * (x - m)
	}
	return sum / float64(len(v)-1)
}

func TestAUCAndDeLongAgainstAllPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, score := draw(t)
		want, variance := pairs(target, score)
		got, err := eval.AUC(target, score)
		require.NoError(t, err)
		require.InDelta(t, want, got.Value, 1e-12)
		if want > 0 && want < 1 && variance > 1e-9 {
			center, half := math.Log(want/(1-want)), 1.959963984540054*math.Sqrt(variance)/(want*(1-want))
			require.InDelta(t, 1/(1+math.Exp(half-center)), got.Low, 1e-8)
			require.InDelta(t, 1/(1+math.Exp(-half-center)), got.High, 1e-8)
		}
		flipped := slices.Clone(score)
		for i := range flipped {
			flipped[i] = -flipped[i]
		}
		other, err := eval.AUC(target, flipped)
		require.NoError(t, err)
		require.InDelta(t, 1, got.Value+other.Value, 1e-12)
	})
}

func TestKSAgainstEveryThreshold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, score := draw(t)
		most := 0.0
		for _, threshold := range score {
			var at, all [2]float64
			for i, s := range score {
				all[int(target[i])]++
				if s <= threshold {
					at[int(target[i])]++
				}
			}
			most = max(most, math.Abs(at[0]/all[0]-at[1]/all[1]))
		}
		ks, _, err := eval.KS(target, score)
		require.NoError(t, err)
		require.InDelta(t, most, ks, 1e-12)
	})
}

// By hand: p .1 .4 .4 .8, outcomes 0 0 1 1. Pairs: .4 over .1 1, .4 with .4 1/2, .8 over both 2: 3.5 of 4. Brier
// (.01+.16+.36+.04)/4; KS .5 at .1 and at .4.
func TestMeasuresByHand(t *testing.T) {
	s := &eval.Sample{Target: []float64{0, 0, 1, 1}, Probability: []float64{0.1, 0.4, 0.4, 0.8}}
	m, err := eval.Measure(s, 50)
	require.NoError(t, err)
	require.InDelta(t, 0.875, m.AUC.Value, 1e-15)
	require.InDelta(t, 0.75, m.Gini.Value, 1e-15)
	require.InDelta(t, 0.5, m.KS.Value, 1e-15)
	require.InDelta(t, 0.1425, m.Brier.Value, 1e-15)
	require.InDelta(t, -(math.Log(0.9)+math.Log(0.6)+math.Log(0.4)+math.Log(0.8))/4, m.LogLoss.Value, 1e-15)
	require.InDelta(t, 0.425, m.Expected, 1e-15)
	require.InDelta(t, 0.5, m.Observed, 1e-15)
	weighted := &eval.Sample{Target: s.Target, Probability: s.Probability, Weights: []float64{1, 1, 1, 3}}
	require.InDelta(t, (0.01+0.16+0.36+0.12)/6, eval.Brier(weighted), 1e-15)
	require.InDelta(t, -(math.Log(0.9)+math.Log(0.6)+math.Log(0.4)+3*math.Log(0.8))/6, eval.LogLoss(weighted), 1e-15)
}

func TestCalibrationHoldsAllRowsInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target, p := draw(t)
		cells, err := eval.Calibration(&eval.Sample{Target: target, Probability: p}, rapid.IntRange(1, 12).Draw(t, "cells"))
		require.NoError(t, err)
		rows, bad := 0, 0.0
		for i, c := range cells {
			rows += c.Rows
			bad += c.Observed.Value * c.Weight
			require.LessOrEqual(t, c.Low, c.Predicted+1e-12)
			require.LessOrEqual(t, c.Predicted, c.High+1e-12)
			require.LessOrEqual(t, c.Observed.Low, c.Observed.Value)
			require.GreaterOrEqual(t, c.Observed.High, c.Observed.Value)
			if i > 0 {
				require.Greater(t, c.Low, cells[i-1].High, "equal probabilities stay together")
			}
		}
		require.Equal(t, len(target), rows)
		require.InDelta(t, mean(target)*float64(len(target)), bad, 1e-9)
	})
}

// (.5-.4) ln(.5/.4) + (.3-.4) ln(.3/.4) + 0 for missing alike.
func TestPSIByHand(t *testing.T) {
	a := &models.Histogram{Name: "x", Edges: []float64{1}, Counts: []float64{50, 30}, Missing: 20}
	b := &models.Histogram{Name: "x", Edges: []float64{1}, Counts: []float64{400, 400}, Missing: 200}
	psi, err := eval.PSI(a, b)
	require.NoError(t, err)
	require.InDelta(t, 0.1*math.Log(1.25)-0.1*math.Log(0.75), psi, 1e-12)
	same, err := eval.PSI(a, a)
	require.NoError(t, err)
	require.Zero(t, same)
	empty, err := eval.PSI(a, &models.Histogram{Counts: []float64{80, 0}, Missing: 20})
	require.NoError(t, err)
	require.False(t, math.IsInf(empty, 0), "an empty cell is finite")
	_, err = eval.PSI(a, &models.Histogram{Counts: []float64{1}})
	require.ErrorIs(t, err, models.ErrInvalid)
}

func TestCountByEdgesAndLevels(t *testing.T) {
	h := eval.Count(&models.Histogram{Edges: []float64{1, 2}, Counts: make([]float64, 3)}, []float64{0.5, 1, 1.9, 2, 9, math.NaN()}, []float64{1, 2, 3, 4, 5, 6}, false)
	require.Equal(t, []float64{1, 5, 9}, h.Counts, "a value on an edge is above it")
	require.Equal(t, 6.0, h.Missing)
	h = eval.Count(&models.Histogram{Counts: make([]float64, 2)}, []float64{0, 1, 1, models.Unseen, math.NaN()}, nil, true)
	require.Equal(t, []float64{1, 2}, h.Counts)
	require.Equal(t, 2.0, h.Missing, "an unseen level and a missing value")
}

func TestRefusals(t *testing.T) {
	for _, s := range []*eval.Sample{
		{Target: []float64{0, 1}, Probability: []float64{0.1}}, {Target: []float64{0, 0}, Probability: []float64{0.1, 0.2}},
		{Target: []float64{0, 1}, Probability: []float64{0.1, math.NaN()}}, {Target: []float64{0, 2}, Probability: []float64{0.1, 0.2}},
		{Target: []float64{0, 1}, Probability: []float64{0.1, 0.2}, Weights: []float64{1, 0}},
	} {
		_, err := eval.Measure(s, 10)
		require.ErrorIs(t, err, models.ErrInvalid)
	}
	_, err := eval.AUC([]float64{0, 1}, []float64{math.NaN(), 1})
	require.ErrorIs(t, err, models.ErrInvalid)
}

func TestBootstrapIsSeededAndHoldsTheValue(t *testing.T) {
	s := sample(800)
	a, err := eval.Measure(s, 200)
	require.NoError(t, err)
	b, err := eval.Measure(s, 200)
	require.NoError(t, err)
	require.Equal(t, a, b)
	for _, i := range []eval.Interval{a.AUC, a.Gini, a.Brier, a.LogLoss} {
		require.Less(t, i.Low, i.Value)
		require.Greater(t, i.High, i.Value)
	}
	require.Less(t, a.KS.Low, a.KS.High)
	none, err := eval.Measure(s, 0)
	require.NoError(t, err)
	require.Equal(t, none.Brier.Low, none.Brier.High)
}

// sample is made up: outcome 1 with the stated probability.
func sample(n int) *eval.Sample {
	g, s := eval.Rand(7), &eval.Sample{}
	for range n {
		p := 0.05 + 0.6*float64(g.Below(1000))/1000
		bad := 0.0
		if float64(g.Below(100_000))/100_000 < p {
			bad = 1
		}
		s.Target, s.Probability = append(s.Target, bad), append(s.Probability, p)
	}
	return s
}

// The share of intervals that hold the truth: about 95 in 100 by DeLong. The truth is estimated on a large sample.
func TestDeLongCoverage(t *testing.T) {
	truth, err := eval.AUC(sample(200_000).Target, sample(200_000).Probability)
	require.NoError(t, err)
	g, held := eval.Rand(99), 0
	for range 400 {
		s := &eval.Sample{}
		for range 150 {
			p := 0.05 + 0.6*float64(g.Below(1000))/1000
			bad := 0.0
			if float64(g.Below(100_000))/100_000 < p {
				bad = 1
			}
			s.Target, s.Probability = append(s.Target, bad), append(s.Probability, p)
		}
		i, err := eval.AUC(s.Target, s.Probability)
		require.NoError(t, err)
		if i.Low <= truth.Value && truth.Value <= i.High {
			held++
		}
	}
	require.GreaterOrEqual(t, held, 368)
	require.LessOrEqual(t, held, 394)
}

func TestPageNeedsNoNetwork(t *testing.T) {
	f := &models.Frame{Columns: []models.Column{{Name: "ratio <b>", Type: models.Number}, {Name: "kind", Type: models.Category, Levels: []string{"a", "b&c"}}}}
	g := eval.Rand(3)
	for range 900 {
		x := float64(g.Below(100))
		bad := 0.0
		if float64(g.Below(150)) < x {
			bad = 1
		}
		f.Columns[0].Values, f.Columns[1].Values = append(f.Columns[0].Values, x), append(f.Columns[1].Values, float64(int(x)%2))
		f.Target = append(f.Target, bad)
	}
	fitted, err := card.Fit(f, card.DefaultRecipe(), models.Artifact{Outcome: models.Outcome{Name: "default", Positive: "1"}})
	require.NoError(t, err)
	s, points := &eval.Sample{Target: f.Target}, []float64{}
	for i := range f.Rows() {
		x := []float64{f.Columns[0].Values[i]}
		if len(fitted.Artifact.Columns) == 2 {
			x = append(x, f.Columns[1].Values[i])
		}
		s.Probability = append(s.Probability, models.Probability(fitted.Card.LogOdds(x)))
		points = append(points, fitted.Card.Points(x))
	}
	m, err := eval.Measure(s, 20)
	require.NoError(t, err)
	digest, err := fitted.Artifact.Digest()
	require.NoError(t, err)
	rows, err := eval.SampleRows(fitted.Artifact, fitted.Card, f, points)
	require.NoError(t, err)
	require.Len(t, rows, 6)
	require.LessOrEqual(t, rows[0].Points, rows[5].Points)
	p := eval.Page{Rows: rows, Data: eval.Describe(f), Edits: []eval.Edit{{Column: "ratio <b>", Reason: "committee"}}, Digest: digest, Artifact: fitted.Artifact, Card: fitted.Card, Candidates: fitted.Candidates, Drift: []eval.Drift{{Name: "points", PSI: 0.3}},
		Samples: []eval.PageSample{{Name: models.Text{En: "test", Zh: "测试"}, Measures: m, Points: points, Target: f.Target}}, Notes: []string{"made up"}}
	var b bytes.Buffer
	require.NoError(t, p.WriteHTML(&b))
	text := b.String()
	for _, want := range []string{digest, fmt.Sprintf("%.4f", m.AUC.Value), "评分卡", "act 处置", "Hosmer", "十分位提升", "committee", "样本行的原因", "by chance", "ratio &lt;b&gt;", "</html>"} {
		require.Contains(t, text, want)
	}
	require.Equal(t, 6+len(fitted.Artifact.Columns), strings.Count(text, "<svg "))
	require.NotRegexp(t, regexp.MustCompile(`(?i)<script|https?://|src=|@import|url\(`), text)
	require.NotContains(t, text, "NaN")
	require.NotContains(t, text, "<b>ratio")

	other := p
	other.Explained, other.Others, other.Artifact = told{}, nil, fitted.Artifact
	p.Others = []*eval.Page{&other}
	b.Reset()
	require.NoError(t, p.WriteHTML(&b))
	text = b.String()
	for _, want := range []string{"模型对比", "各列曲线", "&lt;i&gt; × y", "列对"} {
		require.Contains(t, text, want)
	}
	require.NotRegexp(t, regexp.MustCompile(`(?i)<script|https?://|src=|@import|url\(`), text)
	require.NotContains(t, text, "ZgotmplZ")

	b.Reset()
	require.NoError(t, p.WriteWorkbook(&b))
	book, err := excelize.OpenReader(&b)
	require.NoError(t, err)
	require.Equal(t, []string{"points 分数", "bins 分箱", "candidates 候选列", "measures 指标", "edits 调整台账"}, book.GetSheetList())
	cells, err := book.GetRows("points 分数")
	require.NoError(t, err)
	sum := 0
	for _, c := range fitted.Card.Parameters().Characteristics {
		sum += len(c.Points)
	}
	require.Len(t, cells, 2+sum)
	require.Equal(t, fmt.Sprint(fitted.Card.Parameters().Base), cells[1][2])
}

// told is what a kind might tell of itself.
type told struct{}

func (told) Courses() []eval.Course {
	return []eval.Course{{Name: "<i>", Labels: []string{"< 1", ">= 1"}, Rows: []int64{3, 4}, Values: []float64{-0.5, 0.25}}}
}

func (told) Pairs() []eval.Grid {
	return []eval.Grid{{First: "<i>", Second: "y", FirstLabels: []string{"< 1"}, SecondLabels: []string{"a", "b"}, Values: [][]float64{{-1, 1}}}}
}

func (told) Uses() []eval.ColumnUse { return []eval.ColumnUse{{Name: "<i>", Size: 2}} }

func Example() {
	m, err := eval.Measure(&eval.Sample{Target: []float64{0, 0, 1, 0, 1, 1}, Probability: []float64{0.1, 0.2, 0.3, 0.4, 0.6, 0.9}}, 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("AUC %.3f (%.3f to %.3f), KS %.3f, Brier %.3f\n", m.AUC.Value, m.AUC.Low, m.AUC.High, m.KS.Value, m.Brier.Value)
	// Output: AUC 0.889 (0.261 to 0.995), KS 0.667, Brier 0.145
}
