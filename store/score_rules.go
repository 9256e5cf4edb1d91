package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hengxin/scoring"
)

// SetRules makes the policy and the coverage, given in their canonical bytes, those under which new scores of the
// segment are made; nil coverage states none. Scores made before keep theirs. Setting what holds already changes
// nothing but the audit.
func (db *DB) SetRules(ctx context.Context, segment string, policy, coverage []byte, by scoring.Asking) (now scoring.Deciding, err error) {
	err = db.audited(ctx, func(tx *sql.Tx) (AuditEntry, error) {
		p, err := putDocument(ctx, tx, DocumentPolicy, policy)
		if err != nil {
			return AuditEntry{}, err
		}
		var c *Digest
		if coverage != nil {
			d, err := putDocument(ctx, tx, DocumentCoverage, coverage)
			if err != nil {
				return AuditEntry{}, err
			}
			c = &d
		}
		now.Policy, now.Coverage = p.String(), optional(c)
		before, err := rulesOf(ctx, tx, segment)
		if err != nil || before.Policy != now.Policy || before.Coverage != now.Coverage {
			if err != nil && !errors.Is(err, scoring.ErrNoChampion) {
				return AuditEntry{}, err
			}
			_, err = tx.ExecContext(ctx, `INSERT INTO rule_moves (segment, move, policy, coverage, mover, day)
				SELECT $1, coalesce(max(move), 0) + 1, $2, $3, $4, $5 FROM rule_moves WHERE segment = $1`,
				segment, p, c, by.Actor, dayText(by.Day()))
			if err != nil {
				return AuditEntry{}, err
			}
		}
		return AuditEntry{At: by.At, Actor: by.Actor, Action: ActionRules, Object: segment,
			Detail: detail("policy", now.Policy, "coverage", now.Coverage)}, nil
	})
	if err != nil {
		return now, fmt.Errorf("set rules of segment %q: %w", segment, err)
	}
	return now, nil
}

func optional(d *Digest) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// rulesOf returns the policy and coverage of the segment; [scoring.ErrNoChampion] where none were set.
func rulesOf(ctx context.Context, q querier, segment string) (d scoring.Deciding, err error) {
	var policy Digest
	var coverage []byte
	err = q.QueryRowContext(ctx, `SELECT policy, coverage FROM rule_moves WHERE segment = $1 ORDER BY move DESC LIMIT 1`, segment).Scan(&policy, &coverage)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("segment %q has no rules; promote a model with hengxin promote: %w", segment, scoring.ErrNoChampion)
	}
	if err != nil {
		return d, fmt.Errorf("rules of segment %q: %w", segment, err)
	}
	d.Policy = policy.String()
	if coverage != nil {
		if len(coverage) != len(policy) {
			return d, fmt.Errorf("rules of segment %q: coverage: %w", segment, ErrCorrupt)
		}
		d.Coverage = Digest(coverage).String()
	}
	return d, nil
}

// Deciding returns what new scores of the segment are made under; [scoring.ErrNoChampion] where no model was promoted.
func (db *DB) Deciding(ctx context.Context, segment string) (scoring.Deciding, error) {
	d, err := rulesOf(ctx, db.read, segment)
	if err != nil {
		return d, err
	}
	champion, err := db.Champion(ctx, segment)
	if errors.Is(err, ErrNotFound) {
		return d, fmt.Errorf("segment %q: promote a model with hengxin promote: %w", segment, scoring.ErrNoChampion)
	}
	d.Artifact = champion.String()
	return d, err
}
