package main

import (
	"context"
	"fmt"
	"os"

	"hengxin/credit"
)

// standingCmd shows what the law says of a subject's records on a day.
type standingCmd struct {
	Subject string `arg:"" name:"code" help:"Unified social credit code, or an opaque id with its name space (bdci:p155)."`
	On      string `placeholder:"DAY" help:"As of this day (2024-06-30); today in China unless given."`
	Policy  string `placeholder:"P" help:"Directory, file or digest of a policy; the built-in one unless given."`
	Lang    string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *standingCmd) Help() string {
	return `Shows each record that was known on the day as a line of time: when it was published, from when repair may be applied for and
on what conditions, what was applied for and decided, when it ended or will end, and what changes under law that is published
and not yet in force; with the row of law behind each date, and why the record is still shown. What comes after the day holds
where nothing else happens. Copies of the decision that other sources sent confirm it; what they state otherwise is named.

  hengxin standing 91320500MA1MTEXT2D --on 2024-06-30
  hengxin standing 91320500MA1MTEXT2D --on 2024-06-30 --lang en`
}

// standingPage is everything that the command shows.
type standingPage struct {
	Subject credit.Subject   `json:"subject"`
	On      credit.Date      `json:"on"`
	Policy  credit.Digest    `json:"policy"`
	Notes   []standingMoment `json:"notes"` // of the subject as a whole: bans on repair, reorganisation
	Records []standingLine   `json:"records"`
}

// Run reads the subject's history and prints it.
func (c *standingCmd) Run(ctx context.Context, g *cli) error {
	subject, _, err := credit.ParseSubject(c.Subject)
	if err != nil {
		return err
	}
	day, err := dayOr("--on", c.On)
	if err != nil {
		return err
	}
	law, err := openPolicy(ctx, g, c.Policy)
	if err != nil {
		return fmt.Errorf("--policy %s: %w", c.Policy, err)
	}
	records, err := knownRecords(ctx, g, subject, day)
	if err != nil {
		return err
	}
	page, err := pageOf(law, subject, records, day)
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(page)
	}
	standingWordsOf(c.Lang).print(os.Stdout, page)
	return nil
}

// knownRecords are the subject's records that were known on day.
func knownRecords(ctx context.Context, g *cli, subject credit.Subject, day credit.Date) ([]credit.Record, error) {
	db, head, err := g.atHead(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	records, err := db.History(ctx, nil, subject, head)
	if err != nil {
		return nil, err
	}
	known := records[:0]
	for i := range records {
		if records[i].Known <= day {
			known = append(known, records[i])
		}
	}
	return known, nil
}

// pageOf lays the records out. Law that was published later than day is not looked at.
func pageOf(law *credit.Policy, subject credit.Subject, records []credit.Record, day credit.Date) (*standingPage, error) {
	then, err := law.AsPublished(day)
	if err != nil {
		return nil, fmt.Errorf("the law as it was published on %s: %w", day, err)
	}
	var h credit.History
	if err := then.Resolve(&h, records); err != nil {
		return nil, err
	}
	page := &standingPage{Subject: subject, On: day, Policy: law.Digest(), Notes: subjectNotes(then, &h, day), Records: []standingLine{}}
	at := map[int32]int{}
	for i := range h.Entries {
		e := &h.Entries[i]
		if line, ok := standingOf(then, e, day); ok {
			at[int32(i)] = len(page.Records)
			page.Records = append(page.Records, line)
		}
		first, ok := at[e.Of] // copies come after what they repeat
		if !e.Copy || !ok {
			continue
		}
		line := &page.Records[first]
		differs := append([]string{}, credit.Differences(line.read, e.Record)...)
		line.Copies = append(line.Copies, copyLine{ID: e.Record.ID, Source: e.Record.Source, Known: e.Record.Known, Differs: differs})
	}
	return page, nil
}
