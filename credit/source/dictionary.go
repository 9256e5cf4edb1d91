package source

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"hengxin/credit"
)

// Dictionary says what the columns of a department's tables mean, in words for people: it changes no reading.
type Dictionary struct {
	tables map[string]*DictionaryTable
}

// DictionaryTable is what a dictionary says of one table.
type DictionaryTable struct {
	Name, Title string
	Columns     []DictionaryColumn // in the dictionary's order
}

// DictionaryColumn is one column in words.
type DictionaryColumn struct{ Name, Label, Note string }

// dictionaryHeads are the headers of a dictionary's own columns.
var dictionaryHeads = map[string]string{
	"表格名称": "table", "表名": "table", "table": "table", "表格含义": "title", "title": "title", "字段": "column", "字段名": "column", "column": "column",
	"字段含义": "label", "含义": "label", "label": "label", "备注": "note", "note": "note",
}

// ReadDictionary reads a dictionary: a CSV or a workbook with one row a column of a table, headed 表格名称 (table), 表格含义
// (title), 字段 (column), 字段含义 (label), 备注 (note); the table and its title may be left out after its first row. It returns
// [credit.ErrInvalid] for a file without columns of tables, and where a table or a column is named twice.
func ReadDictionary(r io.Reader) (*Dictionary, error) {
	t, _, done, err := openTable(&Mapping{Format: "auto", Encoding: "auto", Delimiter: ","}, r)
	if err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	d := &Dictionary{tables: map[string]*DictionaryTable{}}
	if err := errors.Join(d.read(t), done()); err != nil {
		return nil, fmt.Errorf("dictionary: %w", err)
	}
	return d, nil
}

func (d *Dictionary) read(t table) error {
	header, err := t.header()
	if err != nil {
		return err
	}
	at := map[string]int{}
	for i, name := range header {
		if key := dictionaryHeads[strings.TrimSpace(name)]; key != "" {
			at[key] = i + 1
		}
	}
	if at["table"] == 0 || at["column"] == 0 || at["label"] == 0 {
		return fmt.Errorf("want columns 表格名称 (table), 字段 (column) and 字段含义 (label), have %s: %w", shorten(strings.Join(header, ", ")), credit.ErrInvalid)
	}
	var l line
	var current *DictionaryTable
	for {
		if err := t.next(&l); err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		get := func(key string) string {
			if i := at[key]; i > 0 && i <= len(l.fields) {
				return strings.Join(strings.Fields(l.fields[i-1]), " ")
			}
			return ""
		}
		if name := get("table"); name != "" && (current == nil || tableKey(name) != tableKey(current.Name)) {
			if d.tables[tableKey(name)] != nil {
				return fmt.Errorf("line %d: table %q a second time: %w", l.number, name, credit.ErrInvalid)
			}
			current = &DictionaryTable{Name: name, Title: get("title")}
			d.tables[tableKey(name)] = current
		}
		if get("column") == "" {
			continue
		}
		if current == nil {
			return fmt.Errorf("line %d: a column before any table is named: %w", l.number, credit.ErrInvalid)
		}
		if current.find(get("column")) != nil {
			return fmt.Errorf("line %d: column %q of table %q a second time: %w", l.number, get("column"), current.Name, credit.ErrInvalid)
		}
		current.Columns = append(current.Columns, DictionaryColumn{get("column"), get("label"), get("note")})
	}
	if len(d.tables) == 0 {
		return fmt.Errorf("no table: %w", credit.ErrInvalid)
	}
	return nil
}

// tableKey and columns are compared without regard to case, blanks and repeated underscores.
func tableKey(name string) string {
	parts := strings.FieldsFunc(strings.ToLower(name), func(c rune) bool { return c == '_' || c == '-' || c == ' ' })
	return strings.Join(parts, "_")
}

func (t *DictionaryTable) find(column string) *DictionaryColumn {
	for i := range t.Columns {
		if strings.EqualFold(t.Columns[i].Name, column) {
			return &t.Columns[i]
		}
	}
	return nil
}

// Table returns what the dictionary says of the table that m reads from the file at path: found by the mapping's own
// name for it (table), else by the file's; nil where the dictionary has neither. A nil dictionary has no tables.
func (d *Dictionary) Table(m *Mapping, path string) *DictionaryTable {
	if d == nil {
		return nil
	}
	if m.Table != "" {
		return d.tables[tableKey(m.Table)]
	}
	base, _, _ := strings.Cut(filepath.Base(path), ".")
	return d.tables[tableKey(base)]
}

// Label is the dictionary's word for a column of the mapping, by its name or another header for it; "" where it has none.
func (t *DictionaryTable) Label(m *Mapping, column string) string {
	if t == nil {
		return ""
	}
	if c := t.find(column); c != nil {
		return c.Label
	}
	if c := m.column(column); c != nil {
		for _, a := range c.Alias {
			if found := t.find(a); found != nil {
				return found.Label
			}
		}
	}
	return ""
}

// Absent lists the dictionary's columns that are not among those of the file, under any of the mapping's names for them.
func (t *DictionaryTable) Absent(m *Mapping, columns []string) (names []string) {
	if t == nil {
		return nil
	}
	has := map[string]bool{}
	for _, name := range columns {
		has[strings.ToLower(name)] = true
		if c := m.column(name); c != nil {
			for _, a := range c.Alias {
				has[strings.ToLower(a)] = true
			}
		}
	}
	for _, c := range t.Columns {
		if !has[strings.ToLower(c.Name)] {
			names = append(names, c.Name)
		}
	}
	return names
}
