package synth

import (
	"slices"

	"hengxin/credit"
)

// reportPenalty writes a decision as its department sends it, with the flaws of domain page 6.3, and all that follows.
func (w *worker) reportPenalty(p *penalty) {
	flaws := &w.rates.Flaws
	f := fact{kind: credit.KindPenalty, src: source(p.department), event: p.day, lag: w.lag(), amount: credit.NoFen}
	truth := credit.NoFen
	if p.fine > 0 {
		truth, f.amount = p.fine, p.fine
	}
	corrected := truth != credit.NoFen && w.now.chance(flaws.Corrected)
	switch {
	case corrected:
		f.amount = truth * 10 // a digit too many, put right below
	case truth != credit.NoFen && w.now.chance(flaws.FineInWrongUnit):
		f.amount, f.flags = truth*10_000, credit.FlagUnitSuspect
	}
	supplied := credit.NoDate
	if w.now.chance(flaws.SuppliedBeforeDecided) {
		supplied, f.lag, f.flags = p.day-1, 0, f.flags|credit.FlagDateSuspect
	}
	w.decisionBody(p, supplied)
	id := w.add(f)
	p.record = id
	if id.IsZero() {
		return
	}
	key := w.made[len(w.made)-1].Key()
	w.misplace(p)
	if w.now.chance(flaws.Duplicate) {
		w.decisionBody(p, credit.NoDate)
		w.add(fact{kind: credit.KindPenalty, src: srcCreditSite, event: p.day, lag: f.lag + 1 + w.lag(), amount: truth})
	}
	if corrected {
		w.body().put(credit.FieldCause, "clerical").put(credit.FieldReplaces, "amount")
		w.add(fact{kind: credit.KindCorrection, src: f.src, event: p.day + credit.Date(f.lag+w.now.between(5, 60)), target: id, amount: truth})
	}
	if p.revoked != never {
		w.body().put(credit.FieldCause, "review")
		w.add(fact{kind: credit.KindWithdrawal, src: f.src, event: p.revoked, lag: w.now.between(1, 5), target: id, amount: credit.NoFen})
	}
	if w.now.chance(flaws.Objected) {
		w.objection(id, p.day+credit.Date(f.lag+w.now.between(3, 90)))
	}
	w.reportPerformance(p, id)
	w.reportRepair(p, id, key)
}

// misplace takes the record of a decision, the last one made, out of the history: now and then the department never
// supplies it, so that what follows it is orphaned, or supplies it under a code whose check character fails.
func (w *worker) misplace(p *penalty) {
	s, flaws := newStream(w.seed, w.world.firm.Index*256+uint64(p.number), partStray), &w.rates.Flaws
	u, last := s.unit(), len(w.made)-1
	if u >= flaws.Unsupplied+flaws.StrayCode {
		return
	}
	if u >= flaws.Unsupplied {
		r := w.made[last]
		r.Subject, r.Flags = w.misspelt(&s), r.Flags|credit.FlagCheckFailed
		r.Seal()
		w.strays = append(w.strays, r)
	}
	w.made, p.record, p.astray = w.made[:last], credit.ID{}, true
}

// misspelt is the subject's code with another last character.
func (w *worker) misspelt(s *stream) credit.Subject {
	code := w.world.firm.code
	code[17] = codeAlphabet[(int(codeValue[code[17]])+1+s.below(29))%31]
	return credit.Subject(code[:])
}

// decisionBody writes the body of a decision; copies from a second source have the same.
func (w *worker) decisionBody(p *penalty, supplied credit.Date) {
	d := &w.rates.Penalties.Departments[p.department]
	procedure := "ordinary"
	if p.simple {
		procedure = "simple"
	}
	w.body().put(credit.FieldName, w.world.firm.Name).put(credit.FieldAuthority, w.authority(p.department))
	if s := newStream(w.seed, w.world.firm.Index*256+uint64(p.number), partNumbers); !s.chance(w.rates.Flaws.MissingNumber) {
		w.putDoc(p.day, p.number)
	}
	w.put(credit.FieldType, d.Acts[p.act]).
		put(credit.FieldPenaltyTypes, p.types).put(credit.FieldProcedure, procedure).put(credit.FieldSector, w.sector(p))
	if p.confiscated > 0 {
		w.putInt(credit.FieldConfiscated, int64(p.confiscated))
	}
	if supplied != credit.NoDate {
		w.putDate(credit.FieldSupplied, supplied)
	}
	w.put(credit.FieldBasis, "合成依据").put(credit.FieldFact, "合成事实").put(credit.FieldContent, "合成决定")
}

