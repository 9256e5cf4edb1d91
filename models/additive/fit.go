package additive

import (
	"fmt"
	"math"
	"runtime"

	"hengxin/models"
	"hengxin/models/bin"
)

// Kind is the kind of artifacts that hold an additive model.
const Kind = "additive"

// Fitted is a finished fit.
type Fitted struct {
	Artifact *models.Artifact
	Model    *Model
	Columns  []Use  // every column of the frame, in its order
	Rounds   [2]int // that were kept, over columns and over pairs
}

// Use says what became of a column.
type Use struct {
	Name   string  `json:"name"`
	Weight float64 `json:"weight"` // mean size of what its steps add to the log odds
	Remark string  `json:"remark"`
}

// work is a fit under way; rows are in the order of the frame.
type work struct {
	recipe  Recipe
	frame   *models.Frame
	outcome *bin.Outcome
	threads int
	weight  []int64 // of rows, in units of about 2^-8 of the mean weight
	ridge   float64
	base    int32
	folds   []uint8
	vars    []*bin.Variable
	terms   []*term // of columns
	bags    []*bag
	rounds  [2]int // over columns, over pairs
}

// weightUnit is what a row of mean weight weighs.
const weightUnit = 256

// Fit fits an additive model. meta gives the artifact its outcome and provenance; Fit fills the rest.
//
// It returns [models.ErrInvalid], naming the column or the setting, where the frame or the recipe cannot be used.
func Fit(f *models.Frame, r Recipe, meta models.Artifact) (*Fitted, error) {
	w, err := newWork(f, r)
	if err != nil {
		return nil, err
	}
	models.Parallel(w.threads, len(w.bags), func(k int) {
		w.bags[k] = newBag(w, uint8(k))
		w.bags[k].add(w.terms)
	})
	w.rounds[0] = boost(w.bags, 0, w.threads)
	var pairs []*pair
	if r.Pairs != 0 {
		pairs = w.rank(w.outOfBag())
		added := make([]*term, len(pairs))
		for i, p := range pairs {
			added[i] = p.term
		}
		models.Parallel(w.threads, len(w.bags), func(k int) { w.bags[k].add(added) })
		if len(added) > 0 {
			w.rounds[1] = boost(w.bags, len(w.terms), w.threads)
		}
	}
	return w.finish(pairs, meta)
}

func newWork(f *models.Frame, r Recipe) (*work, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	for name := range r.Columns {
		if f.Column(name) == nil {
			return nil, fmt.Errorf("recipe: column %q is not in the table: %w", name, models.ErrInvalid)
		}
	}
	if err := f.Check(); err != nil {
		return nil, err
	}
	if f.Target == nil {
		return nil, fmt.Errorf("fit an additive model: the frame has no target: %w", models.ErrInvalid)
	}
	w := &work{recipe: r, frame: f, outcome: bin.NewOutcome(f), threads: runtime.GOMAXPROCS(0)}
	t := w.outcome.Total
	if good := t.Rows - t.Events; t.Events < int64(r.Bags) || good < int64(r.Bags) {
		return nil, fmt.Errorf("fit an additive model: %d bad and %d good rows: at least %d of each are needed, one for each bag; check the target column, or lower bags: %w",
			t.Events, good, r.Bags, models.ErrInvalid)
	}
	bad := make([]uint8, f.Rows())
	for i, b := range w.outcome.Bad {
		if b {
			bad[i] = 1
		}
	}
	w.folds = bin.Deal(bin.RowKeys(f, w.threads), bad, r.Bags)
	w.weigh()
	return w, w.cut()
}

// weigh puts weights on a grid of small integers and finds the log odds of all rows together.
func (w *work) weigh() {
	t := w.outcome.Total
	mean := float64(t.Weight) / float64(t.Rows)
	w.weight = make([]int64, len(w.folds))
	for i := range w.weight {
		w.weight[i] = weightUnit
		if w.outcome.Grid != nil {
			w.weight[i] = max(1, int64(math.RoundToEven(float64(w.outcome.Grid[i])/mean*weightUnit)))
		}
	}
	w.ridge = float64(w.recipe.Ridge * weightUnit * one / 4)
	w.base = 0
	w.base = w.level(make([]int32, len(w.folds)))
	w.bags = make([]*bag, w.recipe.Bags)
}

// level returns what must be added to log odds so that the probabilities sum to the bad weight, found by halving.
func (w *work) level(odds []int32) int32 {
	bad := int64(0)
	for i, weight := range w.weight {
		if w.outcome.Bad[i] {
			bad += weight * one
		}
	}
	low, high := int32(-15*oddsUnit), int32(15*oddsUnit)
	for high-low > 1 {
		mid, total := low+(high-low)/2, int64(0)
		for i, o := range odds {
			total += w.weight[i] * (slope[point(clamp(o)+mid)] >> 32)
		}
		if total < bad {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// cut puts the columns into cells.
func (w *work) cut() error {
	n := len(w.frame.Columns)
	w.vars, w.terms = make([]*bin.Variable, n), make([]*term, n)
	errs := make([]error, n)
	rules := bin.DefaultRules()
	rules.PreBins, rules.MinRows = w.recipe.Cells, w.recipe.LevelRows
	models.Parallel(w.threads, n, func(c int) {
		col := &w.frame.Columns[c]
		declared := w.recipe.Columns[col.Name]
		fine, err := bin.Count(col, w.outcome, bin.Plan{Special: declared.Special}, rules)
		if err != nil {
			errs[c] = err
			return
		}
		v, rows := fine.Each()
		t := &term{axis: axis{cells: len(v.Bins), ordered: v.Merged(), category: v.Type == models.Category, direction: declared.Direction}, cell: make([]uint16, len(rows))}
		if t.category && declared.Direction != 0 {
			errs[c] = fmt.Errorf("column %q: a category has no direction; declare it a number: %w", col.Name, models.ErrInvalid)
			return
		}
		if len(v.Bins) > math.MaxUint16 {
			errs[c] = fmt.Errorf("column %q: %d levels: an additive model takes 65,535 at most; drop the column or raise level_rows: %w", col.Name, len(v.Bins), models.ErrInvalid)
			return
		}
		for i, b := range rows {
			t.cell[i] = uint16(b)
		}
		w.vars[c], w.terms[c] = v, t
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// outOfBag returns each row's log odds by the bag that left it out.
func (w *work) outOfBag() []int32 {
	odds := make([]int32, len(w.folds))
	for _, b := range w.bags {
		for place := b.train; place < len(b.order); place++ {
			odds[b.order[place]] = b.odds[place]
		}
	}
	return odds
}
