package features

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// testNeighbours knows three of the four firms that histories hold.
func testNeighbours() *Neighbours {
	n := NewNeighbours(policy.Default())
	d := seeded(3)
	for i, name := range []credit.Subject{"t:n0", "t:n1", "t:n2"} {
		records := append(history(d, 20+i), focused(d, credit.KindSevereListing, 4)...)
		records = append(records, focused(d, credit.KindEnforcement, 3)...)
		for j := range records {
			records[j].Subject = name
			records[j].Seal()
		}
		if err := n.Add(records); err != nil {
			panic(err)
		}
	}
	return n
}

func newFold(t require.TestingT, set *Set) *Fold {
	set, err := set.WithPeers(testPeers())
	require.NoError(t, err)
	f, err := NewFold(set, policy.Default(), nil, testNeighbours())
	require.NoError(t, err)
	return f
}

func rowsOf(t require.TestingT, f *Fold, records []credit.Record, days ...credit.Date) []float64 {
	rows, err := f.Rows(nil, subject, records, days)
	require.NoError(t, err)
	require.Len(t, rows, len(days)*f.Set().Len())
	return rows
}

// requireSame compares bit by bit.
func requireSame(t require.TestingT, set *Set, want, got []float64) {
	for i := range want {
		if math.Float64bits(want[i]) != math.Float64bits(got[i]) && !(math.IsNaN(want[i]) && math.IsNaN(got[i])) {
			require.Failf(t, "rows differ", "%s: want %v, got %v", set.At(i%set.Len()).ID, want[i], got[i])
		}
	}
}

func drawRecords(t *rapid.T) ([]credit.Record, draw) {
	d := rapidDraw(t)
	return history(d, 1+d(30)), d
}

func knownOn(records []credit.Record, day credit.Date) []credit.Record {
	return slices.DeleteFunc(slices.Clone(records), func(r credit.Record) bool { return r.Known > day })
}

// TestNoPeeking: nothing known after the day changes its row.
func TestNoPeeking(t *testing.T) {
	f, g := newFold(t, All()), newFold(t, All())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		for _, day := range someDays(d, 4) {
			requireSame(t, All(), rowsOf(t, f, knownOn(records, day), day), rowsOf(t, g, records, day))
		}
	})
}

// TestDaysAreIndependent: one day at a time, in any order and by another fold, equals all days at once; and a fold that
// has seen other histories equals a new one, so that shards concatenated equal the whole.
func TestDaysAreIndependent(t *testing.T) {
	f := newFold(t, All())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		days := someDays(d, 5)
		whole := rowsOf(t, f, records, days...)
		fresh := newFold(t, All())
		for i := len(days) - 1; i >= 0; i-- {
			requireSame(t, All(), rowsOf(t, fresh, records, days[i]), whole[i*All().Len():(i+1)*All().Len()])
		}
	})
}

// TestSubsets: an indicator has the same value in every set.
func TestSubsets(t *testing.T) {
	f := newFold(t, All())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		day := someDays(d, 1)[0]
		whole := rowsOf(t, f, records, day)
		i := d(All().Len())
		set, err := NewSet(All().At(i).ID)
		require.NoError(t, err)
		requireSame(t, set, whole[i:i+1], rowsOf(t, newFold(t, set), records, day))
	})
}

// TestArrivalOrder is irrelevant.
func TestArrivalOrder(t *testing.T) {
	f := newFold(t, All())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		days := someDays(d, 3)
		requireSame(t, All(), rowsOf(t, f, records, days...), rowsOf(t, f, shuffled(d, records), days...))
		requireSame(t, All(), rowsOf(t, f, records, days...), rowsOf(t, f, append(slices.Clone(records), records[0]), days...))
	})
}

// TestRepairStopsCounting from its day, and earlier rows do not change.
func TestRepairStopsCounting(t *testing.T) {
	f := newFold(t, Lending())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		at := slices.IndexFunc(records, func(r credit.Record) bool { return r.Kind == credit.KindPenalty })
		if at < 0 {
			return
		}
		penalty := records[at]
		repair := credit.Record{Subject: subject, Source: "src", Kind: credit.KindRepairApproval, Target: penalty.ID, Amount: credit.NoFen,
			Event: penalty.Known + credit.Date(d(900))}
		repair.Known = repair.Event + credit.Date(d(30))
		repair.Seal()
		repaired := append(slices.Clone(records), repair)
		for _, before := range []credit.Date{penalty.Known, (penalty.Known + repair.Known) / 2, repair.Known - 1} {
			if before < repair.Known {
				requireSame(t, Lending(), rowsOf(t, f, records, before), rowsOf(t, f, repaired, before))
			}
		}
		for _, day := range []credit.Date{repair.Known, repair.Known + 400} {
			rowsOf(t, f, repaired, day)
			for i := range Lending().Len() {
				require.NotContains(t, f.Evidence(nil, i, day), penalty.ID, Lending().At(i).ID)
			}
		}
	})
}

