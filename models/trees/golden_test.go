package trees_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
)

// whole is a table that no processor's arithmetic can change: everything in it is made of integers.
func whole(rows int) *models.Frame {
	f := &models.Frame{}
	state := uint64(1)
	next := func(n uint64) uint64 {
		state = state*6364136223846793005 + 1442695040888963407
		return state >> 33 % n
	}
	a, b, c, d := make([]float64, rows), make([]float64, rows), make([]float64, rows), make([]string, rows)
	for i := range rows {
		a[i], b[i], c[i], d[i] = float64(next(100_000))/1024, float64(next(9)), float64(next(5000)), string(rune('a'+next(9)))
		risk := next(60) + uint64(4*b[i])
		if a[i] > 40 {
			risk += next(30)
		}
		if d[i] < "d" {
			risk += 10
		}
		if next(7) == 0 {
			a[i] = nan
		}
		if next(9) == 0 {
			c[i], risk = -9, risk/2
		}
		target := 0.0
		if risk > 60 {
			target = 1
		}
		f.Target = append(f.Target, target)
		f.Weights = append(f.Weights, float64(1+next(4)))
	}
	number := func(name string, v []float64) models.Column {
		return models.Column{Name: name, Type: models.Number, Values: v}
	}
	f.Columns = []models.Column{number("a", a), number("b", b), number("c", c), models.NewCategory("d", d)}
	return f
}

// The digests of fits are those in testdata/golden.txt, on every processor (GOAMD64=v1, v3; arm64). A change of the
// algorithm changes them: set REWRITE=1 and say so in the log of changes.
func TestGoldenDigests(t *testing.T) {
	f := whole(4000)
	var lines []string
	for name, r := range recipes() {
		lines = append(lines, fmt.Sprintf("%s %s\n", name, digest(t, f, r, 2)))
	}
	slices.Sort(lines)
	path := filepath.Join("testdata", "golden.txt")
	if os.Getenv("REWRITE") == "1" {
		require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines, "")), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), strings.Join(lines, ""))
}
