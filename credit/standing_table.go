package credit

// facts of a day, as bits: what the record, its followers, and the rule in force say.
type condition uint32

const (
	isWithdrawn   condition = 1 << iota // a withdrawal acts
	isApproved                          // an approval of repair acts
	isRemoved                           // a removal acts
	isPersonalOld                       // past the years of retention
	isHidden                            // the rule does not publicise
	isPlanned                           // a plan is approved by ruling, and applied for
	isPlanDone                          // the plan is carried out
	isDisputed                          // an objection is open
	isBanned                            // a ban runs
	isMinOver                           // repair may be applied for, as far as time goes
	isMaxOver                           // the longest period is over
	isDone                              // the duty is known to be done
	repairFree                          // the rule asks no performance for repair
	endFree                             // the rule asks no performance for the automatic end
	isFixed                             // the rule, or one that still holds, allows no repair
	isOpen                              // the rule sets no end
	isNoRule                            // no rule is in force
	isUnruled                           // the kind is under no rule at all
)

// origin says from which states a transition starts.
type origin uint8

const (
	fromStanding origin = iota // any but revoked
	fromEnded
	fromLive
)

// transition is one row: of the rows whose from holds the present state, and whose needs the facts meet, the first
// decides. A to of 0 keeps the state, and its span.
type transition struct {
	From   origin
	Needs  condition
	To     State
	Reason Reason
}

// transitions is the life of a record (domain page 1.9, rulings 2 and 11 to 17). It is walked from the day of the event,
// so that what ended under one regime stays ended under the next, whenever we came to know of it. Applied, accepted and
// rejected have no row: they score as the state they came from (rulings 16).
var transitions = []transition{
	{fromStanding, isWithdrawn, StateRevoked, ReasonWithdrawn},
	{fromEnded, 0, 0, 0},
	{fromLive, isApproved | isBanned, StateRepaired, ReasonRepairedInBan},
	{fromLive, isApproved, StateRepaired, ReasonRepaired},
	{fromLive, isRemoved, StateRemoved, ReasonRemoved},
	{fromLive, isPersonalOld, StateExpired, ReasonRetention},
	{fromLive, isHidden, StateNotPublicised, ReasonMinor},
	{fromLive, isMaxOver | endFree, StateExpired, ReasonPeriodOver},
	{fromLive, isMaxOver | isDone, StateExpired, ReasonPeriodOver},
	{fromLive, isPlanned | isPlanDone, StateSuspended, ReasonPlanDone},
	{fromLive, isPlanned, StateSuspended, ReasonPlan},
	{fromLive, isBanned, StateBanned, ReasonBan},
	{fromLive, isMaxOver, StateOverdue, ReasonUncorrected},
	{fromLive, isDisputed, StateObjected, ReasonObjection},
	{fromLive, isUnruled, StatePublicised, ReasonNoRegime},
	{fromLive, isNoRule, StatePublicised, ReasonNoRule},
	{fromLive, isFixed | isOpen, StatePublicised, ReasonOpen},
	{fromLive, isFixed, StatePublicised, ReasonNotRepairable},
	{fromLive, isMinOver | isDone, StateEligible, ReasonRepairable},
	{fromLive, isMinOver | repairFree, StateEligible, ReasonRepairable},
	{fromLive, isMinOver, StatePublicised, ReasonAwaitingDuty},
	{fromLive, isOpen, StatePublicised, ReasonOpen},
	{fromLive, 0, StatePublicised, ReasonPublicised},
}

// next returns the row that facts choose for a record in the given state (0 before the first day).
func next(state State, facts condition) *transition {
	ended := state != 0 && states[state-1].Ended
	for i := range transitions {
		t := &transitions[i]
		if facts&t.Needs != t.Needs {
			continue
		}
		switch t.From {
		case fromStanding:
			if state != StateRevoked {
				return t
			}
		case fromEnded:
			if ended {
				return t
			}
		default:
			if !ended {
				return t
			}
		}
	}
	return &transitions[len(transitions)-1]
}
