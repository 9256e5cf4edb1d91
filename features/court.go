package features

import "hengxin/credit"

func readListing(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldList:
		f.typ = names.number(text)
		f.tags |= listTags(text)
	case credit.FieldCause:
		if f.kind == credit.KindAbnormal {
			f.typ = names.number(text)
		}
	}
}

// listTags knows the lists of domain page 2.7: the court's, and those treated as a veto.
func listTags(code []byte) tags {
	switch string(code) {
	case "SXBZXR":
		return tagCourtList | tagVetoList
	case "TAX", "SAMR", "WAGE", "SAFE", "ILLF":
		return tagVetoList
	}
	return 0
}

func readJudgment(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldCause:
		f.typ = names.number(text)
	case credit.FieldRole:
		switch string(text) {
		case "defendant":
			f.tags |= tagDefendant
		case "plaintiff":
			f.tags |= tagPlaintiff
		}
	}
}

var courtValues = map[string]valueFunc{
	"listed_days":      listedDays,
	"share_defendant":  share2(tagDefendant, tagPlaintiff),
	"unstated_amounts": unstatedAmounts,
}

// listedDays is the number of days on a list: the sum over listings of the time until their removal or the day.
func listedDays(v *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		until := v.day
		if it.first >= 0 {
			until = it.acts[it.first].rec.Event
		}
		sum += float64(until - it.event)
	}
	return sum
}

// unstatedAmounts counts records whose amount is not stated or zero.
func unstatedAmounts(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if !(it.amount > 0) {
			n++
		}
	}
	return float64(n)
}
