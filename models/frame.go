package models

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Type says what the numbers of a column mean.
type Type string

// The types of columns.
const (
	Number   Type = "number"   // an ordered quantity
	Category Type = "category" // an index into the column's levels
)

// Unseen is the value of a category that the levels do not hold: a text that training did not see.
const Unseen = -1

// Column is one named column of a frame.
type Column struct {
	Name   string
	Type   Type
	Values []float64 // NaN = missing; of a category: index into Levels, or Unseen
	Levels []string  // of a category: distinct texts, ascending by bytes
}

// Frame is a table of (rows × columns) with what is known of the outcome.
type Frame struct {
	Columns []Column
	Target  []float64 // 0 or 1 by row, 1 = the bad outcome; nil where it is not known
	Weights []float64 // above 0 by row; nil = every row weighs 1
	Keys    []string  // name of each row; nil where rows have none
}

// Rows returns the number of rows.
func (f *Frame) Rows() int {
	switch {
	case len(f.Columns) > 0:
		return len(f.Columns[0].Values)
	case f.Target != nil:
		return len(f.Target)
	}
	return len(f.Keys)
}

// Column returns the column of that name, or nil.
func (f *Frame) Column(name string) *Column {
	for i := range f.Columns {
		if f.Columns[i].Name == name {
			return &f.Columns[i]
		}
	}
	return nil
}

// Weight returns the weight of row i.
func (f *Frame) Weight(i int) float64 {
	if f.Weights == nil {
		return 1
	}
	return f.Weights[i]
}

// Row appends the values of row i to dst, one by column.
func (f *Frame) Row(dst []float64, i int) []float64 {
	for c := range f.Columns {
		dst = append(dst, f.Columns[c].Values[i])
	}
	return dst
}

// Subset returns a new frame of those rows, in that order.
func (f *Frame) Subset(rows []int) *Frame {
	s := &Frame{Columns: make([]Column, len(f.Columns))}
	for c, col := range f.Columns {
		s.Columns[c] = Column{Name: col.Name, Type: col.Type, Levels: col.Levels, Values: pick(col.Values, rows)}
	}
	s.Target, s.Weights, s.Keys = pick(f.Target, rows), pick(f.Weights, rows), pick(f.Keys, rows)
	return s
}

func pick[T any](from []T, rows []int) []T {
	if from == nil {
		return nil
	}
	to := make([]T, len(rows))
	for i, r := range rows {
		to[i] = from[r]
	}
	return to
}

// Check returns [ErrInvalid], naming the column, unless the frame is sound: columns of one length with distinct names,
// no infinite number, category values within their levels, targets 0 or 1, weights above 0 and within [MaxWeight].
func (f *Frame) Check() error {
	rows, seen := f.Rows(), map[string]bool{}
	if len(f.Columns) > MaxColumns {
		return fmt.Errorf("frame: %d columns, %d at most: %w", len(f.Columns), MaxColumns, ErrInvalid)
	}
	for i := range f.Columns {
		c := &f.Columns[i]
		if seen[c.Name] {
			return fmt.Errorf("column %q: two columns of that name; drop or rename one: %w", c.Name, ErrInvalid)
		}
		seen[c.Name] = true
		if len(c.Values) != rows {
			return fmt.Errorf("column %q: %d values for %d rows: %w", c.Name, len(c.Values), rows, ErrInvalid)
		}
		if err := c.check(); err != nil {
			return err
		}
	}
	return f.checkOutcome(rows)
}

func (c *Column) check() error {
	bad := func(i int, what string) error {
		return fmt.Errorf("column %q, row %d: value %v %s: %w", c.Name, i, c.Values[i], what, ErrInvalid)
	}
	switch c.Type {
	case Number:
		for i, v := range c.Values {
			if math.IsInf(v, 0) {
				return bad(i, "is infinite; correct it or leave it blank")
			}
		}
	case Category:
		if err := checkLevels(c.Levels); err != nil {
			return fmt.Errorf("column %q: %w", c.Name, err)
		}
		for i, v := range c.Values {
			if !math.IsNaN(v) && v != Unseen && (v < 0 || v >= float64(len(c.Levels)) || v != math.Trunc(v)) {
				return bad(i, "is no level")
			}
		}
	default:
		return fmt.Errorf("column %q: type %q: %w", c.Name, c.Type, ErrInvalid)
	}
	return nil
}

