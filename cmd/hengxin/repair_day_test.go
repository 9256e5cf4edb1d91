package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
	"hengxin/features"
	"hengxin/models"
	"hengxin/scoring"
	"hengxin/store"
	"hengxin/store/storetest"
)

const (
	repairedFirms   = 10_000
	repairYesterday = "2026-11-19"
	repairTomorrow  = "2026-11-21"
)

var repairDay = credit.NewDate(2026, 11, 20)

// withoutRepaired are the indicators that read counted penalties one by one: on the day after a repair each has the value
// that it would have if the penalty had never been.
var withoutRepaired = []string{"pen_n_3m", "pen_n_6m", "pen_n_12m", "pen_n_24m", "pen_n_36m", "pen_n_all", "pen_yuan_12m", "pen_yuan_36m",
	"pen_yuan_all", "pen_max_36m", "pen_auth_36m", "pen_types_36m", "pen_days_since", "adv_n_all", "adv_n_12m"}

// TestRepairNextDay appends 10,000 repairs known today and asks every caller: the repaired penalty is out of tomorrow's
// indicators from the database, from a record file, through the shard filter and in a score, all with the same bits; and
// yesterday's dataset, built again after the repairs came, has the same bytes as before.
func TestRepairNextDay(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	url := storetest.SQLite(t)
	db, err := store.Open(ctx, url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })

	penalties, repairs := madeRepairs(t)
	before, err := db.Append(ctx, penalties)
	require.NoError(t, err)
	build := func(day, out string, more ...string) map[string][32]byte {
		args := append([]string{"--db", url, "dataset", "build", "--as-of", day, "--indicators", "all", "--out", filepath.Join(dir, out)}, more...)
		require.Zero(t, run(args))
		return filesOf(t, filepath.Join(dir, out))
	}
	upTo := []string{"--up-to", fmt.Sprint(int64(before.Last))}
	yesterday := build(repairYesterday, "yesterday", upTo...)
	_, err = db.Append(ctx, repairs)
	require.NoError(t, err)

	require.Equal(t, yesterday, build(repairYesterday, "yesterday-again", upTo...), "yesterday's dataset, byte for byte")
	build(repairYesterday, "yesterday-head")
	require.Equal(t, frameOf(t, dir, "yesterday"), frameOf(t, dir, "yesterday-head"), "the rows of yesterday as known now")

	build(repairTomorrow, "tomorrow")
	file := filepath.Join(dir, "records.parquet")
	require.Zero(t, run([]string{"--db", url, "records", "export", "--to", file}))
	build(repairTomorrow, "tomorrow-file", "--records", file)
	want := frameOf(t, dir, "tomorrow")
	require.Equal(t, want, frameOf(t, dir, "tomorrow-file"), "from the record file")
	require.Equal(t, want, throughWorker(t, db, dir, file), "through the shard filter")
	requireRepairedOut(t, db, want, repairs)
	requireScoresWithout(t, db, repairs)
}

// madeRepairs returns one to four penalties for each firm, and the approval of the repair of one of them, known on the
// day of repair.
func madeRepairs(t *testing.T) (penalties, repairs []credit.Record) {
	rng := rand.New(rand.NewPCG(20, 26))
	classes := []string{"warning", "fine", "fine;confiscate_gain", "suspend_business", "revoke_licence"}
	for firm := range repairedFirms {
		subject := credit.Subject(fmt.Sprintf("made:%05d", firm))
		n := 1 + rng.IntN(4)
		for i := range n {
			body, err := credit.BodyOf(map[string]string{"doc_no": fmt.Sprint(firm, "-", i), "authority": fmt.Sprint("A", rng.IntN(5)),
				"penalty_types": classes[rng.IntN(len(classes))], "type": fmt.Sprint("v", rng.IntN(4))})
			require.NoError(t, err)
			event := repairDay - credit.Date(20+rng.IntN(900))
			penalties = append(penalties, credit.Record{Subject: subject, Kind: credit.KindPenalty, Event: event, Known: event + credit.Date(rng.IntN(15)),
				Source: "made", Amount: credit.Fen(100 * rng.IntN(2_000_000)), Body: body})
			penalties[len(penalties)-1].Seal()
		}
		target := penalties[len(penalties)-1-rng.IntN(n)]
		repairs = append(repairs, credit.Record{Subject: subject, Kind: credit.KindRepairApproval, Event: repairDay - credit.Date(rng.IntN(2)), Known: repairDay,
			Source: "made", Target: target.ID, Amount: credit.NoFen})
		repairs[firm].Seal()
	}
	return penalties, repairs
}

// rowsOf maps subject to the row of a dataset of one day.
type rowsOf map[string]map[string]uint64

func frameOf(t *testing.T, dir, name string) rowsOf {
	d, err := datasets.LoadFrame(context.Background(), filepath.Join(dir, name))
	require.NoError(t, err)
	rows := rowsOf{}
	for i, key := range d.Keys {
		rows[string(key.Subject)] = rowOf(&d.Frame, i)
	}
	require.Len(t, rows, repairedFirms)
	return rows
}

func rowOf(f *models.Frame, i int) map[string]uint64 {
	row := map[string]uint64{}
	for _, c := range f.Columns {
		row[c.Name] = bitsOf(c.Values[i])
	}
	return row
}

// bitsOf takes every NaN for one.
func bitsOf(x float64) uint64 {
	if math.IsNaN(x) {
		return math.Float64bits(math.NaN())
	}
	return math.Float64bits(x)
}

