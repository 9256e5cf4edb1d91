package features

import (
	"bytes"
	"math"
	"sort"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// peerRows are the values of made-up firms on two days, as a dataset holds them.
type peerRow struct {
	day           credit.Date
	section, band float64
	values        []float64
}

var peerRows = sync.OnceValue(func() (rows []peerRow) {
	fold, err := NewFold(All(), policy.Default(), nil, nil)
	if err != nil {
		panic(err)
	}
	section, _ := All().Index("reg_section")
	band, _ := All().Index("reg_capital_band")
	dense := []credit.Kind{credit.KindHeadcount, credit.KindUtility, credit.KindAnnualReport}
	for seed := range uint64(150) {
		records := history(seeded(5000+seed), 60)
		if d := seeded(5000 + seed); seed%5 > 1 {
			records = focused(d, dense[seed%3], 40)
		}
		for _, day := range []credit.Date{firstDay + 1100, firstDay + 2000} {
			row, err := fold.Rows(nil, subject, records, []credit.Date{day})
			if err != nil {
				panic(err)
			}
			r := peerRow{day: day, section: row[section], band: row[band]}
			for _, base := range PeerBases() {
				i, _ := All().Index(base.ID)
				r.values = append(r.values, row[i])
			}
			rows = append(rows, r)
		}
	}
	return rows
})

const testLeast = 8

var testPeers = sync.OnceValue(func() *Peers {
	p, err := peersOf(peerRows(), testLeast)
	if err != nil {
		panic(err)
	}
	return p
})

func peersOf(rows []peerRow, least int) (*Peers, error) {
	b, err := NewPeerBuilder(least)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		b.Add(r.day, r.section, r.band, r.values)
	}
	return b.Table()
}

// peerValues are the values of base b among the firms of the latest day of peerRows that is not after the day: those of
// the band, or of the whole section where the band has too few.
func peerValues(date credit.Date, section, band float64, b int) []float64 {
	latest := credit.NoDate
	for _, r := range peerRows() {
		if r.day <= date {
			latest = max(latest, r.day)
		}
	}
	for _, whole := range []bool{false, true} {
		var values []float64
		for _, r := range peerRows() {
			if r.day == latest && r.section == section && (whole || r.band == band) && r.values[b] == r.values[b] {
				values = append(values, r.values[b])
			}
		}
		if len(values) >= testLeast {
			sort.Float64s(values)
			return values
		}
	}
	return nil
}

// relativeOracles compare a firm with the rows themselves, without a table.
func relativeOracles(t map[string]oracle) {
	reg := counted(credit.KindRegistration)
	section := reg.with(func(_ *day, s seen) bool { return s.text["industry"] != "" }).latest(func(_ *day, s seen) float64 {
		return float64(strings.Index("ABCDEFGHIJKLMNOPQRST", s.text["industry"][:1]) + 1)
	})
	capital := number("capital")
	band := reg.with(func(d *day, s seen) bool { return capital(d, s) > 0 }).latest(func(d *day, s seen) float64 {
		switch yuan := capital(d, s) / 100; {
		case yuan < 500_000:
			return 1
		case yuan < 2_000_000:
			return 2
		case yuan < 10_000_000:
			return 3
		}
		return 4
	})
	t["reg_section"], t["reg_capital_band"] = section, band
	for b, base := range PeerBases() {
		for _, ind := range Catalogue() {
			if ind.base == nil || ind.base.ID != base.ID {
				continue
			}
			own, form := t[base.ID], strings.Split(ind.Value, ":")[0]
			t[ind.ID] = func(d *day) float64 {
				values, x := peerValues(d.date, section(d), band(d), b), own(d)
				if values == nil || x != x {
					return nan
				}
				if form == "less_median" {
					return x - values[(len(values)-1)/2]
				}
				below := 0.0
				for k := range 101 {
					switch q := values[k*(len(values)-1)/100]; {
					case q < x:
						below++
					case q == x:
						below += 0.5
					}
				}
				return below / 101
			}
		}
	}
}

