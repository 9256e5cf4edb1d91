package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/store"
)

type policyDiffCmd struct {
	A        string `arg:"" help:"The policy before: built-in, a directory, a file, a digest; or a day."`
	B        string `arg:"" help:"The policy after, or the other day: both are days or neither is."`
	DryRun   bool   `help:"Read the log of --db and say which records change their standing; changes nothing."`
	On       string `placeholder:"DAY" help:"With --dry-run of two policies: the day of the standing; today in China unless given."`
	Examples int    `default:"3" help:"Records shown for each sort of change."`
	Lang     string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *policyDiffCmd) Help() string {
	return `Says which rows two policies do not have in common, or which rows come and go between two days. With --dry-run every record
of the log is judged under both, and the records whose standing differs are counted, by what they were and what they
become, with examples. The log is read as a stream; nothing is written.

  hengxin policy diff built-in law/
  hengxin policy diff built-in law/rules.csv --dry-run --on 2026-11-22
  hengxin policy diff 2026-03-31 2026-04-01 --dry-run`
}

// standingChange is one sort of change that records go through.
type standingChange struct {
	Kind       string          `json:"kind"`
	Before     string          `json:"before"`
	After      string          `json:"after"`
	RuleBefore string          `json:"rule_before"`
	RuleAfter  string          `json:"rule_after"`
	What       string          `json:"what"` // state, or else weight, tier, repair_from, end; commitment
	Rows       []string        `json:"rows"` // changed rows among the rules that decide
	Records    int             `json:"records"`
	Subjects   int             `json:"subjects"`
	Examples   []changeExample `json:"examples"`

	last credit.Subject
}

// changeExample is one record that changes.
type changeExample struct {
	Subject credit.Subject `json:"subject"`
	ID      credit.ID      `json:"id"`
	Event   credit.Date    `json:"event"`
	DocNo   string         `json:"doc_no,omitempty"`
	Before  string         `json:"before"`
	After   string         `json:"after"`
}

// dryRun is what a dry run over the log found.
type dryRun struct {
	Position credit.Position   `json:"position"`
	Records  int               `json:"records"`
	Subjects int               `json:"subjects"`
	Changed  int               `json:"changed"`
	Changes  []*standingChange `json:"changes"`

	a, b       *credit.Policy
	dayA, dayB credit.Date
	rows       map[string]bool
	by         map[string]*standingChange
	keep       int
	ha, hb     credit.History
}

// Run compares.
func (c *policyDiffCmd) Run(ctx context.Context, g *cli) error {
	run, rows, err := c.compare(ctx, g)
	if err != nil {
		return err
	}
	if c.DryRun {
		if err := run.read(ctx, g); err != nil {
			return err
		}
	}
	if g.JSON {
		out := struct {
			Before credit.Digest   `json:"before"`
			After  credit.Digest   `json:"after"`
			On     [2]credit.Date  `json:"on"`
			Rows   []policy.Change `json:"rows"`
			DryRun *dryRun         `json:"dry_run,omitempty"`
		}{run.a.Digest(), run.b.Digest(), [2]credit.Date{run.dayA, run.dayB}, append([]policy.Change{}, rows...), nil}
		if c.DryRun {
			out.DryRun = run
		}
		return printJSON(out)
	}
	w := policyWordsOf(c.Lang)
	w.changesOf(os.Stdout, rows)
	if c.DryRun {
		w.dryRun(os.Stdout, run)
	}
	return nil
}

