package features

import (
	"fmt"
	"math"
	"strings"

	"hengxin/credit"
)

const approval, removal, fulfilment = credit.KindRepairApproval, credit.KindRemoval, credit.KindFulfilment

func windowsOf(name string, table map[string]oracle, make func(months int) oracle, months ...int) {
	for _, m := range months {
		id := fmt.Sprintf("%s_%dm", name, m)
		if m == 0 {
			id = name + "_all"
		}
		table[id] = make(m)
	}
}

func lapsed(d *day, s seen) bool {
	to, err := credit.ParseDate(s.text["valid_to"])
	return err == nil && to < d.date
}

func soon(d *day, s seen) bool {
	to, err := credit.ParseDate(s.text["valid_to"])
	return err == nil && to >= d.date && to <= d.date+90
}

func due(s seen) credit.Date {
	d, err := credit.ParseDate(s.text["due"])
	if err != nil {
		return credit.Never
	}
	return d
}

func isDue(d *day, s seen) bool { return due(s) <= d.date }

func overdue(d *day, s seen) bool { return due(s) < d.date && s.follower(fulfilment) == nil }

func performed(_ *day, s seen) bool {
	for _, a := range s.acts {
		if a.Kind == credit.KindPerformance && a.Body.Text(credit.FieldStatus) != "not_performed" {
			return true
		}
	}
	return false
}

// pending: the last of application, acceptance, rejection and approval is one of the first two.
func pending(_ *day, s seen) bool {
	last := s.lastFollower(credit.KindRepairApplication, credit.KindRepairAcceptance, credit.KindRepairRejection, approval)
	return last != nil && (last.Kind == credit.KindRepairApplication || last.Kind == credit.KindRepairAcceptance)
}

func refused(_ *day, s seen) bool {
	last := s.lastFollower(credit.KindRepairApplication, credit.KindRepairAcceptance, credit.KindRepairRejection, approval)
	return last != nil && last.Kind == credit.KindRepairRejection
}

func oracles() map[string]oracle {
	table := map[string]oracle{}
	penaltyOracles(table)
	repairOracles(table)
	commitmentOracles(table)
	courtOracles(table)
	taxOracles(table)
	registerOracles(table)
	businessOracles(table)
	recordOracles(table)
	reportOracles(table)
	relativeOracles(table)
	return table
}

func penaltyOracles(t map[string]oracle) {
	pen, all := counted(credit.KindPenalty), every(credit.KindPenalty)
	windowsOf("pen_n", t, func(m int) oracle { return pen.in(m).n() }, 3, 6, 12, 24, 36, 0)
	windowsOf("pen_yuan", t, func(m int) oracle { return pen.in(m).sum(yuan) }, 12, 36, 0)
	t["pen_max_36m"] = pen.in(36).max(yuan)
	t["pen_auth_36m"], t["pen_types_36m"] = pen.in(36).distinct("authority"), pen.in(36).distinct("type")
	t["pen_days_since"], t["pen_decay"] = pen.min(age), pen.sum(times(left, fade))
	t["pen_sev_decay"], t["pen_yuan_decay"] = pen.sum(times(left, times(tier, fade))), pen.sum(times(left, times(yuan, fade)))
	t["pen_minor_n_36m"] = pen.in(36).with(func(d *day, s seen) bool { return tier(d, s) == 1 }).n()
	t["pen_lenient_n"], t["pen_weight"] = pen.with(func(d *day, s seen) bool { return left(d, s) < 1 }).n(), pen.sum(left)
	t["pen_sev_24m"], t["pen_sev_max_36m"] = pen.in(24).sum(times(left, tier)), zero(pen.in(36).max(tier))
	t["pen_serious_n_36m"], t["pen_serious_n_all"] = pen.with(serious).in(36).n(), pen.with(serious).n()
	stops := func(_ *day, s seen) bool {
		for _, c := range strings.Split(s.text["penalty_types"], ";") {
			switch c {
			case "revoke_licence", "suspend_licence", "restrict_operation", "suspend_business", "close":
				return true
			}
		}
		return false
	}
	t["pen_stop_n_36m"] = pen.with(stops).in(36).n()
	t["pen_key_n_36m"] = pen.with(has("sector", "food", "drug", "special_equipment", "work_safety", "fire")).in(36).n()
	t["pen_confiscated_36m"] = pen.in(36).sum(func(d *day, s seen) float64 { return number("confiscated")(d, s) / 100 })
	t["pen_performed_share"], t["pen_trend"] = pen.share(performed), pen.trend()
	t["rpt_type_36m"], t["rpt_auth_36m"] = pen.in(36).repeats("type"), pen.in(36).repeats("authority")
	t["rpt_most_type_36m"], t["rpt_most_auth_36m"] = pen.in(36).most("type"), pen.in(36).most("authority")
	t["rpt_gap_min_36m"], t["rpt_gap_mean_all"] = pen.in(36).gapMin(), pen.gapMean()
	t["rpt_gap_type_all"] = func(d *day) float64 {
		return least(pen.gaps(d, func(a, b seen) bool { x, ok := a.text["type"]; y, also := b.text["type"]; return ok && also && x == y }))
	}
	abn := counted(credit.KindAbnormal)
	t["abn_n"], t["abn_new_12m"], t["abn_days_first"], t["abn_causes"] = abn.n(), abn.in(12).n(), abn.max(age), abn.distinct("cause")
	t["sup_pen_n_all"] = all.n()
	severe := every(credit.KindSevereListing)
	t["sup_sev_n_all"], t["sup_sev_days"] = severe.n(), severe.sum(listed)
}

