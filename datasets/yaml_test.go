package datasets

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// A text on which the YAML reader panics is an error; a key that nothing knows is one too.
func TestBrokenYAMLIsRefused(t *testing.T) {
	var list struct {
		Dates []string `yaml:"dates"`
	}
	require.ErrorIs(t, DecodeYAML([]byte("dates: !00000\n0000000000000000000000000000000000000000"), &list), credit.ErrInvalid)
	require.Error(t, DecodeYAML([]byte("days: [a]"), &list))
	require.NoError(t, DecodeYAML([]byte("dates: [a]"), &list))
}