// throughWorker runs the shard filter over every history of the log.
func throughWorker(t *testing.T, db *store.DB, dir, file string) rowsOf {
	var in, out bytes.Buffer
	require.NoError(t, db.Scan(context.Background(), store.Latest, func(_ credit.Subject, records []credit.Record) error {
		for i := range records {
			in.Write(append(datasets.AppendLine(nil, &records[i]), '\n'))
		}
		return nil
	}))
	binary := filepath.Join(dir, "hengxin")
	self, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, os.Symlink(self, binary))
	c := exec.Command(binary, "worker", "--as-of", repairTomorrow, "--indicators", "all", "--neighbours", file)
	c.Stdin, c.Stdout, c.Stderr = &in, &out, os.Stderr
	require.NoError(t, c.Run())
	ids := features.All().IDs()
	rows := rowsOf{}
	for line := range strings.Lines(out.String()) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		row := map[string]uint64{}
		for i, id := range ids {
			x := math.NaN()
			if cells[i+2] != `\N` {
				x, err = strconv.ParseFloat(cells[i+2], 64)
				require.NoError(t, err)
			}
			row[id] = bitsOf(x)
		}
		rows[cells[0]] = row
	}
	return rows
}

// requireRepairedOut compares tomorrow's rows with the fold of histories from which the repaired penalty and its repair
// were taken out, and looks for the penalty in the evidence.
func requireRepairedOut(t *testing.T, db *store.DB, tomorrow rowsOf, repairs []credit.Record) {
	fold, err := features.NewFold(features.All(), policy.Default(), nil, features.NewNeighbours(policy.Default()))
	require.NoError(t, err)
	day, err := credit.ParseDate(repairTomorrow)
	require.NoError(t, err)
	ids := features.All().IDs()
	for _, repair := range repairs {
		records, err := db.History(context.Background(), nil, repair.Subject, store.Latest)
		require.NoError(t, err)
		row, err := fold.Rows(nil, repair.Subject, records, []credit.Date{day})
		require.NoError(t, err)
		for i, id := range ids {
			if features.All().At(i).Reads == features.ReadsCounted && strings.HasPrefix(id, "pen_") {
				require.NotContains(t, fold.Evidence(nil, i, day), repair.Target, "%s of %s still reads the repaired penalty", id, repair.Subject)
			}
		}
		kept := records[:0:0]
		for _, r := range records {
			if r.ID != repair.Target && r.ID != repair.ID {
				kept = append(kept, r)
			}
		}
		never, err := fold.Rows(nil, repair.Subject, kept, []credit.Date{day})
		require.NoError(t, err)
		for i, id := range ids {
			require.Equal(t, tomorrow[string(repair.Subject)][id], bitsOf(row[i]), "%s of %s online and in the dataset", id, repair.Subject)
		}
		for _, id := range withoutRepaired {
			i, _ := features.All().Index(id)
			require.Equal(t, bitsOf(never[i]), bitsOf(row[i]), "%s of %s", id, repair.Subject)
		}
	}
}

// requireScoresWithout scores every firm: no reason may rest on the repaired penalty.
func requireScoresWithout(t *testing.T, db *store.DB, repairs []credit.Record) {
	ctx := context.Background()
	at := scoring.Asking{Actor: "cli:test", At: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)}
	card, err := os.ReadFile("../../scoring/testdata/card.json")
	require.NoError(t, err)
	kept, err := db.PutArtifact(ctx, card, store.Artifact{Name: "card", Kind: "card", Day: at.Day()})
	require.NoError(t, err)
	_, err = db.SetRules(ctx, "default", policy.Default().Canonical(), nil, at)
	require.NoError(t, err)
	for _, stage := range []store.Stage{store.StageCandidate, store.StageChampion} {
		_, err = db.MoveStage(ctx, store.Move{Segment: "default", Artifact: kept.Digest, To: stage}, at)
		require.NoError(t, err)
	}
	scorer := scoring.NewScorer("default", scoring.Sources{Log: db, Consents: openDoor{}, Ledger: openDoor{}, Rules: db, Policy: policy.Parse})
	reasons := 0
	for _, repair := range repairs {
		s, _, err := scorer.Score(ctx, scoring.Question{Subject: repair.Subject, Bank: "bank", Purpose: credit.PurposePreLoan, Day: at.Day()}, at)
		require.NoError(t, err)
		for _, reason := range s.Reasons {
			for _, e := range reason.Records {
				reasons++
				require.NotEqual(t, repair.Target, e.ID, "a reason of %s rests on the repaired penalty", repair.Subject)
			}
		}
	}
	require.NotZero(t, reasons, "other penalties are still behind some reason")
}

// openDoor allows everything and keeps nothing: here the numbers are looked at, not the ledger.
type openDoor struct{}

func (openDoor) Consents(_ context.Context, s credit.Subject, bank string) ([]scoring.Consent, error) {
	from := credit.NewDate(2020, 1, 1)
	return []scoring.Consent{{ID: credit.ID{1}, Consent: credit.Consent{Subject: s, Bank: bank, Purposes: []credit.Purpose{credit.PurposePreLoan},
		Classes: []credit.DataClass{credit.DataPublic, credit.DataTax, credit.DataSocial, credit.DataUtility, credit.DataScore}, From: from, To: credit.NoDate, Loan: "l", Signed: from, Withdrawn: credit.NoDate}}}, nil
}

func (openDoor) SaveScore(_ context.Context, _ *scoring.Score, canonical []byte, _ scoring.Asking) ([]byte, error) {
	return canonical, nil
}

func (openDoor) SaveRefusal(context.Context, scoring.Question, scoring.Asking) error { return nil }