// listed is the number of days until what first ended the listing, or until the day.
func listed(d *day, s seen) float64 {
	until := d.date
	if end := s.follower(removal, approval); end != nil {
		until = end.Event
	}
	return float64(until - s.Event)
}

func repairOracles(t map[string]oracle) {
	adverse := counted(credit.KindPenalty, credit.KindSevereListing, credit.KindAbnormal, credit.KindEnforcement, credit.KindArrears)
	whatever := every(credit.KindPenalty, credit.KindSevereListing, credit.KindAbnormal, credit.KindEnforcement, credit.KindArrears)
	eligible := adverse.with(state(credit.StateEligible))
	since := func(d *day, s seen) float64 {
		if s.span.Earliest == credit.NoDate {
			return nan
		}
		return float64(d.date - s.span.Earliest)
	}
	t["fix_eligible_n"], t["fix_eligible_share"], t["fix_eligible_days"] = eligible.n(), ratio(eligible.n(), adverse.n()), eligible.max(since)
	t["fix_next_days"] = adverse.min(func(d *day, s seen) float64 { return math.Max(0, -since(d, s)) })
	t["fix_applied_n"], t["fix_rejected_n"] = adverse.with(pending).n(), adverse.with(refused).n()
	t["fix_banned_n"], t["fix_overdue_n"] = adverse.with(state(credit.StateBanned)).n(), adverse.with(state(credit.StateOverdue)).n()
	t["fix_objected_n"] = adverse.with(state(credit.StateObjected)).n()
	t["adv_n_all"], t["adv_n_12m"], t["adv_days_since"], t["adv_decay"] = adverse.n(), adverse.in(12).n(), adverse.min(age), adverse.sum(times(left, fade))
	t["adv_kinds"] = kindsOf(adverse)
	pen, repaired := every(credit.KindPenalty), every(credit.KindPenalty).with(followed(approval))
	t["sup_rep_n_all"], t["sup_rep_share"], t["sup_act_n_36m"] = repaired.n(), pen.share(followed(approval)), pen.with(not(followed(approval))).in(36).n()
	recent := func(d *day, s seen) bool { return s.follower(approval).Event > before(d.date, 12) }
	t["sup_rep_n_12m"] = repaired.with(recent).n()
	t["sup_rep_days"] = repaired.mean(func(_ *day, s seen) float64 { return float64(s.follower(approval).Event - s.Event) })
	t["sup_adv_rep_n"] = whatever.with(followed(approval)).n()
	t["sup_rep_again"] = func(d *day) float64 {
		n := 0.0
		list := pen(d)
		for i, s := range list {
			for _, old := range list[i+1:] {
				fix, typ := old.follower(approval), s.text["type"]
				if fix != nil && typ != "" && old.text["type"] == typ && fix.Event < s.Event {
					n++
					break
				}
			}
		}
		return n
	}
}

