package synth

import (
	"context"
	"fmt"
	"slices"

	"hengxin/credit"
	"hengxin/exact"
)

// Options say which province to generate.
type Options struct {
	Seed     uint64
	Subjects uint64      // how many
	From, To credit.Date // the years that are reported; the zero values mean 2019-01-01 and 2025-12-31
	Profile  string      // a profile of the rates: "" and "standard", "dense" for about 33 records a subject, "fast" for about 17
	Rates    *Rates      // nil for DefaultRates
	Shard    uint64      // this shard of Shards, by index; 0 of 0 is the whole
	Shards   uint64
}

// Province generates subjects. It holds tables only and may be used by several goroutines.
type Province struct{ gen }

// gen is what the parts read: options and rates, laid out for drawing.
type gen struct {
	opt       Options
	sortLimit int
	seed      uint64
	from, to  credit.Date
	rates     *Rates
	profile   profile
	table     placeTable

	codeShift                                  uint64
	cities                                     mix
	cityOf                                     []int
	enterpriseIndustries, individualIndustries indexedMix
	sizes, grades, environment, ordinary       indexedMix
	promiseTypes, severeLists, terms           mix
	blocks                                     blockMixes
	departments                                [2][len(sections)]departmentMix // by class (0 enterprise, 1 individual)
	authorities                                [len(places)][]string
	outages                                    [numSources][]credit.Date // first days, one a year
	lagSD                                      float64
	logOdds                                    [numFactors]float64
	banks                                      [2][len(places)][]float64 // cumulative weights
	firstYear                                  int
	shocks                                     []float64 // log of the factor, by year from firstYear
	blockLinks                                 float64   // chance of a link between two enterprises
	sharing                                    float64   // chance to share a legal representative
}

// indexedMix is a mix whose names are places in another table.
type indexedMix struct {
	mix
	index []int
}

func newIndexedMix(m map[string]float64, names []string) indexedMix {
	x := indexedMix{mix: newMix(m)}
	for _, n := range x.names {
		x.index = append(x.index, indexOf(names, n))
	}
	return x
}

// departmentMix is the yearly rate of penalties of a class and section, and its split over departments.
type departmentMix struct {
	total float64
	upto  []float64
}

// New lays out the tables. It returns [credit.ErrInvalid] for options that no province has.
func New(o Options) (*Province, error) {
	if o.Rates == nil {
		r, err := DefaultRates()
		if err != nil {
			return nil, err
		}
		o.Rates = r
	}
	if o.From == 0 && o.To == 0 {
		o.From, o.To = credit.NewDate(2019, 1, 1), credit.NewDate(2025, 12, 31)
	}
	if o.Profile == "" {
		o.Profile = "standard"
	}
	if o.Shards == 0 {
		o.Shards = 1
	}
	p, ok := o.Rates.Profiles[o.Profile]
	switch {
	case !ok:
		return nil, fmt.Errorf("profile %q: not in the rates: %w", o.Profile, credit.ErrInvalid)
	case o.Subjects == 0 || o.Subjects > MaxSubjects:
		return nil, fmt.Errorf("%d subjects: want 1 to %d: %w", o.Subjects, uint64(MaxSubjects), credit.ErrInvalid)
	case o.To < o.From.AddMonths(24) || o.To > o.From.AddMonths(12*60):
		return nil, fmt.Errorf("%s to %s: want 2 to 60 years: %w", o.From, o.To, credit.ErrInvalid)
	case o.Shard >= o.Shards:
		return nil, fmt.Errorf("shard %d of %d: %w", o.Shard, o.Shards, credit.ErrInvalid)
	}
	return &Province{newGen(o, p)}, nil
}

func newGen(o Options, p profile) gen {
	r := o.Rates
	g := gen{opt: o, sortLimit: sortedAtOnce, seed: o.Seed, from: o.From, to: o.To, rates: r, profile: p, table: newPlaceTable()}
	g.firstYear, _, _ = g.from.YMD()
	shift := newStream(o.Seed, 0, partCodes)
	g.codeShift = shift.next() % codeSpace
	g.cities = newMix(r.Population.Cities)
	for _, c := range g.cities.names {
		g.cityOf = append(g.cityOf, indexOf(cityCodes(), c))
	}
	g.enterpriseIndustries = newIndexedMix(r.Population.EnterpriseIndustries, sectionCodes())
	g.individualIndustries = newIndexedMix(r.Population.IndividualIndustries, sectionCodes())
	g.sizes = newIndexedMix(r.Population.Sizes, sizeNames[:])
	g.grades = newIndexedMix(r.Activity.TaxGrades, gradeNames[:])
	g.ordinary = newIndexedMix(r.Penalties.OrdinaryMix, mixNames[:])
	g.environment.mix = newMix(r.Activity.EnvironmentGrades)
	g.promiseTypes, g.severeLists = newMix(r.Commitments.Types), newMix(r.Spells.SevereLists)
	g.terms, g.blocks = newMix(r.Loans.Terms), newBlockMixes(&r.Blocks)
	g.layDepartments()
	g.layOutages()
	g.layBanks()
	g.lagSD = exact.Log(r.Penalties.LagP95Days/r.Penalties.LagMedianDays) / 1.6448536269514722
	for i, f := range factorNames {
		g.logOdds[i] = exact.Log(r.Loans.Odds[f])
	}
	var last int
	last, _, _ = g.to.YMD()
	for y := g.firstYear; y <= last; y++ {
		shock := r.Loans.Shock[fmt.Sprint(y)]
		if shock == 0 {
			shock = 1
		}
		g.shocks = append(g.shocks, exact.Log(shock))
	}
	enterprises := 1 - r.Population.Individuals - r.Population.Cooperatives
	g.sharing = sharingChance(r.Blocks.SameRepresentative, 1-r.Population.Individuals)
	g.blockLinks = min(1, r.Activity.Controller/enterprises/majorityShare)
	return g
}

