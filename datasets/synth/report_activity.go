package synth

import (
	"hengxin/credit"
)

// reportPromises writes commitments and what is said of their fulfilment.
func (w *worker) reportPromises() {
	for i := range w.world.promises {
		p := &w.world.promises[i]
		w.body().put(credit.FieldAuthority, w.authority(uint8(p.made)%11)).putDoc(p.made, 400_000+i).
			put(credit.FieldType, w.promiseTypes.names[p.kind]).putDate(credit.FieldDue, p.due).put(credit.FieldPublicity, "public")
		id := w.add(fact{kind: credit.KindCommitment, src: srcCreditSite, event: p.made, lag: w.now.between(0, 7), amount: credit.NoFen})
		if !p.reported {
			continue
		}
		w.body().put(credit.FieldStatus, keptNames[p.kept]).put(credit.FieldStatusSource, statusSources[p.source])
		w.add(fact{kind: credit.KindFulfilment, src: srcCreditSite, event: p.settled, lag: w.now.between(0, 5), target: id, amount: credit.NoFen})
	}
}

// reportActivity writes tax grades, insured people, power and environmental grades.
func (w *worker) reportActivity() {
	for _, x := range w.world.grades {
		w.body().put(credit.FieldGrade, gradeNames[x.value]).putInt(credit.FieldPeriod, int64(x.year))
		w.add(fact{kind: credit.KindTaxGrade, src: srcTax, event: x.published, amount: credit.NoFen})
	}
	for _, t := range w.world.titles {
		w.doc++
		typ := "high_tech"
		if t.from%3 == 0 {
			typ = "specialised_new"
		}
		w.body().putDoc(t.from, 500_000+w.doc).put(credit.FieldType, typ).putDate(credit.FieldValidFrom, t.from).putDate(credit.FieldValidTo, t.until)
		w.add(fact{kind: credit.KindQualification, src: srcScience, event: t.from, lag: w.now.between(0, 10), amount: credit.NoFen})
	}
	if w.world.insured {
		day := w.world.firm.Established + credit.Date(20+w.now.below(100))
		w.body().put(credit.FieldType, "social_insurance")
		w.add(fact{kind: credit.KindEnrolment, src: srcInsurance, event: day, lag: 12, amount: credit.NoFen})
		w.monthly(w.profile.HeadcountMonths, w.reportHeads)
	}
	if w.world.metered {
		w.monthly(w.profile.PowerMonths, w.reportPower)
	}
	if w.world.rated {
		w.reportEnvironment()
	}
}

// monthly calls tell with the last day of every period of so many months in which the firm lives.
func (w *worker) monthly(months int, tell func(day credit.Date)) {
	from, to, ok := w.span(&w.world.firm)
	if !ok {
		return
	}
	year, _, _ := from.YMD()
	for day := credit.NewDate(year, months, 1).MonthEnd(); day <= to; day = day.AddMonths(months).MonthEnd() {
		if day >= from {
			tell(day)
		}
	}
}

func (w *worker) reportHeads(day credit.Date) {
	year, month, _ := day.YMD()
	period := [...]byte{byte('0' + year/1000), byte('0' + year/100%10), byte('0' + year/10%10), byte('0' + year%10), '-', byte('0' + month/10), byte('0' + month%10)}
	w.body().putInt(credit.FieldCount, int64(w.world.heads(day))).put(credit.FieldPeriod, string(period[:]))
	w.add(fact{kind: credit.KindHeadcount, src: srcInsurance, event: day, lag: 12 + w.now.below(8), amount: credit.NoFen})
}

func (w *worker) reportPower(day credit.Date) {
	w.body().put(credit.FieldMetric, "power_kwh").putInt(credit.FieldValue, int64(w.world.kilowattHours(day)))
	w.add(fact{kind: credit.KindSnapshot, src: srcPower, event: day, lag: 5 + w.now.below(8), amount: credit.NoFen})
}

