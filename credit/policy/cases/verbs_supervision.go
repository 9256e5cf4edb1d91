package cases

import (
	"fmt"
	"strings"

	"hengxin/credit"
)

// supervise reads GRADE DAY: how often firms of a grade are inspected.
func (c *asking) supervise(args []string) error {
	var g credit.CreditGrade
	if err := g.UnmarshalText([]byte(args[0])); err != nil {
		return err
	}
	day, err := credit.ParseDate(args[1])
	if err != nil {
		return err
	}
	row, ok := c.policy.Supervision(g, day)
	if !ok {
		c.out = append(c.out, fmt.Sprintf("  on %s, grade %s: no row in force", day, g))
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  on %s, grade %s: %v to %v per cent a year, not within %d months; %s", day, g, row.RatioFrom, row.RatioTo,
		row.EveryMonths, cite(&row.Row)))
	return nil
}

// downgrade reads KIND DAY [tier=TIER] [list=CODE] [first]: how good the grade may still be with such a counted record.
func (c *asking) downgrade(args []string) error {
	kind, err := credit.ParseKind(args[0])
	if err != nil {
		return err
	}
	day, err := credit.ParseDate(args[1])
	if err != nil {
		return err
	}
	o := credit.Offence{Decided: day, SinceLast: day, Founded: credit.NoDate, NotPenalty: kind != credit.KindPenalty}
	list := ""
	for _, a := range args[2:] {
		name, value, _ := strings.Cut(a, "=")
		switch name {
		case "tier":
			o.Tier = map[string]credit.Severity{"minor": 1, "general": 2, "serious": 3}[value]
		case "list":
			list = value
		case "first":
			o.SinceLast = credit.NoDate
		default:
			return fmt.Errorf("no word %s: %w", name, credit.ErrInvalid)
		}
	}
	_, spared := c.policy.Spared(&o, day)
	row, ok := c.policy.Downgrade(kind, o.Tier, list, spared, day)
	if !ok {
		c.out = append(c.out, fmt.Sprintf("  on %s: no downgrade", day))
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  on %s: no better than %s; %s", day, row.Grade, cite(&row.Row)))
	return nil
}

// benchmark reads MEASURE DAY: the average that a region is held against.
func (c *asking) benchmark(args []string) error {
	day, err := credit.ParseDate(args[1])
	if err != nil {
		return err
	}
	row, ok := c.policy.Benchmark(args[0], day)
	if !ok {
		c.out = append(c.out, fmt.Sprintf("  %s on %s: no figure", args[0], day))
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  %s on %s: %v; %s", args[0], day, row.Value, cite(&row.Row)))
	return nil
}
