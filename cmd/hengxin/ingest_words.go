package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"

	"hengxin/credit"
	"hengxin/credit/source"
)

// ingestWords are the words of a summary in one language.
type ingestWords struct {
	zh                                       bool
	heads                                    []string
	file, row, title, total, columns, kinds  string
	resolved, flagged, quarantined, unknown  string
	notDescribed, absent, seeFile, remarks   string
	column, label, use, kind, records, count string
	hint                                     string
}

var ingestEn = &ingestWords{
	heads: []string{"read", "kept", "duplicate", "quarantined", "records", "added", "positions"}, file: "file", row: "the row ",
	title: "Ingest", total: "all files", columns: "Columns", kinds: "Records by kind", remarks: "Remarks",
	resolved: "%d rows state a name and no code, and were resolved: %s", flagged: "%d records flagged %s", quarantined: "%d rows quarantined: %s",
	unknown: "columns that the mapping does not name, kept as they are: %s", notDescribed: "columns that the dictionary does not describe: %s",
	absent: "columns of the dictionary that the file does not have: %s", seeFile: "the quarantined rows are in %s",
	column: "column", label: "meaning", use: "read as", kind: "kind", records: "records", count: "rows",
	hint: "%d rows were quarantined; --strict makes that an error, --retry reads them again",
}

var ingestZh = &ingestWords{
	zh: true, heads: []string{"读取", "入库", "重复", "隔离", "记录", "新增", "位置"}, file: "文件", row: "该行",
	title: "数据导入", total: "合计", columns: "列", kinds: "按种类的记录数", remarks: "提示",
	resolved: "%d 行只有名称、没有代码，已按名称解析：%s", flagged: "%d 条记录带标记：%s", quarantined: "%d 行被隔离：%s",
	unknown: "映射没有列出、原样保留的列：%s", notDescribed: "数据字典没有说明的列：%s",
	absent: "数据字典有而文件没有的列：%s", seeFile: "被隔离的行见 %s",
	column: "列名", label: "含义", use: "读作", kind: "种类", records: "记录数", count: "行数",
	hint: "共 %d 行被隔离；更正映射或登记后用 --retry 重新读取，加 --strict 则视为错误",
}

func ingestWordsOf(lang string) *ingestWords {
	if lang == "zh" {
		return ingestZh
	}
	return ingestEn
}

func (w *ingestWords) reason(en string) string {
	if !w.zh {
		return en
	}
	zh, _ := source.ReasonZh(en)
	return zh
}

var flagsZh = map[string]string{"check_failed": "代码校验不通过", "unit_suspect": "金额单位可疑", "date_suspect": "日期可疑", "late": "报送超期",
	"division_old": "行政区划代码已失效", "division_unknown": "行政区划代码不明", "value_suspect": "数值可疑"}

func (w *ingestWords) flag(name string) string {
	if zh := flagsZh[name]; w.zh && zh != "" {
		return zh
	}
	return name
}

// kind says a kind's name.
func (w *ingestWords) kindName(name string) string {
	if k, err := credit.ParseKind(name); err == nil && w.zh {
		info, _ := k.Info()
		return info.Zh
	}
	return name
}

// listKinds prints the table of kinds: what each record must state, how its known date is found, what may follow it.
func listKinds(g *cli) error {
	type row struct {
		Number    credit.Kind `json:"-"`
		Name      string      `json:"name"`
		Zh        string      `json:"zh"`
		Required  []string    `json:"required"`
		Known     string      `json:"known"`
		Key       string      `json:"business_key"`
		Targets   []string    `json:"targets,omitempty"`
		DataClass []string    `json:"data_classes"`
	}
	var rows []row
	for _, k := range credit.Kinds() {
		r := row{Number: k.Kind, Name: k.Name, Zh: k.Zh, Required: fieldNames(k.Required), Key: "authority, doc_no"}
		r.Known = map[credit.KnownRule]string{credit.KnownStated: "stated", credit.KnownEvent: "event", credit.KnownLag: fmt.Sprintf("event + %d days", k.LagDays)}[k.Known]
		if k.Amount {
			r.Required = append(r.Required, "amount")
		}
		if k.Natural != nil {
			r.Key = "authority, " + strings.Join(fieldNames(k.Natural), "/")
			if k.Day {
				r.Key += "/event"
			}
		}
		for _, t := range k.Targets {
			if t == 0 {
				r.Targets = append(r.Targets, "any")
				continue
			}
			r.Targets = append(r.Targets, t.String())
		}
		for _, d := range k.Classes() {
			r.DataClass = append(r.DataClass, d.String())
		}
		rows = append(rows, r)
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(rows)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "kind\t\trequired\tknown\tbusiness key\tdata classes\tspeaks of")
	for _, r := range rows {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, r.Zh, strings.Join(r.Required, ", "), r.Known, r.Key, strings.Join(r.DataClass, ", "), strings.Join(r.Targets, ", "))
	}
	return w.Flush()
}

func fieldNames(fields []credit.Field) []string {
	names := []string{}
	for _, f := range fields {
		names = append(names, f.String())
	}
	return names
}
