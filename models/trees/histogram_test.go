package trees

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/exact"
	"hengxin/models"
	"hengxin/models/bin"
)

func randomEntry(rng *rand.Rand, row int) entry {
	g, h := int64(rng.IntN(1<<16-1)-(1<<15-1)), uint64(1+rng.IntN(1<<16-1))
	return uint64(row)<<32 | uint64(uint16(g))<<16 | h
}

// The packed sums of any width of panel and any number of rows are those of a plain loop, at the ends of the grids too.
func TestHistogramEqualsPlainSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, inputs := range []int{1, 2, 3, 4, 5, 7, 16, 17, 35} {
		for _, rows := range []int{0, 1, 255, 257, 3000, 140_000} {
			if rows == 140_000 && inputs != 3 && inputs != 17 {
				continue
			}
			cells, offsets := make([][]uint8, inputs), []int{0}
			for k := range cells {
				cells[k] = make([]uint8, rows)
				for i := range cells[k] {
					cells[k][i] = uint8(rng.IntN(256))
				}
				offsets = append(offsets, offsets[k]+256)
			}
			var entries []entry
			for i := range rows {
				e := randomEntry(rng, i)
				if rows == 140_000 && i < 130_000 { // the greatest sums that there can be
					e = uint64(i)<<32 | uint64(1<<15-1)<<16 | 1<<16 - 1
					for k := range cells {
						cells[k][i] = 9
					}
				}
				if rng.IntN(10) > 0 {
					entries = append(entries, e)
				}
			}
			want := make([]cellSum, 256*inputs)
			for _, e := range entries {
				for k := range cells {
					want[256*k+int(cells[k][e>>32])].add(cellSum{int64(int16(e >> 16)), int64(uint16(e))})
				}
			}
			for _, threads := range []int{1, 2, 3} {
				got := make([]cellSum, 256*inputs)
				for _, p := range newPanels(cells, rows, threads) {
					p.build(entries, &scratch{}, got, offsets)
				}
				require.Equal(t, want, got, "%d inputs, %d rows", inputs, rows)
			}
		}
	}
}

// A division is stable and the same for any number of threads.
func TestPartitionIsStable(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for _, rows := range []int{1, 1000, largeNode + 7} {
		cells, entries := make([]uint8, rows), make([]entry, rows)
		for i := range cells {
			cells[i], entries[i] = uint8(rng.IntN(256)), randomEntry(rng, i)
		}
		var right [256]uint8
		for c := range right {
			right[c] = uint8(rng.IntN(2))
		}
		var want, after []entry
		for _, e := range entries {
			if right[cells[e>>32]] == 0 {
				want = append(want, e)
			} else {
				after = append(after, e)
			}
		}
		for _, threads := range []int{1, 2, 3} {
			g := &grower{threads: threads, entries: slices.Clone(entries), spare: make([]entry, rows)}
			require.Equal(t, len(want), g.partition(0, rows, cells, &right))
			require.Equal(t, append(slices.Clone(want), after...), g.entries)
		}
	}
}

func TestKeysKeepOrder(t *testing.T) {
	values := []float64{-math.MaxFloat64, -1, -math.SmallestNonzeroFloat64, 0, math.SmallestNonzeroFloat64, 1, 1 + 0x1p-52, math.MaxFloat64}
	for i, v := range values {
		require.Equal(t, v, valueOf(bin.OrderKey(v)))
		if i > 0 {
			require.Less(t, bin.OrderKey(values[i-1]), bin.OrderKey(v))
		}
	}
	require.Equal(t, bin.OrderKey(0), bin.OrderKey(math.Copysign(0, -1)))
	rng := rand.New(rand.NewPCG(5, 6))
	for _, n := range []int{0, 1, 511, 5000} {
		keys := make([]uint64, n)
		for i := range keys {
			keys[i] = bin.OrderKey(rng.NormFloat64() * math.Ldexp(1, rng.IntN(200)-100))
		}
		want := slices.Sorted(slices.Values(keys))
		require.Equal(t, want, append([]uint64(nil), radixSort(keys, nil)...)[:n:n])
	}
}

// Cells say x < edge as the model will; edges lie between neighbouring values.
func TestPlaceEqualsCell(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for _, cells := range []int{2, 3, 17, 255} {
		values := make([]float64, 3003)
		for i := range values {
			values[i] = math.Round(rng.NormFloat64()*300) / 10
			if rng.IntN(9) == 0 {
				values[i] = math.NaN()
			}
		}
		in := &input{special: []float64{1.5}}
		in.cut(values, cells, &sortSpace{})
		require.LessOrEqual(t, len(in.edges), cells-1)
		require.True(t, models.Ascending(in.edges))
		dst := make([]uint8, len(values))
		in.place(dst, values)
		for i, x := range values {
			require.Equal(t, in.cell(x), dst[i], "%v", x)
			for k, e := range in.edges {
				if x == x && x != 1.5 {
					require.Equal(t, x < e, int(dst[i]) <= k+1)
				}
			}
		}
	}
}

// The table's probability and loss are within a 2^-20 of the functions.
func TestCurve(t *testing.T) {
	c := newCurve()
	for z := -20.0; z < 20; z += 0.0137 {
		bounded := max(-16, min(16, z))
		require.InDelta(t, exact.Logistic(bounded), float64(c.probability(toUnits(z)))*unit, 0x1p-20)
		require.InDelta(t, exact.Softplus(z), float64(c.logLoss(toUnits(z), 0))*unit, 0x1p-19)
		require.InDelta(t, exact.Softplus(-z), float64(c.logLoss(toUnits(z), 1))*unit, 0x1p-19)
	}
}
