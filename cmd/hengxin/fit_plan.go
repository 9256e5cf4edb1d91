package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/exact"
	"hengxin/features"
	"hengxin/models"
	"hengxin/models/additive"
	"hengxin/models/card"
	"hengxin/models/forest"
	"hengxin/models/trees"
)

// fitPlanFormat names the form of recipes.
const fitPlanFormat = "hengxin-recipe-1"

// fitPlan is a recipe: every choice of a fit, in the form of recipe.json. Paths say where the data was found; they are
// not part of what the artifact keeps, digests are.
type fitPlan struct {
	Format     string               `json:"format"`
	Data       string               `json:"data,omitempty"`
	DataDigest string               `json:"data_digest,omitempty"`
	TestFile   string               `json:"test_file,omitempty"`
	TestDigest string               `json:"test_digest,omitempty"`
	Target     string               `json:"target,omitempty"`
	Positive   string               `json:"positive,omitempty"`
	Name       string               `json:"name,omitempty"`
	Kind       string               `json:"kind"`
	Drop       []string             `json:"drop,omitempty"`
	Weight     string               `json:"weight,omitempty"`
	Special    map[string][]float64 `json:"special,omitempty"` // by column; "*" every number
	Category   []string             `json:"category,omitempty"`
	Number     []string             `json:"number,omitempty"`
	Missing    []string             `json:"missing,omitempty"`
	SkipBlank  bool                 `json:"skip_blank_target,omitempty"`
	Key        string               `json:"key,omitempty"`
	Date       string               `json:"date,omitempty"`
	Test       string               `json:"test,omitempty"`
	Mask       string               `json:"mask,omitempty"`
	MaskDigest string               `json:"mask_digest,omitempty"`
	Direction  string               `json:"direction,omitempty"`
	Card       card.Recipe          `json:"card"` // its columns are declared for every kind
	Trees      *trees.Recipe        `json:"trees,omitempty"`
	Additive   *additive.Recipe     `json:"additive,omitempty"`
	Forest     *forest.Recipe       `json:"forest,omitempty"`
}

// plan makes the recipe out of the flags, or reads it.
func (c *fitCmd) plan() (*fitPlan, error) {
	if c.Recipe != "" {
		return c.readPlan()
	}
	if c.Data == "" {
		return nil, errors.New("fit: name a table or a dataset's directory, or give --recipe")
	}
	p := &fitPlan{Format: fitPlanFormat, Data: c.Data, TestFile: c.TestFile, Target: c.Target, Positive: c.Positive, Name: c.Name, Kind: c.Kind[0],
		Drop: c.Drop, Weight: c.Weight, Category: c.Category, Number: c.Number, Missing: c.Missing, SkipBlank: c.SkipBlank, Key: c.Key,
		Date: c.Date, Test: c.Test, Mask: c.Mask, Direction: c.Direction, Card: card.DefaultRecipe()}
	if info, err := os.Stat(c.Data); err == nil && info.IsDir() {
		p.Card.MinEvidence = evidenceOfMany(features.Lending().Len())
	}
	p = p.of(c.Kind[0])
	if c.Rules != "" && len(c.Kind) > 1 {
		return nil, errors.New("fit: --rules sets those of one kind; fit the kinds one by one")
	}
	if c.Rules != "" {
		b, err := os.ReadFile(c.Rules)
		if err != nil {
			return nil, err
		}
		if err := decodeJSON(b, p.settings()); err != nil {
			return nil, fmt.Errorf("%s: %w", c.Rules, err)
		}
	}
	if c.Edits != "" {
		if p.Kind != card.Kind {
			return nil, errors.New("fit: --edits sets bins of the card; fit it with --kind card, or first among several")
		}
		if err := readEdits(c.Edits, &p.Card); err != nil {
			return nil, err
		}
	}
	if c.TrainUntil != "" {
		if c.Test != "" || c.Date == "" {
			return nil, errors.New("fit: --train-until needs --date and excludes --test")
		}
		p.Test = "time:" + c.TrainUntil
		if c.TestUntil != "" {
			p.Test += ".." + c.TestUntil
		}
	}
	if p.Test != "" && p.TestFile != "" {
		return nil, errors.New("fit: give either --test or --test-file")
	}
	return p, p.special(c.Special)
}

// of returns the plan for a kind, with the default settings of the kind where it has none yet.
func (p *fitPlan) of(kind string) *fitPlan {
	q := *p
	q.Kind, q.Trees, q.Additive, q.Forest = kind, nil, nil, nil
	switch kind {
	case trees.Kind:
		r := trees.DefaultRecipe()
		q.Trees = &r
	case additive.Kind:
		r := additive.DefaultRecipe()
		q.Additive = &r
	case forest.Kind:
		r := forest.DefaultRecipe()
		q.Forest = &r
	}
	return &q
}

// settings are what --rules sets: those of the kind.
func (p *fitPlan) settings() any {
	switch {
	case p.Trees != nil:
		return p.Trees
	case p.Additive != nil:
		return p.Additive
	case p.Forest != nil:
		return p.Forest
	}
	return &p.Card
}

// evidenceOfMany is the log likelihood that a column of a dataset must add: the logarithm of the number of candidates,
// since the luckiest of p columns that know nothing gains about that much (the risk inflation criterion: Foster and
// George, The risk inflation criterion for multiple regression, Annals of Statistics 22, 1994).
func evidenceOfMany(candidates int) float64 { return exact.Log(float64(candidates)) }