// TestPeersAreCanonical: a table read back is the same, the order of rows is irrelevant, and other bytes are refused.
func TestPeersAreCanonical(t *testing.T) {
	p := testPeers()
	back, err := ReadPeers(p.Canonical())
	require.NoError(t, err)
	require.Equal(t, p.Digest(), back.Digest())
	require.Equal(t, p.editions, back.editions)
	rapid.Check(t, func(t *rapid.T) {
		rows, d := append([]peerRow{}, peerRows()...), rapidDraw(t)
		for range 20 {
			i, j := d(len(rows)), d(len(rows))
			rows[i], rows[j] = rows[j], rows[i]
		}
		other, err := peersOf(rows, testLeast)
		require.NoError(t, err)
		require.Equal(t, p.Digest(), other.Digest())
		b := bytes.Clone(p.Canonical())
		b[d(len(b))] ^= 1 << d(7)
		if read, err := ReadPeers(b); err == nil { // a figure, changed
			require.NotEqual(t, p.Digest(), read.Digest())
		} else {
			require.ErrorIs(t, err, credit.ErrInvalid)
		}
	})
	_, err = NewPeerBuilder(1)
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = ReadPeers(nil)
	require.ErrorIs(t, err, credit.ErrInvalid)
}

// TestPeersNameTheSet: a set that compares with peers has another digest with a table, others do not; a table of other
// versions is refused; without a table, before its first edition and in a small cell the value is missing and says so.
func TestPeersNameTheSet(t *testing.T) {
	set, err := NewSet("peer_pen_n_36m", "pen_n_36m")
	require.NoError(t, err)
	with, err := set.WithPeers(testPeers())
	require.NoError(t, err)
	require.NotEqual(t, set.Digest(), with.Digest())
	require.Nil(t, set.Peers())
	plain, err := NewSet("pen_n_36m")
	require.NoError(t, err)
	same, err := plain.WithPeers(testPeers())
	require.NoError(t, err)
	require.Equal(t, plain.Digest(), same.Digest())
	old := *testPeers()
	old.bases = []PeerBase{{"pen_n_36m", 99}}
	_, err = set.WithPeers(&old)
	require.ErrorIs(t, err, credit.ErrInvalid)

	register := func(industry string) credit.Record {
		r := credit.Record{Subject: subject, Kind: credit.KindRegistration, Source: "src", Amount: credit.NoFen, Event: firstDay, Known: firstDay,
			Body: body(map[string]string{"industry": industry, "capital": "100000000"})}
		r.Seal()
		return r
	}
	for _, c := range []struct {
		set      *Set
		industry string
		day      credit.Date
		want     Missing
	}{
		{set, "C27", firstDay + 2500, NoPeers}, {with, "C27", firstDay + 10, NoPeers}, {with, "T97", firstDay + 2500, NoPeers},
		{with, "C27", firstDay + 2500, NotMissing},
	} {
		fold, err := NewFold(c.set, policy.Default(), nil, nil)
		require.NoError(t, err)
		records := []credit.Record{register(c.industry)}
		row := rowsOf(t, fold, records, c.day)
		require.Equal(t, c.want, fold.Missing(0, c.day), c.industry)
		require.Equal(t, c.want, fold.Reasons(nil, row, c.day)[0], c.industry)
		require.Equal(t, c.want != NotMissing, math.IsNaN(row[0]))
		require.Equal(t, []credit.ID{records[0].ID}, fold.Evidence(nil, 0, c.day))
	}
}

// FuzzReadPeers: no bytes make it panic, and what it takes is what it writes.
func FuzzReadPeers(f *testing.F) {
	small, err := peersOf(peerRows()[:40], 2)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small.Canonical())
	f.Add([]byte("hengxin-peers-1,2\npen_n_36m 1\n2023-12-31\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if p, err := ReadPeers(b); err == nil {
			require.Equal(t, b, p.Canonical())
		} else {
			require.ErrorIs(t, err, credit.ErrInvalid)
		}
	})
}
