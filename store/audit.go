package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What the audit records. Every action is a row of the table in AUDIT.md.
const (
	ActionScore           = "score"            // a score was made and given out
	ActionRefusal         = "score_refused"    // a question was refused for want of consent
	ActionScoreRead       = "score_read"       // a score made before was given out again
	ActionExplain         = "explain"          // what is behind a score was shown
	ActionReplay          = "replay"           // a score was made again and compared
	ActionConsentGrant    = "consent_grant"    // a consent was entered
	ActionConsentWithdraw = "consent_withdraw" // a consent was withdrawn
	ActionKeyCreate       = "key_create"
	ActionKeyRevoke       = "key_revoke"
	ActionRecords         = "records" // records were received over HTTP
	ActionPromote         = "promote" // a model was given a stage
	ActionRules           = "rules"   // a policy and a coverage were set
	ActionErase           = "erase"   // the body of a record was destroyed
)

// auditLock makes a transaction the only one on PostgreSQL that appends to the audit. It is not the lock of the log:
// scores do not wait for ingest.
const auditLock = "SELECT pg_advisory_xact_lock(7310590129)"

// Audit appends one entry. What else changes the database appends its entry in its own transaction.
func (db *DB) Audit(ctx context.Context, e AuditEntry) error {
	err := db.audited(ctx, func(*sql.Tx) (AuditEntry, error) { return e, nil })
	if err != nil {
		return fmt.Errorf("audit %s of %s: %w", e.Action, e.Object, err)
	}
	return nil
}

// audited runs fn and appends the entry that it returns, in one transaction. Transactions that append follow each
// other: what fn reads of consents, scores and keys cannot change under it.
func (db *DB) audited(ctx context.Context, fn func(*sql.Tx) (AuditEntry, error)) error {
	return db.tx(ctx, func(tx *sql.Tx) error {
		if err := db.lockAudit(ctx, tx); err != nil {
			return err
		}
		e, err := fn(tx)
		if err != nil {
			return err
		}
		return appendAudit(ctx, tx, e)
	})
}

// lockAudit makes tx the only transaction that appends to the audit. Where tx holds the lock of the log as well, it took
// that one first.
func (db *DB) lockAudit(ctx context.Context, tx *sql.Tx) error {
	if db.dialect.lock == "" { // every writer is alone
		return nil
	}
	if _, err := tx.ExecContext(ctx, auditLock); err != nil {
		return fmt.Errorf("lock of the audit: %w", err)
	}
	return nil
}

// appendAudit adds e to the end of the chain; the caller's transaction is the only one that does.
func appendAudit(ctx context.Context, tx *sql.Tx, e AuditEntry) error {
	head, err := auditHead(ctx, tx)
	if err != nil {
		return err
	}
	e.Seq = head.Seq + 1
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Hash = e.hashAfter(head.Hash)
	_, err = tx.ExecContext(ctx, `INSERT INTO audit (seq, at, actor, action, object, subject, detail, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.Seq, e.At.UnixMilli(), e.Actor, e.Action, e.Object, e.Subject, e.Detail, e.Hash[:])
	if err != nil {
		return fmt.Errorf("append audit entry %d: %w", e.Seq, err)
	}
	return nil
}

// querier is *sql.DB or *sql.Tx.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func auditHead(ctx context.Context, q querier) (AuditHead, error) {
	var seq int64
	var hash []byte
	err := q.QueryRowContext(ctx, `SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1`).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return AuditHead{}, nil
	}
	if err != nil {
		return AuditHead{}, fmt.Errorf("head of the audit: %w", err)
	}
	if len(hash) != 32 {
		return AuditHead{}, fmt.Errorf("audit entry %d: hash of %d bytes: %w", seq, len(hash), ErrAuditBroken)
	}
	return AuditHead{seq, [32]byte(hash)}, nil
}

// AuditHead returns the end of the chain, the zero head for an empty one.
func (db *DB) AuditHead(ctx context.Context) (AuditHead, error) { return auditHead(ctx, db.read) }

// EachAudit calls yield with every entry after seq, in order, until yield returns an error, which it returns.
func (db *DB) EachAudit(ctx context.Context, after int64, yield func(*AuditEntry) error) error {
	rows, err := db.read.QueryContext(ctx, `SELECT seq, at, actor, action, object, subject, detail, hash FROM audit WHERE seq > $1 ORDER BY seq`, after)
	if err != nil {
		return fmt.Errorf("read audit: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e AuditEntry
		var at int64
		var hash []byte
		if err := rows.Scan(&e.Seq, &at, &e.Actor, &e.Action, &e.Object, &e.Subject, &e.Detail, &hash); err != nil {
			return fmt.Errorf("read audit: %w", err)
		}
		if len(hash) != len(e.Hash) {
			return fmt.Errorf("audit entry %d: hash of %d bytes: %w", e.Seq, len(hash), ErrAuditBroken)
		}
		e.At, e.Hash = time.UnixMilli(at).UTC(), [32]byte(hash)
		if err := yield(&e); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read audit: %w", err)
	}
	return nil
}

// VerifyAudit walks the whole chain and returns its head. It returns [ErrAuditBroken], naming the entry, where the chain
// does not hold, or does not pass through anchor: a head printed before, or the zero head for none. Without an anchor
// a tail that was cut off, or a chain that was written anew, cannot be told from the truth.
func (db *DB) VerifyAudit(ctx context.Context, anchor AuditHead) (AuditHead, error) {
	c := chain{anchor: anchor}
	if err := db.EachAudit(ctx, 0, c.next); err != nil {
		return c.head, err
	}
	return c.head, c.end()
}

// detail writes pairs of names and values as one JSON object, in the order given.
func detail(pairs ...string) string {
	b := []byte{'{'}
	for i := 0; i < len(pairs); i += 2 {
		if i > 0 {
			b = append(b, ',')
		}
		name, _ := json.Marshal(pairs[i]) // texts: neither can fail
		value, _ := json.Marshal(pairs[i+1])
		b = append(append(append(b, name...), ':'), value...)
	}
	return string(append(b, '}'))
}
