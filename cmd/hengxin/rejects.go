package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/datasets"
	"hengxin/models"
	"hengxin/models/card"
)

// rejectsCmd fits a card under several assumptions about applicants that were rejected.
type rejectsCmd struct {
	Rejects string  `arg:"" type:"existingfile" placeholder:"FILE" help:"Table of rejected applicants, with the columns of the accepted ones and no outcome."`
	Recipe  string  `required:"" type:"existingfile" placeholder:"FILE" help:"Recipe of the card of the accepted applicants (recipe.json of hengxin fit)."`
	Data    string  `placeholder:"FILE" help:"Where the accepted applicants' table is now; the recipe says it otherwise."`
	Factor  float64 `default:"1.5" help:"Odds of bad of a rejected applicant over those of an accepted one of the same points; 1 or above."`
	Bands   int     `default:"10" help:"Bands of points for parcelling and reweighting."`
	Out     string  `placeholder:"DIR" help:"Directory for the artifact of each assumption; none are written unless given."`
}

// Help shows an example.
func (c *rejectsCmd) Help() string {
	return `No data can tell how rejected applicants would have fared: the cases of none, fuzzy, cutoff, parcelling and
reweighting form a band, and its width is the answer.

  hengxin rejects rejected.csv --recipe card/recipe.json --factor 2 --out cases`
}

// Run fits and prints the cases.
func (c *rejectsCmd) Run(ctx context.Context, g *cli) error {
	plan, err := (&fitCmd{Recipe: c.Recipe, Data: c.Data}).readPlan()
	if err != nil {
		return err
	}
	if plan.Kind != card.Kind {
		return fmt.Errorf("rejects: recipe %s is of kind %q; reject inference is of a card: %w", c.Recipe, plan.Kind, models.ErrInvalid)
	}
	t, err := plan.load(ctx, os.Stderr)
	if err != nil {
		return err
	}
	rejected, err := rejectedFrame(c.Rejects, plan, t)
	if err != nil {
		return fmt.Errorf("rejected applicants %s: %w", c.Rejects, err)
	}
	cases, err := card.Rejects(t.train(), rejected, t.rules, card.RejectRules{Factor: c.Factor, Bands: c.Bands}, t.meta)
	if err != nil {
		return err
	}
	if c.Out != "" {
		if err := writeCases(c.Out, cases); err != nil {
			return err
		}
	}
	if g.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"accepted_rows": t.train().Rows(), "rejected_rows": rejected.Rows(), "factor": c.Factor, "cases": cases})
	}
	fmt.Printf("%d accepted and %d rejected applicants, odds of rejected ones times %v\n", t.train().Rows(), rejected.Rows(), c.Factor)
	fmt.Printf("%-12s %9s %9s %9s\n", "assumption", "accepted", "rejected", "assumed")
	for _, k := range cases {
		fmt.Printf("%-12s %9.4f %9.4f %9.4f\n", k.Method, k.Accepted, k.Rejected, k.Assumed)
	}
	if n := cases[0].Uncover; n > 0 {
		fmt.Printf("%d rejected applicants are in bands of points without an accepted one: what is said of them is extrapolation\n", n)
	}
	return nil
}

// rejectedFrame reads the rejected applicants with the columns of the fit.
func rejectedFrame(path string, plan *fitPlan, t *fitTable) (*models.Frame, error) {
	table, err := datasets.OpenTable(path, datasets.TableOptions{Missing: plan.Missing})
	if err != nil {
		return nil, err
	}
	f := &models.Frame{}
	for i := range t.train().Columns {
		col, err := alike(&t.train().Columns[i], table)
		if err != nil {
			return nil, err
		}
		f.Columns = append(f.Columns, col)
	}
	return f, f.Check()
}

// writeCases writes an artifact for each case.
func writeCases(dir string, cases []card.RejectCase) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, k := range cases {
		b, err := k.Fitted.Artifact.Bytes()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, k.Method+".json"), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
