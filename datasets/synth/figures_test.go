package synth

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/exact"
)

// TestFigures holds every check of domain page 6.4, and the rates of 6.3, on 100,000 subjects.
func TestFigures(t *testing.T) {
	checks, err := province(t, Options{Seed: 1, Subjects: 100_000}).Verify(context.Background())
	require.NoError(t, err)
	require.Greater(t, len(checks), 40)
	for _, c := range checks {
		if !c.Holds() {
			t.Error(c)
		}
	}
}

// TestFiguresCanFail changes what the checks are about and finds that they say so.
func TestFiguresCanFail(t *testing.T) {
	for name, change := range map[string]func(*Rates){
		"NPL stock":                             func(r *Rates) { r.Loans.ResolvedMedianMonths = 40 },
		"mean fine of market supervision, yuan": func(r *Rates) { r.Penalties.Departments[0].Median = 9000 },
		"enterprises penalised in 12 months":    func(r *Rates) { r.Penalties.Departments[0].Enterprise = 40 },
		"individuals of all subjects":           func(r *Rates) { r.Population.Individuals = 0.5 },
		"repaired of publicised and performed":  func(r *Rates) { r.Repairs.Repaired = 0.3 },
		"enterprises in state abnormal":         func(r *Rates) { r.Spells.Rows[abnormal].Share = 0.12 },
		"repairs lost on the way":               func(r *Rates) { r.Repairs.Arrival.Late, r.Repairs.Arrival.Lost = 0, 0.2 },
		"legal representatives of two firms":    func(r *Rates) { r.Blocks.SameRepresentative = 0.02 },
		"annual reports filed, enterprises":     func(r *Rates) { r.Blocks.ReportFiled.Enterprise = 0.8 },
		"fines in the wrong unit":               func(r *Rates) { r.Flaws.FineInWrongUnit = 0.1 },
		"decisions without a number":            func(r *Rates) { r.Flaws.MissingNumber = 0.1 },
		"decisions under a failing code":        func(r *Rates) { r.Flaws.StrayCode = 0.05 },
		"outdated division codes":               func(r *Rates) { r.Population.OldDivisions = 0.05 },
		"names of several firms":                func(r *Rates) { r.Flaws.SameName = 0.05 },
		"risk class D": func(r *Rates) {
			r.Blocks.RiskGrades = map[string]float64{"A": 0.1, "B": 0.5, "C": 0.2, "D": 0.2}
		},
		"key-field repairs asked for within 12 months, since then": func(r *Rates) {
			r.Repairs.Minimum = []minimumRow{{From: credit.NewDate(2000, 1, 1), KeyMonths: 6, OtherMonths: 3}}
		},
		"individuals among loans of rural banks": func(r *Rates) {
			for i := range r.Banks.Rows {
				if len(r.Banks.Rows[i].Home) > 0 {
					r.Banks.Rows[i].Individuals = 0.2
				}
			}
		},
	} {
		r, err := DefaultRates()
		require.NoError(t, err)
		change(r)
		checks, err := province(t, Options{Seed: 1, Subjects: 10_000, Rates: r}).Verify(context.Background())
		require.NoError(t, err)
		at := slices.IndexFunc(checks, func(c Check) bool { return c.Name == name })
		require.GreaterOrEqual(t, at, 0, name)
		require.False(t, checks[at].Holds(), checks[at].String())
	}
}

// TestIntercepts holds the intercepts of the rates to the bad rates that they are there for: the mean true probability
// by size, which varies less than outcomes do.
func TestIntercepts(t *testing.T) {
	p := province(t, Options{Seed: 2, Subjects: 40_000})
	w := p.newWorker()
	sums := map[string]*ratio{}
	for _, n := range sizeNames {
		sums[n] = &ratio{}
	}
	var loans []Loan
	for i := range p.opt.Subjects {
		w.live(i)
		w.report()
		loans = w.loans(loans[:0])
		for _, l := range loans {
			for _, o := range l.Seen {
				sums[l.Size].add(o.Probability, 1)
			}
		}
	}
	for name, s := range sums {
		if s.x < 300 {
			continue // large firms are too few to measure
		}
		want := p.rates.Loans.BadRate[name]
		require.InDelta(t, want, s.value(), max(0.08*want, 3*s.err()), name)
	}
}

// TestOddsAreAsStated rebuilds the log odds from the factors and the stated odds.
func TestOddsAreAsStated(t *testing.T) {
	p := province(t, Options{Seed: 2, Subjects: 20_000})
	var held [numFactors]int
	n := 0
	for i := range p.opt.Subjects {
		for _, l := range p.Loans(i) {
			for _, o := range l.Seen {
				n++
				year, _, _ := o.AsOf.YMD()
				sum := p.rates.Loans.Intercept[l.Size] + 0.7*o.Unseen
				if shock, ok := map[int]float64{2020: 1.25, 2022: 1.2}[year]; ok {
					sum += math.Log(shock)
				}
				for f, count := range o.Factors {
					sum += float64(count) * math.Log(p.rates.Loans.Odds[factorNames[f]])
					held[f] += int(count)
				}
				require.InDelta(t, sum, o.Logit, 1e-9)
				require.InDelta(t, 1/(1+math.Exp(-sum)), o.Probability, 1e-12)
				require.LessOrEqual(t, o.Factors[generalPenalty], uint8(3))
			}
		}
	}
	for f, k := range held {
		require.NotZero(t, k, "factor %s never holds in %d observations", factorNames[f], n)
	}
}

