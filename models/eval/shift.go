package eval

import (
	"encoding/json"
	"fmt"
	"math"

	"hengxin/exact"
	"hengxin/models"
)

// Drift is how far the distribution of one column, or of the points, moved between two samples.
type Drift struct {
	Name  string  `json:"name"`
	PSI   float64 `json:"psi"`
	Low   float64 `json:"low"` // 95 % interval of the index by the delta method on both samples, not below 0
	High  float64 `json:"high"`
	Noise float64 `json:"noise"` // what the index would come to on average if nothing had moved
	P     float64 `json:"p"`     // chance of an index so large if nothing had moved
}

// Shift returns the index of [PSI] with its interval and how likely it is by chance: with nothing moved, the index over
// (1/a + 1/b), for a and b the sums of counts, has nearly the chi-squared distribution of one degree of freedom fewer than the cells
// that hold rows (B. Yurdakul, 2018). Counts are taken for numbers of rows: under weights, let them sum to the effective number. A
// histogram without rows gives NaN in all numbers. It returns [models.ErrInvalid] where the cells differ in number.
func Shift(reference, current *models.Histogram) (Drift, error) {
	d := Drift{Name: reference.Name}
	var err error
	if d.PSI, err = PSI(reference, current); err != nil {
		return d, err
	}
	a, b := cells(reference), cells(current)
	na, nb, held := total(a), total(b), 0
	if na == 0 || nb == 0 {
		d.Low, d.High, d.Noise, d.P = math.NaN(), math.NaN(), math.NaN(), math.NaN()
		return d, nil
	}
	var first, second [2]float64 // mean and mean square of the slope of the index in each sample
	for i := range a {
		if a[i] == 0 && b[i] == 0 {
			continue
		}
		held++
		pa, pb := max(a[i], 0.5)/na, max(b[i], 0.5)/nb
		l := exact.Log(pa / pb)
		ga, gb := l+1-pb/pa, 1-l-pa/pb
		first[0] += float64(pa * ga)
		first[1] += float64(pa * float64(ga*ga))
		second[0] += float64(pb * gb)
		second[1] += float64(pb * float64(gb*gb))
	}
	variance := (first[1]-float64(first[0]*first[0]))/na + (second[1]-float64(second[0]*second[0]))/nb
	half := float64(z95 * math.Sqrt(max(0, variance)))
	d.Low, d.High = max(0, d.PSI-half), d.PSI+half
	unit := 1/na + 1/nb
	d.Noise, d.P = float64(float64(held-1)*unit), 1
	if held > 1 {
		d.P = ChiSquareTail(d.PSI/unit, held-1)
	}
	return d, nil
}

func cells(h *models.Histogram) []float64 {
	return append(append(make([]float64, 0, len(h.Counts)+1), h.Counts...), h.Missing)
}

// CSI returns the characteristic stability index of one column of a card: how many points the mean row gained because
// the column's distribution moved, Σ (b_i - a_i) · points_i over the cells of both histograms, missing last. points has one
// number for each cell and one for missing. A histogram without rows gives NaN. It returns [models.ErrInvalid] where the cells
// differ in number.
func CSI(reference, current *models.Histogram, points []float64) (float64, error) {
	a, b := cells(reference), cells(current)
	if len(a) != len(b) || len(a) != len(points) {
		return 0, fmt.Errorf("csi of %q: %d cells against %d, with %d points: %w", reference.Name, len(a), len(b), len(points), models.ErrInvalid)
	}
	na, nb, sum := total(a), total(b), 0.0
	if na == 0 || nb == 0 {
		return math.NaN(), nil
	}
	for i := range a {
		sum += float64((b[i]/nb - a[i]/na) * points[i])
	}
	return sum, nil
}

// known is a number in JSON, null where it is NaN or infinite.
func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// MarshalJSON writes null for what is not known or has no limit.
func (i Interval) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Value *float64 `json:"value"`
		Low   *float64 `json:"low"`
		High  *float64 `json:"high"`
	}{known(i.Value), known(i.Low), known(i.High)})
}

// MarshalJSON writes null for what is not known or has no limit.
func (h HosmerLemeshow) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Statistic *float64 `json:"statistic"`
		Groups    int      `json:"groups"`
		Freedom   int      `json:"freedom"`
		P         *float64 `json:"p"`
	}{known(h.Statistic), h.Groups, h.Freedom, known(h.P)})
}

// MarshalJSON writes null for what is not known or has no limit.
func (d Drift) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name  string   `json:"name"`
		PSI   *float64 `json:"psi"`
		Low   *float64 `json:"low"`
		High  *float64 `json:"high"`
		Noise *float64 `json:"noise"`
		P     *float64 `json:"p"`
	}{d.Name, known(d.PSI), known(d.Low), known(d.High), known(d.Noise), known(d.P)})
}
