package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"hengxin/credit"
	"hengxin/store"
)

// replayCmd makes a recorded score again.
type replayCmd struct {
	Score string `arg:"" help:"Id of the score."`
}

// Help shows an example.
func (c *replayCmd) Help() string {
	return `Makes a recorded score again from the records up to its position and the rules that it names, prints its canonical
bytes, and says on standard error whether they are equal to those on record. Exit code 1 where they are not, or where a
rule is not stored any more.

  hengxin replay 0f6b3c...`
}

// Run replays and compares.
func (c *replayCmd) Run(ctx context.Context, g *cli) error {
	db, scorer, err := openScorer(ctx, g, "")
	if err != nil {
		return err
	}
	defer db.Close()
	id, err := credit.ParseID(c.Score)
	if err != nil {
		return err
	}
	saved, score, err := savedScore(ctx, db, id)
	if err != nil {
		return err
	}
	again, err := scorer.Replay(ctx, score)
	if err != nil {
		return err
	}
	equal := bytes.Equal(again, saved.Bytes)
	by := asking()
	err = db.Audit(ctx, store.AuditEntry{At: by.At, Actor: by.Actor, Action: store.ActionReplay, Object: id.String(), Subject: string(score.Subject)})
	if err != nil {
		return err
	}
	if err := printReplay(g, id, again, equal); err != nil {
		return err
	}
	if !equal {
		return errors.New("replay: the bytes are not those on record")
	}
	fmt.Fprintln(os.Stderr, "equal: the bytes are those on record")
	return nil
}

func printReplay(g *cli, id credit.ID, again []byte, equal bool) error {
	if g.JSON {
		return printJSON(struct {
			ID    credit.ID       `json:"id"`
			Equal bool            `json:"equal"`
			Score json.RawMessage `json:"score"`
		}{id, equal, again})
	}
	_, err := os.Stdout.Write(append(again, '\n'))
	return err
}
