package datasets

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
)

var (
	maskOn  = credit.NewDate(2026, 6, 30) // the policy's row says yes
	maskSet = []string{"pen_n_all", "sup_sev_n_all"}
)

func maskedDataset(t *testing.T, records []credit.Record, key []byte) (dir string, s *MaskSpec) {
	spec := testSpec(t, records, credit.NewDate(2020, 6, 30), credit.NewDate(2022, 6, 30))
	set, err := features.NewSet(maskSet...)
	require.NoError(t, err)
	spec.Set, spec.Policy = set, policy.Default()
	s = &MaskSpec{Rule: credit.SettingTrainRepaired, On: maskOn, Policy: spec.Policy, Source: spec.Source, SourceID: spec.SourceID, Key: key}
	if key != nil {
		spec, err = spec.WithPseudonyms(context.Background(), key, t.TempDir(), 1)
		require.NoError(t, err)
	}
	dir = t.TempDir()
	_, err = Build(context.Background(), plan(t, spec), dir, BuildOptions{Threads: 1})
	require.NoError(t, err)
	return dir, s
}

// knownBy is a history as it was known on a day, resolved anew.
func knownBy(t *testing.T, records []credit.Record, day credit.Date) *credit.History {
	var known []credit.Record
	for _, r := range records {
		if r.Known <= day {
			known = append(known, r)
		}
	}
	var h credit.History
	require.NoError(t, policy.Default().Resolve(&h, known))
	return &h
}

// naiveMask resolves what was known on each day: a record that counted then and is repaired or removed now.
func naiveMask(t *testing.T, records []credit.Record, day, on credit.Date) bool {
	now := map[credit.ID]credit.State{}
	for _, e := range knownBy(t, records, on).Entries {
		if !e.Copy && len(e.Spans) > 0 {
			now[e.Record.ID] = credit.SpanOn(e.Spans, on).State
		}
	}
	for _, e := range knownBy(t, records, day).Entries {
		if e.Copy || len(e.Spans) == 0 || e.Record.Kind != credit.KindPenalty && e.Record.Kind != credit.KindSevereListing {
			continue
		}
		state := now[e.Record.ID]
		if credit.SpanOn(e.Spans, day).Counted && (state == credit.StateRepaired || state == credit.StateRemoved) {
			return true
		}
	}
	return false
}

// TestMask: a mask names the rows that its naive twin names, reads back as it was written, has the same bytes again, and
// is of its own dataset only.
func TestMask(t *testing.T) {
	records := mixedRecords(t, 60)
	dir, s := maskedDataset(t, records, nil)
	path := filepath.Join(t.TempDir(), "mask")
	m, err := WriteMask(context.Background(), dir, s, path)
	require.NoError(t, err)
	require.Equal(t, "TRAIN-36", m.Row)
	read, err := OpenMask(path)
	require.NoError(t, err)
	bySubject := map[credit.Subject][]credit.Record{}
	for _, r := range records {
		bySubject[r.Subject] = append(bySubject[r.Subject], r)
	}
	out := int64(0)
	for subject, mine := range bySubject {
		for _, day := range []credit.Date{credit.NewDate(2020, 6, 30), credit.NewDate(2022, 6, 30)} {
			want := naiveMask(t, mine, day, maskOn)
			require.Equal(t, want, m.LeavesOut(subject, day), "%s %s", subject, day)
			require.Equal(t, want, read.LeavesOut(subject, day))
			out += int64(bit(want))
		}
		require.False(t, m.LeavesOut(subject, credit.NewDate(2021, 6, 30)))
	}
	require.Positive(t, out)
	require.Less(t, out, m.Rows)
	require.Equal(t, out, m.Out)
	require.EqualValues(t, 120, m.Rows)
	m.out, read.out = nil, nil
	require.Equal(t, m, read)

	first, err := os.ReadFile(path)
	require.NoError(t, err)
	again, err := WriteMask(context.Background(), dir, s, path)
	require.NoError(t, err)
	require.Equal(t, m.Digest, again.Digest)
	second, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, first, second)

	manifest, err := FileDigest(filepath.Join(dir, manifestName))
	require.NoError(t, err)
	require.NoError(t, m.Of(manifest))
	require.ErrorIs(t, m.Of(credit.Digest{1}), credit.ErrInvalid)
}

// TestMaskOff: where the policy's row says no, nothing is left out, and the mask says by which row.
func TestMaskOff(t *testing.T) {
	dir, s := maskedDataset(t, mixedRecords(t, 10), nil)
	s.On = credit.NewDate(2026, 3, 31)
	m, err := WriteMask(context.Background(), dir, s, filepath.Join(t.TempDir(), "mask"))
	require.NoError(t, err)
	require.Equal(t, "TRAIN-OPEN", m.Row)
	require.Zero(t, m.Out)
	require.EqualValues(t, 20, m.Rows)
}

// TestMaskPseudonyms: under pseudonyms the same rows are named by pseudonym, and no record.
func TestMaskPseudonyms(t *testing.T) {
	records, key := mixedRecords(t, 30), []byte("0123456789abcdef")
	plainDir, plain := maskedDataset(t, records, nil)
	want, err := WriteMask(context.Background(), plainDir, plain, filepath.Join(t.TempDir(), "mask"))
	require.NoError(t, err)
	dir, s := maskedDataset(t, records, key)
	path := filepath.Join(t.TempDir(), "mask")
	m, err := WriteMask(context.Background(), dir, s, path)
	require.NoError(t, err)
	require.Equal(t, want.Out, m.Out)
	for subject, days := range want.out {
		p, err := credit.Pseudonym(key, subject)
		require.NoError(t, err)
		for _, d := range days {
			require.True(t, m.LeavesOut(p, d.day))
		}
	}
	f, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NotContains(t, string(f), "t:00")

	for _, spoil := range []func(s *MaskSpec){
		func(s *MaskSpec) { s.Key = nil },
		func(s *MaskSpec) { s.Key = []byte("another key, long enough") },
		func(s *MaskSpec) { s.Rule = "no_such" },
		func(s *MaskSpec) { s.On = credit.NewDate(2021, 1, 1) },
	} {
		bad := *s
		spoil(&bad)
		_, err := WriteMask(context.Background(), dir, &bad, path)
		require.ErrorIs(t, err, credit.ErrInvalid)
	}
	_, err = OpenMask(filepath.Join(dir, "part-00000.parquet"))
	require.ErrorContains(t, err, "format")
}

// TestMaskOfAnotherLog: firms of the dataset that the source has never heard of are no firms without repairs.
func TestMaskOfAnotherLog(t *testing.T) {
	dir, s := maskedDataset(t, mixedRecords(t, 60), nil)
	other := mixedRecords(t, 60)
	for i := range other {
		other[i].Subject = "other:" + other[i].Subject
		other[i].Seal()
	}
	slices.SortFunc(other, func(a, b credit.Record) int {
		if before(&a, &b) {
			return -1
		}
		return 1
	})
	_, another := maskedDataset(t, other, nil)
	s.Source = another.Source
	_, err := WriteMask(context.Background(), dir, s, filepath.Join(t.TempDir(), "mask"))
	require.ErrorContains(t, err, "another log")
}
