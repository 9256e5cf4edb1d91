package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/store"
)

// about makes a sealed record of a subject that differs from others by its number.
func about(s credit.Subject, number int) credit.Record {
	body := credit.AppendBody(nil, credit.FieldDocNo, fmt.Sprint(number))
	r := credit.Record{Subject: s, Kind: credit.KindPenalty, Event: 18000, Known: 18010 + credit.Date(number%7),
		Source: "made", Amount: credit.NoFen, Body: body}
	r.Seal()
	return r
}

func testAppend(t *testing.T, k kind) {
	ctx := context.Background()
	url := k.url(t)
	db := k.open(t, url)
	head, err := db.Head(ctx)
	require.NoError(t, err)
	require.Zero(t, head)

	a, b, c := about("a", 1), about("b", 2), about("c", 3)
	require.Equal(t, store.Appended{Added: 2, Duplicates: 2, First: 1, Last: 2, Fresh: []bool{true, false, true, false}},
		requireAppend(t, db, []credit.Record{b, b, a, b}))
	require.Equal(t, store.Appended{Duplicates: 2, Fresh: []bool{false, false}}, requireAppend(t, db, []credit.Record{a, b}))
	require.Equal(t, store.Appended{Fresh: []bool{}}, requireAppend(t, db, nil))

	second := k.open(t, url) // knows nothing of what the first appended
	require.Equal(t, store.Appended{Added: 1, Duplicates: 1, First: 3, Last: 3, Fresh: []bool{false, true}},
		requireAppend(t, second, []credit.Record{a, c}))
	d := about("d", 4)
	require.Equal(t, store.Appended{Added: 1, Duplicates: 1, First: 4, Last: 4, Fresh: []bool{false, true}},
		requireAppend(t, db, []credit.Record{c, d}))

	var l naiveLog
	l.append([]credit.Record{b, a, c, d})
	for p := range credit.Position(6) {
		equalLog(t, second, &l, p)
	}
	sound(t, db)
}

// What is refused leaves nothing behind, not even in the set of known ids.
func testRefused(t *testing.T, k kind) {
	db := k.empty(t)
	good := about("a", 1)
	for name, spoil := range map[string]func(*credit.Record){
		"no id":          func(r *credit.Record) { r.ID = credit.ID{} },
		"another id":     func(r *credit.Record) { r.ID[3]++ },
		"no subject":     func(r *credit.Record) { r.Subject = ""; r.Seal() },
		"known too soon": func(r *credit.Record) { r.Known = r.Event - 1; r.Seal() },
		"body":           func(r *credit.Record) { r.Body = credit.Body("\x03\x00"); r.Seal() },
		"subject bytes":  func(r *credit.Record) { r.Subject = "a\x00b"; r.Seal() },
		"subject text":   func(r *credit.Record) { r.Subject = "a\xff"; r.Seal() },
	} {
		bad := about("b", 2)
		spoil(&bad)
		_, err := db.Append(context.Background(), []credit.Record{good, bad})
		require.ErrorIs(t, err, credit.ErrInvalid, name)
	}
	head, err := db.Head(context.Background())
	require.NoError(t, err)
	require.Zero(t, head)
	require.Equal(t, 1, requireAppend(t, db, []credit.Record{good}).Added)
	sound(t, db)
}

// The day of receipt is not content: the same row received another day is the same record.
func testReceived(t *testing.T, k kind) {
	db := k.empty(t)
	r := about("a", 1)
	r.Received = true
	r.Seal()
	later := r
	later.Known += 5
	later.Seal()
	require.Equal(t, r.ID, later.ID)
	requireAppend(t, db, []credit.Record{r})
	require.Equal(t, 1, requireAppend(t, db, []credit.Record{later}).Duplicates)
	h, err := db.History(context.Background(), nil, "a", store.Latest)
	require.NoError(t, err)
	require.Equal(t, lines([]credit.Record{r}), lines(h))
	sound(t, db)
}

// awkward subjects: a database that orders texts as people do orders some of these otherwise than their bytes.
var awkward = []credit.Subject{"foo|", "foo}", "foo", "Foo", "foO", "foo ", "foo-1", "foo1", "~ab", "bdci:p155", "é", "e", "z",
	"中", "一", "91330000MA000000XX", "A", "a", "_", "%", "'", "\\", "\U0001f600", "ｆ"}

func testOrder(t *testing.T, k kind) {
	db := k.empty(t)
	var l naiveLog
	for i, s := range awkward {
		batch := []credit.Record{about(s, i), about(s, i+100)}
		l.append(batch)
		requireAppend(t, db, batch)
	}
	equalLog(t, db, &l, store.Latest)
	sound(t, db)
	sorted := slices.Sorted(slices.Values(awkward))
	from, to := sorted[5], sorted[15]
	var got []credit.Subject
	require.NoError(t, db.ScanRange(context.Background(), store.Range{From: from, To: to}, store.Latest,
		func(s credit.Subject, _ []credit.Record) error { got = append(got, s); return nil }))
	require.Equal(t, sorted[5:15], got)
}

