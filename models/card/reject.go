package card

import (
	"fmt"
	"math"
	"slices"

	"hengxin/exact"
	"hengxin/models"
	"hengxin/models/bin"
)

// RejectRules are the choices of reject inference.
type RejectRules struct {
	Factor float64 `json:"factor"` // odds of bad of a rejected applicant over those of an accepted one of the same points; 1 or above
	Bands  int     `json:"bands"`  // of points, for parcelling and reweighting
}

// DefaultRejectRules are odds of one and a half, and ten bands.
func DefaultRejectRules() RejectRules { return RejectRules{Factor: 1.5, Bands: 10} }

// RejectCase is a card under one assumption about the applicants that were rejected. No data can tell which assumption is
// true: how far the cases lie apart is the answer.
type RejectCase struct {
	Method   string  `json:"method"`
	Accepted float64 `json:"accepted"`  // mean probability of the accepted rows, by weight
	Rejected float64 `json:"rejected"`  // mean probability of the rejected rows
	Assumed  float64 `json:"assumed"`   // share of bad among the rejected rows that the fit was given; 0 where it was given none of them
	Uncover  int     `json:"uncovered"` // rejected rows in bands of points without an accepted row: extrapolation
	Fitted   *Fitted `json:"-"`
}

// The methods of reject inference (N. Siddiqi, Credit Risk Scorecards, 2006, chapter 6; D. Hsia, Credit scoring and the
// Equal Credit Opportunity Act, Hastings Law Journal 30 (1978) 371).
const (
	RejectNone   = "none"        // accepted rows alone
	RejectFuzzy  = "fuzzy"       // each rejected row twice: bad with the weight of its probability, good with the rest
	RejectCutoff = "cutoff"      // the rejected rows of the lowest points are bad, as many as are expected to be
	RejectParcel = "parcelling"  // in each band of points as many rejected rows are bad as expected, drawn by what they hold
	RejectWeight = "reweighting" // accepted rows weigh as all applicants of their band
)

// Rejects fits a card under each assumption about rejected rows, which have the columns of the accepted ones and no outcome.
// The accepted rows' card says first what each rejected row's probability would be; its odds times the factor are assumed.
// Draws rest on what rows hold, not on their order.
//
// It returns [models.ErrInvalid], naming column or setting, where a frame or the rules cannot be used.
func Rejects(accepted, rejected *models.Frame, r Recipe, rules RejectRules, meta models.Artifact) ([]RejectCase, error) {
	if !(rules.Factor >= 1 && rules.Factor <= 100) || rules.Bands < 2 || rules.Bands > 100 {
		return nil, fmt.Errorf("reject inference: factor %v and %d bands: want 1 to 100, and 2 to 100: %w", rules.Factor, rules.Bands, models.ErrInvalid)
	}
	if err := rejected.Check(); err != nil {
		return nil, fmt.Errorf("rejected rows: %w", err)
	}
	for i := range accepted.Columns {
		a := &accepted.Columns[i]
		if c := rejected.Column(a.Name); c == nil || c.Type != a.Type {
			return nil, fmt.Errorf("rejected rows: column %q of type %s is not among theirs; give both tables the same columns: %w", a.Name, a.Type, models.ErrInvalid)
		}
	}
	if rejected.Rows() == 0 {
		return nil, fmt.Errorf("rejected rows: there are none: %w", models.ErrInvalid)
	}
	base, err := Fit(accepted, r, meta)
	if err != nil {
		return nil, err
	}
	j := &rejection{accepted: accepted, rejected: rejected, rules: rules}
	if j.points[0], _, err = score(base, accepted); err != nil {
		return nil, err
	}
	var odds []float64
	if j.points[1], odds, err = score(base, rejected); err != nil {
		return nil, fmt.Errorf("rejected rows: %w", err)
	}
	for _, o := range odds {
		j.p = append(j.p, exact.Logistic(o+exact.Log(rules.Factor)))
	}
	j.cut()
	cases := []RejectCase{{Method: RejectNone, Fitted: base}}
	for _, m := range []struct {
		name string
		make func() (*models.Frame, float64)
	}{{RejectFuzzy, j.fuzzy}, {RejectCutoff, j.cutoff}, {RejectParcel, j.parcels}, {RejectWeight, j.reweighted}} {
		f, assumed := m.make()
		fitted, err := Fit(f, r, meta)
		if err != nil {
			return nil, fmt.Errorf("reject inference by %s: %w", m.name, err)
		}
		cases = append(cases, RejectCase{Method: m.name, Assumed: assumed, Fitted: fitted})
	}
	for i := range cases {
		if err := j.judge(&cases[i]); err != nil {
			return nil, err
		}
	}
	return cases, nil
}

// rejection is what the methods share.
type rejection struct {
	accepted, rejected *models.Frame
	rules              RejectRules
	points             [2][]float64 // of accepted and rejected rows, by the accepted rows' card
	p                  []float64    // assumed probability of each rejected row
	band               [2][]int
	size               [2][]float64 // weight of accepted rows and number of rejected rows by band
}

// score returns points and log odds of the rows of a frame.
func score(f *Fitted, rows *models.Frame) (points, odds []float64, err error) {
	columns, err := f.Artifact.Bind(rows)
	if err != nil {
		return nil, nil, err
	}
	points = f.Card.PointsOf(make([]float64, rows.Rows()), columns)
	for _, p := range points {
		odds = append(odds, f.Artifact.Scale.LogOdds(p))
	}
	return points, odds, nil
}

