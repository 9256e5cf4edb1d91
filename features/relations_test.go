package features

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// TestRelationsEqualNaive: folded with what Relations tells, a firm has as many others of the same representative on a day
// as a look at all firms on that day finds; the records do not depend on the order, and telling again adds none.
func TestRelationsEqualNaive(t *testing.T) {
	set, err := NewSet("nbr_rep_n")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		d := rapidDraw(t)
		firms := map[credit.Subject][]credit.Record{}
		for i := range 3 {
			name := credit.Subject(fmt.Sprint("t:f", i))
			for range d(4) {
				r := credit.Record{Subject: name, Kind: credit.KindOfficer, Source: "src", Amount: credit.NoFen, Event: firstDay + credit.Date(d(30)),
					Body: body(map[string]string{"person": pick(d, "p1", "p2"), "role": pick(d, "legal_representative", "legal_representative", "director")})}
				r.Known = r.Event + credit.Date(d(3))
				r.Seal()
				firms[name] = append(firms[name], r)
				if d(3) == 0 {
					x := credit.Record{Subject: name, Kind: credit.KindRemoval, Source: "src", Amount: credit.NoFen, Target: r.ID, Event: r.Known + credit.Date(d(20))}
					x.Known = x.Event
					x.Seal()
					firms[name] = append(firms[name], x)
				}
			}
		}
		told := tell(t, firms, 50)
		again := map[credit.Subject][]credit.Record{}
		for _, name := range slices.Sorted(maps.Keys(firms)) {
			records := firms[name]
			again[name] = shuffled(d, slices.Concat(records, told[name]))
		}
		require.Equal(t, told, tell(t, again, 50))
		fold, err := NewFold(set, policy.Default(), nil, nil)
		require.NoError(t, err)
		for range 6 {
			day := firstDay + credit.Date(d(60))
			for _, name := range slices.Sorted(maps.Keys(firms)) {
				rows, err := fold.Rows(nil, name, again[name], []credit.Date{day})
				require.NoError(t, err)
				others := 0
				for other := range firms {
					for p := range representatives(t, firms[other], day) {
						if other != name && representatives(t, firms[name], day)[p] {
							others++
							break
						}
					}
				}
				require.Equal(t, float64(others), rows[0], "%s on %s", name, day)
			}
		}
	})
}

// tell collects what Relations tells each firm.
func tell(t require.TestingT, firms map[credit.Subject][]credit.Record, most int) map[credit.Subject][]credit.Record {
	r := NewRelations(policy.Default())
	for _, records := range firms {
		require.NoError(t, r.Add(records))
	}
	told := map[credit.Subject][]credit.Record{}
	_, err := r.Each(most, func(x credit.Record) error {
		require.NoError(t, x.Check())
		told[x.Subject] = append(told[x.Subject], x)
		return nil
	})
	require.NoError(t, err)
	return told
}

// representatives are the persons of those records of a legal representative that became known last by the day, unless
// they were removed.
func representatives(t require.TestingT, records []credit.Record, day credit.Date) map[string]bool {
	found := map[string]bool{}
	if len(records) == 0 {
		return found
	}
	latest := credit.NoDate
	for _, s := range oracleDay(t, slices.Clone(records), day, nil).all {
		if s.Kind != credit.KindOfficer || s.text["role"] != "legal_representative" {
			continue
		}
		if s.Known > latest {
			latest = s.Known
			clear(found)
		}
		if s.Known == latest && s.counted {
			found[s.text["person"]] = true
		}
	}
	return found
}

// TestRelationsPassOverAgents: a person of more firms than asked for relates nothing, and what comes of generated records
// is marked.
func TestRelationsPassOverAgents(t *testing.T) {
	r := NewRelations(policy.Default())
	for i := range 5 {
		x := credit.Record{Subject: credit.Subject(fmt.Sprint("t:f", i)), Kind: credit.KindOfficer, Source: "synth:samr", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
			Body: body(map[string]string{"person": "agent", "role": "legal_representative"})}
		x.Seal()
		require.NoError(t, r.Add([]credit.Record{x}))
	}
	n := 0
	passed, err := r.Each(5, func(x credit.Record) error {
		require.Equal(t, "synth:same_representative", x.Source)
		n++
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 20, n)
	require.Zero(t, passed)
	passed, err = r.Each(4, func(credit.Record) error { return fmt.Errorf("told") })
	require.NoError(t, err)
	require.Equal(t, 1, passed)
}
