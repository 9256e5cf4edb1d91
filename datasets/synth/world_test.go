package synth

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestRepairFollowsTheLaw holds every repair to what the law asks before it: publicity, performance, the minimum.
func TestRepairFollowsTheLaw(t *testing.T) {
	p := province(t, Options{Seed: 12, Subjects: 40_000})
	var w world
	repaired := 0
	for i := range p.opt.Subjects {
		p.gen.live(i, &w)
		for k := range w.penalties {
			x := &w.penalties[k]
			require.True(t, k == 0 || w.penalties[k-1].day <= x.day)
			require.True(t, w.firm.alive(x.day) || x.day == w.firm.Ceased)
			if x.applied == never {
				require.Equal(t, never, x.repaired)
				continue
			}
			repaired++
			require.True(t, x.publicised() && x.performed < x.applied && x.revoked == never)
			require.Greater(t, x.applied, x.day.AddMonths(p.minimum(x)))
			require.Greater(t, x.repaired, x.applied)
			require.True(t, x.rejected == never || x.rejected > x.applied && x.rejected < x.repaired)
		}
	}
	require.Greater(t, repaired, 500)
}

func TestMinimumByRegime(t *testing.T) {
	p := province(t, Options{Subjects: 1})
	fire, tax := uint8(srcFire), uint8(srcTax)
	for _, c := range []struct {
		department uint8
		tier       tier
		day        string
		months     int
	}{
		{tax, generalTier, "2023-04-30", 3}, {fire, generalTier, "2023-04-30", 6},
		{tax, generalTier, "2023-05-01", 3}, {fire, generalTier, "2023-05-01", 12}, {tax, seriousTier, "2023-05-01", 12},
	} {
		day, err := credit.ParseDate(c.day)
		require.NoError(t, err)
		require.Equal(t, c.months, p.minimum(&penalty{day: day, department: c.department, tier: c.tier}), c.day)
	}
}

// TestFactorsOfADay reads factors off a world made by hand.
func TestFactorsOfADay(t *testing.T) {
	p := province(t, Options{Subjects: 1})
	w := p.newWorker()
	day := credit.NewDate(2024, 6, 30)
	ago := func(months int) credit.Date { return day.AddMonths(-months) }
	open := func(at credit.Date, z tier) penalty {
		return penalty{day: at, tier: z, fine: 1, performed: at, repaired: never, revoked: never}
	}
	unpaid, fixed, gone := open(ago(30), generalTier), open(ago(5), seriousTier), open(ago(5), seriousTier)
	unpaid.performed, fixed.repaired, gone.revoked = never, ago(1), ago(1)
	cases := map[string]struct {
		world world
		want  map[factor]uint8
	}{
		"five general penalties count three":    {world{penalties: []penalty{open(ago(1), generalTier), open(ago(2), generalTier), open(ago(3), generalTier), open(ago(4), generalTier), open(ago(5), generalTier)}}, map[factor]uint8{generalPenalty: 3}},
		"general for 24 months, serious for 36": {world{penalties: []penalty{open(ago(25), generalTier), open(ago(35), seriousTier)}}, map[factor]uint8{seriousPenalty: 1}},
		"serious over":                          {world{penalties: []penalty{open(ago(37), seriousTier)}}, nil},
		"tomorrow's":                            {world{penalties: []penalty{open(day+1, seriousTier)}}, nil},
		"unpaid":                                {world{penalties: []penalty{unpaid}}, map[factor]uint8{unpaidFine: 1}},
		"repaired":                              {world{penalties: []penalty{fixed}}, map[factor]uint8{repairedPenalty: 1}},
		"revoked":                               {world{penalties: []penalty{gone}}, nil},
		"breach":                                {world{promises: []promise{{kept: partly, settled: ago(3)}, {kept: breached, settled: day + 1}}}, map[factor]uint8{promiseBreach: 1}},
		"breach long ago":                       {world{promises: []promise{{kept: breached, settled: ago(25)}}}, nil},
		"three checked":                         {world{promises: []promise{{source: 1, settled: ago(3)}, {source: 1, settled: ago(3)}, {source: 2, settled: ago(30)}}}, map[factor]uint8{promisesKept: 1}},
		"grade D published":                     {world{grades: []grade{{value: 0, published: ago(14)}, {value: 3, published: ago(2)}, {value: 0, published: day + 1}}}, map[factor]uint8{gradeD: 1}},
		"social arrears two months":             {world{spells: [numSpells][]spell{socialArrears: {{from: ago(2), until: never}}}}, nil},
		"social arrears three months":           {world{spells: [numSpells][]spell{socialArrears: {{from: ago(3), until: never}}}}, map[factor]uint8{socialArrearsLong: 1}},
		"listed until today":                    {world{spells: [numSpells][]spell{defaulter: {{from: ago(3), until: day}}}}, nil},
		"listed until tomorrow":                 {world{spells: [numSpells][]spell{defaulter: {{from: ago(3), until: day + 1}}}}, map[factor]uint8{severeNow: 1}},
	}
	for name, c := range cases {
		w.world = c.world
		w.world.firm.Established = ago(60)
		var want [numFactors]uint8
		for f, n := range c.want {
			want[f] = n
		}
		require.Equal(t, want, w.factors(day), name)
	}
}

// TestSlumpsAreSeen holds the yearly comparison of headcount and power to the slumps that cause a fall.
func TestSlumpsAreSeen(t *testing.T) {
	p := province(t, Options{Subjects: 1})
	w := p.newWorker()
	day := credit.NewDate(2024, 6, 30)
	w.world.firm = Firm{Established: day - 4000, Headcount: 100, Index: 7}
	w.world.slumps = []slump{{from: day - 100, until: day + 100, factor: 0.5, heads: true}}
	n := w.factors(day)
	require.Equal(t, [2]uint8{1, 0}, [2]uint8{n[headsDown], n[powerDown]})
	w.world.slumps[0].factor = 0.75
	require.Zero(t, w.factors(day)[headsDown])
}

// TestPromisesKeptInTime: most of what is kept is kept by the due day, and what is not shows after it; no state is
// settled before its promise is made.
func TestPromisesKeptInTime(t *testing.T) {
	p := province(t, Options{Seed: 3, Subjects: 3000})
	w := p.newWorker()
	inTime, all := 0.0, 0.0
	for i := range p.opt.Subjects {
		w.live(i)
		for _, m := range w.world.promises {
			require.Greater(t, m.settled, m.made)
			if m.kept != fulfilled {
				require.Greater(t, m.settled, m.due)
				continue
			}
			inTime, all = inTime+num(m.settled <= m.due), all+1
		}
	}
	require.Greater(t, all, 200.0)
	require.InDelta(t, 0.65, inTime/all, 0.1)
}