// cut divides the points of all applicants into bands of about equal numbers.
func (j *rejection) cut() {
	all := slices.Concat(j.points[0], j.points[1])
	slices.Sort(all)
	var edges []float64
	for k := 1; k < j.rules.Bands; k++ {
		if e := all[k*len(all)/j.rules.Bands]; e > all[0] && (len(edges) == 0 || e > edges[len(edges)-1]) {
			edges = append(edges, e)
		}
	}
	for side, points := range j.points {
		j.size[side] = make([]float64, len(edges)+1)
		for i, p := range points {
			b, found := slices.BinarySearch(edges, p)
			if found {
				b++
			}
			j.band[side] = append(j.band[side], b)
			if side == 0 {
				j.size[0][b] += j.accepted.Weight(i)
			} else {
				j.size[1][b]++
			}
		}
	}
}

// judge fills the means of a case.
func (j *rejection) judge(c *RejectCase) error {
	for side, f := range []*models.Frame{j.accepted, j.rejected} {
		_, odds, err := score(c.Fitted, f)
		if err != nil {
			return err
		}
		sum, all := 0.0, 0.0
		for i, o := range odds {
			w := 1.0
			if side == 0 {
				w = f.Weight(i)
			}
			sum += float64(w * exact.Logistic(o))
			all += w
		}
		if side == 0 {
			c.Accepted = sum / all
		} else if all > 0 {
			c.Rejected = sum / all
		}
	}
	for b, n := range j.size[1] {
		if j.size[0][b] == 0 {
			c.Uncover += int(n)
		}
	}
	return nil
}

// fuzzy enters each rejected row twice.
func (j *rejection) fuzzy() (*models.Frame, float64) {
	n := len(j.p)
	rows, target, weight := make([]int, 2*n), make([]float64, 2*n), make([]float64, 2*n)
	for i, p := range j.p {
		rows[i], target[i], weight[i] = i, 1, p
		rows[n+i], weight[n+i] = i, 1-p
	}
	return j.with(rows, target, weight), j.expected() / float64(n)
}

// expected is how many of the rejected rows are assumed bad.
func (j *rejection) expected() float64 {
	sum := 0.0
	for _, p := range slices.Sorted(slices.Values(j.p)) {
		sum += p
	}
	return sum
}

// cutoff takes the riskiest rejected rows for bad: as many as expected, and those that are like the last of them.
func (j *rejection) cutoff() (*models.Frame, float64) {
	n := len(j.p)
	sorted := slices.Sorted(slices.Values(j.p))
	limit := sorted[n-max(1, int(math.RoundToEven(j.expected())))]
	bad := make([]bool, n)
	for i, p := range j.p {
		bad[i] = p >= limit
	}
	return j.decided(bad)
}

// parcels draws bad rows in each band.
func (j *rejection) parcels() (*models.Frame, float64) {
	plain := *j.rejected
	plain.Target, plain.Weights = make([]float64, len(j.p)), nil
	keys := bin.RowKeys(&plain, 1)
	bad := make([]bool, len(j.p))
	for b := range j.size[1] {
		var rows []int
		var risks []float64
		for i, at := range j.band[1] {
			if at == b {
				rows, risks = append(rows, i), append(risks, j.p[i])
			}
		}
		slices.Sort(risks)
		sum := 0.0
		for _, p := range risks {
			sum += p
		}
		slices.SortFunc(rows, func(x, y int) int {
			if keys[x] < keys[y] {
				return -1
			}
			return 1
		})
		for _, i := range rows[:int(math.RoundToEven(sum))] {
			bad[i] = true
		}
	}
	return j.decided(bad)
}

// decided enters each rejected row once.
func (j *rejection) decided(bad []bool) (*models.Frame, float64) {
	n, count := len(bad), 0.0
	rows, target, weight := make([]int, n), make([]float64, n), make([]float64, n)
	for i, b := range bad {
		rows[i], weight[i] = i, 1
		if b {
			target[i] = 1
			count++
		}
	}
	return j.with(rows, target, weight), count / float64(n)
}

// reweighted gives accepted rows the weight of all applicants of their band.
func (j *rejection) reweighted() (*models.Frame, float64) {
	f := *j.accepted
	f.Weights = make([]float64, f.Rows())
	for i := range f.Weights {
		b := j.band[0][i]
		f.Weights[i] = float64(j.accepted.Weight(i) * ((j.size[0][b] + j.size[1][b]) / j.size[0][b]))
	}
	return &f, 0
}

// with puts rejected rows with outcomes and weights under the accepted ones.
func (j *rejection) with(rows []int, target, weight []float64) *models.Frame {
	f := &models.Frame{Target: slices.Concat(j.accepted.Target, target)}
	for i := range j.accepted.Rows() {
		f.Weights = append(f.Weights, j.accepted.Weight(i))
	}
	f.Weights = append(f.Weights, weight...)
	for i := range j.accepted.Columns {
		a := &j.accepted.Columns[i]
		r := j.rejected.Column(a.Name)
		if a.Type == models.Number {
			c := models.Column{Name: a.Name, Type: a.Type, Values: slices.Clone(a.Values)}
			for _, row := range rows {
				c.Values = append(c.Values, r.Values[row])
			}
			f.Columns = append(f.Columns, c)
			continue
		}
		texts := textsOf(a, nil)
		f.Columns = append(f.Columns, models.NewCategory(a.Name, append(texts, textsOf(r, rows)...)))
	}
	return f
}

// textsOf returns the levels of rows of a category, all where rows is nil; "" for missing ones.
func textsOf(c *models.Column, rows []int) []string {
	text := func(v float64) string {
		if v >= 0 {
			return c.Levels[int(v)]
		}
		return ""
	}
	var out []string
	if rows == nil {
		for _, v := range c.Values {
			out = append(out, text(v))
		}
	}
	for _, row := range rows {
		out = append(out, text(c.Values[row]))
	}
	return out
}
