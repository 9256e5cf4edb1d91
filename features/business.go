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
	case credit.FieldRole:
		if string(text) == "shareholder" {
			f.tags |= tagHolder
		}
	case credit.FieldValidTo:
		f.end = dayOf(text)
	}
}

// metrics are the snapshots that indicators read, by the name that their mapping gives them.
var metrics = map[string]tags{
	"power_kwh": tagPower, "environment_grade": tagEnvironment, "equity_freeze": tagFreeze, "penalties": tagPenalties,
	"dishonest_listings": tagDishonest, "enforcement_cases": tagEnforced, "abnormal_listings": tagAbnormal, "tax_arrears": tagArrears,
	"patents": tagPatents, "trademarks": tagTrademarks, "awards": tagAwards, "branches": tagBranches,
}

// colours are the environmental grades of Jiangsu (domain page 2.9).
var colours = map[string]float64{"green": 5, "blue": 4, "yellow": 3, "red": 2, "black": 1}

func readSnapshot(f *fact, field credit.Field, text []byte, _ *names) {
	switch field {
	case credit.FieldMetric:
		f.tags |= metrics[string(text)]
	case credit.FieldValue:
		if colour, ok := colours[string(text)]; ok {
			f.number = colour
			return
		}
		f.number = intOf(text)
	}
}

var businessValues = map[string]valueFunc{
	"neighbours_listed": func(v *view, items []*item) float64 { return v.against(items, adverseListing) },
	"neighbours_listed_share": func(v *view, items []*item) float64 {
		return v.against(items, adverseListing) / v.distinct(items, typeOf)
	},
	"neighbours_enforced": func(v *view, items []*item) float64 { return v.against(items, adverseEnforcement) },
	"neighbours_enforced_share": func(v *view, items []*item) float64 {
		return v.against(items, adverseEnforcement) / v.distinct(items, typeOf)
	},
	"neighbours_abnormal_share": func(v *view, items []*item) float64 {
		return v.against(items, adverseAbnormal) / v.distinct(items, typeOf)
	},
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
