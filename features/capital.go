package features

import (
	"math"

	"hengxin/credit"
)

// Amounts against the registered capital, and what binds shares and goods: pledges and freezes.

func readPledge(f *fact, field credit.Field, text []byte, names *names) {
	readValidity(f, field, text, names)
	if field == credit.FieldType && string(text) == "equity" {
		f.tags |= tagEquity
	}
}

var capitalPicks = map[string]pickFunc{
	"upon_capital":     func(v *view, items []*item) []*item { return v.uponCapital(items, AllTime) },
	"upon_capital_12m": func(v *view, items []*item) []*item { return v.uponCapital(items, Months12) },
	"upon_capital_36m": func(v *view, items []*item) []*item { return v.uponCapital(items, Months36) },
}

// uponCapital picks the records within the window, and the latest registration that states a capital.
func (v *view) uponCapital(items []*item, w Window) []*item {
	v.scratch = v.scratch[:0]
	found := false
	for _, it := range items {
		switch {
		case it.kind == credit.KindRegistration:
			if found || !(it.number > 0) {
				continue
			}
			found = true
		case it.window > w:
			continue
		}
		v.scratch = append(v.scratch, it)
	}
	return v.scratch
}

var capitalValues = map[string]valueFunc{
	"yuan_upon_capital": yuanUponCapital,
}

// yuanUponCapital is the sum of the stated amounts over the registered capital; NaN where no registration states one.
func yuanUponCapital(_ *view, items []*item) float64 {
	sum, capital := 0.0, math.NaN()
	for _, it := range items {
		switch {
		case it.kind == credit.KindRegistration:
			capital = it.number
		case it.amount == it.amount:
			sum += it.amount
		}
	}
	return sum / capital
}
