package scoring

import (
	"context"
	"fmt"

	"hengxin/credit"
)

// Replay makes a recorded score again, from the records up to its position and under the rules that it names, and
// returns the canonical bytes it came to: equal to the recorded ones, whatever has been recorded, enacted or promoted
// since. It asks for no consent, because it gives no new use: the caller must have the right to see the score.
//
// It returns [ErrUnknownDigest] where a rule that the score names is not stored, or this program defines one of its
// indicators otherwise.
func (s *Scorer) Replay(ctx context.Context, recorded *Score) ([]byte, error) {
	m, f, e, err := s.again(ctx, recorded)
	if err != nil {
		return nil, fmt.Errorf("replay the score of %s as of %s: %w", recorded.Subject, recorded.Day, err)
	}
	return m.score(f, e, recorded.Provenance.Consent).Bytes()
}

// again evaluates a recorded score's question anew.
func (s *Scorer) again(ctx context.Context, r *Score) (*Method, *facts, *evaluation, error) {
	p := &r.Provenance
	if p.Code != formats {
		return nil, nil, nil, fmt.Errorf("made by code of %q, this program is of %q: %w", p.Code, formats, ErrUnknownFormat)
	}
	m, err := s.method(ctx, Deciding{Artifact: p.Artifact, Policy: p.Policy, Coverage: p.Coverage})
	if err != nil {
		return nil, nil, nil, err
	}
	if m.provenance.Set != p.Set {
		return nil, nil, nil, fmt.Errorf("indicator set %s: this program defines the model's indicators as %s: %w", p.Set, m.provenance.Set, ErrUnknownDigest)
	}
	f, err := m.gather(ctx, s.sources.Log, Question{Subject: r.Subject, Bank: r.Bank, Purpose: r.Purpose, Day: r.Day}, r.Position)
	if err != nil {
		return nil, nil, nil, err
	}
	e, err := m.evaluate(f)
	return m, f, e, err
}

// formats names the forms in which the code writes what a score is made from. It changes when equal inputs would give
// other bytes.
const formats = "score 1, hengxin-artifact-1"

// Explanation is everything behind a score: every indicator, whether it cost points or not.
type Explanation struct {
	Subject     credit.Subject  `json:"subject"`
	Day         credit.Date     `json:"day"`
	Position    credit.Position `json:"position"`
	Points      float64         `json:"points"`
	Neutral     float64         `json:"neutral_points"` // of a subject that is neutral in every indicator
	Probability float64         `json:"probability"`
	Grade       string          `json:"grade"`
	Lines       []Line          `json:"indicators"` // in the order of the model
	Provenance  Provenance      `json:"provenance"`
}

// Explain shows what is behind a recorded score, by making it again: the explanation is of the very numbers that the
// score was made from, and is refused where they do not come out the same.
func (s *Scorer) Explain(ctx context.Context, recorded *Score) (*Explanation, error) {
	m, f, e, err := s.again(ctx, recorded)
	if err != nil {
		return nil, fmt.Errorf("explain the score of %s as of %s: %w", recorded.Subject, recorded.Day, err)
	}
	score := m.score(f, e, recorded.Provenance.Consent)
	if score.LogOdds != recorded.LogOdds {
		return nil, fmt.Errorf("explain the score of %s as of %s: it comes out otherwise than recorded: %w", recorded.Subject, recorded.Day, ErrUnknownDigest)
	}
	return &Explanation{Subject: score.Subject, Day: score.Day, Position: score.Position, Points: score.Points, Neutral: m.model.neutral(),
		Probability: score.Probability, Grade: score.Grade, Lines: e.lines, Provenance: score.Provenance}, nil
}
