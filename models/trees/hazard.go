package trees

import (
	"fmt"
	"math"
	"slices"

	"hengxin/models"
)

// PeriodColumn is the column that [Expand] adds: the number of the period, from 1.
const PeriodColumn = "period"

// Expand turns subjects with durations into person-periods, so that trees for the log odds of the outcome of a row are a
// discrete-time hazard model (Allison 1982; Singer and Willett 1993): subject i has one row for each period that it was
// under watch, 1 to durations[i], with the outcome 1 in the last of them where the subject's event was seen (target 1) and
// 0 in all others; censored subjects (target 0) have only zeros. Periods after the horizon are left out. The returned
// frame has the columns of f and [PeriodColumn] last; weights and keys go with the subject.
//
// It returns [models.ErrInvalid] for a frame without target, durations of another number or below 1, a column of the same
// name, or a horizon below 1.
func Expand(f *models.Frame, durations []int, horizon int) (*models.Frame, error) {
	switch {
	case f.Target == nil:
		return nil, fmt.Errorf("expand to periods: the frame has no target: %w", models.ErrInvalid)
	case len(durations) != f.Rows():
		return nil, fmt.Errorf("expand to periods: %d durations for %d rows: %w", len(durations), f.Rows(), models.ErrInvalid)
	case horizon < 1:
		return nil, fmt.Errorf("expand to periods: horizon %d, 1 at least: %w", horizon, models.ErrInvalid)
	case f.Column(PeriodColumn) != nil:
		return nil, fmt.Errorf("expand to periods: column %q is there already; rename it: %w", PeriodColumn, models.ErrInvalid)
	}
	var rows []int
	var period, target []float64
	for i, d := range durations {
		if d < 1 {
			return nil, fmt.Errorf("expand to periods: row %d: duration %d, 1 at least: %w", i, d, models.ErrInvalid)
		}
		for k := 1; k <= min(d, horizon); k++ {
			rows, period = append(rows, i), append(period, float64(k))
			event := 0.0
			if k == d {
				event = f.Target[i]
			}
			target = append(target, event)
		}
	}
	out := f.Subset(rows)
	out.Target = target
	out.Columns = append(out.Columns, models.Column{Name: PeriodColumn, Type: models.Number, Values: period})
	return out, nil
}

// Hazard reads a model of person-periods as a term structure.
type Hazard struct {
	model  *Model
	period int // column of the artifact, or -1 where the hazard is the same in every period
}

// NewHazard finds the period among the columns of the artifact that m was read from.
func NewHazard(m *Model) *Hazard {
	return &Hazard{m, slices.IndexFunc(m.specs, func(s models.Spec) bool { return s.Name == PeriodColumn })}
}

// Default writes to dst[k] the probability that a subject of row x has had the event by the end of period k+1:
// 1 - Π (1 - h_j) over j <= k+1, h_j the hazard of period j. The value of x in the column of the period is not read. It
// never falls with k.
func (h *Hazard) Default(dst, x []float64) {
	row, alive := slices.Clone(x), 1.0
	for k := range dst {
		if h.period >= 0 {
			row[h.period] = float64(k + 1)
		}
		// 1 - h = 1 / (1 + e^z) without loss where h is near 1
		alive = float64(alive * models.Probability(-h.model.LogOdds(row)))
		dst[k] = math.Max(0, 1-alive)
	}
}
