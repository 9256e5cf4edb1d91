package features

import (
	"math"

	"hengxin/credit"
)

// Window says how old the event of a record may be: later than the day less so many months (rulings: the bench's
// spec.md has the same definition). Months are calendar months, see [credit.Date.AddMonths].
type Window uint8

// The windows.
const (
	Months3 Window = iota
	Months6
	Months12
	Months24
	Months36
	AllTime
	windows = 6
)

var windowMonths = [windows - 1]int{3, 6, 12, 24, 36}

var windowNames = [windows]string{"3m", "6m", "12m", "24m", "36m", "all"}

// String returns the window as the catalogue writes it.
func (w Window) String() string { return windowNames[w] }

// Reads says which records an indicator may see (rulings 5).
type Reads uint8

const (
	ReadsCounted Reads = iota // those whose standing counts on the day: all that a lending model may read
	ReadsAll                  // all that are not withdrawn: supervision and the benchmark
)

// String returns the word of the catalogue.
func (r Reads) String() string { return [...]string{"counted", "all"}[r] }

// Missing says why a value is NaN.
type Missing uint8

const (
	NotMissing   Missing = iota
	NotCovered           // no source covers the kind on the day
	SwitchedOff          // the source that would cover it is switched off
	NoRecord             // covered, but no record, and the indicator is not a count
	NotStated            // there are records, but too few, or they do not state what it needs
	NoNeighbours         // the fold was given no neighbours
	NoPeers              // no table of peers, or the firm's cell of it has too few
)

// String returns the reason as outputs write it.
func (m Missing) String() string {
	return [...]string{"", "not_covered", "switched_off", "no_record", "not_stated", "no_neighbours", "no_peers"}[m]
}

// Dimension is the first level of the indicator system (domain page 3.3).
type Dimension struct {
	Code   string
	Zh, En string
}

var dimensions = []Dimension{
	{"basic", "基本素质", "Basic standing"}, {"compliance", "守法合规", "Compliance"}, {"repair", "信用修复", "Credit repair"},
	{"commitment", "履约践诺", "Commitments kept"}, {"judicial", "司法风险", "Judicial risk"}, {"tax", "税费履约", "Taxes and fees"},
	{"labour", "用工", "Employment"}, {"vitality", "经营活力", "Business vitality"}, {"honours", "荣誉资质", "Honours and qualifications"},
	{"data", "数据新鲜度", "Freshness of data"},
}

// Dimensions returns the first level of the indicator system in order; the caller must not change it.
func Dimensions() []Dimension { return dimensions }

// Indicator is one row of the catalogue.
type Indicator struct {
	ID          string
	Zh, En      string // name
	MeaningZh   string
	Meaning     string
	Unit        string // count, yuan, days, share, ratio, grade, persons, months, kwh, flag, score
	Direction   int    // +1 more is riskier, -1 more is safer, 0 not declared
	Dimension   string // code of [Dimensions]
	Sensitivity string // public, restricted (shared for financing on authorisation), personal (rests on a natural person's pseudonym)
	Sources     []credit.Kind
	ZeroIfNone  bool // covered and no record is 0; otherwise it is missing
	Reads       Reads
	Of          string // which records: a row of the table of selections
	Window      Window
	Pick        string // which of them count, "" for all
	Value       string // what is made of them
	Version     int
	Citation    string

	list     int // of the set's plan
	pick     pickFunc
	value    valueFunc
	base     *Indicator // of a peer-relative one: the indicator compared
	relation relation
	near     bool
	cites    bool
	loop     bool
	reach    Window // of the list that the value is given: wider than Window where the value needs a record of any age too
}

// MissingWithoutRecords reports whether the indicator has no value for want of records of its own kinds. Counts are zero
// then, shares of the capital are zero where a capital is registered, and a place among peers is that of a count.
func (ind *Indicator) MissingWithoutRecords() bool {
	if ind.base != nil {
		return ind.base.MissingWithoutRecords()
	}
	return !ind.ZeroIfNone && !selections[ind.Of].whole
}

// blank is the value without any record: zero for counts and sums, missing for the rest.
func (ind *Indicator) blank() float64 {
	if ind.ZeroIfNone {
		return 0
	}
	return math.NaN()
}
