package store

import (
	"context"
	"database/sql"
	"fmt"

	"hengxin/scoring"
)

// Rules are what new scores of a segment are made under, in canonical bytes; nil Coverage states none.
type Rules struct {
	Segment          string
	Policy, Coverage []byte
}

// Promote sets the rules, where not nil, and makes the moves in order, as [DB.SetRules] and [DB.MoveStage] do, all in one
// transaction with their audit entries: no score is ever made by the model of before under the rules of after, whatever
// stops the process. It returns the moves made; on an error, that of the call that failed, nothing has changed.
func (db *DB) Promote(ctx context.Context, moves []Move, rules *Rules, by scoring.Asking) (made []Move, err error) {
	err = db.tx(ctx, func(tx *sql.Tx) error {
		if err := db.lockAudit(ctx, tx); err != nil {
			return err
		}
		if rules != nil {
			if _, err := setRules(ctx, tx, *rules, by); err != nil {
				return fmt.Errorf("set rules of segment %q: %w", rules.Segment, err)
			}
		}
		for _, m := range moves {
			steps, err := auditedMove(ctx, tx, m, by)
			if err != nil {
				return fmt.Errorf("moving artifact %s to %s in segment %q: %w", m.Artifact, m.To, m.Segment, err)
			}
			made = append(made, steps...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}
