package card

import (
	"slices"

	"hengxin/models"
	"hengxin/models/bin"
)

// canonical returns the row numbers in an order that rests on what the rows hold and not on where they stand: by the
// values of the columns, then outcome, then weight. Rows that compare equal are interchangeable.
func canonical(f *models.Frame, o *bin.Outcome) []int {
	rows := make([]int, f.Rows())
	for i := range rows {
		rows[i] = i
	}
	slices.SortFunc(rows, func(a, b int) int {
		for c := range f.Columns {
			v := f.Columns[c].Values
			if d := compare(v[a], v[b]); d != 0 {
				return d
			}
		}
		if d := compare(f.Target[a], f.Target[b]); d != 0 {
			return d
		}
		return compare(o.Weight(a), o.Weight(b))
	})
	return rows
}

// compare orders numbers with NaN first.
func compare(a, b float64) int {
	switch {
	case a == b || a != a && b != b:
		return 0
	case a < b || a != a:
		return -1
	}
	return 1
}