// checkLevels wants distinct ascending texts of bounded size.
func checkLevels(levels []string) error {
	if len(levels) > MaxLevels {
		return fmt.Errorf("%d levels, %d at most; drop the column or group its values: %w", len(levels), MaxLevels, ErrInvalid)
	}
	for i, l := range levels {
		if i > 0 && l <= levels[i-1] {
			return fmt.Errorf("levels %q and %q are not ascending: %w", levels[i-1], l, ErrInvalid)
		}
		if len(l) > MaxText {
			return fmt.Errorf("level of %d bytes, %d at most: %w", len(l), MaxText, ErrInvalid)
		}
	}
	return nil
}

func (f *Frame) checkOutcome(rows int) error {
	if f.Target != nil && len(f.Target) != rows || f.Weights != nil && len(f.Weights) != rows || f.Keys != nil && len(f.Keys) != rows {
		return fmt.Errorf("frame: target, weights or keys are not as many as the %d rows: %w", rows, ErrInvalid)
	}
	for i, t := range f.Target {
		if t != 0 && t != 1 {
			return fmt.Errorf("target, row %d: %v is neither 0 nor 1: %w", i, t, ErrInvalid)
		}
	}
	for i, w := range f.Weights {
		if !(w > 0) || math.IsInf(w, 1) {
			return fmt.Errorf("weight, row %d: %v is not above 0 and finite: %w", i, w, ErrInvalid)
		}
		if w > MaxWeight || w < 1/MaxWeight {
			return fmt.Errorf("weight, row %d: %v, want %v to %v; weights are relative, divide them all by one number: %w", i, w, 1/MaxWeight, MaxWeight, ErrInvalid)
		}
	}
	return nil
}

// NewCategory makes a category column from texts; an empty text is missing.
func NewCategory(name string, texts []string) Column {
	levels := slices.Clone(texts)
	slices.Sort(levels)
	levels = slices.Compact(levels)
	if len(levels) > 0 && levels[0] == "" {
		levels = levels[1:]
	}
	c := Column{Name: name, Type: Category, Levels: levels, Values: make([]float64, len(texts))}
	c.code(texts)
	return c
}

func (c *Column) code(texts []string) {
	at := make(map[string]float64, len(c.Levels))
	for i, l := range c.Levels {
		at[l] = float64(i)
	}
	for i, t := range texts {
		v, ok := at[t]
		switch {
		case t == "":
			v = math.NaN()
		case !ok:
			v = Unseen
		}
		c.Values[i] = v
	}
}

// Fit returns the values of c as the specs of an artifact mean them: categories become indices into the spec's levels
// (Unseen where it has none), numbers and categories are turned into one another through their texts. The result may
// share memory with c.
func (s *Spec) Fit(c *Column) []float64 {
	switch {
	case s.Type == Number && c.Type == Number:
		return c.Values
	case s.Type == Category:
		to := Column{Name: s.Name, Type: Category, Levels: s.Levels, Values: make([]float64, len(c.Values))}
		to.code(c.texts())
		return to.Values
	}
	values := make([]float64, len(c.Values))
	for i, t := range c.texts() {
		v, err := strconv.ParseFloat(t, 64)
		if err != nil {
			v = math.NaN()
		}
		values[i] = v
	}
	return values
}

// texts writes the values out; missing is "", an unseen level a text that no level has.
func (c *Column) texts() []string {
	out := make([]string, len(c.Values))
	for i, v := range c.Values {
		switch {
		case math.IsNaN(v):
		case c.Type == Number:
			out[i] = strconv.FormatFloat(v, 'f', -1, 64)
		case v == Unseen:
			out[i] = "\xff"
		default:
			out[i] = c.Levels[int(v)]
		}
	}
	return out
}
