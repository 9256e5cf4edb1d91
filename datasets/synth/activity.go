package synth

import (
	"math"

	"hengxin/credit"
	"hengxin/exact"
)

// promise is a credit commitment.
type promise struct {
	made, due credit.Date
	kind      uint8 // place in the mix of types
	kept      kept
	settled   credit.Date // when its state is established
	source    uint8       // place in statusSources
	reported  bool
}

type kept uint8

const (
	fulfilled kept = iota
	partly
	breached
)

var keptNames = [...]string{"fulfilled", "partly", "breached"}
var statusSources = [...]string{"declared", "checked_online", "random_check"}

// beforeDue is how many days earlier what is kept is settled than what is not, which shows only after the due day: two
// in three of the kept ones are kept in time.
const beforeDue = 30

// livePromises draws commitments; a subject with two penalties in 24 months breaks them more often.
func (g *gen) livePromises(w *world) {
	s := newStream(g.seed, w.firm.Index, partCommitments)
	w.promises = w.promises[:0]
	from, to, ok := g.span(&w.firm)
	if !ok {
		return
	}
	r := &g.rates.Commitments
	days := int(to-from) + 1
	n := s.poisson(r.Rate.of(w.firm.Individual()) * float64(days) / 365.25)
	for range n {
		p := promise{made: from + credit.Date(s.below(days)), kind: uint8(g.promiseTypes.draw(&s))}
		p.due = p.made + credit.Date(60+s.below(305))
		p.settled = p.due + credit.Date(5+s.below(40))
		p.reported = s.chance(r.Reported)
		if s.chance(r.Checked) {
			p.source, p.reported = uint8(1+s.below(2)), true
		}
		u := s.unit()
		odds := 1.0
		if w.penaltiesWithin(p.made, 24) >= 2 {
			odds = r.RepeatOdds
		}
		b, q := shift(r.Breached, odds), shift(r.Partly, odds)
		switch {
		case u < b:
			p.kept, p.reported = breached, true
		case u < b+q:
			p.kept, p.reported = partly, true
		default:
			p.settled -= beforeDue
		}
		w.promises = append(w.promises, p)
	}
}

// shift multiplies the odds of p.
func shift(p, odds float64) float64 { return p * odds / (1 - p + float64(p*odds)) }

// penaltiesWithin counts decisions in the months up to the day.
func (w *world) penaltiesWithin(day credit.Date, months int) (n int) {
	for i := range w.penalties {
		if d := w.penalties[i].day; d <= day && d > day.AddMonths(-months) {
			n++
		}
	}
	return n
}

// grade is a yearly tax grade; value is a place in gradeNames.
type grade struct {
	year      int
	value     uint8
	published credit.Date
}

var gradeNames = [...]string{"A", "B", "C", "D", "M"}

// slump is a time of fewer hands and less power.
type slump struct {
	from, until credit.Date
	factor      float64 // what is left
	heads       bool
	power       bool
}

// liveActivity draws tax grades, slumps and titles.
func (g *gen) liveActivity(w *world) {
	s := newStream(g.seed, w.firm.Index, partActivity)
	w.grades, w.slumps, w.titles, w.rated = w.grades[:0], w.slumps[:0], w.titles[:0], false
	w.insured, w.metered = false, false
	from, to, ok := g.span(&w.firm)
	if !ok {
		return
	}
	a := &g.rates.Activity
	one := w.firm.Individual()
	if s.chance(a.TaxRated.of(one)) {
		g.liveGrades(&s, w, to)
	}
	days := int(to-from) + 1
	for range s.poisson(a.Downturn.of(one) * min(w.firm.distress, maxDistress) * float64(days) / 365.25) {
		x := slump{from: from + credit.Date(s.below(days)), factor: 0.3 + float64(0.4*s.unit())}
		x.until = x.from + credit.Date(270+s.below(540))
		x.heads, x.power = s.chance(0.75), s.chance(0.75)
		w.slumps = append(w.slumps, x)
	}
	w.insured, w.metered = s.chance(a.Insured.of(one)), s.chance(a.Power.of(one))
	w.rated = w.firm.Section == "C" && !one && s.chance(a.EnvironmentRated)
	if s.chance(a.Qualified.of(one)) {
		began := max(w.firm.Established+365, from-credit.Date(s.below(1000)))
		if began < to {
			w.titles = append(w.titles, spell{from: began, until: began.AddMonths(36)})
			if next := began.AddMonths(36); next < to && s.chance(0.7) {
				w.titles = append(w.titles, spell{from: next, until: next.AddMonths(36)})
			}
		}
	}
}

// liveGrades walks the years: a grade is kept or drawn anew from the mix, so the mix holds in every year; the first is
// M where the firm is new.
func (g *gen) liveGrades(s *stream, w *world, to credit.Date) {
	a := &g.rates.Activity
	born, _, _ := w.firm.Established.YMD()
	last, _, _ := to.YMD()
	value := g.grade(s, w.firm.distress)
	for year := max(born, g.firstYear-1); year < last; year++ {
		if !s.chance(a.TaxGradeKept) {
			value = g.grade(s, w.firm.distress)
		}
		x := grade{year: year, value: value, published: credit.NewDate(year+1, 4, 10) + credit.Date(s.below(20))}
		if year == born {
			x.value = uint8(indexOf(gradeNames[:], "M"))
		}
		if x.published <= to {
			w.grades = append(w.grades, x)
		}
	}
}

// maxDistress bounds the multiplier where a rate is not bounded otherwise.
const maxDistress = 8

// grade draws from the mix, with C and D as much more likely as the firm's distress says.
func (g *gen) grade(s *stream, distress float64) uint8 {
	u := s.unit()
	bad := 0.0
	for _, name := range [...]string{"C", "D"} {
		p := min(g.rates.Activity.TaxGrades[name]*distress, 0.45)
		if bad += p; u < bad {
			return uint8(indexOf(gradeNames[:], name))
		}
	}
	for {
		if v := uint8(g.grades.index[g.grades.draw(s)]); gradeNames[v] != "C" && gradeNames[v] != "D" {
			return v
		}
	}
}

// heads is the number of insured people on a day: a slow trend, cut by slumps.
func (w *world) heads(day credit.Date) int {
	n := w.trend(day) * float64(w.firm.Headcount)
	for _, x := range w.slumps {
		if x.heads && x.from <= day && day < x.until {
			n *= x.factor
		}
	}
	return max(1, int(math.Round(n)))
}

// kilowattHours is the use of power over the quarter before a day.
func (w *world) kilowattHours(day credit.Date) int {
	n := w.trend(day) * float64(w.firm.Headcount) * 900
	for _, x := range w.slumps {
		if x.power && x.from <= day && day < x.until {
			n *= x.factor
		}
	}
	return max(1, int(math.Round(n)))
}

// trend grows or shrinks by about one percent a year, by the firm.
func (w *world) trend(day credit.Date) float64 {
	rate := float64(int(w.firm.Index%17)-7) * 0.01
	return exact.Exp(rate * float64(day-w.firm.Established) / 365.25 / 8)
}

// fell reports whether a yearly comparison on the day shows a fall by 30 % or more.
func (w *world) fell(day credit.Date, of func(credit.Date) int) bool {
	before := day.AddMonths(-12)
	if len(w.slumps) == 0 || before < w.firm.Established {
		return false
	}
	return float64(of(day)) <= 0.7*float64(of(before))
}
