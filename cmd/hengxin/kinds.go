package main

import (
	"fmt"
	"os"
	"slices"

	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/card"
	"hengxin/models/forest"
	"hengxin/models/trees"
)

// rowModel is what the commands ask of a model of any kind.
type rowModel interface {
	models.Model
	Points(x []float64) float64
	Novel(x []float64, f func(column int, what string)) // values that training never saw
}

// modelKinds is the table from kinds of artifacts to what reads them.
var modelKinds = map[string]func(*models.Artifact) (rowModel, error){
	card.Kind: func(a *models.Artifact) (rowModel, error) {
		c, err := card.Decode(a)
		return cardModel{c}, err
	},
	additive.Kind: func(a *models.Artifact) (rowModel, error) { return additive.Decode(a) },
	forest.Kind:   func(a *models.Artifact) (rowModel, error) { return forest.Decode(a) },
	trees.Kind:    func(a *models.Artifact) (rowModel, error) { return trees.Decode(a) },
}

type cardModel struct{ *card.Card }

// Novel implements rowModel.
func (m cardModel) Novel(x []float64, f func(column int, what string)) {
	for _, r := range m.Remarks(nil, x) {
		f(r.Column, r.What)
	}
}

// openModel reads an artifact file.
func openModel(path string) (*models.Artifact, rowModel, string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, "", err
	}
	a, err := models.Decode(b)
	if err != nil {
		return nil, nil, "", fmt.Errorf("%s: %w", path, err)
	}
	open, ok := modelKinds[a.Kind]
	if !ok {
		return nil, nil, "", fmt.Errorf("%s: artifact of kind %q, which this program does not read: %w", path, a.Kind, models.ErrInvalid)
	}
	m, err := open(a)
	if err != nil {
		return nil, nil, "", fmt.Errorf("%s: %w", path, err)
	}
	return a, m, models.DigestOf(b), nil
}

// cardOf returns the card of a model, nil of another kind.
func cardOf(m rowModel) *card.Card {
	c, _ := m.(cardModel)
	return c.Card
}

// fittedModel is a finished fit of any kind.
type fittedModel struct {
	artifact   *models.Artifact
	model      rowModel
	card       *card.Card // nil of other kinds
	candidates []card.Candidate
	uses       []trees.Use    // of trees
	weights    []additive.Use // of an additive model
	splits     []forest.Use   // of a forest
}

// fit fits the kind that the plan names.
func (p *fitPlan) fit(t *fitTable) (*fittedModel, error) {
	if p.Kind == trees.Kind {
		f, err := trees.Fit(t.train(), p.treeRules(t.rules.Columns), t.meta)
		if err != nil {
			return nil, err
		}
		return &fittedModel{artifact: f.Artifact, model: f.Model, uses: f.Columns}, nil
	}
	if p.Kind == additive.Kind {
		f, err := additive.Fit(t.train(), p.additiveRules(t.rules.Columns), t.meta)
		if err != nil {
			return nil, err
		}
		return &fittedModel{artifact: f.Artifact, model: f.Model, weights: f.Columns}, nil
	}
	if p.Kind == forest.Kind {
		f, err := forest.Fit(t.train(), p.forestRules(t.rules.Columns), t.meta)
		if err != nil {
			return nil, err
		}
		return &fittedModel{artifact: f.Artifact, model: f.Model, splits: f.Columns}, nil
	}
	f, err := card.Fit(t.train(), t.rules, t.meta)
	if err != nil {
		return nil, err
	}
	return &fittedModel{artifact: f.Artifact, model: cardModel{f.Card}, card: f.Card, candidates: f.Candidates}, nil
}

// additiveRules are the settings of an additive model with what is declared of columns; a column of their own rules keeps them.
func (p *fitPlan) additiveRules(declared map[string]card.ColumnRules) additive.Recipe {
	r := *p.Additive
	columns := map[string]additive.ColumnRules{}
	for name, c := range declared {
		columns[name] = additive.ColumnRules{Special: slices.Clone(c.Special), Direction: c.Direction, Reason: c.Reason, Text: c.Text}
	}
	for name, c := range r.Columns {
		columns[name] = c
	}
	r.Columns = columns
	return r
}

// treeRules are the settings of trees with what is declared of columns; a column of their own rules keeps them.
func (p *fitPlan) treeRules(declared map[string]card.ColumnRules) trees.Recipe {
	r := *p.Trees
	columns := map[string]trees.ColumnRules{}
	for name, c := range declared {
		columns[name] = trees.ColumnRules{Special: slices.Clone(c.Special), Direction: c.Direction, Reason: c.Reason, Text: c.Text}
	}
	for name, c := range r.Columns {
		columns[name] = c
	}
	r.Columns = columns
	return r
}

// forestRules are the settings of a forest with what is declared of columns; a column of its own rules keeps them.
func (p *fitPlan) forestRules(declared map[string]card.ColumnRules) forest.Recipe {
	r := *p.Forest
	columns := map[string]forest.ColumnRules{}
	for name, c := range declared {
		columns[name] = forest.ColumnRules{Special: slices.Clone(c.Special), Direction: c.Direction, Reason: c.Reason, Text: c.Text}
	}
	for name, c := range r.Columns {
		columns[name] = c
	}
	r.Columns = columns
	return r
}
