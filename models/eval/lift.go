package eval

import (
	"fmt"
	"math"

	"hengxin/models"
)

// Tenth is one band of rows in falling order of risk.
type Tenth struct {
	Rows    float64  `json:"rows"` // tied rows are shared between bands, so that this may be a fraction
	Bad     float64  `json:"bad"`
	Rate    Interval `json:"rate"`    // share of bad rows, Wilson
	Lift    Interval `json:"lift"`    // rate over the rate of all rows
	Found   float64  `json:"found"`   // gain: share of all bad rows in this band and those before it
	Flagged float64  `json:"flagged"` // share of all rows
}

// Lifts cuts a sample into so many bands of equal numbers of rows (10: deciles), riskiest first. Rows of equal score that
// a border cuts are shared in proportion, so that the order of rows does not show. It returns [models.ErrInvalid] where
// a score is NaN, an outcome is absent, or there are fewer rows than bands.
func Lifts(target, score []float64, bands int) ([]Tenth, error) {
	r, err := rank(target, score)
	if err != nil {
		return nil, err
	}
	if bands < 1 || len(score) < bands {
		return nil, fmt.Errorf("lift: %d rows in %d bands: %w", len(score), bands, models.ErrInvalid)
	}
	return r.lifts(bands), nil
}

func (r *ranked) lifts(bands int) []Tenth {
	n, m := float64(len(r.bad)), float64(r.events)
	cap := r.captured()
	out, before, at := make([]Tenth, bands), 0.0, 0
	for k := range out {
		x := float64((k+1)*len(r.bad)) / float64(bands)
		for at < len(cap)-1 && cap[at+1].X < x {
			at++
		}
		found := m
		if at < len(cap)-1 && k < bands-1 {
			a, b := cap[at], cap[at+1]
			found = a.Y + float64((b.Y-a.Y)*((x-a.X)/(b.X-a.X)))
		}
		rows, bad := n/float64(bands), found-before
		rate := wilson(max(0, min(1, bad/rows)), rows)
		all := m / n
		out[k] = Tenth{Rows: rows, Bad: bad, Rate: rate, Lift: Interval{rate.Value / all, rate.Low / all, rate.High / all}, Found: found / m, Flagged: x / n}
		before = found
	}
	return out
}

// captured is the curve of (rows flagged, bad rows among them), riskiest first, one point a run of ties, from (0, 0).
func (r *ranked) captured() []Point {
	var runs [][2]int
	r.ties(func(from, to int) { runs = append(runs, [2]int{from, to}) })
	out, bad := []Point{{0, 0}}, 0.0
	for i := len(runs) - 1; i >= 0; i-- {
		for _, b := range r.bad[runs[i][0]:runs[i][1]] {
			if b {
				bad++
			}
		}
		out = append(out, Point{float64(len(r.bad) - runs[i][0]), bad})
	}
	return out
}

// CAP returns the accuracy ratio of the cumulative accuracy profile: the area between the profile and the diagonal over
// that of a perfect order, with ties on straight lines. It equals 2 AUC - 1 and has that interval (B. Engelmann,
// E. Hayden, D. Tasche, Deutsche Bundesbank 01/2003). Errors are those of [AUC].
func CAP(target, score []float64) (Interval, error) {
	r, err := rank(target, score)
	if err != nil {
		return Interval{}, err
	}
	n, m, area := float64(len(score)), float64(r.events), 0.0
	cap := r.captured()
	for i := 1; i < len(cap); i++ {
		area += float64((cap[i].X - cap[i-1].X) * float64((cap[i].Y+cap[i-1].Y)/2))
	}
	ratio := (area/float64(n*m) - 0.5) / (0.5 - m/float64(2*n))
	a := r.auc()
	return Interval{ratio, 2*a.Low - 1, 2*a.High - 1}, nil
}

// AveragePrecision returns the step-wise area under the curve of precision over recall, Σ (R_k - R_k-1) P_k over the
// distinct scores from the highest; tied rows enter together. Its interval is by K. Boyd, K. H. Eng, C. D. Page (ECML
// 2013): normal on the logit scale with error 1/√(m·AP(1-AP)) for m bad rows. Errors are those of [AUC].
func AveragePrecision(target, score []float64) (Interval, error) {
	r, err := rank(target, score)
	if err != nil {
		return Interval{}, err
	}
	return r.averagePrecision(), nil
}

func (r *ranked) averagePrecision() Interval {
	m, sum := float64(r.events), 0.0
	cap := r.captured()
	for i := 1; i < len(cap); i++ {
		sum += float64((cap[i].Y - cap[i-1].Y) / m * (cap[i].Y / cap[i].X))
	}
	return logitInterval(sum, math.Sqrt(float64(sum*(1-sum))/m))
}

// precision is the curve of precision (y) over recall (x), at no more than about the given number of points.
func (r *ranked) precision(points int) []Point {
	cap, m := r.captured(), float64(r.events)
	out, last := []Point{}, 0.0
	for i := 1; i < len(cap); i++ {
		p := Point{cap[i].Y / m, cap[i].Y / cap[i].X}
		if len(out) == 0 || i == len(cap)-1 || cap[i].X-last >= float64(len(r.bad))/float64(points) {
			out, last = append(out, p), cap[i].X
		}
	}
	return out
}
