package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/credit/quality"
)

type resolveCodesCmd struct {
	Out string `placeholder:"DIR" help:"Also write dead.csv, shared.csv and merged.csv here."`
}

// Help shows an example.
func (c *resolveCodesCmd) Help() string {
	return `Reports codes that are dead (closed, with later records), duplicate (several codes with one organisation code or one registered name) and
merged (chains of succession). A succession that leads back to itself, or to two subjects, is refused and named, and the command fails.

  hengxin resolve codes --out out/codes`
}

// Run reads the log, twice where codes share something, and prints the report.
func (c *resolveCodesCmd) Run(ctx context.Context, g *cli) error {
	db, head, err := g.atHead(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	codes := quality.NewCodes()
	pass := func(each func([]credit.Record)) error {
		return db.Scan(ctx, head, func(_ credit.Subject, records []credit.Record) error { each(records); return nil })
	}
	if err := pass(codes.Subject); err != nil {
		return err
	}
	if codes.NeedsAgain() {
		if err := pass(codes.Again); err != nil {
			return err
		}
	}
	report := codes.Report()
	if err := c.write(report); err != nil {
		return err
	}
	if g.JSON {
		err = printJSON(report)
	} else {
		printCodes(os.Stdout, report)
	}
	if len(report.Refused) > 0 {
		err = errors.Join(err, fmt.Errorf("%d successions refused: have their source correct them", len(report.Refused)))
	}
	return err
}

func printCodes(w io.Writer, r quality.CodeReport) {
	fmt.Fprintf(w, "dead %d, shared %d, merged %d, refused %d\n", len(r.Dead), len(r.Shared), len(r.Merged), len(r.Refused))
	const most = 20
	for _, d := range r.Dead[:min(most, len(r.Dead))] {
		fmt.Fprintf(w, "dead %s: closed %s, %d later records, the last of %s (%s)\n", d.Subject, d.Closed, d.Later, d.Last, d.Record)
	}
	for _, s := range r.Shared[:min(most, len(r.Shared))] {
		fmt.Fprintf(w, "shared %s %s: %s\n", s.By, s.Value, joinSubjects(s.Subjects, ", "))
	}
	for _, m := range r.Merged[:min(most, len(r.Merged))] {
		fmt.Fprintf(w, "merged %s\n", joinSubjects(m.Subjects, " -> "))
	}
	for _, why := range r.Refused {
		fmt.Fprintf(w, "refused %s\n", why)
	}
}

func joinSubjects(subjects []credit.Subject, by string) string {
	texts := make([]string, len(subjects))
	for i, s := range subjects {
		texts[i] = string(s)
	}
	return strings.Join(texts, by)
}

func (c *resolveCodesCmd) write(r quality.CodeReport) error {
	if c.Out == "" {
		return nil
	}
	if err := os.MkdirAll(c.Out, 0o777); err != nil {
		return err
	}
	dead := [][]string{{"subject", "closed", "closure", "later", "last", "record"}}
	for _, d := range r.Dead {
		dead = append(dead, []string{string(d.Subject), d.Closed.String(), d.Closure.String(), strconv.Itoa(d.Later), d.Last.String(), d.Record.String()})
	}
	shared := [][]string{{"by", "value", "subjects"}}
	for _, s := range r.Shared {
		shared = append(shared, []string{s.By, s.Value, joinSubjects(s.Subjects, ";")})
	}
	merged := [][]string{{"from", "to", "chain", "day", "record"}}
	for _, m := range r.Merged {
		last := len(m.Days) - 1
		merged = append(merged, []string{string(m.Subjects[0]), string(m.Subjects[last+1]), joinSubjects(m.Subjects, ";"), m.Days[last].String(), m.Records[last].String()})
	}
	return errors.Join(writeTable(filepath.Join(c.Out, "dead.csv"), dead), writeTable(filepath.Join(c.Out, "shared.csv"), shared),
		writeTable(filepath.Join(c.Out, "merged.csv"), merged))
}