func kindsOf(s sel) oracle {
	return func(d *day) float64 {
		kinds := map[credit.Kind]bool{}
		for _, r := range s(d) {
			kinds[r.Kind] = true
		}
		return float64(len(kinds))
	}
}

func commitmentOracles(t map[string]oracle) {
	com := counted(credit.KindCommitment)
	answered, kept, breached := com.with(found()), com.with(found("fulfilled")), com.with(found("breached"))
	windowsOf("com_n", t, func(m int) oracle { return com.in(m).n() }, 12, 36, 0)
	t["com_types"], t["com_open_n"], t["com_due_n"] = com.distinct("type"), com.with(not(found())).n(), com.with(isDue).n()
	t["com_overdue_n"] = com.with(overdue).n()
	t["com_overdue_days"] = zero(com.with(overdue).max(func(d *day, s seen) float64 { return float64(d.date - due(s)) }))
	t["com_kept_n"], t["com_kept_share"] = kept.n(), ratio(kept.n(), answered.n())
	inTime := func(d *day, s seen) bool {
		for _, a := range s.acts {
			if a.Kind == fulfilment && a.Body.Text(credit.FieldStatus) == "fulfilled" {
				return found("fulfilled")(d, s) && a.Event <= due(s)
			}
		}
		return false
	}
	t["com_time_share"] = com.with(isDue).share(inTime)
	t["com_part_n"] = com.with(found("partly")).n()
	windowsOf("com_breach_n", t, func(m int) oracle { return breached.in(m).n() }, 36, 0)
	t["com_breach_share"] = ratio(breached.n(), answered.n())
	findingAge := func(d *day, s seen) float64 { return float64(d.date - s.lastFollower(fulfilment).Event) }
	t["com_breach_days"] = breached.min(findingAge)
	t["com_breach_decay"] = breached.sum(func(d *day, s seen) float64 { return math.Exp(-findingAge(d, s) / 365) })
	t["com_checked_share"] = answered.share(func(_ *day, s seen) bool {
		return s.lastFollower(fulfilment).Body.Text(credit.FieldStatusSource) == "random_check"
	})
	t["com_fix_breach_n"] = breached.with(has("type", "repair")).n()
}

