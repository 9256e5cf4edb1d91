package synth

import (
	"context"
	"fmt"
	"math"

	"hengxin/credit"
)

// Check is one figure of a generated sample beside what it should be.
type Check struct {
	Name   string  `json:"name"`
	Basis  string  `json:"basis"` // section of the domain page
	Low    float64 `json:"low"`
	High   float64 `json:"high"`
	Value  float64 `json:"value"`
	Error  float64 `json:"error"` // standard error of the value, subjects as clusters
	Sample float64 `json:"sample"`
}

// Holds reports whether the target lies within two standard errors of the value. A value that no sample supports (NaN)
// does not hold.
func (c Check) Holds() bool {
	return c.Value+2*c.Error >= c.Low && c.Value-2*c.Error <= c.High
}

// view is what a measure may look at: one subject's world, records and loans.
type view struct {
	*worker
	records []credit.Record
	loans   []Loan
}

// measure returns what one subject adds to the numerator and the denominator of a check.
type measure func(v *view) (y, x float64)

// ratio sums clusters for a ratio of means and its error (Cochran, Sampling Techniques, 1977, 6.4).
type ratio struct{ y, x, yy, xy, xx float64 }

func (r *ratio) add(y, x float64) {
	r.y += y
	r.x += x
	r.yy += float64(y * y)
	r.xy += float64(x * y)
	r.xx += float64(x * x)
}

func (r *ratio) value() float64 { return r.y / r.x }

func (r *ratio) err() float64 {
	v := r.value()
	s := r.yy - float64(2*v*r.xy) + float64(v*v*r.xx)
	return math.Sqrt(max(s, 0)) / r.x
}

// minVerify is the fewest subjects that Verify measures: fewer leave some checks without a single case.
const minVerify = 5000

// Verify generates the province and measures it against domain page 6.4 and the rates of 6.3.
func (p *Province) Verify(ctx context.Context) ([]Check, error) {
	if p.opt.Subjects < minVerify {
		return nil, fmt.Errorf("verify %d subjects: too few to measure, want %d or more: %w", p.opt.Subjects, minVerify, credit.ErrInvalid)
	}
	rows := checks()
	sums := make([]ratio, len(rows))
	var full, visible separation
	v := &view{worker: p.newWorker()}
	for i := p.opt.Shard; i < p.opt.Subjects; i += p.opt.Shards {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		v.live(i)
		v.records = v.report()
		v.loans = v.worker.loans(v.loans[:0])
		for k := range rows {
			if y, x := rows[k].of(v); x != 0 {
				sums[k].add(y, x)
			}
		}
		for k := range v.loans {
			full.loan(&v.loans[k], func(o *Observation) float64 { return o.Logit })
			visible.loan(&v.loans[k], func(o *Observation) float64 { return o.Visible })
		}
	}
	out := make([]Check, 0, len(rows)+2)
	for k, r := range rows {
		c := Check{Name: r.name, Basis: r.basis, Low: r.low, High: r.high, Value: sums[k].value(), Error: sums[k].err(), Sample: sums[k].x}
		if sums[k].y == 0 { // not a case seen: what the sample may have missed is that of a rare event at the least target
			c.Error = math.Sqrt(r.low / sums[k].x)
		}
		out = append(out, c)
	}
	return append(out, full.check("AUC of the true probability", 0.75, 0.80), visible.check("AUC of the visible logit", 0.65, 0.72)), nil
}

// separation is the area under the ROC curve by counting into bins of 1/64 of log odds.
type separation struct{ good, bad [2048]float64 }

func (s *separation) loan(l *Loan, score func(*Observation) float64) {
	for i := range l.Seen {
		o := &l.Seen[i]
		if !o.Mature {
			continue
		}
		bin := min(max(int(score(o)*64)+1024, 0), len(s.good)-1)
		if o.Bad {
			s.bad[bin]++
		} else {
			s.good[bin]++
		}
	}
}

// check returns the area with the error of Hanley and McNeil (1982).
func (s *separation) check(name string, low, high float64) Check {
	var area, goods, bads float64
	for i := range s.good {
		area += float64(s.bad[i] * (goods + s.good[i]/2))
		goods += s.good[i]
		bads += s.bad[i]
	}
	a := area / goods / bads
	q1, q2 := a/(2-a), 2*a*a/(1+a)
	variance := (a*(1-a) + (bads-1)*(q1-a*a) + (goods-1)*(q2-a*a)) / goods / bads
	return Check{Name: name, Basis: "6.3", Low: low, High: high, Value: a, Error: math.Sqrt(variance), Sample: goods + bads}
}

// String writes one line: whether it holds, the value, its error, the target.
func (c Check) String() string {
	mark := "ok  "
	if !c.Holds() {
		mark = "FAIL"
	}
	return fmt.Sprintf("%s %-46s %12s ± %-10s target %s to %s  (%s)", mark, c.Name, short(c.Value), short(c.Error), short(c.Low), short(c.High), c.Basis)
}

func short(x float64) string {
	if math.Abs(x) >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.4f", x)
}
