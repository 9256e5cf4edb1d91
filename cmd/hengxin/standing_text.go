package main

import (
	"fmt"
	"io"
	"strings"

	"hengxin/credit"
)

// standingWords are the words of the standing page in one language.
type standingWords struct {
	zh                                               bool
	head, now, since, counted, notCounted, shown     string
	hidden, disputed, why, still, ownEnd, noEnd      string
	earliest, past, notAllowed, conditions, rule     string
	timeline, ahead, law, commitment, own, also      string
	agrees, differs, subject, none, done, open, show string
	plain                                            string
}

var standingZh = standingWords{zh: true, head: "%s  截至 %s  共 %d 条记录，%d 条公示中，%d 条计入评分\n政策 %s\n", now: "现状", since: "%s 起", counted: "计入评分，权重 %.2f",
	notCounted: "不计入评分", shown: "对外公示", hidden: "不公示", disputed: "有异议，已标注", why: "原因", still: "仍在公示", ownEnd: "公示至 %s，届满自动终止",
	noEnd: "未设公示期限，修复、移出或撤销后终止", earliest: "最早可申请修复", past: "（已到期，现可申请）", notAllowed: "依现行规则不可提前修复", conditions: "修复条件",
	rule: "依据", timeline: "时间线", ahead: "预计", law: "，因新规施行", commitment: "承诺状态", own: "市场监管部门网站", also: "另有来源", agrees: "一致",
	differs: "不一致", subject: "主体事项", none: "无记录", done: "已满足", open: "未见满足", show: "向受理单位提交",
	plain: "其他记录（无公示期限规则，如实展示）"}

var standingEn = standingWords{head: "%s  as of %s  %d records, %d shown, %d counted\npolicy %s\n", now: "now", since: "since %s", counted: "counted, weight %.2f",
	notCounted: "not counted", shown: "shown", hidden: "not shown", disputed: "disputed, and marked so", why: "why", still: "still shown",
	ownEnd: "until %s, when it ends by itself", noEnd: "no period is set: until it is repaired, removed or withdrawn", earliest: "repair from",
	past: " (may be applied for now)", notAllowed: "may not be repaired early under this rule", conditions: "conditions of repair", rule: "rule",
	timeline: "line of time", ahead: "ahead", law: ", by law that comes into force", commitment: "commitment", own: "page of market supervision",
	also: "also from", agrees: "agrees", differs: "differs in", subject: "the subject as a whole", none: "no records", done: "met", open: "not met as far as is known",
	show:  "to be shown to whoever decides",
	plain: "other records (no rule of publicity speaks of them)"}

func standingWordsOf(lang string) *standingWords {
	if lang == "en" {
		return &standingEn
	}
	return &standingZh
}

// momentWords are the words of what is neither a state nor a kind of record.
var momentWords = map[string][2]string{
	"accept_due": {"受理期限届满", "acceptance is due"}, "decide_due": {"决定期限届满", "the decision is due"},
	"ban_end": {"不予修复期最后一日", "last day without repair"}, "misuse_public_end": {"失信修复行为记录公示最后一日", "last public day of the record of misuse"},
}

// conditionWords are the conditions of repair.
var conditionWords = map[string][2]string{
	"performed": {"履行处罚或裁判义务", "duty performed"}, "corrected": {"纠正违法行为", "unlawful act corrected"}, "commitment": {"公开作出信用承诺", "public credit commitment"},
	"minimum": {"最短公示期届满", "least period over"}, "training": {"参加信用修复培训", "training taken"}, "credit_report": {"提交信用报告", "credit report handed in"},
	"no_repeat": {"公示期内无新的同类违法", "no repeat in the period"}, "removal_decision": {"认定单位作出移出决定", "removal decided by the recognising unit"},
}

func (w *standingWords) pick(zh, en string) string {
	if w.zh {
		return zh
	}
	return en
}

func (w *standingWords) print(out io.Writer, p *standingPage) {
	shown, counted := 0, 0
	for i := range p.Records {
		if p.Records[i].Shown {
			shown++
		}
		if p.Records[i].Counted {
			counted++
		}
	}
	fmt.Fprintf(out, w.head, p.Subject, p.On, len(p.Records), shown, counted, p.Policy)
	if len(p.Notes) > 0 {
		fmt.Fprintf(out, "\n%s\n", w.subject)
		for i := range p.Notes {
			w.moment(out, &p.Notes[i])
		}
	}
	if len(p.Records) == 0 {
		fmt.Fprintf(out, "\n%s\n", w.none)
	}
	n := 0
	for i := range p.Records {
		if l := &p.Records[i]; !l.plain() {
			n++
			w.record(out, n, l)
		}
	}
	if n == len(p.Records) {
		return
	}
	fmt.Fprintf(out, "\n%s\n", w.plain)
	for i := range p.Records {
		if l := &p.Records[i]; l.plain() {
			info, _ := l.kind.Info()
			fmt.Fprintf(out, "   %s  %s  %s\n", l.Event, w.pick(info.Zh, l.Kind), strings.TrimSpace(l.DocNo+"  "+l.Authority))
			w.others(out, l)
		}
	}
}

// plain reports whether nothing but the record itself is to be told: no rule of publicity speaks of it, and nobody
// withdrew or disputed it.
func (l *standingLine) plain() bool {
	return l.Rule == "" && l.State == credit.StatePublicised && l.stage == nil && l.span.Reason == credit.ReasonNoRegime
}

