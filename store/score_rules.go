package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"hengxin/scoring"
)

// SetRules makes the policy and the coverage, given in their canonical bytes, those under which new scores of the
// segment are made; nil coverage states none. Scores made before keep theirs. Setting what holds already changes
// nothing but the audit.
func (db *DB) SetRules(ctx context.Context, segment string, policy, coverage []byte, by scoring.Asking) (now scoring.Deciding, err error) {
	err = db.tx(ctx, func(tx *sql.Tx) (err error) {
		if err := db.lockAudit(ctx, tx); err != nil {
			return err
		}
		now, err = setRules(ctx, tx, Rules{segment, policy, coverage}, by)
		return err
	})
	if err != nil {
		return now, fmt.Errorf("set rules of segment %q: %w", segment, err)
	}
	return now, nil
}

// setRules sets the rules and makes the audit entry; the caller's transaction is the only one that does.
func setRules(ctx context.Context, tx *sql.Tx, r Rules, by scoring.Asking) (now scoring.Deciding, err error) {
	p, err := putDocument(ctx, tx, DocumentPolicy, r.Policy)
	if err != nil {
		return now, err
	}
	var c *Digest
	if r.Coverage != nil {
		d, err := putDocument(ctx, tx, DocumentCoverage, r.Coverage)
		if err != nil {
			return now, err
		}
		c = &d
	}
	now.Policy, now.Coverage = p.String(), optional(c)
	before, err := rulesOf(ctx, tx, r.Segment)
	if err != nil {
		return now, err
	}
	if before != now {
		_, err = tx.ExecContext(ctx, `INSERT INTO rule_moves (segment, move, policy, coverage, mover, day)
			SELECT $1, coalesce(max(move), 0) + 1, $2, $3, $4, $5 FROM rule_moves WHERE segment = $1`,
			r.Segment, p, c, by.Actor, dayText(by.Day()))
		if err != nil {
			return now, err
		}
	}
	return now, appendAudit(ctx, tx, AuditEntry{At: by.At, Actor: by.Actor, Action: ActionRules, Object: r.Segment,
		Detail: detail("policy", now.Policy, "coverage", now.Coverage)})
}

func optional(d *Digest) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// rulesOf returns the policy and coverage of the segment, nothing where none were set.
func rulesOf(ctx context.Context, q querier, segment string) (d scoring.Deciding, err error) {
	var policy, coverage []byte
	err = q.QueryRowContext(ctx, `SELECT policy, coverage FROM rule_moves WHERE segment = $1 ORDER BY move DESC LIMIT 1`, segment).Scan(&policy, &coverage)
	if errors.Is(err, sql.ErrNoRows) {
		return d, nil
	}
	d.Policy, d.Coverage = hex.EncodeToString(policy), hex.EncodeToString(coverage)
	return d, err
}

// Deciding returns what new scores of the segment are made under; [scoring.ErrNoChampion] where no model was promoted.
func (db *DB) Deciding(ctx context.Context, segment string) (d scoring.Deciding, err error) {
	var policy, coverage, champion []byte
	err = db.read.QueryRowContext(ctx, `SELECT r.policy, r.coverage, s.artifact FROM rule_moves r
		JOIN stages s ON s.segment = r.segment AND s.stage = 'champion'
		WHERE r.segment = $1 ORDER BY r.move DESC LIMIT 1`, segment).Scan(&policy, &coverage, &champion)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("segment %q: promote a model with hengxin promote: %w", segment, scoring.ErrNoChampion)
	}
	if err != nil {
		return d, fmt.Errorf("rules of segment %q: %w", segment, err)
	}
	d.Policy, d.Coverage, d.Artifact = hex.EncodeToString(policy), hex.EncodeToString(coverage), hex.EncodeToString(champion)
	return d, nil
}
