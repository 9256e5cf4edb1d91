package features

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestDefinitions: a catalogue and the canonical bytes of its set say the same; what differs is named.
func TestDefinitions(t *testing.T) {
	built := Definitions()
	read, err := ReadDefinitions(catalogueCSV)
	require.NoError(t, err)
	require.Equal(t, built, read)
	require.Empty(t, Changes(built, read))
	set, err := All().WithPeers(testPeers())
	require.NoError(t, err)
	for _, b := range [][]byte{All().Canonical(), set.Canonical()} {
		stored, err := ReadDefinitions(b)
		require.NoError(t, err)
		require.Len(t, stored, len(built))
		require.Empty(t, Changes(stored, built))
		require.Empty(t, Changes(built, stored))
	}
	old, err := ReadDefinitions([]byte(strings.NewReplacer("近3个月行政处罚次数", "三个月处罚", ",3m,,count,1,", ",6m,,count,1,").Replace(strings.Replace(string(catalogueCSV), "pen_n_6m,", "pen_n_5m,", 1))))
	require.NoError(t, err)
	changes := map[string]Change{}
	for _, c := range Changes(old, built) {
		changes[c.ID] = c
	}
	require.Equal(t, "added", changes["pen_n_6m"].What)
	require.Equal(t, "removed", changes["pen_n_5m"].What)
	require.True(t, changes["pen_n_3m"].Unversioned)
	require.Contains(t, changes["pen_n_3m"].Words, WordChange{"window", "6m", "3m"})
	require.Contains(t, changes["pen_n_3m"].Words, WordChange{"zh", "三个月处罚", "近3个月行政处罚次数"})
	for _, bad := range []string{"", "id,zh,en,\n", "abc", "\x00\x00\x00\x09ab"} {
		_, err := ReadDefinitions([]byte(bad))
		require.ErrorIs(t, err, credit.ErrInvalid, bad)
	}
}
