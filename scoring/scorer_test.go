package scoring_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
	"hengxin/models"
	"hengxin/models/card"
	"hengxin/scoring"
)

func (w *world) score(t testing.TB, q scoring.Question) *scoring.Score {
	t.Helper()
	s, canonical, err := w.scorer.Score(context.Background(), q, noon)
	require.NoError(t, err)
	require.Equal(t, canonical, w.saved[scoring.IDOf(canonical)], "given out only after it was recorded")
	return s
}

func reasonOf(s *scoring.Score, indicator string) *scoring.Reason {
	for i := range s.Reasons {
		if s.Reasons[i].Indicator == indicator {
			return &s.Reasons[i]
		}
	}
	return nil
}

func warned(s *scoring.Score, code string) bool {
	for _, w := range s.Warnings {
		if w.Code == code {
			return true
		}
	}
	return false
}

func TestScoreNamesItsRecords(t *testing.T) {
	w := newWorld(t)
	penalty := w.found(t)
	w.grant(nil)
	s := w.score(t, question())
	require.Equal(t, today, s.Day)
	require.Equal(t, credit.Position(4), s.Position)
	require.Equal(t, w.deciding.Artifact, s.Provenance.Artifact)
	require.Equal(t, w.deciding.Policy, s.Provenance.Policy)
	require.Equal(t, credit.ID{1}, s.Provenance.Consent)
	require.True(t, warned(s, "generated_data"), "a model of generated data says so")

	r := reasonOf(s, "pen_n_12m")
	require.NotNil(t, r)
	require.Equal(t, 1.0, *r.Value)
	require.Positive(t, r.Lost)
	require.Len(t, r.Records, 1)
	e := r.Records[0]
	require.Equal(t, penalty.ID, e.ID)
	require.True(t, e.Counted)
	require.Equal(t, "publicised", e.Standing)
	require.Contains(t, e.Zh, "2024-02-10 行政处罚，苏州市市场监督管理局")
	require.Contains(t, e.Zh, "50000.00 元")
	require.Contains(t, e.En, "2024-02-10 penalty")
	for i := 1; i < len(s.Reasons); i++ {
		require.GreaterOrEqual(t, s.Reasons[i-1].Lost, s.Reasons[i].Lost, "most points lost first")
	}
}

// TestScoreEqualsModelOnRow is the naive twin: the fold's row under the artifact's own set, and the card applied to it.
func TestScoreEqualsModelOnRow(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	a, err := models.Decode(w.rules[w.deciding.Artifact])
	require.NoError(t, err)
	c, err := card.Decode(a)
	require.NoError(t, err)
	ids := make([]string, len(a.Columns))
	for i := range a.Columns {
		ids[i] = a.Columns[i].Name
	}
	set, err := features.NewSet(ids...)
	require.NoError(t, err)
	fold, err := features.NewFold(set, policy.Default(), nil, features.NewNeighbours(policy.Default()))
	require.NoError(t, err)
	for _, on := range []string{"2024-01-31", "2024-03-01", "2024-05-31", "2024-06-30"} {
		q := question()
		q.Day = day(on)
		row, err := fold.Rows(nil, firm, w.records, []credit.Date{q.Day})
		require.NoError(t, err)
		s := w.score(t, q)
		require.Equal(t, c.Points(row), s.Points, on)
		require.Equal(t, models.Probability(c.LogOdds(row)), s.Probability, on)
		require.Equal(t, a.Grade(s.Points), s.Grade, on)
		require.Equal(t, set.Digest().String(), s.Provenance.Set)
	}
}

