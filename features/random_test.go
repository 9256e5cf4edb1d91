package features

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"hengxin/credit"
)

// draw returns a number from 0 to n-1: from rapid in property tests, from a seeded source elsewhere.
type draw func(n int) int

func rapidDraw(t *rapid.T) draw {
	return func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
}

func seeded(seed uint64) draw {
	r := rand.New(rand.NewPCG(seed, 1))
	return r.IntN
}

const subject = credit.Subject("t:1")

var firstDay = credit.NewDate(2019, 1, 1)

// dayRange is the span of events: seven years.
const dayRange = 7 * 365

// history makes up a history of n records with late arrivals, copies from other sources, followers of followers,
// targets by id and by business key, targets that do not arrive, and followers known before their targets.
func history(d draw, n int) []credit.Record {
	records := make([]credit.Record, 0, n)
	for len(records) < n {
		var r credit.Record
		switch {
		case len(records) > 0 && d(10) < 4:
			r = follower(d, records[d(len(records))])
		case len(records) > 0 && d(12) == 0:
			r = again(d, records[d(len(records))])
		default:
			r = fresh(d)
		}
		r.Seal()
		records = append(records, r)
	}
	return records
}

// focused is a history of records of one kind on register entries, with followers: what a value needs several of comes
// together in it.
func focused(d draw, kind credit.Kind, n int) []credit.Record {
	records := []credit.Record{freshOf(d, credit.KindRegistration)}
	for len(records) < n {
		r := freshOf(d, kind)
		if d(4) == 0 {
			r = follower(d, records[d(len(records))])
		}
		r.Seal()
		records = append(records, r)
	}
	records[0].Seal()
	return records
}

// again is a copy from another source, which knows the decision on another day.
func again(d draw, r credit.Record) credit.Record {
	r.Source = "other"
	r.Known = r.Event + credit.Date(d(400))
	return r
}

func late(d draw) credit.Date {
	if d(6) == 0 {
		return credit.Date(150 + d(300))
	}
	return credit.Date(d(20))
}

var freshKinds = []credit.Kind{credit.KindPenalty, credit.KindPenalty, credit.KindPenalty, credit.KindCommitment, credit.KindSevereListing,
	credit.KindEnforcement, credit.KindJudgment, credit.KindAbnormal, credit.KindTaxGrade, credit.KindArrears, credit.KindHeadcount,
	credit.KindQualification, credit.KindAward, credit.KindShareholding, credit.KindRegistration, credit.KindChange, credit.KindPermit,
	credit.KindSnapshot, credit.KindGuarantee, credit.KindCourtNotice, credit.KindEnrolment}

// reportKinds are what firms report and departments find besides.
var reportKinds = []credit.Kind{credit.KindUtility, credit.KindUtility, credit.KindHousingFund, credit.KindPledge, credit.KindFreeze, credit.KindIP,
	credit.KindHonour, credit.KindAnnualReport, credit.KindAgencyGrade, credit.KindClosure, credit.KindTaxAbnormal, credit.KindInspection,
	credit.KindConsumption, credit.KindSuccession, credit.KindTrade, credit.KindTaxPaid, credit.KindOfficer, credit.KindGuarantee}

func pick(d draw, words ...string) string { return words[d(len(words))] }

func dayText(d credit.Date) string { return d.String() }

// fresh is a record that stands for itself.
func fresh(d draw) credit.Record {
	kind := freshKinds[d(len(freshKinds))]
	if d(3) == 0 {
		kind = reportKinds[d(len(reportKinds))]
	}
	return freshOf(d, kind)
}

func freshOf(d draw, kind credit.Kind) credit.Record {
	r := credit.Record{Subject: subject, Kind: kind, Source: "src", Amount: credit.NoFen, Event: firstDay + credit.Date(d(dayRange))}
	r.Known = r.Event + late(d)
	if info, _ := kind.Info(); info.Amount || d(5) > 0 {
		r.Amount = credit.Fen(d(10_000_000))
	}
	b := map[string]string{}
	if d(8) > 0 {
		b["authority"] = "A" + strconv.Itoa(d(4))
	}
	if d(3) == 0 {
		b["doc_no"] = strconv.Itoa(d(30))
	}
	fill(d, &r, b)
	r.Body = body(b)
	return r
}

