package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/features"
	"hengxin/models"
	"hengxin/models/card"
)

// fitTable is the data of a fit, split.
type fitTable struct {
	sides [2]*models.Frame // train, test
	rows  [2][]int         // where each row stands in its file
	rules card.Recipe
	meta  models.Artifact
	types []typed
	notes []string
}

func (t *fitTable) train() *models.Frame { return t.sides[0] }
func (t *fitTable) test() *models.Frame  { return t.sides[1] }

func (t *fitTable) note(w io.Writer, format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
	fmt.Fprintln(w, "note:", t.notes[len(t.notes)-1])
}

// typed says how a column was understood.
type typed struct {
	Column  string `json:"column"`
	Type    string `json:"type"` // number, category, target, weight, key, date, dropped
	Missing int    `json:"missing"`
	Values  string `json:"values"` // range, or number of levels
}

// load reads the data of a plan and splits it.
func (p *fitPlan) load(ctx context.Context, w io.Writer) (*fitTable, error) {
	info, err := os.Stat(p.Data)
	if err != nil {
		return nil, err
	}
	t := &fitTable{}
	if info.IsDir() {
		err = p.loadDataset(ctx, t, w)
	} else if p.Mask != "" {
		err = fmt.Errorf("--mask %s: a mask is of a dataset, and %s is a table: %w", p.Mask, p.Data, models.ErrInvalid)
	} else {
		err = p.loadFlat(t, w)
	}
	if err != nil {
		return nil, err
	}
	if t.rules, err = p.rules(t.train()); err != nil {
		return nil, err
	}
	for name, c := range t.rules.Columns { // columns of the recipe that are dropped here have no rules
		if t.train().Column(name) == nil {
			return nil, fmt.Errorf("rules of column %q: the table has no such predictor: %w", name, models.ErrInvalid)
		}
		_ = c
	}
	t.meta.Provenance.Recipe, err = p.kept()
	t.printTypes(w)
	return t, err
}

// loadDataset takes over a dataset with its labels: indicators that a lending model may read, in the directions of the
// catalogue.
func (p *fitPlan) loadDataset(ctx context.Context, t *fitTable, w io.Writer) error {
	d, err := datasets.LoadFrame(ctx, p.Data)
	if err != nil {
		return err
	}
	if d.Frame.Target == nil {
		return fmt.Errorf("dataset %s: it was built without labels; build it with --labels: %w", p.Data, models.ErrInvalid)
	}
	digest, err := datasets.FileDigest(manifestOf(p.Data))
	if err != nil {
		return err
	}
	if err := p.check("dataset", p.Data, &p.DataDigest, digest.String()); err != nil {
		return err
	}
	p.fromManifest(t, d.Manifest)
	dropped := map[string]string{}
	for _, name := range p.Drop {
		dropped[name] = "dropped"
	}
	rules := map[string]card.ColumnRules{}
	catalogue := features.Catalogue()
	for i := range catalogue {
		ind := &catalogue[i]
		if ind.Reads != features.ReadsCounted {
			dropped[ind.ID] = "not for lending"
		}
		r := card.ColumnRules{Text: models.Text{En: ind.En, Zh: ind.Zh}}
		if p.Direction != "none" {
			r.Direction = ind.Direction
			if ind.MissingWithoutRecords() && adverseOnly(ind) && dropped[ind.ID] == "" {
				dropped[ind.ID] = "no value where nothing happened: no direction can hold it"
			}
		}
		rules[ind.ID] = r
	}
	f := d.Frame
	f.Columns = nil
	for _, c := range d.Frame.Columns {
		t.types = append(t.types, describeColumn(&c, dropped[c.Name]))
		if dropped[c.Name] != "" {
			continue
		}
		f.Columns = append(f.Columns, c)
		if r, ok := rules[c.Name]; ok {
			p.declare(c.Name, r)
		}
	}
	return p.divide(t, &f, d.Keys, w)
}

// adverseOnly reports whether the indicator reads nothing but adverse records. Where it has no value for want of any,
// that is good news; but a bin of missing values stands beside the course of the others, so that a card could take
// points away for a clean record. Counts and decayed sums of the same records, which are 0 there, say what it says.
func adverseOnly(ind *features.Indicator) bool {
	for _, kind := range ind.Sources {
		if !kind.IsFollower() && !slices.Contains(adverseKinds, kind) {
			return false
		}
	}
	return true
}

var adverseKinds = []credit.Kind{credit.KindPenalty, credit.KindSevereListing, credit.KindAbnormal, credit.KindEnforcement,
	credit.KindJudgment, credit.KindCourtNotice, credit.KindArrears, credit.KindTaxAbnormal, credit.KindConsumption, credit.KindFreeze}

