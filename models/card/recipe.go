package card

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hengxin/models"
	"hengxin/models/bin"
)

// Recipe holds every choice of a fit. It is kept in the artifact.
type Recipe struct {
	Bins        bin.Rules              `json:"bins"`
	Columns     map[string]ColumnRules `json:"columns"`      // what is declared of single columns
	Folds       int                    `json:"folds"`        // of the cross-fitting of WoE; 0 = none
	Ridge       float64                `json:"ridge"`        // pull of the WoE's coefficients towards the one that they would share
	MinIV       float64                `json:"min_iv"`       // columns under it are left out
	MinEvidence float64                `json:"min_evidence"` // log likelihood that a column must add alone in rows that its bins were not made from
	MaxAlike    float64                `json:"max_alike"`    // of two columns whose WoE correlate more, the one with the lower IV is left out
	LeakAUC     float64                `json:"leak_auc"`     // a single column above it is called out
	Scale       models.Scale           `json:"scale"`
	Grades      []models.GradeRule     `json:"grades"` // best first

	Tests    bool      `json:"tests,omitempty"`    // likelihood-ratio tests too: a regression for each column
	Stepwise *Stepwise `json:"stepwise,omitempty"` // forward-backward selection among the admitted columns
	Prior    float64   `json:"prior,omitempty"`    // share of bad in the population, where the sample holds more of them (G. King, L. Zeng, Political Analysis 9 (2001) 137); 0: that of the sample
	Period   string    `json:"period,omitempty"`   // column whose values are periods: the order of event rates of neighbouring bins must hold in each; no predictor
}

// ColumnRules are declared of one column.
type ColumnRules struct {
	Trend     bin.Trend   `json:"trend,omitempty"`
	Special   []float64   `json:"special,omitempty"`
	Direction int         `json:"direction,omitempty"` // 1: a higher value is riskier, -1: safer; the same as a trend
	Reason    string      `json:"reason,omitempty"`    // id of its reason
	Text      models.Text `json:"text,omitzero"`       // what the reason says
	Edit      *Edit       `json:"edit,omitempty"`      // bins set by hand
}

// Edit is an entry of the ledger of bins set by hand: the bins of the column are exactly these. Who did it, when and why is
// kept in the recipe and among the remarks of the artifact and its report.
type Edit struct {
	bin.Cut
	Reason string `json:"reason"`
	By     string `json:"by"`
	Day    string `json:"day"` // 2024-01-31
}

// Check returns [models.ErrInvalid] unless the edit says why, by whom and when it was made.
func (e *Edit) Check() error {
	_, err := time.Parse(time.DateOnly, e.Day)
	switch {
	case strings.TrimSpace(e.Reason) == "":
		return fmt.Errorf("bins set by hand without a reason; say why they are what they are: %w", models.ErrInvalid)
	case strings.TrimSpace(e.By) == "":
		return fmt.Errorf("bins set by hand by nobody; say by whom: %w", models.ErrInvalid)
	case err != nil:
		return fmt.Errorf("bins set by hand on day %q; write it as 2024-01-31: %w", e.Day, models.ErrInvalid)
	}
	return nil
}

// remark is the entry as reports show it.
func (e *Edit) remark() string {
	return fmt.Sprintf("bins set by hand: %s (%s, %s)", strings.TrimSpace(e.Reason), strings.TrimSpace(e.By), e.Day)
}

// DefaultRecipe suits any table; see DefaultRules.
func DefaultRecipe() Recipe {
	return Recipe{Bins: bin.DefaultRules(), Columns: map[string]ColumnRules{}, Folds: 5, Ridge: 50, MinIV: 0.002, MinEvidence: 0, MaxAlike: 0.98,
		LeakAUC: 0.95, Scale: models.DefaultScale(), Grades: models.DefaultGrades()}
}

// plan turns the rules of a column into those of its binning.
func (c ColumnRules) plan() (bin.Plan, error) {
	p := bin.Plan{Trend: c.Trend, Special: slices.Clone(c.Special)}
	if c.Edit != nil {
		if err := c.Edit.Check(); err != nil {
			return p, err
		}
		p.Cut = &c.Edit.Cut
	}
	byDirection := map[int]bin.Trend{1: bin.Ascending, -1: bin.Descending}
	if c.Direction == 0 {
		return p, nil
	}
	want, ok := byDirection[c.Direction]
	if !ok || p.Trend != "" && p.Trend != want && p.Trend != bin.Auto && p.Trend != bin.Monotone {
		return p, fmt.Errorf("direction %d with trend %q: %w", c.Direction, p.Trend, models.ErrInvalid)
	}
	p.Trend = want
	return p, nil
}

// Check returns [models.ErrInvalid] unless the recipe can be followed.
func (r Recipe) Check() error {
	if err := r.Bins.Check(); err != nil {
		return err
	}
	for _, c := range []struct {
		name       string
		v, low, up float64
	}{
		{"folds", float64(r.Folds), 0, 100}, {"ridge", r.Ridge, 0, 1e9}, {"min_iv", r.MinIV, 0, 100}, {"min_evidence", r.MinEvidence, 0, 1e9},
		{"max_alike", r.MaxAlike, 0, 1}, {"leak_auc", r.LeakAUC, 0.5, 1}, {"prior", r.Prior, 0, 0.9999},
	} {
		if !(c.v >= c.low && c.v <= c.up) {
			return fmt.Errorf("recipe: %s = %v: want %v to %v: %w", c.name, c.v, c.low, c.up, models.ErrInvalid)
		}
	}
	if err := r.Stepwise.check(); err != nil {
		return err
	}
	if err := models.CheckGrades(r.Grades); err != nil {
		return err
	}
	return r.Scale.Check()
}
