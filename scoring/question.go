package scoring

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"hengxin/credit"
)

// Question is what a bank asks.
type Question struct {
	Subject credit.Subject `json:"subject"`
	Bank    string         `json:"bank"`
	Purpose credit.Purpose `json:"purpose"`
	Day     credit.Date    `json:"day"` // as of this day; NoDate for the day of asking
}

// Digest names the question as it was asked.
func (q Question) Digest() (d [32]byte) {
	b, err := json.Marshal(q)
	if err != nil {
		panic("scoring: question of texts: " + err.Error())
	}
	return sha256.Sum256(b)
}

// Asking says who does something, when, and under what request.
type Asking struct {
	Actor    string    // "key:ID" or "cli:NAME", for the audit
	At       time.Time // the moment
	Request  string    // idempotency key, chosen by the bank; "" for none
	Question [32]byte  // digest of what was asked under Request
}

// Day is the civil day in China, which has one zone and no summer time, at the moment of asking.
func (a Asking) Day() credit.Date {
	const chinaSeconds = 8 * 3600
	y, m, d := a.At.UTC().Add(chinaSeconds * time.Second).Date()
	return credit.NewDate(y, int(m), d)
}

// Consent is a consent on record.
type Consent struct {
	ID      credit.ID
	Granted time.Time // when it was entered
	credit.Consent
}

// Log is the record log: store.DB, and a slice in tests.
type Log interface {
	// Head returns the position of the last record.
	Head(ctx context.Context) (credit.Position, error)
	// History appends to dst the subject's records up to the position.
	History(ctx context.Context, dst []credit.Record, subject credit.Subject, upTo credit.Position) ([]credit.Record, error)
}

// Consents finds what a subject authorised.
type Consents interface {
	// Consents returns the consents that the subject gave the bank, withdrawn ones included.
	Consents(ctx context.Context, subject credit.Subject, bank string) ([]Consent, error)
}

// Ledger records decisions: a score is given out only after it did.
type Ledger interface {
	// SaveScore records the score, given also in its canonical bytes, with its consent and the audit entry together, or
	// nothing. It returns the bytes on record, which are those of an earlier score where the request was made before, and
	// refuses where the consent is gone by now.
	SaveScore(ctx context.Context, s *Score, canonical []byte, by Asking) ([]byte, error)
	// SaveRefusal records that a question was refused for want of consent.
	SaveRefusal(ctx context.Context, q Question, by Asking) error
}

// Rules holds models, policies and coverage by digest, and knows which of them decide.
type Rules interface {
	// Rule returns the bytes of that SHA-256 in hex; [ErrUnknownDigest] where there are none.
	Rule(ctx context.Context, digest string) ([]byte, error)
	// Deciding returns what new scores of the segment are made under; [ErrNoChampion] where no model was promoted.
	Deciding(ctx context.Context, segment string) (Deciding, error)
}

// Deciding names what new scores of a segment are made under, by digest in hex.
type Deciding struct {
	Artifact string
	Policy   string
	Coverage string // "" where none is stated: no record is then read as nothing happened
}

// findConsent returns the consent that allows the use of every class on both days: the day of asking, on which the data
// are used, and the day as of which they are read. Where none does, the refusal says why the latest does not.
func findConsent(held []Consent, q Question, classes []credit.DataClass, asked credit.Date) (Consent, error) {
	refusal := fmt.Errorf("%s holds no consent of %s; enter one with POST /v1/consents or hengxin consent grant: %w", q.Bank, q.Subject, credit.ErrConsent)
	for i := len(held) - 1; i >= 0; i-- {
		err := allows(&held[i], q, classes, asked)
		if err == nil {
			return held[i], nil
		}
		if i == len(held)-1 {
			refusal = fmt.Errorf("consent %s of %s: %w", held[i].ID, q.Subject, err)
		}
	}
	return Consent{}, refusal
}

func allows(c *Consent, q Question, classes []credit.DataClass, asked credit.Date) error {
	if c.Subject != q.Subject {
		return fmt.Errorf("it is of another subject: %w", credit.ErrConsent)
	}
	for _, class := range classes {
		for _, day := range [...]credit.Date{asked, q.Day} {
			if err := c.Allows(q.Bank, q.Purpose, class, day); err != nil {
				return err
			}
		}
	}
	return nil
}
