package features

import (
	"math"
	"strconv"

	"hengxin/credit"
)

// reportOracles are the indicators over what is reported every month or year, rights, grades, and what became of
// commitments.
func reportOracles(t map[string]oracle) {
	monthlyOracles(t)
	capitalOracles(t)
	rightsOracles(t)
	annualOracles(t)
	loopOracles(t)
	repeatOracles(t)
	sourceOracles(t)
}

func monthlyOracles(t map[string]oracle) {
	all := counted(credit.KindUtility)
	power, water, usage := all.with(has("type", "electricity")), all.with(has("type", "water")), number("usage")
	unpaid := func(d *day, s seen) bool { return number("overdue")(d, s) > 0 || number("balance")(d, s) > 0 }
	t["use_power"], t["use_power_change_12m"], t["use_power_of_peak_24m"] = power.latest(usage), change(power, usage), ofPeak(power.in(24), usage)
	t["use_power_zero_12m"] = power.in(12).with(func(d *day, s seen) bool { return usage(d, s) == 0 }).n()
	t["use_water_change_12m"] = change(water, usage)
	t["use_unpaid_n_12m"], t["use_unpaid_share_24m"] = all.with(unpaid).in(12).n(), all.in(24).share(unpaid)
	fund, count := counted(credit.KindHousingFund), number("count")
	t["fund_latest"], t["fund_change_12m"], t["fund_months_12m"] = fund.latest(count), change(fund, count), fund.in(12).n()
	paid, trade := counted(credit.KindTaxPaid), counted(credit.KindTrade)
	t["tpd_yuan_12m"], t["tpd_trend"], t["tpd_months_12m"] = paid.in(12).sum(yuan), growth(paid), paid.in(12).distinct("period")
	t["trd_yuan_12m"], t["trd_trend"], t["trd_months_12m"] = trade.in(12).sum(yuan), growth(trade), trade.in(12).distinct("period")
	t["tpd_capital_12m"] = uponCapital(paid, 12)
	for id, s := range map[string]sel{"silent_headcount": counted(credit.KindHeadcount).in(24), "silent_power": power.in(24), "silent_fund": fund.in(24),
		"silent_tax_paid": paid.in(36)} {
		t[id] = func(d *day) float64 {
			if len(s(d)) < 3 || s.gapMean()(d) == 0 {
				return nan
			}
			return s.min(age)(d) / s.gapMean()(d)
		}
	}
}

// growth is the sum of the last 12 months over that of the 12 before, less 1.
func growth(s sel) oracle {
	return func(d *day) float64 {
		now := s.in(12).sum(fen)(d)
		before := s.in(24).sum(fen)(d) - now
		if before <= 0 {
			return nan
		}
		return now/before - 1
	}
}

// uponCapital is the sum of amounts over the latest registered capital above zero.
func uponCapital(s sel, months int) oracle {
	return func(d *day) float64 {
		for _, r := range counted(credit.KindRegistration)(d) {
			if capital := number("capital")(d, r); capital > 0 {
				return s.in(months).sum(fen)(d) / capital
			}
		}
		return nan
	}
}

func capitalOracles(t map[string]oracle) {
	live := func(k credit.Kind) sel { return counted(k).with(not(followed(removal)), not(lapsed)) }
	plg, frz := live(credit.KindPledge), live(credit.KindFreeze)
	t["plg_live_n"], t["plg_equity_n"], t["plg_yuan_live"] = plg.n(), plg.with(has("type", "equity")).n(), plg.sum(yuan)
	t["frz_live_n"], t["frz_yuan_live"] = frz.n(), frz.sum(yuan)
	t["plg_capital"], t["frz_capital"] = uponCapital(plg, 0), uponCapital(frz, 0)
	t["pen_capital_36m"], t["enf_capital_all"] = uponCapital(counted(credit.KindPenalty), 36), uponCapital(counted(credit.KindEnforcement), 0)
}