func (w *standingWords) record(out io.Writer, n int, l *standingLine) {
	info, _ := l.kind.Info()
	state := l.State.Info()
	fmt.Fprintf(out, "\n%d  %s  %s\n", n, w.pick(info.Zh, l.Kind), strings.TrimSpace(l.Event.String()+"  "+l.DocNo+"  "+l.Authority))
	now := []string{w.pick(state.Zh, state.Name) + "，" + fmt.Sprintf(w.since, l.Since)}
	if !w.zh {
		now[0] = state.Name + ", " + fmt.Sprintf(w.since, l.Since)
	}
	if l.Counted {
		now = append(now, fmt.Sprintf(w.counted, l.Weight))
	} else {
		now = append(now, w.notCounted)
	}
	if l.Disputed {
		now = append(now, w.disputed)
	}
	now = append(now, map[bool]string{true: w.shown, false: w.hidden}[l.Shown])
	fmt.Fprintf(out, "   %s: %s\n   %s: %s\n", w.now, strings.Join(now, "; "), w.why, w.pick(l.ReasonZh, l.ReasonEn))
	if l.Rule != "" {
		fmt.Fprintf(out, "   %s: %s, %s (%s: %s)\n", w.rule, l.Rule, l.Citation, w.pick("核对", "verified"), verifiedText(w.zh, l.Verified))
	}
	if l.stage != nil {
		c := l.stage.State.Info()
		fmt.Fprintf(out, "   %s: %s\n", w.commitment, strings.TrimSpace(w.pick(c.Zh+" "+l.stage.By.Zh(), c.Name+" "+l.stage.By.String())))
	}
	w.outlook(out, l)
	w.times(out, l)
	w.others(out, l)
}

// outlook says how long a record that is shown will be, and what may be done about it.
func (w *standingWords) outlook(out io.Writer, l *standingLine) {
	if l.Shown && l.Rule != "" {
		if l.Last != "" {
			fmt.Fprintf(out, "   %s: "+w.ownEnd+"\n", w.still, l.Last)
		} else {
			fmt.Fprintf(out, "   %s: %s\n", w.still, w.noEnd)
		}
	}
	switch {
	case l.Earliest != "":
		past := ""
		if l.State == credit.StateEligible {
			past = w.past
		}
		fmt.Fprintf(out, "   %s: %s%s\n", w.earliest, l.Earliest, past)
	case l.Shown && l.Rule != "" && len(l.Conditions) == 0:
		fmt.Fprintf(out, "   %s\n", w.notAllowed)
	}
	if len(l.Conditions) > 0 {
		var words []string
		for _, c := range l.Conditions {
			name := conditionWords[c.Name]
			words = append(words, w.pick(name[0], name[1])+" ("+map[string]string{"yes": w.done, "no": w.open, "to_show": w.show}[c.Met]+")")
		}
		fmt.Fprintf(out, "   %s: %s\n", w.conditions, strings.Join(words, "; "))
	}
}

func (w *standingWords) times(out io.Writer, l *standingLine) {
	fmt.Fprintf(out, "   %s\n", w.timeline)
	for i := range l.Timeline {
		w.moment(out, &l.Timeline[i])
	}
}

// moment writes one day: what happened or will, why, and the row behind it.
func (w *standingWords) moment(out io.Writer, m *standingMoment) {
	fmt.Fprintf(out, "     %s  ", m.Day)
	if m.Ahead {
		fmt.Fprint(out, w.ahead+" ")
	}
	fmt.Fprint(out, w.what(m))
	if m.Detail == "law" {
		fmt.Fprint(out, w.law)
	}
	if m.Rule != "" {
		fmt.Fprintf(out, "  [%s]", m.Rule)
	}
	fmt.Fprintln(out)
}

func (w *standingWords) what(m *standingMoment) string {
	if words, ok := momentWords[m.What]; ok {
		return w.pick(words[0], words[1])
	}
	switch {
	case m.state != 0:
		info := m.state.Info()
		return w.pick(info.Zh+"："+m.ReasonZh, info.Name+": "+m.ReasonEn)
	case m.stage != 0:
		info := m.stage.Info()
		return w.pick("承诺: "+info.Zh, "commitment: "+info.Name)
	}
	info, _ := m.kind.Info()
	name := w.pick(info.Zh, info.Name)
	if m.What == "event" {
		return w.pick("作出或发生（"+name+"）", "the act ("+name+")")
	}
	if strings.HasPrefix(m.What, "withdrawn_") {
		return name + w.pick(" 撤回", " withdrawn")
	}
	if m.Detail != "" && m.Detail != "law" {
		return name + " " + m.Detail
	}
	return name
}

// others are the department's own page, and copies from other sources.
func (w *standingWords) others(out io.Writer, l *standingLine) {
	if p := l.OwnPage; p != nil {
		text := map[bool]string{true: w.shown, false: w.hidden}[p.Shown]
		if p.Last != "" {
			text += ", " + p.Last
		}
		fmt.Fprintf(out, "   %s: %s  [%s]\n", w.own, text, p.Rule)
	}
	for _, c := range l.Copies {
		fmt.Fprintf(out, "   %s %s, %s, id %s: ", w.also, c.Source, c.Known, c.ID)
		if len(c.Differs) == 0 {
			fmt.Fprintln(out, w.agrees)
			continue
		}
		fmt.Fprintf(out, "%s %s\n", w.differs, strings.Join(c.Differs, ", "))
	}
}