// compare opens both sides and finds the rows that differ.
func (c *policyDiffCmd) compare(ctx context.Context, g *cli) (run *dryRun, rows []policy.Change, err error) {
	run = &dryRun{Changes: []*standingChange{}, rows: map[string]bool{}, by: map[string]*standingChange{}, keep: c.Examples}
	dayA, errA := credit.ParseDate(c.A)
	dayB, errB := credit.ParseDate(c.B)
	switch {
	case errA == nil && errB == nil:
		run.a, run.b, run.dayA, run.dayB = policy.Default(), policy.Default(), dayA, dayB
		rows, err = policy.DiffDays(run.a, dayA, dayB)
	case errA == nil || errB == nil:
		return nil, nil, fmt.Errorf("policy diff %s %s: a day is held against a day, a policy against a policy", c.A, c.B)
	default:
		if run.a, err = openPolicy(ctx, g, c.A); err != nil {
			return nil, nil, err
		}
		if run.b, err = openPolicy(ctx, g, c.B); err != nil {
			return nil, nil, err
		}
		if run.dayA, err = dayOr("--on", c.On); err != nil {
			return nil, nil, err
		}
		run.dayB = run.dayA
		rows, err = policy.Diff(run.a, run.b)
	}
	for _, r := range rows {
		run.rows[r.ID] = true
		if r.Line.Cell("rule") != "" {
			run.rows[r.Line.Cell("rule")] = true
		}
	}
	return run, rows, err
}

// read judges every record of the log under both sides.
func (d *dryRun) read(ctx context.Context, g *cli) error {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	if d.Position, err = db.Head(ctx); err != nil {
		return err
	}
	err = db.Scan(ctx, d.Position, func(subject credit.Subject, records []credit.Record) error { return d.subject(subject, records) })
	if err != nil {
		return err
	}
	slices.SortFunc(d.Changes, func(a, b *standingChange) int {
		return cmp.Or(b.Records-a.Records, cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Before+a.RuleBefore, b.Before+b.RuleBefore),
			cmp.Compare(a.After+a.RuleAfter, b.After+b.RuleAfter), cmp.Compare(a.What, b.What))
	})
	return nil
}

func (d *dryRun) subject(subject credit.Subject, records []credit.Record) error {
	d.Subjects++
	if err := d.a.Resolve(&d.ha, records); err != nil {
		return err
	}
	if err := d.b.Resolve(&d.hb, records); err != nil {
		return err
	}
	for i := range d.ha.Entries {
		x, y := credit.SpanOn(d.ha.Entries[i].Spans, d.dayA), credit.SpanOn(d.hb.Entries[i].Spans, d.dayB)
		if x == nil || y == nil {
			continue
		}
		d.Records++
		if what := differsIn(x, y); what != "" {
			d.note(subject, &d.ha.Entries[i], x, y, what)
		}
		if p, q := stageOn(&d.ha.Entries[i], d.dayA), stageOn(&d.hb.Entries[i], d.dayB); p != nil && q != nil && p.State != q.State {
			d.noteStage(subject, &d.ha.Entries[i], p.State, q.State)
		}
	}
	return nil
}

// differsIn names the first thing in which two steps differ, "" where there is none.
func differsIn(a, b *credit.Span) string {
	switch {
	case a.State != b.State || a.Counted != b.Counted || a.Shown != b.Shown:
		return "state"
	case a.Weight != b.Weight:
		return "weight"
	case a.Tier != b.Tier:
		return "tier"
	case a.Earliest != b.Earliest:
		return "repair_from"
	case a.End != b.End:
		return "end"
	}
	return ""
}

func (d *dryRun) note(subject credit.Subject, e *credit.Entry, x, y *credit.Span, what string) {
	rowX, _ := d.a.Rule(x.Rule)
	rowY, _ := d.b.Rule(y.Rule)
	d.put(subject, e, standingChange{Before: x.State.String(), After: y.State.String(), RuleBefore: rowX.ID, RuleAfter: rowY.ID, What: what},
		daysOf(x), daysOf(y))
}

// noteStage notes a commitment whose closed loop stands elsewhere.
func (d *dryRun) noteStage(subject credit.Subject, e *credit.Entry, x, y credit.CommitmentState) {
	d.put(subject, e, standingChange{Before: x.String(), After: y.String(), What: "commitment"}, x.String(), y.String())
}

