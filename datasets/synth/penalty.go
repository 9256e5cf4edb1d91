package synth

import (
	"math"
	"slices"

	"hengxin/credit"
)

// tier is the weight of a penalty in the true risk. Policy decides the tier of a record by its own rows.
type tier uint8

const (
	minorTier tier = iota
	generalTier
	seriousTier
)

// class is the class mix of an ordinary decision.
type class uint8

const (
	fineOnly class = iota
	fineConfiscate
	warningOnly
	suspendOrDowngrade
	stopOrRevoke
	otherClass
)

var mixNames = [...]string{"fine", "fine_confiscate", "warning", "suspend", "stop", "other"}

// penaltyTypes are the texts of each class, drawn evenly; codes of domain page 2.5, sorted.
var penaltyTypes = [...][]string{
	fineOnly:           {"fine", "fine", "fine", "fine;warning"},
	fineConfiscate:     {"confiscate_gain;fine", "confiscate_gain;fine", "confiscate_gain;fine", "confiscate_property;fine"},
	warningOnly:        {"warning", "warning", "warning", "criticism"},
	suspendOrDowngrade: {"fine;suspend_licence", "downgrade_qualification;fine"},
	stopOrRevoke:       {"fine;suspend_business", "fine;restrict_operation", "fine;revoke_licence", "close;fine"},
	otherClass:         {"fine;other", "demolish;fine", "no_apply_licence;fine"},
}

// penalty is one decision and what came of it.
type penalty struct {
	day         credit.Date
	number      int
	department  uint8
	act         uint8
	simple      bool
	class       class
	types       string
	fine        credit.Fen // 0 where there is none
	confiscated credit.Fen
	tier        tier
	performed   credit.Date // never where it is not
	applied     credit.Date // never where no repair is asked for
	rejected    credit.Date // of a first application, or never
	repaired    credit.Date // approval, or never
	revoked     credit.Date // by review or suit, or never
	record      credit.ID   // of its first report, zero where none came in time
	astray      bool        // never supplied, or under a wrong code
	arrived     credit.Date // known date of the approval elsewhere, never where it was lost on the way; NoDate without an approval
}

// publicised reports whether credit sites show the decision (rows O58-SIMPLE and O58-WARN).
func (p *penalty) publicised() bool { return !p.simple && p.class != warningOnly }

// livePenalties draws decisions from a negative binomial: a gamma factor of the firm on its department rates.
func (g *gen) livePenalties(w *world) {
	s := newStream(g.seed, w.firm.Index, partPenalties)
	w.penalties = w.penalties[:0]
	from, to, ok := g.span(&w.firm)
	if !ok {
		return
	}
	k, c := g.rates.Penalties.RepeatEnterprise, 0
	if w.firm.Individual() {
		k, c = g.rates.Penalties.RepeatIndividual, 1
	}
	m := &g.departments[c][w.firm.section]
	days := int(to-from) + 1
	n := s.poisson(s.gamma(k) * m.total * float64(days) / 365.25)
	for range n {
		w.penalties = append(w.penalties, penalty{day: from + credit.Date(s.below(days))})
	}
	slices.SortFunc(w.penalties, func(a, b penalty) int { return int(a.day - b.day) })
	for i := range w.penalties {
		p := &w.penalties[i]
		p.number = i + 1
		p.department, p.act = uint8(search(m.upto, s.unit())), 0xff
		if i > 0 && s.chance(g.rates.Penalties.SameDepartment) {
			p.department, p.act = w.penalties[i-1].department, w.penalties[i-1].act
		}
		g.decide(&s, p, &w.firm)
		g.perform(&s, p)
		g.repair(&s, p)
	}
}