func courtOracles(t map[string]oracle) {
	sev, court := counted(credit.KindSevereListing), has("list", "SXBZXR")
	t["sev_n"], t["sev_court_n"], t["sev_dept_n"], t["sev_lists"] = sev.n(), sev.with(court).n(), sev.with(not(court)).n(), sev.distinct("list")
	t["sev_veto"] = func(d *day) float64 {
		return math.Min(1, sev.with(has("list", "SXBZXR", "TAX", "SAMR", "WAGE", "SAFE", "ILLF")).n()(d))
	}
	windowsOf("sev_new", t, func(m int) oracle { return sev.in(m).n() }, 6, 12, 36)
	t["sev_days_since"], t["sev_days_first"], t["sev_decay"] = sev.min(age), sev.max(age), sev.sum(times(left, fade))
	enf := counted(credit.KindEnforcement)
	windowsOf("enf_n", t, func(m int) oracle { return enf.in(m).n() }, 3, 6, 12, 24, 36, 0)
	windowsOf("enf_yuan", t, func(m int) oracle { return enf.in(m).sum(yuan) }, 12, 24, 36, 0)
	t["enf_max_all"], t["enf_mean_all"], t["enf_days_since"], t["enf_days_first"] = enf.max(yuan), enf.mean(yuan), enf.min(age), enf.max(age)
	t["enf_decay"], t["enf_yuan_decay"], t["enf_gap_mean"], t["enf_trend"] = enf.sum(times(left, fade)), enf.sum(times(left, times(yuan, fade))), enf.gapMean(), enf.trend()
	t["enf_unstated_n"] = enf.with(func(_ *day, s seen) bool { return s.Amount <= 0 }).n()
	t["enf_courts"] = enf.distinct("authority")
	jud := counted(credit.KindJudgment)
	against, by := jud.with(has("role", "defendant")), jud.with(has("role", "plaintiff"))
	windowsOf("jud_def_n", t, func(m int) oracle { return against.in(m).n() }, 12, 24, 36)
	t["jud_pl_n_36m"], t["jud_n_all"], t["jud_def_share"] = by.in(36).n(), jud.n(), jud.with(has("role", "defendant", "plaintiff")).share(has("role", "defendant"))
	t["jud_def_yuan_24m"], t["jud_max_all"], t["jud_decay"] = against.in(24).sum(yuan), jud.max(yuan), jud.sum(times(left, times(yuan, fade)))
	t["jud_causes_36m"], t["jud_days_since"] = jud.in(36).distinct("cause"), jud.min(age)
	any := counted(credit.KindEnforcement, credit.KindJudgment, credit.KindSevereListing)
	t["crt_n_12m"], t["crt_n_all"], t["crt_days_since"] = any.in(12).n(), any.n(), any.min(age)
	notice := counted(credit.KindCourtNotice)
	t["ntc_n_12m"], t["ntc_n_all"], t["ntc_def_n_all"] = notice.in(12).n(), notice.n(), notice.with(has("role", "defendant", "both")).n()
}

func taxOracles(t map[string]oracle) {
	grades := counted(credit.KindTaxGrade)
	grade := func(_ *day, s seen) float64 {
		if i := strings.Index("DCMBA", s.text["grade"]); i >= 0 {
			return float64(i + 1)
		}
		return nan
	}
	t["tax_grade"], t["tax_grade_worst_36m"], t["tax_grade_mean"] = grades.latest(grade), grades.in(36).min(grade), grades.mean(grade)
	t["tax_grade_change"] = func(d *day) float64 {
		list := grades(d)
		if len(list) < 2 {
			return nan
		}
		return grade(d, list[0]) - grade(d, list[1])
	}
	t["tax_a_run"] = func(d *day) float64 {
		n := 0.0
		for _, s := range grades(d) {
			if s.text["grade"] != "A" {
				break
			}
			n++
		}
		return n
	}
	t["tax_d_n_36m"] = grades.with(has("grade", "D")).in(36).n()
	arr := counted(credit.KindArrears).with(not(followed(removal)))
	prefix := func(p string) cond {
		return func(_ *day, s seen) bool { return strings.HasPrefix(s.text["type"], p) }
	}
	balance := func(d *day, s seen) float64 {
		if x := number("balance")(d, s); x == x {
			return x / 100
		}
		return yuan(d, s)
	}
	t["arr_n"], t["arr_yuan"], t["arr_new_12m"], t["arr_types"] = arr.n(), arr.sum(balance), arr.in(12).n(), arr.distinct("type")
	t["arr_tax_n"], t["arr_social_n"], t["arr_months"], t["arr_days_first"] = arr.with(prefix("tax")).n(), arr.with(prefix("social")).n(), arr.sum(number("months")), arr.max(age)
	heads := counted(credit.KindHeadcount)
	count := number("count")
	t["hc_latest"], t["hc_change_12m"], t["hc_mean_12m"], t["hc_of_peak_24m"] = heads.latest(count), change(heads, count), heads.in(12).mean(count), ofPeak(heads.in(24), count)
	t["hc_months_12m"] = heads.in(12).n()
	t["hc_zero_12m"] = heads.in(12).with(func(d *day, s seen) bool { return count(d, s) == 0 }).n()
	t["enr_types"] = counted(credit.KindEnrolment).distinct("type")
}

