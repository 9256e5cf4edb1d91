package features

import (
	"math"

	"hengxin/credit"
)

func readShareholding(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldCounterpart:
		f.typ = names.number(text)
	case credit.FieldShare:
		f.number = floatOf(text)
		if f.number >= 0.5 {
			f.tags |= tagMajority
		}
	case credit.FieldHome:
		f.tags |= homeTag(text)
	case credit.FieldRole: // of the subject, or of the counterpart where it is the shareholder
		switch string(text) {
		case "shareholder", "investee":
			f.tags |= tagHolder
		}
	case credit.FieldStatus: // the end of a holding is a record of its own
		if string(text) == "ended" {
			f.tags |= tagEnd
		}
	case credit.FieldValidTo:
		f.end = dayOf(text)
	}
}

func readNotice(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldType:
		f.typ = names.number(text)
	case credit.FieldRole:
		switch string(text) {
		case "defendant", "both":
			f.tags |= tagDefendant
		}
	}
}

// metrics are the snapshots that indicators read, by the name that their mapping gives them.
var metrics = map[string]tags{
	"power_kwh": tagPower, "environment_grade": tagEnvironment, "equity_freeze": tagFreeze, "equity_pledges": tagPledges,
	"penalties": tagPenalties, "judgment_defaulter_listings": tagDefaulter, "market_supervision_defaulter": tagMarketDefaulter,
	"abnormal_listings": tagAbnormal, "exception_listings": tagException, "tax_arrears_yuan": tagArrearsYuan,
	"tenders_won": tagTenders, "patents": tagPatents, "trademarks": tagTrademarks, "software_copyrights": tagCopyrights, "domains": tagDomains,
	"branches": tagBranches, "investments": tagInvestments, "online_shops": tagShops, "employees": tagEmployees,
	"registered_capital_fen": tagCapitalFen, "keep_contract_honours": tagHonours, "specialised_new": tagSpecialised,
	"technology_centre": tagTechnology, "city_credit_grade": tagCityGrade, "product_check_pass_share": tagPassShare,
}

func readSnapshot(f *fact, field credit.Field, text []byte, _ *names) {
	switch field {
	case credit.FieldMetric:
		f.tags |= metrics[string(text)]
	case credit.FieldValue:
		if x, ok := gradeOf(text); ok {
			f.number = x
			return
		}
		f.number = intOf(text)
	}
}

var businessValues = map[string]valueFunc{
	"holdings_live":             holdingsLive,
	"neighbours_listed":         against(adverseListing),
	"neighbours_listed_share":   againstShare(adverseListing),
	"neighbours_enforced":       against(adverseEnforcement),
	"neighbours_enforced_share": againstShare(adverseEnforcement),
	"neighbours_abnormal_share": againstShare(adverseAbnormal),
	"neighbours_any":            against(adverseAny),
	"neighbours_any_share":      againstShare(adverseAny),
}

func against(what adverse) valueFunc {
	return func(v *view, items []*item) float64 { return v.against(items, what) }
}

// againstShare is the share among the different firms; NaN where no record names one.
func againstShare(what adverse) valueFunc {
	return func(v *view, items []*item) float64 { return v.against(items, what) / v.distinct(items, typeOf) }
}

var businessPicks = map[string]pickFunc{
	"current": current,
}

// current picks of each firm on the other side the latest record, unless it is the end of the relation.
func current(v *view, items []*item) []*item {
	v.scratch, v.mark = v.scratch[:0], v.mark+1
	for _, it := range items {
		if it.typ < 0 || v.numbers[it.typ] == v.mark {
			continue
		}
		v.numbers[it.typ] = v.mark
		if it.tags&(tagEnd|tagLapsed) == 0 {
			v.scratch = append(v.scratch, it)
		}
	}
	return v.scratch
}

// adverseRead says what each function about neighbours looks for.
var adverseRead = map[string]adverse{
	"neighbours_listed": adverseListing, "neighbours_listed_share": adverseListing,
	"neighbours_enforced": adverseEnforcement, "neighbours_enforced_share": adverseEnforcement,
	"neighbours_abnormal_share": adverseAbnormal,
	"neighbours_any":            adverseAny, "neighbours_any_share": adverseAny,
}

// holdingsLive counts the firms held whose latest record is no end of the holding; records that name no firm count one
// by one.
func holdingsLive(v *view, items []*item) float64 {
	v.mark++
	n := 0
	for _, it := range items {
		if it.typ >= 0 {
			if v.numbers[it.typ] == v.mark {
				continue
			}
			v.numbers[it.typ] = v.mark
		}
		if it.tags&(tagEnd|tagLapsed) == 0 {
			n++
		}
	}
	return float64(n)
}

// against counts the different firms on the other side that something is known against on the day.
func (v *view) against(items []*item, what adverse) float64 {
	if v.fold.neighbours == nil {
		return math.NaN()
	}
	v.mark++
	n := 0
	for _, it := range items {
		if it.typ < 0 || v.numbers[it.typ] == v.mark {
			continue
		}
		v.numbers[it.typ] = v.mark
		if v.fold.neighbours.against(v.fold.names.texts[it.typ], what, v.day) {
			n++
		}
	}
	return float64(n)
}
