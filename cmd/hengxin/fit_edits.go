package main

import (
	"fmt"
	"os"

	"github.com/goccy/go-yaml"

	"hengxin/models"
	"hengxin/models/card"
)

// binEdit is one entry of a file of bins set by hand.
type binEdit struct {
	Column string     `yaml:"column"`
	Edges  []float64  `yaml:"edges"`
	Groups [][]string `yaml:"groups"`
	Reason string     `yaml:"reason"`
	By     string     `yaml:"by"`
	Day    string     `yaml:"day"`
}

// readEdits puts the bins of a YAML file into the rules of the card, by column. A file that sets a column twice, or says not why, by whom
// and when, is refused.
func readEdits(path string, r *card.Recipe) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var edits []binEdit
	if err := yaml.UnmarshalWithOptions(text, &edits, yaml.Strict()); err != nil {
		return fmt.Errorf("edits %s: want a list of entries of column, edges or groups, reason, by, day: %w: %w", path, err, models.ErrInvalid)
	}
	for i, e := range edits {
		rules := r.Columns[e.Column]
		if e.Column == "" || rules.Edit != nil {
			return fmt.Errorf("edits %s: entry %d: column %q is not named, or named twice; one entry a column: %w", path, i+1, e.Column, models.ErrInvalid)
		}
		rules.Edit = &card.Edit{Reason: e.Reason, By: e.By, Day: e.Day}
		rules.Edit.Edges, rules.Edit.Groups = e.Edges, e.Groups
		if err := rules.Edit.Check(); err != nil {
			return fmt.Errorf("edits %s: entry %d, column %q: %w", path, i+1, e.Column, err)
		}
		if r.Columns == nil {
			r.Columns = map[string]card.ColumnRules{}
		}
		r.Columns[e.Column] = rules
	}
	return nil
}
