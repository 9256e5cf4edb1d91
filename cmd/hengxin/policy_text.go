package main

import (
	"fmt"
	"io"
	"strings"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// policyWords are the words of the policy commands in one language.
type policyWords struct {
	zh                                                 bool
	inForce, coming, from, to, open                    string
	verified, citation, note, published, classes, asks string
	noAsk, changes, noChange, added, removed, changed  string
	records, subjects, examples, standing, unchanged   string
}

var policyZh = policyWords{zh: true, inForce: "%s 有效的规则，政策 %s", coming: "已公布、尚未施行", from: "自", to: "至", open: "现行有效",
	verified: "核对", citation: "依据", note: "说明", published: "公布", classes: "归入本规则的分类", asks: "涉及本行的判例",
	noAsk: "尚无判例直接指名本行", changes: "%d 行不同", noChange: "无不同", added: "新增", removed: "删除", changed: "修改",
	records: "记录", subjects: "主体", examples: "例", standing: "记录状态的变化（共读 %d 条可判状态的记录，%d 个主体）", unchanged: "没有记录因此改变状态"}

var policyEn = policyWords{inForce: "Rows in force on %s, policy %s", coming: "Published, not yet in force", from: "from", to: "to", open: "in force",
	verified: "verified", citation: "citation", note: "note", published: "published", classes: "Classes that send records here",
	asks: "Cases that ask about this row", noAsk: "no case names this row in its answer", changes: "%d rows differ", noChange: "no row differs",
	added: "added", removed: "removed", changed: "changed", records: "records", subjects: "subjects", examples: "for example",
	standing: "What changes for the records (%d records with a standing read, of %d subjects)", unchanged: "no record changes its standing"}

func policyWordsOf(lang string) *policyWords {
	if lang == "en" {
		return &policyEn
	}
	return &policyZh
}

// tableWords names the tables for people.
var tableWords = map[string][2]string{
	"rules.csv": {"公示与修复规则", "Publicity and repair"}, "classes.csv": {"分类", "Classes"}, "settings.csv": {"参数", "Settings"},
	"thresholds.csv": {"罚款金额界限", "Thresholds of fines"}, "leniency.csv": {"审慎包容", "Leniency"}, "retention.csv": {"保存期限", "Retention"},
	"suspensions.csv": {"破产重整暂停", "Suspension in bankruptcy"}, "lists.csv": {"名单种类", "Kinds of list"}, "clocks.csv": {"办理时限", "Limits in working days"},
	"reasons.csv": {"理由用语", "Texts of reasons"}, "words.csv": {"来源用词", "Words of sources"}, "items.csv": {"共享清单", "Items shared"},
	"supervision.csv": {"分级监管", "Supervision by grade"}, "downgrades.csv": {"降级情形", "What caps a grade"}, "benchmarks.csv": {"对比基准", "Benchmarks"},
}

// columnWords names the columns for readers of Chinese; a column without a row keeps its own name.
var columnWords = map[string]string{
	"kind": "类别", "precedence": "优先级", "site": "网站", "decides": "决定计入", "tier": "失信程度", "tier_stated": "以来源程度为先", "publicise": "公示",
	"repair": "可提前修复", "min_months": "最短公示月数", "max_months": "最长公示月数", "end_stated": "以记录自身期限为先", "start": "起算", "min_from": "最短期起算",
	"needs": "修复条件", "end_needs": "到期终止条件", "hold": "到期前不可修复", "rule": "规则", "order": "次序", "procedure": "程序", "types_any": "含任一种类",
	"types_only": "仅限种类", "types_none": "未列种类", "sectors": "领域", "severity": "来源程度", "fine_below": "罚款低于", "fine_from": "罚款不低于", "lists": "名单",
	"publicity": "公示要求", "key": "参数", "value": "取值", "sector": "领域", "class": "类", "small_yuan": "小额(元)", "large_yuan": "较大(元)", "huge_yuan": "巨大(元)",
	"when": "情形", "weight": "权重", "months": "月数", "industries": "行业", "kinds": "类别", "code": "代码", "zh": "中文", "en": "英文", "recogniser": "认定单位",
	"veto": "一票否决", "regime": "制度", "step": "环节", "workdays": "工作日", "set": "词组", "word": "用词", "mean": "含义", "item": "项", "mode": "共享方式",
	"field": "字段", "values": "取值", "source": "来源", "data": "数据类别", "grade": "等级", "ratio_from": "抽查比例下限(%)", "ratio_to": "抽查比例上限(%)",
	"every_months": "间隔月数", "spares_first": "初次轻微不降级", "measure": "指标",
}

// verifiedText says how far a row rests on a text that was read.
func verifiedText(zh bool, verified string) string {
	word := map[string]string{"yes": "是", "partial": "部分", "no": "否"}[verified]
	if !zh || word == "" {
		return verified
	}
	return word
}

// own are the columns that every row has and that are set apart.
var own = map[string]bool{"id": true, "published": true, "in_force_from": true, "in_force_to": true, "citation": true, "verified": true, "note": true, "name": true}

func (w *policyWords) table(name string) string {
	words := tableWords[name]
	if w.zh {
		return words[0] + " " + name
	}
	return words[1] + ", " + name
}

func (w *policyWords) column(name string) string {
	if zh := columnWords[name]; w.zh && zh != "" {
		return zh
	}
	return name
}

// cells are what a row says: its own columns that are not empty.
func (w *policyWords) cells(l *policy.Line) []string {
	var out []string
	for i, column := range l.Columns {
		if !own[column] && l.Cells[i] != "" {
			out = append(out, w.column(column)+"="+l.Cells[i])
		}
	}
	return out
}

// window is the days on which a row is in force.
func (w *policyWords) window(l *policy.Line) string {
	s := w.from + " " + l.Cell("in_force_from")
	if to := l.Cell("in_force_to"); to != "" {
		return s + " " + w.to + " " + to
	}
	return s + " " + w.open
}

func (w *policyWords) list(out io.Writer, p *credit.Policy, day credit.Date, lines []policy.Line, coming []credit.Row) {
	fmt.Fprintf(out, w.inForce+"\n", day, p.Digest())
	table := ""
	for i := range lines {
		l := &lines[i]
		if l.Table != table {
			table = l.Table
			fmt.Fprintf(out, "\n%s\n", w.table(table))
		}
		fmt.Fprintf(out, "  %-16s %s\n", l.ID(), strings.Join(w.cells(l), " "))
		if citation := l.Cell("citation"); citation != "" {
			fmt.Fprintf(out, "  %-16s %s; %s (%s: %s)\n", "", w.window(l), citation, w.verified, verifiedText(w.zh, l.Cell("verified")))
		}
	}
	if len(coming) > 0 {
		fmt.Fprintf(out, "\n%s\n", w.coming)
		for _, r := range coming {
			fmt.Fprintf(out, "  %s  %s  %s\n", r.From, r.ID, r.Citation)
		}
	}
}

func (w *policyWords) explain(out io.Writer, versions, classes []policy.Line, asked []string) {
	for i := range versions {
		l := &versions[i]
		fmt.Fprintf(out, "%s  %s, %s\n", l.ID(), w.table(l.Table), w.window(l))
		for _, s := range w.cells(l) {
			name, value, _ := strings.Cut(s, "=")
			fmt.Fprintf(out, "  %s: %s\n", name, value)
		}
		for _, column := range [][2]string{{"published", w.published}, {"citation", w.citation}, {"verified", w.verified}, {"note", w.note}} {
			if s := l.Cell(column[0]); s != "" {
				if column[0] == "verified" {
					s = verifiedText(w.zh, s)
				}
				fmt.Fprintf(out, "  %s: %s\n", column[1], s)
			}
		}
	}
	if len(classes) > 0 {
		fmt.Fprintf(out, "\n%s\n", w.classes)
		for i := range classes {
			fmt.Fprintf(out, "  %-16s %s; %s\n", classes[i].ID(), w.window(&classes[i]), strings.Join(w.cells(&classes[i]), " "))
		}
	}
	fmt.Fprintf(out, "\n%s (%d)\n", w.asks, len(asked))
	if len(asked) == 0 {
		fmt.Fprintln(out, "  "+w.noAsk)
	}
	for _, a := range asked {
		fmt.Fprintln(out, "  "+a)
	}
}
