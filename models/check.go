package models

import (
	"fmt"
	"math"
	"slices"
)

// Check returns [ErrInvalid], naming the field, unless the artifact can be used: known format, distinct columns and
// reasons, sorted levels, a sound scale, grades descending by points, histograms of the right shape.
func (a *Artifact) Check() error {
	if a.Format != Format {
		return fmt.Errorf("artifact format %q: want %q: %w", a.Format, Format, ErrInvalid)
	}
	if a.Kind == "" || len(a.Kind) > 64 || len(a.Parameters) == 0 || len(a.Provenance.Recipe) == 0 {
		return fmt.Errorf("artifact: no kind, parameters or recipe: %w", ErrInvalid)
	}
	if err := checkSpecs(a.Columns); err != nil {
		return err
	}
	if err := a.Scale.Check(); err != nil {
		return err
	}
	if err := checkGrades(a.Grades); err != nil {
		return err
	}
	return a.Reference.check(a.Columns)
}

func checkSpecs(specs []Spec) error {
	if len(specs) > MaxColumns {
		return fmt.Errorf("artifact: %d columns, %d at most: %w", len(specs), MaxColumns, ErrInvalid)
	}
	names, reasons := map[string]bool{}, map[string]bool{}
	for i := range specs {
		s := &specs[i]
		bad := func(what string) error { return fmt.Errorf("artifact column %q: %s: %w", s.Name, what, ErrInvalid) }
		switch {
		case s.Name == "" || len(s.Name) > MaxText || names[s.Name]:
			return bad("name is empty, too long or repeated")
		case s.Type != Number && s.Type != Category:
			return bad("type " + string(s.Type))
		case s.Type == Number && s.Levels != nil:
			return bad("a number with levels")
		case s.Direction < -1 || s.Direction > 1:
			return bad("direction")
		case s.Reason == "" || len(s.Reason) > MaxText || reasons[s.Reason]:
			return bad("reason is empty, too long or repeated")
		}
		if err := checkLevels(s.Levels); err != nil {
			return fmt.Errorf("artifact column %q: %w", s.Name, err)
		}
		names[s.Name], reasons[s.Reason] = true, true
	}
	return nil
}

func checkGrades(grades []Grade) error {
	names := map[string]bool{}
	for i, g := range grades {
		last := i == len(grades)-1
		switch {
		case g.Name == "" || names[g.Name]:
			return fmt.Errorf("grade %q: name is empty or repeated: %w", g.Name, ErrInvalid)
		case (g.From == nil) != last:
			return fmt.Errorf("grade %q: every grade but the last needs its lowest points: %w", g.Name, ErrInvalid)
		case i > 0 && !last && *g.From >= *grades[i-1].From:
			return fmt.Errorf("grade %q: grades do not descend: %w", g.Name, ErrInvalid)
		}
		names[g.Name] = true
	}
	return nil
}

func (r *Reference) check(specs []Spec) error {
	if len(r.Columns) != 0 && len(r.Columns) != len(specs) {
		return fmt.Errorf("reference: %d histograms for %d columns: %w", len(r.Columns), len(specs), ErrInvalid)
	}
	if err := r.Points.check(len(r.Points.Edges) + 1); err != nil && len(r.Points.Counts) > 0 {
		return err
	}
	for i := range r.Columns {
		h, s := &r.Columns[i], &specs[i]
		cells := len(h.Edges) + 1
		if s.Type == Category {
			cells = len(s.Levels)
		}
		if h.Name != s.Name || s.Type == Category && len(h.Edges) > 0 {
			return fmt.Errorf("reference of column %q: name or edges: %w", s.Name, ErrInvalid)
		}
		if err := h.check(cells); err != nil {
			return err
		}
	}
	return nil
}

func (h *Histogram) check(cells int) error {
	if len(h.Counts) != cells {
		return fmt.Errorf("histogram %q: %d counts for %d cells: %w", h.Name, len(h.Counts), cells, ErrInvalid)
	}
	if !Ascending(h.Edges) {
		return fmt.Errorf("histogram %q: edges do not ascend: %w", h.Name, ErrInvalid)
	}
	for _, c := range append(slices.Clone(h.Counts), h.Missing) {
		if !(c >= 0) || math.IsInf(c, 1) {
			return fmt.Errorf("histogram %q: count %v: %w", h.Name, c, ErrInvalid)
		}
	}
	return nil
}

// Ascending reports whether edges are finite and strictly ascending.
func Ascending(edges []float64) bool {
	for i, e := range edges {
		if math.IsNaN(e) || math.IsInf(e, 0) || i > 0 && e <= edges[i-1] {
			return false
		}
	}
	return true
}
