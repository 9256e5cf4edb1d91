package synth

import (
	"math"

	"hengxin/credit"
	"hengxin/exact"
)

// accounts are the figures of a firm's year: from its people and its luck, worse where it is in distress.
type accounts struct{ revenue, assets, liabilities, profit, tax credit.Fen }

// accountsOf draws a year. wealth and margin are the firm's own; the year adds a little.
func (w *worker) accountsOf(day credit.Date, wealth, lean float64) accounts {
	people := float64(w.world.heads(day))
	revenue := people * 260_000 * wealth * exact.Exp(float64(0.15*w.now.normal()))
	assets := revenue * (0.6 + float64(0.5*w.now.unit()))
	debt := min(0.98, logistic(lean+float64(0.35*exact.Log(max(w.world.firm.distress, 0.05)))+float64(0.2*w.now.normal())))
	margin := 0.055 - float64(0.02*exact.Log(max(w.world.firm.distress, 0.05))) + float64(0.03*w.now.normal())
	profit := revenue * margin
	return accounts{revenue: yuan(revenue), assets: yuan(assets), liabilities: yuan(assets * debt), profit: yuan(profit),
		tax: yuan(revenue*0.012 + max(0, profit)*0.1)}
}

func yuan(x float64) credit.Fen { return credit.Fen(math.Round(x)) * 100 }

// reportYears tells annual reports, and of some enterprises the taxes, imports and exports of a year. A report not filed
// leaves a gap: its listing is among the abnormal ones.
func (w *worker) reportYears(from, to credit.Date) {
	f, r := &w.world.firm, &w.rates.Blocks
	one := f.Individual()
	published := w.now.chance(r.ReportPublished.of(one))
	pays := !one && len(w.world.grades) > 0 && w.now.chance(r.TaxPaid)
	trades := !one && w.now.chance(w.tradeShare())
	if !published && !pays && !trades {
		return
	}
	wealth, lean := exact.Exp(float64(0.6*w.now.normal())), -0.1+float64(0.5*w.now.normal())
	first, _, _ := max(from, f.Established).YMD()
	last, _, _ := to.YMD()
	for year := first; year < last; year++ {
		a := w.accountsOf(credit.NewDate(year, 12, 31), wealth, lean)
		filed, lag := w.now.chance(r.ReportFiled.of(one)), w.now.between(10, 180)
		if published && filed {
			w.reportYear(year, lag, &a)
		}
		end := credit.NewDate(year, 12, 31)
		if pays && end <= to {
			w.body().put(credit.FieldType, "all").putInt(credit.FieldPeriod, int64(year))
			w.add(fact{kind: credit.KindTaxPaid, src: srcTax, event: end, lag: 15 + w.now.below(10), amount: a.tax})
		}
		if trades && end <= to {
			w.body().put(credit.FieldType, "export").putInt(credit.FieldPeriod, int64(year))
			w.add(fact{kind: credit.KindTrade, src: srcCustoms, event: end, lag: 20 + w.now.below(10), amount: a.revenue / 4})
		}
	}
	if trades {
		w.body().put(credit.FieldAuthority, "合成海关").put(credit.FieldType, "customs").put(credit.FieldGrade, w.blocks.customs.names[w.blocks.customs.draw(&w.now)])
		w.add(fact{kind: credit.KindAgencyGrade, src: srcCustoms, event: max(from, f.Established+200), amount: credit.NoFen})
	}
}

// tradeShare is of enterprises in manufacturing and wholesale, so that it is the stated share of all.
func (w *worker) tradeShare() float64 {
	if s := w.world.firm.Section; s != "C" && s != "F" {
		return 0
	}
	return w.rates.Blocks.Trade / (w.rates.Population.EnterpriseIndustries["C"] + w.rates.Population.EnterpriseIndustries["F"])
}

func (w *worker) reportYear(year, lag int, a *accounts) {
	w.body().putInt(credit.FieldCount, int64(w.world.heads(credit.NewDate(year, 12, 31)))).putInt(credit.FieldPeriod, int64(year))
	net := min(a.profit, a.profit*3/4) // a loss is not taxed
	w.putInt(credit.FieldAssets, int64(a.assets))
	if w.world.firm.Individual() { // the short form
		w.putInt(credit.FieldRevenue, int64(a.revenue))
	} else {
		w.putInt(credit.FieldLiabilities, int64(a.liabilities)).putInt(credit.FieldEquity, int64(a.assets-a.liabilities)).
			putInt(credit.FieldRevenue, int64(a.revenue)).putInt(credit.FieldProfit, int64(a.profit)).putInt(credit.FieldNetProfit, int64(net)).
			putInt(credit.FieldTaxes, int64(a.tax))
	}
	w.add(fact{kind: credit.KindAnnualReport, src: srcSAMR, event: credit.NewDate(year, 12, 31), lag: lag, amount: credit.NoFen})
}

// reportGrades tells the yearly grades of market supervision, of labour and of the public credit centre.
func (w *worker) reportGrades(from, to credit.Date) {
	f, r := &w.world.firm, &w.rates.Blocks
	if f.Individual() {
		return
	}
	for _, g := range [...]struct {
		typ   string
		src   source
		of    float64
		mix   *mix
		month int
	}{
		{"risk", srcSAMR, r.RiskGraded, &w.blocks.risk, 3},
		{"public_credit", srcCreditSite, r.CreditGraded, &w.blocks.credit, 5},
		{"labour", srcLabour, r.LabourGraded * num(w.world.insured), &w.blocks.labour, 9},
	} {
		if !w.now.chance(g.of) {
			continue
		}
		year, _, _ := from.YMD()
		for day := credit.NewDate(year, g.month, 20); day <= to; day = day.AddMonths(12) {
			grade := g.mix.names[g.mix.draw(&w.now)]
			if day < from {
				continue
			}
			y, _, _ := day.YMD()
			w.body().put(credit.FieldAuthority, w.grader(g.src)).put(credit.FieldType, g.typ).putDate(credit.FieldValidTo, day.AddMonths(13)).put(credit.FieldGrade, grade).putInt(credit.FieldPeriod, int64(y-1))
			w.add(fact{kind: credit.KindAgencyGrade, src: g.src, event: day, lag: w.now.between(0, 5), amount: credit.NoFen})
		}
	}
}

