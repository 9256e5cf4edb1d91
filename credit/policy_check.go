package credit

import (
	"errors"
	"fmt"
	"slices"
)

// fault is what is wrong with a row.
func (r *Row) fault(field, why string) error {
	return fmt.Errorf("%s: row %s: field %s: %s: %w", r.Table, r.ID, field, why, ErrInvalid)
}

func (r *Row) check() error {
	switch {
	case r.ID == "":
		return r.fault("id", "empty")
	case r.Citation == "":
		return r.fault("citation", "missing: every row names the text that it rests on")
	case r.From == NoDate:
		return r.fault("in_force_from", "missing")
	case r.To != NoDate && r.To < r.From:
		return r.fault("in_force_to", r.To.String()+" is before in_force_from "+r.From.String())
	case r.Published != NoDate && r.Published > r.From:
		return r.fault("published", r.Published.String()+" is after in_force_from "+r.From.String())
	}
	return nil
}

// check refuses rows that say too little or what cannot be, and rows of one thing that overlap or leave a gap. It names
// every row whose dates or citation are at fault, then the first of each table whose values are.
func (p *Policy) check() error {
	t := &p.tables
	var all []*Row
	groups := map[string][]*Row{}
	take := func(r *Row, key string) {
		all = append(all, r)
		key = r.Table + " " + key
		groups[key] = append(groups[key], r)
	}
	for i := range t.Rules {
		take(&t.Rules[i].Row, t.Rules[i].ID)
	}
	for i := range t.Classes {
		take(&t.Classes[i].Row, t.Classes[i].ID)
	}
	for i := range t.Settings {
		take(&t.Settings[i].Row, t.Settings[i].Key)
	}
	for i := range t.Thresholds {
		take(&t.Thresholds[i].Row, t.Thresholds[i].Sector+" "+t.Thresholds[i].Class.String())
	}
	for i := range t.Leniency {
		take(&t.Leniency[i].Row, t.Leniency[i].ID)
	}
	for i := range t.Retention {
		take(&t.Retention[i].Row, t.Retention[i].ID)
	}
	for i := range t.Suspensions {
		take(&t.Suspensions[i].Row, "")
	}
	for i := range t.Lists {
		take(&t.Lists[i].Row, t.Lists[i].Code)
	}
	for i := range t.Clocks {
		take(&t.Clocks[i].Row, t.Clocks[i].Step)
	}
	for i := range t.Words {
		take(&t.Words[i].Row, t.Words[i].Set+" "+t.Words[i].Word)
	}
	for i := range t.Items {
		take(&t.Items[i].Row, t.Items[i].ID)
	}
	for i := range t.Supervision {
		take(&t.Supervision[i].Row, t.Supervision[i].Grade.String())
	}
	for i := range t.Downgrades {
		take(&t.Downgrades[i].Row, t.Downgrades[i].ID)
	}
	for i := range t.Benchmarks {
		take(&t.Benchmarks[i].Row, t.Benchmarks[i].Measure)
	}
	var faults []error
	for _, r := range all {
		faults = append(faults, r.check())
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	if err := checkWindows(groups); err != nil {
		return err
	}
	return errors.Join(p.checkRules(), p.checkClasses(), p.checkValues(), p.checkWords(), p.checkItems(), p.checkSupervision())
}

// checkWindows refuses rows of one thing whose days in force overlap or leave a gap, and names every one of them.
func checkWindows(groups map[string][]*Row) error {
	keys := make([]string, 0, len(groups))
	for k := range groups {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var faults []error
	for _, k := range keys {
		rows := groups[k]
		slices.SortStableFunc(rows, func(a, b *Row) int { return int(a.From) - int(b.From) })
		for i := 1; i < len(rows); i++ {
			a, b := rows[i-1], rows[i]
			switch {
			case a.To == NoDate || a.To >= b.From:
				faults = append(faults, b.fault("in_force_from", fmt.Sprintf("overlap: row %s from %s is still in force on %s", a.ID, a.From, b.From)))
			case a.To+1 < b.From:
				faults = append(faults, b.fault("in_force_from", fmt.Sprintf("gap: row %s ends on %s, this one begins on %s", a.ID, a.To, b.From)))
			}
		}
	}
	return errors.Join(faults...)
}

func (p *Policy) checkRules() error {
	for i := range p.tables.Rules {
		r := &p.tables.Rules[i]
		switch {
		case r.Kind == 0 || r.Kind.IsFollower():
			return r.fault("kind", "rules speak of facts, not of "+r.Kind.String())
		case r.MinMonths < NoMonths || r.MinMonths > maxMonths:
			return r.fault("min_months", "out of range")
		case r.MaxMonths < NoMonths || r.MaxMonths > maxMonths:
			return r.fault("max_months", "out of range")
		case r.MaxMonths != NoMonths && r.MinMonths > r.MaxMonths:
			return r.fault("min_months", "more than max_months")
		case r.Hold && r.MaxMonths == NoMonths:
			return r.fault("hold", "a rule without an end holds for ever")
		case r.Decides && !slices.ContainsFunc(p.tables.Classes, func(c ClassRow) bool { return c.Rule == r.ID }):
			return r.fault("id", "decides, but no row of classes.csv names it")
		}
	}
	return nil
}

// maxMonths bounds periods: nothing in the law is kept in public for a century.
const maxMonths = 1200

func (p *Policy) checkClasses() error {
	known := map[string]bool{}
	for _, w := range p.tables.Words {
		known[w.Set+" "+w.Word] = true
	}
	for _, l := range p.tables.Lists {
		known["list "+l.Code] = true
	}
	for i := range p.tables.Classes {
		c := &p.tables.Classes[i]
		rule := p.ruleOf(c)
		switch {
		case rule == nil:
			return c.fault("rule", c.Rule+" is not in force on "+c.From.String())
		case c.To == NoDate && rule.To != NoDate || c.To != NoDate && rule.To != NoDate && c.To > rule.To:
			return c.fault("in_force_to", "later than that of rule "+c.Rule)
		case c.Procedure != "" && !known["procedure "+c.Procedure]:
			return c.fault("procedure", "no such word "+c.Procedure)
		case !isThreshold(c.FineBelow):
			return c.fault("fine_below", "no such threshold "+c.FineBelow)
		case !isThreshold(c.FineFrom):
			return c.fault("fine_from", "no such threshold "+c.FineFrom)
		}
		for _, name := range []string{c.FineBelow, c.FineFrom} {
			if name != "" && !p.hasThreshold(c) {
				return c.fault("fine_below, fine_from", "no general row of thresholds.csv is in force on "+c.From.String())
			}
		}
		for _, w := range append(slices.Clone(c.TypesAny), c.TypesOnly...) {
			if !known[typeSet+" "+w] {
				return c.fault("types", "no such type "+w)
			}
		}
		for _, l := range c.Lists {
			if !known["list "+l] {
				return c.fault("lists", "no such list "+l)
			}
		}
	}
	return nil
}

// hasThreshold reports whether a row for every sector and class is in force on the first day of the class row; that it
// has no gap afterwards is checked with the windows.
func (p *Policy) hasThreshold(c *ClassRow) bool {
	last := NoDate
	for i := range p.tables.Thresholds {
		h := &p.tables.Thresholds[i]
		if h.Sector == "" && h.Class == ClassUnknown {
			if h.InForce(c.From) {
				last = c.From
			}
			if h.To != NoDate && (c.To == NoDate || h.To < c.To) && last != NoDate && !p.threshold(h.To+1) {
				return false
			}
		}
	}
	return last != NoDate
}

func (p *Policy) threshold(day Date) bool {
	return slices.ContainsFunc(p.tables.Thresholds, func(h ThresholdRow) bool {
		return h.Sector == "" && h.Class == ClassUnknown && h.InForce(day)
	})
}

func isThreshold(s string) bool { return s == "" || s == "small" || s == "large" || s == "huge" }

func (p *Policy) checkValues() error {
	t := &p.tables
	for i := range t.Settings {
		if s := &t.Settings[i]; !settingFits(s) {
			return s.fault("value", fmt.Sprintf("%s may not be %q", s.Key, s.Value))
		}
	}
	for i := range t.Thresholds {
		if h := &t.Thresholds[i]; h.Small < 0 || h.Large < h.Small || h.Huge < h.Large {
			return h.fault("huge", "want 0 <= small <= large <= huge")
		}
	}
	for i := range t.Leniency {
		l := &t.Leniency[i]
		switch {
		case !slices.Contains([]string{whenEligible, whenMinor, whenFirst, whenGrace}, l.When):
			return l.fault("when", "no such case "+l.When)
		case !(l.Weight >= 0 && l.Weight <= 1):
			return l.fault("weight", "want 0 to 1")
		case (l.When == whenFirst || l.When == whenGrace) && (l.Months <= 0 || l.Months > maxMonths):
			return l.fault("months", "want a period")
		}
	}
	for i := range t.Retention {
		if r := &t.Retention[i]; r.Months <= 0 || r.Months > maxMonths || len(r.Kinds) == 0 {
			return r.fault("months", "want a period, and kinds")
		}
	}
	for i := range t.Clocks {
		if c := &t.Clocks[i]; c.Workdays <= 0 {
			return c.fault("workdays", "want 1 or more")
		}
	}
	return nil
}

func settingFits(s *SettingRow) bool {
	switch s.Key {
	case SettingTransition:
		return s.Value == "asof" || s.Value == "decision_date"
	case SettingInclusive, SettingTrainRepaired:
		return s.Value == "yes" || s.Value == "no"
	case SettingBan, SettingConsent, SettingUntrueRecord:
		n, err := parseMonths(s.Value)
		return err == nil && n > 0 && n <= maxMonths
	}
	return false
}

func (p *Policy) checkWords() error {
	types := 0
	for i := range p.tables.Words {
		w := &p.tables.Words[i]
		if w.Set == typeSet {
			types++
			continue
		}
		if _, ok := wordSets[w.Set][w.Mean]; !ok {
			return w.fault("mean", fmt.Sprintf("set %q knows no meaning %q", w.Set, w.Mean))
		}
	}
	switch {
	case p.sectorCount() > 63:
		return fmt.Errorf("classes.csv, thresholds.csv: %d sectors, 63 at most: %w", p.sectorCount(), ErrInvalid)
	case types > 31:
		return fmt.Errorf("words.csv: %d penalty types, 31 at most: %w", types, ErrInvalid)
	case len(p.tables.Lists) > otherList-1:
		return fmt.Errorf("lists.csv: %d rows, %d at most: %w", len(p.tables.Lists), otherList-1, ErrInvalid)
	}
	for r := Reason(1); r < reasonEnd; r++ {
		n := 0
		for _, row := range p.tables.Reasons {
			if row.Name == reasonNames[r] && row.Zh != "" && row.En != "" {
				n++
			}
		}
		if n != 1 {
			return fmt.Errorf("reasons.csv: row %s: field zh, en: want exactly one row with both texts: %w", reasonNames[r], ErrInvalid)
		}
	}
	if len(p.tables.Reasons) != int(reasonEnd)-1 {
		return fmt.Errorf("reasons.csv: %d rows, want %d: %w", len(p.tables.Reasons), reasonEnd-1, ErrInvalid)
	}
	return nil
}

func (p *Policy) sectorCount() int {
	all := map[string]bool{}
	for _, c := range p.tables.Classes {
		for _, s := range c.Sectors {
			all[s] = true
		}
	}
	for _, h := range p.tables.Thresholds {
		all[h.Sector] = true
	}
	return len(all)
}
