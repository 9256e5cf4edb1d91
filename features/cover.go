package features

import (
	"math"
	"slices"
	"strings"

	"hengxin/credit"
)

// coverMemo remembers what coverage says by day, for one class and region of subjects at a time: subjects of one place
// share the answers.
type coverMemo struct {
	set      *Set
	coverage *credit.Coverage
	byClass  bool // some row names a class
	region   int  // the most digits of a region that any row names
	place    coverPlace
	days     []coverDay                // of the place
	places   map[coverPlace][]coverDay // of the places before it
	known    []coverDay                // without repeats: days that say the same share their slices
}

// coverPlace is what coverage may ask of a subject.
type coverPlace struct {
	class    credit.SubjectClass
	division string
}

// maxPlaces bounds the memory of places: more than a province has counties, for each class.
const maxPlaces = 1024

// coverDay is what coverage says of each indicator on a day, and the row of a subject without records.
type coverDay struct {
	day     credit.Date
	missing []Missing
	blank   []float64
	absent  []Missing // why blank is missing: missing, or that there is no record
}

func (m *coverMemo) init(s *Set, c *credit.Coverage) {
	m.set, m.coverage = s, c
	if c == nil {
		return
	}
	for _, r := range c.Rows() {
		m.byClass = m.byClass || r.Class != credit.ClassUnknown
		m.region = max(m.region, len(r.Region))
	}
}

// load turns to another subject.
func (m *coverMemo) load(s credit.Subject) {
	if m.coverage == nil {
		return
	}
	var class credit.SubjectClass
	var division string
	if m.byClass {
		class = s.Class()
	}
	if m.region > 0 {
		division = s.Division()
		division = division[:min(m.region, len(division))]
	}
	place := coverPlace{class, division}
	if place == m.place {
		return
	}
	if m.places == nil || len(m.places) == maxPlaces {
		m.places = map[coverPlace][]coverDay{}
	}
	m.places[coverPlace{m.place.class, strings.Clone(m.place.division)}] = m.days
	m.place, m.days = place, m.places[place]
}

// on is what coverage says on the day.
func (m *coverMemo) on(day credit.Date) *coverDay {
	for i := range m.days {
		if m.days[i].day == day {
			return &m.days[i]
		}
	}
	if len(m.days) == maxCuts {
		m.days = m.days[:0]
	}
	m.days = append(m.days, m.ask(day))
	return &m.days[len(m.days)-1]
}

func (m *coverMemo) ask(day credit.Date) coverDay {
	if m.coverage == nil && len(m.known) > 0 {
		return coverDay{day, m.known[0].missing, m.known[0].blank, m.known[0].absent} // the same on all days
	}
	n := m.set.Len()
	d := coverDay{day: day, missing: make([]Missing, n), blank: slices.Clone(m.set.blank), absent: make([]Missing, n)}
	for i := range m.set.indicators {
		if m.coverage != nil {
			d.missing[i] = m.uncovered(&m.set.indicators[i], day)
		}
		if d.absent[i] = d.missing[i]; d.missing[i] != NotMissing {
			d.blank[i] = math.NaN()
		} else if d.blank[i] != d.blank[i] {
			d.absent[i] = m.set.indicators[i].absent()
		}
	}
	for i := range m.known {
		if k := &m.known[i]; slices.Equal(k.missing, d.missing) { // what follows from it is equal too
			return coverDay{day, k.missing, k.blank, k.absent}
		}
	}
	if len(m.known) == maxCuts {
		m.known = m.known[:0]
	}
	m.known = append(m.known, d)
	return d
}

// absent says why a covered indicator without any record has no value.
func (ind *Indicator) absent() Missing {
	if ind.base != nil && ind.base.ZeroIfNone {
		return NoPeers // its own value is zero
	}
	return NoRecord
}

// uncovered says why the indicator cannot be had on the day: none of the kinds that it reads is covered. One that is
// covered is enough: an indicator over several kinds speaks of those that there are.
func (m *coverMemo) uncovered(ind *Indicator, day credit.Date) Missing {
	best := credit.CoverNone
	for _, kind := range ind.Sources {
		q := credit.CoverageQuery{Kind: kind, Class: m.place.class, Region: m.place.division}
		if best = max(best, m.coverage.Covers(q, day)); best == credit.CoverYes {
			return NotMissing
		}
	}
	if best == credit.CoverOff {
		return SwitchedOff
	}
	return NotCovered
}

// CutShort reports whether indicator i of the set looks back on the day to before the coverage of a kind that it reads
// began, or across a gap in it: it counts what there is and may count too little (rulings 6). Kinds that are not covered
// on the day say nothing here, see [Fold.Missing]. An indicator over all time looks back without end, and is spoken of
// only where no record is read as zero: the latest of something is what it is.
func (f *Fold) CutShort(i int, day credit.Date) bool {
	m, ind := &f.view.cover, &f.set.indicators[i]
	first := credit.NoDate
	if ind.Window != AllTime {
		first = day.AddMonths(-windowMonths[ind.Window]) + 1
	} else if !ind.ZeroIfNone {
		return false
	}
	for _, kind := range ind.Sources {
		q := credit.CoverageQuery{Kind: kind, Class: m.place.class, Region: m.place.division}
		if since := m.coverage.Since(q, day); since > first && since <= day {
			return true
		}
	}
	return false
}