func fill(d draw, r *credit.Record, b map[string]string) {
	switch r.Kind {
	case credit.KindPenalty:
		r.Severity = credit.Severity(d(4))
		b["type"], b["penalty_types"] = "T"+strconv.Itoa(d(4)), pick(d, "fine", "warning", "fine;warning", "revoke_licence", "suspend_licence", "close;fine")
		b["sector"], b["procedure"] = pick(d, "food", "fire", "tax"), pick(d, "simple", "ordinary", "ordinary")
		if d(4) == 0 {
			b["confiscated"] = strconv.Itoa(d(100000))
		}
	case credit.KindCommitment:
		b["type"] = pick(d, "repair", "active", "approval")
		if d(5) > 0 {
			b["due"] = dayText(r.Event + credit.Date(d(500)))
		}
	case credit.KindSevereListing:
		b["list"] = pick(d, "SXBZXR", "TAX", "CUST", "XYZ")
	case credit.KindAbnormal:
		b["cause"] = pick(d, "annual_report", "address")
	case credit.KindEnforcement, credit.KindEnrolment:
		b["type"] = pick(d, "x", "y")
	case credit.KindJudgment, credit.KindCourtNotice:
		b["type"], b["cause"], b["role"] = "t", pick(d, "loan", "sale", "labour"), pick(d, "defendant", "plaintiff", "third_party", "both")
	case credit.KindTaxGrade:
		b["grade"] = pick(d, "A", "B", "M", "C", "D", "?")
	case credit.KindArrears:
		b["type"] = pick(d, "tax", "tax_vat", "social_insurance", "utility")
		if d(3) == 0 {
			b["balance"] = strconv.Itoa(d(1000000))
		}
		if d(3) == 0 {
			b["months"] = strconv.Itoa(d(24))
		}
	case credit.KindHeadcount:
		b["count"] = strconv.Itoa(d(50))
	default:
		fillBusiness(d, r, b)
	}
}

func fillBusiness(d draw, r *credit.Record, b map[string]string) {
	switch r.Kind {
	case credit.KindQualification, credit.KindPermit:
		b["type"] = pick(d, "iso", "hightech")
		if d(3) > 0 {
			b["valid_to"] = dayText(r.Event + credit.Date(d(1500)))
		}
	case credit.KindAward:
		b["home"] = pick(d, "0", "1")
	case credit.KindShareholding:
		b["share"], b["role"] = pick(d, "0.1", "0.5", "0.875", "1"), pick(d, "investor", "investor", "shareholder", "investee")
		if d(4) > 0 {
			b["counterpart"] = "t:n" + strconv.Itoa(d(4))
		}
		if d(3) > 0 {
			b["home"] = pick(d, "0", "1")
		}
		if d(5) == 0 {
			b["status"] = "ended"
		}
	case credit.KindRegistration:
		b["status"], b["capital"] = pick(d, "active", "active", "cancelled"), strconv.Itoa(d(1_000_000_000))
		if d(2) == 0 {
			b["industry"] = pick(d, "C27", "I64", "F51")
		}
		if d(2) == 0 {
			b["established"] = dayText(r.Event - credit.Date(d(3000)))
		}
	case credit.KindChange:
		b["item"] = pick(d, "legal_representative", "address", "capital", "status", "revoked")
		b["after"] = pick(d, "cancelled", "x")
	case credit.KindSnapshot:
		b["metric"], b["value"] = pick(d, "power_kwh", "environment_grade", "penalties", "city_credit_grade", "patents", metricNames[d(len(metricNames))]), pick(d, "3", "0", "17.5", "green", "A")
	default:
		fillReport(d, r, b)
	}
}

var metricNames = append(slices.Sorted(maps.Keys(metrics)), "unknown")

func fillReport(d draw, r *credit.Record, b map[string]string) {
	y, m, _ := r.Event.YMD()
	switch r.Kind {
	case credit.KindUtility, credit.KindHousingFund, credit.KindTrade, credit.KindTaxPaid:
		b["period"], b["type"] = fmt.Sprintf("%04d-%02d", y, m), pick(d, "electricity", "electricity", "water", "gas")
		if d(6) > 0 {
			b["usage"], b["count"] = pick(d, "0", "12.5", strconv.Itoa(d(5000))), strconv.Itoa(d(60))
		}
		if d(3) == 0 {
			b["overdue"] = strconv.Itoa(d(3))
		}
		if d(4) == 0 {
			b["balance"] = strconv.Itoa(d(2) * d(100000))
		}
	case credit.KindAnnualReport:
		b["period"] = strconv.Itoa(y - d(3))
		for _, name := range []string{"assets", "liabilities", "revenue", "net_profit", "taxes", "count"} {
			if d(5) > 0 {
				b[name] = strconv.Itoa(d(1000000) - d(2)*d(500000))
			}
		}
		if b["count"] != "" && b["count"][0] == '-' {
			delete(b, "count")
		}
	case credit.KindSuccession:
		b["counterpart"] = "t:n1"
	case credit.KindClosure:
		b["status"] = pick(d, "cancelled", "revoked", "moved")
	default:
		fillRights(d, r, b)
	}
}

