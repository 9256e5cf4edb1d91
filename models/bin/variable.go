package bin

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"hengxin/models"
)

// Variable is a binned column. Its bins stand in this order: the merged bins, one for each special code, missing, and
// for a category the rare levels and the unseen ones.
type Variable struct {
	Name    string      `json:"name"`
	Type    models.Type `json:"type"`
	Trend   Trend       `json:"trend"`            // found or declared; of a category Ascending
	Edges   []float64   `json:"edges"`            // of a number: merged bin i holds edges[i-1] <= x < edges[i]
	Special []float64   `json:"special"`          // of a number, ascending
	Levels  []string    `json:"levels,omitempty"` // of a category, ascending
	Groups  []int       `json:"groups,omitempty"` // merged bin of each level; -1 rare
	Bins    []Bin       `json:"bins"`
	IV      float64     `json:"iv"`
	AUC     float64     `json:"auc"`                // of the WoE alone, weighted, on the rows it was made from
	FineAUC float64     `json:"fine_auc,omitempty"` // of the fine cells, each with a rate of its own: what the column could tell at most
}

// Bin is one bin with what was counted in it.
type Bin struct {
	Rows   int64   `json:"rows"`
	Events int64   `json:"events"`
	Weight float64 `json:"weight"`
	Bad    float64 `json:"bad"` // weight of the bad rows
	WoE    float64 `json:"woe"`
}

// Rate is the weighted share of bad rows, NaN for a bin without rows.
func (b Bin) Rate() float64 { return b.Bad / b.Weight }

// Merged is the number of merged bins.
func (v *Variable) Merged() int {
	if v.Type == models.Category {
		return len(v.Bins) - 3
	}
	return len(v.Edges) + 1
}

// Missing is the index of the bin of missing values.
func (v *Variable) Missing() int { return v.Merged() + len(v.Special) }

// Rare is the index of the bin of rare levels of a category; the bin of unseen levels follows it.
func (v *Variable) Rare() int { return v.Merged() + 1 }

// Index returns the bin of x: for a category an index into Levels, or [models.Unseen].
func (v *Variable) Index(x float64) int {
	if x != x {
		return v.Missing()
	}
	if v.Type == models.Category {
		if x < 0 || x >= float64(len(v.Groups)) {
			return len(v.Bins) - 1
		}
		if g := v.Groups[int(x)]; g >= 0 {
			return g
		}
		return v.Rare()
	}
	for i, s := range v.Special {
		if x == s {
			return v.Merged() + i
		}
	}
	return upper(v.Edges, x)
}

// upper counts the edges that are not above x.
func upper(edges []float64, x float64) int {
	lo, hi := 0, len(edges)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if edges[mid] <= x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// Novel says in what way x is a value that training did not have, "" where it had: an unseen level, or a bin that no
// training row was in (missing, or a special code).
func (v *Variable) Novel(x float64) string {
	switch {
	case v.Type == models.Category && (x < 0 || x >= float64(len(v.Levels))):
		return "unseen level"
	case v.Bins[v.Index(x)].Rows > 0:
		return ""
	case x != x:
		return "missing, which training never saw"
	}
	return "a code that training never saw"
}

// Label describes bin i in a few characters: "[1, 5)", "missing", "= -9", "A, B", "rare".
func (v *Variable) Label(i int) string {
	merged := v.Merged()
	switch {
	case i == v.Missing():
		return "missing"
	case v.Type == models.Category && i == v.Rare():
		return "rare"
	case v.Type == models.Category && i == v.Rare()+1:
		return "unseen"
	case v.Type == models.Category:
		return v.levelsOf(i)
	case i >= merged:
		return "= " + short(v.Special[i-merged])
	case merged == 1:
		return "any"
	case i == 0:
		return "< " + short(v.Edges[0])
	case i == merged-1:
		return ">= " + short(v.Edges[i-1])
	}
	return "[" + short(v.Edges[i-1]) + ", " + short(v.Edges[i]) + ")"
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func (v *Variable) levelsOf(bin int) string {
	text := ""
	for i, g := range v.Groups {
		if g == bin {
			if text != "" {
				text += ", "
			}
			text += v.Levels[i]
		}
	}
	return text
}

// Check returns [models.ErrInvalid] unless v is what Fit could have made: after it Index is within Bins for every x.
func (v *Variable) Check() error {
	bad := func(what string) error {
		return fmt.Errorf("bins of column %q: %s: %w", v.Name, what, models.ErrInvalid)
	}
	if !models.Ascending(v.Edges) || !models.Ascending(v.Special) {
		return bad("edges or special codes do not ascend")
	}
	want := len(v.Edges) + 1 + len(v.Special) + 1
	switch v.Type {
	case models.Number:
		if v.Levels != nil || v.Groups != nil {
			return bad("a number with levels")
		}
	case models.Category:
		if len(v.Edges)+len(v.Special) > 0 || len(v.Groups) != len(v.Levels) || !slices.IsSorted(v.Levels) {
			return bad("levels and groups")
		}
		want = len(v.Bins)
		if want < 3 {
			return bad("fewer than three bins")
		}
		for _, g := range v.Groups {
			if g < -1 || g >= want-3 {
				return bad("a group that is no bin")
			}
		}
	default:
		return bad("type")
	}
	if len(v.Bins) != want {
		return bad(fmt.Sprintf("%d bins, want %d", len(v.Bins), want))
	}
	for _, b := range v.Bins {
		if b.Rows < 0 || b.Events < 0 || b.Events > b.Rows || !(b.Bad >= 0 && b.Bad <= b.Weight) || math.IsInf(b.Weight, 0) || math.Abs(b.WoE) > 100 || b.WoE != b.WoE {
			return bad("counts or WoE")
		}
	}
	return nil
}
