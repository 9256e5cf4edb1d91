package storetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/store"
)

// testPromotion makes the last step of a promotion fail: rules, stages and audit stay as they were. Then it succeeds, and
// nothing is between the old state and the new.
func testPromotion(t *testing.T, db *store.DB, _ string) {
	ctx, segment := context.Background(), "promotion"
	put := func(name string) store.Digest {
		a, err := db.PutArtifact(ctx, []byte(name), store.Artifact{Name: name, Kind: "card", Day: credit.NewDate(2024, 6, 30)})
		require.NoError(t, err)
		return a.Digest
	}
	to := func(artifact store.Digest, stages ...store.Stage) (moves []store.Move) {
		for _, s := range stages {
			moves = append(moves, store.Move{Segment: segment, Artifact: artifact, To: s})
		}
		return moves
	}
	told := func(after int64) (actions []string) {
		require.NoError(t, db.EachAudit(ctx, after, func(e *store.AuditEntry) error {
			actions = append(actions, e.Action+" "+e.Object)
			return nil
		}))
		return actions
	}
	first, second := put("first"), put("second")
	made, err := db.Promote(ctx, to(first, store.StageCandidate, store.StageChampion), &store.Rules{Segment: segment, Policy: []byte("old")}, platform)
	require.NoError(t, err)
	require.Len(t, made, 2)
	before, err := db.Deciding(ctx, segment)
	require.NoError(t, err)
	require.Equal(t, first.String(), before.Artifact)
	head, err := db.AuditHead(ctx)
	require.NoError(t, err)
	moves, err := db.Moves(ctx, segment)
	require.NoError(t, err)

	rules := &store.Rules{Segment: segment, Policy: []byte("new"), Coverage: []byte("rows")}
	failing := append(to(second, store.StageCandidate, store.StageChampion), to(put("third"), store.StageChampion)...)
	made, err = db.Promote(ctx, failing, rules, platform)
	require.ErrorIs(t, err, store.ErrStage, "from nothing to champion")
	require.Empty(t, made)
	now, err := db.Deciding(ctx, segment)
	require.NoError(t, err)
	require.Equal(t, before, now, "the champion of before under the rules of before")
	same, err := db.Moves(ctx, segment)
	require.NoError(t, err)
	require.Equal(t, moves, same)
	require.Empty(t, told(head.Seq))

	made, err = db.Promote(ctx, failing[:2], rules, platform)
	require.NoError(t, err)
	require.Len(t, made, 3, "offered, the champion of before retired, champion")
	now, err = db.Deciding(ctx, segment)
	require.NoError(t, err)
	require.Equal(t, second.String(), now.Artifact)
	require.NotEqual(t, before.Policy, now.Policy)
	require.NotEmpty(t, now.Coverage)
	require.Equal(t, []string{"rules " + segment, "promote " + second.String(), "promote " + first.String(), "promote " + second.String()}, told(head.Seq))
}