// TestConsentIsRequired takes one thing at a time away from a consent that allows the use.
func TestConsentIsRequired(t *testing.T) {
	cases := []struct {
		name   string
		change func(*credit.Consent)
		ask    func(*scoring.Question, *scoring.Asking)
		want   error // nil: allowed
	}{
		{"all in order", func(*credit.Consent) {}, nil, nil},
		{"none", nil, nil, credit.ErrConsent},
		{"another subject", func(c *credit.Consent) { c.Subject = "t:else" }, nil, credit.ErrConsent},
		{"another bank", func(c *credit.Consent) { c.Bank = "bank-b" }, nil, credit.ErrConsent},
		{"another purpose", func(c *credit.Consent) { c.Purposes = []credit.Purpose{credit.PurposePostLoan} }, nil, credit.ErrConsentPurpose},
		{"not the score", func(c *credit.Consent) { c.Classes = []credit.DataClass{credit.DataTax, credit.DataSocial} }, nil, credit.ErrConsentClass},
		{"not a class that the model reads", func(c *credit.Consent) { c.Classes = []credit.DataClass{credit.DataScore, credit.DataTax} }, nil, credit.ErrConsentClass},
		{"not begun", func(c *credit.Consent) { c.From = today + 1 }, nil, credit.ErrConsentEarly},
		{"over", func(c *credit.Consent) { c.To = today - 1 }, nil, credit.ErrConsentOver},
		{"last day", func(c *credit.Consent) { c.To = today }, nil, nil},
		{"withdrawn today", func(c *credit.Consent) { c.Withdrawn = today }, nil, credit.ErrConsentWithdrawn},
		{"withdrawn, asked as of a day before", func(c *credit.Consent) { c.Withdrawn = today }, func(q *scoring.Question, _ *scoring.Asking) { q.Day = today - 30 }, credit.ErrConsentWithdrawn},
		{"over, asked as of a day within", func(c *credit.Consent) { c.To = today - 1 }, func(q *scoring.Question, _ *scoring.Asking) { q.Day = today - 2 }, credit.ErrConsentOver},
		{"as of a day before it began", func(c *credit.Consent) { c.From = today - 5 }, func(q *scoring.Question, _ *scoring.Asking) { q.Day = today - 6 }, credit.ErrConsentEarly},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.found(t)
			if c.change != nil {
				w.grant(c.change)
			}
			q, by := question(), noon
			if c.ask != nil {
				c.ask(&q, &by)
			}
			_, _, err := w.scorer.Score(context.Background(), q, by)
			if c.want == nil {
				require.NoError(t, err)
				require.Zero(t, w.refused)
				return
			}
			require.ErrorIs(t, err, credit.ErrConsent)
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			require.Equal(t, 1, w.refused, "the refusal is on record")
			require.Empty(t, w.saved)
		})
	}
}

// unread is a log that must not be read.
type unread struct{ t testing.TB }

func (u unread) Head(context.Context) (credit.Position, error) {
	u.t.Error("the log was asked before the consent")
	return 0, nil
}

func (u unread) History(context.Context, []credit.Record, credit.Subject, credit.Position) ([]credit.Record, error) {
	u.t.Error("records were read before the consent")
	return nil, nil
}

func TestNothingIsReadWithoutConsent(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	scorer := scoring.NewScorer("default", scoring.Sources{Log: unread{t}, Consents: w, Ledger: w, Rules: w, Policy: policy.Parse})
	_, _, err := scorer.Score(context.Background(), question(), noon)
	require.ErrorIs(t, err, credit.ErrConsent)
}

func TestSecondConsentServes(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(func(c *credit.Consent) { c.Withdrawn = today - 10 })
	w.grant(nil)
	require.Equal(t, credit.ID{2}, w.score(t, question()).Provenance.Consent)
}

func TestQuestionsThatHaveNoAnswer(t *testing.T) {
	w := newWorld(t)
	w.grant(nil)
	ask := func(q scoring.Question) error {
		_, _, err := w.scorer.Score(context.Background(), q, noon)
		return err
	}
	require.ErrorIs(t, ask(question()), scoring.ErrSubjectUnknown, "no record at all")
	w.add(t, credit.KindRegistration, "2024-06-01", nil)
	early := question()
	early.Day = day("2024-05-31")
	require.ErrorIs(t, ask(early), scoring.ErrSubjectUnknown, "nothing was known yet")
	require.NoError(t, ask(question()), "a registered firm without more is scored")
	late := question()
	late.Day = today + 1
	require.ErrorIs(t, ask(late), credit.ErrInvalid, "a day that has not come")
	nobody := question()
	nobody.Subject = "913"
	require.ErrorIs(t, ask(nobody), credit.ErrInvalid)
	w.deciding.Artifact = ""
	require.ErrorIs(t, ask(question()), scoring.ErrNoChampion)
}

func TestDayOfAskingIsChinas(t *testing.T) {
	late := scoring.Asking{At: time.Date(2024, 6, 29, 16, 0, 0, 0, time.UTC)}
	require.Equal(t, "2024-06-30", late.Day().String())
	late.At = late.At.Add(-time.Millisecond)
	require.Equal(t, "2024-06-29", late.Day().String())

	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	q := question()
	q.Day = credit.NoDate
	require.Equal(t, today, w.score(t, q).Day)
}

func TestRepairStopsCounting(t *testing.T) {
	w := newWorld(t)
	penalty := w.found(t)
	w.grant(nil)
	before := w.score(t, question())
	w.add(t, credit.KindRepairApproval, "2024-06-15", func(r *credit.Record) { r.Target = penalty.ID })
	after := w.score(t, question())
	require.Greater(t, after.Points, before.Points)
	require.Nil(t, reasonOf(after, "pen_n_12m"))
	earlier := question()
	earlier.Day = day("2024-06-14")
	require.Equal(t, before.Points, w.score(t, earlier).Points, "the day before the repair was known")
}

