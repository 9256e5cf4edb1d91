package synth

import (
	"hengxin/credit"
)

// reportPromises writes commitments and what is said of their fulfilment.
func (w *worker) reportPromises() {
	more := newStream(w.seed, w.world.firm.Index, partLoop)
	for i := range w.world.promises {
		p := &w.world.promises[i]
		w.body().put(credit.FieldAuthority, w.authority(uint8(p.made)%11)).putPromise(p.made, 400_000+i).
			put(credit.FieldType, w.promiseTypes.names[p.kind]).putDate(credit.FieldDue, p.due).putWords()
		id := w.add(fact{kind: credit.KindCommitment, src: srcCreditSite, event: p.made, lag: w.now.between(0, 7), amount: credit.NoFen})
		if !p.reported {
			continue
		}
		w.body().put(credit.FieldStatus, keptNames[p.kept]).put(credit.FieldStatusSource, statusSources[p.source])
		if p.kept != fulfilled {
			w.put(credit.FieldContent, "合成未履行内容")
		}
		w.add(fact{kind: credit.KindFulfilment, src: srcCreditSite, event: p.settled, lag: w.now.between(0, 5), target: id, amount: credit.NoFen})
		w.closeLoop(&more, p, id)
	}
}

// closeLoop tells the check behind a finding, and what was done about a breach. It has a stream of its own, so that the
// commitments before it stay what they are.
func (w *worker) closeLoop(s *stream, p *promise, id credit.ID) {
	r := &w.rates.Blocks
	if p.source != 0 {
		status := keptNames[p.kept]
		if p.kept == breached && s.chance(r.FalsePromise) {
			status = "false"
		}
		w.body().put(credit.FieldStatus, status).put(credit.FieldStatusSource, statusSources[p.source])
		if p.kept != fulfilled {
			w.put(credit.FieldContent, "合成未履行内容")
		}
		w.add(fact{kind: credit.KindCheck, src: srcCreditSite, event: p.settled - 2, lag: s.between(1, 5), target: id, amount: credit.NoFen})
	}
	if p.kept == fulfilled || !s.chance(r.Handled) {
		return
	}
	day := p.settled + credit.Date(s.between(20, 90))
	for _, status := range [...]string{"handled", "published", "cured"} {
		w.body().put(credit.FieldStatus, status).put(credit.FieldContent, "合成处理")
		w.add(fact{kind: credit.KindHandling, src: srcCreditSite, event: day, lag: s.between(1, 5), target: id, amount: credit.NoFen})
		if !s.chance(0.5) {
			return
		}
		day += credit.Date(s.between(10, 120))
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
		w.body().put(credit.FieldAuthority, "合成科学技术厅").putDoc(t.from, 500_000+w.doc).put(credit.FieldType, typ).putDate(credit.FieldValidFrom, t.from).putDate(credit.FieldValidTo, t.until)
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
	use := w.world.kilowattHours(day)
	w.body().put(credit.FieldType, "electricity").putMonth(credit.FieldPeriod, day).putInt(credit.FieldUsage, int64(use))
	w.add(fact{kind: credit.KindUtility, src: srcPower, event: day, lag: 5 + w.now.below(8), amount: credit.Fen(use) * 70})
}

func (w *worker) reportEnvironment() {
	from, to, _ := w.span(&w.world.firm)
	year, _, _ := from.YMD()
	for day := credit.NewDate(year, 6, 30); day <= to; day = day.AddMonths(12) {
		grade := w.environment.names[w.environment.draw(&w.now)]
		if day < from {
			continue
		}
		w.body().put(credit.FieldAuthority, w.authority(uint8(srcEcology))).put(credit.FieldType, "environment").putDate(credit.FieldValidTo, day.AddMonths(13)).put(credit.FieldGrade, grade)
		w.add(fact{kind: credit.KindAgencyGrade, src: srcEcology, event: day, lag: 10, amount: credit.NoFen})
	}
}

var permitTypes = [...]string{"ordinary", "ordinary", "ordinary", "approval", "registration", "qualification"}
var changeItems = [...]string{"address", "address", "legal_representative", "capital", "scope", "name", "shareholder"}

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
			putDate(credit.FieldValidFrom, day).putDate(credit.FieldValidTo, day.AddMonths(12*(1+w.now.below(5)))).put(credit.FieldContent, "合成许可")
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
	w.body().put(credit.FieldItem, item).put(credit.FieldBefore, "合成甲").put(credit.FieldAfter, "合成乙")
	if item == "legal_representative" {
		w.putInt(credit.FieldLegalRep, 1)
		w.handovers = append(w.handovers, day)
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

// reportGuarantee tells that a controller stands for a loan of the firm it holds, as its next yearly report discloses, and
// the same of the firm that is held. The terms come from the stream of the controller, so that both ends agree.
func (w *worker) reportGuarantee() {
	for _, x := range [...]struct {
		link   link
		holder uint64
		role   string
	}{{w.world.links.held, w.world.firm.Index, "guarantor"}, {w.world.links.holder, w.world.links.holder.index, "guaranteed"}} {
		s := newStream(w.seed, x.holder, partGuarantees)
		if x.link.since == 0 || x.link.share < 50 || !s.chance(w.rates.Activity.Guarantee) {
			continue
		}
		day, sum := x.link.since+credit.Date(s.below(400)), credit.Fen(s.logNormal(1_500_000, 1))*100
		year, _, _ := day.YMD()
		w.body().putDate(credit.FieldValidTo, day.AddMonths(24)).put(credit.FieldRole, x.role).put(credit.FieldCounterpart, string(x.link.other))
		w.add(fact{kind: credit.KindGuarantee, src: srcRegister, event: day, lag: int(credit.NewDate(year+1, 6, 30) - day), amount: sum})
	}
}
