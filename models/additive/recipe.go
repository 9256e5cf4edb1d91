package additive

import (
	"fmt"
	"math"

	"hengxin/models"
)

// Recipe holds every choice of a fit. It is kept in the artifact.
type Recipe struct {
	Cells     int                    `json:"cells"`      // most cells of a number
	LevelRows int                    `json:"level_rows"` // fewest rows of a level of a category with a cell of its own
	Bags      int                    `json:"bags"`       // folds of rows, each left out once
	Rate      float64                `json:"rate"`       // of each step
	Rounds    int                    `json:"rounds"`     // most rounds
	Patience  int                    `json:"patience"`   // rounds without a lower loss before a bag stops
	Leaves    int                    `json:"leaves"`     // of a step, 2 or 3
	LeafRows  int                    `json:"leaf_rows"`  // fewest rows of a leaf
	Ridge     float64                `json:"ridge"`      // added to the sum of variances of a leaf, in rows of probability 1/2 times 1/4
	Pairs     int                    `json:"pairs"`      // of columns; -1: the best 100
	PairCells int                    `json:"pair_cells"` // most cells of a number in a pair
	LeakAUC   float64                `json:"leak_auc"`   // a single column above it is called out
	Columns   map[string]ColumnRules `json:"columns"`
	Scale     models.Scale           `json:"scale"`
}

// ColumnRules are declared of one column.
type ColumnRules struct {
	Special   []float64   `json:"special,omitempty"`
	Direction int         `json:"direction,omitempty"` // 1: the log odds never fall with the value, -1: they never rise
	Reason    string      `json:"reason,omitempty"`
	Text      models.Text `json:"text,omitzero"`
}

// DefaultRecipe suits any table; it was chosen by cross-validation on training rows of four public credit tables.
func DefaultRecipe() Recipe {
	return Recipe{Cells: 256, LevelRows: 10, Bags: 8, Rate: 0.08, Rounds: 2000, Patience: 30, Leaves: 3, LeafRows: 2, Ridge: 1, Pairs: -1, PairCells: 16,
		LeakAUC: 0.95, Columns: map[string]ColumnRules{}, Scale: models.DefaultScale()}
}

// Check returns [models.ErrInvalid] unless the recipe can be followed.
func (r Recipe) Check() error {
	for _, c := range []struct {
		name       string
		v, low, up float64
	}{
		{"cells", float64(r.Cells), 2, 1000}, {"level_rows", float64(r.LevelRows), 1, math.MaxInt32}, {"bags", float64(r.Bags), 2, 100},
		{"rate", r.Rate, 1e-4, 1}, {"rounds", float64(r.Rounds), 1, 1e6}, {"patience", float64(r.Patience), 1, 1e6}, {"leaves", float64(r.Leaves), 2, 3},
		{"leaf_rows", float64(r.LeafRows), 1, math.MaxInt32}, {"ridge", r.Ridge, 0, 1e9}, {"pairs", float64(r.Pairs), -1, 1000},
		{"pair_cells", float64(r.PairCells), 2, 64}, {"leak_auc", r.LeakAUC, 0.5, 1},
	} {
		if !(c.v >= c.low && c.v <= c.up) {
			return fmt.Errorf("recipe: %s = %v: want %v to %v: %w", c.name, c.v, c.low, c.up, models.ErrInvalid)
		}
	}
	for name, rules := range r.Columns {
		if rules.Direction < -1 || rules.Direction > 1 {
			return fmt.Errorf("recipe: column %q: direction %d: %w", name, rules.Direction, models.ErrInvalid)
		}
	}
	return r.Scale.Check()
}
