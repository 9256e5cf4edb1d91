package datasets

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
)

// TestSpill: what was set aside reads like the source, by any range.
func TestSpill(t *testing.T) {
	records := madeRecords(t, 300, 60)
	source, err := openRecords(t, writeRecords(t, RecordInfo{Sorted: true}, records)).Source()
	require.NoError(t, err)
	var s spill
	for _, r := range [][2]int{{0, 100}, {100, 101}, {101, 101}, {101, 300}} {
		w, err := newSpillWriter(t.TempDir())
		require.NoError(t, err)
		for i := r[0]; i < r[1]; i++ {
			require.NoError(t, w.add(records[60*i:60*i+60]))
		}
		require.NoError(t, w.w.Flush())
		s.blocks = append(s.blocks, w.blocks...)
	}
	require.Greater(t, len(s.blocks), 3)
	set := Source{Histories: s.histories}
	for _, r := range [][2]int{{-1, -1}, {0, 1}, {99, 102}, {100, 101}, {250, -1}, {-1, 3}, {299, 300}, {300, -1}, {17, 17}} {
		from, to := credit.Subject(""), credit.Subject("")
		if r[0] >= 0 {
			from = credit.Subject(fmt.Sprintf("t:%07d", r[0]))
		}
		if r[1] >= 0 {
			to = credit.Subject(fmt.Sprintf("t:%07d", r[1]))
		}
		wantSubjects, want := collect(t, source, from, to)
		subjects, got := collect(t, set, from, to)
		require.Equal(t, wantSubjects, subjects)
		sameRecords(t, want, got)
	}
}

// TestBuildBySpill: setting histories aside changes no byte of a dataset and leaves nothing behind.
func TestBuildBySpill(t *testing.T) {
	spec := testSpec(t, mixedRecords(t, 60))
	spec.Set, spec.Policy = features.All(), policy.Default()
	want := buildFiles(t, plan(t, spec).cut("t:0000020"))
	bare := *spec
	bare.Source, bare.Scratch = Source{Histories: spec.Source.Histories, Ranges: spec.Source.Ranges}, t.TempDir()
	p := plan(t, &bare).cut("t:0000020")
	require.NotNil(t, p.spill)
	require.Equal(t, want, buildFiles(t, p))
	require.Empty(t, files(t, bare.Scratch))
}
