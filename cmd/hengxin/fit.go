package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/card"
	"hengxin/models/eval"
	"hengxin/models/forest"
	"hengxin/models/trees"
)

// fitCmd fits a model to a flat table or a dataset.
type fitCmd struct {
	Data       string   `arg:"" optional:"" placeholder:"FILE" help:"CSV (gzip too), Parquet, or the directory of a dataset."`
	Out        string   `required:"" placeholder:"DIR" help:"Directory for artifact, report, predictions and recipe."`
	Recipe     string   `type:"existingfile" placeholder:"FILE" help:"All choices from this recipe of an earlier fit; other flags may not be given, FILE says where the data is now."`
	Target     string   `placeholder:"COLUMN" help:"Column of the outcome; a dataset has its own."`
	Positive   string   `placeholder:"VALUE" help:"Value of the target that means the bad outcome; 1 where the target is 0 and 1."`
	Kind       []string `placeholder:"KIND,..." default:"card" help:"Kinds of model: card, additive, trees, forest. With several each has a directory of its own under DIR."`
	Drop       []string `placeholder:"COLUMN,..." help:"Columns to leave out: ids, and what is known only after the decision."`
	Weight     string   `placeholder:"COLUMN" help:"Column of row weights."`
	Special    []string `sep:"none" placeholder:"COLUMN=CODE,..." help:"Codes that are no quantities, each its own bin; * stands for every number column. May be repeated."`
	Category   []string `placeholder:"COLUMN,..." help:"Columns to take as categories though they look like numbers."`
	Number     []string `placeholder:"COLUMN,..." help:"Columns to take as numbers; texts in them become missing."`
	Missing    []string `placeholder:"TEXT,..." help:"Texts besides the empty one that mean missing."`
	SkipBlank  bool     `name:"skip-blank-target" help:"Leave out rows whose target is blank instead of refusing them."`
	Key        string   `placeholder:"COLUMN" help:"Column that names each row, for hash:SALT; not a predictor."`
	Date       string   `placeholder:"COLUMN" help:"Column with the day of each row (2024-01-31), for splits by time; not a predictor."`
	Test       string   `placeholder:"SPLIT" help:"Rows to test on: rowhash:30, hash:SALT (of the key), time:DAY, time:DAY..DAY, time:DAY/12m (test after a gap: the label's horizon)."`
	Mask       string   `type:"existingfile" placeholder:"FILE" help:"Of a dataset: leave the rows that this mask names out of training (hengxin dataset mask)."`
	TestFile   string   `type:"existingfile" placeholder:"FILE" help:"Table to test on instead."`
	TrainUntil string   `placeholder:"DAY" help:"Last day of the rows to train on; later ones are tested on (with --date)."`
	TestUntil  string   `placeholder:"DAY" help:"Last day of the rows to test on."`
	Direction  string   `enum:"catalogue,none" default:"catalogue" help:"Of a dataset: hold indicators to the directions of the catalogue, or to none."`
	Rules      string   `type:"existingfile" placeholder:"FILE" help:"JSON with settings of the kind (of a card: bins, ridge, scale, grades, columns; of trees and additive: rate, leaves, ...) to use instead of the defaults."`
	Edits      string   `type:"existingfile" placeholder:"FILE" help:"YAML with bins of the card set by hand: a list of column, edges or groups of levels, reason, by, day; kept in the recipe."`
	Bootstrap  int      `default:"200" help:"Bootstrap samples for intervals; 0 for none."`
	Name       string   `placeholder:"TEXT" help:"What the outcome is called in reports; the target column unless given."`
}

// Help shows examples.
func (c *fitCmd) Help() string {
	return `Types of columns are inferred and printed; DIR gets artifact.json, report.html, report.json, predictions.csv, recipe.json.

  hengxin fit loans.csv.gz --target default --drop id --test rowhash:30 --out card
  hengxin fit loans.csv --target status --positive CHGOFF --date approved --train-until 2003-12-31 --weight w --out card
  hengxin fit loans.csv --target default --drop id --kind trees --test rowhash:30 --out trees
  hengxin fit loans.csv --target default --drop id --kind card,additive,trees --test rowhash:30 --out kinds   # side by side
  hengxin fit dataset-dir --test hash: --out card
  hengxin fit --recipe card/recipe.json --out again        # the same artifact digest`
}

