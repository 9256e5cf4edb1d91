package scoring

import (
	"math"

	"hengxin/models"
)

// explainer is a model that can say where a value falls: what scoring asks of every kind.
type explainer interface {
	models.Model
	// bin names the bin of value x of column i, the contribution of the column's best bin, and in what way the value is
	// one that training did not have ("" where it had).
	bin(i int, x float64) (label string, best float64, novel string)
}

// kinds is the table from kinds of artifacts to what opens them.
var kinds = map[string]func(*models.Artifact) (explainer, error){}

var _ = math.Inf
