package datasets

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// TestSparseColumn: a sparse column has the bytes of the same column written out, whatever the base, the nulls and the
// stretches of other values.
func TestSparseColumn(t *testing.T) {
	kinds := []float64{0, math.Copysign(0, -1), math.NaN(), 1, 2.5, math.Inf(1)}
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SampledFrom([]int{1, 7, 8, 9, 100, 1000, 16384}).Draw(t, "rows")
		s := Sparse{Rows: rows, Base: rapid.SampledFrom(kinds).Draw(t, "base")}
		full := make([]float64, rows)
		for i := range full {
			full[i] = s.Base
		}
		few, distinct := rapid.Bool().Draw(t, "few"), rapid.Bool().Draw(t, "distinct")
		for row := 0; row < rows; {
			n := rapid.IntRange(1, 40).Draw(t, "stretch")
			x := rapid.SampledFrom(kinds).Draw(t, "value")
			other := rapid.IntRange(0, 3).Draw(t, "other") > 0
			for end := min(row+n, rows); row < end; row++ {
				if distinct && x == x {
					x++
				}
				if other {
					full[row] = x
					s.put(row, x)
				}
			}
			if few {
				row += rapid.IntRange(0, rows).Draw(t, "gap")
			}
		}
		for _, c := range []Column{{Name: "x", Type: Double, Optional: true}, {Name: "x", Type: Double, Optional: true, Plain: true}} {
			e, err := newChunkEncoder()
			require.NoError(t, err)
			for range 2 { // the encoder's memory is used again
				want, wantMeta, err := e.append(nil, 4, c, &Vector{Doubles: full})
				require.NoError(t, err)
				got, gotMeta, err := e.append(nil, 4, c, &Vector{Sparse: &s})
				require.NoError(t, err)
				require.Equal(t, want, got)
				require.Equal(t, wantMeta, gotMeta)
			}
		}
	})
}
