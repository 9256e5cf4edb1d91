package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/store"
)

// eraseCmd destroys bodies of records.
type eraseCmd struct {
	Due    string   `placeholder:"DAY" help:"Erase every record whose years of retention are over by this day, not a day to come."`
	Record []string `placeholder:"ID" help:"Erase this record; may be given several times."`
	Reason string   `help:"Why, with --record: it is kept, so no word about what the record says."`
	Finish bool     `help:"Only finish an erasure that was stopped, or that a reader held up."`
	DryRun bool     `help:"Show what would be erased, and leave it."`
	Policy string   `placeholder:"DIR" help:"Directory of policy files; the built-in ones unless given."`
	Lang   string   `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *eraseCmd) Help() string {
	return `Destroys the bodies of records, wherever the database holds them, and then what it keeps of them in freed space. Id, kind,
dates and a tombstone stay, the audit gets an entry each, and a source that sends the record again does not bring it back. Scores
and rows of days before the erasure that rest on the record cannot be made again: that is refused by name. It cannot be undone.

Backups, exports, replicas and archived journals are not reached: see to them yourself. The database is rewritten, which takes
the disk space of the log once more.

  hengxin erase --due 2026-11-22 --dry-run
  hengxin erase --record 3c38839a5d65da277cc39b2e71b1d2d6 --reason "request 2026-17"`
}

// erasedLine is one record erased, or to be erased.
type erasedLine struct {
	ID      credit.ID      `json:"id"`
	Subject credit.Subject `json:"subject,omitempty"`
	Kind    string         `json:"kind,omitempty"`
	Day     credit.Date    `json:"day"`
	Rule    string         `json:"rule,omitempty"`
	Reason  string         `json:"reason,omitempty"`
}

// eraseResult is what the command prints as JSON.
type eraseResult struct {
	DryRun  bool         `json:"dry_run"`
	Erased  int          `json:"erased"` // bodies destroyed now
	Already int          `json:"already"`
	Records []erasedLine `json:"records"`
}

// Run erases and says what.
func (c *eraseCmd) Run(ctx context.Context, g *cli) error {
	if err := c.check(); err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	result := eraseResult{DryRun: c.DryRun, Records: []erasedLine{}}
	switch {
	case c.Due != "":
		result.Records, err = c.due(ctx, db)
	case len(c.Record) > 0:
		result.Records, err = c.records()
	}
	if err == nil && !c.DryRun {
		err = c.erase(ctx, db, &result)
	}
	if err != nil && result.Erased == 0 {
		return err
	}
	return errors.Join(err, c.report(g, &result))
}

func (c *eraseCmd) check() error {
	ways := 0
	for _, given := range []bool{c.Due != "", len(c.Record) > 0, c.Finish} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return errors.New("say what to erase: one of --due, --record, --finish")
	case len(c.Record) > 0 && c.Reason == "":
		return errors.New("--record: state the --reason, for the audit")
	case c.Reason != "" && len(c.Record) == 0:
		return errors.New("--reason goes with --record: what is due is erased for the policy's row")
	}
	return nil
}

// due finds what the rows of retention want destroyed by the day.
func (c *eraseCmd) due(ctx context.Context, db *store.DB) (lines []erasedLine, err error) {
	lines = []erasedLine{}
	day, err := credit.ParseDate(c.Due)
	if err != nil {
		return nil, fmt.Errorf("--due: %w", err)
	}
	if today := asking().Day(); day > today {
		return nil, fmt.Errorf("--due %s: that day has not come, today is %s", day, today)
	}
	law := policy.Default()
	if c.Policy != "" {
		if law, err = policy.Open(os.DirFS(c.Policy)); err != nil {
			return nil, fmt.Errorf("--policy %s: %w", c.Policy, err)
		}
	}
	var h credit.History
	var due []credit.Due
	err = db.Scan(ctx, store.Latest, func(s credit.Subject, records []credit.Record) error {
		if err := law.Resolve(&h, records); err != nil {
			return err
		}
		due = law.Due(due[:0], &h, day)
		for _, d := range due {
			lines = append(lines, erasedLine{ID: d.Record.ID, Subject: s, Kind: d.Record.Kind.String(), Day: d.From, Rule: d.Row.ID})
		}
		return ctx.Err()
	})
	return lines, err
}

func (c *eraseCmd) records() (lines []erasedLine, err error) {
	today := asking().Day()
	for _, text := range c.Record {
		id, err := credit.ParseID(text)
		if err != nil || id.IsZero() {
			return nil, fmt.Errorf("--record %q: want 32 hex digits", text)
		}
		lines = append(lines, erasedLine{ID: id, Day: today, Reason: c.Reason})
	}
	return lines, nil
}

func (c *eraseCmd) erase(ctx context.Context, db *store.DB, result *eraseResult) (err error) {
	if c.Finish {
		return db.Purge(ctx)
	}
	erasures := make([]store.Erasure, len(result.Records))
	for i, l := range result.Records {
		erasures[i] = store.Erasure{ID: l.ID, Day: l.Day, Rule: l.Rule, Reason: l.Reason}
	}
	result.Erased, err = db.Erase(ctx, erasures, asking())
	result.Already = len(erasures) - result.Erased
	return err
}

// eraseWords are the lines of the report, in Chinese and English.
var eraseWords = map[string]struct{ head, would, erased, finished string }{
	"zh": {"记录 销毁之日（到期日） 依据或事由 种类 主体", "将销毁 %d 条记录的内容（未执行）\n", "已销毁 %d 条记录的内容；此前已销毁 %d 条\n", "残留副本已清除\n"},
	"en": {"record, day from which it is due, row of law or reason, kind, subject", "the bodies of %d records would be destroyed (nothing was done)\n", "the bodies of %d records are destroyed; of %d they were before\n",
		"what was left of erased bodies is destroyed\n"},
}

func (c *eraseCmd) report(g *cli, result *eraseResult) error {
	if g.JSON {
		return printJSON(result)
	}
	words := eraseWords[c.Lang]
	if len(result.Records) > 0 {
		fmt.Println(words.head)
	}
	for _, l := range result.Records {
		fmt.Println(l.ID, l.Day, l.Rule+l.Reason, l.Kind, l.Subject)
	}
	switch {
	case c.Finish:
		fmt.Print(words.finished)
	case c.DryRun:
		fmt.Printf(words.would, len(result.Records))
	default:
		fmt.Printf(words.erased, result.Erased, result.Already)
	}
	return nil
}
