package credit

import "fmt"

// State is where a record stands in the life that policy gives it (domain page 1.9).
type State uint8

// The states. What each means for the public page and for the score is a row of the table of states.
const (
	StatePublicised    State = iota + 1 // 公示中
	StateEligible                       // 可修复: publicised, and repair may be applied for
	StateObjected                       // 异议处理中: publicised and annotated
	StateBanned                         // 不予修复期内: publicised and not repairable
	StateOverdue                        // 到期未改正: the longest period is over, the duty is not done
	StateNotPublicised                  // 不公示
	StateRepaired                       // 已修复, 终止公示
	StateExpired                        // 公示期满
	StateRemoved                        // 已移出名单
	StateRevoked                        // 已撤销
	StateSuspended                      // 破产重整暂停公示
)

// StateInfo is what a state means: for the public page, and for a score.
type StateInfo struct {
	State    State
	Name, Zh string
	Shown    bool // the public page shows it
	Counted  bool // a lending model may read it
	Ended    bool // for good, unless what ended it is itself withdrawn or the record corrected (rulings 11)
}

var states = []StateInfo{
	{StatePublicised, "publicised", "公示中", true, true, false},
	{StateEligible, "eligible", "可修复", true, true, false},
	{StateObjected, "objected", "异议处理中", true, true, false},
	{StateBanned, "banned", "不予修复期内", true, true, false},
	{StateOverdue, "overdue_uncorrected", "到期未改正", true, true, false},
	{StateNotPublicised, "not_publicised", "不公示", false, false, false},
	{StateRepaired, "repaired", "已修复", false, false, true},
	{StateExpired, "expired", "公示期满", false, false, true},
	{StateRemoved, "removed", "已移出名单", false, false, true},
	{StateRevoked, "revoked", "已撤销", false, false, true},
	{StateSuspended, "suspended_bankruptcy", "破产重整暂停公示", false, false, false},
}

// States returns the table of states; the caller must not change it.
func States() []StateInfo { return states }

// Info returns the row of s; the zero row for a number that no state has.
func (s State) Info() StateInfo {
	if s < 1 || int(s) > len(states) {
		return StateInfo{}
	}
	return states[s-1]
}

// String returns the state's name.
func (s State) String() string {
	if s < 1 || int(s) > len(states) {
		return fmt.Sprintf("state(%d)", uint8(s))
	}
	return states[s-1].Name
}

// MarshalText writes the name.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Span is the standing of a record from one day on, until the next span of its timeline begins.
type Span struct {
	From     Date
	State    State
	Counted  bool // a lending model may read it
	Shown    bool // the public page shows it
	Disputed bool // an objection is open: say so beside it
	Reason   Reason
	Tier     Severity // by the deciding row, or as the source states where no rule is in force
	Weight   float64  // 1, less where a row of leniency reduces it; 0 where it is not counted
	Rule     int16    // index of the deciding row in the policy, -1 where no rule is in force
	Earliest Date     // first day on which repair may be applied for, NoDate where it may not
	End      Date     // first day on which publicity ends by itself, NoDate where it does not; for expired records the day it did
}

// Reason says why a span has its state; the texts are in the policy's table of reasons.
type Reason uint8

// The reasons.
const (
	ReasonNoRule        Reason = iota + 1 // before any rule (rulings 12)
	ReasonNoRegime                        // the kind is under no rule of publicity
	ReasonPublicised                      // within its period
	ReasonOpen                            // shown until it is removed: the rule sets no end
	ReasonNotRepairable                   // within its period, and the rule allows no early end
	ReasonAwaitingDuty                    // the least period is over, performance is not known
	ReasonRepairable                      // the least period is over and the duty done
	ReasonObjection                       // an objection is open
	ReasonBan                             // repair was misused
	ReasonUncorrected                     // the longest period is over and performance is not known
	ReasonMinor                           // the rule does not publicise it
	ReasonRepaired                        // repair was approved
	ReasonRepairedInBan                   // repair was approved though a ban runs
	ReasonPeriodOver                      // the longest period is over
	ReasonRetention                       // personal bad information past its years
	ReasonRemoved                         // taken off the list
	ReasonWithdrawn                       // the decision was withdrawn
	ReasonPlan                            // a reorganisation plan runs
	ReasonPlanDone                        // the plan is carried out; repair may be applied for
	reasonEnd
)

var reasonNames = [reasonEnd]string{
	ReasonNoRule: "no_rule_in_force", ReasonNoRegime: "no_regime", ReasonPublicised: "publicised", ReasonOpen: "listed_until_removed",
	ReasonNotRepairable: "not_repairable", ReasonAwaitingDuty: "awaiting_performance", ReasonRepairable: "repairable",
	ReasonObjection: "objection_open", ReasonBan: "repair_ban", ReasonUncorrected: "period_over_uncorrected",
	ReasonMinor: "not_publicised_by_rule", ReasonRepaired: "repair_approved", ReasonRepairedInBan: "repair_approved_in_ban",
	ReasonPeriodOver: "period_over", ReasonRetention: "retention_over", ReasonRemoved: "removed", ReasonWithdrawn: "withdrawn",
	ReasonPlan: "reorganisation_plan", ReasonPlanDone: "plan_completed",
}

// String returns the reason's name.
func (r Reason) String() string {
	if r < 1 || r >= reasonEnd {
		return fmt.Sprintf("reason(%d)", uint8(r))
	}
	return reasonNames[r]
}

// MarshalText writes the name.
func (r Reason) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// Version is a record as it reads from one day on: the record itself, then as each correction left it.
type Version struct {
	From   Date
	Record *Record
}

// Follower is a record that speaks of another, and the days on which it does: from the day both are known, until it is
// itself withdrawn or corrected (Until is the first day on which it no longer acts, and lies past every day otherwise).
type Follower struct {
	Record      *Record
	From, Until Date
}

// SpanOn returns the span of an entry that holds on day, a pointer into spans; nil before the first.
func SpanOn(spans []Span, day Date) *Span {
	for i := len(spans) - 1; i >= 0; i-- {
		if spans[i].From <= day {
			return &spans[i]
		}
	}
	return nil
}
