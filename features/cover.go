package features

import "hengxin/credit"

// coverMemo remembers what coverage says of each kind by day, for one class and region of subjects at a time: subjects
// of one place share the answers.
type coverMemo struct {
	coverage *credit.Coverage
	byClass  bool // some row names a class
	region   int  // the most digits of a region that any row names
	class    credit.SubjectClass
	division string
	days     []coverDay
}

type coverDay struct {
	day  credit.Date
	said [64]uint8 // by kind: credit.Cover + 1, 0 where not asked
}

func (m *coverMemo) init(c *credit.Coverage) {
	if m.coverage = c; c == nil {
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
	if class != m.class || division != m.division {
		m.class, m.division, m.days = class, division, m.days[:0]
	}
}

func (m *coverMemo) covers(kind credit.Kind, day credit.Date) credit.Cover {
	d := m.on(day)
	if d.said[kind] == 0 {
		q := credit.CoverageQuery{Kind: kind, Class: m.class, Region: m.division}
		d.said[kind] = uint8(m.coverage.Covers(q, day)) + 1
	}
	return credit.Cover(d.said[kind] - 1)
}

func (m *coverMemo) on(day credit.Date) *coverDay {
	for i := range m.days {
		if m.days[i].day == day {
			return &m.days[i]
		}
	}
	if len(m.days) == maxCuts {
		m.days = m.days[:0]
	}
	m.days = append(m.days, coverDay{day: day})
	return &m.days[len(m.days)-1]
}

// uncovered says why the indicator cannot be had on the day: none of the kinds that it reads is covered. One that is
// covered is enough: an indicator over several kinds speaks of those that there are.
func (v *view) uncovered(ind *Indicator) Missing {
	if v.cover.coverage == nil {
		return NotMissing
	}
	best := credit.CoverNone
	for _, kind := range ind.Sources {
		if best = max(best, v.cover.covers(kind, v.day)); best == credit.CoverYes {
			return NotMissing
		}
	}
	if best == credit.CoverOff {
		return SwitchedOff
	}
	return NotCovered
}
