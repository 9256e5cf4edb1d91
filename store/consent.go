package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"hengxin/credit"
	"hengxin/scoring"
)

// ErrWithdrawn is returned for a consent that is entered again after it was withdrawn: a new one needs a new text.
var ErrWithdrawn = errors.New("consent was withdrawn; a new one needs a newly signed text")

// consentForm is the canonical form of a consent as it was granted: JSON with these fields in this order. Its digest is
// the consent's id, so entering one signed text twice is harmless.
type consentForm struct {
	Subject   credit.Subject     `json:"subject"`
	Bank      string             `json:"bank"`
	Purposes  []credit.Purpose   `json:"purposes"`
	Classes   []credit.DataClass `json:"data_classes"`
	From      credit.Date        `json:"from"`
	To        credit.Date        `json:"to"`
	Loan      string             `json:"loan"`
	PostBasis string             `json:"post_loan_basis"`
	Signed    credit.Date        `json:"signed"`
	Channel   string             `json:"channel"`
	Evidence  credit.Digest      `json:"evidence"`
}

func (f *consentForm) consent() credit.Consent {
	return credit.Consent{Subject: f.Subject, Bank: f.Bank, Purposes: f.Purposes, Classes: f.Classes, From: f.From, To: f.To,
		Loan: f.Loan, PostBasis: f.PostBasis, Signed: f.Signed, Channel: f.Channel, Evidence: f.Evidence, Withdrawn: credit.NoDate}
}

// ConsentBytes returns the canonical bytes of c as granted and the id that they give it.
func ConsentBytes(c credit.Consent) ([]byte, credit.ID, error) {
	f := consentForm{c.Subject, c.Bank, slices.Clone(c.Purposes), slices.Clone(c.Classes), c.From, c.To, c.Loan, c.PostBasis,
		c.Signed, c.Channel, c.Evidence}
	slices.Sort(f.Purposes)
	slices.Sort(f.Classes)
	f.Purposes, f.Classes = slices.Compact(f.Purposes), slices.Compact(f.Classes)
	b, err := json.Marshal(&f)
	if err != nil {
		return nil, credit.ID{}, fmt.Errorf("consent of %s: %v: %w", c.Subject, err, credit.ErrInvalid)
	}
	sum := sha256.Sum256(b)
	return b, credit.ID(sum[:16]), nil
}

// GrantConsent enters a consent and returns its id. Entering the same one again changes nothing; one that was withdrawn
// is refused with [ErrWithdrawn]. The caller checks it against the policy ([credit.Policy.CheckConsent]).
func (db *DB) GrantConsent(ctx context.Context, c credit.Consent, by scoring.Asking) (credit.ID, error) {
	if err := c.Check(); err != nil {
		return credit.ID{}, err
	}
	if err := checkName("bank", c.Bank); err != nil {
		return credit.ID{}, err
	}
	b, id, err := ConsentBytes(c)
	if err != nil {
		return credit.ID{}, err
	}
	err = db.audited(ctx, func(tx *sql.Tx) (AuditEntry, error) {
		before, err := readConsent(ctx, tx, id)
		if err == nil && before.Withdrawn != credit.NoDate {
			return AuditEntry{}, ErrWithdrawn
		}
		if err != nil && !errors.Is(err, ErrNotFound) {
			return AuditEntry{}, err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO consents (id, subject, bank, bytes, granted, withdrawn, withdrawn_day) VALUES ($1, $2, $3, $4, $5, 0, '')
			ON CONFLICT (id) DO NOTHING`, id.String(), string(c.Subject), c.Bank, b, by.At.UnixMilli())
		return AuditEntry{At: by.At, Actor: by.Actor, Action: ActionConsentGrant, Object: id.String(), Subject: string(c.Subject),
			Detail: detail("bank", c.Bank, "from", c.From.String(), "to", c.To.String(), "evidence", c.Evidence.String())}, err
	})
	if err != nil {
		return credit.ID{}, fmt.Errorf("grant consent of %s to %s: %w", c.Subject, c.Bank, err)
	}
	return id, nil
}

// WithdrawConsent ends a consent from day on, for every use that has not been recorded yet: a score that is being made
// is recorded before it or refused. Withdrawing again changes nothing. [ErrNotFound] where there is no such consent.
func (db *DB) WithdrawConsent(ctx context.Context, id credit.ID, day credit.Date, by scoring.Asking) error {
	err := db.audited(ctx, func(tx *sql.Tx) (AuditEntry, error) {
		c, err := readConsent(ctx, tx, id)
		if err != nil {
			return AuditEntry{}, err
		}
		if c.Withdrawn == credit.NoDate {
			_, err = tx.ExecContext(ctx, `UPDATE consents SET withdrawn = $1, withdrawn_day = $2 WHERE id = $3`,
				by.At.UnixMilli(), day.String(), id.String())
		}
		return AuditEntry{At: by.At, Actor: by.Actor, Action: ActionConsentWithdraw, Object: id.String(), Subject: string(c.Subject),
			Detail: detail("bank", c.Bank, "day", day.String())}, err
	})
	if err != nil {
		return fmt.Errorf("withdraw consent %s: %w", id, err)
	}
	return nil
}

const selectConsent = `SELECT id, bytes, granted, withdrawn_day FROM consents `

// Consent returns the consent of that id; [ErrNotFound] where there is none.
func (db *DB) Consent(ctx context.Context, id credit.ID) (scoring.Consent, error) {
	return readConsent(ctx, db.read, id)
}

func readConsent(ctx context.Context, tx querier, id credit.ID) (scoring.Consent, error) {
	c, err := scanConsent(tx.QueryRowContext(ctx, selectConsent+`WHERE id = $1`, id.String()))
	return c, found(err, "consent %s", id)
}

func scanConsent(row scanner) (c scoring.Consent, err error) {
	var id, day string
	var b []byte
	var granted int64
	if err := row.Scan(&id, &b, &granted, &day); err != nil {
		return c, err
	}
	var f consentForm
	if err := json.Unmarshal(b, &f); err != nil {
		return c, fmt.Errorf("consent %s: %v: %w", id, err, ErrCorrupt)
	}
	c.Consent, c.Granted = f.consent(), time.UnixMilli(granted).UTC()
	if err := errors.Join(c.ID.UnmarshalText([]byte(id)), c.Withdrawn.UnmarshalText([]byte(day))); err != nil {
		return c, fmt.Errorf("consent %s: %v: %w", id, err, ErrCorrupt)
	}
	return c, nil
}

// Consents returns the consents that the subject gave the bank, withdrawn ones included, in the order in which they were
// entered; bank "" is every bank.
func (db *DB) Consents(ctx context.Context, subject credit.Subject, bank string) ([]scoring.Consent, error) {
	rows, err := db.read.QueryContext(ctx, selectConsent+`WHERE subject = $1 AND (bank = $2 OR $2 = '') ORDER BY granted, id`, string(subject), bank)
	if err != nil {
		return nil, fmt.Errorf("consents of %s: %w", subject, err)
	}
	defer rows.Close()
	var all []scoring.Consent
	for rows.Next() {
		c, err := scanConsent(rows)
		if err != nil {
			return nil, fmt.Errorf("consents of %s: %w", subject, err)
		}
		all = append(all, c)
	}
	return all, rows.Err()
}
