package card

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/bin"
)

// The flat table finds the bin that the variable finds, for any value.
func TestLookupAgainstVariable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := &bin.Variable{Type: models.Number}
		if rapid.Bool().Draw(t, "category") {
			v.Type = models.Category
			merged := rapid.IntRange(0, 4).Draw(t, "bins")
			v.Bins = make([]bin.Bin, merged+3)
			for range rapid.IntRange(0, 6).Draw(t, "levels") {
				v.Groups = append(v.Groups, rapid.IntRange(-1, merged-1).Draw(t, "group"))
			}
		} else {
			v.Edges = ascending(t, "edges", 70)
			v.Special = ascending(t, "special", 3)
			v.Bins = make([]bin.Bin, len(v.Edges)+len(v.Special)+2)
		}
		points := make([]float64, len(v.Bins))
		for i := range points {
			points[i] = float64(i)
		}
		l := newLookup(v, points, nil)
		values := []float64{math.NaN(), math.Copysign(0, -1), models.Unseen, 0, 1, 5, 99, math.Inf(1), math.Inf(-1)}
		values = append(append(values, v.Edges...), v.Special...)
		values = append(values, rapid.SliceOfN(rapid.Float64Range(-50, 50), 5, 5).Draw(t, "x")...)
		sums := make([]float64, len(values))
		l.add(sums, values)
		for i, x := range values {
			require.Equal(t, v.Index(x), l.bin(x), "%v", x)
			require.Equal(t, float64(v.Index(x)), sums[i], "%v", x)
		}
	})
}

func ascending(t *rapid.T, name string, most int) []float64 {
	v := rapid.SliceOfNDistinct(rapid.Custom(func(t *rapid.T) float64 { return float64(rapid.IntRange(-60, 60).Draw(t, "v")) / 2 }), 0, most, rapid.ID).Draw(t, name)
	slices.Sort(v)
	return v
}

// wide is a card of 20 columns of 9 edges with rows to score, 5 % missing.
func wide(rows int) (*Card, [][]float64) {
	c := &Card{scale: models.DefaultScale()}
	x := make([][]float64, 20)
	for k := range x {
		v := &bin.Variable{Type: models.Number, Edges: []float64{.1, .2, .3, .4, .5, .6, .7, .8, .9}, Bins: make([]bin.Bin, 11)}
		ch := Characteristic{Variable: v, Points: make([]float64, 11)}
		for b := range ch.Points {
			ch.Points[b] = float64((b*7+k)%23) - 11
		}
		c.parts.Characteristics = append(c.parts.Characteristics, ch)
		x[k] = make([]float64, rows)
		for i := range x[k] {
			m := bin.Mix(uint64(i*20 + k))
			if x[k][i] = float64(m>>11) / (1 << 53); m%20 == 0 {
				x[k][i] = math.NaN()
			}
		}
	}
	c.derive()
	return c, x
}

func TestPointsOfAgainstPoints(t *testing.T) {
	for _, decimals := range []int{0, 2} {
		c, columns := wide(2500)
		c.scale.Decimals = decimals
		points, x := c.PointsOf(make([]float64, 2500), columns), make([]float64, 20)
		for i, p := range points {
			for k := range x {
				x[k] = columns[k][i]
			}
			require.Equal(t, c.Points(x), p)
		}
	}
}

// Raw numbers of 20 columns in, points out, one thread.
func BenchmarkPointsOf(b *testing.B) {
	c, x := wide(100_000)
	dst := make([]float64, 100_000)
	for b.Loop() {
		c.PointsOf(dst, x)
	}
	b.ReportMetric(float64(len(dst))*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// The same, a row at a time.
func BenchmarkPointsRow(b *testing.B) {
	c, columns := wide(1000)
	rows := make([][]float64, 1000)
	for i := range rows {
		for k := range columns {
			rows[i] = append(rows[i], columns[k][i])
		}
	}
	for i := 0; b.Loop(); i++ {
		c.Points(rows[i%1000])
	}
}
