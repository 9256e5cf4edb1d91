package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hengxin/credit"
	"hengxin/scoring"
	"hengxin/store"
)

// scoreRoutes declares what concerns scores.
func (s *server) scoreRoutes(api huma.API) {
	roles, security := closedTo(store.RoleBank)
	huma.Register(api, huma.Operation{OperationID: "createScore", Method: http.MethodPost, Path: "/v1/scores", Tags: []string{"scores"},
		Summary: "Score a subject · 请求评分",
		Description: "Scores the subject for the key's bank, as of a day (today in China unless stated). Needs a consent of the subject that names " +
			"the bank, the purpose and the data classes that the model reads, in force today and on that day. The answer is on record, with its audit entry, before it is sent.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: maxScoreBody, Metadata: roles, Security: security,
		Errors: []int{401, 403, 404, 409, 413, 503}}, answered(s.createScore))

	roles, security = closedTo(store.RoleBank, store.RolePlatform, store.RoleAuditor)
	huma.Register(api, huma.Operation{OperationID: "getScore", Method: http.MethodGet, Path: "/v1/scores/{id}", Tags: []string{"scores"},
		Summary:     "A score made before · 查询评分",
		Description: "The score's canonical bytes as they were given out. A bank sees its own scores, while their consent stands.",
		Metadata:    roles, Security: security, Errors: []int{401, 403, 404}}, answered(s.getScore))
	huma.Register(api, huma.Operation{OperationID: "explainScore", Method: http.MethodGet, Path: "/v1/scores/{id}/explanation", Tags: []string{"scores"},
		Summary:     "What is behind a score · 评分解释",
		Description: "Every indicator of the score with its value, bin and points, and the records behind it with their standing on the score's day, computed from the score's own rules and records.",
		Metadata:    roles, Security: security, Errors: []int{401, 403, 404, 409}}, answered(s.explainScore))
}

type createScoreInput struct {
	IdempotencyKey string `header:"Idempotency-Key" maxLength:"64" doc:"The same key and question give the same score again; the same key and another question are refused."`
	Body           struct {
		Subject string `json:"subject" minLength:"1" maxLength:"64" doc:"Unified social credit code of 18 characters, or an opaque id with its name space" example:"91320500MA1MTEXT2D"`
		Purpose string `json:"purpose" enum:"application,pre_loan_review,post_loan" doc:"What the score is for"`
		Day     string `json:"day,omitempty" format:"date" doc:"As of this day; today in China where it is not stated"`
	}
}

// scoreAnswer is a score and its id.
type scoreAnswer struct {
	ID    string        `json:"id" doc:"First 16 bytes of the SHA-256 of the score's canonical bytes, in hex"`
	Score scoring.Score `json:"score" doc:"Canonical, byte for byte (scoring/SCORE.md)"`
}

type createScoreOutput struct {
	Location string `header:"Location"`
	Body     scoreAnswer
}

func (s *server) createScore(ctx context.Context, in *createScoreInput) (*createScoreOutput, error) {
	subject, _, err := credit.ParseSubject(in.Body.Subject)
	if err != nil {
		return nil, err
	}
	q := scoring.Question{Subject: subject, Bank: caller(ctx).Bank}
	if err := q.Purpose.UnmarshalText([]byte(in.Body.Purpose)); err != nil {
		return nil, err
	}
	if err := q.Day.UnmarshalText([]byte(in.Body.Day)); err != nil {
		return nil, fmt.Errorf("day: %w", err)
	}
	by := s.asking(ctx)
	by.Request, by.Question = in.IdempotencyKey, q.Digest()
	score, canonical, err := s.Scorer.Score(ctx, q, by)
	if err != nil {
		return nil, err
	}
	id := scoring.IDOf(canonical).String()
	return &createScoreOutput{Location: "/v1/scores/" + id, Body: scoreAnswer{id, *score}}, nil
}

// asking is the caller at this moment.
func (s *server) asking(ctx context.Context) scoring.Asking {
	return scoring.Asking{Actor: actor(ctx), At: s.Now()}
}

type scoreInput struct {
	ID string `path:"id" pattern:"^[0-9a-f]{32}$" doc:"Id of the score"`
}

type scoreOutput struct{ Body scoreAnswer }

func (s *server) getScore(ctx context.Context, in *scoreInput) (*scoreOutput, error) {
	score, saved, err := s.readScore(ctx, in.ID, store.ActionScoreRead)
	if err != nil {
		return nil, err
	}
	return &scoreOutput{scoreAnswer{saved.ID.String(), *score}}, nil
}

type explainOutput struct {
	Body struct {
		ID          string              `json:"id"`
		Explanation scoring.Explanation `json:"explanation"`
	}
}

func (s *server) explainScore(ctx context.Context, in *scoreInput) (*explainOutput, error) {
	score, saved, err := s.readScore(ctx, in.ID, store.ActionExplain)
	if err != nil {
		return nil, err
	}
	explanation, err := s.Scorer.Explain(ctx, score)
	if err != nil {
		return nil, err
	}
	out := new(explainOutput)
	out.Body.ID, out.Body.Explanation = saved.ID.String(), *explanation
	return out, nil
}

// readScore reads a score that the caller may see, and has the audit say so. A score of another bank is not found: that
// it exists is no business of this one.
func (s *server) readScore(ctx context.Context, text, action string) (*scoring.Score, store.SavedScore, error) {
	id, err := credit.ParseID(text)
	if err != nil {
		return nil, store.SavedScore{}, err
	}
	saved, err := s.DB.Score(ctx, id)
	if err != nil {
		return nil, saved, err
	}
	score, err := scoring.Parse(saved.Bytes)
	if err != nil {
		return nil, saved, err
	}
	if key := caller(ctx); key.Role == store.RoleBank {
		if key.Bank != score.Bank {
			return nil, saved, fmt.Errorf("score %s: %w", id, store.ErrNotFound)
		}
		if err := s.stillAllowed(ctx, score); err != nil {
			return nil, saved, err
		}
	}
	by := s.asking(ctx)
	return score, saved, s.DB.Audit(ctx, store.AuditEntry{At: by.At, Actor: by.Actor, Action: action, Object: id.String(), Subject: string(score.Subject)})
}

// stillAllowed refuses a bank a score whose consent was withdrawn or is over.
func (s *server) stillAllowed(ctx context.Context, score *scoring.Score) error {
	consent, err := s.DB.Consent(ctx, score.Provenance.Consent)
	if err != nil {
		return err
	}
	return score.AllowedBy(consent, s.asking(ctx).Day())
}