// grader names who gives a grade.
func (w *worker) grader(src source) string {
	if src > srcCulture {
		return places[w.world.firm.city].zh + "市公共信用信息中心"
	}
	return w.authority(uint8(src))
}

var honours = [...]struct{ typ, level string }{
	{"contract_honouring", "municipal"}, {"quality_award", "county"}, {"credit_model", "municipal"}, {"credit_model", "provincial"}, {"commendation", "national"},
}

// reportRights tells pledges, intellectual property and honours.
func (w *worker) reportRights(from, to credit.Date) {
	f, r := &w.world.firm, &w.rates.Blocks
	days := int(to-from) + 1
	years := float64(days) / 365.25
	if !f.Individual() {
		for i := range w.now.poisson(r.PledgesAYear * years) {
			w.reportPledge(i, from+credit.Date(w.now.below(days)))
		}
	}
	rate := r.RightsAYear.of(f.Individual()) * map[string]float64{"C": 2, "I": 4, "M": 4}[f.Section]
	if rate == 0 {
		rate = r.RightsAYear.of(f.Individual())
	}
	for i := range w.now.poisson(rate * years) {
		day := from + credit.Date(w.now.below(days))
		w.body().putDoc(day, 830_000+i).put(credit.FieldType, w.blocks.rights.names[w.blocks.rights.draw(&w.now)]).
			putDate(credit.FieldValidTo, day.AddMonths(120)).put(credit.FieldStatus, "granted")
		w.add(fact{kind: credit.KindIP, src: srcScience, event: day, lag: w.now.between(1, 40), amount: credit.NoFen})
	}
	for i := range w.now.poisson(r.HonoursAYear.of(f.Individual()) * years) {
		day, h := from+credit.Date(w.now.below(days)), honours[w.now.below(len(honours))]
		w.body().put(credit.FieldAuthority, w.authority(0)).putDoc(day, 840_000+i).put(credit.FieldType, h.typ).
			putDate(credit.FieldValidTo, day.AddMonths(36)).put(credit.FieldLevel, h.level)
		w.add(fact{kind: credit.KindHonour, src: srcCreditSite, event: day, lag: w.now.between(1, 20), amount: credit.NoFen})
	}
}

// reportBranches tells how many branches a large part of the larger firms has: a count without a date of its own.
func (w *worker) reportBranches(from, to credit.Date) {
	if w.world.firm.Headcount < 20 || !w.now.chance(0.3) {
		return
	}
	w.body().put(credit.FieldMetric, "branches").putInt(credit.FieldValue, int64(w.now.between(1, 6)))
	w.add(fact{kind: credit.KindSnapshot, src: srcRegister, event: from + (to-from)/2, lag: 5, amount: credit.NoFen})
}

func (w *worker) reportPledge(i int, day credit.Date) {
	end := day.AddMonths(12 * w.now.between(1, 3))
	w.body().put(credit.FieldAuthority, w.authority(0)).putDoc(day, 820_000+i).
		put(credit.FieldType, w.blocks.pledges.names[w.blocks.pledges.draw(&w.now)]).putDate(credit.FieldValidFrom, day).putDate(credit.FieldValidTo, end)
	id := w.add(fact{kind: credit.KindPledge, src: srcRegister, event: day, lag: 1, amount: w.yuan(2_000_000, 1.2)})
	if w.now.chance(w.rates.Blocks.PledgeReleased) {
		w.body()
		w.add(fact{kind: credit.KindRemoval, src: srcRegister, event: day + credit.Date(30+w.now.below(int(end-day)-30)), lag: 1, target: id, amount: credit.NoFen})
	}
}

// inspectors are who comes, and what for.
var inspectors = [...]struct {
	src source
	typ string
}{{srcSAMR, "double_random"}, {srcSAMR, "double_random"}, {srcSAMR, "product_check"}, {srcTax, "tax_audit"}, {srcFire, "double_random"}, {srcEmergency, "special"}, {srcEcology, "special"}}

func (w *worker) reportInspections(from, to credit.Date) {
	f, r := &w.world.firm, &w.rates.Blocks
	days := int(to-from) + 1
	for i := range w.now.poisson(r.InspectionsAYear.of(f.Individual()) * float64(days) / 365.25) {
		day, who := from+credit.Date(w.now.below(days)), inspectors[w.now.below(len(inspectors))]
		odds := 1.0
		if w.world.penaltiesWithin(day, 24) > 0 {
			odds = r.InspectionOdds
		}
		status := "passed"
		if w.now.chance(shift(r.InspectionFailed, odds)) {
			status = "failed"
		}
		w.body().put(credit.FieldAuthority, w.authority(uint8(who.src))).putDoc(day, 850_000+i).put(credit.FieldType, who.typ).put(credit.FieldStatus, status)
		w.add(fact{kind: credit.KindInspection, src: who.src, event: day, lag: w.now.between(1, 20), amount: credit.NoFen})
	}
}
