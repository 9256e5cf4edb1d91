package features

import (
	"math"

	"hengxin/credit"
)

// Sparse is a row as what it differs by from the row of a subject without records: most of a row is that. It is what
// [Fold.Row] and [Fold.Reasons] say together, for callers that make columns of many rows.
type Sparse struct {
	Blank   []float64 // the row without records; of the fold, not to be changed, the same slice while it is the same row
	Absent  []Missing // why each value of Blank is missing, [NotMissing] where it is not; as Blank
	At      []int32   // the indicators that have records, each once, in no order
	Values  []float64 // of each of At; NaN where missing
	Missing []Missing // of each of At
}

// Sparse sets dst to the row of the loaded history on the day.
func (f *Fold) Sparse(dst *Sparse, day credit.Date) {
	v := &f.view
	v.see(f, day)
	cover := v.cover.on(day)
	dst.Blank, dst.Absent = cover.blank, cover.absent
	dst.At, dst.Values, dst.Missing = dst.At[:0], dst.Values[:0], dst.Missing[:0]
	for _, l := range v.held {
		list, steps := &v.lists[l], v.plan.lists[l].steps
		for i := range steps {
			s := &steps[i]
			items := list.items[:list.n[s.window]]
			if len(items) == 0 || cover.missing[s.indicator] != NotMissing {
				continue
			}
			if s.pick != nil {
				items = s.pick(v, items)
			}
			x, why := s.value(v, items), NotMissing
			if x != x {
				why = f.withoutValue(s.indicator, len(items))
			}
			dst.At, dst.Values, dst.Missing = append(dst.At, s.indicator), append(dst.Values, x), append(dst.Missing, why)
		}
	}
	if len(v.plan.relative) > 0 {
		f.sparseRelative(dst, cover.missing)
	}
}

// sparseRelative adds the peer-relative values that are not those of the blank row.
func (f *Fold) sparseRelative(dst *Sparse, missing []Missing) {
	v := &f.view
	var edition *peerEdition
	if f.set.peers != nil {
		edition = f.set.peers.on(v.day)
	}
	section, band := 0, 0
	if edition != nil {
		section, band = v.cell()
	}
	for i := range v.plan.relative {
		r := &v.plan.relative[i]
		ind := &f.set.indicators[r.indicator]
		if missing[r.indicator] != NotMissing || edition == nil && v.lists[ind.list].turn != v.turn {
			continue
		}
		x, own := math.NaN(), v.own(ind)
		var s *PeerStat
		if edition != nil {
			s = edition.stat(section, band, r.base)
		}
		if s != nil && own == own {
			x = r.relation(s, own)
		}
		why := NotMissing
		if x != x {
			why = f.whyRelative(ind)
		}
		dst.At, dst.Values, dst.Missing = append(dst.At, int32(r.indicator)), append(dst.Values, x), append(dst.Missing, why)
	}
}

// withoutValue says why a covered indicator has no value though so many records were picked for it.
func (f *Fold) withoutValue(i int32, picked int) Missing {
	switch {
	case picked == 0:
		return NoRecord
	case f.set.indicators[i].near && f.neighbours == nil:
		return NoNeighbours
	}
	return NotStated
}
