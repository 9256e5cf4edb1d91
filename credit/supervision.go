package credit

import (
	"fmt"
	"slices"
)

// CreditGrade is a public-credit grade, by which inspections are graded (分级分类监管, domain page 3.5).
type CreditGrade uint8

// The grades; the later, the worse.
const (
	Ungraded CreditGrade = iota // nobody graded the subject: it is treated by a row of its own, never as if it had a grade
	GradeA
	GradeB
	GradeC
	GradeD
)

// String returns A, B, C, D, or "-" for a subject without a grade.
func (g CreditGrade) String() string { return [...]string{"-", "A", "B", "C", "D"}[min(g, GradeD)] }

// MarshalText writes what String does.
func (g CreditGrade) MarshalText() ([]byte, error) { return []byte(g.String()), nil }

// UnmarshalText reads what String writes; [ErrInvalid] for anything else.
func (g *CreditGrade) UnmarshalText(b []byte) error {
	for x := Ungraded; x <= GradeD; x++ {
		if x.String() == string(b) {
			*g = x
			return nil
		}
	}
	return fmt.Errorf("grade %q: want A, B, C, D or -: %w", b, ErrInvalid)
}

// SupervisionRow says how often firms of a grade are inspected.
type SupervisionRow struct {
	Row
	Grade              CreditGrade
	Zh, En             string  // what an inspector does
	RatioFrom, RatioTo float64 // per cent of the firms of the grade drawn at random in a year
	EveryMonths        int     // at most one random inspection of a firm in so many months, 0 for no limit
}

// DowngradeRow says that a subject with a counted record of a kind and tier is graded no better than Grade.
type DowngradeRow struct {
	Row
	Kind        Kind
	Tier        Severity // the tier that counts; SeverityNone for every tier
	Lists       string   // for listings: veto, other, or "" for every list
	Grade       CreditGrade
	SparesFirst bool // not for a first offence, nor for a minor one, as the rows of leniency say what these are
}

// BenchmarkRow is an average that a region is held against.
type BenchmarkRow struct {
	Row
	Measure string // see [Measures]
	Value   float64
}

// The shares that have a benchmark (domain page 0.1).
const (
	MeasureCreditLoanShare = "credit_loan_share" // balance of loans without collateral, of all loans
	MeasureSevereShare     = "severe_share"      // subjects on a severe list, of all registered
	MeasurePenalisedShare  = "penalised_share"   // subjects penalised in the twelve months before, of all registered
)

// Measures are the shares that have a benchmark.
func Measures() []string {
	return []string{MeasureCreditLoanShare, MeasureSevereShare, MeasurePenalisedShare}
}

// Supervision returns the row for a grade on day; ok is false where none is in force.
func (p *Policy) Supervision(g CreditGrade, day Date) (row *SupervisionRow, ok bool) {
	for i := range p.tables.Supervision {
		if s := &p.tables.Supervision[i]; s.Grade == g && s.InForce(day) {
			return s, true
		}
	}
	return nil, false
}

// Benchmark returns the average of a measure in force on day; ok is false where the policy has none.
func (p *Policy) Benchmark(measure string, day Date) (row *BenchmarkRow, ok bool) {
	for i := range p.tables.Benchmarks {
		if b := &p.tables.Benchmarks[i]; b.Measure == measure && b.InForce(day) {
			return b, true
		}
	}
	return nil, false
}

// GradeOf reads the word of a grade record; ok is false for a word that the policy does not know, or that is no
// public-credit grade.
func (p *Policy) GradeOf(r *Record) (g CreditGrade, ok bool) {
	if r.Kind != KindAgencyGrade {
		return Ungraded, false
	}
	kind, _ := r.Body.Get(FieldType)
	if p.words.gradeType[string(kind)] != meansPublicCredit {
		return Ungraded, false
	}
	word, _ := r.Body.Get(FieldGrade)
	m := p.words.grade[string(word)]
	if m < meansGradeA || m > meansGradeD {
		return Ungraded, false
	}
	return CreditGrade(m-meansGradeA) + GradeA, true
}

// Downgrade returns the row in force on day that caps the grade of a subject with a counted record of that kind and tier,
// on a list of that code for listings; of several the worst grade. ok is false where none does. spared says that the
// record is a first or a minor offence ([Policy.Spared]).
func (p *Policy) Downgrade(kind Kind, tier Severity, list string, spared bool, day Date) (row *DowngradeRow, ok bool) {
	for i := range p.tables.Downgrades {
		d := &p.tables.Downgrades[i]
		if d.Kind != kind || d.Tier != SeverityNone && d.Tier != tier || d.SparesFirst && spared || !d.InForce(day) || !p.listFits(d.Lists, list, day) {
			continue
		}
		if row == nil || d.Grade > row.Grade {
			row = d
		}
	}
	return row, row != nil
}

func (p *Policy) listFits(want, list string, day Date) bool {
	if want == "" {
		return true
	}
	row, known := p.List(list, day)
	return (known && row.Veto) == (want == "veto")
}

// Spared returns the row of leniency in force on day by which an offence is a first or a minor one (轻罚免罚); ok is false
// where it is neither.
func (p *Policy) Spared(o *Offence, day Date) (row *LeniencyRow, ok bool) {
	for i := range p.weights {
		w := &p.weights[i]
		if (w.row.When == whenFirst || w.row.When == whenMinor) && w.row.InForce(day) && w.applies(o, day) {
			return w.row, true
		}
	}
	return nil, false
}

func (p *Policy) checkSupervision() error {
	t := &p.tables
	for i := range t.Supervision {
		s := &t.Supervision[i]
		switch {
		case !(s.RatioFrom >= 0 && s.RatioFrom <= s.RatioTo && s.RatioTo <= 100):
			return s.fault("ratio_from, ratio_to", "want 0 <= from <= to <= 100 per cent")
		case s.EveryMonths < 0 || s.EveryMonths > maxMonths:
			return s.fault("every_months", "out of range")
		case s.Zh == "" || s.En == "":
			return s.fault("zh, en", "missing")
		}
	}
	for i := range t.Downgrades {
		d := &t.Downgrades[i]
		switch {
		case d.Kind == 0 || d.Kind.IsFollower():
			return d.fault("kind", "a downgrade rests on a fact, not on "+d.Kind.String())
		case d.Grade == Ungraded:
			return d.fault("grade", "want A, B, C or D")
		case d.Lists != "" && (d.Kind != KindSevereListing || d.Lists != "veto" && d.Lists != "other"):
			return d.fault("lists", "want veto or other, of listings only")
		}
	}
	for i := range t.Benchmarks {
		b := &t.Benchmarks[i]
		switch {
		case !slices.Contains(Measures(), b.Measure):
			return b.fault("measure", "no such measure "+b.Measure)
		case !(b.Value >= 0 && b.Value <= 1):
			return b.fault("value", "want a share of 0 to 1")
		}
	}
	return nil
}
