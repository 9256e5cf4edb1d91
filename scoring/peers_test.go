package scoring_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
	"hengxin/models"
	"hengxin/scoring"
)

// peerModel is the fixture's card with its first column put in the place of one that is relative to peers.
func peerModel(t *testing.T, peers string) []byte {
	b, err := os.ReadFile(cardFile)
	require.NoError(t, err)
	a, err := models.Decode(b)
	require.NoError(t, err)
	a.Columns[0].Name, a.Columns[0].Reason = "peer_pen_n_36m", "peer_pen_n_36m"
	a.Parameters = []byte(strings.Replace(string(a.Parameters), `"pen_n_12m"`, `"peer_pen_n_36m"`, 1))
	for i := range a.Reference.Columns {
		if a.Reference.Columns[i].Name == "pen_n_12m" {
			a.Reference.Columns[i].Name = "peer_pen_n_36m"
		}
	}
	a.Provenance.Peers = peers
	out, err := a.Bytes()
	require.NoError(t, err)
	return out
}

// TestPeersAreNamedByTheArtifact: a model that compares with peers opens with the table that it names and under that
// table's digest, and is refused by name without one, with one that is not stored, and with one of other indicators.
func TestPeersAreNamedByTheArtifact(t *testing.T) {
	builder, err := features.NewPeerBuilder(2)
	require.NoError(t, err)
	for x := range 5 {
		values := make([]float64, len(builder.Bases()))
		for i := range values {
			values[i] = float64(x)
		}
		builder.Add(credit.NewDate(2023, 12, 31), 3, 2, values)
	}
	table, err := builder.Table()
	require.NoError(t, err)
	w := newWorld(t)
	open := func(peers string) error {
		d := scoring.Deciding{Artifact: w.rule(peerModel(t, peers)), Policy: w.rule(policy.Default().Canonical())}
		_, err := scoring.OpenMethod(t.Context(), w, policy.Parse, d)
		return err
	}
	err = open("")
	require.ErrorIs(t, err, scoring.ErrUnknownDigest)
	require.ErrorContains(t, err, "names no table of peers")
	err = open(table.Digest().String())
	require.ErrorIs(t, err, scoring.ErrUnknownDigest)
	require.ErrorContains(t, err, "peers "+table.Digest().String())
	require.NoError(t, open(w.rule(table.Canonical())))
	err = open(w.rule([]byte("hengxin-peers-1,2\nother 1\n2023-12-31\n")))
	require.ErrorIs(t, err, scoring.ErrUnknownDigest)

	w.deciding.Artifact = w.rule(peerModel(t, table.Digest().String()))
	w.found(t)
	w.add(t, credit.KindRegistration, "2020-01-01", nil, "industry", "C27", "capital", "100000000")
	w.grant(nil)
	first := w.score(t, question())
	w.restart()
	_, err = w.scorer.Replay(t.Context(), first)
	require.NoError(t, err)
	e, err := w.scorer.Explain(t.Context(), first)
	require.NoError(t, err)
	for _, l := range e.Lines {
		if l.Indicator == "peer_pen_n_36m" {
			require.NotNil(t, l.Value)
			require.InDelta(t, 37.5/101, *l.Value, 1e-12) // one penalty among peers of 0 to 4: 25 quantiles below, 25 equal
			return
		}
	}
	require.Fail(t, "the peer-relative indicator is not explained")
}
