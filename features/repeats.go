package features

import "math"

// How offences repeat and how long listings last.

var repeatValues = map[string]valueFunc{
	"gap_ratio":      gapRatio,
	"gaps_shrinking": gapsShrinking,
	"share_serious":  share(tagSerious),
	"severity_trend": severityTrend,
	"share_12m":      shareOfYear,
	"listed_share":   listedShare,
}

// gapRatio is the latest interval between two records over the mean of the intervals before it: below 1 offences come
// faster. NaN for fewer than three records, or where the earlier ones are all of one day.
func gapRatio(_ *view, items []*item) float64 {
	if len(items) < 3 {
		return math.NaN()
	}
	return float64(items[1].age-items[0].age) / positive(gapMean(nil, items[1:]))
}

// gapsShrinking is the number of intervals, from the latest back, each shorter than the one before it.
func gapsShrinking(_ *view, items []*item) float64 {
	n := 0
	for i := 2; i < len(items); i++ {
		if items[i-1].age-items[i-2].age >= items[i].age-items[i-1].age {
			break
		}
		n++
	}
	return float64(n)
}

// severityTrend is the sum of tiers of the last 12 months less that of the 12 months before.
func severityTrend(_ *view, items []*item) float64 {
	sum := 0.0
	for _, it := range items {
		switch {
		case it.window <= Months12:
			sum += it.tier()
		case it.window == Months24:
			sum -= it.tier()
		}
	}
	return sum
}

// shareOfYear is the share of the records that are of the last 12 months.
func shareOfYear(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.window <= Months12 {
			n++
		}
	}
	return float64(n) / float64(len(items))
}

// listedShare is the share of the last 36 months on which at least one listing stood: from its event to the day of what
// first ended it.
func listedShare(v *view, items []*item) float64 {
	from, days := v.cutsOf(v.day).days[Months36], 0
	reach := from // the days up to it are counted: the records ascend by event from the end of the list
	for i := len(items) - 1; i >= 0; i-- {
		it, until := items[i], v.day
		if it.first >= 0 {
			until = min(until, it.acts[it.first].rec.Event)
		}
		if start := max(reach, it.event); until > start {
			days += int(until - start)
			reach = until
		}
	}
	return float64(days) / float64(v.day-from)
}
