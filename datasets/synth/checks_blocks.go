package synth

import "hengxin/credit"

// blockChecks hold what 6.1 and 6.3 say of other blocks, and both sides of relations.
func blockChecks() []checkRow {
	rows := []checkRow{
		{name: "annual reports filed, enterprises", basis: "6.1", low: 0.92, high: 0.945, of: reportsFiled(false)},
		{name: "annual reports filed, individuals", basis: "6.1", low: 0.95, high: 0.97, of: reportsFiled(true)},
		{name: "legal representatives of two firms", basis: "rates", low: 0.05, high: 0.07, of: sameRepresentative},
		{name: "commitments checked", basis: "6.3", low: 0.14, high: 0.16, of: func(v *view) (y, x float64) {
			for _, p := range v.world.promises {
				y, x = y+num(p.source != 0), x+1
			}
			return y, x
		}},
		{name: "loan classes agree with days overdue", basis: "4.4", low: 1, high: 1, of: classesAgree},
		{name: "loans of regional banks at home", basis: "rates", low: 0.62, high: 0.72, of: atHome},
		{name: "individuals among loans of rural banks", basis: "rates", low: 0.68, high: 0.90, of: individualLoans(true)},
		{name: "individuals among loans of other banks", basis: "rates", low: 0.50, high: 0.68, of: individualLoans(false)},
	}
	for i, grade := range []string{"A", "B", "C", "D"} {
		target := [...]float64{0.0767, 0.6759, 0.2058, 0.0416}[i]
		rows = append(rows, checkRow{name: "risk class " + grade, basis: "6.1", low: target - 0.01, high: target + 0.01, of: gradeShare("risk", grade)})
	}
	return rows
}

// reportsFiled measures, among subjects whose reports are public, the years told of those between the first and the last
// one told: what lies outside may be a firm that keeps its reports to itself.
func reportsFiled(one bool) measure {
	return func(v *view) (y, x float64) {
		if v.world.firm.Individual() != one {
			return 0, 0
		}
		first, last, n := 0, 0, 0.0
		for i := range v.records {
			if r := &v.records[i]; r.Kind == credit.KindAnnualReport {
				year, _, _ := r.Event.YMD()
				if n == 0 {
					first = year
				}
				first, last, n = min(first, year), max(last, year), n+1
			}
		}
		if last-first < 2 {
			return 0, 0
		}
		return n - 2, float64(last - first - 1)
	}
}

// sameRepresentative measures enterprises whose representative is that of the enterprise they may share one with.
func sameRepresentative(v *view) (y, x float64) {
	f := &v.world.firm
	if f.Individual() {
		return 0, 0
	}
	_, shares := v.partner(f.Index)
	return num(shares), 1
}

// classesAgree counts months of loans whose class is not worse than what the days overdue ask for, nor better.
func classesAgree(v *view) (y, x float64) {
	for i := range v.loans {
		for _, s := range v.loans[i].States {
			y, x = y+num(s.Class == classOf(s.Overdue)), x+1
		}
	}
	return y, x
}

func (g *gen) lender(code string) *bank {
	for i := range g.rates.Banks.Rows {
		if g.rates.Banks.Rows[i].Code == code {
			return &g.rates.Banks.Rows[i]
		}
	}
	return nil
}

// atHome measures the loans of regional banks that go to subjects of their own cities: of home_factor over what the other
// cities weigh.
func atHome(v *view) (y, x float64) {
	for i := range v.loans {
		if b := v.lender(v.loans[i].Bank); len(b.Home) > 0 {
			x++
			y += num(indexOf(b.Home, v.world.firm.City) >= 0)
		}
	}
	return y, x
}

func individualLoans(regional bool) measure {
	return func(v *view) (y, x float64) {
		for i := range v.loans {
			if b := v.lender(v.loans[i].Bank); (len(b.Home) > 0) == regional {
				y, x = y+num(v.world.firm.Individual()), x+1
			}
		}
		return y, x
	}
}

