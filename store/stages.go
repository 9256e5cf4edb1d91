package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"hengxin/credit"
	"hengxin/scoring"
)

// Stage says what an artifact does in a segment.
type Stage string

// The stages. Champion decides, shadow scores silently, a candidate is in comparison, retired does nothing more.
const (
	StageNone      Stage = "" // not there yet
	StageCandidate Stage = "candidate"
	StageShadow    Stage = "shadow"
	StageChampion  Stage = "champion"
	StageRetired   Stage = "retired"
)

// transition is one row of the table of stages.
type transition struct {
	from, to Stage
	why      string
}

// transitions is all that may happen to an artifact in a segment. A champion leaves only for retired: by a move of its
// own, or because another takes its place.
var transitions = []transition{
	{StageNone, StageCandidate, "offered for comparison"},
	{StageCandidate, StageShadow, "scores silently beside the champion"},
	{StageCandidate, StageChampion, "decides without a shadow time: a segment's first model"},
	{StageCandidate, StageRetired, "not taken"},
	{StageShadow, StageCandidate, "back to comparison"},
	{StageShadow, StageChampion, "decides"},
	{StageShadow, StageRetired, "not taken"},
	{StageChampion, StageRetired, "no longer decides"},
	{StageRetired, StageChampion, "decides again: the way back from a bad promotion"},
	{StageRetired, StageCandidate, "offered again"},
}

// MayMove reports whether the table allows the move.
func (s Stage) MayMove(to Stage) bool {
	for _, t := range transitions {
		if t.from == s && t.to == to {
			return true
		}
	}
	return false
}

// Move is one step of an artifact in a segment, and who made it, when and why.
type Move struct {
	Segment  string      `json:"segment"`
	Artifact Digest      `json:"artifact"`
	From     Stage       `json:"from"`
	To       Stage       `json:"to"`
	By       string      `json:"by"`
	Day      credit.Date `json:"day"`
	Reason   string      `json:"reason,omitempty"`
}

// MoveStage makes the move; From is read from the database and By and Day from by, not from m. A champion that another
// replaces is retired in the same transaction, as a move of its own; each move has its audit entry there. It returns
// the moves made, [ErrStage] where the table does not allow one, and [ErrNotFound] where there is no such artifact.
func (db *DB) MoveStage(ctx context.Context, m Move, by scoring.Asking) (made []Move, err error) {
	return db.Promote(ctx, []Move{m}, nil, by)
}

// auditedMove makes the move and its audit entries; the caller's transaction is the only one that does.
func auditedMove(ctx context.Context, tx *sql.Tx, m Move, by scoring.Asking) ([]Move, error) {
	m.By, m.Day = by.Actor, by.Day()
	made, err := moveStage(ctx, tx, m)
	if err != nil {
		return nil, err
	}
	for _, step := range made {
		e := AuditEntry{At: by.At, Actor: by.Actor, Action: ActionPromote, Object: step.Artifact.String(),
			Detail: detail("segment", step.Segment, "stage", string(step.To))}
		if err := appendAudit(ctx, tx, e); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func moveStage(ctx context.Context, tx *sql.Tx, m Move) (made []Move, err error) {
	var name string
	err = tx.QueryRowContext(ctx, "SELECT name FROM artifacts WHERE digest = $1", m.Artifact).Scan(&name)
	if err := found(err, "artifact %s", m.Artifact); err != nil {
		return nil, err
	}
	if m.From, err = stageOf(ctx, tx, m.Segment, m.Artifact); err != nil {
		return nil, err
	}
	if !m.From.MayMove(m.To) {
		return nil, fmt.Errorf("it is %q: %w", m.From, ErrStage)
	}
	if m.To == StageChampion {
		sitting, err := championOf(ctx, tx.QueryRowContext, m.Segment)
		if err == nil {
			made = append(made, Move{Segment: m.Segment, Artifact: sitting, From: StageChampion, To: StageRetired,
				By: m.By, Day: m.Day, Reason: "replaced by " + m.Artifact.String()})
		} else if !errors.Is(err, ErrNotFound) {
			return nil, err
		}
	}
	made = append(made, m)
	for _, step := range made {
		if err := putMove(ctx, tx, step); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func stageOf(ctx context.Context, tx *sql.Tx, segment string, artifact Digest) (s Stage, err error) {
	err = tx.QueryRowContext(ctx, "SELECT stage FROM stages WHERE segment = $1 AND artifact = $2", segment, artifact).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return StageNone, nil
	}
	return s, err
}

func putMove(ctx context.Context, tx *sql.Tx, m Move) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO stages (segment, artifact, stage) VALUES ($1, $2, $3)
		ON CONFLICT (segment, artifact) DO UPDATE SET stage = excluded.stage`, m.Segment, m.Artifact, string(m.To))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO stage_moves (segment, move, artifact, was, stage, mover, day, reason)
		SELECT $1, coalesce(max(move), 0) + 1, $2, $3, $4, $5, $6, $7 FROM stage_moves WHERE segment = $1`,
		m.Segment, m.Artifact, string(m.From), string(m.To), m.By, dayText(m.Day), m.Reason)
	return err
}

// Champion returns the digest of the artifact that decides in the segment; [ErrNotFound] where none does.
func (db *DB) Champion(ctx context.Context, segment string) (Digest, error) {
	return championOf(ctx, db.read.QueryRowContext, segment)
}

func championOf(ctx context.Context, query func(context.Context, string, ...any) *sql.Row, segment string) (d Digest, err error) {
	err = query(ctx, "SELECT artifact FROM stages WHERE segment = $1 AND stage = 'champion'", segment).Scan(&d)
	return d, found(err, "champion of segment %q", segment)
}

// Standing is the stage of an artifact in a segment.
type Standing struct {
	Segment  string `json:"segment"`
	Artifact Digest `json:"artifact"`
	Stage    Stage  `json:"stage"`
}

// Stages returns the stage of every artifact in the segment, by digest; in every segment where it is "".
func (db *DB) Stages(ctx context.Context, segment string) ([]Standing, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, s *Standing) error {
		return rows.Scan(&s.Segment, &s.Artifact, &s.Stage)
	}, "SELECT segment, artifact, stage FROM stages WHERE $1 = '' OR segment = $1 ORDER BY segment, artifact", segment)
}

// Moves returns what happened in a segment, in order.
func (db *DB) Moves(ctx context.Context, segment string) ([]Move, error) {
	return collect(ctx, db.read, func(rows *sql.Rows, m *Move) error {
		return rows.Scan(&m.Segment, &m.Artifact, &m.From, &m.To, &m.By, day{&m.Day}, &m.Reason)
	}, "SELECT segment, artifact, was, stage, mover, day, reason FROM stage_moves WHERE segment = $1 ORDER BY move", segment)
}