// change is the latest value over the latest of 12 months before, less 1.
func change(s sel, of func(*day, seen) float64) oracle {
	return func(d *day) float64 {
		old := s.with(func(d *day, r seen) bool { return r.Event <= before(d.date, 12) })
		a, b := s.latest(of)(d), old.latest(of)(d)
		if b == 0 {
			return nan
		}
		return a/b - 1
	}
}

func ofPeak(s sel, of func(*day, seen) float64) oracle {
	return func(d *day) float64 {
		peak := s.max(of)(d)
		if !(peak > 0) {
			return nan
		}
		return s.latest(of)(d) / peak
	}
}

func registerOracles(t map[string]oracle) {
	reg, chg := counted(credit.KindRegistration), counted(credit.KindChange)
	t["reg_days"] = func(d *day) float64 {
		list := reg(d)
		for _, s := range list {
			if est, err := credit.ParseDate(s.text["established"]); err == nil {
				return float64(d.date - est)
			}
		}
		if len(list) == 0 {
			return nan
		}
		return age(d, list[len(list)-1])
	}
	t["reg_capital"] = reg.latest(func(d *day, s seen) float64 { return number("capital")(d, s) / 100 })
	ended := has("status", "cancelled", "revoked", "moved")
	changed := either(both(has("item", "status"), has("after", "cancelled", "revoked", "moved")), has("item", "cancelled", "revoked"))
	t["reg_closed"] = func(d *day) float64 { return math.Min(1, reg.with(ended).n()(d)+chg.with(changed).n()(d)) }
	windowsOf("chg_n", t, func(m int) oracle { return chg.in(m).n() }, 12, 36)
	item := func(name string) oracle { return chg.with(has("item", name)).in(36).n() }
	t["chg_rep_n_36m"], t["chg_address_n_36m"], t["chg_capital_n_36m"] = item("legal_representative"), item("address"), item("capital")
	t["chg_items_36m"], t["chg_days_since"] = chg.in(36).distinct("item"), chg.min(age)
	snap := func(metric string) oracle {
		return counted(credit.KindSnapshot).with(has("metric", metric)).latest(figure)
	}
	for id, metric := range map[string]string{"snp_branches": "branches", "snp_city_grade": "city_credit_grade",
		"env_grade": "environment_grade", "snp_penalties": "penalties", "snp_abnormal": "abnormal_listings", "snp_exception": "exception_listings",
		"snp_pass_share": "product_check_pass_share", "snp_defaulter": "judgment_defaulter_listings", "snp_market_defaulter": "market_supervision_defaulter",
		"snp_freeze": "equity_freeze", "snp_pledges": "equity_pledges", "snp_arrears": "tax_arrears_yuan", "snp_employees": "employees",
		"snp_investments": "investments", "snp_tenders": "tenders_won", "snp_shops": "online_shops", "snp_patents": "patents",
		"snp_trademarks": "trademarks", "snp_copyrights": "software_copyrights", "snp_domains": "domains", "snp_honours": "keep_contract_honours",
		"snp_specialised": "specialised_new", "snp_technology": "technology_centre", "pow_latest": "power_kwh"} {
		t[id] = snap(metric)
	}
	capital := snap("registered_capital_fen")
	t["snp_capital"] = func(d *day) float64 { return capital(d) / 100 }
	power := counted(credit.KindSnapshot).with(has("metric", "power_kwh"))
	t["pow_change_12m"], t["pow_of_peak_24m"] = change(power, figure), ofPeak(power.in(24), figure)
}

// figure is the value of a snapshot: a number, a colour or a grade.
func figure(d *day, s seen) float64 {
	if x := number("value")(d, s); x == x {
		return x
	}
	switch text := s.text["value"]; text {
	case "green":
		return 5
	case "blue":
		return 4
	case "yellow":
		return 3
	case "red":
		return 2
	case "black":
		return 1
	case "A", "B", "C", "D":
		return float64('E' - text[0])
	}
	return nan
}