func (w *worker) reportEnvironment() {
	from, to, _ := w.span(&w.world.firm)
	year, _, _ := from.YMD()
	for day := credit.NewDate(year, 6, 30); day <= to; day = day.AddMonths(12) {
		grade := w.environment.names[w.environment.draw(&w.now)]
		if day < from {
			continue
		}
		w.body().put(credit.FieldMetric, "environment_grade").put(credit.FieldValue, grade)
		w.add(fact{kind: credit.KindSnapshot, src: srcEcology, event: day, lag: 10, amount: credit.NoFen})
	}
}

var permitTypes = [...]string{"ordinary", "ordinary", "ordinary", "approval", "registration", "qualification"}
var changeItems = [...]string{"address", "address", "legal_rep", "capital", "scope", "name", "shareholder"}

// reportPapers writes permits, changes and awards.
func (w *worker) reportPapers() {
	from, to, ok := w.span(&w.world.firm)
	if !ok {
		return
	}
	a, one, days := &w.rates.Activity, w.world.firm.Individual(), int(to-from)+1
	years := float64(days) / 365.25
	for i := range w.now.poisson(a.Permits.of(one) * w.profile.PermitFactor * years) {
		day := from + credit.Date(w.now.below(days))
		d := uint8(w.now.below(11))
		w.body().put(credit.FieldAuthority, w.authority(d)).putDoc(day, 600_000+i).put(credit.FieldType, permitTypes[w.now.below(len(permitTypes))]).
			putDate(credit.FieldValidFrom, day).putDate(credit.FieldValidTo, day.AddMonths(12*(1+w.now.below(5))))
		w.add(fact{kind: credit.KindPermit, src: source(d), event: day, lag: w.lag(), amount: credit.NoFen})
	}
	for range w.now.poisson(a.Changes.of(one) * years) {
		w.reportChange(from + credit.Date(w.now.below(days)))
	}
	for i := range w.now.poisson(a.Awards.of(one) * w.profile.AwardFactor * years) {
		day := from + credit.Date(w.now.below(days))
		w.body().put(credit.FieldAuthority, places[w.world.firm.city].zh+"市公共资源交易中心").putDoc(day, 700_000+i)
		w.add(fact{kind: credit.KindAward, src: srcTender, event: day, lag: w.now.between(0, 6), amount: credit.Fen(w.now.logNormal(600_000, 1.3)) * 100})
	}
}

func (w *worker) reportChange(day credit.Date) {
	item := changeItems[w.now.below(len(changeItems))]
	w.body().put(credit.FieldItem, item)
	if item == "legal_rep" {
		w.putInt(credit.FieldLegalRep, 1)
	}
	w.add(fact{kind: credit.KindChange, src: srcRegister, event: day, lag: 1, amount: credit.NoFen})
}

// reportLinks writes both ends of a holding.
func (w *worker) reportLinks() {
	for _, x := range [...]struct {
		link link
		role string
	}{{w.world.links.holder, "shareholder"}, {w.world.links.held, "investor"}} {
		if x.link.since == 0 {
			continue
		}
		share := [...]byte{byte('0' + x.link.share/100), '.', byte('0' + x.link.share/10%10), byte('0' + x.link.share%10)}
		w.body().put(credit.FieldRole, x.role).put(credit.FieldShare, string(share[:])).put(credit.FieldCounterpart, string(x.link.other)).
			putInt(credit.FieldHome, 1)
		w.add(fact{kind: credit.KindShareholding, src: srcRegister, event: x.link.since, lag: 1, amount: credit.NoFen})
	}
	w.reportGuarantee()
}

// reportGuarantee tells that a controller stands for a loan of the firm it holds, as its next yearly report discloses.
func (w *worker) reportGuarantee() {
	held := w.world.links.held
	if held.since == 0 || held.share < 50 || !w.now.chance(w.rates.Activity.Guarantee) {
		return
	}
	day := held.since + credit.Date(w.now.below(400))
	year, _, _ := day.YMD()
	w.body().putDate(credit.FieldValidTo, day.AddMonths(24)).put(credit.FieldCounterpart, string(held.other))
	w.add(fact{kind: credit.KindGuarantee, src: srcRegister, event: day, lag: int(credit.NewDate(year+1, 6, 30) - day),
		amount: credit.Fen(w.now.logNormal(1_500_000, 1)) * 100})
}
