package synth

import (
	"fmt"

	"hengxin/credit"
)

// checkRow is one figure to hold.
type checkRow struct {
	name, basis string
	low, high   float64
	of          measure
}

// checks are the rows of domain page 6.4, then what 6.3 says of rates.
func checks() []checkRow {
	rows := []checkRow{
		{name: "mean fine of market supervision, yuan", basis: "6.4", low: 7000, high: 9000, of: meanFine(srcSAMR)},
		{name: "mean fine of ecology, yuan", basis: "6.4", low: 80_000, high: 95_000, of: meanFine(srcEcology)},
		{name: "enterprises penalised in 12 months", basis: "6.4", low: 0.02, high: 0.03, of: penalised},
		{name: "individuals of all subjects", basis: "6.4", low: 0.68, high: 0.71, of: func(v *view) (float64, float64) { return num(v.world.firm.Individual()), 1 }},
		{name: "individuals in the tertiary industry", basis: "6.4", low: 0.88, high: 0.92, of: func(v *view) (float64, float64) {
			return num(v.world.firm.Individual() && tertiary(v.world.firm.Section)), num(v.world.firm.Individual())
		}},
		{name: "NPL stock", basis: "6.4", low: 0.020, high: 0.024, of: stock(func(s LoanState) bool { return s.Overdue > 90 })},
		{name: "ended of performed penalties over 36 months", basis: "6.4", low: 1, high: 1, of: endedPenalties},
		{name: "subject codes pass both checks", basis: "6.4", low: 1, high: 1, of: codesPass},
	}
	for i, name := range []string{"black", "blue", "green", "red", "yellow"} {
		target := [...]float64{0.015, 0.50, 0.25, 0.06, 0.17}[i]
		rows = append(rows, checkRow{name: "environmental grade " + name, basis: "6.4", low: target - 0.03, high: target + 0.03, of: gradeShare("environment", name)})
	}
	rows = append(rows, penaltyChecks()...)
	rows = append(rows, spellChecks()...)
	rows = append(rows, loanChecks()...)
	rows = append(rows, blockChecks()...)
	return append(rows, flawChecks()...)
}

