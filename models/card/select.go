package card

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models/bin"
)

// selectColumns admits the columns with evidence, leaves out the weaker of two that are alike, fits the rest, and takes
// out those with coefficients that are not above 0, worst first, until none is left: a riskier bin must never earn
// points.
func (w *work) selectColumns() (*fitted, []int, error) {
	in := w.unlike(w.admitted())
	if w.recipe.Stepwise != nil {
		var err error
		if in, err = w.stepwise(in); err != nil {
			return nil, nil, err
		}
	}
	for {
		f, err := w.regress(in)
		if err != nil {
			return nil, nil, fmt.Errorf("fit a card: %w", err)
		}
		wrong := wrongSigns(f)
		if len(wrong) == 0 {
			return f, in, nil
		}
		for _, j := range wrong {
			w.candidates[in[j]].Reason = "coefficient of the wrong sign beside the others"
		}
		in = slices.DeleteFunc(in, func(c int) bool { return w.candidates[c].Reason != "" })
	}
}

// regress pulls the coefficients towards the one that they would share: with little evidence to tell the columns apart,
// a card of equal weights predicts best (R. M. Dawes, American Psychologist 34 (1979) 571).
func (w *work) regress(in []int) (*fitted, error) {
	if len(in) == 0 {
		return &fitted{beta: []float64{0}}, nil
	}
	centre, err := w.design.common(in)
	if err != nil {
		return nil, err
	}
	return w.design.newton(in, ridge{w.recipe.Ridge, centre})
}

// wrongSigns returns the worst of the coefficients that are not above 0: one, or a quarter of them where there are many,
// so that wide tables take few rounds.
func wrongSigns(f *fitted) []int {
	var wrong []int
	for j, b := range f.beta[1:] {
		if !(b > 0) {
			wrong = append(wrong, j)
		}
	}
	slices.SortStableFunc(wrong, func(a, b int) int { return compare(f.beta[a+1], f.beta[b+1]) })
	if len(wrong) == 0 {
		return nil
	}
	return wrong[:1+len(wrong)/8]
}

// admitted returns the columns with evidence, those with the highest IV first.
func (w *work) admitted() []int {
	var in []int
	for c := range w.candidates {
		k := &w.candidates[c]
		switch v := k.Variable; {
		case held(v) < 2:
			k.Reason = w.oneBin(c)
		case v.IV < w.recipe.MinIV:
			k.Reason = fmt.Sprintf("information value %.4f under %v", v.IV, w.recipe.MinIV)
		case w.recipe.MinEvidence > 0 && w.evidence(c) < w.recipe.MinEvidence:
			k.Reason = "its evidence does not repeat in rows that its bins were not made from"
		default:
			in = append(in, c)
		}
	}
	slices.SortStableFunc(in, func(a, b int) int { return compare(w.candidates[b].Variable.IV, w.candidates[a].Variable.IV) })
	return in
}

// oneBin says why a column has one bin.
func (w *work) oneBin(c int) string {
	v, values := w.candidates[c].Variable, w.frame.Columns[c].Values
	switch {
	case v.Bins[v.Missing()].Rows == int64(len(values)):
		return "one bin left: no value in any row"
	case !slices.ContainsFunc(values, func(x float64) bool { return x != values[0] }):
		return "one bin left: constant"
	}
	plan, err := w.recipe.Columns[v.Name].plan()
	opposite := map[bin.Trend]bin.Trend{bin.Ascending: bin.Descending, bin.Descending: bin.Ascending}[plan.Trend]
	if err == nil && opposite != "" {
		plan.Trend = opposite
		if other, err := bin.Fit(&w.frame.Columns[c], w.outcome, plan, w.recipe.Bins); err == nil && other.IV >= w.recipe.MinIV && held(other) > 1 {
			return fmt.Sprintf("one bin left: its event rate runs against the declared direction (information value %.4f the other way); check the direction and the column", other.IV)
		}
	}
	return "one bin left: no evidence for a cut under the rules"
}

// evidence is the log likelihood that the cross-fitted WoE of a column adds to the base rate, alone and with a
// coefficient of its own; 0 where the coefficient is not above 0.
func (w *work) evidence(c int) float64 {
	one := &design{z: [][]float64{w.design.z[c]}, bad: w.design.bad, weight: w.design.weight}
	f, err := one.newton([]int{0}, ridge{weight: 1e-6})
	if err != nil || !(f.beta[1] > 0) {
		return 0
	}
	return one.likelihood([]int{0}, f.beta, ridge{weight: 1e-6}) - one.likelihood(nil, []float64{one.baseLogOdds()}, ridge{})
}

// unlike keeps, in the order given, each column whose WoE does not correlate too much with one kept before, and returns
// the kept in the order of the frame.
func (w *work) unlike(in []int) []int {
	var kept []int
	standard := map[int][]float64{}
	for _, c := range in {
		s := w.design.standard(c)
		twin := -1
		for _, k := range kept {
			if r := dot(s, standard[k]); math.Abs(r) > w.recipe.MaxAlike {
				twin = k
				break
			}
		}
		if twin >= 0 {
			w.candidates[c].Reason = fmt.Sprintf("like column %q: their WoE correlate above %v", w.candidates[twin].Variable.Name, w.recipe.MaxAlike)
			continue
		}
		kept, standard[c] = append(kept, c), s
	}
	slices.Sort(kept)
	return kept
}

// standard returns the WoE of a column, times the root of the weights, centred and of length 1; all 0 where it is
// constant.
func (d *design) standard(c int) []float64 {
	z, mean, all := d.z[c], 0.0, 0.0
	for i, w := range d.weight {
		mean += float64(w * z[i])
		all += w
	}
	mean /= all
	out := make([]float64, len(z))
	for i, w := range d.weight {
		out[i] = math.Sqrt(w) * (z[i] - mean)
	}
	if norm := math.Sqrt(dot(out, out)); norm > 0 {
		for i := range out {
			out[i] /= norm
		}
	}
	return out
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += float64(v * b[i])
	}
	return sum
}
