package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"hengxin/credit"
	"hengxin/scoring"
)

// SaveScore records that s, whose canonical bytes are given, was given out: the score, the consent under which it was
// asked for and the audit entry, all in one transaction or none. It returns the canonical bytes that are on record.
//
// The consent is looked at again inside the transaction, and withdrawals go through the same lock: a score is recorded
// before the withdrawal or refused with [credit.ErrConsent]. A request id that the bank has used before for
// the same question returns the score it got then; for another question, [scoring.ErrRequestReused].
func (db *DB) SaveScore(ctx context.Context, s *scoring.Score, canonical []byte, by scoring.Asking) (recorded []byte, err error) {
	err = db.audited(ctx, func(tx *sql.Tx) (AuditEntry, error) {
		if err := consentStands(ctx, tx, s, by); err != nil {
			return AuditEntry{}, err
		}
		e := AuditEntry{At: by.At, Actor: by.Actor, Action: ActionScore, Subject: string(s.Subject)}
		before, err := scoreOfRequest(ctx, tx, s.Bank, by)
		if err != nil {
			return AuditEntry{}, err
		}
		if recorded = canonical; before != nil {
			recorded, e.Action = before, ActionScoreRead
		} else if err := insertScore(ctx, tx, s, canonical, by); err != nil {
			return AuditEntry{}, err
		}
		sum := sha256.Sum256(recorded)
		e.Object = scoring.IDOf(recorded).String()
		e.Detail = detail("bank", s.Bank, "purpose", s.Purpose.String(), "day", s.Day.String(),
			"consent", s.Provenance.Consent.String(), "sha256", fmt.Sprintf("%x", sum))
		return e, nil
	})
	if err != nil {
		return nil, fmt.Errorf("save score of %s: %w", s.Subject, err)
	}
	return recorded, nil
}

// consentStands refuses a score whose consent is gone, or does not allow it on the day of asking any more.
func consentStands(ctx context.Context, tx *sql.Tx, s *scoring.Score, by scoring.Asking) error {
	c, err := readConsent(ctx, tx, s.Provenance.Consent)
	if errors.Is(err, ErrNotFound) {
		return fmt.Errorf("consent %s is not on record: %w", s.Provenance.Consent, credit.ErrConsent)
	}
	if err != nil {
		return err
	}
	return s.AllowedBy(c, by.Day())
}

// scoreOfRequest returns the score that the bank's request id got before, nil where there is none.
func scoreOfRequest(ctx context.Context, tx *sql.Tx, bank string, by scoring.Asking) ([]byte, error) {
	if by.Request == "" {
		return nil, nil
	}
	var asked, before []byte
	err := tx.QueryRowContext(ctx, `SELECT r.asked, s.bytes FROM score_requests r JOIN scores s ON s.id = r.score
		WHERE r.bank = $1 AND r.request = $2`, bank, by.Request).Scan(&asked, &before)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("request %q: %w", by.Request, err)
	case !bytes.Equal(asked, by.Question[:]):
		return nil, fmt.Errorf("request %q: %w", by.Request, scoring.ErrRequestReused)
	}
	return before, nil
}

// insertScore adds the score, unless the same one is there, and the request that asked for it.
func insertScore(ctx context.Context, tx *sql.Tx, s *scoring.Score, canonical []byte, by scoring.Asking) error {
	id := scoring.IDOf(canonical).String()
	_, err := tx.ExecContext(ctx, `INSERT INTO scores (id, subject, bank, consent, day, made, bytes) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (id) DO NOTHING`, id, string(s.Subject), s.Bank, s.Provenance.Consent.String(), s.Day.String(), by.At.UnixMilli(), canonical)
	if err != nil || by.Request == "" {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO score_requests (bank, request, asked, score) VALUES ($1, $2, $3, $4)`,
		s.Bank, by.Request, by.Question[:], id)
	return err
}

// SaveRefusal records that a question was refused for want of consent.
func (db *DB) SaveRefusal(ctx context.Context, q scoring.Question, by scoring.Asking) error {
	return db.Audit(ctx, AuditEntry{At: by.At, Actor: by.Actor, Action: ActionRefusal, Subject: string(q.Subject),
		Detail: detail("bank", q.Bank, "purpose", q.Purpose.String(), "day", q.Day.String())})
}

// Rule returns the document of that digest in hex; [scoring.ErrUnknownDigest] where the database has none.
func (db *DB) Rule(ctx context.Context, digest string) ([]byte, error) {
	d, err := ParseDigest(digest)
	if err != nil {
		return nil, err
	}
	_, b, err := db.Document(ctx, d)
	if errors.Is(err, ErrNotFound) {
		return nil, fmt.Errorf("document %s: %w", digest, scoring.ErrUnknownDigest)
	}
	return b, err
}

// SavedScore is a score on record.
type SavedScore struct {
	ID    credit.ID
	Made  time.Time // when it was first given out
	Bytes []byte    // canonical
}

// Score returns the score of that id, [ErrNotFound] where there is none, [ErrCorrupt] where its bytes do not have it.
func (db *DB) Score(ctx context.Context, id credit.ID) (SavedScore, error) {
	s := SavedScore{ID: id}
	var made int64
	err := db.read.QueryRowContext(ctx, `SELECT made, bytes FROM scores WHERE id = $1`, id.String()).Scan(&made, &s.Bytes)
	if err := found(err, "score %s", id); err != nil {
		return SavedScore{}, err
	}
	if scoring.IDOf(s.Bytes) != id {
		return SavedScore{}, fmt.Errorf("score %s: %w", id, ErrCorrupt)
	}
	s.Made = time.UnixMilli(made).UTC()
	return s, nil
}
