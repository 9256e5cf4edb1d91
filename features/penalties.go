package features

import (
	"bytes"
	"math"
	"slices"

	"hengxin/credit"
)

func readPenalty(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldType:
		f.typ = names.number(text)
	case credit.FieldPenaltyTypes:
		f.readClasses(text)
	case credit.FieldProcedure:
		if string(text) == "simple" {
			f.tags |= tagSimple
		}
	case credit.FieldSector:
		switch string(text) {
		case "food", "drug", "special_equipment", "work_safety", "fire":
			f.tags |= tagKeySector
		}
	case credit.FieldConfiscated:
		f.number = intOf(text)
	}
}

// readClasses reads the classes of a penalty, and from them the tier where the source states none: serious for those of
// domain page 2.5, minor for nothing but a warning or a criticism.
func (f *fact) readClasses(text []byte) {
	minor, serious := true, false
	for len(text) > 0 {
		var class []byte
		class, text, _ = bytes.Cut(text, []byte{';'})
		switch string(class) {
		case "warning", "criticism":
			continue
		case "revoke_licence", "restrict_operation", "suspend_business", "close":
			f.tags |= tagStopping
			serious = true
		case "suspend_licence":
			f.tags |= tagStopping
		case "restrict_employment", "detention":
			serious = true
		}
		minor = false
	}
	if f.severity == credit.SeverityNone {
		switch {
		case serious:
			f.severity = credit.SeveritySerious
		case minor:
			f.severity = credit.SeverityMinor
		}
	}
}

// performanceTags: a record of performance says done unless it says what is not. No record at all says nothing
// (rulings 8).
func performanceTags(b credit.Body) tags {
	status, _ := b.Get(credit.FieldStatus)
	switch string(status) {
	case "not", "not_performed", "partial", "partly", "部分履行", "全部未履行", "未履行":
		return 0
	}
	return tagPerformed
}

// tier is the severity as a weight: an act of which no tier is known weighs like a general one.
func (it *item) tier() float64 {
	if it.level == credit.SeverityNone {
		return float64(credit.SeverityGeneral)
	}
	return float64(it.level)
}

// beLenient finds what policy leaves of the weight of each counted penalty (first and minor offences, new trades, what
// could be repaired): it asks for the penalty before, in the order in which they became known, and for the register.
func (v *view) beLenient(p *credit.Policy, items []item) {
	v.offence = v.offence[:0]
	founded, industry := credit.NoDate, ""
	for i := range items {
		it := &items[i]
		switch {
		case it.tags&tagCounted == 0:
		case it.kind == credit.KindPenalty:
			v.offence = append(v.offence, it)
		case it.kind == credit.KindRegistration:
			if founded == credit.NoDate {
				founded = it.start
			}
			if industry == "" && it.typ >= 0 {
				industry = v.word(v.fold.names.texts[it.typ])
			}
		}
	}
	slices.SortFunc(v.offence, func(a, b *item) int { return int(a.entry) - int(b.entry) })
	last := credit.NoDate
	for _, it := range v.offence {
		o := credit.Offence{Tier: it.level, Eligible: it.tags&tagEligible != 0, SinceLast: last, Decided: it.event, Founded: founded, Industry: industry}
		it.share, _ = p.Leniency(&o, v.day)
		last = it.known
	}
}

var penaltyValues = map[string]valueFunc{
	"severity_sum":       severitySum,
	"severity_decay":     severityDecay,
	"severity_max":       severityMax,
	"confiscated_sum":    func(v *view, items []*item) float64 { return numberSum(v, items) / 100 },
	"repeats_type":       func(v *view, items []*item) float64 { return v.repeats(items, typeOf) },
	"repeats_authority":  func(v *view, items []*item) float64 { return v.repeats(items, authorityOf) },
	"most_of_type":       func(_ *view, items []*item) float64 { return mostOf(items, typeOf) },
	"most_of_authority":  func(_ *view, items []*item) float64 { return mostOf(items, authorityOf) },
	"gap_min_type":       gapMinOfType,
	"share_performed":    share(tagPerformed),
	"eligible_days":      eligibleDays,
	"days_to_eligible":   daysToEligible,
	"repeats_after_fix":  repeatsAfterRepair,
	"share_eligible":     share(tagEligible),
	"repair_days_mean":   repairDaysMean,
	"repaired_in_window": repairedWithin(Months12),
	"minor":              minorOffences,
	"lenient":            lenient,
	"share_sum":          shareSum,
}

