package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
	"hengxin/store"
)

// standingCmd shows what the law says of a subject's records on a day.
type standingCmd struct {
	Subject string `arg:"" name:"code" help:"Unified social credit code, or an opaque id with its name space (bdci:p155)."`
	On      string `placeholder:"DAY" help:"As of this day (2024-06-30); today in China unless given."`
	Policy  string `placeholder:"DIR" help:"Directory of policy files; the built-in ones unless given."`
}

// Help shows an example.
func (c *standingCmd) Help() string {
	return `Shows each record that was known on the day: whether it is public and counts, why, from when repair may be applied for,
when publicity ends, and the row of law behind it. Copies of the decision that other sources sent confirm it; what they
state otherwise is named.

  hengxin standing 91320500MA1MTEXT2D --on 2024-06-30`
}

// standingLine is one record on the day.
type standingLine struct {
	ID       credit.ID    `json:"id"`
	Kind     string       `json:"kind"`
	Event    credit.Date  `json:"event"`
	Known    credit.Date  `json:"known"`
	DocNo    string       `json:"doc_no,omitempty"`
	Since    credit.Date  `json:"since"`
	State    credit.State `json:"state"`
	StateZh  string       `json:"state_zh"`
	Counted  bool         `json:"counted"`
	Weight   float64      `json:"weight"`
	Shown    bool         `json:"shown"`
	Disputed bool         `json:"disputed,omitempty"`
	Reason   string       `json:"reason"`
	ReasonZh string       `json:"reason_zh"`
	ReasonEn string       `json:"reason_en"`
	Earliest string       `json:"repair_from,omitempty"`
	Last     string       `json:"last_public_day,omitempty"`
	Rule     string       `json:"rule,omitempty"`
	Citation string       `json:"citation,omitempty"`
	Verified string       `json:"verified,omitempty"`
	Copies   []copyLine   `json:"copies,omitempty"`

	read *credit.Record // as it reads on the day
}

// copyLine is a copy of a decision that was known on the day.
type copyLine struct {
	ID      credit.ID   `json:"id"`
	Source  string      `json:"source"`
	Known   credit.Date `json:"known"`
	Differs []string    `json:"differs"` // names of what it states otherwise than the decision as it reads on the day
}

// Run reads the subject's history and prints it.
func (c *standingCmd) Run(ctx context.Context, g *cli) error {
	subject, _, err := credit.ParseSubject(c.Subject)
	if err != nil {
		return err
	}
	day, law := scoring.Asking{At: time.Now()}.Day(), policy.Default()
	if c.On != "" {
		if day, err = credit.ParseDate(c.On); err != nil {
			return fmt.Errorf("--on: %w", err)
		}
	}
	if c.Policy != "" {
		if law, err = policy.Open(os.DirFS(c.Policy)); err != nil {
			return fmt.Errorf("--policy %s: %w", c.Policy, err)
		}
	}
	lines, err := c.lines(ctx, g, subject, day, law)
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(struct {
			Subject credit.Subject `json:"subject"`
			On      credit.Date    `json:"on"`
			Policy  credit.Digest  `json:"policy"`
			Records []standingLine `json:"records"`
		}{subject, day, law.Digest(), lines})
	}
	fmt.Fprintf(os.Stdout, "%s %s，共 %d 条记录 · %d records\n", subject, day, len(lines), len(lines))
	for i := range lines {
		lines[i].print(os.Stdout)
	}
	return nil
}

func (c *standingCmd) lines(ctx context.Context, g *cli, subject credit.Subject, day credit.Date, law *credit.Policy) ([]standingLine, error) {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	head, err := db.Head(ctx)
	if err != nil {
		return nil, err
	}
	records, err := db.History(ctx, nil, subject, head)
	if err != nil {
		return nil, err
	}
	var h credit.History
	if err := law.Resolve(&h, records); err != nil {
		return nil, err
	}
	return standingLines(law, &h, day), nil
}

// standingLines reads what stands for itself, each with the copies that confirm it.
func standingLines(law *credit.Policy, h *credit.History, day credit.Date) []standingLine {
	lines, at := []standingLine{}, map[int32]int{}
	for i := range h.Entries {
		e := &h.Entries[i]
		if line, ok := standingOf(law, e, day); ok {
			at[int32(i)] = len(lines)
			lines = append(lines, line)
		}
		first, ok := at[e.Of] // copies come after what they repeat
		if !e.Copy || !ok || e.Record.Known > day {
			continue
		}
		line := &lines[first]
		differs := append([]string{}, credit.Differences(line.read, e.Record)...)
		line.Copies = append(line.Copies, copyLine{ID: e.Record.ID, Source: e.Record.Source, Known: e.Record.Known, Differs: differs})
	}
	return lines
}

// standingOf reads the step that holds on the day; ok is false for followers, copies, and what was not known yet.
func standingOf(law *credit.Policy, e *credit.Entry, day credit.Date) (line standingLine, ok bool) {
	var span *credit.Span
	for i := range e.Spans {
		if e.Spans[i].From <= day {
			span = &e.Spans[i]
		}
	}
	if span == nil {
		return line, false
	}
	r := e.Record
	for _, v := range e.Versions { // as corrections left it
		if v.From <= day {
			r = v.Record
		}
	}
	line = standingLine{ID: r.ID, Kind: r.Kind.String(), Event: r.Event, Known: e.Record.Known, DocNo: r.Body.Text(credit.FieldDocNo),
		Since: span.From, State: span.State, StateZh: span.State.Info().Zh, Counted: span.Counted, Weight: span.Weight, Shown: span.Shown,
		Disputed: span.Disputed, Reason: span.Reason.String(), read: r}
	if span.Earliest != credit.NoDate {
		line.Earliest = span.Earliest.String()
	}
	if span.End != credit.NoDate {
		line.Last = (span.End - 1).String()
	}
	line.ReasonZh, line.ReasonEn = law.Text(span.Reason)
	if row, ok := law.Rule(span.Rule); ok {
		line.Rule, line.Citation, line.Verified = row.ID, row.Citation, row.Verified.String()
	}
	return line, true
}

func (l *standingLine) print(w io.Writer) {
	fmt.Fprintf(w, "\n%s %s %s\n  %s · %s, since %s", l.Event, l.Kind, l.DocNo, l.StateZh, l.State, l.Since)
	if l.Counted {
		fmt.Fprintf(w, "; counted, weight %.2f", l.Weight)
	} else {
		fmt.Fprint(w, "; not counted")
	}
	if l.Disputed {
		fmt.Fprint(w, "; disputed")
	}
	fmt.Fprintf(w, "\n  %s · %s\n", l.ReasonZh, l.ReasonEn)
	if l.Earliest != "" {
		fmt.Fprintf(w, "  可申请修复 · repair from %s\n", l.Earliest)
	}
	if l.Last != "" {
		fmt.Fprintf(w, "  公示截止 · last public day %s\n", l.Last)
	}
	if l.Rule != "" {
		fmt.Fprintf(w, "  依据 · rule %s, %s (verified: %s)\n", l.Rule, l.Citation, l.Verified)
	}
	for _, c := range l.Copies {
		fmt.Fprintf(w, "  另有来源 · also from %s, %s, id %s: ", c.Source, c.Known, c.ID)
		if len(c.Differs) == 0 {
			fmt.Fprintln(w, "一致 · agrees")
			continue
		}
		fmt.Fprintf(w, "不一致 · differs in %s\n", strings.Join(c.Differs, ", "))
	}
}
