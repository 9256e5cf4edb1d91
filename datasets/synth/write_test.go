package synth

import (
	"context"
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/datasets"
)

func TestWriteIsReadBack(t *testing.T) {
	p := province(t, Options{Seed: 6, Subjects: 3000})
	dir := t.TempDir()
	done, err := p.Write(context.Background(), dir, WriteOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 3000, done.Subjects)

	f, err := os.Open(filepath.Join(dir, FileRecords))
	require.NoError(t, err)
	defer f.Close()
	info, err := f.Stat()
	require.NoError(t, err)
	records, err := datasets.OpenRecords(f, info.Size())
	require.NoError(t, err)
	require.Equal(t, done.Records, records.Rows())
	require.NoError(t, records.Each(func(_ int64, _ *credit.Record, bad error) error { return bad }))

	spec, err := datasets.ReadLabelSpec(filepath.Join(dir, FileLabels+".yaml"))
	require.NoError(t, err)
	labels, err := datasets.ReadLabels(filepath.Join(dir, FileLabels), spec)
	require.NoError(t, err)
	require.EqualValues(t, done.Labels, labels.Len())
	require.Less(t, len(labels.AsOf()), 30, "a few as-of days serve all loans")

	c, err := os.Open(filepath.Join(dir, FileCoverage))
	require.NoError(t, err)
	defer c.Close()
	_, err = credit.ReadCoverage(c)
	require.NoError(t, err)

	_, err = ParseRates(read(t, dir, FileRates))
	require.NoError(t, err)
	require.Contains(t, string(read(t, dir, FileReadme)), "GENERATED")
}

func read(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	require.NoError(t, err)
	return b
}

// TestWriteTwice gives the same bytes in every file.
func TestWriteTwice(t *testing.T) {
	p := province(t, Options{Seed: 6, Subjects: 1000})
	a, b := t.TempDir(), t.TempDir()
	for _, dir := range []string{a, b} {
		_, err := p.Write(context.Background(), dir, WriteOptions{NDJSON: true})
		require.NoError(t, err)
	}
	entries, err := os.ReadDir(a)
	require.NoError(t, err)
	require.Len(t, entries, 13)
	for _, e := range entries {
		require.Equal(t, read(t, a, e.Name()), read(t, b, e.Name()), e.Name())
		require.True(t, strings.HasPrefix(e.Name(), "synth-") || e.Name() == FileReadme, e.Name())
	}
}

// TestLabelsAreMature holds labels to outcomes that the province's time has seen.
func TestLabelsAreMature(t *testing.T) {
	p := province(t, Options{Seed: 6, Subjects: 4000})
	immature := 0
	for i := range p.opt.Subjects {
		for _, l := range p.Loans(i) {
			for _, o := range l.Seen {
				require.Equal(t, o.AsOf.AddMonths(12) <= p.to, o.Mature)
				immature += int(bit(!o.Mature))
			}
		}
	}
	require.NotZero(t, immature, "some loans are young at the end")
}

func TestUnfinishedDirectoryHasNoReadme(t *testing.T) {
	p := province(t, Options{Seed: 6, Subjects: 1000})
	dir := t.TempDir()
	_, err := p.Write(context.Background(), dir, WriteOptions{})
	require.NoError(t, err)
	full := errors.New("full")
	_, err = p.Write(context.Background(), dir, WriteOptions{Into: func(credit.Subject, []credit.Record) error { return full }})
	require.ErrorIs(t, err, full)
	require.NoFileExists(t, filepath.Join(dir, FileReadme))
	_, err = p.Write(context.Background(), dir, WriteOptions{Into: func(credit.Subject, []credit.Record) error { return nil }, Flush: func() error { return full }})
	require.ErrorIs(t, err, full)
}