// layDepartments spreads each department's rate over sections, keeping its average over the class's industries.
func (g *gen) layDepartments() {
	for class, industries := range []map[string]float64{g.rates.Population.EnterpriseIndustries, g.rates.Population.IndividualIndustries} {
		for _, d := range g.rates.Penalties.Departments {
			mean := 0.0
			for _, s := range sections {
				mean += float64(industries[s.code] * multiple(d, s.code))
			}
			rate := [2]float64{d.Enterprise, d.Individual}[class] / 1000 / mean
			for i, s := range sections {
				m := &g.departments[class][i]
				m.total += float64(rate * multiple(d, s.code))
				m.upto = append(m.upto, m.total)
			}
		}
	}
	for c, p := range places {
		for _, d := range g.rates.Penalties.Departments {
			g.authorities[c] = append(g.authorities[c], p.zh+"市"+d.Zh)
		}
	}
}

func multiple(d department, section string) float64 {
	if m, ok := d.Multiply[section]; ok {
		return m
	}
	return 1
}

// sortedAtOnce is the number of subjects whose codes are sorted at a time: 16 bytes each.
const sortedAtOnce = 1 << 20

// Generate calls yield with each subject of the shard and its records, in ascending order of subjects; records are in
// (known date, id) order. Both are only valid until yield returns. It stops with yield's error or the context's.
func (p *Province) Generate(ctx context.Context, yield func(credit.Subject, []credit.Record) error) error {
	w := p.newWorker()
	return p.inOrder(ctx, func(index uint64) error {
		w.live(index)
		return w.each(w.report(), yield)
	})
}

// inOrder calls yield with the shard's indices in ascending order of subject codes, in memory that does not grow with
// their number: one pass over the leading eight characters of all codes for every million subjects.
func (p *Province) inOrder(ctx context.Context, yield func(index uint64) error) error {
	for _, heads := range p.headRanges() {
		batch, err := p.sortedBatch(ctx, heads)
		if err != nil {
			return err
		}
		for n, k := range batch {
			if n%256 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if err := yield(k.index); err != nil {
				return err
			}
		}
	}
	return nil
}

// head is the leading eight characters of a code as a number: class, then division.
func (f *Firm) head() uint32 {
	n := uint32(f.Class[1]-'0') * 1_000_000
	for i, scale := 0, uint32(100_000); i < 6; i, scale = i+1, scale/10 {
		n += uint32(f.Division[i]-'0') * scale
	}
	return n
}

type headRange struct{ first, last uint32 }

// headRanges cuts the heads into ranges of at most sortLimit subjects, or of one head.
func (p *Province) headRanges() (ranges []headRange) {
	counts := map[uint32]int{}
	var f Firm
	for i := p.opt.Shard; i < p.opt.Subjects; i += p.opt.Shards {
		p.firmHead(i, &f)
		counts[f.head()]++
	}
	heads := make([]uint32, 0, len(counts))
	for h := range counts {
		heads = append(heads, h)
	}
	slices.Sort(heads)
	held := 0
	for _, h := range heads {
		if len(ranges) == 0 || held+counts[h] > p.sortLimit {
			ranges, held = append(ranges, headRange{h, h}), 0
		}
		ranges[len(ranges)-1].last = h
		held += counts[h]
	}
	return ranges
}

// sortKey is what orders subjects: the whole code after the head is a number below 2^30.
type sortKey struct {
	head, tail uint32
	index      uint64
}

func (p *Province) sortedBatch(ctx context.Context, r headRange) ([]sortKey, error) {
	var batch []sortKey
	var f Firm
	for i := p.opt.Shard; i < p.opt.Subjects; i += p.opt.Shards {
		if i%(1<<16) == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.firmHead(i, &f)
		if h := f.head(); h >= r.first && h <= r.last {
			batch = append(batch, sortKey{h, uint32(p.codeNumber(i)), i})
		}
	}
	slices.SortFunc(batch, func(a, b sortKey) int {
		if a.head != b.head {
			return int(a.head) - int(b.head)
		}
		return int(a.tail) - int(b.tail)
	})
	return batch, nil
}

// Subject returns the fixed facts of the subject with that index.
func (p *Province) Subject(index uint64) Firm {
	var f Firm
	p.firm(index, &f)
	p.name(&f)
	return f
}

// Banks returns the banks of the province.
func (p *Province) Banks() []Bank {
	banks := make([]Bank, len(p.rates.Banks.Rows))
	for i, b := range p.rates.Banks.Rows {
		banks[i] = Bank{Code: b.Code, Name: b.Name, Home: b.Home}
	}
	return banks
}

// name writes the subject and the name, the two texts of a firm.
func (p *gen) name(f *Firm) {
	f.Subject = credit.Subject(f.code[:])
	number := fmt.Sprintf("%07d", f.Index)
	if p.homonym(f) {
		number = "同名" + number[len(number)-2:]
	}
	f.Name = places[f.city].zh + "合成" + number + "号" + nameEnding(f.Class)
}

// homonym reports whether the firm has a name that others may have too.
func (p *gen) homonym(f *Firm) bool {
	s := newStream(p.seed, f.Index, partNames)
	return s.chance(p.rates.Flaws.SameName)
}

func nameEnding(class string) string {
	switch class {
	case "92":
		return "经营部"
	case "93":
		return "专业合作社"
	}
	return "有限公司"
}
