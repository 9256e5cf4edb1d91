package synth

import (
	_ "embed"
	"fmt"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
)

//go:embed rates.yaml
var defaultRates []byte

// Marker begins the source name of every generated record.
const Marker = "synth:"

// Rates are the figures of rates.yaml; see there for units and sources.
type Rates struct {
	Population  population         `yaml:"population"`
	Penalties   penaltyRates       `yaml:"penalties"`
	Repairs     repairRates        `yaml:"repairs"`
	Commitments commitmentRates    `yaml:"commitments"`
	Spells      spellRates         `yaml:"spells"`
	Activity    activityRates      `yaml:"activity"`
	Blocks      blockRates         `yaml:"blocks"`
	Profiles    map[string]profile `yaml:"profiles"`
	Loans       loanRates          `yaml:"loans"`
	Banks       bankRates          `yaml:"banks"`
	Flaws       flawRates          `yaml:"flaws"`
}

// byClass is a figure for enterprises and one for individual businesses.
type byClass struct {
	Enterprise float64 `yaml:"enterprise"`
	Individual float64 `yaml:"individual"`
}

func (b byClass) of(individual bool) float64 {
	if individual {
		return b.Individual
	}
	return b.Enterprise
}

type population struct {
	Source               string             `yaml:"source"`
	Individuals          float64            `yaml:"individuals"`
	Cooperatives         float64            `yaml:"cooperatives"`
	AgeMedian            float64            `yaml:"age_median"`
	Ceased               float64            `yaml:"ceased"`
	Cities               map[string]float64 `yaml:"cities"`
	OldDivisions         float64            `yaml:"old_divisions"`
	EnterpriseIndustries map[string]float64 `yaml:"enterprise_industries"`
	IndividualIndustries map[string]float64 `yaml:"individual_industries"`
	Sizes                map[string]float64 `yaml:"sizes"`
	DistressSD           float64            `yaml:"distress_sd"`
}

type department struct {
	Name       string             `yaml:"name"`
	Zh         string             `yaml:"zh"`
	Enterprise float64            `yaml:"enterprise"`
	Individual float64            `yaml:"individual"`
	Median     float64            `yaml:"median"`
	SD         float64            `yaml:"sd"`
	Acts       []string           `yaml:"acts"`
	Sector     string             `yaml:"sector"`
	Multiply   map[string]float64 `yaml:"multiply"`
}

type penaltyRates struct {
	Source           string             `yaml:"source"`
	RepeatEnterprise float64            `yaml:"repeat_enterprise"`
	RepeatIndividual float64            `yaml:"repeat_individual"`
	SameDepartment   float64            `yaml:"same_department"`
	Departments      []department       `yaml:"departments"`
	SimpleFineMax    byClass            `yaml:"simple_fine_max"`
	SimpleIfSmall    byClass            `yaml:"simple_if_small"`
	SimpleWarning    byClass            `yaml:"simple_warning"`
	OrdinaryMix      map[string]float64 `yaml:"ordinary_mix"`
	Spikes           []float64          `yaml:"spikes"`
	SpikeShare       float64            `yaml:"spike_share"`
	SmallFine        float64            `yaml:"small_fine"`
	HugeFine         float64            `yaml:"huge_fine"`
	LagMedianDays    float64            `yaml:"lag_median_days"`
	LagP95Days       float64            `yaml:"lag_p95_days"`
}

type byTier struct {
	General float64 `yaml:"general"`
	Serious float64 `yaml:"serious"`
}

type minimumRow struct {
	From        credit.Date `yaml:"from"`
	KeyMonths   int         `yaml:"key_months"`
	OtherMonths int         `yaml:"other_months"`
}

type repairRates struct {
	Source            string  `yaml:"source"`
	Repaired          float64 `yaml:"repaired"`
	DelayMedianDays   float64 `yaml:"delay_median_days"`
	DelaySD           float64 `yaml:"delay_sd"`
	NeverPerformed    byTier  `yaml:"never_performed"`
	PerformMedianDays float64 `yaml:"perform_median_days"`
	PerformSD         float64 `yaml:"perform_sd"`
	PerformReported   float64 `yaml:"perform_reported"`
	Rejected          float64 `yaml:"rejected"`
	Ban               float64 `yaml:"ban"`
	Arrival           struct {
		NextDay float64 `yaml:"next_day"`
		Late    float64 `yaml:"late"`
		Lost    float64 `yaml:"lost"`
	} `yaml:"arrival"`
	Minimum    []minimumRow `yaml:"minimum"`
	KeySectors []string     `yaml:"key_sectors"`
}

type commitmentRates struct {
	Source     string             `yaml:"source"`
	Rate       byClass            `yaml:"rate"`
	Types      map[string]float64 `yaml:"types"`
	Checked    float64            `yaml:"checked"`
	Reported   float64            `yaml:"reported"`
	Partly     float64            `yaml:"partly"`
	Breached   float64            `yaml:"breached"`
	RepeatOdds float64            `yaml:"repeat_odds"`
}

type spellRow struct {
	Name        string  `yaml:"name"`
	Share       float64 `yaml:"share"`
	Mean        float64 `yaml:"mean"`
	Max         float64 `yaml:"max"`
	Distress    bool    `yaml:"distress"`
	Enterprises bool    `yaml:"enterprises"`
}

