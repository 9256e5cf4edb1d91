package main

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"

	"hengxin/credit/source"
)

//go:embed ingest_page.html.tmpl
var ingestPageText string

var ingestPage = template.Must(template.New("ingest").Parse(ingestPageText))

// ingestTable is one table on the page.
type ingestTable struct {
	ingestSummary
	Percent float64 // of the rows that were read: kept or duplicate
	ByKind  []ingestCount
	Bad     []ingestCount
	Remarks []string
}

type ingestCount struct {
	Name string
	N    int64
}

// page writes the page about every table, self-contained, where --page asks for it.
func (c *ingestCmd) page(m *source.Mapping, all []ingestSummary) (err error) {
	if c.Page == "" {
		return nil
	}
	say := ingestWordsOf(c.Lang)
	var tables []ingestTable
	total := ingestSummary{}
	for _, s := range all {
		t := ingestTable{ingestSummary: s, Percent: 100}
		if s.Read > 0 {
			t.Percent = 100 * float64(s.Kept+s.Duplicate) / float64(s.Read)
		}
		for _, name := range sortedKeys(s.Kinds) {
			t.ByKind = append(t.ByKind, ingestCount{say.kindName(name), s.Kinds[name]})
		}
		for _, reason := range sortedKeys(s.Reasons) {
			t.Bad = append(t.Bad, ingestCount{s.reason(say, reason), s.Reasons[reason]})
		}
		s.Reasons = nil // on the page in a table of their own
		t.Remarks = s.details(say)
		tables = append(tables, t)
		total.Read, total.Kept, total.Duplicate, total.Quarantined = total.Read+s.Read, total.Kept+s.Kept, total.Duplicate+s.Duplicate, total.Quarantined+s.Quarantined
		total.RecordsMade, total.RecordsAdded = total.RecordsMade+s.RecordsMade, total.RecordsAdded+s.RecordsAdded
	}
	f, err := os.Create(c.Page)
	if err != nil {
		return fmt.Errorf("--page: %w", err)
	}
	err = ingestPage.Execute(f, map[string]any{"Lang": c.Lang, "Mapping": m, "Tables": tables, "Total": total,
		"Title": say.title, "Heads": say.heads[:6], "File": say.file, "All": say.total, "Columns": say.columns, "Kinds": say.kinds, "Remarks": say.remarks,
		"Column": say.column, "Label": say.label, "Use": say.use, "Kind": say.kind, "Records": say.records, "Rows": say.count})
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("--page %s: %w", c.Page, err)
	}
	return nil
}
