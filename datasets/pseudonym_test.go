package datasets

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
)

var testKey = []byte("0123456789abcdef")

// underPseudonyms is what a naive reader expects: the rows of the plain dataset, each subject replaced, sorted anew.
func underPseudonyms(t require.TestingT, rows [][]string) [][]string {
	var out [][]string
	for _, row := range rows {
		p, err := credit.Pseudonym(testKey, credit.Subject(row[0]))
		require.NoError(t, err)
		out = append(out, append([]string{string(p)}, row[1:]...))
	}
	slices.SortStableFunc(out, func(a, b []string) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// TestPseudonymsIsNaive: under pseudonyms the rows are the plain ones with the subject replaced, whatever the records, the
// cuts, the list and the threads.
func TestPseudonymsIsNaive(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		records := sortRecords(drawRecords(t))
		spec := testSpec(t, records, 12000, 15000, 19000)
		bySubject := map[credit.Subject][]credit.Record{}
		for _, r := range records {
			bySubject[r.Subject] = append(bySubject[r.Subject], r)
		}
		subjects := slices.Sorted(maps.Keys(bySubject))
		if len(subjects) == 0 || rapid.Bool().Draw(t, "listed") {
			subjects = []credit.Subject{"s:9", "t:0", "t:3", "t:77"}
			spec.Subjects = subjects
		}
		threads := rapid.IntRange(1, 3).Draw(t, "threads")
		s, err := spec.WithPseudonyms(context.Background(), testKey, dir, threads)
		require.NoError(t, err)
		p := plan(t, s)
		if rapid.Bool().Draw(t, "cut") {
			p.cut("~3", "~a77")
		}
		out, err := os.MkdirTemp(dir, "build")
		require.NoError(t, err)
		_, err = Build(context.Background(), p, out, BuildOptions{Threads: threads})
		require.NoError(t, err)
		require.Equal(t, underPseudonyms(t, naiveRows(t, spec, bySubject, subjects)), builtRows(t, s, out))
	})
}

// TestPseudonymsNeighbours: bodies name other firms by their codes, and indicators of neighbours find them all the same.
func TestPseudonymsNeighbours(t *testing.T) {
	spec := testSpec(t, mixedRecords(t, 60))
	spec.Set, spec.Policy = features.All(), policy.Default()
	p := plan(t, spec)
	require.NotZero(t, p.Neighbours.Len())
	plain, hidden := t.TempDir(), t.TempDir()
	_, err := Build(context.Background(), p, plain, BuildOptions{})
	require.NoError(t, err)
	s, err := spec.WithPseudonyms(context.Background(), testKey, hidden, 2)
	require.NoError(t, err)
	_, err = Build(context.Background(), plan(t, s).cut("~7"), hidden, BuildOptions{Threads: 2})
	require.NoError(t, err)
	require.Equal(t, underPseudonyms(t, builtRows(t, spec, plain)), builtRows(t, s, hidden))
}

