package credit

import "slices"

// SitePublicity is what one site's own rule says of a record: a department's page may show what no longer counts, and
// the other way round (rulings 13).
type SitePublicity struct {
	Rule     int16
	Shown    bool // on the day that was asked, as far as time decides
	Earliest Date // first day on which repair may be applied for there, NoDate where it may not
	Last     Date // last public day, NoDate where the rule sets none
}

// OnSite says what the site's own rule in force on day says of a record; ok is false where the site has no rule that
// takes it. Repairs and removals are not looked at: the site learns of them by itself.
func (p *Policy) OnSite(site string, r *Record, day Date) (s SitePublicity, ok bool) {
	reading := p.readingOf(r)
	var best *classTest
	for i := range p.tables.Classes {
		c := &p.tables.Classes[i]
		rule := p.ruleOf(c)
		if rule.Site != site || rule.Kind != r.Kind || !c.InForce(day) || !rule.InForce(day) {
			continue
		}
		index := int16(slices.IndexFunc(p.tables.Rules, func(x RuleRow) bool { return x.ID == rule.ID && x.From == rule.From }))
		t := p.test(c, &ruleLaw{index: index, row: rule}, day)
		if t.takes(&reading) && (best == nil || t.order < best.order) {
			best = &t
		}
	}
	if best == nil {
		return s, false
	}
	return p.sitePublicity(best.rule, r, day), true
}

func (p *Policy) sitePublicity(rule *ruleLaw, r *Record, day Date) SitePublicity {
	s := SitePublicity{Rule: rule.index, Shown: rule.row.Publicise, Earliest: NoDate, Last: NoDate}
	if !s.Shown {
		return s
	}
	start := r.Event
	if rule.row.Start == StartPublicity && !r.Received {
		start = r.Known
	}
	if rule.row.Repair {
		s.Earliest = PeriodEnd(start, max(rule.row.MinMonths, 0))
		if inclusive, ok := p.Setting(SettingInclusive, day); !ok || inclusive.Value != "yes" {
			s.Earliest++
		}
	}
	if rule.row.MaxMonths != NoMonths {
		s.Last = PeriodEnd(start, rule.row.MaxMonths)
		s.Shown = day <= s.Last
	}
	return s
}

// Coming returns the rows that are published on day and not yet in force, by the day on which they come into force:
// what "changes on DATE". Indicators use the law in force (rulings 13).
func (p *Policy) Coming(day Date) []Row {
	var rows []Row
	for i := range p.rows {
		if r := p.rows[i]; r.Published != NoDate && r.Published <= day && r.From > day {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return int(a.From) - int(b.From) })
	return rows
}
