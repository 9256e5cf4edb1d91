package features

import (
	"math"
	"sync"

	"hengxin/credit"
	"hengxin/exact"
)

// item is a record as it stands on the day of the view.
type item struct {
	*fact
	tags   tags
	age    int32 // days since the event
	first  int32 // the follower that first closed the record and acts on the day, as an index into acts; -1 for none
	last   int32 // the last word about it
	window Window
	level  credit.Severity // the tier that policy decides, or else the one that the record states
	weight float64         // exp(-age / 365)
	share  float64         // what leniency leaves of a counted record's weight: 1 where nothing reduces it
}

// list is a selection on the day: its items, latest event first, and how many of them lie in each window.
type list struct {
	items []*item
	n     [windows]int32
	turn  int64 // of the view that filled it
}

// view is what a fold sees of the loaded history on one day.
type view struct {
	fold    *Fold
	plan    *plan
	day     credit.Date
	turn    int64 // counts the days seen
	ready   bool
	items   []item
	lists   []list  // as the set's plan orders them
	numbers []int32 // last mark of each name, for counting distinct ones
	mark    int32
	cuts    []cut
	words   map[string]string // industries
	held    []int32           // lists that hold anything
	scratch []*item           // of a pick
	offence []*item           // counted penalties in the order in which they became known
	cover   coverMemo
	places  [1 << placeBits]place
}

// cut holds the first day before each window of a day.
type cut struct {
	day  credit.Date
	days [windows]credit.Date
}

// maxCuts bounds the memory of windows: more days than a caller asks for at once.
const maxCuts = 256

// maxWords bounds the vocabulary of industries: the classification has 1,400.
const maxWords = 4096

// weights holds exp(-age / 365) for ages up to a hundred years; older records weigh nothing.
var weights = sync.OnceValue(func() []float64 {
	w := make([]float64, 36525)
	for age := range w {
		w[age] = exact.Exp(-float64(age) / 365)
	}
	return w
})

// see makes v the view of the day.
func (v *view) see(f *Fold, day credit.Date) {
	if v.ready && v.day == day {
		return
	}
	v.day, v.ready = day, true
	if cap(v.items) < len(f.latest) {
		v.items = make([]item, 2*len(f.latest))
	}
	if len(v.numbers) < len(f.names.texts) || v.mark > math.MaxInt32/2 {
		v.numbers, v.mark = make([]int32, 2*len(f.names.texts)), 0
	}
	v.held = v.held[:0]
	v.turn++
	items, window, cuts, weights := v.items[:cap(v.items)], Months3, v.cutsOf(day), weights()
	for i := range f.latest {
		r := &f.latest[i]
		if r.from > day || day >= r.until {
			continue
		}
		for window < AllTime && r.event <= cuts.days[window] {
			v.close(window) // events descend, so that windows never narrow again
			window++
		}
		it, fa := &items[0], r.fact
		it.fact, it.tags, it.age, it.first, it.last = fa, fa.tags, int32(day-r.event), -1, -1
		it.window, it.level, it.weight, it.share = window, fa.severity, 0, 1
		if int(it.age) < len(weights) {
			it.weight = weights[it.age]
		}
		if fa.still || it.stand(day) {
			items = items[1:]
			if fa.kind == credit.KindCommitment {
				it.stage(f.history.Entries[fa.entry].Stages, day)
			}
			v.spread(it)
		}
	}
	for ; window < windows; window++ {
		v.close(window)
	}
	if f.policy != nil {
		v.beLenient(f.policy, v.items[:cap(v.items)-len(items)])
	}
}

// spread puts an item on the lists of its kind whose tags it has.
func (v *view) spread(it *item) {
	p := &v.places[(uint64(it.tags)^uint64(it.kind)<<56)*0x9e3779b97f4a7c15>>(64-placeBits)]
	if p.lists == nil || p.kind != it.kind || p.tags != it.tags {
		v.place(p, it)
	}
	for _, l := range p.lists {
		list := &v.lists[l]
		if list.turn != v.turn {
			list.turn, list.items, list.n = v.turn, list.items[:0], [windows]int32{}
			v.held = append(v.held, l)
		}
		list.items = append(list.items, it)
	}
}

// place says on which lists the items of a kind with these tags go. There are few such pairs: a view remembers the
// latest of each hash.
type place struct {
	kind  credit.Kind
	tags  tags
	lists []int32 // nil where the place says nothing
}

// placeBits is the logarithm of the number of places that a view remembers.
const placeBits = 9

// place finds the lists of the item.
func (v *view) place(p *place, it *item) {
	p.kind, p.tags = it.kind, it.tags
	if p.lists = p.lists[:0]; p.lists == nil {
		p.lists = make([]int32, 0, len(v.plan.byKind[it.kind])+8)
	}
	tests := v.plan.byKind[it.kind]
	for i := range tests {
		if t := &tests[i]; it.tags&t.mask == t.with {
			p.lists = append(p.lists, t.list)
		}
	}
}

