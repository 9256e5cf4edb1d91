package card

import (
	"fmt"
	"slices"

	"hengxin/models"
)

// maxPeriods is the most periods that rows may have.
const maxPeriods = 250

// takePeriod takes the column of periods out of the frame: it is no predictor. Periods are the different values of the
// column, in ascending order.
func (w *work) takePeriod() error {
	name := w.recipe.Period
	if name == "" {
		return nil
	}
	at := slices.IndexFunc(w.frame.Columns, func(c models.Column) bool { return c.Name == name })
	if at < 0 {
		return fmt.Errorf("recipe: column %q of periods is not in the table; name one that is, and do not drop it: %w", name, models.ErrInvalid)
	}
	if _, ok := w.recipe.Columns[name]; ok {
		return fmt.Errorf("recipe: column %q holds the periods and is no predictor; take its rules out: %w", name, models.ErrInvalid)
	}
	values := w.frame.Columns[at].Values
	if i := slices.IndexFunc(values, func(x float64) bool { return x != x }); i >= 0 {
		return fmt.Errorf("column %q, row %d: no period; fill it in or leave the row out: %w", name, i, models.ErrInvalid)
	}
	distinct := slices.Clone(values)
	slices.Sort(distinct)
	if distinct = slices.Compact(distinct); len(distinct) > maxPeriods {
		return fmt.Errorf("column %q: %d different periods, %d at most; join days into quarters or years: %w", name, len(distinct), maxPeriods, models.ErrInvalid)
	}
	w.outcome.Period = make([]uint8, len(values))
	for i, x := range values {
		p, _ := slices.BinarySearch(distinct, x)
		w.outcome.Period[i] = uint8(p)
	}
	w.frame.Columns = slices.Delete(w.frame.Columns, at, at+1)
	return nil
}