// put counts a record under its sort of change.
func (d *dryRun) put(subject credit.Subject, e *credit.Entry, c standingChange, before, after string) {
	d.Changed++
	c.Kind = e.Record.Kind.String()
	key := strings.Join([]string{c.Kind, c.Before, c.RuleBefore, c.After, c.RuleAfter, c.What}, "|")
	ch := d.by[key]
	if ch == nil {
		c.Rows, c.Examples = []string{}, []changeExample{}
		ch = &c
		for _, id := range slices.Compact([]string{c.RuleBefore, c.RuleAfter}) {
			if d.rows[id] {
				ch.Rows = append(ch.Rows, id)
			}
		}
		d.by[key] = ch
		d.Changes = append(d.Changes, ch)
	}
	ch.Records++
	if ch.Subjects == 0 || ch.last != subject {
		ch.Subjects++
		ch.last = credit.Subject(strings.Clone(string(subject)))
	}
	if len(ch.Examples) < d.keep {
		r := e.Record
		ch.Examples = append(ch.Examples, changeExample{ch.last, r.ID, r.Event, strings.Clone(r.Body.Text(credit.FieldDocNo)), before, after})
	}
}

// daysOf says what a step gives in days and weight.
func daysOf(s *credit.Span) string {
	out := fmt.Sprintf("%s weight %.2f", s.State, s.Weight)
	if s.Earliest != credit.NoDate {
		out += ", repair from " + s.Earliest.String()
	}
	if s.End != credit.NoDate && s.State != credit.StateExpired {
		out += ", last public day " + (s.End - 1).String()
	}
	return out
}

func (w *policyWords) changesOf(out io.Writer, rows []policy.Change) {
	if len(rows) == 0 {
		fmt.Fprintln(out, w.noChange)
		return
	}
	fmt.Fprintf(out, w.changes+"\n", len(rows))
	what := map[string]string{"added": w.added, "removed": w.removed, "changed": w.changed}
	for _, r := range rows {
		fmt.Fprintf(out, "  %s  %s  %s, %s\n", what[r.What], r.ID, w.table(r.Table), w.window(r.Line))
		for _, c := range r.Cells {
			fmt.Fprintf(out, "      %s: %q -> %q\n", w.column(c.Column), c.Before, c.After)
		}
	}
}

func (w *policyWords) dryRun(out io.Writer, d *dryRun) {
	fmt.Fprintf(out, "\n"+w.standing+"\n", d.Records, d.Subjects)
	if len(d.Changes) == 0 {
		fmt.Fprintln(out, "  "+w.unchanged)
	}
	for _, c := range d.Changes {
		before, after := c.Before, c.After
		kind := c.Kind
		if k, err := credit.ParseKind(c.Kind); err == nil && w.zh {
			info, _ := k.Info()
			kind, before, after = info.Zh, stateZh(before, c.What == "commitment"), stateZh(after, c.What == "commitment")
		}
		fmt.Fprintf(out, "  %d %s (%d %s)  %s: %s [%s] -> %s [%s]  (%s)\n", c.Records, w.records, c.Subjects, w.subjects, kind, before,
			orDash(c.RuleBefore), after, orDash(c.RuleAfter), w.what(c.What))
		for _, x := range c.Examples {
			fmt.Fprintf(out, "      %s %s %s %s: %s -> %s\n", w.examples, x.Subject, x.Event, orDash(x.DocNo), w.days(x.Before, c.What), w.days(x.After, c.What))
		}
	}
}

// what names the first thing that differs.
func (w *policyWords) what(name string) string {
	zh := map[string]string{"state": "状态", "weight": "权重", "tier": "失信程度", "repair_from": "可申请修复日", "end": "公示截止日", "commitment": "承诺状态"}[name]
	if !w.zh || zh == "" {
		return name
	}
	return zh
}

// days says the text of daysOf, or a commitment's state, in the reader's language.
func (w *policyWords) days(text, what string) string {
	if !w.zh {
		return text
	}
	state, rest, _ := strings.Cut(text, " ")
	rest = strings.NewReplacer("weight ", "，权重 ", ", repair from ", "，最早可申请修复 ", ", last public day ", "，公示至 ").Replace(rest)
	return stateZh(state, what == "commitment") + rest
}

// stateZh is the Chinese name of a state of a record, or of a commitment.
func stateZh(name string, commitment bool) string {
	if commitment {
		for _, s := range credit.CommitmentStates() {
			if s.Name == name {
				return s.Zh
			}
		}
	}
	for _, s := range credit.States() {
		if s.Name == name {
			return s.Zh
		}
	}
	return name
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
