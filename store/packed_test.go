package store

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// The set of ids against a map, over several growths.
func TestIDSet(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var s idSet
	want := map[credit.ID]bool{}
	for range 20_000 {
		var id credit.ID
		binary.LittleEndian.PutUint64(id[:], rng.Uint64N(9000)) // most come again, many fall on neighbouring slots
		id[15] = byte(rng.Uint32N(2)) + 1
		require.Equal(t, !want[id], s.add(id))
		want[id] = true
	}
	require.Equal(t, len(want), s.count)
}

// A class is filled by fanIn runs of the class below at the least.
func TestClass(t *testing.T) {
	s := sqliteSizes
	for size, class := range map[int64]int{0: 0, 1<<20 - 1: 0, 1 << 20: 1, 8<<20 - 1: 1, 8 << 20: 2, 64<<20 - 1: 2, 1 << 30: 4} {
		require.Equal(t, class, s.class(size), "%d bytes", size)
	}
}

func someBlock() []byte {
	w := blockWriter{size: 1000}
	var d []byte
	for i := range 5 {
		r := credit.Record{Subject: credit.Subject(fmt.Sprint("s", i)), Kind: credit.KindPenalty, Event: 1, Known: 2, Source: "x", Amount: credit.NoFen}
		r.Seal()
		d = r.AppendTo(binary.AppendUvarint(d[:0], uint64(i+1)))
		w.begin(string(r.Subject), len(d))
		w.add(d)
	}
	return w.finish()[0].data
}

// Damaged blocks are an error and never a panic, and what is read from a whole one is written to the same bytes.
func FuzzBlock(f *testing.F) {
	whole := someBlock()
	f.Add(whole)
	f.Add(whole[:len(whole)-3])
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Fuzz(func(t *testing.T, data []byte) {
		var d credit.Decoder
		for rest := data; len(rest) > 0; {
			g, next, err := nextGroup(rest)
			if err != nil {
				require.ErrorIs(t, err, ErrCorrupt)
				return
			}
			records, at, err := appendEntries(nil, nil, g, Latest, &d)
			if err != nil {
				require.ErrorIs(t, err, ErrCorrupt)
				return
			}
			require.LessOrEqual(t, len(at), len(records))
			rest = next
		}
		_, err := findGroup(data, "s3")
		require.NoError(t, err)
	})
}

// copyReader's stream does not depend on how much is read at once, and its pieces are whole rows.
func TestCopyReader(t *testing.T) {
	row := func(dst []byte, i int) []byte {
		return appendField(appendLong(append(dst, 0, 2), int64(i)), strings.Repeat("x", i*7%999))
	}
	read := func(n, size int) (all []byte) {
		c := copyReader{n: n, row: row}
		for b := make([]byte, size); ; {
			n, err := c.Read(b)
			all = append(all, b[:n]...)
			if err != nil {
				return all
			}
		}
	}
	for _, n := range []int{0, 1, 2000} {
		whole := read(n, 1<<20)
		require.True(t, bytes.HasPrefix(whole, []byte("PGCOPY\n\xff\r\n\x00")))
		require.True(t, bytes.HasSuffix(whole, []byte{0xff, 0xff}))
		for _, size := range []int{1, 7, 4096} {
			require.True(t, bytes.Equal(whole, read(n, size)))
		}
	}
}

// The order by keys is the order by subject and id, also where one subject begins another, or holds a zero byte.
func TestSubjectOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var records []*credit.Record
	for range 5000 {
		r := credit.Record{Subject: credit.Subject(strings.Repeat("s", rng.IntN(20)) + string(rune(rng.IntN(3))))}
		r.ID[rng.IntN(16)] = byte(rng.IntN(4))
		records = append(records, &r)
	}
	want := make([]int32, len(records))
	for i := range want {
		want[i] = int32(i)
	}
	sort.SliceStable(want, func(i, j int) bool {
		a, b := records[want[i]], records[want[j]]
		if a.Subject != b.Subject {
			return a.Subject < b.Subject
		}
		return a.ID.String() < b.ID.String() && !b.ID.IsZero() || a.ID.IsZero() && !b.ID.IsZero()
	})
	require.Equal(t, want, subjectOrder(records))
}
