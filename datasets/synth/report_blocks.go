package synth

import (
	"hengxin/credit"
)

// The blocks of this file and the next are drawn while they are written: nothing that follows in time rests on them,
// and the true risk does not read them.

// reportBlocks writes what the register, the courts, the tax office and other departments send besides penalties,
// states and commitments.
func (w *worker) reportBlocks() {
	w.now = newStream(w.seed, w.world.firm.Index, partBlocks)
	w.reportCourts()
	w.reportClosure()
	from, to, ok := w.span(&w.world.firm)
	if !ok {
		return
	}
	w.reportOfficers(to)
	w.reportBills()
	w.reportFund()
	w.reportYears(from, to)
	w.reportGrades(from, to)
	w.reportRights(from, to)
	w.reportBranches(from, to)
	w.reportInspections(from, to)
}

// reportCourts tells freezes of equity with their ends, and the limits on consumption of judgment defaulters.
func (w *worker) reportCourts() {
	court := places[w.world.firm.city].zh + "市人民法院"
	for i, x := range w.world.spells[frozen] {
		w.body().put(credit.FieldAuthority, court).putCase(x.from, 800_000+i).put(credit.FieldType, "equity").
			putDate(credit.FieldValidTo, x.from.AddMonths(36))
		id := w.add(fact{kind: credit.KindFreeze, src: srcCourt, event: x.from, lag: 3, amount: w.yuan(300_000, 1.2)})
		w.body()
		w.add(fact{kind: credit.KindRemoval, src: srcCourt, event: x.until, lag: 3, target: id, amount: credit.NoFen})
	}
	for i, x := range w.world.spells[defaulter] {
		if !w.now.chance(w.rates.Blocks.Consumption) {
			continue
		}
		w.body().put(credit.FieldAuthority, court).putCase(x.from, 810_000+i)
		id := w.add(fact{kind: credit.KindConsumption, src: srcCourt, event: x.from, lag: w.now.between(0, 5), amount: credit.NoFen})
		w.body()
		w.add(fact{kind: credit.KindRemoval, src: srcCourt, event: x.until, lag: w.now.between(0, 5), target: id, amount: credit.NoFen})
	}
}

// yuan draws a log-normal sum in whole yuan.
func (w *worker) yuan(median, sd float64) credit.Fen {
	return credit.Fen(max(1, w.now.logNormal(median, sd))) * 100
}

// reportClosure tells the end of a firm, and which firm took it over where one did.
func (w *worker) reportClosure() {
	f, r := &w.world.firm, &w.rates.Blocks
	if f.Ceased == credit.NoDate {
		return
	}
	status, u := "cancelled", w.now.unit()
	switch {
	case u < r.Revoked:
		status = "revoked"
	case u < r.Revoked+r.Moved:
		status = "moved"
	}
	w.body().put(credit.FieldStatus, status)
	w.add(fact{kind: credit.KindClosure, src: srcRegister, event: f.Ceased, lag: 1, amount: credit.NoFen})
	if status != "cancelled" || !w.now.chance(r.Succession) {
		return
	}
	var heir Firm
	if next := w.heldBy(f.Index); next != f.Index {
		w.firm(next, &heir)
		if heir.alive(f.Ceased) {
			w.body().put(credit.FieldCause, "merger").put(credit.FieldCounterpart, string(heir.code[:]))
			w.add(fact{kind: credit.KindSuccession, src: srcRegister, event: f.Ceased, lag: w.now.between(1, 20), amount: credit.NoFen})
		}
	}
}

// reportBills tells water or gas bills of a share of those whose power is read: the use follows that of power.
func (w *worker) reportBills() {
	if !w.world.metered || !w.now.chance(w.rates.Blocks.Bills) {
		return
	}
	typ, unit, price := "water", 0.02, 4.0
	if w.now.chance(0.3) {
		typ, unit, price = "gas", 0.05, 3.5
	}
	overdue := 0
	w.monthly(w.profile.BillMonths, func(day credit.Date) {
		use := max(1, float64(w.world.kilowattHours(day))*unit*(0.9+float64(0.2*w.now.unit())))
		sum := credit.Fen(use*price) * 100
		if overdue = (overdue + 1) * int(bit(w.now.chance(w.rates.Blocks.BillOverdue))); overdue == 0 && w.world.in(utilityArrears, day) != nil {
			overdue = 1
		}
		paid := sum
		if overdue > 0 {
			paid = 0
		}
		w.body().put(credit.FieldType, typ).putMonth(credit.FieldPeriod, day).putInt(credit.FieldUsage, int64(use)).
			putInt(credit.FieldPaid, int64(paid)).putInt(credit.FieldOverdue, int64(overdue))
		w.add(fact{kind: credit.KindUtility, src: srcWater, event: day, lag: 8 + w.now.below(10), amount: sum})
	})
}

// reportFund tells the housing fund of a share of those whose people are insured.
func (w *worker) reportFund() {
	if !w.world.insured || !w.now.chance(w.rates.Blocks.Fund) {
		return
	}
	share, each := 0.6+float64(0.4*w.now.unit()), w.now.between(300, 1800)
	w.monthly(w.profile.FundMonths, func(day credit.Date) {
		n := max(1, int(float64(w.world.heads(day))*share))
		w.body().putInt(credit.FieldCount, int64(n)).putMonth(credit.FieldPeriod, day)
		w.add(fact{kind: credit.KindHousingFund, src: srcFund, event: day, lag: 10 + w.now.below(8), amount: credit.Fen(n*each) * 100})
	})
}

// putMonth writes a period of a month, 2024-03.
func (w *worker) putMonth(f credit.Field, day credit.Date) *worker {
	var buf [16]byte
	return w.put(f, string(day.AppendTo(buf[:0])[:7]))
}
