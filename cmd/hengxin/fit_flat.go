package main

import (
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/models"
)

func manifestOf(dir string) string { return filepath.Join(dir, "manifest.json") }

// loadFlat reads a flat table, infers types, and splits it or reads the test file beside it.
func (p *fitPlan) loadFlat(t *fitTable, w io.Writer) error {
	if p.Target == "" {
		return fmt.Errorf("fit: name the column of the outcome with --target")
	}
	table, err := p.open("table", p.Data, &p.DataDigest)
	if err != nil {
		return err
	}
	t.note(w, "a flat table: maturity of the outcome is not checked")
	f, keys, err := p.frame(t, table, w)
	if err != nil {
		return fmt.Errorf("table %s: %w", p.Data, err)
	}
	t.meta.Provenance.Dataset = p.DataDigest
	t.meta.Outcome = models.Outcome{Name: p.Target, Positive: p.Positive, Text: models.Text{En: cmpOr(p.Name, p.Target), Zh: cmpOr(p.Name, p.Target)}}
	if err := p.divide(t, f, keys, w); err != nil || p.TestFile == "" {
		return err
	}
	other, err := p.open("test table", p.TestFile, &p.TestDigest)
	if err != nil {
		return err
	}
	t.sides[1], err = p.testFrame(t, other)
	if err != nil {
		return fmt.Errorf("test table %s: %w", p.TestFile, err)
	}
	return nil
}

func (p *fitPlan) open(what, path string, digest *string) (*datasets.Table, error) {
	d, err := datasets.FileDigest(path)
	if err != nil {
		return nil, err
	}
	if err := p.check(what, path, digest, d.String()); err != nil {
		return nil, err
	}
	return datasets.OpenTable(path, datasets.TableOptions{Missing: p.Missing})
}

// frame turns a table into a frame by the plan, and tells how it understood each column.
func (p *fitPlan) frame(t *fitTable, table *datasets.Table, w io.Writer) (*models.Frame, []datasets.Key, error) {
	for _, name := range slices.Concat([]string{p.Target, p.Weight, p.Key, p.Date}, p.Drop, p.Category, p.Number) {
		if name != "" && table.Column(name) == nil {
			return nil, nil, fmt.Errorf("column %q: the table has none of that name: %w", name, models.ErrInvalid)
		}
	}
	table, where, err := p.withoutBlank(t, table, w)
	if err != nil {
		return nil, nil, err
	}
	f := &models.Frame{}
	if f.Target, err = p.outcome(table.Column(p.Target)); err != nil {
		return nil, nil, err
	}
	if p.Weight != "" {
		if f.Weights = table.Column(p.Weight).Numbers; f.Weights == nil {
			return nil, nil, fmt.Errorf("column %q: weights must be numbers: %w", p.Weight, models.ErrInvalid)
		}
	}
	keys, err := p.keys(table, where)
	if err != nil {
		return nil, nil, err
	}
	if p.Key != "" {
		for _, k := range keys {
			f.Keys = append(f.Keys, k.Source())
		}
	}
	for i := range table.Columns {
		p.column(t, f, &table.Columns[i], w)
	}
	return f, keys, f.Check()
}

// withoutBlank refuses rows with a blank target, or leaves them out where the plan says so; where tells for each row
// that is left where it stood.
func (p *fitPlan) withoutBlank(t *fitTable, table *datasets.Table, w io.Writer) (*datasets.Table, []int, error) {
	target := table.Column(p.Target)
	var where []int
	for i := range table.Rows {
		if strings.TrimSpace(target.Text(i)) != "" {
			where = append(where, i)
		}
	}
	blank := table.Rows - len(where)
	if blank == 0 {
		return table, where, nil
	}
	if !p.SkipBlank {
		return nil, nil, fmt.Errorf("column %q: %d of %d rows have no outcome; leave them out with --skip-blank-target: %w", p.Target, blank, table.Rows, models.ErrInvalid)
	}
	t.note(w, "%d rows without an outcome are left out", blank)
	left := &datasets.Table{Rows: len(where)}
	for _, c := range table.Columns {
		n := datasets.TableColumn{Name: c.Name}
		for _, i := range where {
			if c.Texts != nil {
				n.Texts = append(n.Texts, c.Texts[i])
			} else {
				n.Numbers = append(n.Numbers, c.Numbers[i])
			}
		}
		left.Columns = append(left.Columns, n)
	}
	return left, where, nil
}