func num(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// meanFine divides by all decisions, as the published totals do.
func meanFine(d source) measure {
	return func(v *view) (y, x float64) {
		for i := range v.world.penalties {
			if p := &v.world.penalties[i]; p.department == uint8(d) {
				y, x = y+p.fine.Yuan(), x+1
			}
		}
		return y, x
	}
}

func penalised(v *view) (y, x float64) {
	f := &v.world.firm
	if f.Individual() || !f.alive(v.to) {
		return 0, 0
	}
	return num(v.world.penaltiesWithin(v.to, 12) > 0), 1
}

func codesPass(v *view) (y, x float64) {
	c := []byte(v.world.firm.Subject)
	return num(len(c) == 18 && c[16] == organisationCheck(c[8:16]) && c[17] == codeCheck(c[:17])), 1
}

// endedPenalties measures, among performed decisions of more than 36 months ago, those that the law no longer counts.
func endedPenalties(v *view) (y, x float64) {
	for i := range v.world.penalties {
		p := &v.world.penalties[i]
		if !settled(v, p) || p.performed > v.to {
			continue
		}
		if v.resolve() != nil {
			return 0, 1 // a history that cannot be resolved shows as a failed check
		}
		y, x = y+num(!v.counted(p, v.to)), x+1
	}
	return y, x
}

func gradeShare(typ, grade string) measure {
	return func(v *view) (y, x float64) {
		if v.world.firm.Individual() || typ == "environment" && !v.world.rated {
			return 0, 0
		}
		for i := range v.records {
			if r := &v.records[i]; r.Kind == credit.KindAgencyGrade && r.Body.Text(credit.FieldType) == typ {
				y, x = y+num(r.Body.Text(credit.FieldGrade) == grade), x+1
			}
		}
		return y, x
	}
}

// ofPenalties measures the share of decisions of which something holds, among those that are asked about.
func ofPenalties(asked, holds func(v *view, p *penalty) bool) measure {
	return func(v *view) (y, x float64) {
		for i := range v.world.penalties {
			if p := &v.world.penalties[i]; asked(v, p) {
				y, x = y+num(holds(v, p)), x+1
			}
		}
		return y, x
	}
}

func anyPenalty(*view, *penalty) bool { return true }

// decided long ago, so that what comes of a decision has come.
func settled(v *view, p *penalty) bool { return p.day < v.to.AddMonths(-36) }

func penaltyChecks() []checkRow {
	tierShare := func(t tier) measure {
		return ofPenalties(anyPenalty, func(_ *view, p *penalty) bool { return p.tier == t })
	}
	return []checkRow{
		{name: "simple procedure of penalties", basis: "6.3", low: 0.23, high: 0.27, of: ofPenalties(anyPenalty, func(_ *view, p *penalty) bool { return p.simple })},
		{name: "penalties of the minor tier", basis: "6.3", low: 0.45, high: 0.55, of: tierShare(minorTier)},
		{name: "penalties of the general tier", basis: "6.3", low: 0.40, high: 0.50, of: tierShare(generalTier)},
		{name: "penalties of the serious tier", basis: "6.3", low: 0.04, high: 0.06, of: tierShare(seriousTier)},
		{name: "repaired of publicised and performed", basis: "6.3", low: 0.50, high: 0.60, of: ofPenalties(
			func(v *view, p *penalty) bool {
				return settled(v, p) && p.publicised() && p.performed != never && p.revoked == never
			},
			func(v *view, p *penalty) bool { return p.repaired <= v.to })},
		{name: "never performed, general", basis: "6.3", low: 0.07, high: 0.09, of: ofPenalties(
			func(_ *view, p *penalty) bool { return p.tier == generalTier }, func(_ *view, p *penalty) bool { return p.performed == never })},
		{name: "never performed, serious", basis: "6.3", low: 0.21, high: 0.29, of: ofPenalties(
			func(_ *view, p *penalty) bool { return p.tier == seriousTier }, func(_ *view, p *penalty) bool { return p.performed == never })},
		{name: "applications rejected", basis: "6.3", low: 0.05, high: 0.07, of: ofPenalties(
			func(_ *view, p *penalty) bool { return p.applied != never }, func(_ *view, p *penalty) bool { return p.rejected != never })},
		{name: "commitments breached, in part or whole", basis: "6.3", low: 0.015, high: 0.020, of: func(v *view) (y, x float64) {
			for _, p := range v.world.promises {
				y, x = y+num(p.kept != fulfilled), x+1
			}
			return y, x
		}},
		{name: "penalties supplied within 3 days", basis: "6.3 median", low: 0.5, high: 0.6, of: suppliedWithin(3)},
		{name: "penalties supplied within 20 days", basis: "6.3 p95", low: 0.94, high: 0.96, of: suppliedWithin(20)},
		{name: "repairs that arrive the next day", basis: "6.3", low: 0.88, high: 0.92, of: repairsArrived(0, 1)},
		{name: "repairs that arrive in 2 to 10 days", basis: "6.3", low: 0.06, high: 0.10, of: repairsArrived(2, 13)},
		{name: "penalties corrected", basis: "6.3", low: 0.006, high: 0.010, of: followed(credit.KindCorrection)},
		{name: "penalties revoked", basis: "6.3", low: 0.002, high: 0.004, of: followed(credit.KindWithdrawal)},
		{name: "penalties copied by a second source", basis: "6.3", low: 0.017, high: 0.023, of: copies},
	}
}

func copies(v *view) (y, x float64) {
	for i := range v.records {
		if r := &v.records[i]; r.Kind == credit.KindPenalty {
			y += num(r.Source == markedSources[srcCreditSite])
			x += num(r.Source != markedSources[srcCreditSite])
		}
	}
	return y, x
}

// suppliedWithin measures decisions by the days from decision to supply; copies apart, and the newest, which may still come.
func suppliedWithin(days credit.Date) measure {
	return func(v *view) (y, x float64) {
		for i := range v.records {
			r := &v.records[i]
			if r.Kind == credit.KindPenalty && r.Source != markedSources[srcCreditSite] && r.Event < v.to-150 {
				y, x = y+num(r.Known-r.Event <= days), x+1
			}
		}
		return y, x
	}
}

// repairsArrived measures approvals by the days that they took to arrive; lost ones count in the denominator.
func repairsArrived(first, last credit.Date) measure {
	return func(v *view) (y, x float64) {
		for i := range v.world.penalties {
			if p := &v.world.penalties[i]; p.repaired < v.to-30 && !p.record.IsZero() {
				x++
			}
		}
		for i := range v.records {
			r := &v.records[i]
			if took := r.Known - r.Event; x > 0 && r.Kind == credit.KindRepairApproval && r.Event < v.to-30 && took >= first && took <= last {
				y++
			}
		}
		return y, x
	}
}

// followed measures decisions that a record of the kind follows.
func followed(kind credit.Kind) measure {
	return func(v *view) (y, x float64) {
		for i := range v.records {
			r := &v.records[i]
			y += num(r.Kind == kind)
			x += num(r.Kind == credit.KindPenalty && r.Source != markedSources[srcCreditSite])
		}
		return y, x
	}
}

// spellChecks compare the share of living enterprises in each state, on the last day and two and four years before.
func spellChecks() (rows []checkRow) {
	targets := [numSpells]float64{0.06, 0.02, 0.025, 0.007, 0.002, 0.008, 0.012, 0.015, 0.008}
	for k := range numSpells {
		name := "SXBZXR"
		if int(k) < len(spellNames) {
			name = spellNames[k]
		}
		rows = append(rows, checkRow{name: "enterprises in state " + name, basis: "6.3", low: targets[k] * 0.85, high: targets[k] * 1.15, of: func(v *view) (y, x float64) {
			if v.world.firm.Individual() {
				return 0, 0
			}
			for _, back := range [...]int{0, 24, 48} {
				day := v.to.AddMonths(-back)
				alive := v.world.firm.alive(day)
				y, x = y+num(alive && v.world.in(k, day) != nil), x+num(alive)
			}
			return y, x
		}})
	}
	for i, name := range gradeNames {
		target := [...]float64{0.08, 0.45, 0.04, 0.05, 0.38}[i]
		rows = append(rows, checkRow{name: "tax grade " + name + " of rated", basis: "6.3", low: target * 0.8, high: target * 1.2, of: func(v *view) (y, x float64) {
			for _, g := range v.world.grades {
				y, x = y+num(int(g.value) == i), x+1
			}
			return y, x
		}})
	}
	return rows
}

// stock measures balances in a state over balances of all loans of the small (inclusive): at each month's end of the
// last four years.
func stock(in func(LoanState) bool) measure {
	return func(v *view) (y, x float64) {
		first := v.to.AddMonths(-48)
		for i := range v.loans {
			for _, s := range v.loans[i].States {
				if s.Day > first {
					balance := s.Balance.Yuan()
					y, x = y+float64(balance*num(in(s))), x+balance
				}
			}
		}
		return y, x
	}
}

func badRate(class string) measure {
	return func(v *view) (y, x float64) {
		if class != "" && v.world.firm.Size != class {
			return 0, 0
		}
		for i := range v.loans {
			for _, o := range v.loans[i].Seen {
				if o.Mature {
					y, x = y+num(o.Bad), x+1
				}
			}
		}
		return y, x
	}
}

func loanChecks() []checkRow {
	rows := []checkRow{
		{name: "12-month bad rate of loans", basis: "6.3", low: 0.023, high: 0.028, of: badRate("")},
		{name: "stock overdue 1 to 30 days", basis: "6.3", low: 0.0125, high: 0.0175, of: stock(func(s LoanState) bool { return s.Overdue >= 1 && s.Overdue <= 30 })},
		{name: "stock overdue 31 to 90 days", basis: "6.3", low: 0.0075, high: 0.0105, of: stock(func(s LoanState) bool { return s.Overdue >= 31 && s.Overdue <= 90 })},
		{name: "enterprises with a loan", basis: "6.3", low: 0.20, high: 0.24, of: hasLoan(false)},
		{name: "individuals with a loan", basis: "6.3", low: 0.165, high: 0.195, of: hasLoan(true)},
	}
	for i, class := range []string{"micro", "small", "medium", "individual"} {
		target := [...]float64{0.0294, 0.0184, 0.0120, 0.0258}[i]
		rows = append(rows, checkRow{name: fmt.Sprintf("12-month bad rate, %s", class), basis: "6.3 x 0.92", low: target * 0.9, high: target * 1.1, of: badRate(class)})
	}
	return rows
}

// hasLoan measures subjects with a loan two years before the end, by which all borrowers had time to begin.
func hasLoan(one bool) measure {
	return func(v *view) (y, x float64) {
		day := v.to.AddMonths(-24)
		if v.world.firm.Individual() != one || !v.world.firm.alive(day) {
			return 0, 0
		}
		for i := range v.loans {
			states := v.loans[i].States
			if len(states) > 0 && v.loans[i].Start <= day && day <= states[len(states)-1].Day {
				return 1, 1
			}
		}
		return 0, 1
	}
}
