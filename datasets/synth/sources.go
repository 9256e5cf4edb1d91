package synth

import "hengxin/credit"

// source is who reports a record.
type source uint8

const (
	srcSAMR source = iota // the first eleven are the departments of the rates, in their order
	srcTax
	srcTransport
	srcEcology
	srcHousing
	srcFire
	srcEmergency
	srcLabour
	srcNature
	srcHealth
	srcCulture
	srcCourt
	srcRegister
	srcCreditSite // the public credit site: repairs, objections, commitments, copies of decisions
	srcInsurance
	srcPower
	srcWater
	srcScience
	srcTender
	srcFund
	srcCustoms
	numSources
)

var sourceNames = [numSources]string{"samr", "tax", "transport", "ecology", "housing", "fire", "emergency", "labour", "nature",
	"health", "culture", "court", "register", "credit_site", "insurance", "power", "utility", "science", "tender", "housing_fund", "customs"}

var markedSources = func() (names [numSources]string) {
	for i, n := range sourceNames {
		names[i] = Marker + n
	}
	return names
}()

// Outage is a time in which a source sent nothing; what it would have sent came after.
type Outage struct {
	Source   string      `yaml:"source" json:"source"`
	From, To credit.Date `yaml:"-" json:"-"`
}

func (g *gen) layOutages() {
	for i := range g.outages {
		s := newStream(g.seed, uint64(i), partOutages)
		last, _, _ := g.to.YMD()
		for y := g.firstYear; y <= last; y++ {
			g.outages[i] = append(g.outages[i], credit.NewDate(y, 1, 1)+credit.Date(s.below(360)))
		}
	}
}

// Outages lists the outages of every source.
func (p *Province) Outages() (all []Outage) {
	for i, days := range p.outages {
		for _, d := range days {
			all = append(all, Outage{Source: markedSources[i], From: d, To: d + credit.Date(p.rates.Flaws.OutageDays) - 1})
		}
	}
	return all
}

// arrival moves a day out of the source's outages.
func (g *gen) arrival(src source, day credit.Date) credit.Date {
	for _, d := range g.outages[src] {
		if day >= d && day < d+credit.Date(g.rates.Flaws.OutageDays) {
			return d + credit.Date(g.rates.Flaws.OutageDays)
		}
	}
	return day
}