type spellRates struct {
	Source           string     `yaml:"source"`
	IndividualFactor float64    `yaml:"individual_factor"`
	Rows             []spellRow `yaml:"rows"`
	Defaulter        struct {
		Share float64 `yaml:"share"`
		Mean  float64 `yaml:"mean"`
		Max   float64 `yaml:"max"`
	} `yaml:"defaulter"`
	Restored    float64            `yaml:"restored"`
	SevereLists map[string]float64 `yaml:"severe_lists"`
	Extension   float64            `yaml:"extension"`
	Judgments   byClass            `yaml:"judgments"`
	Bankruptcy  float64            `yaml:"bankruptcy"`
}

type activityRates struct {
	Source            string             `yaml:"source"`
	TaxRated          byClass            `yaml:"tax_rated"`
	TaxGrades         map[string]float64 `yaml:"tax_grades"`
	TaxGradeKept      float64            `yaml:"tax_grade_kept"`
	EnvironmentRated  float64            `yaml:"environment_rated"`
	EnvironmentGrades map[string]float64 `yaml:"environment_grades"`
	Insured           byClass            `yaml:"insured"`
	Power             byClass            `yaml:"power"`
	Downturn          byClass            `yaml:"downturn"`
	Permits           byClass            `yaml:"permits"`
	Changes           byClass            `yaml:"changes"`
	Qualified         byClass            `yaml:"qualified"`
	Awards            byClass            `yaml:"awards"`
	Controller        float64            `yaml:"controller"`
	Guarantee         float64            `yaml:"guarantee"`
}

type profile struct {
	HeadcountMonths int     `yaml:"headcount_months"`
	PowerMonths     int     `yaml:"power_months"`
	BillMonths      int     `yaml:"bill_months"`
	FundMonths      int     `yaml:"fund_months"`
	PermitFactor    float64 `yaml:"permit_factor"`
	AwardFactor     float64 `yaml:"award_factor"`
}

type loanRates struct {
	Source               string             `yaml:"source"`
	Borrowers            byClass            `yaml:"borrowers"`
	AmountMedian         byClass            `yaml:"amount_median"`
	AmountSD             byClass            `yaml:"amount_sd"`
	SizeFactor           map[string]float64 `yaml:"size_factor"`
	Terms                map[string]float64 `yaml:"terms"`
	RateMean             float64            `yaml:"rate_mean"`
	RateSD               float64            `yaml:"rate_sd"`
	CohortMonths         int                `yaml:"cohort_months"`
	Idle                 float64            `yaml:"idle"`
	Slip                 float64            `yaml:"slip"`
	SlipOn               float64            `yaml:"slip_on"`
	ResolvedMedianMonths float64            `yaml:"resolved_median_months"`
	ResolvedSD           float64            `yaml:"resolved_sd"`
	FirmSD               float64            `yaml:"firm_sd"`
	BadRate              map[string]float64 `yaml:"bad_rate"`
	Intercept            map[string]float64 `yaml:"intercept"`
	Shock                map[string]float64 `yaml:"shock"`
	Odds                 map[string]float64 `yaml:"odds"`
}

type bank struct {
	Code        string   `yaml:"code"`
	Name        string   `yaml:"name"`
	Share       float64  `yaml:"share"`
	Individuals float64  `yaml:"individuals"`
	Home        []string `yaml:"home"`
}

type bankRates struct {
	Source     string  `yaml:"source"`
	HomeFactor float64 `yaml:"home_factor"`
	Rows       []bank  `yaml:"rows"`
}

type flawRates struct {
	Source                string  `yaml:"source"`
	FineInWrongUnit       float64 `yaml:"fine_in_wrong_unit"`
	MissingCode           float64 `yaml:"missing_code"`
	FailingCheck          float64 `yaml:"failing_check"`
	OddlyWritten          float64 `yaml:"oddly_written"`
	SameName              float64 `yaml:"same_name"`
	Duplicate             float64 `yaml:"duplicate"`
	SuppliedBeforeDecided float64 `yaml:"supplied_before_decided"`
	Corrected             float64 `yaml:"corrected"`
	Revoked               float64 `yaml:"revoked"`
	Objected              float64 `yaml:"objected"`
	Unsupplied            float64 `yaml:"unsupplied"`
	StrayCode             float64 `yaml:"stray_code"`
	MissingNumber         float64 `yaml:"missing_number"`
	OutageDays            int     `yaml:"outage_days"`
}

// DefaultRates returns the figures of the embedded rates.yaml.
func DefaultRates() (*Rates, error) { return ParseRates(defaultRates) }

// ParseRates reads a file of the form of rates.yaml. It returns [credit.ErrInvalid] for an unknown key, for shares that
// do not add up to 1, and for a name that the generator does not know.
func ParseRates(text []byte) (*Rates, error) {
	r := &Rates{}
	if err := datasets.DecodeYAML(text, r); err != nil {
		return nil, fmt.Errorf("rates: %s: %w", strings.TrimSpace(err.Error()), credit.ErrInvalid)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("rates: %w", err)
	}
	return r, nil
}