func TestVetoDecidesTheGrade(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	plain := w.score(t, question())
	require.Empty(t, plain.Vetoes)
	listing := w.add(t, credit.KindSevereListing, "2024-06-10", nil, "list", "SXBZXR", "cause", "有履行能力而拒不履行")
	s := w.score(t, question())
	require.Len(t, s.Vetoes, 1)
	require.Equal(t, "LIST-SXBZXR", s.Vetoes[0].Rule)
	require.Equal(t, listing.ID, s.Vetoes[0].Records[0].ID)
	a, err := models.Decode(w.rules[w.deciding.Artifact])
	require.NoError(t, err)
	require.Equal(t, a.Grades[len(a.Grades)-1].Name, s.Grade)
	require.Less(t, s.Points, plain.Points)

	w.add(t, credit.KindRemoval, "2024-06-20", func(r *credit.Record) { r.Target = listing.ID })
	require.Empty(t, w.score(t, question()).Vetoes, "taken off the list")
	w2 := newWorld(t)
	w2.found(t)
	w2.grant(nil)
	w2.add(t, credit.KindSevereListing, "2024-06-10", nil, "list", "STAT")
	require.Empty(t, w2.score(t, question()).Vetoes, "a list without a veto")
}

func TestObjectionIsAnnotated(t *testing.T) {
	w := newWorld(t)
	penalty := w.found(t)
	w.grant(nil)
	require.False(t, w.score(t, question()).Disputed)
	w.add(t, credit.KindObjection, "2024-06-12", func(r *credit.Record) { r.Target = penalty.ID }, "status", "accepted")
	s := w.score(t, question())
	require.True(t, s.Disputed)
	require.True(t, reasonOf(s, "pen_n_12m").Records[0].Disputed, "it counts, and says so")
}

func TestMissingIsSaid(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	s := w.score(t, question())
	require.True(t, warned(s, "coverage_not_stated"))
	coverage, err := credit.NewCoverage([]credit.CoverageRow{
		{Source: "made", Kind: credit.KindPenalty, From: credit.NoDate, To: credit.NoDate}, {Source: "made", Kind: credit.KindRegistration, From: credit.NoDate, To: credit.NoDate},
		{Source: "tax", Kind: credit.KindTaxGrade, From: credit.NoDate, To: credit.NoDate, Off: true}})
	require.NoError(t, err)
	w.deciding.Coverage = w.rule(coverage.Canonical())
	s = w.score(t, question())
	require.False(t, warned(s, "coverage_not_stated"))
	require.True(t, warned(s, "not_covered"))
	require.True(t, warned(s, "switched_off"))
	require.Equal(t, w.deciding.Coverage, s.Provenance.Coverage)
	if r := reasonOf(s, "tax_grade"); r != nil {
		require.Nil(t, r.Value)
		require.Equal(t, "switched_off", r.Missing)
	}
}

// TestWindowNotCovered: a source that covers less than a window is remarked upon, and changes no value.
func TestWindowNotCovered(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	plain := w.score(t, question())
	covered := func(from credit.Date, rows ...credit.CoverageRow) *scoring.Score {
		for _, kind := range credit.Kinds() {
			row := credit.CoverageRow{Source: "made", Kind: kind.Kind, From: credit.NoDate, To: credit.NoDate}
			if kind.Kind == credit.KindPenalty {
				row.From = from
			}
			rows = append(rows, row)
		}
		coverage, err := credit.NewCoverage(rows)
		require.NoError(t, err)
		w.deciding.Coverage = w.rule(coverage.Canonical())
		s, canonical, err := w.scorer.Score(context.Background(), question(), noon)
		require.NoError(t, err)
		again, err := w.scorer.Replay(context.Background(), s)
		require.NoError(t, err)
		require.Equal(t, string(canonical), string(again))
		require.Equal(t, plain.Points, s.Points)
		return s
	}
	year := today.AddMonths(-12)
	require.False(t, warned(plain, "window_not_covered"), "no coverage is stated")
	require.False(t, warned(covered(credit.NoDate), "window_not_covered"))
	require.False(t, warned(covered(year+1), "window_not_covered"), "the first day of the 12 months is covered")
	short := covered(year + 2)
	require.True(t, warned(short, "window_not_covered"), "the first day of the 12 months is not")
	text := short.Warnings[slices.IndexFunc(short.Warnings, func(w scoring.Warning) bool { return w.Code == "window_not_covered" })]
	require.Equal(t, "1 项指标的统计期早于数据来源覆盖起始日，可能少计", text.Zh)
	require.Equal(t, "1 indicators look back to before their sources cover: they may count too little", text.En)
	gap := credit.CoverageRow{Source: "made", Kind: credit.KindPenalty, From: day("2024-01-01"), To: day("2024-01-31"), Off: true}
	require.True(t, warned(covered(credit.NoDate, gap), "window_not_covered"), "it was switched off for a month")
	gap.From, gap.To = day("2023-01-01"), day("2023-01-31")
	require.False(t, warned(covered(credit.NoDate, gap), "window_not_covered"), "before the window")
}