func rightsOracles(t map[string]oracle) {
	ip := counted(credit.KindIP).with(not(lapsed), not(has("status", "pending", "refused")))
	t["ip_n_all"], t["ip_n_36m"], t["ip_invention_n"] = ip.n(), ip.in(36).n(), ip.with(has("type", "invention")).n()
	t["ip_types"], t["ip_days_since"] = ip.distinct("type"), ip.min(age)
	hon := counted(credit.KindHonour)
	level := func(_ *day, s seen) float64 {
		switch s.text["level"] {
		case "national":
			return 4
		case "provincial":
			return 3
		case "municipal":
			return 2
		case "county":
			return 1
		}
		return nan
	}
	t["hon_valid_n"], t["hon_level"], t["hon_days_since"] = hon.with(not(lapsed)).n(), hon.with(not(lapsed)).max(level), hon.min(age)
	grade := func(_ *day, s seen) float64 {
		switch s.text["grade"] {
		case "green":
			return 5
		case "A", "blue":
			return 4
		case "B", "yellow", "advanced":
			return 3
		case "C", "red", "regular":
			return 2
		case "D", "black", "dishonest":
			return 1
		}
		return nan
	}
	for id, typ := range map[string]string{"agg_environment": "environment", "agg_customs": "customs", "agg_labour": "labour", "agg_risk": "risk", "agg_public": "public_credit"} {
		t[id] = counted(credit.KindAgencyGrade).with(has("type", typ), not(lapsed)).latest(grade)
	}
	ins := counted(credit.KindInspection)
	failed := ins.with(has("status", "failed"))
	t["ins_n_24m"], t["ins_fail_n_36m"], t["ins_fail_days"] = ins.in(24).n(), failed.in(36).n(), failed.min(age)
	t["ins_pass_share_24m"] = ins.in(24).with(has("status", "passed", "failed")).share(has("status", "passed"))
	txa, lim := counted(credit.KindTaxAbnormal), counted(credit.KindConsumption)
	t["txa_n"], t["txa_days"], t["lim_n"], t["lim_days_since"] = txa.n(), txa.max(age), lim.n(), lim.min(age)
	t["clo_any"] = func(d *day) float64 { return math.Min(1, counted(credit.KindClosure).n()(d)) }
	named := func(_ *day, s seen) bool { _, ok := s.text["counterpart"]; return ok }
	t["off_rep_n_36m"] = counted(credit.KindOfficer).with(has("role", "legal_representative"), not(named)).in(36).distinct("person")
}

func annualOracles(t map[string]oracle) {
	ann := counted(credit.KindAnnualReport)
	over := func(a, b string) oracle {
		return ann.latest(func(d *day, s seen) float64 {
			if x := number(b)(d, s); x > 0 {
				return number(a)(d, s) / x
			}
			return nan
		})
	}
	year := func(_ *day, s seen) float64 {
		y, err := strconv.Atoi(s.text["period"])
		if err != nil {
			return nan
		}
		return float64(y)
	}
	t["ann_leverage"], t["ann_margin"], t["ann_tax_share"] = over("liabilities", "assets"), over("net_profit", "revenue"), over("taxes", "revenue")
	revenue := func(d *day, s seen) float64 {
		if x := number("revenue")(d, s); x == x {
			return x
		}
		return fen(d, s)
	}
	t["ann_revenue"] = ann.latest(func(d *day, s seen) float64 { return revenue(d, s) / 100 })
	t["ann_persons"] = ann.latest(number("count"))
	t["ann_growth"] = func(d *day) float64 {
		list := ann(d)
		for _, s := range list {
			if year(d, s) == year(d, list[0])-1 {
				if revenue(d, s) <= 0 {
					return nan
				}
				return revenue(d, list[0])/revenue(d, s) - 1
			}
		}
		return nan
	}
	t["ann_loss_run"] = func(d *day) float64 {
		n := 0.0
		if list := ann(d); len(list) > 0 && math.IsNaN(number("net_profit")(d, list[0])) {
			return nan
		}
		for _, s := range ann(d) {
			if !(number("net_profit")(d, s) < 0) {
				break
			}
			n++
		}
		return n
	}
	t["ann_late_n"] = ann.with(func(d *day, s seen) bool { return s.Known > credit.NewDate(int(year(d, s))+1, 6, 30) }).n()
	t["ann_behind"] = func(d *day) float64 {
		due := 2000
		for credit.NewDate(due+2, 7, 1) <= d.date { // the report of due+1 had to be out on 30 June of due+2
			due++
		}
		return math.Max(0, float64(due)-ann.max(year)(d))
	}
}

func loopOracles(t map[string]oracle) {
	com := counted(credit.KindCommitment)
	is := func(c func(s *credit.Stage) bool) sel {
		return com.with(func(_ *day, s seen) bool { return c(&s.stage) })
	}
	spot := is(func(s *credit.Stage) bool { return s.By == credit.FoundRandom })
	t["com_online_n"], t["com_spot_n"] = is(func(s *credit.Stage) bool { return s.By == credit.FoundOnline }).n(), spot.n()
	t["com_spot_share"] = spot.share(func(_ *day, s seen) bool { return s.stage.Finding == credit.FindingKept })
	t["com_false_n"] = is(func(s *credit.Stage) bool { return s.Finding == credit.FindingFalse }).n()
	t["com_cured_n"] = is(func(s *credit.Stage) bool { return s.Cured }).n()
	t["com_handled_n"] = is(func(s *credit.Stage) bool { return s.Handled }).n()
	t["com_shown_n"] = is(func(s *credit.Stage) bool { return s.Published }).n()
	t["com_unhandled_n"] = is(func(s *credit.Stage) bool {
		return (s.Finding == credit.FindingPartly || s.Finding == credit.FindingBreached || s.Finding == credit.FindingFalse) && !s.Cured && !s.Handled && !s.Published
	}).n()
}