func (w *worker) objection(id credit.ID, day credit.Date) {
	w.body().put(credit.FieldStatus, "open")
	w.add(fact{kind: credit.KindObjection, src: srcCreditSite, event: day, lag: 1, target: id, amount: credit.NoFen})
	w.body().put(credit.FieldStatus, "closed")
	w.add(fact{kind: credit.KindObjection, src: srcCreditSite, event: day + credit.Date(w.now.between(5, 20)), lag: 1, target: id, amount: credit.NoFen})
}

func (w *worker) reportPerformance(p *penalty, id credit.ID) {
	if p.performed == never || !w.now.chance(w.rates.Repairs.PerformReported) {
		return
	}
	w.body().put(credit.FieldStatus, "performed")
	w.add(fact{kind: credit.KindPerformance, src: source(p.department), event: p.performed, lag: w.lag(), target: id, amount: credit.NoFen})
}

// reportRepair writes application, acceptance, rejection and approval. The result reaches other systems the day after,
// some days later, or never (lost); half of the site's records name their target by its business key.
func (w *worker) reportRepair(p *penalty, id, key credit.ID) {
	p.arrived = credit.NoDate
	if p.applied == never {
		return
	}
	target := id
	if w.now.chance(0.5) && !key.IsZero() {
		target = key
	}
	step := func(kind credit.Kind, day credit.Date, lag int) {
		w.body().put(credit.FieldAuthority, w.authority(p.department))
		w.add(fact{kind: kind, src: srcCreditSite, event: day, lag: lag, target: target, amount: credit.NoFen})
	}
	w.repairPromise(p)
	step(credit.KindRepairApplication, p.applied, 0)
	step(credit.KindRepairAcceptance, p.applied+credit.Date(w.now.between(1, 3)), 1)
	if p.rejected != never {
		step(credit.KindRepairRejection, p.rejected, 1)
		step(credit.KindRepairApplication, p.rejected+30, 0)
		step(credit.KindRepairAcceptance, p.rejected+credit.Date(w.now.between(31, 33)), 1)
	}
	if w.now.chance(w.rates.Repairs.Ban) {
		w.body().putDate(credit.FieldUntil, p.repaired.AddMonths(36))
		w.add(fact{kind: credit.KindRepairBan, src: srcCreditSite, event: p.repaired, lag: 1, target: target, amount: credit.NoFen})
		return
	}
	u, a, lag := w.now.unit(), w.rates.Repairs.Arrival, 1
	if u >= a.NextDay {
		lag = w.now.between(2, 10)
	}
	if p.arrived = never; u < a.NextDay+a.Late {
		step(credit.KindRepairApproval, p.repaired, lag)
		p.arrived = w.arrival(srcCreditSite, p.repaired+credit.Date(lag))
	}
}

// repairPromise is the public commitment that an application needs.
func (w *worker) repairPromise(p *penalty) {
	w.doc++
	w.body().put(credit.FieldAuthority, w.authority(p.department)).putPromise(p.applied, 100_000+w.doc).put(credit.FieldType, "repair").
		putDate(credit.FieldDue, p.applied.AddMonths(36)).putWords()
	w.add(fact{kind: credit.KindCommitment, src: srcCreditSite, event: p.applied, amount: credit.NoFen})
}

// reportSpells writes listings, cases and arrears with their removals.
func (w *worker) reportSpells() {
	for k := spellKind(0); k < numSpells; k++ {
		for i := range w.world.spells[k] {
			w.reportSpell(k, i, w.world.spells[k][i])
		}
	}
	w.reportJudgments()
	w.reportBankruptcy()
}

// spellForm says how a spell is told.
type spellForm struct {
	kind   credit.Kind
	src    source
	list   string
	typ    string
	median float64 // yuan, 0 for none
}

var spellForms = [numSpells]spellForm{
	abnormal:       {kind: credit.KindAbnormal, src: srcSAMR, list: "SAMR"},
	taxAbnormal:    {kind: credit.KindTaxAbnormal, src: srcTax},
	enforced:       {kind: credit.KindEnforcement, src: srcCourt, median: 180_000},
	severe:         {kind: credit.KindSevereListing, src: srcSAMR},
	taxArrears:     {kind: credit.KindArrears, src: srcTax, typ: "tax", median: 40_000},
	socialArrears:  {kind: credit.KindArrears, src: srcInsurance, typ: "social_insurance", median: 15_000},
	utilityArrears: {kind: credit.KindArrears, src: srcWater, typ: "utility", median: 3_000},
	defaulter:      {kind: credit.KindSevereListing, src: srcCourt, list: "SXBZXR"},
}

