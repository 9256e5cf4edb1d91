package features

import (
	"math"

	"hengxin/credit"
)

// What a firm reports or is billed every month: power and water, housing fund, taxes paid, imports and exports.

func readUtility(f *fact, field credit.Field, text []byte, _ *names) {
	switch field {
	case credit.FieldType:
		switch string(text) {
		case "electricity":
			f.tags |= tagElectricity
		case "water":
			f.tags |= tagWater
		}
	case credit.FieldUsage:
		f.number = floatOf(text)
	case credit.FieldBalance, credit.FieldOverdue:
		if floatOf(text) > 0 {
			f.tags |= tagUnpaid
		}
	}
}

// readPeriod takes the period as the type, so that months and not records are counted where taxes or goods are stated
// one by one.
func readPeriod(f *fact, field credit.Field, text []byte, names *names) {
	if field == credit.FieldPeriod {
		f.typ = names.number(text)
	}
}

var monthlyValues = map[string]valueFunc{
	"share_unpaid":   share(tagUnpaid),
	"yuan_ratio_12m": yuanRatio12,
	"silence":        silence,
}

// yuanRatio12 is the sum of the stated amounts of the last 12 months over that of the 12 before, less 1; NaN where the
// earlier sum is not positive.
func yuanRatio12(_ *view, items []*item) float64 {
	now, before := 0.0, 0.0
	for _, it := range items {
		switch {
		case it.amount != it.amount:
		case it.window <= Months12:
			now += it.amount
		case it.window == Months24:
			before += it.amount
		}
	}
	if !(before > 0) {
		return math.NaN()
	}
	return now/before - 1
}

// silence is the number of days since the latest record over the mean interval between records: what comes every month
// is at 1 or so, and at 3 when two reports have failed to come. NaN for fewer than three records, or where all are of
// one day.
func silence(_ *view, items []*item) float64 {
	if len(items) < 3 {
		return math.NaN()
	}
	mean := gapMean(nil, items)
	if !(mean > 0) {
		return math.NaN()
	}
	return float64(items[0].age) / mean
}
