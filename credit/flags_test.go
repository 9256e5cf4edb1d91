package credit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestFlagNames: every flag has one name, which reads back; a bit without one is told by its number.
func TestFlagNames(t *testing.T) {
	all := credit.Flags(0)
	for i, name := range credit.FlagNames() {
		f, ok := credit.ParseFlag(name)
		require.True(t, ok, name)
		require.Equal(t, credit.Flags(1<<i), f, name)
		require.Equal(t, []string{name}, f.Names())
		all |= f
	}
	require.Equal(t, credit.FlagErased<<1-1, all, "a flag without a name")
	require.Equal(t, credit.FlagNames(), all.Names())
	require.Equal(t, []string{"late", "bit 12"}, (credit.FlagLate | 1<<12).Names())
	_, ok := credit.ParseFlag("no such flag")
	require.False(t, ok)
}
