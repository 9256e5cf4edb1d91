package quality

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"

	"hengxin/credit"
)

// Law is what rules need of the law and of tables of facts. Each function may be nil: rules that need it are then
// undetermined for every record.
type Law struct {
	// Deadline returns the last day of a limit of n working days that begins on day; an error where it cannot be told.
	Deadline func(day credit.Date, n int) (credit.Date, error)
	// Division reports whether a six-digit code is known at all, and whether it is in force on the day.
	Division func(code string, on credit.Date) (known, inForce bool)
	// Industry returns an error for a text that is no industry code.
	Industry func(code string) error
	// Words returns an error for a record with a word on which standing depends and that the policy does not know.
	Words func(r *credit.Record) error
}

// Dimensions and severities of rules, as rules.csv has them.
var (
	Dimensions = []string{"completeness", "validity", "consistency", "timeliness", "uniqueness"}
	Severities = []string{"error", "warning", "note"}
)

// Rule is one row of the table of rules.
type Rule struct {
	ID        string        `json:"id"`
	Kinds     []credit.Kind `json:"kinds,omitempty"` // none: every kind
	Dimension string        `json:"dimension"`
	Severity  string        `json:"severity"`
	Check     string        `json:"check"`
	Field     string        `json:"field,omitempty"`
	Args      string        `json:"args,omitempty"`
	Zh        string        `json:"zh"`
	En        string        `json:"en"`
	Citation  string        `json:"citation"`
	Verified  string        `json:"verified"`
}

// verdict is what a rule says of one record.
type verdict uint8

const (
	good   verdict = iota
	bad            // a finding
	untold         // the law has no answer
	beside         // the rule does not speak of this record
)

// compiled is a rule and the one function of it that is set.
type compiled struct {
	Rule
	record  func(v *view) verdict
	history func(h *history, mark func(i int, v verdict))
	shared  func(v *view) (key string, ok bool)
	silence int // days
}

// Rules are rules ready to be walked.
type Rules struct {
	all    []compiled
	record [256][]int // rules of single records, by kind
	kinds  [][256]bool
	law    Law
}

//go:embed rules.csv
var rulesCSV string

// DefaultRules returns the rules that come with the program.
func DefaultRules(law Law) (*Rules, error) { return ParseRules(rulesCSV, law) }

var ruleHeader = []string{"id", "kinds", "dimension", "severity", "check", "field", "args", "zh", "en", "citation", "verified"}

// ParseRules reads a table of rules. It returns [credit.ErrInvalid] and the row at fault for an unknown kind, dimension,
// severity, check or argument, for an id that is there twice, and for a row without words or citation.
func ParseRules(text string, law Law) (*Rules, error) {
	in := csv.NewReader(strings.NewReader(text))
	in.Comment, in.FieldsPerRecord = '#', len(ruleHeader)
	rows, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("rules of quality: %w: %w", err, credit.ErrInvalid)
	}
	if len(rows) == 0 || !slices.Equal(rows[0], ruleHeader) {
		return nil, fmt.Errorf("rules of quality: header: want %s: %w", strings.Join(ruleHeader, ","), credit.ErrInvalid)
	}
	rs, ids := &Rules{law: law}, map[string]bool{}
	for _, cells := range rows[1:] {
		c, err := compileRule(cells, law)
		if err == nil && ids[c.ID] {
			err = fmt.Errorf("there twice: %w", credit.ErrInvalid)
		}
		if err != nil {
			return nil, fmt.Errorf("rules of quality: row %s: %w", cells[0], err)
		}
		ids[c.ID] = true
		rs.add(c)
	}
	return rs, nil
}

func (rs *Rules) add(c compiled) {
	var of [256]bool
	for _, info := range credit.Kinds() {
		if of[info.Kind] = len(c.Kinds) == 0 || slices.Contains(c.Kinds, info.Kind); of[info.Kind] && c.record != nil {
			rs.record[info.Kind] = append(rs.record[info.Kind], len(rs.all))
		}
	}
	rs.all, rs.kinds = append(rs.all, c), append(rs.kinds, of)
}

func compileRule(cells []string, law Law) (c compiled, err error) {
	c.Rule = Rule{ID: cells[0], Dimension: cells[2], Severity: cells[3], Check: cells[4], Field: cells[5], Args: cells[6],
		Zh: cells[7], En: cells[8], Citation: cells[9], Verified: cells[10]}
	switch {
	case c.ID == "" || c.Zh == "" || c.En == "" || c.Citation == "":
		return c, fmt.Errorf("want id, words in both languages and a citation: %w", credit.ErrInvalid)
	case !slices.Contains(Dimensions, c.Dimension):
		return c, fmt.Errorf("dimension %q: want one of %v: %w", c.Dimension, Dimensions, credit.ErrInvalid)
	case !slices.Contains(Severities, c.Severity):
		return c, fmt.Errorf("severity %q: want one of %v: %w", c.Severity, Severities, credit.ErrInvalid)
	case !slices.Contains([]string{"yes", "partial", "no"}, c.Verified):
		return c, fmt.Errorf("verified %q: want yes, partial or no: %w", c.Verified, credit.ErrInvalid)
	}
	if cells[1] != "*" {
		for _, name := range strings.Split(cells[1], ";") {
			kind, err := credit.ParseKind(name)
			if err != nil {
				return c, err
			}
			c.Kinds = append(c.Kinds, kind)
		}
	}
	build, ok := checks[c.Check]
	if !ok {
		return c, fmt.Errorf("check %q: no such check, see RULES.md: %w", c.Check, credit.ErrInvalid)
	}
	if err := build(&c, law); err != nil {
		return c, fmt.Errorf("check %s: %w", c.Check, err)
	}
	return c, nil
}

// List returns the rules in the order of the table.
func (rs *Rules) List() []Rule {
	list := make([]Rule, len(rs.all))
	for i := range rs.all {
		list[i] = rs.all[i].Rule
	}
	return list
}
