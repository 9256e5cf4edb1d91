package datasets

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/features"
)

func testSpec(t require.TestingT, records []credit.Record, days ...credit.Date) *Spec {
	source, err := openRecords(t, writeRecords(t, RecordInfo{Sorted: true}, records)).Source()
	require.NoError(t, err)
	if days == nil {
		days = []credit.Date{credit.NewDate(2020, 6, 30), credit.NewDate(2021, 6, 30), credit.NewDate(2022, 6, 30)}
	}
	return &Spec{Source: source, SourceID: "test", Set: features.Bench(), Code: "test", AsOf: days}
}

func plan(t require.TestingT, s *Spec) *Plan {
	p, err := NewPlan(context.Background(), s, 2)
	require.NoError(t, err)
	return p
}

// cut splits the only part of a small plan so that a build has several.
func (p *Plan) cut(at ...credit.Subject) *Plan {
	p.Parts = []PartRange{{}}
	for _, s := range at {
		p.Parts[len(p.Parts)-1].To = s
		p.Parts = append(p.Parts, PartRange{From: s})
	}
	return p
}

// files reads a directory whole, by name.
func files(t require.TestingT, dir string) map[string]string {
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	all := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		all[e.Name()] = string(b)
	}
	return all
}

// TestShardsAndThreads: whoever makes the parts, the bytes of every file are the same.
func TestShardsAndThreads(t *testing.T) {
	spec := testSpec(t, madeRecords(t, 50, 10))
	cuts := []credit.Subject{"t:0000010", "t:0000011", "t:0000030", "t:0000044"}
	ctx := context.Background()
	whole := t.TempDir()
	_, err := Build(ctx, plan(t, spec).cut(cuts...), whole, BuildOptions{Threads: 1})
	require.NoError(t, err)
	want := files(t, whole)
	require.Len(t, want, 6, "five parts and the manifest")
	for threads := 2; threads < 5; threads++ {
		dir := t.TempDir()
		_, err := Build(ctx, plan(t, spec).cut(cuts...), dir, BuildOptions{Threads: threads})
		require.NoError(t, err)
		require.Equal(t, want, files(t, dir))
	}
	for shards := 2; shards < 7; shards++ {
		dir := t.TempDir()
		for shard := range shards {
			_, err := Build(ctx, plan(t, spec).cut(cuts...), dir, BuildOptions{Threads: 2, Shard: shard, Shards: shards})
			if unfinished := shard < min(shards, 5)-1; unfinished {
				require.ErrorIs(t, err, ErrUnfinished)
				require.NotContains(t, files(t, dir), manifestName)
			} else {
				require.NoError(t, err)
			}
		}
		require.Equal(t, want, files(t, dir), "%d shards", shards)
	}
}

// naiveRows folds one firm and one day at a time.
func naiveRows(t require.TestingT, spec *Spec, bySubject map[credit.Subject][]credit.Record, subjects []credit.Subject) (rows [][]string) {
	for _, s := range subjects {
		for _, day := range spec.AsOf {
			fold, err := features.NewFold(spec.Set, spec.Policy, spec.Coverage, nil)
			require.NoError(t, err)
			values, err := fold.Rows(nil, s, bySubject[s], []credit.Date{day})
			require.NoError(t, err)
			row := []string{string(s), fmt.Sprint(int32(day))}
			why := ""
			for i, x := range values {
				if math.IsNaN(x) {
					row, why = append(row, "null"), why+string(missingLetters[fold.Missing(i, day)])
				} else {
					row, why = append(row, fmt.Sprint(math.Float64bits(x))), why+"."
				}
			}
			rows = append(rows, append(row, why))
		}
	}
	return rows
}

func builtRows(t require.TestingT, spec *Spec, dir string) (rows [][]string) {
	m, err := ReadManifest(dir)
	require.NoError(t, err)
	columns := datasetColumns(spec)
	for _, p := range m.Parts {
		b, err := os.ReadFile(filepath.Join(dir, p.Name))
		require.NoError(t, err)
		for _, row := range readNaive(t, b) {
			var texts []string
			for i, v := range row {
				texts = append(texts, naiveCell(columns[i], v))
			}
			rows = append(rows, texts)
		}
	}
	return rows
}

