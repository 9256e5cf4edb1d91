package scoring_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/models"
	"hengxin/scoring"
)

// laterPolicy is the policy with one more reason's text changed: other rows, another digest.
func laterPolicy(t testing.TB) *credit.Policy {
	b := policy.Default().Canonical()
	changed := bytes.Replace(b, []byte("公示期内"), []byte("公示期内（新）"), 1)
	if bytes.Equal(b, changed) {
		changed = bytes.Replace(b, []byte("失信被执行人"), []byte("失信被执行人（新）"), 1)
	}
	require.NotEqual(t, b, changed)
	p, err := policy.Parse(changed)
	require.NoError(t, err)
	return p
}

// laterModel is the artifact with another scale of grades.
func laterModel(t testing.TB, b []byte) []byte {
	a, err := models.Decode(b)
	require.NoError(t, err)
	a.Provenance.Remarks = append(a.Provenance.Remarks, "a later model")
	a.Grades = a.Grades[len(a.Grades)-1:]
	later, err := a.Bytes()
	require.NoError(t, err)
	return later
}

func TestReplayGivesTheSameBytes(t *testing.T) {
	w := newWorld(t)
	penalty := w.found(t)
	w.grant(nil)
	w.add(t, credit.KindSevereListing, "2024-06-01", nil, "list", "SAMR")
	score, canonical, err := w.scorer.Score(context.Background(), question(), noon)
	require.NoError(t, err)
	same := func(when string) {
		t.Helper()
		for _, fresh := range []bool{false, true} {
			if fresh {
				w.restart()
			}
			again, err := w.scorer.Replay(context.Background(), score)
			require.NoError(t, err, when)
			require.Equal(t, string(canonical), string(again), when)
		}
	}
	same("at once")
	w.add(t, credit.KindPenalty, "2024-06-29", nil, "authority", "a", "doc_no", "later but known before the day")
	w.add(t, credit.KindRepairApproval, "2024-06-20", func(r *credit.Record) { r.Target = penalty.ID })
	w.add(t, credit.KindCorrection, "2024-06-21", func(r *credit.Record) { r.Target, r.Amount = penalty.ID, 100 })
	w.add(t, credit.KindWithdrawal, "2024-07-02", func(r *credit.Record) { r.Target = penalty.ID })
	w.add(t, credit.KindEnforcement, "2024-06-25", func(r *credit.Record) { r.Amount = 900_000_00 }, "authority", "court", "doc_no", "1")
	w.add(t, credit.KindEnforcement, "2024-06-26", func(r *credit.Record) { r.Amount = 900_000_00 }, "authority", "court", "doc_no", "2")
	same("after later records")
	w.deciding.Policy = w.rule(laterPolicy(t).Canonical())
	same("after later policy rows")
	w.deciding.Artifact = w.rule(laterModel(t, w.rules[w.deciding.Artifact]))
	same("after a later model")
	w.consents[0].Withdrawn = today
	same("after the consent was withdrawn")

	w.consents[0].Withdrawn = credit.NoDate
	now := w.score(t, question())
	require.NotEqual(t, score.Points, now.Points, "a new score sees it all")
	require.NotEqual(t, score.Provenance, now.Provenance)
}

func TestReplayRefusesByName(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	recorded := w.score(t, question())
	replay := func(change func(*scoring.Score)) error {
		w.restart()
		s := *recorded
		change(&s)
		_, err := w.scorer.Replay(context.Background(), &s)
		return err
	}
	const gone = "0000000000000000000000000000000000000000000000000000000000000000"
	require.NoError(t, replay(func(*scoring.Score) {}))
	require.ErrorIs(t, replay(func(s *scoring.Score) { s.Provenance.Artifact = gone }), scoring.ErrUnknownDigest)
	require.ErrorIs(t, replay(func(s *scoring.Score) { s.Provenance.Policy = gone }), scoring.ErrUnknownDigest)
	require.ErrorIs(t, replay(func(s *scoring.Score) { s.Provenance.Coverage = gone }), scoring.ErrUnknownDigest)
	require.ErrorIs(t, replay(func(s *scoring.Score) { s.Provenance.Set = gone }), scoring.ErrUnknownDigest)
	require.ErrorIs(t, replay(func(s *scoring.Score) { s.Provenance.Code = "score 0" }), scoring.ErrUnknownFormat)
}

func TestExplainShowsEveryIndicator(t *testing.T) {
	w := newWorld(t)
	penalty := w.found(t)
	w.grant(nil)
	s := w.score(t, question())
	w.add(t, credit.KindRepairApproval, "2024-06-20", func(r *credit.Record) { r.Target = penalty.ID })
	e, err := w.scorer.Explain(context.Background(), s)
	require.NoError(t, err)
	require.Len(t, e.Lines, len(fixtureColumns))
	sum := e.Neutral
	for _, l := range e.Lines {
		sum += l.Points
		if r := reasonOf(s, l.Indicator); r != nil {
			require.Equal(t, r.Records, l.Records, "the reason and the explanation name the same records")
			require.Equal(t, r.Value, l.Value)
		}
	}
	require.Equal(t, s.Points, sum, "the points add up")

	forged := *s
	forged.LogOdds++
	_, err = w.scorer.Explain(context.Background(), &forged)
	require.Error(t, err)
}

func TestParseTakesOnlyCanonicalBytes(t *testing.T) {
	w := newWorld(t)
	w.found(t)
	w.grant(nil)
	_, canonical, err := w.scorer.Score(context.Background(), question(), noon)
	require.NoError(t, err)
	s, err := scoring.Parse(canonical)
	require.NoError(t, err)
	again, err := s.Bytes()
	require.NoError(t, err)
	require.Equal(t, string(canonical), string(again))
	for name, b := range map[string][]byte{
		"a blank more": append([]byte(" "), canonical...), "a field more": bytes.Replace(canonical, []byte(`{"format":1,`), []byte(`{"format":1,"x":1,`), 1),
		"cut off": canonical[:len(canonical)-1], "nothing": nil,
	} {
		_, err := scoring.Parse(b)
		require.ErrorIs(t, err, credit.ErrInvalid, name)
	}
	_, err = scoring.Parse(bytes.Replace(canonical, []byte(`{"format":1,`), []byte(`{"format":2,`), 1))
	require.ErrorIs(t, err, scoring.ErrUnknownFormat)
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte(`{"format":1,"subject":"t:firm","probability":0.5}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := scoring.Parse(b)
		if err != nil {
			return
		}
		again, err := s.Bytes()
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}
