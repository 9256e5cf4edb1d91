package credit

import "slices"

// AsPublished returns the policy as it could be read on a day: without the rows that were published later, and without
// ends that only a row published later brings. A row that does not say when it was published counts as published when it
// came into force; settings and thresholds that do not are our own readings, which any law is read with. With it, spans
// after the day say what the law that is published gives where nothing else happens, and no more. It has the digest of p: it is a reading of p, not another policy.
func (p *Policy) AsPublished(day Date) (*Policy, error) {
	t := p.tables
	t.Rules = published(t.Rules, day, func(r *RuleRow) *Row { return &r.Row })
	t.Classes = published(t.Classes, day, func(r *ClassRow) *Row { return &r.Row })
	t.Settings = published(t.Settings, day, func(r *SettingRow) *Row { return &r.Row })
	t.Thresholds = published(t.Thresholds, day, func(r *ThresholdRow) *Row { return &r.Row })
	t.Leniency = published(t.Leniency, day, func(r *LeniencyRow) *Row { return &r.Row })
	t.Retention = published(t.Retention, day, func(r *RetentionRow) *Row { return &r.Row })
	t.Suspensions = published(t.Suspensions, day, func(r *SuspensionRow) *Row { return &r.Row })
	t.Clocks = published(t.Clocks, day, func(r *ClockRow) *Row { return &r.Row })
	then, err := NewPolicy(t, p.canon)
	if err != nil {
		return nil, err
	}
	return then, nil
}

// published keeps the rows that could be read on day, with the ends that could be.
func published[T any](rows []T, day Date, of func(*T) *Row) []T {
	kept := slices.DeleteFunc(slices.Clone(rows), func(x T) bool {
		r := of(&x)
		if r.Published != NoDate {
			return r.Published > day
		}
		return r.From > day && r.Table != "settings.csv" && r.Table != "thresholds.csv"
	})
	next := map[Date]bool{}
	for i := range kept {
		next[of(&kept[i]).From] = true
	}
	for i := range kept {
		if r := of(&kept[i]); r.To > day && !next[r.To+1] {
			r.To = NoDate
		}
	}
	return kept
}
