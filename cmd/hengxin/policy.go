package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"
	"hengxin/scoring"
	"hengxin/store"
)

// policyCmd reads the law as rows.
type policyCmd struct {
	List     policyListCmd     `cmd:"" help:"What is in force on a day."`
	Explain  policyExplainCmd  `cmd:"" help:"Everything about one row: its versions, its classes, the cases that ask about it."`
	Diff     policyDiffCmd     `cmd:"" help:"What two policies or two days do not have in common, and what that does to the records."`
	Check    policyCheckCmd    `cmd:"" help:"Refuse or accept policy files, with every row at fault named."`
	Coverage policyCoverageCmd `cmd:"" help:"Which case of law asks about which row."`
}

// openPolicy finds a policy by what a person calls it: "built-in", a directory of CSV files, one CSV file that replaces
// that table of the built-in policy, a file of canonical bytes, or the digest of one that the database holds.
func openPolicy(ctx context.Context, g *cli, name string) (*credit.Policy, error) {
	if name == "" || name == "built-in" {
		return policy.Default(), nil
	}
	info, err := os.Stat(name)
	switch {
	case err == nil && info.IsDir():
		return policy.Open(os.DirFS(name))
	case err == nil:
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if filepath.Ext(name) == ".csv" {
			return policy.Replace(policy.Default(), filepath.Base(name), b)
		}
		return policy.Parse(b)
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	d, err := store.ParseDigest(name)
	if err != nil {
		return nil, fmt.Errorf("policy %s: no such directory or file, and no digest: say built-in, a directory, a file, or 64 hex digits", name)
	}
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	_, b, err := db.Document(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("policy %s: %w", name, err)
	}
	return policy.Parse(b)
}

// today is the day in China, whatever the machine's zone: a file that comes there after midnight is of the new day.
func today() credit.Date { return scoring.Asking{At: time.Now()}.Day() }

// dayOr reads a day, and today in China where none is given.
func dayOr(flag, text string) (credit.Date, error) {
	if text == "" {
		return today(), nil
	}
	day, err := credit.ParseDate(text)
	if err != nil {
		return day, fmt.Errorf("%s: %w", flag, err)
	}
	return day, nil
}

type policyListCmd struct {
	On     string `placeholder:"DAY" help:"In force on this day (2026-04-01); today in China unless given."`
	Table  string `placeholder:"T" help:"Only this table: rules, classes, settings, thresholds, leniency, retention, suspensions, lists, clocks, reasons, words, items, supervision, downgrades, benchmarks."`
	Policy string `placeholder:"P" help:"Directory, file or digest; the built-in policy unless given."`
	Lang   string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *policyListCmd) Help() string {
	return `Lists the rows in force on a day, table by table, with what each says, its citation and how far that was verified.
What is published and not yet in force stands at the end.

  hengxin policy list --on 2026-03-31 --table rules
  hengxin --json policy list --on 2026-04-01`
}

// Run lists.
func (c *policyListCmd) Run(ctx context.Context, g *cli) error {
	day, err := dayOr("--on", c.On)
	if err != nil {
		return err
	}
	p, err := openPolicy(ctx, g, c.Policy)
	if err != nil {
		return err
	}
	lines, err := policy.Lines(p)
	if err != nil {
		return err
	}
	table := c.Table
	if table != "" && !strings.HasSuffix(table, ".csv") {
		table += ".csv"
	}
	if table != "" && !slices.Contains(policy.Tables(), table) {
		return fmt.Errorf("--table %s: no such table: want one of %s", c.Table, strings.Join(policy.Tables(), ", "))
	}
	lines = slices.DeleteFunc(lines, func(l policy.Line) bool { return table != "" && l.Table != table || !l.InForce(day) })
	var coming []credit.Row
	if table == "" || table == "rules.csv" {
		coming = p.Coming(day)
	}
	if g.JSON {
		return printJSON(policyListing{p.Digest(), day, rowsAsJSON(lines), comingAsJSON(coming)})
	}
	w := policyWordsOf(c.Lang)
	w.list(os.Stdout, p, day, lines, coming)
	return nil
}

// policyListing is the list as JSON.
type policyListing struct {
	Policy credit.Digest `json:"policy"`
	On     credit.Date   `json:"on"`
	Rows   []policyRow   `json:"rows"`
	Coming []comingRow   `json:"coming"`
}

// policyRow is a row as JSON: its table, and its cells that are not empty.
type policyRow struct {
	Table string            `json:"table"`
	Cells map[string]string `json:"cells"`
}

// comingRow is a row that is published and not yet in force.
type comingRow struct {
	ID       string      `json:"id"`
	From     credit.Date `json:"in_force_from"`
	Citation string      `json:"citation"`
}

func rowsAsJSON(lines []policy.Line) []policyRow {
	rows := []policyRow{}
	for i := range lines {
		cells := map[string]string{}
		for j, column := range lines[i].Columns {
			if lines[i].Cells[j] != "" {
				cells[column] = lines[i].Cells[j]
			}
		}
		rows = append(rows, policyRow{strings.TrimSuffix(lines[i].Table, ".csv"), cells})
	}
	return rows
}

func comingAsJSON(rows []credit.Row) []comingRow {
	out := []comingRow{}
	for _, r := range rows {
		out = append(out, comingRow{r.ID, r.From, r.Citation})
	}
	return out
}

type policyExplainCmd struct {
	Row    string `arg:"" help:"Id of a row: O36-GEN."`
	Policy string `placeholder:"P" help:"Directory, file or digest; the built-in policy unless given."`
	Lang   string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *policyExplainCmd) Help() string {
	return `Shows every version of a row with what each of its columns says, the class rows that send records to it, and the cases of
law that ask about it.

  hengxin policy explain O36-GEN
  hengxin policy explain LIST-OPEN --lang en`
}

// Run explains.
func (c *policyExplainCmd) Run(ctx context.Context, g *cli) error {
	p, err := openPolicy(ctx, g, c.Policy)
	if err != nil {
		return err
	}
	lines, err := policy.Lines(p)
	if err != nil {
		return err
	}
	versions := slices.DeleteFunc(slices.Clone(lines), func(l policy.Line) bool { return l.ID() != c.Row })
	if len(versions) == 0 {
		return fmt.Errorf("policy explain: no row %s: hengxin policy list names them", c.Row)
	}
	classes := slices.DeleteFunc(slices.Clone(lines), func(l policy.Line) bool { return l.Cell("rule") != c.Row })
	asked := []string{}
	for _, k := range cases.All() {
		answers, err := k.Run(p)
		if err != nil {
			continue // a case about a row that this policy does not have
		}
		if strings.Contains(strings.Join(answers, "\n"), "; "+c.Row+" (") {
			asked = append(asked, strings.TrimSuffix(k.File, ".txt")+": "+k.Name)
		}
	}
	if g.JSON {
		return printJSON(struct {
			Versions []policyRow `json:"versions"`
			Classes  []policyRow `json:"classes"`
			Cases    []string    `json:"cases"`
		}{rowsAsJSON(versions), rowsAsJSON(classes), asked})
	}
	policyWordsOf(c.Lang).explain(os.Stdout, versions, classes, asked)
	return nil
}
