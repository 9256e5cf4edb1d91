package main

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"hengxin/credit"
	"hengxin/scoring"
)

// words are the labels of a printed score in one language, and which of a pair of texts is in it.
type words struct {
	score, subject, asOf, asked, points, probability, grade, reasons, none, warnings, fresh, provenance string
	vetoes, disputed, more, repair, ends, daysAgo, position                                             string
	model, set, policy, coverage, consent, code                                                         string
	pick                                                                                                func(zh, en string) string
	purpose                                                                                             func(credit.Purpose) string
}

var wordsZh = words{
	score: "融资信用评分", subject: "主体", asOf: "截至", asked: "查询", points: "分数", probability: "违约概率", grade: "等级",
	reasons: "主要原因", none: "无扣分项", warnings: "提示", fresh: "数据新鲜度", provenance: "出处",
	vetoes: "直接定级", disputed: "所依据的记录正处于异议处理中", more: "另有 %d 条记录", repair: "可自 %s 起申请修复", ends: "公示至 %s", daysAgo: "%d 天前",
	position: "记录位置 %d", model: "模型", set: "指标集", policy: "政策", coverage: "覆盖", consent: "授权", code: "格式",
	pick: func(zh, _ string) string { return zh }, purpose: credit.Purpose.Zh,
}

var wordsEn = words{
	score: "Financing credit score", subject: "Subject", asOf: "As of", asked: "Asked by", points: "Points", probability: "Probability of default", grade: "Grade",
	reasons: "Main reasons", none: "nothing cost points", warnings: "Remarks", fresh: "Freshness", provenance: "Provenance",
	vetoes: "Grade decided by", disputed: "a record behind the score is under objection", more: "%d more records", repair: "repair may be applied for from %s", ends: "publicity ends %s",
	daysAgo: "%d days ago", position: "record position %d", model: "model", set: "indicators", policy: "policy", coverage: "coverage", consent: "consent", code: "formats",
	pick: func(_, en string) string { return en }, purpose: credit.Purpose.String,
}

func wordsOf(lang string) words {
	if lang == "en" {
		return wordsEn
	}
	return wordsZh
}

// printScore sets a score for people.
func printScore(out io.Writer, id credit.ID, s *scoring.Score, w words) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s  %s\n\n", w.score, id)
	rows := [][2]string{{w.subject, string(s.Subject)}, {w.asOf, s.Day.String() + "  (" + fmt.Sprintf(w.position, s.Position) + ")"},
		{w.asked, s.Bank + "  " + w.purpose(s.Purpose)}, {w.points, number(s.Points)}, {w.probability, percent(s.Probability)}, {w.grade, s.Grade}}
	table(&b, rows)
	for _, v := range s.Vetoes {
		fmt.Fprintf(&b, "\n%s\n  %s  [%s]\n", w.vetoes, w.pick(v.Zh, v.En), v.Rule)
		printEvidence(&b, v.Records, 0, w)
	}
	fmt.Fprintf(&b, "\n%s\n", w.reasons)
	if len(s.Reasons) == 0 {
		fmt.Fprintf(&b, "  %s\n", w.none)
	}
	for i, r := range s.Reasons {
		fmt.Fprintf(&b, "  %d  %s  [%s]\n", i+1, w.pick(r.Zh, r.En), r.Indicator)
		printEvidence(&b, r.Records, r.More, w)
	}
	printRemarks(&b, s, w)
	printProvenance(&b, &s.Provenance, w)
	_, err := out.Write(b.Bytes())
	return err
}

// printEvidence prints the records behind a reason, each with its standing.
func printEvidence(b *bytes.Buffer, records []scoring.Evidence, more int, w words) {
	for _, r := range records {
		fmt.Fprintf(b, "       · %s", w.pick(r.Zh, r.En))
		var notes []string
		if r.Standing != "" {
			notes = append(notes, w.pick(r.StandingZh, strings.ReplaceAll(r.Standing, "_", " ")))
		}
		if r.Rule != "" || !r.Counted && r.Standing != "" {
			notes = append(notes, w.pick(r.WhyZh, r.Why))
		}
		if r.Earliest != credit.NoDate {
			notes = append(notes, fmt.Sprintf(w.repair, r.Earliest))
		}
		if r.End != credit.NoDate {
			notes = append(notes, fmt.Sprintf(w.ends, r.End))
		}
		if len(notes) > 0 {
			fmt.Fprintf(b, "  (%s)", strings.Join(notes, w.pick("；", "; ")))
		}
		fmt.Fprintf(b, "  %s\n", short(r.ID.String()))
	}
	if more > 0 {
		fmt.Fprintf(b, "       · "+w.more+"\n", more)
	}
}

func printRemarks(b *bytes.Buffer, s *scoring.Score, w words) {
	if s.Disputed || len(s.Warnings) > 0 {
		fmt.Fprintf(b, "\n%s\n", w.warnings)
	}
	if s.Disputed {
		fmt.Fprintf(b, "  · %s\n", w.disputed)
	}
	for _, x := range s.Warnings {
		fmt.Fprintf(b, "  · %s\n", w.pick(x.Zh, x.En))
	}
	fmt.Fprintf(b, "\n%s\n", w.fresh)
	rows := make([][2]string, 0, len(s.Freshness))
	for _, f := range s.Freshness {
		rows = append(rows, [2]string{f.Source, f.Latest.String() + "  (" + fmt.Sprintf(w.daysAgo, f.AgeDays) + ")"})
	}
	table(b, rows)
}

func printProvenance(b *bytes.Buffer, p *scoring.Provenance, w words) {
	fmt.Fprintf(b, "\n%s\n", w.provenance)
	coverage := p.Coverage
	if coverage == "" {
		coverage = "-"
	}
	table(b, [][2]string{{w.model, p.Artifact}, {w.set, p.Set}, {w.policy, p.Policy}, {w.coverage, coverage}, {w.consent, p.Consent.String()}, {w.code, p.Code}})
}

// table prints names and values in two columns; Chinese characters are two cells wide.
func table(b *bytes.Buffer, rows [][2]string) {
	widest := 0
	for _, r := range rows {
		widest = max(widest, cells(r[0]))
	}
	for _, r := range rows {
		fmt.Fprintf(b, "  %s%s  %s\n", r[0], strings.Repeat(" ", widest-cells(r[0])), r[1])
	}
}

// cells is the width of a text on a terminal.
func cells(s string) (n int) {
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// short is the beginning of a digest: enough to find it by.
func short(digest string) string { return digest[:min(len(digest), 8)] }

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func percent(p float64) string { return strconv.FormatFloat(100*p, 'f', 2, 64) + " %" }