// decide draws procedure, classes and amounts.
func (g *gen) decide(s *stream, p *penalty, f *Firm) {
	r := &g.rates.Penalties
	d := &r.Departments[p.department]
	if p.act == 0xff {
		p.act = uint8(s.below(len(d.Acts)))
	}
	yuan := g.spike(s, s.logNormal(d.Median, d.SD))
	switch {
	case s.chance(r.SimpleWarning.of(f.Individual())):
		p.simple, p.class = true, warningOnly
	case yuan <= r.SimpleFineMax.of(f.Individual()) && s.chance(r.SimpleIfSmall.of(f.Individual())):
		p.simple, p.class = true, fineOnly
	default:
		p.class = class(g.ordinary.index[g.ordinary.draw(s)])
	}
	types := penaltyTypes[p.class]
	p.types = types[s.below(len(types))]
	if p.simple && p.class == fineOnly {
		p.types = "fine"
	}
	if p.class != warningOnly {
		p.fine = credit.Fen(yuan) * 100
	}
	if p.class == fineConfiscate {
		p.confiscated = credit.Fen(max(1, math.Round(s.logNormal(d.Median/2, 1.5)))) * 100
	}
	p.tier = g.tierOf(p, yuan)
}

// spike moves a fine near a round sum to it, and other fines to whole tens of yuan.
func (g *gen) spike(s *stream, yuan float64) float64 {
	for _, at := range g.rates.Penalties.Spikes {
		if yuan > at*0.8 && yuan < at*1.25 && s.chance(g.rates.Penalties.SpikeShare) {
			return at
		}
	}
	return max(10, math.Round(yuan/10)*10)
}

// tierOf follows the classifier of domain page 1.6 as ruled: the small-fine step only where a fine is the sole type.
func (g *gen) tierOf(p *penalty, yuan float64) tier {
	r := &g.rates.Penalties
	switch {
	case p.simple || p.class == warningOnly:
		return minorTier
	case p.class == stopOrRevoke || yuan >= r.HugeFine:
		return seriousTier
	case p.class == fineOnly && yuan < r.SmallFine:
		return minorTier
	}
	return generalTier
}

// perform draws when the duty of the decision was done.
func (g *gen) perform(s *stream, p *penalty) {
	r := &g.rates.Repairs
	not := r.NeverPerformed.General
	if p.tier == seriousTier {
		not = r.NeverPerformed.Serious
	}
	p.performed = never
	if !s.chance(not) {
		p.performed = p.day + credit.Date(min(s.logNormal(r.PerformMedianDays, r.PerformSD), 1000))
	}
	p.revoked = never
	if s.chance(g.rates.Flaws.Revoked) {
		p.revoked = p.day + credit.Date(30+s.below(150))
	}
}

// repair draws the application and its end. Only what is publicised and performed, and past its minimum, is asked for.
func (g *gen) repair(s *stream, p *penalty) {
	r := &g.rates.Repairs
	p.applied, p.rejected, p.repaired = never, never, never
	asked, delay := s.chance(r.Repaired), s.logNormal(r.DelayMedianDays, r.DelaySD)
	if !asked || !p.publicised() || p.performed == never || p.revoked != never {
		return
	}
	p.applied = max(p.performed, p.day.AddMonths(g.minimum(p))+1) + credit.Date(min(delay, 1500))
	p.repaired = p.applied + credit.Date(3+s.below(12))
	if s.chance(r.Rejected) {
		p.rejected = p.repaired
		p.repaired += credit.Date(40 + s.below(60))
	}
}

// minimum is the shortest publicity, in months, under the rows in force on the day of the decision.
func (g *gen) minimum(p *penalty) int {
	for _, row := range g.rates.Repairs.Minimum {
		if row.From > p.day {
			continue
		}
		key := slices.Contains(g.rates.Repairs.KeySectors, g.sector(p)) || p.tier == seriousTier
		if key {
			return row.KeyMonths
		}
		return row.OtherMonths
	}
	return 0
}

// sector is the sector that publicity periods ask for: the act's own where it is a key sector, else the department's.
func (g *gen) sector(p *penalty) string {
	d := &g.rates.Penalties.Departments[p.department]
	if act := d.Acts[p.act]; slices.Contains(g.rates.Repairs.KeySectors, act) {
		return act
	}
	if d.Sector != "" {
		return d.Sector
	}
	return d.Name
}
