package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"

	"hengxin/credit"
	"hengxin/scoring"
	"hengxin/store"
)

// explainCmd shows everything behind a score.
type explainCmd struct {
	What string `arg:"" name:"score|code" help:"Id of a score, or a subject's code to score it first."`
	asked
	Lang string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
	All  bool   `help:"Also the indicators that neither won nor lost points."`
}

// Help shows an example.
func (c *explainCmd) Help() string {
	return `Shows every indicator of a score with its value, bin and points, and the records behind it with their standing on
the score's day. The score is made again from its own rules and records: what is shown is what it was made from. Given a
code, it asks for a score first, as hengxin score does.

  hengxin explain 0f6b3c...            a score made before
  hengxin explain 91320500MA1MTEXT2D --bank bank-a`
}

// Run finds or makes the score, and explains it.
func (c *explainCmd) Run(ctx context.Context, g *cli) error {
	db, scorer, err := openScorer(ctx, g, c.Segment)
	if err != nil {
		return err
	}
	defer db.Close()
	score, id, err := c.score(ctx, db, scorer)
	if err != nil {
		return err
	}
	explanation, err := scorer.Explain(ctx, score)
	if err != nil {
		return err
	}
	by := asking()
	err = db.Audit(ctx, store.AuditEntry{At: by.At, Actor: by.Actor, Action: store.ActionExplain, Object: id.String(), Subject: string(score.Subject)})
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(struct {
			ID          credit.ID            `json:"id"`
			Explanation *scoring.Explanation `json:"explanation"`
		}{id, explanation})
	}
	return c.print(id, explanation)
}

// score reads the score of that id, or asks for one of that subject.
func (c *explainCmd) score(ctx context.Context, db *store.DB, scorer *scoring.Scorer) (*scoring.Score, credit.ID, error) {
	if id, err := credit.ParseID(c.What); err == nil {
		_, score, err := savedScore(ctx, db, id)
		return score, id, err
	}
	score, canonical, err := c.ask(ctx, scorer, c.What)
	return score, scoring.IDOf(canonical), err
}

// savedScore reads a score on record.
func savedScore(ctx context.Context, db *store.DB, id credit.ID) (store.SavedScore, *scoring.Score, error) {
	saved, err := db.Score(ctx, id)
	if err != nil {
		return saved, nil, err
	}
	score, err := scoring.Parse(saved.Bytes)
	return saved, score, err
}

func (c *explainCmd) print(id credit.ID, e *scoring.Explanation) error {
	w := wordsOf(c.Lang)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s  %s\n\n", w.score, id)
	table(&b, [][2]string{{w.subject, string(e.Subject)}, {w.asOf, e.Day.String()}, {w.points, number(e.Points)},
		{w.pick("中性分", "Neutral"), number(e.Neutral)}, {w.probability, percent(e.Probability)}, {w.grade, e.Grade}})
	b.WriteByte('\n')
	for _, l := range e.Lines {
		if l.Points == 0 && l.Lost == 0 && !c.All {
			continue
		}
		value := l.Missing
		if l.Value != nil {
			value = number(*l.Value)
		}
		name := w.pick(l.NameZh, l.Name)
		pad := strings.Repeat(" ", max(0, 44-cells(name)))
		fmt.Fprintf(&b, "  %s%s %12s  %-20s %+7.1f  %s %.1f  [%s]\n", name, pad, value, l.Bin, l.Points, w.pick("失", "lost"), l.Lost, l.Indicator)
		printEvidence(&b, l.Records, l.More, w)
	}
	printProvenance(&b, &e.Provenance, w)
	_, err := os.Stdout.Write(b.Bytes())
	return err
}