// outcome reads the target: 0 and 1, or two values of which one is named as bad.
func (p *fitPlan) outcome(c *datasets.TableColumn) ([]float64, error) {
	texts := make([]string, max(len(c.Texts), len(c.Numbers)))
	for i := range texts {
		texts[i] = strings.TrimSpace(c.Text(i))
	}
	values := distinct(texts)
	if p.Positive == "" && slices.Equal(values, []string{"0", "1"}) {
		p.Positive = "1"
	}
	switch {
	case len(values) < 2:
		return nil, fmt.Errorf("column %q: every row has the same outcome %q; a fit needs both: %w", c.Name, strings.Join(values, ""), models.ErrInvalid)
	case len(values) > 2:
		return nil, fmt.Errorf("column %q: %d different values (%s ...); a target has two: %w", c.Name, len(values), strings.Join(values[:3], ", "), models.ErrInvalid)
	case p.Positive == "":
		return nil, fmt.Errorf("column %q: values are %q and %q; say with --positive which one is bad: %w", c.Name, values[0], values[1], models.ErrInvalid)
	case !slices.Contains(values, p.Positive):
		return nil, fmt.Errorf("column %q: no row has the bad value %q; values are %q and %q: %w", c.Name, p.Positive, values[0], values[1], models.ErrInvalid)
	}
	out := make([]float64, len(texts))
	for i, s := range texts {
		if s == p.Positive {
			out[i] = 1
		}
	}
	return out, nil
}

// keys names the rows for splits.
func (p *fitPlan) keys(table *datasets.Table, where []int) ([]datasets.Key, error) {
	keys := make([]datasets.Key, table.Rows)
	for i := range keys {
		keys[i] = datasets.Key{AsOf: credit.NoDate, Row: int64(where[i])}
		if p.Key != "" {
			keys[i].Subject = credit.Subject(":" + table.Column(p.Key).Text(i))
		}
		if p.Date == "" {
			continue
		}
		day, err := dayOf(table.Column(p.Date).Text(i))
		if err != nil {
			return nil, fmt.Errorf("column %q, row %d: %w", p.Date, where[i], err)
		}
		keys[i].AsOf = day
	}
	return keys, nil
}

// column adds one column to the frame, or says why it is none.
func (p *fitPlan) column(t *fitTable, f *models.Frame, c *datasets.TableColumn, w io.Writer) {
	roles := []struct {
		is   bool
		role string
	}{
		{c.Name == p.Target, "target"}, {c.Name == p.Weight, "weight"}, {slices.Contains(p.Drop, c.Name), "dropped"},
		{c.Name == p.Key, "key"}, {c.Name == p.Date, "date"},
	}
	if c.Name == "" { // what programs write for the number of the row; no flag could name it
		t.types = append(t.types, typed{Type: "dropped"})
		t.note(w, "a column has no name and is no predictor; name it in the file's first line to use it")
		return
	}
	for _, r := range roles {
		if r.is {
			t.types = append(t.types, typed{Column: c.Name, Type: r.role})
			return
		}
	}
	if c.Texts != nil && isDays(c.Texts) && !slices.Contains(p.Category, c.Name) {
		t.types = append(t.types, typed{Column: c.Name, Type: "date"})
		t.note(w, "column %q holds days and is no predictor; name it with --date to split by it, or with --category to use it", c.Name)
		return
	}
	col := p.typed(t, c, w)
	t.types = append(t.types, describeColumn(&col, ""))
	f.Columns = append(f.Columns, col)
}

// typed infers the type of a column. Numbers are numbers and texts categories, but for what the plan declares, and for
// columns of numbers with a few texts in them.
func (p *fitPlan) typed(t *fitTable, c *datasets.TableColumn, w io.Writer) models.Column {
	n := max(len(c.Texts), len(c.Numbers))
	if slices.Contains(p.Category, c.Name) || c.Texts != nil && !slices.Contains(p.Number, c.Name) {
		texts := make([]string, n)
		for i := range texts {
			texts[i] = strings.TrimSpace(c.Text(i))
		}
		if values, odd := asNumbers(texts); !slices.Contains(p.Category, c.Name) && mostlyNumbers(texts, odd) {
			t.note(w, "column %q is taken as numbers; texts in it (%s) are missing; --category %s keeps them as they are", c.Name, few(odd), c.Name)
			return models.Column{Name: c.Name, Type: models.Number, Values: values}
		}
		return models.NewCategory(c.Name, texts)
	}
	if c.Texts != nil {
		values, odd := asNumbers(c.Texts)
		if len(odd) > 0 {
			t.note(w, "column %q: texts that are no numbers (%s) are missing", c.Name, few(odd))
		}
		return models.Column{Name: c.Name, Type: models.Number, Values: values}
	}
	return models.Column{Name: c.Name, Type: models.Number, Values: c.Numbers}
}

