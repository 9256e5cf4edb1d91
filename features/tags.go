package features

// tags are yes-or-no properties of a record, those of the day included. Selections ask for them.
type tags uint64

// Of any record, on the day.
const (
	tagCounted   tags = 1 << iota // its standing counts
	tagEligible                   // repair may be applied for
	tagBanned                     // in a period without repair
	tagOverdue                    // the longest period is over and the duty not done; of commitments: due and unanswered
	tagObjected                   // objected to
	tagRepaired                   // an approval of repair acts
	tagRemoved                    // a removal from its list acts
	tagApplied                    // applied for repair and not answered
	tagRejected                   // the last answer to an application was no
	tagPerformed                  // a record of performance acts
	tagValid                      // within its validity
	tagLapsed                     // past its validity
	tagSoon                       // valid, and lapses within 90 days
)

// Of commitments, on the day.
const (
	tagAnswered  tags = 1 << (iota + 16) // a fulfilment acts
	tagDue                               // due on the day or before
	tagFulfilled                         // the last word is: fulfilled
	tagPartly
	tagBreached
	tagChecked // the last word rests on a check, not on the subject's own declaration
	tagRepairCommitment
	tagOnline  // found by an online check
	tagSpot    // found by a random check
	tagKept    // found kept
	tagFalse   // found false
	tagWanting // found kept in part, breached or false
	tagCured
	tagHandled
	tagShown // the breach is published or shared
)

// Of the record itself.
const (
	tagSerious tags = 1 << (iota + 32)
	tagStopping
	tagKeySector
	tagSimple
	tagCourtList
	tagVetoList
	tagDefendant
	tagPlaintiff
	tagHome
	tagAway
	tagLegalRep
	tagAddress
	tagCapital
	tagStatus
	tagClosed
	tagTax
	tagSocial
	tagMajority
	tagHolder
	tagEnd
	tagGradeA
	tagGradeD
)

// Of a kind's own: the same bit means something else for another kind.
const (
	tagElectricity tags = 1 << (iota + 32)
	tagWater
	tagUnpaid // periods or a balance overdue
)

const (
	tagEquity tags = 1 << (iota + 32)
)

const (
	tagInvention tags = 1 << (iota + 32)
	tagUngranted      // applied for, refused or lapsed
)

const (
	tagGradeEnvironment tags = 1 << (iota + 32)
	tagGradeCustoms
	tagGradeLabour
	tagGradeRisk
	tagGradePublic
)

const (
	tagPassed tags = 1 << (iota + 32)
	tagFailed
)

const (
	tagRepresentative tags = 1 << (iota + 32) // the officer is the legal representative
	tagLinked                                 // the record names another firm of the same person
)

const tagGuaranteed tags = 1 << 32 // the subject is the one guaranteed

// Of snapshots, by metric. A kind's own bits may mean something else for another kind.
const (
	tagPower tags = 1 << (iota + 32)
	tagEnvironment
	tagFreeze
	tagPledges
	tagPenalties
	tagDefaulter
	tagMarketDefaulter
	tagAbnormal
	tagException
	tagArrearsYuan
	tagTenders
	tagPatents
	tagTrademarks
	tagCopyrights
	tagDomains
	tagBranches
	tagInvestments
	tagShops
	tagEmployees
	tagCapitalFen
	tagHonours
	tagSpecialised
	tagTechnology
	tagCityGrade
	tagPassShare
)
