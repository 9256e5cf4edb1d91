package scoring_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/models"
	"hengxin/models/card"
	"hengxin/scoring"
)

// testdata/card.json is a card fitted on rows that were made up. UPDATE_CARD=1 go test -run TestFixture fits it anew.
const cardFile = "testdata/card.json"

// fixtureColumns are the indicators of the card, each with how many points of log odds one unit of it makes and the
// values that it takes.
var fixtureColumns = []struct {
	id     string
	unit   float64
	values []float64
}{
	{"pen_n_12m", 0.7, []float64{0, 0, 0, 1, 2, 3}},
	{"sev_n", 1.5, []float64{0, 0, 0, 0, 0, 0, 1}},
	{"tax_grade", -0.5, []float64{1, 2, 3, 4, math.NaN()}},
	{"hc_latest", -0.02, []float64{1, 5, 20, 50, math.NaN()}},
	{"com_breach_n_all", 0.8, []float64{0, 0, 0, 1, 2}},
	{"crt_n_12m", 0.4, []float64{0, 0, 1, 2, 4}},
	{"nbr_listed_n", 1.1, []float64{0, 0, 0, 1}},
}

func TestFixture(t *testing.T) {
	if os.Getenv("UPDATE_CARD") != "" {
		require.NoError(t, os.WriteFile(cardFile, fitFixture(t), 0o644))
	}
	b, err := os.ReadFile(cardFile)
	require.NoError(t, err)
	a, err := models.Decode(b)
	require.NoError(t, err)
	require.Len(t, a.Columns, len(fixtureColumns), "every indicator of the fixture is in the card")
}

func fitFixture(t *testing.T) []byte {
	fitted, err := card.Fit(fixtureFrame(), card.DefaultRecipe(), fixtureMeta())
	require.NoError(t, err)
	b, err := fitted.Artifact.Bytes()
	require.NoError(t, err)
	return b
}

func fixtureMeta() models.Artifact {
	return models.Artifact{Outcome: models.Outcome{Name: "default", Positive: "1", Text: models.Text{En: "default within 12 months", Zh: "12个月内违约"}},
		Provenance: models.Provenance{Dataset: "made up", Generated: true}}
}

func fixtureFrame() *models.Frame {
	const rows = 6000
	f := &models.Frame{Target: make([]float64, rows)}
	seed := uint64(7)
	next := func() float64 { // a linear congruential generator: the rows need not be good chance
		seed = seed*6364136223846793005 + 1442695040888963407
		return float64(seed>>11) / (1 << 53)
	}
	logOdds := make([]float64, rows)
	for _, c := range fixtureColumns {
		column := models.Column{Name: c.id, Type: models.Number, Values: make([]float64, rows)}
		for i := range column.Values {
			v := c.values[int(next()*float64(len(c.values)))]
			column.Values[i] = v
			if v == v {
				logOdds[i] += c.unit * v
			}
		}
		f.Columns = append(f.Columns, column)
	}
	for i := range rows {
		if next() < models.Probability(logOdds[i]-2.5) {
			f.Target[i] = 1
		}
	}
	return f
}

// world is everything a scorer stands on, in memory.
type world struct {
	records  []credit.Record // position i+1
	consents []scoring.Consent
	rules    map[string][]byte
	deciding scoring.Deciding
	saved    map[credit.ID][]byte
	refused  int
	scorer   *scoring.Scorer
}

func newWorld(t testing.TB) *world {
	w := &world{rules: map[string][]byte{}, saved: map[credit.ID][]byte{}}
	artifact, err := os.ReadFile(cardFile)
	require.NoError(t, err)
	w.deciding = scoring.Deciding{Artifact: w.rule(artifact), Policy: w.rule(policy.Default().Canonical())}
	w.restart()
	return w
}

// restart forgets what the scorer has opened, as a new process would.
func (w *world) restart() {
	w.scorer = scoring.NewScorer("default", scoring.Sources{Log: w, Consents: w, Ledger: w, Rules: w, Policy: policy.Parse})
}

func (w *world) rule(b []byte) string {
	digest := models.DigestOf(b)
	w.rules[digest] = b
	return digest
}