func fillRights(d draw, r *credit.Record, b map[string]string) {
	switch r.Kind {
	case credit.KindPledge, credit.KindFreeze, credit.KindIP, credit.KindHonour:
		b["type"] = pick(d, "equity", "chattel", "invention", "trademark")
		b["level"] = pick(d, "national", "provincial", "county", "other")
		if r.Kind == credit.KindIP && d(2) == 0 {
			b["status"] = pick(d, "granted", "granted", "pending", "refused")
		}
	case credit.KindAgencyGrade:
		b["type"] = pick(d, "environment", "customs", "labour", "risk", "public_credit", "other")
		b["grade"] = pick(d, "A", "B", "C", "D", "green", "red", "advanced", "dishonest", "AA")
	case credit.KindInspection:
		b["type"], b["status"] = "spot", pick(d, "passed", "failed", "none")
	case credit.KindOfficer:
		b["person"], b["role"] = "p"+strconv.Itoa(d(3)), pick(d, "legal_representative", "legal_representative", "director")
		if d(2) == 0 {
			b["counterpart"] = "t:n" + strconv.Itoa(d(4))
		}
	case credit.KindGuarantee:
		if d(4) > 0 {
			b["counterpart"] = "t:n" + strconv.Itoa(d(4))
		}
		if d(3) == 0 {
			b["role"] = "guaranteed"
		}
	}
	if d(3) == 0 {
		b["valid_to"] = dayText(r.Event + credit.Date(d(1500)))
	}
}

func body(values map[string]string) credit.Body {
	b, err := credit.BodyOf(values)
	if err != nil {
		panic(err)
	}
	return b
}

var followerKinds = []credit.Kind{credit.KindPerformance, credit.KindRepairApplication, credit.KindRepairAcceptance, credit.KindRepairRejection,
	credit.KindRepairApproval, credit.KindRepairApproval, credit.KindCorrection, credit.KindCorrection, credit.KindWithdrawal, credit.KindRemoval,
	credit.KindRemoval, credit.KindCheck, credit.KindCheck, credit.KindHandling, credit.KindObjection, credit.KindBankruptcy, credit.KindRepairBan, credit.KindFulfilment, credit.KindFulfilment, credit.KindFulfilment}

// follower speaks of the record, or of the whole subject, or of one that never comes.
func follower(d draw, of credit.Record) credit.Record {
	kind := followerKinds[d(len(followerKinds))]
	for i := 0; i < 12 && !kind.MayTarget(of.Kind); i++ {
		kind = followerKinds[d(len(followerKinds))]
	}
	r := credit.Record{Subject: subject, Kind: kind, Source: "src", Amount: credit.NoFen, Event: of.Event + credit.Date(d(700)), Target: of.ID}
	if key := of.Key(); d(3) == 0 && !key.IsZero() {
		r.Target = key
	}
	if d(15) == 0 {
		r.Target = credit.ID{1, byte(d(200))}
	}
	if d(8) == 0 && (kind == credit.KindBankruptcy || kind == credit.KindRepairBan) {
		r.Target = credit.ID{}
	}
	r.Known = r.Event + late(d)
	b := map[string]string{}
	if d(4) == 0 {
		b["authority"], b["doc_no"] = "A"+strconv.Itoa(d(4)), strconv.Itoa(d(30))
	}
	switch kind {
	case credit.KindFulfilment:
		b["status"], b["status_source"] = pick(d, "fulfilled", "partly", "breached"), pick(d, "declared", "random_check")
	case credit.KindCheck:
		b["status"], b["status_source"] = pick(d, "kept", "partly", "breached", "false"), pick(d, "checked_online", "random_check", "random_check")
	case credit.KindHandling:
		b["status"] = pick(d, "cured", "handled", "published", "shared")
	case credit.KindObjection:
		b["status"] = pick(d, "open", "closed")
	case credit.KindBankruptcy:
		b["status"] = pick(d, "applied", "approved", "failed", "completed")
	case credit.KindPerformance:
		b["status"] = pick(d, "performed", "not_performed")
	case credit.KindRepairBan:
		b["until"] = dayText(r.Event + 900)
	case credit.KindCorrection:
		correction(d, &r, of, b)
	}
	r.Body = body(b)
	return r
}

func correction(d draw, r *credit.Record, of credit.Record, b map[string]string) {
	if d(2) == 0 {
		r.Amount = credit.Fen(d(5_000_000))
	}
	if d(3) == 0 {
		r.Severity = credit.Severity(d(4))
	}
	other := credit.Record{Kind: of.Kind, Event: of.Event}
	if !of.Kind.IsFollower() {
		fill(d, &other, b)
	} else if of.Kind == credit.KindFulfilment || of.Kind == credit.KindCheck {
		b["status"] = pick(d, "fulfilled", "breached")
	}
	if d(2) == 0 {
		b["replaces"] = pick(d, "amount", "severity", "event", "type", "amount;type", "event;status", "share;home", "value", "usage;overdue", "revenue", "grade")
	}
}

// days are as-of days around and past the events.
func someDays(d draw, n int) []credit.Date {
	days := make([]credit.Date, n)
	for i := range days {
		days[i] = firstDay + credit.Date(d(dayRange+800))
	}
	return days
}

func shuffled(d draw, records []credit.Record) []credit.Record {
	out := append([]credit.Record(nil), records...)
	for i := len(out) - 1; i > 0; i-- {
		j := d(i + 1)
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func TestRandomHistoriesAreRecords(t *testing.T) {
	for _, r := range history(seeded(7), 2000) {
		if err := r.Check(); err != nil {
			t.Fatal(fmt.Errorf("%v: %w", r.Kind, err))
		}
	}
}
