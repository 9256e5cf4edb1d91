package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hengxin/credit"
)

// Cell is where in the life of a row a case asks.
type Cell int

// The cells of the table of coverage.
const (
	InForce Cell = iota // some day on which the row is in force
	Before              // a day before its first
	First               // its first day
	Last                // its last day
	After               // a day after its last
	cells
)

var cellNames = [cells]string{"in force", "before", "first day", "last day", "after"}

// String returns the cell's name.
func (c Cell) String() string { return cellNames[c] }

// Covered is one row of a policy and, by cell, the case that asks about it: "file: name", "" where none does.
type Covered struct {
	Row    credit.Row
	By     [cells]string
	Wanted [cells]bool // a case is wanted: the row has such a day, and evidence of it
}

// Missing returns the cells for which a case is wanted and none asks.
func (c *Covered) Missing() (missing []Cell) {
	for i := range c.By {
		if c.Wanted[i] && c.By[i] == "" {
			missing = append(missing, Cell(i))
		}
	}
	return missing
}

// answer is one line of a case: the day that it speaks of, and the row it names.
type answer struct {
	day  credit.Date
	row  string
	mute bool // the record was not known yet: the answer says nothing of the law
}

// answered is a case with its answers.
type answered struct {
	label   string
	input   string
	lines   []string
	answers []answer
}

var (
	dayIn = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	rowIn = regexp.MustCompile(`; ([A-Z0-9]+(?:-[A-Z0-9]+)*) \(`)
)

// Coverage runs the cases under the policy and says of every row which case asks about it.
//
// A case is about a row where an answer names it on a day on which it is in force; it asks before or after where another
// of its answers is for such a day. Rows that no answer names are tried: a class row is taken away, a threshold moved, a
// word replaced, and the case that then answers otherwise is about it; where the policy refuses to be without a class
// row, cases about its rule are about it. Days before and after, first and last days are wanted of rows that say when
// they were published, or that end; not of words, whose dates decide nothing, nor of what comes before an item of the
// sharing list, which takes older records too; nothing of guidance, which no answer rests on.
func Coverage(p *credit.Policy, list []Case) ([]Covered, error) {
	ran := make([]answered, 0, len(list))
	for i := range list {
		a, err := answersOf(p, &list[i])
		if err != nil {
			return nil, err
		}
		ran = append(ran, a)
	}
	var out []Covered
	for _, row := range rowsOf(p.Tables()) {
		c := Covered{Row: *row}
		if guides := slices.ContainsFunc(p.Tables().Rules, func(r credit.RuleRow) bool { return r.Site == "guidance" && r.ID == row.ID }); !guides {
			c.want()
		}
		c.fill(ran)
		out = append(out, c)
	}
	tryRows(p, list, ran, out)
	return out, nil
}

func answersOf(p *credit.Policy, c *Case) (a answered, err error) {
	if a.lines, err = c.Run(p); err != nil {
		return a, err
	}
	a.label, a.input = strings.TrimSuffix(c.File, ".txt")+": "+c.Name, "\n"+strings.Join(c.Input, "\n")+"\n"
	for _, line := range a.lines {
		x := answer{day: credit.NoDate, mute: strings.Contains(line, "not known yet")}
		if s := dayIn.FindString(line); s != "" {
			if x.day, err = credit.ParseDate(s); err != nil {
				return a, fmt.Errorf("case %s: %w", c.Name, err)
			}
		}
		if m := rowIn.FindStringSubmatch(line); m != nil {
			x.row = m[1]
		}
		a.answers = append(a.answers, x)
	}
	return a, nil
}

// rowsOf are the dated rows of a policy in the order of its tables.
func rowsOf(t *credit.Tables) (rows []*credit.Row) {
	rows = gather(rows, t.Rules, func(r *credit.RuleRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Classes, func(r *credit.ClassRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Settings, func(r *credit.SettingRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Thresholds, func(r *credit.ThresholdRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Leniency, func(r *credit.LeniencyRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Retention, func(r *credit.RetentionRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Suspensions, func(r *credit.SuspensionRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Lists, func(r *credit.ListRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Clocks, func(r *credit.ClockRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Items, func(r *credit.ItemRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Supervision, func(r *credit.SupervisionRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Downgrades, func(r *credit.DowngradeRow) *credit.Row { return &r.Row })
	rows = gather(rows, t.Benchmarks, func(r *credit.BenchmarkRow) *credit.Row { return &r.Row })
	return gather(rows, t.Words, func(r *credit.WordRow) *credit.Row { return &r.Row })
}

func gather[T any](dst []*credit.Row, rows []T, of func(*T) *credit.Row) []*credit.Row {
	for i := range rows {
		dst = append(dst, of(&rows[i]))
	}
	return dst
}

// want says which cells a case is wanted for.
func (c *Covered) want() {
	c.Wanted[InForce] = true
	switch c.Row.Table {
	case "words.csv", "classes.csv", "thresholds.csv":
		return // a class row's days are those of its rule
	}
	begins := c.Row.Published != credit.NoDate
	c.Wanted[First] = begins
	c.Wanted[Before] = begins && c.Row.Table != "items.csv"
	c.Wanted[Last], c.Wanted[After] = c.Row.To != credit.NoDate, c.Row.To != credit.NoDate
}

// fill finds the cases that name the row, those that ask on the very day before others.
func (c *Covered) fill(ran []answered) {
	row := &c.Row
	for i := range ran {
		a := &ran[i]
		about := slices.ContainsFunc(a.answers, func(x answer) bool { return x.row == row.ID && x.day != credit.NoDate && row.InForce(x.day) })
		if !about {
			continue
		}
		for _, x := range a.answers {
			if x.day == credit.NoDate || x.mute {
				continue
			}
			named := x.row == row.ID
			c.note(InForce, named && row.InForce(x.day), false, a.label)
			c.note(First, named && x.day == row.From, false, a.label)
			c.note(Before, x.day < row.From, x.day == row.From-1, a.label)
			if row.To != credit.NoDate {
				c.note(Last, named && x.day == row.To, false, a.label)
				c.note(After, x.day > row.To, x.day == row.To+1, a.label)
			}
		}
	}
}

// note keeps the first case of a cell, and the first on the exact day before that.
func (c *Covered) note(cell Cell, asks, exact bool, label string) {
	if asks && (c.By[cell] == "" || exact && !strings.HasSuffix(c.By[cell], exactMark)) {
		c.By[cell] = label
		if exact {
			c.By[cell] += exactMark
		}
	}
}

// exactMark stands behind a case that asks on the very day before, or after.
const exactMark = " (next day)"
