package features

import (
	"bytes"
	"math"

	"hengxin/credit"
)

// taxGrades are the grades of domain page 2.9, best last.
const taxGrades = "DCMBA"

func readTaxGrade(f *fact, field credit.Field, text []byte, _ *names) {
	if field != credit.FieldGrade || len(text) != 1 {
		return
	}
	if i := bytes.IndexByte([]byte(taxGrades), text[0]); i >= 0 {
		f.number = float64(i + 1)
	}
	switch text[0] {
	case 'A':
		f.tags |= tagGradeA
	case 'D':
		f.tags |= tagGradeD
	}
}

func readArrears(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldType:
		f.typ = names.number(text)
		switch {
		case bytes.HasPrefix(text, []byte("tax")):
			f.tags |= tagTax
		case bytes.HasPrefix(text, []byte("social")):
			f.tags |= tagSocial
		}
	case credit.FieldBalance:
		f.amount = intOf(text)
	case credit.FieldMonths:
		f.number = intOf(text)
	}
}

func readHeadcount(f *fact, field credit.Field, text []byte, _ *names) {
	if field == credit.FieldCount {
		f.number = intOf(text)
	}
}

var taxValues = map[string]valueFunc{
	"number_change":     numberChange,
	"number_mean":       numberMean,
	"number_ratio_12m":  numberRatio12,
	"number_of_largest": numberOfLargest,
	"zeroes":            zeroes,
	"grade_run_a":       gradeRunA,
}

// numberChange is the number of the latest record less that of the one before; NaN for fewer than two.
func numberChange(_ *view, items []*item) float64 {
	if len(items) < 2 {
		return math.NaN()
	}
	return items[0].number - items[1].number
}

func numberMean(v *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.number == it.number {
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return numberSum(v, items) / float64(n)
}

// numberRatio12 is a/b - 1: a the number of the latest record, b that of the latest whose event is not after the day
// less 12 months; NaN where either is missing or b is 0.
func numberRatio12(v *view, items []*item) float64 {
	before := v.cutsOf(v.day).days[Months12]
	for _, it := range items {
		if it.event <= before {
			if it.number == 0 {
				return math.NaN()
			}
			return items[0].number/it.number - 1
		}
	}
	return math.NaN()
}

// numberOfLargest is the number of the latest record over the largest of all.
func numberOfLargest(_ *view, items []*item) float64 {
	most := math.NaN()
	for _, it := range items {
		if !(most >= it.number) && it.number == it.number {
			most = it.number
		}
	}
	if !(most > 0) {
		return math.NaN()
	}
	return items[0].number / most
}

func zeroes(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.number == 0 {
			n++
		}
	}
	return float64(n)
}

// gradeRunA is the number of grades A in a row, the latest included.
func gradeRunA(_ *view, items []*item) float64 {
	n := 0
	for _, it := range items {
		if it.tags&tagGradeA == 0 {
			break
		}
		n++
	}
	return float64(n)
}
