package quality

import (
	"maps"
	"slices"

	"hengxin/credit"
)

// Report is what a checker has come to. It is the same for the same records, whatever their order among subjects, but for
// which examples were kept: the first ones seen.
type Report struct {
	On       credit.Date    `json:"on"`
	From     credit.Date    `json:"from"` // day of arrival, empty where open
	To       credit.Date    `json:"to"`
	Records  int64          `json:"records"`
	Findings int64          `json:"findings"`
	Rules    []Rule         `json:"rules"`
	Sources  []SourceReport `json:"sources"` // by name
}

// SourceReport is what was found in one source.
type SourceReport struct {
	Source   string       `json:"source"`
	Records  int64        `json:"records"`
	Findings int64        `json:"findings"`
	Rules    []RuleReport `json:"rules"` // with findings, or undetermined, in the order of the table
	Days     []DayReport  `json:"days"`  // of arrival, ascending
}

// RuleReport is what one rule found in one source. Checked counts the records it speaks of, Undetermined those of them for
// which the law has no answer.
type RuleReport struct {
	Rule         string    `json:"rule"`
	Checked      int64     `json:"checked"`
	Findings     int64     `json:"findings"`
	Undetermined int64     `json:"undetermined,omitempty"`
	Examples     []Example `json:"examples,omitempty"`
}

// DayReport is one day of arrival of one source.
type DayReport struct {
	Day      credit.Date `json:"day"`
	Records  int64       `json:"records"`
	Findings int64       `json:"findings"`
	Rules    []DayRule   `json:"rules,omitempty"` // in the order of the table
}

// DayRule counts the findings of a rule on a day.
type DayRule struct {
	Rule     string `json:"rule"`
	Findings int64  `json:"findings"`
}

// Report returns what was found so far. Ask once, at the end: it counts the days on which sources were silent.
func (c *Checker) Report() *Report {
	c.countSilence()
	r := &Report{On: c.o.On, From: c.o.From, To: c.o.To, Rules: c.rules.List()}
	for _, name := range slices.Sorted(maps.Keys(c.sources)) {
		s := c.sources[name].report(name, c.rules)
		r.Records += s.Records
		r.Findings += s.Findings
		r.Sources = append(r.Sources, s)
	}
	return r
}

func (s *sourceState) report(name string, rules *Rules) SourceReport {
	out := SourceReport{Source: name, Rules: []RuleReport{}}
	for i, t := range s.byRule {
		if t.bad > 0 || t.untold > 0 {
			out.Rules = append(out.Rules, RuleReport{Rule: rules.all[i].ID, Checked: t.checked, Findings: t.bad, Undetermined: t.untold, Examples: s.examples[i]})
			out.Findings += t.bad
		}
	}
	for _, on := range slices.Sorted(maps.Keys(s.days)) {
		d := s.days[on]
		day := DayReport{Day: on, Records: d.records}
		for _, rule := range slices.Sorted(maps.Keys(d.bad)) {
			day.Rules = append(day.Rules, DayRule{Rule: rules.all[rule].ID, Findings: d.bad[rule]})
			day.Findings += d.bad[rule]
		}
		out.Records += d.records
		out.Days = append(out.Days, day)
	}
	return out
}

// countSilence marks the day on which a source spoke again after it was silent for longer than a rule allows.
func (c *Checker) countSilence() {
	for _, s := range c.sources {
		var days []credit.Date
		for on, d := range s.days {
			if d.records > 0 {
				days = append(days, on)
			}
		}
		slices.Sort(days)
		for rule := range c.rules.all {
			for i := 1; c.rules.all[rule].silence > 0 && i < len(days); i++ {
				s.byRule[rule].checked++
				if int(days[i]-days[i-1]) > c.rules.all[rule].silence {
					s.quiet(rule, days[i], c.o.Examples)
				}
			}
		}
	}
}

func (s *sourceState) quiet(rule int, on credit.Date, limit int) {
	s.byRule[rule].bad++
	d := s.days[on]
	if d.bad == nil {
		d.bad = map[int]int64{}
	}
	d.bad[rule]++
	if len(s.examples[rule]) < limit {
		s.examples[rule] = append(s.examples[rule], Example{Day: on})
	}
}
