package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"
)

type policyCheckCmd struct {
	Files string `arg:"" help:"Directory of policy files, one CSV file (held with the built-in rest), or a file of canonical bytes."`
}

// Help shows an example.
func (c *policyCheckCmd) Help() string {
	return `Reads policy files as the service does. Files with a gap, an overlap, a missing citation or a value that cannot be are
refused, and every row at fault is named; exit code 1. Files that are a policy are held against the built-in cases of law:
those that come out otherwise are listed, since a changed rule is meant to change answers.

  hengxin policy check law/
  hengxin policy check law/rules.csv`
}

// changedCase is a case that a checked policy answers otherwise.
type changedCase struct {
	Case   string   `json:"case"`
	Before []string `json:"before"`
	After  []string `json:"after"`
	Error  string   `json:"error,omitempty"`
}

// Run checks.
func (c *policyCheckCmd) Run(ctx context.Context, g *cli) error {
	p, err := openPolicy(ctx, g, c.Files)
	if err != nil {
		return fmt.Errorf("policy check %s: refused:\n%w", c.Files, err)
	}
	lines, err := policy.Lines(p)
	if err != nil {
		return err
	}
	changed := []changedCase{}
	for _, k := range cases.All() {
		have, err := k.Run(p)
		x := changedCase{Case: k.File + ": " + k.Name, Before: k.Expect, After: have}
		if err != nil {
			x.Error = err.Error()
		}
		if err != nil || !slices.Equal(have, k.Expect) {
			changed = append(changed, x)
		}
	}
	if g.JSON {
		return printJSON(struct {
			Policy any           `json:"policy"`
			Rows   int           `json:"rows"`
			Cases  int           `json:"cases"`
			Other  []changedCase `json:"answered_otherwise"`
		}{p.Digest(), len(lines), len(cases.All()), changed})
	}
	fmt.Printf("policy %s: %d rows, accepted\n%d of %d cases of law are answered otherwise than under the built-in policy\n", p.Digest(), len(lines),
		len(changed), len(cases.All()))
	for _, x := range changed {
		fmt.Println("  " + x.Case)
		for i, line := range x.After {
			if i >= len(x.Before) || x.Before[i] != line {
				fmt.Println("    now" + line)
			}
		}
		if x.Error != "" {
			fmt.Println("    now not understood: " + x.Error)
		}
	}
	return nil
}

type policyCoverageCmd struct {
	Policy string `arg:"" optional:"" help:"Directory, file or digest; the built-in policy unless given."`
	Check  bool   `help:"Fail where a row lacks a case that is wanted, or where --page differs from the file."`
	Page   string `placeholder:"FILE" help:"Write the table as a page to this file (with --check: compare)."`
}

// Help shows an example.
func (c *policyCoverageCmd) Help() string {
	return `Runs the cases of law and says of every row which case asks about it while it is in force, before, on its first day, on its
last and after.

  hengxin policy coverage --check
  hengxin policy coverage --page credit/policy/CASES.md --check`
}

// Run runs the cases, and prints, writes or compares.
func (c *policyCoverageCmd) Run(ctx context.Context, g *cli) error {
	p, err := openPolicy(ctx, g, c.Policy)
	if err != nil {
		return err
	}
	rows, err := cases.Coverage(p, cases.All())
	if err != nil {
		return err
	}
	missing := []string{}
	for i := range rows {
		for _, cell := range rows[i].Missing() {
			missing = append(missing, fmt.Sprintf("%s row %s from %s: no case for %s", rows[i].Row.Table, rows[i].Row.ID, rows[i].Row.From, cell))
		}
	}
	page := cases.Page(p, rows, len(cases.All()))
	if err := c.page(page); err != nil {
		return err
	}
	if g.JSON {
		err = printJSON(struct {
			Cases   int      `json:"cases"`
			Rows    int      `json:"rows"`
			Missing []string `json:"missing"`
		}{len(cases.All()), len(rows), missing})
	} else {
		fmt.Printf("%d cases, %d rows, %d cells without a case\n", len(cases.All()), len(rows), len(missing))
		for _, m := range missing {
			fmt.Println("  " + m)
		}
	}
	if err == nil && c.Check && len(missing) > 0 {
		return fmt.Errorf("policy coverage: %d cells without a case: add cases to credit/policy/cases/text", len(missing))
	}
	return err
}

// page writes the page, or compares it.
func (c *policyCoverageCmd) page(page string) error {
	switch {
	case c.Page == "":
		return nil
	case !c.Check:
		return os.WriteFile(c.Page, []byte(page), 0o666)
	}
	have, err := os.ReadFile(c.Page)
	if err != nil {
		return err
	}
	if string(have) != page {
		return fmt.Errorf("policy coverage: %s is not what the cases give: write it anew with --page %s", c.Page, c.Page)
	}
	return nil
}
