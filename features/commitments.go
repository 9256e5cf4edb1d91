package features

import (
	"math"

	"hengxin/credit"
)

func readCommitment(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldType:
		f.typ = names.number(text)
		if string(text) == "repair" {
			f.tags |= tagRepairCommitment
		}
	case credit.FieldDue:
		f.end = dayOf(text)
	}
}

func fulfilmentTags(b credit.Body) tags {
	t := tagAnswered
	status, _ := b.Get(credit.FieldStatus)
	switch string(status) {
	case "fulfilled", "全部履行":
		t |= tagFulfilled
	case "partly", "部分履行":
		t |= tagPartly
	case "breached", "全部未履行":
		t |= tagBreached
	}
	source, _ := b.Get(credit.FieldStatusSource)
	switch string(source) {
	case "checked_online", "random_check", "complaint":
		t |= tagChecked
	}
	return t
}

var commitmentValues = map[string]valueFunc{
	"share_fulfilled": share(tagFulfilled),
	"share_breached":  share(tagBreached),
	"share_checked":   share(tagChecked),
	"share_on_time":   shareOnTime,
	"overdue_days":    overdueDays,
	"breach_days":     breachDays,
	"breach_decay":    breachDecay,
}

// shareOnTime is the share of commitments that the last word calls fulfilled and that were first found so on the due day
// or before: a later check that confirms it does not make it late.
func shareOnTime(v *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.tags&tagFulfilled != 0 && it.firstFound(v.day).Event <= it.end {
			n++
		}
	}
	return float64(n) / float64(len(items))
}

// firstFound is the first follower that acts on the day and calls the commitment fulfilled.
func (it *item) firstFound(day credit.Date) *credit.Record {
	for i := range it.acts {
		if a := &it.acts[i]; a.tags&tagFulfilled != 0 && a.from <= day && day < a.until {
			return a.rec
		}
	}
	return nil
}

// overdueDays is the greatest number of days past a due day.
func overdueDays(v *view, items []*item) float64 {
	most := 0.0
	for _, it := range items {
		most = max(most, float64(v.day-it.end))
	}
	return most
}

// breachDays is the number of days since the last finding of a breach.
func breachDays(v *view, items []*item) float64 {
	least := math.NaN()
	for _, it := range items {
		if days := float64(v.day - it.acts[it.last].rec.Event); !(least <= days) {
			least = days
		}
	}
	return least
}

// breachDecay is the number of breaches, each weighted by exp(-age/365) of its finding.
func breachDecay(v *view, items []*item) float64 {
	sum, table := 0.0, weights()
	for _, it := range items {
		if age := int(v.day - it.acts[it.last].rec.Event); age < len(table) {
			sum += table[age]
		}
	}
	return sum
}