var abnormalCauses = [...]string{"annual_report", "annual_report", "annual_report", "unreachable", "false_information"}

func (w *worker) reportSpell(k spellKind, i int, x spell) {
	form := spellForms[k]
	if k == frozen {
		return // told among the blocks of the courts
	}
	w.doc++
	w.body()
	switch form.src {
	case srcCourt:
		w.put(credit.FieldAuthority, places[w.world.firm.city].zh+"市人民法院")
	case srcSAMR, srcTax:
		w.put(credit.FieldAuthority, w.authority(uint8(form.src)))
	}
	if form.src == srcCourt {
		w.putCase(x.from, 200_000+1000*int(k)+i)
	} else {
		w.putDoc(x.from, 200_000+1000*int(k)+i)
	}
	if form.typ != "" {
		w.put(credit.FieldType, form.typ)
	}
	switch {
	case k == severe:
		w.put(credit.FieldList, w.severeLists.names[x.detail])
	case form.list != "":
		w.put(credit.FieldList, form.list)
	}
	if k == severe || k == defaulter {
		w.put(credit.FieldCause, "合成事由").put(credit.FieldBasis, "合成依据").put(credit.FieldContent, "合成义务")
	}
	if k == abnormal {
		w.put(credit.FieldCause, abnormalCauses[w.now.below(len(abnormalCauses))])
	}
	f := fact{kind: form.kind, src: form.src, event: x.from, lag: w.now.between(0, 5), amount: credit.NoFen}
	if form.median > 0 {
		f.amount = credit.Fen(w.now.logNormal(form.median, 1.4)) * 100
	}
	if form.kind == credit.KindArrears {
		w.putInt(credit.FieldBalance, int64(f.amount))
	}
	if k == socialArrears {
		w.putInt(credit.FieldMonths, 1)
	}
	id := w.add(f)
	if k == defaulter && w.now.chance(w.rates.Spells.Extension) && !x.restored {
		w.body().putDate(credit.FieldUntil, x.until.AddMonths(12))
		w.add(fact{kind: credit.KindExtension, src: form.src, event: x.until - 30, lag: 1, target: id, amount: credit.NoFen})
	}
	if x.restored {
		w.body()
		w.add(fact{kind: credit.KindRemoval, src: form.src, event: x.until, lag: w.now.between(0, 4), target: id, amount: credit.NoFen})
	}
}

var judgmentRoles = [...]string{"defendant", "defendant", "plaintiff", "plaintiff", "third_party"}
var judgmentCauses = [...]string{"sale_contract", "loan_contract", "labour", "construction_contract", "lease"}

func (w *worker) reportJudgments() {
	from, to, ok := w.span(&w.world.firm)
	if !ok {
		return
	}
	days := int(to-from) + 1
	rate := w.rates.Spells.Judgments.of(w.world.firm.Individual()) * w.world.firm.distress
	for i := range w.now.poisson(rate * float64(days) / 365.25) {
		day := from + credit.Date(w.now.below(days))
		w.body().put(credit.FieldType, "hearing")
		w.add(fact{kind: credit.KindCourtNotice, src: srcCourt, event: max(from, day-credit.Date(20+w.now.below(60))), amount: credit.NoFen})
		w.body().put(credit.FieldAuthority, places[w.world.firm.city].zh+"市人民法院").putCase(day, 300_000+i).
			put(credit.FieldCause, judgmentCauses[w.now.below(len(judgmentCauses))]).
			put(credit.FieldRole, judgmentRoles[w.now.below(len(judgmentRoles))])
		w.add(fact{kind: credit.KindJudgment, src: srcCourt, event: day, lag: w.now.between(5, 60),
			amount: credit.Fen(w.now.logNormal(120_000, 1.5)) * 100})
	}
}

// reportBankruptcy now and then opens a reorganisation of a firm in enforcement: the application, then the ruling.
func (w *worker) reportBankruptcy() {
	if len(w.world.spells[enforced]) == 0 || w.world.firm.Individual() || !w.now.chance(w.rates.Spells.Bankruptcy) {
		return
	}
	c := slices.MaxFunc(w.world.spells[enforced], func(a, b spell) int { return int(a.from - b.from) })
	for i, status := range [...]string{"applied", "approved"} {
		w.body().put(credit.FieldStatus, status)
		w.add(fact{kind: credit.KindBankruptcy, src: srcCourt, event: c.from + 120 + credit.Date(60*i), lag: 2, amount: credit.NoFen})
	}
}