// TestOutagesHold finds no record that arrived while its source was silent.
func TestOutagesHold(t *testing.T) {
	p := province(t, Options{Seed: 6, Subjects: 4000})
	silent := map[string]map[credit.Date]bool{}
	for _, o := range p.Outages() {
		if silent[o.Source] == nil {
			silent[o.Source] = map[credit.Date]bool{}
		}
		for d := o.From; d <= o.To; d++ {
			silent[o.Source][d] = true
		}
	}
	require.Len(t, silent, int(numSources))
	require.NoError(t, p.Generate(context.Background(), func(_ credit.Subject, records []credit.Record) error {
		for i := range records {
			require.False(t, silent[records[i].Source][records[i].Known], "%s known on %s", records[i].Source, records[i].Known)
		}
		return nil
	}))
}

// TestMemoryDoesNotGrow generates ten times as many subjects with about the same allocations a subject.
func TestMemoryDoesNotGrow(t *testing.T) {
	per := func(n uint64) float64 {
		p := province(t, Options{Seed: 6, Subjects: n})
		return testing.AllocsPerRun(1, func() {
			require.NoError(t, p.Generate(context.Background(), func(credit.Subject, []credit.Record) error { return nil }))
		}) / float64(n)
	}
	require.Less(t, per(20_000), 1.2*per(2_000)+1)
}

// TestRawFlaws counts the flaws of the raw table against their rates, and finds them in the rows.
func TestRawFlaws(t *testing.T) {
	p := province(t, Options{Seed: 6, Subjects: 30_000})
	dir := t.TempDir()
	done, err := p.Write(context.Background(), dir, WriteOptions{Raw: true, Into: func(credit.Subject, []credit.Record) error { return nil }})
	require.NoError(t, err)
	f, n := done.Raw, float64(done.Raw.Rows)
	near := func(rate float64, got int64) {
		require.InDelta(t, rate, float64(got)/n, 4*math.Sqrt(rate/n))
	}
	near(0.04, f.NoCode)
	near(0.0005, f.FailingCheck)
	near(0.005, f.OddlyWritten)
	near(0.02, f.Duplicate)
	near(0.003, f.SameName)
	near(0.002, f.SuppliedBefore)

	require.InDelta(t, 0.0025, float64(f.Orphans)/float64(f.Repairs), 0.006)
	repairs, err := csv.NewReader(strings.NewReader(string(read(t, dir, FileRawRepairs)))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, rawRepairColumns, repairs[0])
	require.Len(t, repairs[1:], int(f.Repairs))
	approved := 0
	for _, r := range repairs[1:] {
		approved += int(bit(r[9] == "准予修复"))
		require.Less(t, r[6], r[8], "applied for before it was decided")
	}
	arrived := 0
	for _, line := range strings.Split(strings.TrimSpace(string(read(t, dir, FileRepairs))), "\n")[1:] {
		arrived += int(bit(!strings.HasSuffix(line, ",")))
	}
	require.InDelta(t, arrived, approved-int(f.Orphans), 3, "what arrived is what the site's own list says")

	rows, err := csv.NewReader(strings.NewReader(string(read(t, dir, FileRaw)))).ReadAll()
	require.NoError(t, err)
	require.Equal(t, rawColumns, rows[0])
	require.Len(t, rows[1:], int(f.Rows))
	blank, failing, odd := int64(0), int64(0), int64(0)
	for _, r := range rows[1:] {
		code, err := credit.ParseCode(r[2])
		if r[2] == "" {
			blank++
			continue
		}
		require.NoError(t, err, r[2])
		last, organisation := code.Checks()
		require.True(t, organisation)
		failing += int64(bit(!last))
		odd += int64(bit(code.String() != r[2]))
		agency, err := credit.ParseCode(r[14])
		require.NoError(t, err)
		last, organisation = agency.Checks()
		require.True(t, last && organisation)
	}
	require.Equal(t, []int64{f.NoCode, f.FailingCheck, f.OddlyWritten}, []int64{blank, failing, odd})
}

func TestTenThousands(t *testing.T) {
	for fen, text := range map[credit.Fen]string{0: "", 1: "0.000001", 20_000: "0.020000", 5_000_000: "5.000000", 123_456_789: "123.456789"} {
		require.Equal(t, text, tenThousands(fen))
	}
}