func businessOracles(t map[string]oracle) {
	outward, end := not(has("role", "shareholder", "investee")), has("status", "ended")
	records := counted(credit.KindShareholding).with(outward)
	inv := records.with(not(end))
	share := number("share")
	windowsOf("inv_n", t, func(m int) oracle { return inv.in(m).n() }, 12, 36, 0)
	t["inv_ended_n"], t["inv_firms"] = records.with(end).n(), inv.distinct("counterpart")
	t["inv_live_n"] = func(d *day) float64 {
		n, last := 0.0, map[string]bool{}
		for _, s := range records(d) {
			firm, ok := s.text["counterpart"]
			if !last[firm] && s.text["status"] != "ended" && !lapsed(d, s) {
				n++
			}
			last[firm] = ok
		}
		return n
	}
	t["inv_majority_n"] = inv.with(func(d *day, s seen) bool { return share(d, s) >= 0.5 }).n()
	t["inv_share_sum"], t["inv_share_max"], t["inv_share_mean"] = inv.sum(share), inv.max(share), inv.mean(share)
	t["inv_home_share"] = inv.with(has("home", "0", "1")).share(has("home", "1"))
	t["inv_days_since"], t["inv_days_first"] = inv.min(age), inv.max(age)
	t["own_n"] = counted(credit.KindShareholding).with(not(outward)).n()
	bad := func(what adverse) oracle {
		return func(d *day) float64 {
			firms := map[string]bool{}
			for _, s := range inv(d) {
				if firm := s.text["counterpart"]; d.nbr.against([]byte(firm), what, d.date) {
					firms[firm] = true
				}
			}
			return float64(len(firms))
		}
	}
	t["nbr_listed_n"] = bad(adverseListing)
	for id, what := range map[string]adverse{"nbr_listed_share": adverseListing, "nbr_enforced_share": adverseEnforcement, "nbr_abnormal_share": adverseAbnormal} {
		t[id] = ratio(bad(what), inv.distinct("counterpart"))
	}
	networkOracles(t)
	bid := counted(credit.KindAward)
	windowsOf("bid_n", t, func(m int) oracle { return bid.in(m).n() }, 6, 12, 24, 36, 0)
	t["bid_yuan_36m"], t["bid_days_since"], t["bid_days_first"], t["bid_decay"] = bid.in(36).sum(yuan), bid.min(age), bid.max(age), bid.sum(fade)
	t["bid_home_share"], t["bid_gap_mean"], t["bid_trend"] = bid.with(has("home", "0", "1")).share(has("home", "1")), bid.gapMean(), bid.trend()
	gua := counted(credit.KindGuarantee).with(not(has("role", "guaranteed")))
	t["gua_n_all"], t["gua_live_n"], t["gua_yuan_live"] = gua.n(), gua.with(not(lapsed)).n(), gua.with(not(lapsed)).sum(yuan)
	qua, per := counted(credit.KindQualification), counted(credit.KindPermit)
	t["qua_n_all"], t["qua_valid_n"], t["qua_valid_share"], t["qua_soon_n"], t["qua_lapsed_n"] = qua.n(), qua.with(not(lapsed)).n(), qua.share(not(lapsed)), qua.with(soon).n(), qua.with(lapsed).n()
	t["qua_types"], t["qua_days_since"], t["qua_days_first"] = qua.distinct("type"), qua.min(age), qua.max(age)
	t["per_n_24m"], t["per_valid_n"], t["per_lapsed_n"] = per.in(24).n(), per.with(not(lapsed)).n(), per.with(lapsed).n()
}