// The longest body, and a history that fills many blocks.
func testLong(t *testing.T, k kind) {
	db := k.empty(t)
	long := about("long", 0)
	long.Body = credit.AppendBody(nil, credit.FieldFact, strings.Repeat("长", 21_000))
	long.Seal()
	var l naiveLog
	batch := []credit.Record{long, about("a", 1), about("z", 1)}
	for i := range 3000 {
		batch = append(batch, about("many", i))
	}
	l.append(batch)
	requireAppend(t, db, batch[:1500])
	requireAppend(t, db, batch[1500:])
	equalLog(t, db, &l, store.Latest)
	equalLog(t, db, &l, 1000)
	sound(t, db)
}

// testNaive does by chance what a program may do, on two handles, and compares with the slice.
func testNaive(t *testing.T, k kind) {
	subjects := append(slices.Clone(awkward), "s1", "s2", "s3")
	rapid.Check(t, func(rt *rapid.T) {
		url := k.url(t)
		handles := []*store.DB{k.open(t, url), k.open(t, url)}
		var l naiveLog
		for range rapid.IntRange(1, 8).Draw(rt, "batches") {
			var batch []credit.Record
			for range rapid.IntRange(0, 25).Draw(rt, "records") {
				r := about(rapid.SampledFrom(subjects).Draw(rt, "subject"), rapid.IntRange(0, 60).Draw(rt, "number"))
				r.Received = rapid.Bool().Draw(rt, "received")
				r.Flags = credit.Flags(rapid.IntRange(0, 3).Draw(rt, "flags"))
				r.Seal()
				batch = append(batch, r)
			}
			db := rapid.SampledFrom(handles).Draw(rt, "handle")
			require.Equal(rt, l.append(batch), requireAppend(t, db, batch))
		}
		n := len(l.records)
		db := rapid.SampledFrom(handles).Draw(rt, "reader")
		equalLog(rt, db, &l, credit.Position(rapid.IntRange(0, n+1).Draw(rt, "position")))
		equalRecords(rt, db, &l, credit.Position(rapid.IntRange(1, n+1).Draw(rt, "from")), credit.Position(rapid.IntRange(0, n+1).Draw(rt, "to")))
		sound(t, db)
		for _, db := range handles {
			require.NoError(rt, db.Close())
		}
	})
}

// The ranges together are the scan, each part of it once.
func testRanges(t *testing.T, k kind) {
	ctx := context.Background()
	db := k.empty(t)
	ranges, err := db.Ranges(ctx, 4)
	require.NoError(t, err)
	require.Equal(t, []store.Range{{}}, ranges)
	requireAppend(t, db, NewMaker(5, 6000).Make(nil, 6000))
	whole, err := scanned(ctx, db, store.Range{})
	require.NoError(t, err)
	for n := 1; n <= 5; n++ {
		ranges, err := db.Ranges(ctx, n)
		require.NoError(t, err)
		require.NotEmpty(t, ranges)
		require.LessOrEqual(t, len(ranges), n)
		var parts []string
		for i, r := range ranges {
			if i > 0 {
				require.Equal(t, ranges[i-1].To, r.From)
			}
			part, err := scanned(ctx, db, r)
			require.NoError(t, err)
			require.Greater(t, len(part), 6000/n/4, "a range is too small to share the work")
			parts = append(parts, part...)
		}
		require.Equal(t, whole, parts)
	}
}

func scanned(ctx context.Context, db *store.DB, r store.Range) (all []string, err error) {
	err = db.ScanRange(ctx, r, store.Latest, func(_ credit.Subject, records []credit.Record) error {
		all = append(all, lines(records)...)
		return nil
	})
	return all, err
}

// Many appends of very different sizes: on the packed log, runs of every class are merged, step by step, and after
// each append the log is whole.
func testMerges(t *testing.T, k kind) {
	db := k.empty(t)
	m := NewMaker(9, 900)
	var l naiveLog
	for i := range 60 {
		batch := m.Make(nil, 1+i*i%37)
		require.Equal(t, l.append(batch), requireAppend(t, db, batch))
		if i%6 == 0 {
			sound(t, db)
		}
	}
	equalLog(t, db, &l, store.Latest)
	equalLog(t, db, &l, credit.Position(len(l.records)/2))
	sound(t, db)
}

// An error of the caller's, or a context that ends, stops a read and is what the read returns.
func testStopped(t *testing.T, k kind) {
	db := k.empty(t)
	requireAppend(t, db, NewMaker(3, 500).Make(nil, 500))
	stop := errors.New("enough")
	seen := 0
	err := db.Scan(context.Background(), store.Latest, func(credit.Subject, []credit.Record) error { seen++; return stop })
	require.ErrorIs(t, err, stop)
	err = db.Records(context.Background(), 1, store.Latest, func(credit.Position, *credit.Record) error { seen++; return stop })
	require.ErrorIs(t, err, stop)
	require.Equal(t, 2, seen)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = db.Append(ctx, NewMaker(4, 10).Make(nil, 10))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 10, requireAppend(t, db, NewMaker(4, 10).Make(nil, 10)).Added)
	sound(t, db)
}