// Run reads, fits, measures and writes.
func (c *fitCmd) Run(ctx context.Context, g *cli) error {
	for _, kind := range c.Kind {
		if modelKinds[kind] == nil {
			return fmt.Errorf("fit: --kind %q: want card, additive, trees or forest, or several joined by commas", kind)
		}
		if kind == forest.Kind && !forest.Built {
			return fmt.Errorf("fit: %w", forest.ErrNeedsCompiler)
		}
	}
	plan, err := c.plan()
	if err != nil {
		return err
	}
	t, err := plan.load(ctx, os.Stderr)
	if err != nil {
		return err
	}
	if c.Recipe != "" || len(c.Kind) == 1 {
		out, err := c.one(plan, t, c.Out)
		if err != nil {
			return err
		}
		return out.print(g.JSON, c.Out)
	}
	return c.several(g, plan, t)
}

// one fits and measures one kind and writes its files into dir.
func (c *fitCmd) one(plan *fitPlan, t *fitTable, dir string) (*judged, error) {
	began := time.Now()
	fitted, err := plan.fit(t)
	if err != nil {
		return nil, err
	}
	fitSeconds := time.Since(began).Seconds()
	for i := range fitted.candidates {
		if k := &fitted.candidates[i]; k.Remark != "" {
			fmt.Fprintf(os.Stderr, "warning: column %q: %s\n", k.Variable.Name, k.Remark)
		}
	}
	out, err := judge(t, fitted, c.Bootstrap)
	if err != nil {
		return nil, err
	}
	out.result.FitSeconds, out.page.FitSeconds = fitSeconds, fitSeconds
	if err := out.fillPage(); err != nil {
		return nil, err
	}
	return out, out.write(dir, plan)
}

// several fits each kind on the same rows, into a directory of its own, and reports them side by side.
func (c *fitCmd) several(g *cli, plan *fitPlan, t *fitTable) error {
	all := fitReport{Types: t.types, Notes: t.notes}
	var fits []*judged
	for i, kind := range c.Kind {
		p := plan
		if i > 0 {
			p = plan.of(kind)
		}
		var err error
		if t.meta.Provenance.Recipe, err = p.kept(); err != nil {
			return err
		}
		dir := filepath.Join(c.Out, kind)
		out, err := c.one(p, t, dir)
		if err != nil {
			return fmt.Errorf("kind %s: %w", kind, err)
		}
		all.Kinds, fits = append(all.Kinds, out.result), append(fits, out)
		if !g.JSON {
			if err := out.print(false, dir); err != nil {
				return err
			}
		}
	}
	report, err := json.MarshalIndent(&all, "", "  ")
	if err != nil {
		return err
	}
	if g.JSON {
		fmt.Println(string(report))
	}
	if err := writeSeveral(c.Out, fits); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.Out, "report.json"), append(report, '\n'), 0o644)
}

// fitResult is what the documented JSON says of one kind of model.
type fitResult struct {
	Kind           string  `json:"kind"`
	Artifact       string  `json:"artifact"` // digest
	AUC            float64 `json:"auc"`
	AUCLow         float64 `json:"auc_low"`
	AUCHigh        float64 `json:"auc_high"`
	KS             float64 `json:"ks"`
	Gini           float64 `json:"gini"`
	Brier          float64 `json:"brier"`
	LogLoss        float64 `json:"log_loss"`
	Sample         string  `json:"sample"` // what the measures above are of: test, or train where there is no test
	TrainAUC       float64 `json:"train_auc"`
	TrainRows      int     `json:"train_rows"`
	TestRows       int     `json:"test_rows"`
	FitSeconds     float64 `json:"fit_seconds"`
	PredictSeconds float64 `json:"predict_seconds"`
	Columns        int     `json:"columns"`
}

// fitReport is report.json, and what --json prints.
type fitReport struct {
	Kinds      []fitResult      `json:"kinds"`
	Types      []typed          `json:"types"`
	Notes      []string         `json:"notes"`
	Remarks    []string         `json:"remarks"`
	Candidates []card.Candidate `json:"candidates"`
	Uses       []trees.Use      `json:"uses,omitempty"`    // of trees: what each column does in them
	Weights    []additive.Use   `json:"weights,omitempty"` // of an additive model: what each column adds
	Train      *eval.Measures   `json:"train"`
	Test       *eval.Measures   `json:"test"` // null without test rows
	Drift      []eval.Drift     `json:"drift"`
}

// judged is a finished fit with its measures.
type judged struct {
	table   *fitTable
	fitted  *fittedModel
	digest  string
	result  fitResult
	report  fitReport
	page    eval.Page
	samples [2]*scored // train, test
}

