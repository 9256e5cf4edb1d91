package features

import "hengxin/credit"

// Reasons appends to dst, for each value of a row that [Fold.Row] made of the loaded history on the day, why it is
// missing, [NotMissing] where it is not: [Fold.Missing] for a whole row.
func (f *Fold) Reasons(dst []Missing, row []float64, day credit.Date) []Missing {
	f.view.see(f, day)
	uncovered := f.view.cover.on(day).missing
	for i, x := range row {
		why := NotMissing
		if x != x {
			if why = uncovered[i]; why == NotMissing {
				why = f.reason(&f.set.indicators[i])
			}
		}
		dst = append(dst, why)
	}
	return dst
}

// reason says why an indicator that is covered has no value.
func (f *Fold) reason(ind *Indicator) Missing {
	switch {
	case ind.base != nil:
		return f.whyRelative(ind)
	case len(f.view.picked(ind)) == 0:
		return NoRecord
	case ind.near && f.neighbours == nil:
		return NoNeighbours
	}
	return NotStated
}