// flawChecks hold bad data to the rates of 6.3, and what was planned of outages and of the change of the law.
func flawChecks() []checkRow {
	return []checkRow{
		{name: "fines in the wrong unit", basis: "6.3", low: 0.009, high: 0.011, of: flagged(credit.FlagUnitSuspect)},
		{name: "decisions supplied before they were made", basis: "6.3", low: 0.0015, high: 0.0025, of: flagged(credit.FlagDateSuspect)},
		{name: "decisions under a failing code", basis: "6.3", low: 0.0003, high: 0.0007, of: strays},
		{name: "decisions without a number", basis: "rates", low: 0.004, high: 0.006, of: ofDecisions(func(r *credit.Record) bool {
			_, ok := r.Body.Get(credit.FieldDocNo)
			return !ok
		})},
		{name: "repairs lost on the way", basis: "6.3", low: 0.01, high: 0.03, of: repairsLost},
		{name: "outdated division codes", basis: "6.3", low: 0.008, high: 0.012, of: func(v *view) (float64, float64) {
			return num(indexOf(v.table.old[v.world.firm.city], v.world.firm.Division) >= 0), 1
		}},
		{name: "names of several firms", basis: "6.3", low: 0.002, high: 0.004, of: func(v *view) (float64, float64) {
			return num(v.homonym(&v.world.firm)), 1
		}},
		{name: "records known while their source was silent", basis: "6.3", low: 0, high: 0, of: inOutage},
		{name: "key-field repairs asked for within 12 months, before 2023-05", basis: "P527-G, O58-KEY", low: 0.2, high: 0.9, of: earlyRepairs(true)},
		{name: "key-field repairs asked for within 12 months, since then", basis: "P527-G, O58-KEY", low: 0, high: 0, of: earlyRepairs(false)},
	}
}

// ofDecisions measures first reports of decisions.
func ofDecisions(holds func(*credit.Record) bool) measure {
	return func(v *view) (y, x float64) {
		for i := range v.records {
			if r := &v.records[i]; r.Kind == credit.KindPenalty && r.Source != markedSources[srcCreditSite] {
				y, x = y+num(holds(r)), x+1
			}
		}
		return y, x
	}
}

// flagged measures decisions with the flag; fines in the wrong unit are a share of those with a fine.
func flagged(flag credit.Flags) measure {
	return func(v *view) (y, x float64) {
		for i := range v.records {
			r := &v.records[i]
			if r.Kind != credit.KindPenalty || r.Source == markedSources[srcCreditSite] || flag == credit.FlagUnitSuspect && r.Amount == credit.NoFen {
				continue
			}
			y, x = y+num(r.Flags&flag != 0), x+1
		}
		return y, x
	}
}

func strays(v *view) (y, x float64) {
	return float64(len(v.strays)), float64(len(v.strays)) + func() (n float64) {
		for i := range v.records {
			n += num(v.records[i].Kind == credit.KindPenalty && v.records[i].Source != markedSources[srcCreditSite])
		}
		return n
	}()
}

// repairsLost measures approvals, old enough to have arrived, that never did.
func repairsLost(v *view) (y, x float64) {
	for i := range v.world.penalties {
		if p := &v.world.penalties[i]; p.repaired < v.to-60 && !p.record.IsZero() {
			x++
		}
	}
	if x == 0 {
		return 0, 0
	}
	arrived := 0.0
	for i := range v.records {
		if r := &v.records[i]; r.Kind == credit.KindRepairApproval && r.Event < v.to-60 {
			arrived++
		}
	}
	return max(0, x-arrived), x
}

func inOutage(v *view) (y, x float64) {
	for i := range v.records {
		r := &v.records[i]
		src := source(indexOf(markedSources[:], r.Source))
		for _, d := range v.outages[src] {
			y += num(r.Known >= d && r.Known < d+credit.Date(v.rates.Flaws.OutageDays))
		}
		x++
	}
	return y, x
}

// earlyRepairs measures applications about decisions in key fields, of the years before and since the change of the law.
func earlyRepairs(before bool) measure {
	change := credit.NewDate(2023, 5, 1)
	return func(v *view) (y, x float64) {
		for i := range v.world.penalties {
			p := &v.world.penalties[i]
			if p.applied == never || (p.day < change) != before || indexOf(v.rates.Repairs.KeySectors, v.sector(p)) < 0 {
				continue
			}
			y, x = y+num(p.applied <= p.day.AddMonths(12)), x+1
		}
		return y, x
	}
}