func severitySum(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += float64(it.tier() * it.share)
	}
	return sum
}

// severityDecay is the sum of tier (1 minor, 2 general or not known, 3 serious) x exp(-age/365), as far as leniency
// leaves it.
func severityDecay(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += float64(it.tier() * it.weight * it.share)
	}
	return sum
}

// word keeps one copy of each text of a small vocabulary.
func (v *view) word(text []byte) string {
	if w, ok := v.words[string(text)]; ok {
		return w
	}
	if v.words == nil || len(v.words) == maxWords {
		v.words = map[string]string{}
	}
	w := string(text)
	v.words[w] = w
	return w
}

func minorOffences(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.level == credit.SeverityMinor {
			n++
		}
	}
	return float64(n)
}

// lenient counts the records whose weight policy reduces.
func lenient(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.share < 1 {
			n++
		}
	}
	return float64(n)
}

func shareSum(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += it.share
	}
	return sum
}

func severityMax(_ *view, items []*item) float64 {
	most := 0.0
	for _, it := range items {
		most = max(most, it.tier())
	}
	return most
}

// repeats counts the records whose key an earlier record of the selection has already: 屡罚不改.
func (v *view) repeats(items []*item, key func(*item) int32) float64 {
	stated := 0
	for _, it := range items {
		if key(it) >= 0 {
			stated++
		}
	}
	return float64(stated) - v.distinct(items, key)
}

// mostOf is the largest number of records that share one key; 0 where none states it.
func mostOf(items []*item, key func(*item) int32) float64 {
	most := 0
	for i, it := range items {
		if key(it) < 0 {
			continue
		}
		n := 1
		for _, other := range items[i+1:] {
			if key(other) == key(it) {
				n++
			}
		}
		most = max(most, n)
	}
	return float64(most)
}

// gapMinOfType is the least number of days between two records of one type; NaN where no type repeats.
func gapMinOfType(_ *view, items []*item) float64 {
	least := math.NaN()
	for i, it := range items {
		if it.typ < 0 {
			continue
		}
		for _, before := range items[i+1:] {
			if before.typ == it.typ {
				if gap := float64(before.age - it.age); !(least <= gap) {
					least = gap
				}
				break
			}
		}
	}
	return least
}

// standing is the span of the day.
func (it *item) standing(day credit.Date) *credit.Span { return credit.SpanOn(it.spans, day) }

// eligibleDays is the greatest number of days for which a record could have been repaired and was not.
func eligibleDays(v *view, items []*item) float64 {
	most := math.NaN()
	for _, it := range items {
		if s := it.standing(v.day); s != nil && s.Earliest != credit.NoDate {
			if days := float64(v.day - s.Earliest); !(most >= days) {
				most = days
			}
		}
	}
	return most
}

// daysToEligible is the least number of days until a record may be repaired, 0 where one may be now; NaN where none has
// such a day.
func daysToEligible(v *view, items []*item) float64 {
	least := math.NaN()
	for _, it := range items {
		if s := it.standing(v.day); s != nil && s.Earliest != credit.NoDate {
			if days := float64(max(0, s.Earliest-v.day)); !(least <= days) {
				least = days
			}
		}
	}
	return least
}

// repeatsAfterRepair counts penalties whose act came after another penalty of the same type had been repaired.
func repeatsAfterRepair(_ *view, items []*item) float64 {
	n := 0
	for i, it := range items {
		for _, before := range items[i+1:] {
			if it.typ >= 0 && before.typ == it.typ && before.tags&tagRepaired != 0 && before.acts[before.first].rec.Event < it.event {
				n++
				break
			}
		}
	}
	return float64(n)
}

// repairDaysMean is the mean number of days from a penalty to its first repair.
func repairDaysMean(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		sum += float64(it.acts[it.first].rec.Event - it.event)
	}
	return sum / float64(len(items))
}

// repairedWithin counts records whose first repair is dated within the window.
func repairedWithin(w Window) valueFunc {
	return func(v *view, items []*item) float64 {
		n, after := 0, v.cutsOf(v.day).days[w]
		for _, it := range items {
			if it.acts[it.first].rec.Event > after {
				n++
			}
		}
		return float64(n)
	}
}