func TestNeighboursAreRead(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	w.add(t, credit.KindShareholding, "2022-01-01", nil, "counterpart", "t:investee", "share", "0.6")
	before, beforeBytes, err := w.scorer.Score(context.Background(), question(), noon)
	require.NoError(t, err)
	w.add(t, credit.KindSevereListing, "2024-03-01", func(r *credit.Record) { r.Subject = "t:investee" }, "list", "TAX")
	after := w.score(t, question())
	require.Less(t, after.Points, before.Points)
	again, err := w.scorer.Replay(context.Background(), before)
	require.NoError(t, err)
	require.Equal(t, string(beforeBytes), string(again), "at its position the neighbour was not listed")
}

// TestNeighboursAreNamed: what a firm held is listed for is evidence, with whose it is and as it stood on the day.
func TestNeighboursAreNamed(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	share := w.add(t, credit.KindShareholding, "2022-01-01", nil, "counterpart", "t:investee", "share", "0.6")
	of := func(r *credit.Record) { r.Subject = "t:investee" }
	listing := w.add(t, credit.KindSevereListing, "2024-03-01", of, "list", "TAX")
	later := w.add(t, credit.KindSevereListing, "2024-04-01", of, "list", "SAMR")
	w.add(t, credit.KindSevereListing, "2024-07-15", of, "list", "SAMR", "cause", "not known yet")
	w.add(t, credit.KindEnforcement, "2024-05-01", func(r *credit.Record) { of(r); r.Amount = 1 })
	records := reasonOf(w.score(t, question()), "nbr_listed_n").Records
	require.Len(t, records, 3)
	require.Equal(t, []credit.ID{later.ID, listing.ID, share.ID}, []credit.ID{records[0].ID, records[1].ID, records[2].ID})
	require.Equal(t, credit.Subject("t:investee"), records[1].Subject)
	require.Equal(t, credit.KindSevereListing, records[1].Kind)
	require.True(t, records[1].Counted)
	require.Equal(t, "t:investee 2024-03-01 severe listing, list TAX", records[1].En)
	require.Empty(t, records[2].Subject, "the shareholding is the subject's own")

	w.add(t, credit.KindRemoval, "2024-06-20", func(r *credit.Record) { of(r); r.Target = later.ID })
	records = reasonOf(w.score(t, question()), "nbr_listed_n").Records
	require.Equal(t, []credit.ID{listing.ID, share.ID}, []credit.ID{records[0].ID, records[1].ID})
}

// TestEvidenceReadsAsOnTheDay: a correction shows from its known day on.
func TestEvidenceReadsAsOnTheDay(t *testing.T) {
	w := newWorld(t)
	penalty := w.found(t)
	w.grant(nil)
	w.add(t, credit.KindCorrection, "2024-06-10", func(r *credit.Record) { r.Target, r.Amount = penalty.ID, 1_000_000 })
	q := question()
	q.Day = day("2024-06-09")
	require.Contains(t, reasonOf(w.score(t, q), "pen_n_12m").Records[0].Zh, "50000.00 元")
	require.Contains(t, reasonOf(w.score(t, question()), "pen_n_12m").Records[0].Zh, "10000.00 元")
}

// TestFreshnessTellsWhatMayBeTold: the consent names tax and social insurance, and says nothing of power.
func TestFreshnessTellsWhatMayBeTold(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	from := func(source string, target credit.ID) func(*credit.Record) {
		return func(r *credit.Record) { r.Source, r.Target = source, target }
	}
	power := w.add(t, credit.KindSnapshot, "2024-06-01", from("power", credit.ID{}), "metric", "power_kwh", "value", "12")
	w.add(t, credit.KindCorrection, "2024-06-02", from("power_corrections", power.ID), "value", "13")
	w.add(t, credit.KindCorrection, "2024-06-03", from("of_nothing_known", credit.ID{7}), "value", "13")
	grade := w.add(t, credit.KindTaxGrade, "2024-06-04", from("tax", credit.ID{}), "grade", "A", "period", "2024")
	w.add(t, credit.KindCorrection, "2024-06-05", from("tax_corrections", grade.ID), "grade", "B")
	w.add(t, credit.KindBankruptcy, "2024-06-06", from("court", credit.ID{}), "status", "applied")
	w.add(t, credit.KindAward, "2024-07-01", from("later", credit.ID{}))
	told := map[string]string{}
	for _, f := range w.score(t, question()).Freshness {
		told[f.Source] = f.Latest.String()
	}
	require.Equal(t, map[string]string{"made": "2024-05-20", "tax": "2024-06-04", "tax_corrections": "2024-06-05", "court": "2024-06-06"}, told)
}
