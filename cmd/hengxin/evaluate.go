package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/datasets"
	"hengxin/models"
	"hengxin/models/eval"
)

// evaluateCmd measures an artifact on rows whose outcome is known.
type evaluateCmd struct {
	Artifact  string   `arg:"" type:"existingfile" help:"Artifact that hengxin fit wrote."`
	Data      string   `arg:"" help:"CSV, Parquet, or the directory of a labelled dataset."`
	Target    string   `placeholder:"COLUMN" help:"Column of the outcome; the one of the fit unless given."`
	Positive  string   `placeholder:"VALUE" help:"Value that means the bad outcome; the one of the fit unless given."`
	Weight    string   `placeholder:"COLUMN" help:"Column of row weights."`
	Missing   []string `placeholder:"TEXT,..." help:"Texts besides the empty one that mean missing."`
	SkipBlank bool     `name:"skip-blank-target" help:"Leave out rows whose target is blank."`
	Bootstrap int      `default:"200" help:"Bootstrap samples for intervals; 0 for none."`
	Out       string   `placeholder:"DIR" help:"Directory for evaluation.json and evaluation.html."`
}

// Help shows an example.
func (c *evaluateCmd) Help() string {
	return `AUC with DeLong's interval, KS, Gini, Brier score, log loss, calibration, and PSI against the rows of the fit.

  hengxin evaluate card/artifact.json next-year.csv --out check`
}

// evaluation is evaluation.json.
type evaluation struct {
	Artifact string         `json:"artifact"`
	Measures *eval.Measures `json:"measures"`
	Drift    []eval.Drift   `json:"drift"`
	Novel    int            `json:"rows_with_remarks"`
}

// Run measures and writes.
func (c *evaluateCmd) Run(ctx context.Context, g *cli) error {
	a, model, digest, err := openModel(c.Artifact)
	if err != nil {
		return err
	}
	f, err := c.frame(ctx, a)
	if err != nil {
		return err
	}
	t := &fitTable{sides: [2]*models.Frame{f, f}}
	j := &judged{table: t, fitted: &fittedModel{artifact: a, model: model}, digest: digest}
	s, m, err := j.side(f, c.Bootstrap)
	if err != nil {
		return err
	}
	j.samples[1] = s
	drift, err := j.drift()
	if err != nil {
		return err
	}
	e := evaluation{Artifact: digest, Measures: m, Drift: drift, Novel: s.novel()}
	if c.Out != "" {
		page := eval.Page{Digest: digest, Artifact: a, Card: cardOf(model), Drift: drift,
			Samples: []eval.PageSample{{Name: models.Text{En: "evaluated", Zh: "评估"}, Measures: m, Points: s.points, Target: f.Target}}}
		if err := e.write(c.Out, &page); err != nil {
			return err
		}
	}
	if g.JSON {
		enc := json.NewEncoder(os.Stdout)
		enc.SetIndent("", "  ")
		return enc.Encode(&e)
	}
	fmt.Printf("AUC %.4f (%.4f to %.4f), KS %.4f, Gini %.4f, Brier %.4f, log loss %.4f on %d rows, %d bad; expected %.4f, observed %.4f\n",
		m.AUC.Value, m.AUC.Low, m.AUC.High, m.KS.Value, m.Gini.Value, m.Brier.Value, m.LogLoss.Value, m.Rows, m.Events, m.Expected, m.Observed)
	for _, d := range drift {
		fmt.Printf("psi %-32s %.4f\n", d.Name, d.PSI)
	}
	return nil
}

func (e *evaluation) write(dir string, page *eval.Page) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	b, err := json.MarshalIndent(e, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "evaluation.json"), append(b, '\n'), 0o644); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "evaluation.html"), page.WriteHTML)
}

// frame reads the columns of the model with the outcome.
func (c *evaluateCmd) frame(ctx context.Context, a *models.Artifact) (*models.Frame, error) {
	info, err := os.Stat(c.Data)
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		d, err := datasets.LoadFrame(ctx, c.Data)
		if err == nil && d.Frame.Target == nil {
			err = fmt.Errorf("dataset %s: it was built without labels: %w", c.Data, models.ErrInvalid)
		}
		if err != nil {
			return nil, err
		}
		return &d.Frame, nil
	}
	table, err := datasets.OpenTable(c.Data, datasets.TableOptions{Missing: c.Missing})
	if err != nil {
		return nil, err
	}
	p := &fitPlan{Target: cmpOr(c.Target, a.Outcome.Name), Positive: cmpOr(c.Positive, a.Outcome.Positive), Weight: c.Weight, SkipBlank: c.SkipBlank}
	like := &models.Frame{}
	for i := range a.Columns {
		like.Columns = append(like.Columns, models.Column{Name: a.Columns[i].Name, Type: a.Columns[i].Type})
	}
	f, err := p.testFrame(&fitTable{sides: [2]*models.Frame{like, nil}}, table)
	if err != nil {
		return nil, fmt.Errorf("table %s: %w", c.Data, err)
	}
	return f, nil
}