// judge scores both sides and measures them.
func judge(t *fitTable, f *fittedModel, bootstrap int) (*judged, error) {
	digest, err := f.artifact.Digest()
	if err != nil {
		return nil, err
	}
	j := &judged{table: t, fitted: f, digest: digest}
	j.report = fitReport{Types: t.types, Notes: t.notes, Remarks: f.artifact.Provenance.Remarks, Candidates: f.candidates, Uses: f.uses, Weights: f.weights}
	j.page = eval.Page{Digest: digest, Artifact: f.artifact, Card: f.card, Candidates: f.candidates, Notes: t.notes}
	j.result = fitResult{Kind: f.artifact.Kind, Artifact: digest, Columns: len(f.artifact.Columns), Sample: "train"}
	if j.samples[0], j.report.Train, err = j.side(t.train(), bootstrap); err != nil {
		return nil, fmt.Errorf("measure the rows of the fit: %w", err)
	}
	names := []models.Text{{En: "train", Zh: "训练"}, {En: "test", Zh: "测试"}}
	best := j.report.Train
	if test := t.test(); test.Rows() > 0 {
		if j.samples[1], j.report.Test, err = j.side(test, bootstrap); err != nil {
			return nil, fmt.Errorf("measure the test rows: %w", err)
		}
		j.result.PredictSeconds, j.result.Sample = j.samples[1].took.Seconds(), "test"
		best = j.report.Test
		j.page.Samples = append(j.page.Samples, eval.PageSample{Name: names[1], Measures: best, Points: j.samples[1].points, Target: test.Target})
		if j.report.Drift, err = j.drift(); err != nil {
			return nil, err
		}
		j.page.Drift = j.report.Drift
	}
	j.page.Samples = append(j.page.Samples, eval.PageSample{Name: names[0], Measures: j.report.Train, Points: j.samples[0].points, Target: t.train().Target})
	r := &j.result
	r.AUC, r.AUCLow, r.AUCHigh, r.KS, r.Gini = best.AUC.Value, best.AUC.Low, best.AUC.High, best.KS.Value, best.Gini.Value
	r.Brier, r.LogLoss = best.Brier.Value, best.LogLoss.Value
	r.TrainAUC, r.TrainRows, r.TestRows = j.report.Train.AUC.Value, j.report.Train.Rows, t.test().Rows()
	return j, nil
}

func (j *judged) side(f *models.Frame, bootstrap int) (*scored, *eval.Measures, error) {
	s, err := scoreFrame(j.fitted.artifact, j.fitted.model, f)
	if err != nil {
		return nil, nil, err
	}
	m, err := eval.Measure(&eval.Sample{Target: f.Target, Probability: s.probability, Weights: f.Weights}, bootstrap)
	return s, m, err
}

// drift compares the test rows with the reference of the artifact.
func (j *judged) drift() (out []eval.Drift, err error) {
	a, test := j.fitted.artifact, j.samples[1]
	add := func(ref *models.Histogram, values []float64, category bool) {
		if err != nil {
			return
		}
		var d eval.Drift
		d, err = eval.Shift(ref, eval.Count(ref, values, j.table.test().Weights, category))
		out = append(out, d)
	}
	add(&a.Reference.Points, test.points, false)
	for i := range a.Columns {
		add(&a.Reference.Columns[i], test.bound[i], a.Columns[i].Type == models.Category)
	}
	return out, err
}

// write puts the files of a fit into dir.
func (j *judged) write(dir string, plan *fitPlan) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	artifact, err := j.fitted.artifact.Bytes()
	if err != nil {
		return err
	}
	recipe, err := json.MarshalIndent(plan, "", "  ")
	if err != nil {
		return err
	}
	j.report.Kinds = []fitResult{j.result}
	report, err := json.MarshalIndent(&j.report, "", "  ")
	if err != nil {
		return err
	}
	for name, b := range map[string][]byte{"artifact.json": artifact, "recipe.json": append(recipe, '\n'), "report.json": append(report, '\n')} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	if err := writeFile(filepath.Join(dir, "report.html"), j.page.WriteHTML); err != nil {
		return err
	}
	if j.fitted.card != nil {
		if err := writeFile(filepath.Join(dir, "card.xlsx"), j.page.WriteWorkbook); err != nil {
			return err
		}
	}
	return writeFile(filepath.Join(dir, "predictions.csv"), j.predictions)
}

// print tells the user.
func (j *judged) print(asJSON bool, dir string) error {
	if asJSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(&j.report)
	}
	r := &j.result
	fmt.Printf("%s of %d columns, fitted on %d rows in %.2f s\n", r.Kind, r.Columns, r.TrainRows, r.FitSeconds)
	fmt.Printf("%s: AUC %.4f (%.4f to %.4f), KS %.4f, Gini %.4f, Brier %.4f, log loss %.4f on %d rows; train AUC %.4f\n",
		r.Sample, r.AUC, r.AUCLow, r.AUCHigh, r.KS, r.Gini, r.Brier, r.LogLoss, max(r.TestRows, 0), r.TrainAUC)
	fmt.Printf("artifact %s\nreport %s\n", r.Artifact, filepath.Join(dir, "report.html"))
	return nil
}
