package synth

import (
	"hengxin/credit"
	"hengxin/exact"
)

// factor is one multiplier of the true odds (domain page 6.3).
type factor uint8

const (
	minorPenalty factor = iota
	generalPenalty
	seriousPenalty
	unpaidFine
	repairedPenalty
	promiseBreach
	promisesKept
	abnormalNow
	enforcedNow
	severeNow
	gradeA
	gradeM
	gradeC
	gradeD
	socialArrearsLong
	utilityArrearsNow
	powerDown
	headsDown
	young
	old
	innovative
	frozenNow
	controllerTroubled
	numFactors
)

var factorNames = [numFactors]string{"minor_penalty_24m", "general_penalty_24m", "serious_penalty_36m", "unpaid_fine",
	"repaired_penalty_24m", "commitment_breach_24m", "commitments_checked_3", "abnormal", "enforcement", "severe", "tax_a", "tax_m",
	"tax_c", "tax_d", "social_arrears_3m", "utility_arrears", "power_down", "headcount_down", "age_under_2", "age_over_10",
	"innovative", "freeze", "controller"}

// FactorNames are the factors of the true odds, in the order of [Observation.Factors].
func FactorNames() []string { return factorNames[:] }

// factors says how often each factor holds on the day: 0 or 1, and up to 3 for general penalties.
func (w *worker) factors(day credit.Date) (n [numFactors]uint8) {
	w.penaltyFactors(day, &n, func(*penalty) bool { return true })
	w.promiseFactors(day, &n)
	x := &w.world
	n[abnormalNow] = bit(x.in(abnormal, day) != nil)
	n[enforcedNow] = bit(x.in(enforced, day) != nil)
	n[severeNow] = bit(x.in(severe, day) != nil || x.in(defaulter, day) != nil)
	n[frozenNow] = bit(x.in(frozen, day) != nil)
	n[utilityArrearsNow] = bit(x.in(utilityArrears, day) != nil)
	if a := x.in(socialArrears, day); a != nil {
		n[socialArrearsLong] = bit(a.from <= day.AddMonths(-3))
	}
	for i := len(x.grades) - 1; i >= 0; i-- {
		if x.grades[i].published > day {
			continue
		}
		if f, ok := gradeFactor[gradeNames[x.grades[i].value]]; ok {
			n[f] = 1
		}
		break
	}
	n[powerDown], n[headsDown] = bit(x.fell(day, x.kilowattHours)), bit(x.fell(day, x.heads))
	n[young] = bit(x.firm.Established > day.AddMonths(-24))
	n[old] = bit(x.firm.Established < day.AddMonths(-120))
	for _, t := range x.titles {
		if t.on(day) {
			n[innovative] = 1
		}
	}
	return n
}

var gradeFactor = map[string]factor{"A": gradeA, "M": gradeM, "C": gradeC, "D": gradeD}

func bit(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// penaltyFactors sets the factors of those penalties that seen lets through.
func (w *worker) penaltyFactors(day credit.Date, n *[numFactors]uint8, seen func(*penalty) bool) {
	for i := range w.world.penalties {
		p := &w.world.penalties[i]
		if p.day > day || p.revoked <= day || !seen(p) {
			continue
		}
		in24, in36 := p.day > day.AddMonths(-24), p.day > day.AddMonths(-36)
		switch {
		case p.repaired <= day:
			n[repairedPenalty] |= bit(in24)
			continue
		case p.tier == minorTier:
			n[minorPenalty] |= bit(in24)
		case p.tier == generalTier && in24:
			n[generalPenalty] = min(n[generalPenalty]+1, 3)
		case p.tier == seriousTier:
			n[seriousPenalty] |= bit(in36)
		}
		if p.fine > 0 && in36 && p.day+90 < day && p.performed > day {
			n[unpaidFine] = 1
		}
	}
}

func (w *worker) promiseFactors(day credit.Date, n *[numFactors]uint8) {
	checked := 0
	for i := range w.world.promises {
		p := &w.world.promises[i]
		if p.settled > day {
			continue
		}
		if p.kept != fulfilled && p.settled > day.AddMonths(-24) {
			n[promiseBreach] = 1
		}
		if p.kept == fulfilled && p.source != 0 {
			checked++
		}
	}
	n[promisesKept] = bit(checked >= 3)
}

// logit is the log odds of default within 12 months without the unseen factor of the firm: the intercept of the size,
// the shock of the year, and the factors.
func (w *worker) logit(day credit.Date, n *[numFactors]uint8) float64 {
	year, _, _ := day.YMD()
	sum := w.rates.Loans.Intercept[w.world.firm.Size] + w.shocks[year-w.firstYear]
	for i, count := range n {
		sum += float64(float64(count) * w.logOdds[i])
	}
	return sum
}

// logistic is 1/(1+exp(-x)).
func logistic(x float64) float64 { return 1 / (1 + exact.Exp(-x)) }
