package credit

import "fmt"

// Verified says how far a row rests on a text that was read.
type Verified uint8

const (
	VerifiedNo Verified = iota
	VerifiedPartly
	VerifiedYes
)

// String writes no, partial or yes.
func (v Verified) String() string { return [...]string{"no", "partial", "yes"}[v] }

// MarshalText writes no, partial or yes.
func (v Verified) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads them.
func (v *Verified) UnmarshalText(b []byte) error {
	switch string(b) {
	case "no":
		*v = VerifiedNo
	case "partial":
		*v = VerifiedPartly
	case "yes":
		*v = VerifiedYes
	default:
		return fmt.Errorf("verified %q: want yes, partial or no: %w", b, ErrInvalid)
	}
	return nil
}

// Row is what every policy row states of itself.
type Row struct {
	Table     string // file
	ID        string
	Published Date // NoDate where it is not known
	From, To  Date // first and last day in force; To is NoDate while there is no end
	Citation  string
	Verified  Verified
	Note      string
}

// InForce reports whether the row is in force on day.
func (r *Row) InForce(day Date) bool { return day >= r.From && (r.To == NoDate || day <= r.To) }

// NoMonths stands for a period that the row does not set.
const NoMonths = -1

// RuleRow sets publicity and repair for the records that its class rows name.
type RuleRow struct {
	Row
	Kind        Kind
	Precedence  int    // of rules in force on a day, the highest that has a matching class decides
	Site        string // whose page it speaks of
	Decides     bool   // whether a record counts; the others only say what their own site shows, or guide
	Tier        Severity
	TierStated  bool // a tier that the record states goes before Tier
	Publicise   bool
	Repair      bool // may be repaired before its end
	MinMonths   int  // of publicity before repair, 0 for none, NoMonths where repair has no period of its own
	MaxMonths   int  // of publicity, NoMonths where it does not end by itself
	EndStated   bool // the record's own end (until, or else valid_to) goes before MaxMonths
	Start       StartBasis
	MinFromDone bool     // the minimum runs from the day on which the duty was done, not from Start
	Needs       []string // conditions of repair; "performed" must be known before a record is eligible
	EndNeeds    []string // conditions of the automatic end: nothing, or "performed"
	Hold        bool     // once under this row, not repairable before its own end, whatever row comes next (rulings 16)
}

// StartBasis is the day from which a period runs.
type StartBasis uint8

const (
	StartEvent     StartBasis = iota // decision, document or listing
	StartPublicity                   // first known to the public
)

// ClassRow says which records a rule takes. Every condition that is stated must hold; of the rows of rules with equal
// precedence the lowest Order that holds decides.
type ClassRow struct {
	Row
	Rule      string
	Order     int
	Procedure string   // simple or ordinary
	TypesAny  []string // holds at least one of these penalty types
	TypesOnly []string // holds at least one type and no other than these
	TypesNone bool     // states no type at all
	Sectors   []string
	Severity  Severity // the tier that the source states
	FineBelow string   // fine below the threshold of that name: small, large, huge
	FineFrom  string   // fine of the threshold or more
	Lists     []string
	Publicity string
}

// SettingRow is one value that the law leaves open or that is read from it, with dates.
type SettingRow struct {
	Row
	Key, Value string
}

// The settings.
const (
	SettingTransition    = "transition_mode"         // asof or decision_date
	SettingInclusive     = "inclusive"               // yes: repair may be applied for on the minimum's last day
	SettingBan           = "misuse_ban_months"       // after misuse of repair
	SettingConsent       = "consent_general_months"  // the longest authorisation without a loan
	SettingTrainRepaired = "train_exclude_repaired"  // mask over finished datasets (rulings 4)
	SettingUntrueRecord  = "untrue_publicity_months" // of the record of misuse itself
)

// ThresholdRow is the money that parts fines in a sector; amounts are what is not less.
type ThresholdRow struct {
	Row
	Sector             string // "" for every sector without a row
	Class              SubjectClass
	Small, Large, Huge Fen // a fine below Small is small, from Large large, from Huge huge
}

// LeniencyRow reduces what a record weighs.
type LeniencyRow struct {
	Row
	When       string // eligible, minor, first, grace
	Weight     float64
	Months     int      // first: without another offence in so many months before; grace: since the firm was founded
	Industries []string // grace: beginnings of GB/T 4754 codes
}

// RetentionRow ends the use of personal bad information.
type RetentionRow struct {
	Row
	Kinds  []Kind
	Class  SubjectClass
	Months int // from the end of the act
}

// SuspensionRow says from when on a reorganisation plan suspends publicity.
type SuspensionRow struct{ Row }

// ListRow is a kind of list and how a score treats an entry.
type ListRow struct {
	Row
	Code, Zh   string
	Recogniser string
	Veto       bool
}

// ClockRow is a time limit in working days.
type ClockRow struct {
	Row
	Regime, Step string
	Workdays     int
}

// ReasonRow holds the texts of a reason.
type ReasonRow struct {
	Name, Zh, En string
}

// WordRow maps the words of sources to what they mean: of a kind's status, or penalty types and sectors.
type WordRow struct {
	Row
	Set  string // performance, penalty, objection, bankruptcy, procedure, type
	Word string
	Mean string
}

// Tables are the rows of a policy as its files hold them.
type Tables struct {
	Rules       []RuleRow
	Classes     []ClassRow
	Settings    []SettingRow
	Thresholds  []ThresholdRow
	Leniency    []LeniencyRow
	Retention   []RetentionRow
	Suspensions []SuspensionRow
	Lists       []ListRow
	Clocks      []ClockRow
	Reasons     []ReasonRow
	Words       []WordRow
	Items       []ItemRow
	Supervision []SupervisionRow
	Downgrades  []DowngradeRow
	Benchmarks  []BenchmarkRow
}