func (w *world) Head(context.Context) (credit.Position, error) {
	return credit.Position(len(w.records)), nil
}

func (w *world) History(_ context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error) {
	for i := range w.records[:upTo] {
		if w.records[i].Subject == subject {
			dst = append(dst, w.records[i])
		}
	}
	return dst, nil
}

func (w *world) Consents(_ context.Context, subject credit.Subject, bank string) (held []scoring.Consent, err error) {
	for _, c := range w.consents {
		if c.Subject == subject && c.Bank == bank {
			held = append(held, c)
		}
	}
	return held, nil
}

func (w *world) Rule(_ context.Context, digest string) ([]byte, error) {
	b, ok := w.rules[digest]
	if !ok {
		return nil, fmt.Errorf("rule %s: %w", digest, scoring.ErrUnknownDigest)
	}
	return b, nil
}

func (w *world) Deciding(context.Context, string) (scoring.Deciding, error) {
	if w.deciding.Artifact == "" {
		return w.deciding, scoring.ErrNoChampion
	}
	return w.deciding, nil
}

func (w *world) SaveScore(_ context.Context, _ *scoring.Score, canonical []byte, _ scoring.Asking) ([]byte, error) {
	w.saved[scoring.IDOf(canonical)] = canonical
	return canonical, nil
}

func (w *world) SaveRefusal(context.Context, scoring.Question, scoring.Asking) error {
	w.refused++
	return nil
}

const (
	firm = credit.Subject("t:firm")
	bank = "bank-a"
)

var (
	noon  = scoring.Asking{Actor: "cli:test", At: time.Date(2024, 6, 30, 4, 0, 0, 0, time.UTC)}
	today = credit.NewDate(2024, 6, 30)
)

func day(s string) credit.Date {
	d, err := credit.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// add appends a record to the log and returns it.
func (w *world) add(t testing.TB, kind credit.Kind, known string, change func(*credit.Record), body ...string) credit.Record {
	values := map[string]string{}
	for i := 0; i < len(body); i += 2 {
		values[body[i]] = body[i+1]
	}
	b, err := credit.BodyOf(values)
	require.NoError(t, err)
	r := credit.Record{Subject: firm, Kind: kind, Event: day(known), Known: day(known), Source: "made", Amount: credit.NoFen, Body: b}
	if change != nil {
		change(&r)
	}
	r.Seal()
	require.NoError(t, r.Check())
	w.records = append(w.records, r)
	return r
}

// found registers the firm and gives it some history.
func (w *world) found(t testing.TB) (penalty credit.Record) {
	w.add(t, credit.KindRegistration, "2019-03-01", nil, "established", "2019-03-01")
	w.add(t, credit.KindTaxGrade, "2024-04-30", nil, "grade", "B", "period", "2023")
	w.add(t, credit.KindHeadcount, "2024-05-20", nil, "count", "12", "period", "2024-04")
	return w.add(t, credit.KindPenalty, "2024-02-10", func(r *credit.Record) { r.Amount = 5_000_000 },
		"authority", "苏州市市场监督管理局", "doc_no", "苏市监罚〔2024〕12号", "type", "广告违法", "penalty_types", "fine", "procedure", "ordinary")
}

// grant enters a consent that allows what the fixture's card reads.
func (w *world) grant(change func(*credit.Consent)) {
	c := credit.Consent{Subject: firm, Bank: bank, Purposes: []credit.Purpose{credit.PurposePreLoan},
		Classes: []credit.DataClass{credit.DataScore, credit.DataTax, credit.DataSocial}, From: day("2024-01-01"), To: day("2024-12-31"),
		Signed: day("2024-01-01"), Evidence: credit.Digest{1}, Withdrawn: credit.NoDate}
	if change != nil {
		change(&c)
	}
	w.consents = append(w.consents, scoring.Consent{ID: credit.ID{byte(len(w.consents) + 1)}, Consent: c})
}

func question() scoring.Question {
	return scoring.Question{Subject: firm, Bank: bank, Purpose: credit.PurposePreLoan, Day: today}
}
