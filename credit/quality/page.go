package quality

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"hengxin/credit"
)

//go:embed page.html
var pageHTML string

// words of pages and tables, by language.
var words = map[string][2]string{ // zh, en
	"title":        {"数据质量报告", "Data quality"},
	"on":           {"报告日", "as of"},
	"records":      {"记录", "records"},
	"findings":     {"问题", "findings"},
	"rate":         {"每千条", "per 1,000"},
	"checked":      {"检查数", "checked"},
	"untold":       {"无法判定", "undetermined"},
	"sources":      {"数据来源", "Sources"},
	"source":       {"来源", "source"},
	"rules":        {"规则", "Rules"},
	"rule":         {"规则", "rule"},
	"examples":     {"示例", "examples"},
	"days":         {"按到达日", "By day of arrival"},
	"day":          {"日期", "day"},
	"completeness": {"完整性", "completeness"},
	"validity":     {"有效性", "validity"},
	"consistency":  {"一致性", "consistency"},
	"timeliness":   {"及时性", "timeliness"},
	"uniqueness":   {"唯一性", "uniqueness"},
	"error":        {"错误", "error"},
	"warning":      {"警告", "warning"},
	"note":         {"提示", "note"},
	"none":         {"未发现问题", "no findings"},
	"from":         {"自", "from"},
	"to":           {"至", "to"},
	"top":          {"主要问题", "most findings"},
	"citation":     {"依据", "citation"},
	"ours":         {"本平台", "ours"},
	"more":         {"页面只列最近的天数；完整数据见 JSON。", "Only the latest days are shown; the JSON report has all."},
}

// Word returns a word of the report's tables in zh or en.
func Word(lang, key string) string {
	w, ok := words[key]
	if !ok {
		return key
	}
	if lang == "en" {
		return w[1]
	}
	return w[0]
}

// maxDays is how many days of arrival of one source a page shows.
const maxDays = 92

// WritePage writes the report as one page that needs nothing else, in zh or en.
func (r *Report) WritePage(w io.Writer, lang string) error {
	rules := map[string]Rule{}
	for _, rule := range r.Rules {
		rules[rule.ID] = rule
	}
	page, err := template.New("page").Funcs(template.FuncMap{
		"w":     func(key string) string { return Word(lang, key) },
		"lang":  func() string { return lang },
		"rule":  func(id string) Rule { return rules[id] },
		"says":  func(id string) string { return rules[id].Says(lang) },
		"rate":  rate,
		"shade": shade,
		"isset": func(d credit.Date) bool { return d != credit.NoDate },
		"zero":  func(id credit.ID) bool { return id.IsZero() },
		"latest": func(days []DayReport) []DayReport {
			return days[max(0, len(days)-maxDays):]
		},
		"cut": func(days []DayReport) bool { return len(days) > maxDays },
	}).Parse(pageHTML)
	if err != nil {
		return fmt.Errorf("page of quality: %w", err)
	}
	if err := page.Execute(w, r); err != nil {
		return fmt.Errorf("writing the page of quality: %w", err)
	}
	return nil
}

// Says returns the rule's words in zh or en.
func (r Rule) Says(lang string) string {
	if lang == "en" {
		return r.En
	}
	return r.Zh
}

// rate is findings per thousand, "-" of nothing.
func rate(findings, of int64) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", float64(findings)*1000/float64(of))
}

// shade is how dark a day's cell is, 0 to 4.
func shade(findings, of int64) int {
	for i, most := range []int64{0, 10, 50, 200} {
		if of == 0 || findings*1000 <= most*of {
			return i
		}
	}
	return 4
}
