package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/quality"
	"hengxin/store"
)

// qualityCmd reports how good the records of each source are.
type qualityCmd struct {
	Source   string `help:"Only records of this source."`
	From     string `placeholder:"DAY" help:"Only records that arrived on this day or later (2024-06-01)."`
	To       string `placeholder:"DAY" help:"Only records that arrived on this day or before."`
	On       string `placeholder:"DAY" help:"Day of the report; --to where that is given, else today in China."`
	Examples int    `default:"3" help:"Examples kept for each rule and source."`
	HTML     string `name:"html" placeholder:"FILE" help:"Also write the report as a page."`
	Days     bool   `help:"Print the days of arrival too."`
	Rules    bool   `help:"List the rules and do nothing else."`
	RuleFile string `placeholder:"FILE" help:"Rules of your own (see credit/quality/RULES.md); the built-in ones unless given."`
	Lang     string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *qualityCmd) Help() string {
	return `Walks the rules of quality over the log and counts what they find, by source, day of arrival and rule, with a few examples by
record id. Rules see a subject's whole history, also where the report is of some days. Nothing in the log is changed.

  hengxin quality --from 2024-06-01 --to 2024-06-30 --html quality.html
  hengxin quality --rules`
}

// Run makes the report and prints it.
func (c *qualityCmd) Run(ctx context.Context, g *cli) error {
	rules, err := c.rules()
	if err != nil {
		return err
	}
	if c.Rules {
		return c.list(g, rules)
	}
	o, err := c.options()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := checkQuality(ctx, db, quality.NewChecker(rules, o))
	if err != nil {
		return err
	}
	if c.HTML != "" {
		if err := writeResult(c.HTML, func(w io.Writer) error { return report.WritePage(w, c.Lang) }); err != nil {
			return err
		}
	}
	if g.JSON {
		return printJSON(report)
	}
	return c.print(os.Stdout, report)
}

// qualityLaw is what the rules need of the law: working days, divisions, industries, words.
func qualityLaw() quality.Law {
	return quality.Law{Deadline: policy.Workdays().Add, Words: policy.Default().CheckWords,
		Division: func(code string, on credit.Date) (known, inForce bool) {
			_, state := policy.Division(code, on)
			return state != policy.DivisionUnknown, state == policy.DivisionInForce
		},
		Industry: func(code string) error { _, err := policy.Industry(code); return err }}
}

func (c *qualityCmd) rules() (*quality.Rules, error) {
	if c.RuleFile == "" {
		return quality.DefaultRules(qualityLaw())
	}
	text, err := os.ReadFile(c.RuleFile)
	if err != nil {
		return nil, err
	}
	rules, err := quality.ParseRules(string(text), qualityLaw())
	if err != nil {
		return nil, fmt.Errorf("--rule-file %s: %w", c.RuleFile, err)
	}
	return rules, nil
}

func (c *qualityCmd) options() (o quality.Options, err error) {
	if c.Examples < 0 || c.Examples > 1000 {
		return o, fmt.Errorf("--examples %d: want 0 to 1000", c.Examples)
	}
	o = quality.Options{Source: c.Source, From: credit.NoDate, To: credit.NoDate, On: today(), Examples: c.Examples}
	for _, day := range []struct {
		flag, text string
		into       []*credit.Date
	}{{"--from", c.From, []*credit.Date{&o.From}}, {"--to", c.To, []*credit.Date{&o.To, &o.On}}, {"--on", c.On, []*credit.Date{&o.On}}} {
		if day.text == "" {
			continue
		}
		d, err := credit.ParseDate(day.text)
		if err != nil {
			return o, fmt.Errorf("%s: %w", day.flag, err)
		}
		for _, into := range day.into {
			*into = d
		}
	}
	if o.To != credit.NoDate && o.To < o.From {
		return o, fmt.Errorf("--to %s is before --from %s", o.To, o.From)
	}
	return o, nil
}

// checkQuality gives a checker every history up to one position, and once more where it asks for it.
func checkQuality(ctx context.Context, db *store.DB, checker *quality.Checker) (*quality.Report, error) {
	head, err := db.Head(ctx)
	if err != nil {
		return nil, err
	}
	pass := func(what string, each func([]credit.Record)) error {
		m := newMeter(what, int64(head))
		defer m.end()
		return db.Scan(ctx, head, func(_ credit.Subject, records []credit.Record) error {
			each(records)
			m.add(len(records))
			return nil
		})
	}
	if err := pass("quality", checker.Subject); err != nil {
		return nil, err
	}
	if checker.NeedsAgain() {
		if err := pass("quality, between subjects", checker.Again); err != nil {
			return nil, err
		}
	}
	return checker.Report(), nil
}

func (c *qualityCmd) list(g *cli, rules *quality.Rules) error {
	if g.JSON {
		return printJSON(rules.List())
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	for _, r := range rules.List() {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.ID, quality.Word(c.Lang, r.Dimension), quality.Word(c.Lang, r.Severity), r.Says(c.Lang), quality.Word(c.Lang, r.Citation))
	}
	fmt.Fprintf(w, "%d\n", len(rules.List()))
	return w.Flush()
}

func (c *qualityCmd) print(out io.Writer, r *quality.Report) error {
	w := tabwriter.NewWriter(out, 0, 4, 2, ' ', 0)
	say := func(key string) string { return quality.Word(c.Lang, key) }
	rules := map[string]quality.Rule{}
	for _, rule := range r.Rules {
		rules[rule.ID] = rule
	}
	fmt.Fprintf(w, "%s %s: %s %d, %s %d\n", say("on"), r.On, say("records"), r.Records, say("findings"), r.Findings)
	for _, s := range r.Sources {
		fmt.Fprintf(w, "\n%s: %s %d, %s %d\n", s.Source, say("records"), s.Records, say("findings"), s.Findings)
		for _, t := range s.Rules {
			rule := rules[t.Rule]
			fmt.Fprintf(w, "  %s\t%s\t%s\t%d / %d\t%s", t.Rule, say(rule.Severity), say(rule.Dimension), t.Findings, t.Checked, rule.Says(c.Lang))
			if t.Undetermined > 0 {
				fmt.Fprintf(w, " (%s %d)", say("untold"), t.Undetermined)
			}
			fmt.Fprintln(w)
			for _, e := range t.Examples {
				fmt.Fprintf(w, "  \t\t\t\t%s %s %s %s\n", e.Day, e.Subject, e.Record, e.Value)
			}
		}
		for _, d := range s.Days {
			if c.Days {
				fmt.Fprintf(w, "  %s\t\t\t%d / %d\t\n", d.Day, d.Findings, d.Records)
			}
		}
	}
	return w.Flush()
}
