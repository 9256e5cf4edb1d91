package features

import (
	"math"

	"hengxin/credit"
)

// Yearly reports. A report's number is its year, its amount the revenue; the other figures are read from the body when
// they are asked for, since a firm has few reports.

func readReport(f *fact, field credit.Field, text []byte, _ *names) {
	switch field {
	case credit.FieldPeriod:
		if len(text) >= 4 {
			f.number = intOf(text[:4])
		}
	case credit.FieldRevenue:
		f.amount = intOf(text)
	}
}

var reportValues = map[string]valueFunc{
	"liabilities_of_assets": func(_ *view, items []*item) float64 {
		return items[0].figure(credit.FieldLiabilities) / positive(items[0].figure(credit.FieldAssets))
	},
	"profit_of_revenue": func(_ *view, items []*item) float64 {
		return items[0].figure(credit.FieldNetProfit) / positive(items[0].figure(credit.FieldRevenue))
	},
	"taxes_of_revenue": func(_ *view, items []*item) float64 {
		return items[0].figure(credit.FieldTaxes) / positive(items[0].figure(credit.FieldRevenue))
	},
	"report_persons": func(_ *view, items []*item) float64 { return items[0].figure(credit.FieldCount) },
	"revenue_growth": revenueGrowth,
	"loss_run":       lossRun,
	"reports_late":   reportsLate,
	"reports_behind": reportsBehind,
}

// figure is a whole number of the record's body, NaN where it is not stated.
func (it *item) figure(field credit.Field) float64 {
	text, ok := it.rec.Body.Get(field)
	if !ok {
		return math.NaN()
	}
	return intOf(text)
}

// positive is x, and NaN where it is not above zero: a ratio to nothing says nothing.
func positive(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.NaN()
}

// revenueGrowth is the revenue of the latest report over that of the latest report for the year before, less 1.
func revenueGrowth(_ *view, items []*item) float64 {
	for _, it := range items {
		if it.number == items[0].number-1 {
			return items[0].amount/positive(it.amount) - 1
		}
	}
	return math.NaN()
}

// lossRun is the number of reports of a net loss in a row, the latest included; NaN where the latest does not state its
// profit. An earlier one that does not ends the run: what is counted are losses that were stated.
func lossRun(_ *view, items []*item) float64 {
	if profit := items[0].figure(credit.FieldNetProfit); profit != profit {
		return math.NaN()
	}
	n := 0
	for _, it := range items {
		if !(it.figure(credit.FieldNetProfit) < 0) {
			break
		}
		n++
	}
	return float64(n)
}

// reportDue is the last day for the report of a year: 30 June of the next (企业信息公示暂行条例).
func reportDue(year float64) credit.Date { return credit.NewDate(int(year)+1, 6, 30) }

// reportsLate counts the reports that became known after their last day.
func reportsLate(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.number == it.number && it.known > reportDue(it.number) {
			n++
		}
	}
	return float64(n)
}

// reportsBehind is the number of years whose reports are due and later than the latest that there is.
func reportsBehind(v *view, items []*item) float64 {
	latest := math.NaN()
	for _, it := range items {
		if !(latest >= it.number) && it.number == it.number {
			latest = it.number
		}
	}
	year, month, _ := v.day.YMD()
	due := float64(year - 1)
	if month <= 6 {
		due--
	}
	return max(0, due-latest) // NaN where no report states its year
}