func recordOracles(t map[string]oracle) {
	held := counted(credit.KindShareholding).with(not(has("role", "shareholder", "investee")), not(has("status", "ended")))
	for id, s := range map[string]sel{"fresh_penalty": counted(credit.KindPenalty), "fresh_commitment": counted(credit.KindCommitment),
		"fresh_court": counted(credit.KindEnforcement, credit.KindJudgment, credit.KindSevereListing), "fresh_tax": counted(credit.KindTaxGrade),
		"fresh_headcount": counted(credit.KindHeadcount), "fresh_register": counted(credit.KindRegistration, credit.KindChange),
		"fresh_award": counted(credit.KindAward), "fresh_holding": held, "fresh_qualification": counted(credit.KindQualification),
		"fresh_snapshot": counted(credit.KindSnapshot)} {
		t[id] = s.min(known)
	}
	rec := counted(credit.KindRegistration, credit.KindChange, credit.KindPenalty, credit.KindPermit, credit.KindCommitment,
		credit.KindSevereListing, credit.KindEnforcement, credit.KindJudgment, credit.KindAbnormal, credit.KindTaxGrade, credit.KindArrears,
		credit.KindHeadcount, credit.KindQualification, credit.KindAward, credit.KindShareholding, credit.KindGuarantee, credit.KindCourtNotice,
		credit.KindEnrolment)
	windowsOf("rec_n", t, func(m int) oracle { return rec.in(m).n() }, 6, 12, 24, 0)
	t["rec_kinds"], t["rec_days_since"], t["rec_days_first"] = kindsOf(rec), rec.min(age), rec.max(age)
}

// benchOracles are the 40 indicators as spec.md of the benchmark defines them.
func benchOracles() map[string]oracle {
	t := map[string]oracle{}
	pen := every(credit.KindPenalty)
	fixed := followed(approval)
	grave := func(_ *day, s seen) bool { return statedTier(nil, s) == 3 }
	act, rep := pen.with(not(fixed)), pen.with(fixed)
	windowsOf("pen_n", t, func(m int) oracle { return pen.in(m).n() }, 3, 6, 12, 24, 36, 0)
	windowsOf("pen_sum", t, func(m int) oracle { return pen.in(m).sum(fen) }, 12, 36, 0)
	t["pen_max_36m"], t["pen_auth_36m"], t["pen_types_36m"] = pen.in(36).max(fen), pen.in(36).distinct("authority"), pen.in(36).distinct("type")
	t["pen_days_since"], t["pen_decay"], t["pen_serious_36m"] = pen.min(age), pen.sum(fade), pen.in(36).with(grave).n()
	windowsOf("act_n", t, func(m int) oracle { return act.in(m).n() }, 12, 36, 0)
	windowsOf("act_sum", t, func(m int) oracle { return act.in(m).sum(fen) }, 12, 36, 0)
	t["act_max_36m"], t["act_auth_all"], t["act_days_since"] = act.in(36).max(fen), act.distinct("authority"), act.min(age)
	t["act_decay"], t["act_serious_all"] = act.sum(times(statedTier, fade)), act.with(grave).n()
	t["rep_n_12m"] = rep.with(func(d *day, s seen) bool { return s.follower(approval).Event > before(d.date, 12) }).n()
	t["rep_share"] = pen.share(fixed)
	t["rep_days_mean"] = rep.mean(func(_ *day, s seen) float64 { return float64(s.follower(approval).Event - s.Event) })
	com := every(credit.KindCommitment)
	t["com_open"], t["com_overdue"] = com.with(not(found())).n(), com.with(overdue).n()
	t["com_kept_share"] = com.with(isDue).share(func(_ *day, s seen) bool {
		first := s.follower(fulfilment)
		return first != nil && first.Event <= due(s)
	})
	lst, jud := every(credit.KindSevereListing), every(credit.KindJudgment)
	t["lst_active"], t["lst_n_36m"], t["lst_days"] = lst.with(not(followed(removal))).n(), lst.in(36).n(), lst.sum(listed)
	t["jud_sum_24m"], t["jud_max_all"], t["jud_decay"] = jud.in(24).sum(fen), jud.max(fen), jud.sum(times(yuan, fade))
	t["tax_latest"] = every(credit.KindTaxGrade).latest(oracleGrade)
	t["hc_change_12m"] = change(every(credit.KindHeadcount), number("count"))
	return t
}

func oracleGrade(_ *day, s seen) float64 {
	if i := strings.Index("DCMBA", s.text["grade"]); i >= 0 {
		return float64(i + 1)
	}
	return nan
}
