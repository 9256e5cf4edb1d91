package features

import "hengxin/credit"

// The closed loop of commitments (domain page 2.6): what checks found, and what was done about it.

func checkTags(b credit.Body) tags {
	var t tags
	source, _ := b.Get(credit.FieldStatusSource)
	switch string(source) {
	case "checked_online":
		t |= tagOnline
	case "random_check":
		t |= tagSpot
	}
	status, _ := b.Get(credit.FieldStatus)
	switch string(status) {
	case "kept", "fulfilled":
		if t&tagSpot != 0 {
			t |= tagSpotKept
		}
	case "partly", "breached":
		t |= tagWanting
	case "false":
		t |= tagWanting | tagFalse
	}
	return t
}

func handlingTags(b credit.Body) tags {
	status, _ := b.Get(credit.FieldStatus)
	switch string(status) {
	case "cured":
		return tagCured
	case "handled":
		return tagHandled
	case "published", "shared":
		return tagShown
	}
	return 0
}

// follow notes what a check found or what was done: a later check says anew what the commitment is worth, and what was
// found false or done about it stays so.
func (it *item) follow(a *act) {
	if a.kind == credit.KindCheck {
		it.tags &^= tagWanting
		if a.tags&tagSpot != 0 {
			it.tags &^= tagSpotKept
		}
	}
	it.tags |= a.tags
}

// citeChecks appends the checks and the handling of the commitment that act on the day.
func (it *item) citeChecks(dst []credit.ID, day credit.Date) []credit.ID {
	for i := range it.acts {
		a := &it.acts[i]
		if (a.kind == credit.KindCheck || a.kind == credit.KindHandling) && a.from <= day && day < a.until {
			dst = append(dst, a.rec.ID)
		}
	}
	return dst
}

var loopPicks = map[string]pickFunc{
	"wanting_not_handled": wantingNotHandled,
}

// wantingNotHandled picks the commitments that the last check, or the last word about their fulfilment, found wanting and
// about which nothing was done.
func wantingNotHandled(v *view, items []*item) []*item {
	v.scratch = v.scratch[:0]
	for _, it := range items {
		if it.tags&(tagWanting|tagBreached) != 0 && it.tags&(tagCured|tagHandled|tagShown) == 0 {
			v.scratch = append(v.scratch, it)
		}
	}
	return v.scratch
}

var loopValues = map[string]valueFunc{
	"share_spot_kept": share(tagSpotKept),
}
