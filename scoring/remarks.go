package scoring

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"hengxin/credit"
	"hengxin/features"
)

// vetoes finds the records that decide the grade whatever the points are: entries, counted on the day, of lists that
// the policy gives a veto.
func (m *Method) vetoes(d *dossier) []Veto {
	found := []Veto{}
	for i := range d.history.Entries {
		e := &d.history.Entries[i]
		span := credit.SpanOn(e.Spans, d.day)
		if e.Record.Kind != credit.KindSevereListing || span == nil || !span.Counted {
			continue
		}
		read := d.describe(e.Record.ID)
		list, ok := m.policy.List(d.reading(e).Body.Text(credit.FieldList), d.day)
		if !ok || !list.Veto {
			continue
		}
		at := slices.IndexFunc(found, func(v Veto) bool { return v.Rule == list.ID })
		if at < 0 {
			at = len(found)
			found = append(found, Veto{Rule: list.ID, Zh: "列入" + list.Zh + "，按规则直接定级",
				En: "on list " + list.Code + ", which decides the grade"})
		}
		found[at].Records = append(found[at].Records, read)
	}
	return found
}

// disputed reports whether an objection is open against a record that counts.
func (d *dossier) disputed() bool {
	for i := range d.history.Entries {
		if span := credit.SpanOn(d.history.Entries[i].Spans, d.day); span != nil && span.Counted && span.Disputed {
			return true
		}
	}
	return false
}

// tellable returns the records known on the day whose mere existence may be told: those that anybody may see, and those
// of the classes that the consent names. A follower is of the kind of its target, and not told while that is not known.
func tellable(d *dossier, classes []credit.DataClass) []*credit.Record {
	var out []*credit.Record
	for i := range d.history.Entries {
		e := &d.history.Entries[i]
		root := e
		for root.Of >= 0 && root.Record.Known <= d.day {
			root = &d.history.Entries[root.Of]
		}
		if e.Record.Known > d.day || root.Record.Known > d.day || root.Record.Kind.IsFollower() && !root.Record.Target.IsZero() {
			continue
		}
		if kind, _ := root.Record.Kind.Info(); mayTell(classes, &kind) {
			out = append(out, e.Record)
		}
	}
	return out
}

// mayTell reports whether records of the kind are public, or of classes that the consent names.
func mayTell(classes []credit.DataClass, kind *credit.KindInfo) bool {
	for _, class := range kind.Data {
		if !slices.Contains(classes, class) {
			return false
		}
	}
	return true
}

// freshness says for each source how old its newest record of the subject is.
func freshness(told []*credit.Record, day credit.Date) []Freshness {
	latest := map[string]credit.Date{}
	for _, r := range told {
		if before, ok := latest[r.Source]; !ok || r.Known > before {
			latest[r.Source] = r.Known
		}
	}
	out := make([]Freshness, 0, len(latest))
	for source, known := range latest {
		out = append(out, Freshness{Source: source, Latest: known, AgeDays: int(day - known)})
	}
	slices.SortFunc(out, func(a, b Freshness) int { return cmp.Compare(a.Source, b.Source) })
	return out
}

// warnings says what the reader of the score should be careful about.
func (m *Method) warnings(f *facts, e *evaluation, told []*credit.Record) []Warning {
	out := []Warning{}
	add := func(code, indicator, zh, en string) { out = append(out, Warning{code, indicator, zh, en}) }
	if m.artifact.Provenance.Generated {
		add("generated_data", "", "模型由生成数据训练，不得用于实际决策", "the model was fitted on generated data: not for decisions")
	}
	if m.coverage == nil {
		add("coverage_not_stated", "", "未登记数据来源覆盖范围，无记录按未发生处理", "no source coverage is stated: no record is read as nothing happened")
	}
	missing := map[string]int{}
	for i := range e.lines {
		line := &e.lines[i]
		if line.Novel != "" {
			add("unseen_value", line.Indicator, line.NameZh+"：取值在训练数据中未出现", line.Name+": "+line.Novel)
		}
		missing[line.Missing]++
	}
	for _, reason := range [...]features.Missing{features.NotCovered, features.SwitchedOff} {
		if n := missing[reason.String()]; n > 0 {
			add(reason.String(), "", strconv.Itoa(n)+" 项指标"+missingZh[reason], fmt.Sprintf("%d indicators are missing: %s", n, reason))
		}
	}
	if e.short > 0 {
		add("window_not_covered", "", strconv.Itoa(e.short)+" 项指标的统计期早于数据来源覆盖起始日，可能少计",
			fmt.Sprintf("%d indicators look back to before their sources cover: they may count too little", e.short))
	}
	if age := quiet(told, f.question.Day); age > quietDays {
		add("no_recent_record", "", "最近 "+strconv.Itoa(age)+" 天没有任何记录", fmt.Sprintf("nothing became known for %d days", age))
	}
	return out
}

var missingZh = map[features.Missing]string{
	features.NotCovered:   "缺失：数据来源未覆盖",
	features.SwitchedOff:  "缺失：数据来源已停用",
	features.NoRecord:     "无记录",
	features.NotStated:    "记录未载明",
	features.NoNeighbours: "无关联企业数据",
	features.NoPeers:      "无同行对照",
}

// quiet is the number of days since anything that may be told became known, 0 where nothing did.
func quiet(told []*credit.Record, day credit.Date) int {
	if len(told) == 0 {
		return 0
	}
	newest := told[0].Known
	for _, r := range told {
		newest = max(newest, r.Known)
	}
	return int(day - newest)
}

// reason says in words what a line cost the subject.
func (l *Line) reason() Reason {
	value, valueZh := l.words()
	return Reason{Indicator: l.Indicator, Value: l.Value, Missing: l.Missing, Bin: l.Bin, Points: l.Points, Lost: l.Lost, Records: l.Records, More: l.More,
		Zh: fmt.Sprintf("%s：%s，比最优情形少 %s 分", l.NameZh, valueZh, short(l.Lost)),
		En: fmt.Sprintf("%s: %s, %s points below the best", l.Name, value, short(l.Lost))}
}

// words writes the value with its unit.
func (l *Line) words() (en, zh string) {
	if l.Value == nil {
		for m, text := range missingZh {
			if m.String() == l.Missing {
				return "missing (" + l.Missing + ")", text
			}
		}
		return "missing", "缺失"
	}
	unit, ok := unitWords[l.Unit]
	if !ok {
		return short(*l.Value), short(*l.Value)
	}
	return short(*l.Value) + unit.en, short(*l.Value) + unit.zh
}

var unitWords = map[string]struct{ en, zh string }{
	"yuan": {" yuan", " 元"}, "fen": {" fen", " 分"}, "days": {" days", " 天"}, "persons": {" persons", " 人"}, "months": {" months", " 个月"},
}

// short writes a number with at most four decimals, and no more digits than it has.
func short(x float64) string {
	text := strconv.FormatFloat(x, 'f', 4, 64)
	back, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	return strconv.FormatFloat(back, 'f', -1, 64)
}
