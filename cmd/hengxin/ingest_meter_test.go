package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFitName(t *testing.T) {
	for _, c := range []struct {
		name    string
		columns int
		want    string
	}{
		{"cases.csv", 22, "cases.csv"}, {"abcdef", 6, "abcdef"}, {"abcdefg", 6, "abcde…"}, {"行政处罚.csv", 12, "行政处罚.csv"},
		{"行政处罚.csv", 11, "行政处罚.c…"}, {"行政处罚.csv", 6, "行政…"}, {"", 6, ""},
	} {
		require.Equal(t, c.want, fitName(c.name, c.columns), "%s in %d", c.name, c.columns)
	}
	require.Equal(t, "1,234,567", thousands(1234567))
	require.Equal(t, "12", thousands(12))
	require.Equal(t, "123", thousands(123))
}
