package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/models"
	"hengxin/scoring"
	"hengxin/store"
)

// promoteCmd gives a fitted model a stage.
type promoteCmd struct {
	Artifact string `arg:"" type:"existingfile" help:"Artifact file that hengxin fit wrote."`
	Segment  string `default:"default" help:"Segment that it is to serve."`
	Stage    string `enum:"candidate,shadow,champion" default:"champion" help:"What it is to be: ${enum}."`
	Coverage string `type:"existingfile" help:"CSV of source coverage (source,kind,class,region,from,to,off,note) for new scores of the segment."`
	Reason   string `help:"Why, for the record."`
}

// Help shows an example.
func (c *promoteCmd) Help() string {
	return `Keeps the artifact in the database and gives it a stage. A champion decides; the one before it retires. The policy built
into this program, and the coverage given, become those of new scores of the segment; scores made before keep theirs.

  hengxin promote card.json --segment default --reason "validated 2024-06"`
}

// Run keeps the artifact, tries whether scores can be made with it, and moves it.
func (c *promoteCmd) Run(ctx context.Context, g *cli) error {
	artifact, err := os.ReadFile(c.Artifact)
	if err != nil {
		return err
	}
	model, err := models.Decode(artifact)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Artifact, err)
	}
	coverage, err := c.coverage()
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	by := asking()
	kept, err := db.PutArtifact(ctx, artifact, store.Artifact{Name: filepath.Base(c.Artifact), Kind: model.Kind, Day: by.Day()})
	if err != nil {
		return err
	}
	if err := c.try(ctx, db, kept.Digest, coverage); err != nil {
		return err
	}
	if c.Stage == string(store.StageChampion) {
		if _, err := db.SetRules(ctx, c.Segment, policy.Default().Canonical(), coverage, by); err != nil {
			return err
		}
	}
	moves, err := c.move(ctx, db, kept.Digest, by)
	if err != nil {
		return err
	}
	return c.report(g, kept.Digest, moves)
}

// coverage reads the coverage file into its canonical bytes; nil where none is given.
func (c *promoteCmd) coverage() ([]byte, error) {
	if c.Coverage == "" {
		return nil, nil
	}
	f, err := os.Open(c.Coverage)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := credit.ReadCoverage(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Coverage, err)
	}
	return rows.Canonical(), nil
}

// try opens the method under which the model would score: what cannot score is not promoted.
func (c *promoteCmd) try(ctx context.Context, db *store.DB, artifact store.Digest, coverage []byte) error {
	d, err := db.PutDocument(ctx, store.DocumentPolicy, policy.Default().Canonical())
	if err != nil {
		return err
	}
	deciding := scoring.Deciding{Artifact: artifact.String(), Policy: d.String()}
	if coverage != nil {
		if d, err = db.PutDocument(ctx, store.DocumentCoverage, coverage); err != nil {
			return err
		}
		deciding.Coverage = d.String()
	}
	_, err = scoring.OpenMethod(ctx, db, policy.Parse, deciding)
	return err
}

// move gives the artifact its stage, by way of candidate where the table of stages asks for it.
func (c *promoteCmd) move(ctx context.Context, db *store.DB, artifact store.Digest, by scoring.Asking) ([]store.Move, error) {
	to := store.Stage(c.Stage)
	m := store.Move{Segment: c.Segment, Artifact: artifact, To: to, By: by.Actor, Day: by.Day(), Reason: c.Reason}
	stages, err := db.Stages(ctx, c.Segment)
	if err != nil {
		return nil, err
	}
	now := store.StageNone
	for _, s := range stages {
		if s.Artifact == artifact {
			now = s.Stage
		}
	}
	if now == to {
		return nil, nil
	}
	var all []store.Move
	if !now.MayMove(to) && now.MayMove(store.StageCandidate) && to != store.StageCandidate {
		first := m
		first.To = store.StageCandidate
		if all, err = db.MoveStage(ctx, first); err != nil {
			return nil, err
		}
	}
	made, err := db.MoveStage(ctx, m)
	if err != nil {
		return nil, err
	}
	all = append(all, made...)
	audit := store.AuditEntry{At: by.At, Actor: by.Actor, Action: store.ActionPromote, Object: artifact.String(),
		Detail: fmt.Sprintf(`{"segment":%q,"stage":%q}`, c.Segment, c.Stage)}
	return all, errors.Join(db.Audit(ctx, audit))
}

func (c *promoteCmd) report(g *cli, artifact store.Digest, moves []store.Move) error {
	if g.JSON {
		return printJSON(map[string]any{"artifact": artifact, "segment": c.Segment, "stage": c.Stage, "moves": moves})
	}
	for _, m := range moves {
		from := string(m.From)
		if from == "" {
			from = "nothing"
		}
		fmt.Printf("%s  %s -> %s\n", short(m.Artifact.String()), from, m.To)
	}
	fmt.Printf("%s is %s of segment %s\n", artifact, c.Stage, c.Segment)
	return nil
}
