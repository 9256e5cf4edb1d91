package forest

import (
	"errors"
	"fmt"

	"hengxin/models"
)

// Kind is the kind of artifacts that hold a forest.
const Kind = "forest"

// ErrNeedsCompiler says that this program was built without a C compiler.
var ErrNeedsCompiler = errors.New("kind forest needs a program built with a C compiler, since the library golearn does: install gcc and g++ and build with CGO_ENABLED=1; kind trees needs none")

// Recipe holds every choice of a fit. It is kept in the artifact.
type Recipe struct {
	Trees     int                    `json:"trees"`
	Features  int                    `json:"features"`   // columns drawn at a node; 0: the square root of their number, rounded up
	Cells     int                    `json:"cells"`      // most cells of a number beside missing and special codes
	LevelRows int                    `json:"level_rows"` // levels with fewer rows are taken as missing
	MinRows   int                    `json:"min_rows"`   // fewest drawn rows of a leaf
	Smooth    float64                `json:"smooth"`     // rows of the rate of all rows that each leaf is given
	MaxRows   int                    `json:"max_rows"`   // of a larger table so many rows are used
	TreeRows  int                    `json:"tree_rows"`  // most rows that a tree draws
	Seed      uint64                 `json:"seed"`
	Columns   map[string]ColumnRules `json:"columns"`
	Scale     models.Scale           `json:"scale"`
	Grades    []models.GradeRule     `json:"grades"` // best first
}

// ColumnRules are declared of one column.
type ColumnRules struct {
	Special   []float64   `json:"special,omitempty"`
	Direction int         `json:"direction,omitempty"` // not held: the artifact says so
	Reason    string      `json:"reason,omitempty"`
	Text      models.Text `json:"text,omitzero"`
}

// DefaultRecipe suits tables of some thousand rows and more.
func DefaultRecipe() Recipe {
	return Recipe{Trees: 60, Cells: 64, LevelRows: 10, MinRows: 10, Smooth: 2, MaxRows: 30_000, TreeRows: 10_000, Seed: 1,
		Columns: map[string]ColumnRules{}, Scale: models.DefaultScale(), Grades: models.DefaultGrades()}
}

// Check returns [models.ErrInvalid], naming the setting, unless the recipe can be followed.
func (r Recipe) Check() error {
	for _, c := range []struct {
		name       string
		v, low, up float64
	}{
		{"trees", float64(r.Trees), 1, maxTrees}, {"features", float64(r.Features), 0, models.MaxColumns}, {"cells", float64(r.Cells), 2, 1000},
		{"level_rows", float64(r.LevelRows), 0, 1e9}, {"min_rows", float64(r.MinRows), 1, 1e9}, {"smooth", r.Smooth, 0.01, 1e9},
		{"max_rows", float64(r.MaxRows), 2, 200_000}, {"tree_rows", float64(r.TreeRows), 2, 200_000}, {"seed", float64(r.Seed), 0, 1 << 53},
	} {
		if !(c.v >= c.low && c.v <= c.up) {
			return fmt.Errorf("recipe: %s = %v: want %v to %v: %w", c.name, c.v, c.low, c.up, models.ErrInvalid)
		}
	}
	if err := models.CheckGrades(r.Grades); err != nil {
		return err
	}
	return r.Scale.Check()
}
