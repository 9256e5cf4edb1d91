package features

import "hengxin/credit"

// The closed loop of commitments (domain page 2.6): what was found by whom, and what was done about it. Policy says where
// a commitment stands in it ([credit.Stage]); here its words become tags.

// stage notes where a commitment stands on the day.
func (it *item) stage(stages []credit.Stage, day credit.Date) {
	for i := len(stages) - 1; i >= 0; i-- {
		s := &stages[i]
		if s.From > day {
			continue
		}
		switch s.By {
		case credit.FoundOnline:
			it.tags |= tagOnline
		case credit.FoundRandom:
			it.tags |= tagSpot
		}
		switch {
		case s.Finding == credit.FindingKept:
			it.tags |= tagKept
		case s.Finding == credit.FindingFalse:
			it.tags |= tagFalse | tagWanting
		case s.Finding.Bad():
			it.tags |= tagWanting
		}
		for _, done := range [...]struct {
			so  bool
			tag tags
		}{{s.Cured, tagCured}, {s.Handled, tagHandled}, {s.Published, tagShown}} {
			if done.so {
				it.tags |= done.tag
			}
		}
		return
	}
}

// citeLoop appends what acts on the day of the fulfilments, the checks and the handling of the commitment.
func (it *item) citeLoop(dst []credit.ID, day credit.Date) []credit.ID {
	for i := range it.acts {
		a := &it.acts[i]
		switch a.kind {
		case credit.KindFulfilment, credit.KindCheck, credit.KindHandling:
			if a.from <= day && day < a.until {
				dst = append(dst, a.rec.ID)
			}
		}
	}
	return dst
}

var loopPicks = map[string]pickFunc{
	"not_followed_up": notFollowedUp,
}

// notFollowedUp picks the commitments found wanting about which nothing was done.
func notFollowedUp(v *view, items []*item) []*item {
	v.scratch = v.scratch[:0]
	for _, it := range items {
		if it.tags&(tagCured|tagHandled|tagShown) == 0 {
			v.scratch = append(v.scratch, it)
		}
	}
	return v.scratch
}

var loopValues = map[string]valueFunc{
	"share_kept_loop": share(tagKept),
}
