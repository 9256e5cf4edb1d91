package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
	"hengxin/models"
	"hengxin/scoring"
	"hengxin/store"
)

// promoteCmd gives a fitted model a stage.
type promoteCmd struct {
	Artifact string `arg:"" type:"existingfile" help:"Artifact file that hengxin fit wrote."`
	Segment  string `default:"default" help:"Segment that it is to serve."`
	Stage    string `enum:"candidate,shadow,champion" default:"champion" help:"What it is to be: ${enum}."`
	Coverage string `type:"existingfile" help:"CSV of source coverage for new scores of the segment; that of the model's dataset unless given."`
	Peers    string `type:"existingfile" help:"Table of peers that the model was fitted with, where the database does not have it."`
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
	db, err := store.Open(ctx, g.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := c.keepPeers(ctx, db, model); err != nil {
		return err
	}
	coverage, err := c.coverage(ctx, db, model)
	if err != nil {
		return err
	}
	by := asking()
	kept, err := db.PutArtifact(ctx, artifact, store.Artifact{Name: filepath.Base(c.Artifact), Kind: model.Kind, Day: by.Day()})
	if err != nil {
		return err
	}
	if err := c.try(ctx, db, kept.Digest, coverage); err != nil {
		return err
	}
	if err := keepCatalogue(ctx, db, model); err != nil {
		return err
	}
	var rules *store.Rules
	if c.Stage == string(store.StageChampion) {
		rules = &store.Rules{Segment: c.Segment, Policy: policy.Default().Canonical(), Coverage: coverage}
	}
	if err := c.approved(ctx, db, model, by.Day()); err != nil {
		return err
	}
	moves, err := c.moves(ctx, db, kept.Digest)
	if err != nil {
		return err
	}
	if moves, err = db.Promote(ctx, moves, rules, by); err != nil {
		return err
	}
	return c.report(g, kept.Digest, moves)
}

// basis is what a dataset's manifest says that its models rest on.
type basis struct {
	Set        credit.Digest  `json:"set"`
	Indicators []string       `json:"indicators"`
	Coverage   *credit.Digest `json:"coverage"`
	Peers      *credit.Digest `json:"peers"`
}

// keepPeers keeps the table of peers given, which must be the one that the model was fitted with.
func (c *promoteCmd) keepPeers(ctx context.Context, db *store.DB, model *models.Artifact) error {
	if c.Peers == "" {
		return nil
	}
	table, err := readPeers(c.Peers)
	if err != nil {
		return err
	}
	if table.Digest().String() != model.Provenance.Peers {
		return fmt.Errorf("%s: table of peers %s, the model was fitted with %q: %w", c.Peers, table.Digest(), model.Provenance.Peers, scoring.ErrUnknownDigest)
	}
	_, err = db.PutDocument(ctx, store.DocumentPeers, table.Canonical())
	return err
}

// setOf is the set of those indicators with the table of peers that the database has under the digest, "" for none.
func setOf(ctx context.Context, db *store.DB, peers string, ids []string) (*features.Set, error) {
	set, err := features.NewSet(ids...)
	if err != nil || peers == "" {
		return set, err
	}
	b, err := db.Rule(ctx, peers)
	if err != nil {
		return nil, fmt.Errorf("table of peers %s (give it with --peers): %w", peers, err)
	}
	table, err := features.ReadPeers(b)
	if err != nil {
		return nil, err
	}
	return set.WithPeers(table)
}

// coverage returns the canonical bytes of the coverage given, or else of the one that the model's dataset was built with:
// a model must see missing values where it saw them when it was fitted. It is nil where neither states one. It refuses
// a model whose dataset had indicators that this program defines otherwise.
func (c *promoteCmd) coverage(ctx context.Context, db *store.DB, model *models.Artifact) ([]byte, error) {
	from, err := basisOf(ctx, db, model)
	if err != nil {
		return nil, err
	}
	if c.Coverage != "" {
		rows, err := readCoverage(c.Coverage)
		if err != nil {
			return nil, err
		}
		if from != nil && (from.Coverage == nil || *from.Coverage != rows.Digest()) {
			fmt.Fprintln(os.Stderr, "note: the model was fitted under another coverage than the one given")
		}
		return rows.Canonical(), nil
	}
	if from == nil || from.Coverage == nil {
		return nil, nil
	}
	return db.Rule(ctx, from.Coverage.String())
}

// basisOf finds the manifest of the model's dataset; nil, and a note, where the database does not have it.
func basisOf(ctx context.Context, db *store.DB, model *models.Artifact) (*basis, error) {
	b, err := db.Rule(ctx, model.Provenance.Dataset)
	if err != nil {
		if !errors.Is(err, scoring.ErrUnknownDigest) && !errors.Is(err, credit.ErrInvalid) {
			return nil, err
		}
		if model.Provenance.Catalogue != features.Lending().Digest().String() {
			fmt.Fprintln(os.Stderr, "note: the database does not have the model's dataset; whether its indicators were defined as they are now cannot be checked")
		}
		return nil, nil
	}
	from := new(basis)
	if err := json.Unmarshal(b, from); err != nil {
		return nil, fmt.Errorf("manifest %s: %w", model.Provenance.Dataset, err)
	}
	peers := ""
	if from.Peers != nil {
		peers = from.Peers.String()
	}
	set, err := setOf(ctx, db, peers, from.Indicators)
	if err != nil {
		return nil, fmt.Errorf("dataset %s: %w", model.Provenance.Dataset, err)
	}
	if set.Digest() != from.Set {
		return nil, fmt.Errorf("dataset %s was built with indicators that this program defines otherwise; build it again and fit the model anew: %w",
			model.Provenance.Dataset, scoring.ErrUnknownDigest)
	}
	return from, nil
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

// keepCatalogue keeps the definitions of the model's indicators: scores name their digest, and a program that defines
// them otherwise refuses to replay them.
func keepCatalogue(ctx context.Context, db *store.DB, model *models.Artifact) error {
	set, err := setOf(ctx, db, model.Provenance.Peers, columnNames(model))
	if err != nil {
		return err
	}
	_, err = db.PutDocument(ctx, store.DocumentCatalogue, set.Canonical())
	return err
}

// approved refuses a model that is to score, as champion or in the shadow, with sensitive indicators that no approval in
// force covers.
func (c *promoteCmd) approved(ctx context.Context, db *store.DB, model *models.Artifact, day credit.Date) error {
	if c.Stage == string(store.StageCandidate) {
		return nil
	}
	set, err := setOf(ctx, db, model.Provenance.Peers, columnNames(model))
	if err != nil {
		return err
	}
	return set.Approved(day)
}

func columnNames(model *models.Artifact) []string {
	ids := make([]string, len(model.Columns))
	for i, c := range model.Columns {
		ids[i] = c.Name
	}
	return ids
}

// moves lists the steps that give the artifact its stage, by way of candidate where the table of stages asks for it.
func (c *promoteCmd) moves(ctx context.Context, db *store.DB, artifact store.Digest) ([]store.Move, error) {
	to := store.Stage(c.Stage)
	m := store.Move{Segment: c.Segment, Artifact: artifact, To: to, Reason: c.Reason}
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
	if !now.MayMove(to) && now.MayMove(store.StageCandidate) && to != store.StageCandidate {
		first := m
		first.To = store.StageCandidate
		return []store.Move{first, m}, nil
	}
	return []store.Move{m}, nil
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