// declare adds rules of the catalogue where the recipe has none of its own.
func (p *fitPlan) declare(name string, r card.ColumnRules) {
	if own, ok := p.Card.Columns[name]; ok {
		if own.Edit == nil || own.Direction != 0 || own.Trend != "" {
			return
		}
		own.Direction, own.Reason, own.Text = r.Direction, r.Reason, r.Text // bins set by hand say nothing of directions
		r = own
	}
	if p.Card.Columns == nil {
		p.Card.Columns = map[string]card.ColumnRules{}
	}
	p.Card.Columns[name] = r
}

func (p *fitPlan) fromManifest(t *fitTable, m *datasets.Manifest) {
	v := &t.meta.Provenance
	v.Dataset, v.Catalogue, v.Position, v.Generated = p.DataDigest, m.Set.String(), int64(m.Position), m.Generated
	for _, day := range m.AsOf {
		v.AsOf = append(v.AsOf, day.String())
	}
	if m.Policy != nil {
		v.Policy = m.Policy.String()
	}
	if m.Peers != nil {
		v.Peers = m.Peers.String()
	}
	t.meta.Outcome = models.Outcome{Name: "label", Positive: "1"}
	if m.Labels != nil {
		v.Label = m.Labels.Definition
		t.meta.Outcome.Name = m.Labels.Outcome
	}
	t.meta.Outcome.Text = models.Text{En: cmpOr(p.Name, v.Label), Zh: cmpOr(p.Name, v.Label)}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// divide splits a frame by the plan.
func (p *fitPlan) divide(t *fitTable, f *models.Frame, keys []datasets.Key, w io.Writer) error {
	sides, err := p.split(keys)
	if err != nil {
		return err
	}
	if err := p.leaveOut(t, sides, keys, w); err != nil {
		return err
	}
	for i, s := range sides {
		if s != datasets.Unused {
			t.rows[s-datasets.Train] = append(t.rows[s-datasets.Train], i)
		}
	}
	for s := range t.sides {
		t.sides[s] = f.Subset(t.rows[s])
	}
	if p.Test != "" && (t.train().Rows() == 0 || t.test().Rows() == 0) {
		return fmt.Errorf("split %s: %d rows to train on, %d to test on: %w", p.Test, t.train().Rows(), t.test().Rows(), models.ErrInvalid)
	}
	if unused := len(sides) - len(t.rows[0]) - len(t.rows[1]); unused > 0 {
		t.note(w, "%d rows are on neither side of the split %s", unused, p.Test)
	}
	if p.Test == "" && p.TestFile == "" {
		t.note(w, "no test rows: all measures are of the rows of the fit, which flatters them; see --test")
	}
	return nil
}

// printTypes shows how the columns were understood.
func (t *fitTable) printTypes(w io.Writer) {
	for _, c := range t.types {
		fmt.Fprintf(w, "  %-32s %-10s %8d missing  %s\n", c.Column, c.Type, c.Missing, c.Values)
	}
}

// describeColumn sums up a column; as overrides its type.
func describeColumn(c *models.Column, as string) typed {
	d := typed{Column: c.Name, Type: string(c.Type)}
	if as != "" {
		d.Type = as
	}
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range c.Values {
		if v != v {
			d.Missing++
			continue
		}
		low, high = min(low, v), max(high, v)
	}
	switch {
	case c.Type == models.Category:
		d.Values = fmt.Sprintf("%d levels: %s", len(c.Levels), strings.Join(c.Levels[:min(4, len(c.Levels))], ", "))
	case low <= high:
		d.Values = fmt.Sprintf("%v to %v", low, high)
	}
	return d
}

// dayOf reads the day of a cell; texts may go on after the day with a time.
func dayOf(text string) (credit.Date, error) {
	if len(text) > 10 && (text[10] == ' ' || text[10] == 'T') {
		text = text[:10]
	}
	return credit.ParseDate(text)
}

// isDays reports whether every text that is not blank is a day.
func isDays(texts []string) bool {
	some := false
	for _, s := range texts {
		if s == "" {
			continue
		}
		if _, err := dayOf(s); err != nil {
			return false
		}
		some = true
	}
	return some
}

// distinct returns the sorted distinct texts that are not blank.
func distinct(texts []string) []string {
	d := slices.Clone(texts)
	slices.Sort(d)
	d = slices.Compact(d)
	if len(d) > 0 && d[0] == "" {
		d = d[1:]
	}
	return d
}
