package eval

import (
	"fmt"
	"math"

	"hengxin/exact"
	"hengxin/models"
)

// Line is what a logistic regression of the outcome on the predicted log odds finds: ln(odds) = Intercept + Slope ·
// logit(p). A calibrated model has 0 and 1. A slope under 1 says that the model is too sure of itself.
type Line struct {
	Intercept Interval `json:"intercept"`
	Slope     Interval `json:"slope"`
	Large     Interval `json:"large"` // calibration in the large: the intercept where the slope is held at 1
}

// CalibrationLine fits the line by Newton's method with weights; intervals are Wald's with the robust (sandwich) error,
// so that weights of any scale give honest ones. Probabilities are held within 1e-15 of 0 and 1. Where all probabilities
// are equal the slope is not known and is NaN, as the intercept is; where bad and good rows can be told apart without
// error the slope has no limit and is +Inf with NaN intercept (-Inf where the order is reversed). It returns
// [models.ErrInvalid] for a sample that cannot be judged. D. R. Cox, Biometrika 45 (1958) 562.
func CalibrationLine(s *Sample) (Line, error) {
	none := Interval{math.NaN(), math.NaN(), math.NaN()}
	l := Line{none, none, none}
	if err := s.check(); err != nil {
		return l, err
	}
	r, err := rank(s.Target, s.Probability)
	if err != nil {
		return l, err
	}
	z := make([]float64, len(s.Target))
	for i, p := range s.Probability {
		p = min(max(p, 1e-15), 1-1e-15)
		z[i] = exact.Log(p / (1 - p))
	}
	l.Large, _ = s.newton(z, true)
	if r.score[0] == r.score[len(r.score)-1] {
		return l, nil
	}
	if auc := r.auc().Value; auc == 1 || auc == 0 {
		l.Slope = Interval{math.Inf(int(2*auc - 1)), math.Inf(int(2*auc - 1)), math.Inf(int(2*auc - 1))}
		return l, nil
	}
	l.Intercept, l.Slope = s.newton(z, false)
	return l, nil
}

// step holds gradient, curvature and the variance of the gradient of (intercept, slope).
type step struct{ g0, g1, h00, h01, h11, v00, v01, v11 float64 }

func (s *Sample) step(z []float64, a, b float64) (t step) {
	for i, x := range z {
		w, p := s.weight(i), exact.Logistic(a+float64(b*x))
		e, h := float64(w*(s.Target[i]-p)), float64(w*float64(p*(1-p)))
		t.g0 += e
		t.g1 += float64(e * x)
		t.h00 += h
		t.h01 += float64(h * x)
		t.h11 += float64(h * float64(x*x))
		t.v00 += float64(e * e)
		t.v01 += float64(float64(e*e) * x)
		t.v11 += float64(float64(e*e) * float64(x*x))
	}
	return t
}

// newton fits intercept and slope, or the intercept alone beside a slope of 1. Steps are at most 2 in each, so that it
// cannot run away; where it does not settle the last values stand.
func (s *Sample) newton(z []float64, large bool) (intercept, slope Interval) {
	a, b := 0.0, 1.0
	if !large {
		b = 0.5
	}
	for range 100 {
		t := s.step(z, a, b)
		var da, db float64
		if large {
			da = t.g0 / t.h00
		} else {
			det := float64(t.h00*t.h11) - float64(t.h01*t.h01)
			da = (float64(t.h11*t.g0) - float64(t.h01*t.g1)) / det
			db = (float64(t.h00*t.g1) - float64(t.h01*t.g0)) / det
		}
		a += max(-2, min(2, da))
		b += max(-2, min(2, db))
		if !(math.Abs(da)+math.Abs(db) > 1e-12) {
			break
		}
	}
	t := s.step(z, a, b)
	if large {
		return wald(a, t.v00/float64(t.h00*t.h00)), Interval{}
	}
	det := float64(t.h00*t.h11) - float64(t.h01*t.h01)
	i00, i01, i11 := t.h11/det, -t.h01/det, t.h00/det
	va := float64(float64(i00*i00)*t.v00) + float64(2*float64(float64(i00*i01)*t.v01)) + float64(float64(i01*i01)*t.v11)
	vb := float64(float64(i01*i01)*t.v00) + float64(2*float64(float64(i01*i11)*t.v01)) + float64(float64(i11*i11)*t.v11)
	return wald(a, va), wald(b, vb)
}

func wald(v, variance float64) Interval {
	half := float64(z95 * math.Sqrt(max(0, variance)))
	return Interval{v, v - half, v + half}
}

// HosmerLemeshow is a test of calibration over groups of rows of like probability.
type HosmerLemeshow struct {
	Statistic float64 `json:"statistic"` // Σ (observed - expected)² / (rows · p(1-p))
	Groups    int     `json:"groups"`
	Freedom   int     `json:"freedom"` // groups on rows that the model was not fitted on; groups - 2 on those it was
	P         float64 `json:"p"`       // small: not calibrated
}

// HosmerLemeshowTest counts rows, not weights, in groups of about equal numbers of rows; rows of equal probability stay
// together, so that there may be fewer groups. fitted says that the model was fitted on these very rows. With no degree
// of freedom left P is NaN. A group in which every probability is 0 or 1 adds nothing where it is right and makes the
// statistic infinite (and P 0) where it is wrong. It returns [models.ErrInvalid] for a sample that cannot be judged.
// D. W. Hosmer, S. Lemeshow, Communications in Statistics A9 (1980) 1043.
func HosmerLemeshowTest(s *Sample, groups int, fitted bool) (HosmerLemeshow, error) {
	if groups < 1 {
		return HosmerLemeshow{}, fmt.Errorf("calibration test: %d groups: %w", groups, models.ErrInvalid)
	}
	cells, err := Calibration(&Sample{Target: s.Target, Probability: s.Probability}, groups)
	if err != nil {
		return HosmerLemeshow{}, err
	}
	h := HosmerLemeshow{Groups: len(cells), Freedom: len(cells)}
	if fitted {
		h.Freedom -= 2
	}
	for _, c := range cells {
		n := float64(c.Rows)
		d := float64(n * (c.Observed.Value - c.Predicted))
		variance := float64(n * float64(c.Predicted*(1-c.Predicted)))
		switch {
		case variance > 0:
			h.Statistic += float64(d*d) / variance
		case d != 0:
			h.Statistic = math.Inf(1)
		}
	}
	h.P = ChiSquareTail(h.Statistic, h.Freedom)
	return h, nil
}