// TestPseudonymsHideCodes: no file says a code, nor the digest of the label file; the class and division that the code
// says still reach the fold, for firms without records too.
func TestPseudonymsHideCodes(t *testing.T) {
	const firm, silent = "91320594MA7ABCD124", "92330106MA27ABCD1X"
	records := madeRecords(t, 40, 3)
	for i := range records[:3] {
		records[i].Subject = firm
		records[i].Seal()
	}
	spec := testSpec(t, sortRecords(records))
	coverage, err := credit.ReadCoverage(strings.NewReader("source,kind,class,region,from,to,off,note\nmade,penalty,individual_business,330106,2010-01-01,,,\n"))
	require.NoError(t, err)
	spec.Coverage, spec.Policy = coverage, policy.Default()
	spec.Set, err = features.NewSet("pen_n_12m")
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "labels.csv")
	text := "subject,outcome\n" + firm + ",1\n" + silent + ",0\nt:0000007,0\n"
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	spec.AsOf = spec.AsOf[:1]
	spec.Labels, err = ReadLabels(path, LabelSpec{Subject: "subject", Outcome: "outcome", Definition: "closed", Horizon: "12m", ObservedUntil: "2024-12-31"})
	require.NoError(t, err)
	plain := t.TempDir()
	_, err = Build(context.Background(), plan(t, spec), plain, BuildOptions{})
	require.NoError(t, err)

	dir := t.TempDir()
	s, err := spec.WithPseudonyms(context.Background(), testKey, dir, 2)
	require.NoError(t, err)
	m, err := Build(context.Background(), plan(t, s), dir, BuildOptions{})
	require.NoError(t, err)
	rows := builtRows(t, s, dir)
	require.Equal(t, underPseudonyms(t, builtRows(t, spec, plain)), rows)
	cover := map[string]string{}
	for _, row := range rows {
		cover[row[0]] = row[len(row)-1]
	}
	for subject, want := range map[credit.Subject]string{firm: "c", silent: ".", "t:0000007": "c"} {
		p, err := credit.Pseudonym(testKey, subject)
		require.NoError(t, err)
		require.Equal(t, want, cover[string(p)], "the source covers individual businesses of one district")
	}
	for name, b := range files(t, dir) {
		for _, told := range []string{firm, silent, "t:00", spec.Labels.File.String(), string(testKey)} {
			require.NotContains(t, b, told, name)
		}
	}
	require.Equal(t, "hmac-sha256/128", m.Pseudonyms.Method)
	require.NotEqual(t, spec.Labels.File, *m.LabelFile)
	loaded, err := LoadFrame(context.Background(), dir)
	require.NoError(t, err)
	split, err := ParseSplit("hash:x")
	require.NoError(t, err)
	for _, k := range loaded.Keys {
		require.True(t, k.Subject.IsPseudonym())
		require.Equal(t, side(hash10("x"+string(k.Subject)) < 3), split(k))
	}

	other, err := spec.WithPseudonyms(context.Background(), []byte("fedcba9876543210"), dir, 1)
	require.NoError(t, err)
	require.NotEqual(t, s.Pseudonyms.Key, other.Pseudonyms.Key)
	_, err = Build(context.Background(), plan(t, other), dir, BuildOptions{})
	require.ErrorIs(t, err, credit.ErrInvalid, "another key is another dataset")
}

// TestPseudonymsRefused: a short key, and a subject that is a pseudonym already.
func TestPseudonymsRefused(t *testing.T) {
	spec := testSpec(t, madeRecords(t, 2, 2))
	_, err := spec.WithPseudonyms(context.Background(), testKey[:15], t.TempDir(), 1)
	require.ErrorIs(t, err, credit.ErrInvalid)
	spec.Subjects = []credit.Subject{"t:1", credit.Subject("~" + strings.Repeat("0", 32))}
	_, err = spec.WithPseudonyms(context.Background(), testKey, t.TempDir(), 1)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "subject 2 of the list")
}

// TestGeneratedAnywhere: one generated record in the middle marks the part that read it, the dataset, and no other part.
func TestGeneratedAnywhere(t *testing.T) {
	records := madeRecords(t, 30, 3)
	at := slices.IndexFunc(records, func(r credit.Record) bool { return r.Subject == "t:0000015" })
	for _, generated := range []bool{false, true} {
		if generated {
			records[at].Source = "synth:1"
			records[at].Seal()
		}
		spec := testSpec(t, sortRecords(slices.Clone(records)))
		dir := t.TempDir()
		_, err := Build(context.Background(), plan(t, spec).cut("t:0000010", "t:0000020"), dir, BuildOptions{Shard: 1, Shards: 2})
		require.ErrorIs(t, err, ErrUnfinished)
		m, err := Build(context.Background(), plan(t, spec).cut("t:0000010", "t:0000020"), dir, BuildOptions{})
		require.NoError(t, err)
		require.Equal(t, generated, m.Generated)
		for i, want := range []bool{false, generated, false} {
			require.Equal(t, want, m.Parts[i].Generated, "part %d", i)
			require.Equal(t, want, strings.Contains(files(t, dir)[fmt.Sprintf("part-%05d.parquet", i)], keyGenerated))
		}
	}
}