// asNumbers reads texts as finite decimal numbers; odd are those that are none, blank ones aside.
func asNumbers(texts []string) (values []float64, odd []string) {
	values = make([]float64, len(texts))
	for i, s := range texts {
		s = strings.TrimSpace(s)
		v, err := strconv.ParseFloat(s, 64)
		if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
			if v = math.NaN(); s != "" {
				odd = append(odd, s)
			}
		}
		values[i] = v
	}
	return values, odd
}

// tokens mean missing in many tools' number columns.
var tokens = []string{"NA", "N/A", "NaN", "nan", "NULL", "null", "None", "?", ".", "-", "#N/A"}

// mostlyNumbers reports whether texts are numbers but for usual marks of missing, or but for a few (under 5 %) where
// there are many different numbers.
func mostlyNumbers(texts, odd []string) bool {
	if len(odd) == 0 {
		return false // texts that all read as numbers were left texts for a reason: leading zeros, too many digits
	}
	filled := 0
	for _, s := range texts {
		if s != "" {
			filled++
		}
	}
	numbers := filled - len(odd)
	onlyTokens := !slices.ContainsFunc(odd, func(s string) bool { return !slices.Contains(tokens, s) })
	return numbers > 0 && onlyTokens || float64(len(odd)) < 0.05*float64(filled) && len(distinct(texts)) > 50
}

// few lists up to four distinct texts.
func few(texts []string) string {
	d := distinct(texts)
	if len(d) > 4 {
		return strings.Join(d[:4], ", ") + fmt.Sprintf(" and %d more", len(d)-4)
	}
	return strings.Join(d, ", ")
}

// testFrame reads the test table with the columns as the rows of the fit have them.
func (p *fitPlan) testFrame(t *fitTable, table *datasets.Table) (*models.Frame, error) {
	if table.Column(p.Target) == nil {
		return nil, fmt.Errorf("column %q: the table has none of that name: %w", p.Target, models.ErrInvalid)
	}
	quiet := &fitTable{}
	table, where, err := p.withoutBlank(quiet, table, io.Discard)
	if err != nil {
		return nil, err
	}
	t.notes = append(t.notes, quiet.notes...)
	t.rows[1] = where
	f := &models.Frame{}
	if f.Target, err = p.outcome(table.Column(p.Target)); err != nil {
		return nil, err
	}
	if p.Weight != "" {
		c := table.Column(p.Weight)
		if c == nil || c.Numbers == nil {
			return nil, fmt.Errorf("column %q: the table has no such weights: %w", p.Weight, models.ErrInvalid)
		}
		f.Weights = c.Numbers
	}
	for i := range t.train().Columns {
		col, err := alike(&t.train().Columns[i], table)
		if err != nil {
			return nil, err
		}
		f.Columns = append(f.Columns, col)
	}
	return f, f.Check()
}

// alike reads the column of a table that has the name and the type of one of a frame.
func alike(like *models.Column, table *datasets.Table) (models.Column, error) {
	c := table.Column(like.Name)
	if c == nil {
		return models.Column{}, fmt.Errorf("column %q: the model needs it and the table has none: %w", like.Name, models.ErrInvalid)
	}
	if like.Type == models.Number && c.Numbers != nil {
		return models.Column{Name: c.Name, Type: models.Number, Values: c.Numbers}, nil
	}
	texts := make([]string, max(len(c.Texts), len(c.Numbers)))
	for i := range texts {
		texts[i] = strings.TrimSpace(c.Text(i))
	}
	if like.Type == models.Category {
		return models.NewCategory(c.Name, texts), nil
	}
	values, odd := asNumbers(texts)
	if strange := slices.DeleteFunc(slices.Clone(odd), func(s string) bool { return slices.Contains(tokens, s) }); len(strange) > 0 && !slices.ContainsFunc(values, func(v float64) bool { return !math.IsNaN(v) }) {
		return models.Column{}, fmt.Errorf("column %q: the model reads numbers and no text here is one (%s): write plain numbers, without units or separators: %w", c.Name, few(strange), models.ErrInvalid)
	}
	return models.Column{Name: c.Name, Type: models.Number, Values: values}, nil
}