// TestBuildIsNaive: a build's rows are those of folding every firm and day by itself, for random histories, cuts and
// populations, firms without records included.
func TestBuildIsNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := sortRecords(drawRecords(t))
		bySubject := map[credit.Subject][]credit.Record{}
		var subjects []credit.Subject
		for _, r := range records {
			bySubject[r.Subject] = append(bySubject[r.Subject], r)
			subjects = append(subjects, r.Subject)
		}
		subjects = slices.Compact(subjects)
		spec := testSpec(t, records, 12000, 15000, 19000)
		if len(subjects) == 0 || rapid.Bool().Draw(t, "listed") {
			spec.Subjects = []credit.Subject{"t:3", "t:0", "s:9", "t:3", "t:77"}
			subjects = []credit.Subject{"s:9", "t:0", "t:3", "t:77"}
		}
		p := plan(t, spec)
		if rapid.Bool().Draw(t, "cut") {
			p.cut("t:1", "t:3")
		}
		dir, err := os.MkdirTemp("", "build")
		require.NoError(t, err)
		defer os.RemoveAll(dir)
		m, err := Build(context.Background(), p, dir, BuildOptions{Threads: 2})
		require.NoError(t, err)
		want := naiveRows(t, spec, bySubject, subjects)
		require.EqualValues(t, len(want), m.Rows)
		require.Equal(t, want, builtRows(t, spec, dir))
	})
}

// TestResume: finished parts are kept, damaged ones made again, and the result is that of an undisturbed run.
func TestResume(t *testing.T) {
	spec := testSpec(t, madeRecords(t, 30, 5))
	cuts := []credit.Subject{"t:0000010", "t:0000020"}
	ctx, dir := context.Background(), t.TempDir()
	_, err := Build(ctx, plan(t, spec).cut(cuts...), dir, BuildOptions{})
	require.NoError(t, err)
	want := files(t, dir)

	damaged := t.TempDir()
	_, err = Build(ctx, plan(t, spec).cut(cuts...), damaged, BuildOptions{Shard: 0, Shards: 2})
	require.ErrorIs(t, err, ErrUnfinished)
	require.NoError(t, os.WriteFile(filepath.Join(damaged, "part-00002.parquet"), []byte("half"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(damaged, ".part-00001.parquet.1"), []byte("left by kill"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(damaged, "part-00007.parquet"), []byte("of an older plan"), 0o644))
	kept, err := os.Stat(filepath.Join(damaged, "part-00000.parquet"))
	require.NoError(t, err)
	_, err = Build(ctx, plan(t, spec).cut(cuts...), damaged, BuildOptions{})
	require.NoError(t, err)
	require.Equal(t, want, files(t, damaged))
	again, err := os.Stat(filepath.Join(damaged, "part-00000.parquet"))
	require.NoError(t, err)
	require.True(t, os.SameFile(kept, again), "a finished part is kept")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "part-00001.parquet"), []byte("damaged"), 0o644))
	_, err = Build(ctx, plan(t, spec).cut(cuts...), dir, BuildOptions{})
	require.NoError(t, err)
	require.Equal(t, want, files(t, dir), "a finished dataset is checked and mended")

	spec.AsOf = spec.AsOf[:1]
	_, err = Build(ctx, plan(t, spec), dir, BuildOptions{})
	require.ErrorIs(t, err, credit.ErrInvalid, "another dataset")
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "thesis.doc"), nil, 0o644))
	_, err = Build(ctx, plan(t, spec), other, BuildOptions{})
	require.ErrorIs(t, err, credit.ErrInvalid, "not ours")
}

// TestNobody: an empty list of firms is nobody, not everybody, and so is an empty source.
func TestNobody(t *testing.T) {
	spec := testSpec(t, madeRecords(t, 3, 3))
	spec.Subjects = []credit.Subject{}
	_, err := NewPlan(context.Background(), spec, 1)
	require.ErrorIs(t, err, credit.ErrInvalid)
	empty := testSpec(t, nil)
	empty.Source = Source{Histories: empty.Source.Histories}
	_, err = NewPlan(context.Background(), empty, 1)
	require.ErrorIs(t, err, credit.ErrInvalid)
	empty.AsOf = []credit.Date{2, 1}
	_, err = NewPlan(context.Background(), empty, 1)
	require.ErrorContains(t, err, "out of order")
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	p, dir := plan(t, testSpec(t, madeRecords(t, 30, 5))), t.TempDir()
	cancel()
	_, err := Build(ctx, p, dir, BuildOptions{})
	require.ErrorIs(t, err, context.Canceled)
	require.NotContains(t, files(t, dir), manifestName)
}

// TestMissingLetters: every reason that features knows has a letter of its own.
func TestMissingLetters(t *testing.T) {
	for i := range missingLetters {
		require.Equal(t, i, strings.IndexByte(missingLetters, missingLetters[i]))
		require.NotPanics(t, func() { _ = features.Missing(i).String() })
	}
	require.Panics(t, func() { _ = features.Missing(len(missingLetters)).String() })
}