// close notes how many items each list holds within a window.
func (v *view) close(w Window) {
	for _, l := range v.held {
		v.lists[l].n[w] = int32(len(v.lists[l].items))
	}
}

func (v *view) cutsOf(day credit.Date) *cut {
	for i := range v.cuts {
		if v.cuts[i].day == day {
			return &v.cuts[i]
		}
	}
	if len(v.cuts) == maxCuts {
		v.cuts = v.cuts[:0]
	}
	c := cut{day: day}
	for w, months := range windowMonths {
		c.days[w] = day.AddMonths(-months)
	}
	c.days[AllTime] = credit.NoDate
	v.cuts = append(v.cuts, c)
	return &v.cuts[len(v.cuts)-1]
}

// stand finds what followers and the law say of the item on the day; false where it is withdrawn.
func (it *item) stand(day credit.Date) bool {
	for i := range it.acts {
		a := &it.acts[i]
		if a.from > day || day >= a.until {
			continue
		}
		switch a.kind {
		case credit.KindWithdrawal:
			return false
		case credit.KindRepairApproval, credit.KindRemoval, credit.KindFulfilment:
			it.close(int32(i), a)
		case credit.KindPerformance:
			it.tags |= a.tags
		case credit.KindRepairApplication, credit.KindRepairAcceptance:
			it.tags = it.tags&^tagRejected | tagApplied
		case credit.KindRepairRejection:
			it.tags = it.tags&^tagApplied | tagRejected
		}
	}
	for i := len(it.spans) - 1; i >= 0; i-- {
		if s := &it.spans[i]; s.From <= day {
			it.tags |= stateTags[s.State]
			if s.Counted {
				it.tags |= tagCounted
				it.share = s.Weight
			}
			if s.Tier != credit.SeverityNone {
				it.level = s.Tier
			}
			break
		}
	}
	it.live(day)
	return true
}

// close notes a follower that closes the record: the first one, and the last word.
func (it *item) close(i int32, a *act) {
	if it.first < 0 {
		it.first = i
	}
	it.last = i
	switch a.kind {
	case credit.KindRepairApproval:
		it.tags = it.tags&^(tagApplied|tagRejected) | tagRepaired
	case credit.KindRemoval:
		it.tags |= tagRemoved
	default:
		it.tags = it.tags&^(tagAnswered|tagFulfilled|tagPartly|tagBreached|tagChecked) | a.tags
	}
}

var stateTags = [...]tags{
	credit.StateEligible: tagEligible, credit.StateObjected: tagObjected, credit.StateBanned: tagBanned,
	credit.StateOverdue: tagOverdue, credit.StateSuspended: 0,
}

// lives are the kinds whose records have days of their own: those of live.
var lives = [256]bool{credit.KindPenalty: true, credit.KindCommitment: true, credit.KindPermit: true, credit.KindQualification: true,
	credit.KindShareholding: true, credit.KindGuarantee: true, credit.KindPledge: true, credit.KindFreeze: true, credit.KindIP: true,
	credit.KindHonour: true, credit.KindAgencyGrade: true}

// live sets the tags that follow from a record's own days.
func (it *item) live(day credit.Date) {
	switch it.kind {
	case credit.KindPenalty:
		if it.level == credit.SeveritySerious {
			it.tags |= tagSerious
		}
	case credit.KindCommitment:
		if it.end != credit.NoDate && it.end <= day {
			it.tags |= tagDue
			if it.end < day && it.tags&tagAnswered == 0 {
				it.tags |= tagOverdue
			}
		}
	default:
		switch {
		case !lives[it.kind]:
		case it.end != credit.NoDate && it.end < day:
			it.tags |= tagLapsed
		case it.end != credit.NoDate && it.end <= day+90:
			it.tags |= tagValid | tagSoon
		default:
			it.tags |= tagValid
		}
	}
}

// row appends the row of the day: the blank row, and then what the lists that hold anything say.
func (v *view) row(dst []float64) []float64 {
	cover := v.cover.on(v.day)
	from := len(dst)
	dst = append(dst, cover.blank...)
	row := dst[from:]
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
			row[s.indicator] = s.value(v, items)
		}
	}
	if v.fold.set.peers != nil {
		v.relate(row, cover.missing)
	}
	return dst
}

// picked are the items that indicator ind is made of: those that row takes.
func (v *view) picked(ind *Indicator) []*item {
	l := &v.lists[ind.list]
	if l.turn != v.turn {
		return nil
	}
	items := l.items[:l.n[ind.reach]]
	if ind.pick != nil && len(items) > 0 {
		return ind.pick(v, items)
	}
	return items
}
