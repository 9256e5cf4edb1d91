package cases

import (
	"fmt"
	"strings"

	"hengxin/credit"
)

// Page writes the table of coverage as a page: one table a file of the policy, one line a row, one column a cell. "-" is
// a cell for which no case is wanted, "**none**" one that no case covers.
func Page(p *credit.Policy, rows []Covered, count int) string {
	var b strings.Builder
	missing := 0
	for i := range rows {
		missing += len(rows[i].Missing())
	}
	fmt.Fprintf(&b, "# Which case asks about which row\n\nWritten by `hengxin policy coverage --page`; `--check` compares. %d cases, %d rows, %d cells without a case.\n\n", count, len(rows), missing)
	b.WriteString("\"before\" and \"after\": a case asks about the same matter on a day before the row's first, or after its last; (next day): on the\n" +
		"very day. \"-\": the row says neither when it was published nor when it ends, or dates decide nothing there. The days of a\nclass row are those of its rule. " +
		"Words of sources are covered where another word would be answered otherwise.\n")
	table := ""
	for i := range rows {
		c := &rows[i]
		if c.Row.Table != table {
			table = c.Row.Table
			fmt.Fprintf(&b, "\n## %s\n\n| row | from | to | in force | before | first day | last day | after |\n|---|---|---|---|---|---|---|---|\n", table)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |", c.Row.ID, c.Row.From, c.Row.To)
		for cell := range c.By {
			b.WriteString(" " + c.text(Cell(cell)) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (c *Covered) text(cell Cell) string {
	switch {
	case c.By[cell] != "":
		return strings.ReplaceAll(c.By[cell], "|", "/")
	case c.Wanted[cell]:
		return "**none**"
	}
	return "-"
}
