package credit

// State is where a record stands in the life that policy gives it (domain page 1.9).
type State uint8

// The states. What each means for the public page and for the score is a row of the transition table.
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

// Span is the standing of a record from one day on, until the next span of its timeline begins.
type Span struct {
	From     Date
	State    State
	Counted  bool // a lending model may read it
	Shown    bool // the public page shows it
	Reason   Reason
	Rule     int16 // index of the deciding row in the policy, -1 where no rule is in force
	Earliest Date  // first day on which repair may be applied for, NoDate where it may not
	End      Date  // first day on which publicity ends by itself, NoDate where it does not
}

// Reason says why a span has its state; the texts are in the policy's table of reasons.
type Reason uint8

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