func repeatOracles(t map[string]oracle) {
	pen, enf := counted(credit.KindPenalty), counted(credit.KindEnforcement)
	since := func(k credit.Kind) oracle { return counted(k).sum(age) }
	t["sev_days_sum"], t["abn_days_sum"] = since(credit.KindSevereListing), since(credit.KindAbnormal)
	t["sup_abn_days"] = every(credit.KindAbnormal).sum(listed)
	t["sup_listed_share_36m"] = func(d *day) float64 {
		from, n := before(d.date, 36), 0.0
		for at := from; at < d.date; at++ {
			on := func(d *day, s seen) bool { return s.Event <= at && at < s.Event+credit.Date(listed(d, s)) }
			n += math.Min(1, every(credit.KindSevereListing, credit.KindAbnormal).with(on).n()(d))
		}
		return n / float64(d.date-from)
	}
	gaps := func(d *day) []float64 { return pen.gaps(d, func(a, b seen) bool { return true }) }
	t["rpt_gap_ratio"] = func(d *day) float64 {
		g, sum := gaps(d), 0.0
		if len(g) < 2 {
			return nan
		}
		for _, x := range g[1:] {
			sum += x
		}
		if sum == 0 {
			return nan
		}
		return g[0] / (sum / float64(len(g)-1))
	}
	t["rpt_shrinking_n"] = func(d *day) float64 {
		g, n := gaps(d), 0
		for n+1 < len(g) && g[n] < g[n+1] {
			n++
		}
		return float64(n)
	}
	t["pen_serious_share"] = pen.share(serious)
	t["pen_sev_trend"] = func(d *day) float64 { return 2*pen.in(12).sum(tier)(d) - pen.in(24).sum(tier)(d) }
	t["pen_recent_share_36m"], t["enf_recent_share_36m"] = ratio(pen.in(12).n(), pen.in(36).n()), ratio(enf.in(12).n(), enf.in(36).n())
}

func sourceOracles(t map[string]oracle) {
	for id, s := range map[string]sel{"fresh_utility": counted(credit.KindUtility), "fresh_fund": counted(credit.KindHousingFund),
		"fresh_tax_paid": counted(credit.KindTaxPaid), "fresh_annual": counted(credit.KindAnnualReport), "fresh_inspection": counted(credit.KindInspection),
		"fresh_grade": counted(credit.KindAgencyGrade), "fresh_listing": counted(credit.KindSevereListing, credit.KindAbnormal)} {
		t[id] = s.min(known)
	}
}

// networkOracles ask for each firm on the other side what is known against it.
func networkOracles(t map[string]oracle) {
	type firms func(d *day) map[string]bool
	named := func(s sel) firms {
		return func(d *day) map[string]bool {
			out := map[string]bool{}
			for _, r := range s(d) {
				if firm, ok := r.text["counterpart"]; ok {
					out[firm] = true
				}
			}
			return out
		}
	}
	bad := func(f firms, kinds ...adverse) oracle {
		return func(d *day) float64 {
			n := 0.0
			for firm := range f(d) {
				for _, what := range kinds {
					if d.nbr.against([]byte(firm), what, d.date) {
						n++
						break
					}
				}
			}
			return n
		}
	}
	count := func(f firms) oracle { return func(d *day) float64 { return float64(len(f(d))) } }
	holders := func(d *day) map[string]bool { // whose latest record is no end
		out := map[string]bool{}
		for _, r := range counted(credit.KindShareholding).with(has("role", "shareholder", "investee"))(d) {
			firm, ok := r.text["counterpart"]
			if _, later := out[firm]; ok && !later {
				out[firm] = r.text["status"] != "ended" && !lapsed(d, r)
			}
		}
		for firm, held := range out {
			if !held {
				delete(out, firm)
			}
		}
		return out
	}
	term := counted(credit.KindGuarantee).with(not(lapsed))
	given, taken := named(term.with(not(has("role", "guaranteed")))), named(term.with(has("role", "guaranteed")))
	same := named(counted(credit.KindOfficer).with(has("role", "legal_representative"), not(followed(removal))))
	all := []adverse{adverseListing, adverseEnforcement, adverseAbnormal}
	t["nbr_holder_listed_n"], t["nbr_holder_any_share"] = bad(holders, adverseListing), ratio(bad(holders, all...), count(holders))
	t["nbr_gua_listed_n"], t["nbr_gua_any_share"] = bad(given, adverseListing), ratio(bad(given, all...), count(given))
	t["nbr_guarantor_any_share"] = ratio(bad(taken, all...), count(taken))
	t["nbr_rep_listed_n"], t["nbr_rep_any_n"], t["nbr_rep_n"] = bad(same, adverseListing), bad(same, all...), count(same)
}
