package datasets

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
)

func sortRecords(records []credit.Record) []credit.Record {
	slices.SortFunc(records, func(a, b credit.Record) int {
		if a.Subject != b.Subject {
			if a.Subject < b.Subject {
				return -1
			}
			return 1
		}
		return a.Compare(&b)
	})
	return slices.CompactFunc(records, func(a, b credit.Record) bool { return a.ID == b.ID })
}

// madeRecords makes subjects with so many records each, sorted.
func madeRecords(t require.TestingT, subjects, each int) []credit.Record {
	var all []credit.Record
	for s := range subjects {
		for i := range each {
			body, err := credit.BodyOf(map[string]string{"authority": fmt.Sprint("A", i%7), "doc_no": fmt.Sprint("第", s*each+i, "号"), "type": fmt.Sprint("t", i%5)})
			require.NoError(t, err)
			event := credit.NewDate(2018, 1, 1) + credit.Date((s*31+i*97)%2000)
			r := credit.Record{Subject: credit.Subject(fmt.Sprintf("t:%07d", s)), Kind: credit.KindPenalty, Event: event, Known: event + credit.Date(i%20),
				Source: "made", Severity: credit.Severity(i % 4), Amount: credit.Fen(i * 1000), Body: body}
			r.Seal()
			all = append(all, r)
		}
	}
	return sortRecords(all)
}

func collect(t require.TestingT, s Source, from, to credit.Subject) (subjects []credit.Subject, records []credit.Record) {
	require.NoError(t, s.Histories(context.Background(), from, to, func(s credit.Subject, r []credit.Record) error {
		subjects = append(subjects, s)
		for _, one := range r {
			one.Body = bytes.Clone(one.Body)
			records = append(records, one)
		}
		return nil
	}))
	return subjects, records
}

// TestRecordSource: reading ranges of a sorted file finds what filtering all records finds.
func TestRecordSource(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := sortRecords(drawRecords(t))
		source, err := openRecords(t, writeRecords(t, RecordInfo{Sorted: true}, records)).Source()
		require.NoError(t, err)
		from, to := credit.Subject(fmt.Sprint("t:", rapid.IntRange(-1, 6).Draw(t, "from"))), credit.Subject(fmt.Sprint("t:", rapid.IntRange(0, 7).Draw(t, "to")))
		if to == "t:7" {
			to = ""
		}
		var want []credit.Record
		var wantSubjects, allSubjects []credit.Subject
		for _, r := range records {
			allSubjects = append(allSubjects, r.Subject)
			if r.Subject >= from && (to == "" || r.Subject < to) {
				want = append(want, r)
				wantSubjects = append(wantSubjects, r.Subject)
			}
		}
		subjects, got := collect(t, source, from, to)
		require.Equal(t, slices.Compact(wantSubjects), subjects)
		sameRecords(t, want, got)
		var listed []credit.Subject
		require.NoError(t, source.Subjects(context.Background(), func(s credit.Subject) error { listed = append(listed, s); return nil }))
		require.Equal(t, slices.Compact(allSubjects), listed)
	})
}

// TestRecordSourceGroups: a subject may lie across row groups.
func TestRecordSourceGroups(t *testing.T) {
	records := madeRecords(t, 3, recordsPerGroup/2)
	source, err := openRecords(t, writeRecords(t, RecordInfo{Sorted: true}, records)).Source()
	require.NoError(t, err)
	subjects, got := collect(t, source, "t:0000001", "")
	require.Len(t, subjects, 2)
	sameRecords(t, records[recordsPerGroup/2:], got)
}

func TestUnsortedRefused(t *testing.T) {
	records := madeRecords(t, 2, 2)
	_, err := openRecords(t, writeRecords(t, RecordInfo{}, records)).Source()
	require.ErrorIs(t, err, credit.ErrInvalid)
	w, err := WriteRecords(discard{}, RecordInfo{Sorted: true})
	require.NoError(t, err)
	require.NoError(t, w.Write(&records[1]))
	require.ErrorIs(t, w.Write(&records[0]), credit.ErrInvalid)
	require.ErrorIs(t, w.Write(&records[1]), credit.ErrInvalid, "twice")
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

func BenchmarkReadRecords(b *testing.B) {
	records := madeRecords(b, 20000, 30)
	file := writeRecords(b, RecordInfo{Sorted: true}, records)
	source, err := openRecords(b, file).Source()
	require.NoError(b, err)
	for b.Loop() {
		n := 0
		require.NoError(b, source.Histories(context.Background(), "", "", func(_ credit.Subject, r []credit.Record) error { n += len(r); return nil }))
		require.Equal(b, len(records), n)
	}
	b.ReportMetric(float64(len(records)*b.N)/b.Elapsed().Seconds()/1e6, "Mrecords/s")
	b.ReportMetric(float64(len(file))/float64(len(records)), "B/record")
}

// TestRangesCover: however many ranges are asked for, together they are all subjects, each once.
func TestRangesCover(t *testing.T) {
	records := madeRecords(t, 5, recordsPerGroup/3)
	source, err := openRecords(t, writeRecords(t, RecordInfo{Sorted: true}, records)).Source()
	require.NoError(t, err)
	for n := range 9 {
		ranges, err := source.Ranges(context.Background(), n)
		require.NoError(t, err)
		require.Empty(t, ranges[0].From)
		require.Empty(t, ranges[len(ranges)-1].To)
		var all []credit.Subject
		for i, r := range ranges {
			if i > 0 {
				require.Equal(t, ranges[i-1].To, r.From)
			}
			subjects, _ := collect(t, source, r.From, r.To)
			all = append(all, subjects...)
		}
		require.Len(t, all, 5, "%d ranges", n)
	}
}

// TestPlanWithoutHelp: a source that only gives histories has the same plan and neighbours as one that spares work.
func TestPlanWithoutHelp(t *testing.T) {
	spec := testSpec(t, mixedRecords(t, 60))
	spec.Set, spec.Policy = features.All(), policy.Default()
	helped := plan(t, spec)
	require.NotZero(t, helped.Neighbours.Len())
	want := buildFiles(t, helped.cut("t:0000020"))
	bare := *spec
	bare.Source = Source{Histories: spec.Source.Histories}
	require.Equal(t, want, buildFiles(t, plan(t, &bare).cut("t:0000020")))
	bare.Source.Ranges = spec.Source.Ranges
	require.Equal(t, want, buildFiles(t, plan(t, &bare).cut("t:0000020")))
}

func buildFiles(t *testing.T, p *Plan) map[string]string {
	dir := t.TempDir()
	_, err := Build(context.Background(), p, dir, BuildOptions{Threads: 2})
	require.NoError(t, err)
	return files(t, dir)
}

// TestBodiesStay: the bodies of a history stay what they are while it is looked at, whatever is read meanwhile: the
// memory of a row group is given back only when nothing points into it.
func TestBodiesStay(t *testing.T) {
	file := writeRecords(t, RecordInfo{Sorted: true}, madeRecords(t, 40, 30))
	source, err := openRecords(t, file).Source()
	require.NoError(t, err)
	other := openRecords(t, writeRecords(t, RecordInfo{Sorted: true}, mixedRecords(t, 40)))
	for _, to := range []credit.Subject{"", "t:0000001", "t:0000020"} {
		require.NoError(t, source.Histories(context.Background(), "", to, func(_ credit.Subject, records []credit.Record) error {
			for range 3 {
				if _, err := other.group(0); err != nil {
					return err
				}
			}
			for i := range records {
				require.NoError(t, verify(&records[i]))
			}
			return nil
		}))
	}
}