// TestEvidenceSuffices: a value comes from its evidence and from nothing else. The history of the evidence alone, with
// what follows it and its copies, gives the same value. Leniency asks for more: the penalty before, and the register.
func TestEvidenceSuffices(t *testing.T) {
	f, g := newFold(t, All()), newFold(t, All())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		day := someDays(d, 1)[0]
		row := rowsOf(t, f, records, day)
		for range 12 {
			i := d(All().Len())
			evidence := f.Evidence(nil, i, day)
			keys := map[credit.ID]bool{}
			for _, r := range records {
				if slices.Contains(evidence, r.ID) && !r.Key().IsZero() {
					keys[r.Key()] = true
				}
			}
			kept := slices.DeleteFunc(slices.Clone(records), func(r credit.Record) bool {
				if r.Kind == credit.KindRegistration || r.Kind == credit.KindPenalty {
					switch All().At(i).Value {
					case "decay", "decay_yuan", "severity_sum", "severity_decay", "lenient", "share_sum":
						return false
					}
				}
				return !r.Kind.IsFollower() && !slices.Contains(evidence, r.ID) && !keys[r.Key()]
			})
			requireSame(t, All(), row[i:i+1], rowsOf(t, g, kept, day)[i:i+1])
			if row[i] != row[i] {
				require.NotEqual(t, NotMissing, f.Missing(i, day))
			} else {
				require.Equal(t, NotMissing, f.Missing(i, day))
			}
		}
	})
}

// TestCountedOnly: no indicator that a lending model may read sees a record that does not count.
func TestCountedOnly(t *testing.T) {
	f := newFold(t, Lending())
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		day := someDays(d, 1)[0]
		rowsOf(t, f, records, day)
		counts := map[credit.ID]bool{}
		for _, e := range f.history.Entries {
			for _, s := range e.Spans {
				if s.From <= day {
					counts[e.Record.ID] = s.Counted
				}
			}
			counts[e.Record.ID] = counts[e.Record.ID] || e.Record.Kind.IsFollower()
		}
		for i := range Lending().Len() {
			for _, id := range f.Evidence(nil, i, day) {
				require.True(t, counts[id], Lending().At(i).ID)
			}
		}
	})
}

// TestCoverage: an indicator none of whose kinds is covered is missing and says why; others do not change.
func TestCoverage(t *testing.T) {
	off := credit.NewDate(2022, 1, 1)
	coverage, err := credit.NewCoverage([]credit.CoverageRow{
		{Source: "src", Kind: credit.KindPenalty, From: firstDay, To: credit.NoDate},
		{Source: "src", Kind: credit.KindTaxGrade, From: firstDay, To: credit.NoDate},
		{Source: "src", Kind: credit.KindTaxGrade, From: off, To: credit.NoDate, Off: true},
	})
	require.NoError(t, err)
	f, err := NewFold(Lending(), policy.Default(), coverage, nil)
	require.NoError(t, err)
	all, err := NewFold(Lending(), policy.Default(), nil, nil)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		day := someDays(d, 1)[0]
		row, whole := rowsOf(t, f, records, day), rowsOf(t, all, records, day)
		for i := range row {
			ind := Lending().At(i)
			want := NotCovered
			for _, kind := range ind.Sources {
				switch {
				case kind == credit.KindPenalty, kind == credit.KindTaxGrade && day < off:
					want = NotMissing
				case kind == credit.KindTaxGrade && want == NotCovered:
					want = SwitchedOff
				}
			}
			if want != NotMissing {
				require.True(t, math.IsNaN(row[i]), ind.ID)
				require.Equal(t, want, f.Missing(i, day), ind.ID)
				require.Empty(t, f.Evidence(nil, i, day), ind.ID)
				continue
			}
			requireSame(t, Lending(), whole[i:i+1], row[i:i+1])
		}
	})
}

// TestNoAllocation in the steady state.
func TestNoAllocation(t *testing.T) {
	f := newFold(t, All())
	records := history(seeded(5), 40)
	slices.SortFunc(records, func(a, b credit.Record) int { return a.Compare(&b) })
	var rows []float64
	require.Zero(t, testing.AllocsPerRun(20, func() {
		var err error
		if rows, err = f.Rows(rows[:0], subject, records, quarterEnds); err != nil {
			t.Fatal(err)
		}
	}))
}

// TestSets: digests tell sets apart, unknown and repeated ids are refused, and lending reads only what counts.
func TestSets(t *testing.T) {
	a, err := NewSet("pen_n_12m", "pen_n_all")
	require.NoError(t, err)
	b, err := NewSet("pen_n_all", "pen_n_12m")
	require.NoError(t, err)
	require.NotEqual(t, a.Digest(), b.Digest())
	_, err = NewSet("pen_n_12m", "pen_n_12m")
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = NewSet("no_such")
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = NewFold(a, nil, nil, nil)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.Equal(t, 40, Bench().Len())
	require.GreaterOrEqual(t, Lending().Len(), 80)
	for i := range Lending().Len() {
		require.Equal(t, ReadsCounted, Lending().At(i).Reads)
	}
}

// TestCatalogueRows: every row says all that a reader needs, and no row repeats another's id or definition.
func TestCatalogueRows(t *testing.T) {
	defined := map[string]string{}
	for _, ind := range Catalogue() {
		for _, text := range []string{ind.ID, ind.Zh, ind.En, ind.MeaningZh, ind.Meaning, ind.Unit, ind.Citation} {
			require.NotEmpty(t, text, ind.ID)
		}
		require.NotEmpty(t, ind.Sources, ind.ID)
		for _, kind := range selections[ind.Of].kinds {
			if !selections[ind.Of].whole || kind != credit.KindRegistration { // whose capital only measures the others
				require.Contains(t, ind.Sources, kind, ind.ID)
			}
		}
		if ind.base != nil {
			require.Equal(t, ind.base.Sensitivity, ind.Sensitivity, ind.ID)
		}
		definition := ind.Of + " " + ind.Window.String() + " " + ind.Pick + " " + ind.Value + " " + ind.Reads.String()
		require.Empty(t, defined[definition], "%s and %s are the same", ind.ID, defined[definition])
		defined[definition] = ind.ID
	}
}
