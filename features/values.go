package features

import (
	"maps"
	"math"
)

// valueFunc makes the value of an indicator of the records selected for it, latest event first. It sees no others and
// returns NaN where they do not state what it needs.
type valueFunc func(v *view, items []*item) float64

// pickFunc narrows a selection that is not empty to the records that a value is about.
type pickFunc func(v *view, items []*item) []*item

// families are the tables of value functions: one a file.
var families = []map[string]valueFunc{generalValues, penaltyValues, commitmentValues, courtValues, taxValues, registrationValues, businessValues, benchValues,
	monthlyValues, capitalValues, reportValues, gradeValues, loopValues, repeatValues, relativeValues}

var picks = map[string]pickFunc{
	"latest":   func(_ *view, items []*item) []*item { return items[:1] },
	"latest_2": func(_ *view, items []*item) []*item { return items[:min(2, len(items))] },
	"earliest": func(_ *view, items []*item) []*item { return items[len(items)-1:] },
	"freshest": freshest,
	"largest":  largest,
	"highest": func(_ *view, items []*item) []*item {
		return extreme(items, higher)
	},
	"lowest": func(_ *view, items []*item) []*item {
		return extreme(items, lower)
	},
}

func init() {
	for _, family := range []map[string]pickFunc{capitalPicks, loopPicks, businessPicks} {
		maps.Copy(picks, family)
	}
}

// generalValues fit any kind of record.
var generalValues = map[string]valueFunc{
	"count":        func(_ *view, items []*item) float64 { return float64(len(items)) },
	"any":          func(_ *view, items []*item) float64 { return float64(min(len(items), 1)) },
	"fen_sum":      func(_ *view, items []*item) float64 { return fenSum(items) },
	"yuan_sum":     func(_ *view, items []*item) float64 { return fenSum(items) / 100 },
	"fen":          func(_ *view, items []*item) float64 { return items[0].amount },
	"yuan":         func(_ *view, items []*item) float64 { return items[0].amount / 100 },
	"yuan_mean":    yuanMean,
	"number":       func(_ *view, items []*item) float64 { return items[0].number },
	"number_sum":   numberSum,
	"age":          func(_ *view, items []*item) float64 { return float64(items[0].age) },
	"age_sum":      ageSum,
	"decay":        decay,
	"decay_yuan":   decayYuan,
	"authorities":  func(v *view, items []*item) float64 { return v.distinct(items, authorityOf) },
	"types":        func(v *view, items []*item) float64 { return v.distinct(items, typeOf) },
	"kinds":        kinds,
	"gap_mean":     gapMean,
	"gap_min":      gapMin,
	"trend":        trend,
	"freshness":    freshness,
	"share_valid":  share(tagValid),
	"share_home":   share2(tagHome, tagAway),
	"share_repair": share(tagRepaired),
}

func authorityOf(it *item) int32 { return it.authority }

func typeOf(it *item) int32 { return it.typ }

// largest picks the record with the largest amount, the latest of several; where none states one, the latest record.
func largest(_ *view, items []*item) []*item {
	return extreme(items, func(a, b *item) bool { return a.amount > b.amount || b.amount != b.amount && a.amount == a.amount })
}

func higher(a, b *item) bool {
	return a.number > b.number || b.number != b.number && a.number == a.number
}

func lower(a, b *item) bool {
	return a.number < b.number || b.number != b.number && a.number == a.number
}

// extreme picks the first item that no other is better than.
func extreme(items []*item, better func(a, b *item) bool) []*item {
	best := 0
	for i := range items {
		if better(items[i], items[best]) {
			best = i
		}
	}
	return items[best : best+1]
}

// fenSum adds the stated amounts. Whole fen add exactly below 2^53.
func fenSum(items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		if it.amount == it.amount {
			sum += it.amount
		}
	}
	return sum
}

func yuanMean(_ *view, items []*item) float64 {
	sum, n := 0.0, 0
	for _, it := range items {
		if it.amount == it.amount {
			sum += it.amount
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / 100 / float64(n)
}

func numberSum(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		if it.number == it.number {
			sum += it.number
		}
	}
	return sum
}

func ageSum(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += float64(it.age)
	}
	return sum
}

// decay is the number of records, each weighted exp(-age/365), as far as leniency leaves it.
func decay(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += float64(it.weight * it.share)
	}
	return sum
}

// decayYuan is the sum of yuan x exp(-age/365), as far as leniency leaves it.
func decayYuan(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		if it.amount == it.amount {
			sum += float64(it.amount / 100 * it.weight * it.share)
		}
	}
	return sum
}

// distinct counts the different numbers that key gives, -1 not among them.
func (v *view) distinct(items []*item, key func(*item) int32) float64 {
	v.mark++
	n := 0
	for _, it := range items {
		if k := key(it); k >= 0 && v.numbers[k] != v.mark {
			v.numbers[k] = v.mark
			n++
		}
	}
	return float64(n)
}

func kinds(_ *view, items []*item) float64 {
	var seen [256]bool
	n := 0
	for _, it := range items {
		if !seen[it.kind] {
			seen[it.kind] = true
			n++
		}
	}
	return float64(n)
}

// gapMean is the mean number of days between the events of one record and the next; NaN for fewer than two.
func gapMean(_ *view, items []*item) float64 {
	if len(items) < 2 {
		return math.NaN()
	}
	return float64(items[len(items)-1].age-items[0].age) / float64(len(items)-1)
}

// gapMin is the least number of days between the events of one record and the next; NaN for fewer than two.
func gapMin(_ *view, items []*item) float64 {
	least := math.NaN()
	for i := 1; i < len(items); i++ {
		if gap := float64(items[i].age - items[i-1].age); !(least <= gap) {
			least = gap
		}
	}
	return least
}

// trend is the number of records of the last 12 months less that of the 12 months before.
func trend(_ *view, items []*item) float64 {
	n := 0.0
	for _, it := range items {
		switch {
		case it.window <= Months12:
			n++
		case it.window == Months24:
			n--
		}
	}
	return n
}

// freshest picks the record that became known last.
func freshest(_ *view, items []*item) []*item {
	return extreme(items, func(a, b *item) bool { return a.known > b.known })
}

// freshness is the number of days since the record became known.
func freshness(v *view, items []*item) float64 { return float64(v.day - items[0].known) }

// share is the share of the records with a tag.
func share(with tags) valueFunc {
	return func(_ *view, items []*item) float64 {
		n := 0
		for _, it := range items {
			if it.tags&with == with {
				n++
			}
		}
		return float64(n) / float64(len(items))
	}
}

// share2 is the share of one tag among the records that have it or the other; NaN where none has either.
func share2(one, other tags) valueFunc {
	return func(_ *view, items []*item) float64 {
		n, of := 0, 0
		for _, it := range items {
			if it.tags&(one|other) != 0 {
				of++
			}
			if it.tags&one != 0 {
				n++
			}
		}
		if of == 0 {
			return math.NaN()
		}
		return float64(n) / float64(of)
	}
}