// decodeJSON reads v strictly: an unknown key is an error.
func decodeJSON(b []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", err, models.ErrInvalid)
	}
	return nil
}

// readPlan reads a recipe; only the place of the data, the output and the bootstrap may be given beside it.
func (c *fitCmd) readPlan() (*fitPlan, error) {
	given := len(c.Drop)+len(c.Special)+len(c.Category)+len(c.Number)+len(c.Missing) > 0 || c.Target+c.Positive+c.Weight+c.Key+c.Date+c.Test+c.TrainUntil+c.TestUntil+c.Rules+c.Edits+c.Name != "" || c.SkipBlank
	if given {
		return nil, errors.New("fit: a recipe holds every choice; give only FILE, --test-file, --out and --bootstrap beside --recipe")
	}
	b, err := os.ReadFile(c.Recipe)
	if err != nil {
		return nil, err
	}
	p := &fitPlan{}
	if err := decodeJSON(b, p); err != nil {
		return nil, fmt.Errorf("recipe %s: %w", c.Recipe, err)
	}
	if p.Format != fitPlanFormat {
		return nil, fmt.Errorf("recipe %s: format %q, want %q: %w", c.Recipe, p.Format, fitPlanFormat, models.ErrInvalid)
	}
	if (p.Kind == trees.Kind) != (p.Trees != nil) || (p.Kind == additive.Kind) != (p.Additive != nil) || (p.Kind == forest.Kind) != (p.Forest != nil) || modelKinds[p.Kind] == nil {
		return nil, fmt.Errorf("recipe %s: kind %q without its settings: %w", c.Recipe, p.Kind, models.ErrInvalid)
	}
	if c.Data != "" {
		p.Data = c.Data
	}
	if c.TestFile != "" {
		p.TestFile = c.TestFile
	}
	if c.Mask != "" {
		p.Mask = c.Mask
	}
	return p, nil
}

// special reads COLUMN=CODE,CODE.
func (p *fitPlan) special(flags []string) error {
	for _, f := range flags {
		name, codes, ok := strings.Cut(f, "=")
		if !ok || name == "" {
			return fmt.Errorf("fit: --special %q: want COLUMN=CODE,CODE", f)
		}
		for _, text := range strings.Split(codes, ",") {
			code, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil {
				return fmt.Errorf("fit: --special %q: code %q is not a number", f, text)
			}
			if p.Special == nil {
				p.Special = map[string][]float64{}
			}
			p.Special[name] = append(p.Special[name], code)
		}
	}
	return nil
}

// kept is the recipe as the artifact keeps it: without paths.
func (p *fitPlan) kept() (json.RawMessage, error) {
	q := *p
	q.Data, q.TestFile, q.Mask = "", "", ""
	b, err := models.Canonical(&q)
	if err != nil {
		return nil, err
	}
	return json.RawMessage(b[:len(b)-1]), nil
}

// check compares a digest with the one that the recipe wants, and fills it in where it wants none.
func (p *fitPlan) check(what, path string, want *string, got string) error {
	if *want != "" && *want != got {
		return fmt.Errorf("%s %s: its digest is %s, the recipe was made from %s; give the same data or fit anew without the recipe: %w", what, path, got, *want, models.ErrInvalid)
	}
	*want = got
	return nil
}

// rules are the card's rules with the special codes added for the columns of the frame.
func (p *fitPlan) rules(f *models.Frame) (card.Recipe, error) {
	r := p.Card
	columns := map[string]card.ColumnRules{}
	for name, c := range r.Columns {
		columns[name] = c
	}
	for name, codes := range p.Special {
		if c := f.Column(name); name != "*" && (c == nil || c.Type != models.Number) {
			return r, fmt.Errorf("special codes of column %q: it is no number column of the table: %w", name, models.ErrInvalid)
		}
		for i := range f.Columns {
			col := &f.Columns[i]
			if col.Type != models.Number || name != "*" && name != col.Name {
				continue
			}
			c := columns[col.Name]
			c.Special = append(slices.Clone(c.Special), codes...)
			slices.Sort(c.Special)
			c.Special = slices.Compact(c.Special)
			columns[col.Name] = c
		}
	}
	r.Columns = columns
	return r, nil
}

// split returns the sides of rows named by their keys and days.
func (p *fitPlan) split(keys []datasets.Key) ([]datasets.Side, error) {
	sides := make([]datasets.Side, len(keys))
	if p.Test == "" {
		for i := range sides {
			sides[i] = datasets.Train
		}
		return sides, nil
	}
	s, err := datasets.ParseSplit(p.Test)
	if err != nil {
		return nil, err
	}
	for i, k := range keys {
		if strings.HasPrefix(p.Test, "time:") && k.AsOf == credit.NoDate {
			return nil, fmt.Errorf("split %s: row %d has no day; name the column of days with --date: %w", p.Test, i, models.ErrInvalid)
		}
		if strings.HasPrefix(p.Test, "hash:") && k.Subject == "" {
			return nil, fmt.Errorf("split %s: row %d has no key; name the column of keys with --key, or use rowhash:30: %w", p.Test, i, models.ErrInvalid)
		}
		sides[i] = s(k)
	}
	return sides, nil
}
