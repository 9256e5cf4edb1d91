package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"time"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
	"hengxin/store"
)

// scoreCmd asks for one score.
type scoreCmd struct {
	Subject string `arg:"" name:"code" help:"Unified social credit code, or an opaque id with its name space (bdci:p155)."`
	asked
	Lang string `enum:"zh,en" default:"zh" help:"Language of the printed score: ${enum}."`
}

// asked are the flags of every question.
type asked struct {
	On      string `placeholder:"DAY" help:"As of this day (2024-06-30); today in China unless given."`
	Bank    string `placeholder:"NAME" help:"The bank that asks; the subject's consent must name it."`
	Purpose string `enum:"application,pre_loan_review,post_loan" default:"pre_loan_review" help:"What the score is for: ${enum}."`
	Request string `placeholder:"KEY" help:"The same key and question give the same score again."`
	Segment string `default:"default" help:"Segment whose champion decides."`
}

// Help shows an example.
func (c *scoreCmd) Help() string {
	return `Scores one subject under the champion of the segment. It needs a consent in force (hengxin consent grant). The
score is on record, with its audit entry, before it is printed.

  hengxin score 91320500MA1MTEXT2D --bank bank-a --purpose pre_loan_review --on 2024-06-30`
}

// Run asks, and prints the answer.
func (c *scoreCmd) Run(ctx context.Context, g *cli) error {
	db, scorer, err := openScorer(ctx, g, c.Segment)
	if err != nil {
		return err
	}
	defer db.Close()
	score, canonical, err := c.ask(ctx, scorer, c.Subject)
	if err != nil {
		return err
	}
	id := scoring.IDOf(canonical)
	if g.JSON {
		return printScoreJSON(id, canonical)
	}
	return printScore(os.Stdout, id, score, wordsOf(c.Lang))
}

// ask turns the flags into a question and asks it.
func (a *asked) ask(ctx context.Context, scorer *scoring.Scorer, subject string) (*scoring.Score, []byte, error) {
	if a.Bank == "" {
		return nil, nil, errors.New("--bank is missing: a score is asked for by a bank")
	}
	q := scoring.Question{Bank: a.Bank}
	var err error
	if q.Subject, _, err = credit.ParseSubject(subject); err != nil {
		return nil, nil, err
	}
	if err := errors.Join(q.Purpose.UnmarshalText([]byte(a.Purpose)), q.Day.UnmarshalText([]byte(a.On))); err != nil {
		return nil, nil, err
	}
	by := asking()
	by.Request, by.Question = a.Request, q.Digest()
	return scorer.Score(ctx, q, by)
}

// asking is whoever runs the command, now.
func asking() scoring.Asking {
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	return scoring.Asking{Actor: "cli:" + name, At: time.Now()}
}

// openScorer opens the database and a scorer over it.
func openScorer(ctx context.Context, g *cli, segment string) (*store.DB, *scoring.Scorer, error) {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return nil, nil, err
	}
	return db, scoring.NewScorer(segment, scoring.Sources{Log: db, Consents: db, Ledger: db, Rules: db, Policy: policy.Parse}), nil
}

// printScoreJSON prints the id and the canonical bytes as they are.
func printScoreJSON(id credit.ID, canonical []byte) error {
	return printJSON(struct {
		ID    credit.ID       `json:"id"`
		Score json.RawMessage `json:"score"`
	}{id, canonical})
}

// printJSON prints one document on standard output.
func printJSON(v any) error {
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