// TestLoansTellTheirOutcome follows each loan month by month.
func TestLoansTellTheirOutcome(t *testing.T) {
	p := province(t, Options{Seed: 8, Subjects: 20_000})
	bads := 0
	for i := range p.opt.Subjects {
		loans := p.Loans(i)
		for k, l := range loans {
			require.Equal(t, l.Start, l.Start.MonthEnd())
			for _, o := range l.Seen {
				worst := 0
				for _, s := range l.States {
					if s.Day > o.AsOf && s.Day <= o.AsOf.AddMonths(Horizon) {
						worst = max(worst, s.Overdue)
					}
					if s.Day == o.AsOf {
						require.LessOrEqual(t, s.Overdue, 90)
					}
					require.Equal(t, classOf(s.Overdue), s.Class)
				}
				if o.Mature {
					require.Equal(t, o.Bad, worst > 90, "%s as of %s", l.ID, o.AsOf)
				}
				if o.Bad {
					bads++
					require.Equal(t, len(loans)-1, k, "a failed loan is the last")
				}
			}
		}
	}
	require.Greater(t, bads, 100)
}

func TestClassesByDaysOverdue(t *testing.T) {
	for days, class := range map[int]string{0: "pass", 1: "special_mention", 90: "special_mention", 91: "substandard",
		270: "substandard", 271: "doubtful", 360: "doubtful", 361: "loss"} {
		require.Equal(t, class, classOf(days), days)
	}
}

// TestDraws compares moments of the draws with those of their distributions.
func TestDraws(t *testing.T) {
	const n = 200_000
	s := newStream(1, 1, 1)
	for name, c := range map[string]struct {
		draw           func() float64
		mean, variance float64
	}{
		"unit":        {s.unit, 0.5, 1.0 / 12},
		"normal":      {s.normal, 0, 1},
		"gamma 0.1":   {func() float64 { return s.gamma(0.1) }, 1, 10},
		"gamma 3":     {func() float64 { return s.gamma(3) }, 1, 1.0 / 3},
		"exponential": {func() float64 { return s.exponential(2) }, 2, 4},
		"poisson":     {func() float64 { return float64(s.poisson(3.5)) }, 3.5, 3.5},
		"below":       {func() float64 { return float64(s.below(7)) }, 3, 4},
		"log-normal":  {func() float64 { return exact.Log(s.logNormal(5, 0.3)) }, math.Log(5), 0.09},
	} {
		var sum, squares float64
		for range n {
			x := c.draw()
			sum += x
			squares += x * x
		}
		mean := sum / n
		require.InDelta(t, c.mean, mean, 5*math.Sqrt(c.variance/n), name)
		require.InDelta(t, c.variance, squares/n-mean*mean, 0.08*c.variance, name)
	}
}

// TestNegativeBinomial holds the counts of domain page 6.3: 2.5 % penalised in a year, 6.1 % in three, 9.6 % of those
// three times or more.
func TestNegativeBinomial(t *testing.T) {
	s := newStream(1, 2, 3)
	const n = 400_000
	one, three, often := 0.0, 0.0, 0.0
	for range n {
		g := s.gamma(0.10)
		a := s.poisson(g * 0.0291)
		b := a + s.poisson(g*0.0291) + s.poisson(g*0.0291)
		one, three, often = one+num(a > 0), three+num(b > 0), often+num(b >= 3)
	}
	require.InDelta(t, 0.025, one/n, 0.001)
	require.InDelta(t, 0.061, three/n, 0.0015)
	require.InDelta(t, 0.096, often/three, 0.006)
}

func TestRatesAreStrict(t *testing.T) {
	text := string(defaultRates)
	for name, c := range map[string][2]string{
		"unknown key":        {"  individuals: 0.695", "  individuals: 0.695\n  robots: 0.1"},
		"mix not 1":          {"{micro: 0.85,", "{micro: 0.95,"},
		"unknown section":    {"{F: 0.33, C: 0.19,", "{F: 0.33, Z: 0.19,"},
		"missing factor":     {"    freeze: 3.0\n", ""},
		"unknown department": {"{name: tax, zh", "{name: taxes, zh"},
		"spell out of order": {"{name: tax_abnormal,", "{name: freeze,"},
		"no intercept":       {"intercept: {micro: -4.35, ", "intercept: {"},
	} {
		require.Contains(t, text, c[0], name)
		_, err := ParseRates([]byte(strings.Replace(text, c[0], c[1], 1)))
		require.ErrorIs(t, err, credit.ErrInvalid, name)
	}
}

func TestVerifyNeedsASample(t *testing.T) {
	_, err := province(t, Options{Subjects: 100}).Verify(context.Background())
	require.ErrorIs(t, err, credit.ErrInvalid)
}
