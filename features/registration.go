package features

import (
	"math"

	"hengxin/credit"
)

func readRegistration(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldIndustry:
		f.typ = names.number(text)
	case credit.FieldEstablished:
		f.start = dayOf(text)
	case credit.FieldCapital:
		f.number = intOf(text)
	case credit.FieldStatus:
		switch string(text) {
		case "cancelled", "revoked", "moved":
			f.tags |= tagClosed
		}
	}
}

func readChange(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldItem:
		f.typ = names.number(text)
		switch string(text) {
		case "legal_representative":
			f.tags |= tagLegalRep
		case "address":
			f.tags |= tagAddress
		case "capital":
			f.tags |= tagCapital
		case "status":
			f.tags |= tagStatus
		case "cancelled", "revoked":
			f.tags |= tagClosed
		}
	case credit.FieldAfter: // comes after the item
		if f.tags&tagStatus == 0 {
			return
		}
		switch string(text) {
		case "cancelled", "revoked", "moved":
			f.tags |= tagClosed
		}
	case credit.FieldLegalRep:
		if string(text) == "1" {
			f.tags |= tagLegalRep
		}
	}
}

var registrationValues = map[string]valueFunc{
	"established_days": establishedDays,
	"number_yuan":      func(_ *view, items []*item) float64 { return items[0].number / 100 },
}

// establishedDays is the age of the subject: since the day of establishment that the latest record states it in, or else
// since the earliest registration.
func establishedDays(v *view, items []*item) float64 {
	for _, it := range items {
		if it.start != credit.NoDate {
			return float64(v.day - it.start)
		}
	}
	if len(items) == 0 {
		return math.NaN()
	}
	return float64(items[len(items)-1].age)
}
