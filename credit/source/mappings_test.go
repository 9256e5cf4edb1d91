package source

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShippedMappings reads every shipped mapping: all of them hold, under their own names.
func TestShippedMappings(t *testing.T) {
	require.NotEmpty(t, Names())
	for _, name := range Names() {
		m, err := Load(name)
		require.NoError(t, err)
		require.Equal(t, name, m.Name)
	}
}
