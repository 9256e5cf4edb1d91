package credit

import "fmt"

// CommitmentState is where a commitment stands in its closed loop (domain page 2.6): recorded, supervised, checked, kept
// or not, handled, published.
type CommitmentState uint8

// The states of a commitment.
const (
	CommitmentRecorded   CommitmentState = iota + 1 // 已记录
	CommitmentSupervised                            // 监管中: it has an end that is not over, or its source says so
	CommitmentChecked                               // 核查中: a check has begun and found nothing yet
	CommitmentKept                                  // 全部履行
	CommitmentPartly                                // 部分履行
	CommitmentBreached                              // 未履行
	CommitmentFalse                                 // 不实承诺
	CommitmentHandled                               // 违诺已处理
	CommitmentPublished                             // 违诺已公示、共享
	CommitmentCured                                 // 违诺已整改
	CommitmentExpired                               // 已过期: its end is over and nobody said whether it was kept
	CommitmentRevoked                               // 已撤销
)

// CommitmentInfo is what a state of a commitment means.
type CommitmentInfo struct {
	State    CommitmentState
	Name, Zh string
	Adverse  bool // the subject's word was found not to hold, and is not mended
}

var commitmentStates = []CommitmentInfo{
	{CommitmentRecorded, "recorded", "已记录", false},
	{CommitmentSupervised, "in_supervision", "监管中", false},
	{CommitmentChecked, "checked", "核查中", false},
	{CommitmentKept, "kept", "全部履行", false},
	{CommitmentPartly, "partly_kept", "部分履行", true},
	{CommitmentBreached, "breached", "未履行", true},
	{CommitmentFalse, "false", "不实承诺", true},
	{CommitmentHandled, "handled", "违诺已处理", true},
	{CommitmentPublished, "breach_published", "违诺已公示共享", true},
	{CommitmentCured, "cured", "违诺已整改", false},
	{CommitmentExpired, "expired", "已过期", false},
	{CommitmentRevoked, "revoked", "已撤销", false},
}

// CommitmentStates returns the table of states; the caller must not change it.
func CommitmentStates() []CommitmentInfo { return commitmentStates }

// Info returns the row of s; the zero row for a number that no state has.
func (s CommitmentState) Info() CommitmentInfo {
	if s < 1 || int(s) > len(commitmentStates) {
		return CommitmentInfo{}
	}
	return commitmentStates[s-1]
}

// String returns the state's name.
func (s CommitmentState) String() string {
	if info := s.Info(); info.Name != "" {
		return info.Name
	}
	return fmt.Sprintf("commitment state(%d)", uint8(s))
}

// MarshalText writes the name.
func (s CommitmentState) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Finding is what was found of a commitment.
type Finding uint8

// The findings.
const (
	FindingNone     Finding = iota // nobody said anything yet
	FindingKept                    // 全部履行
	FindingPartly                  // 部分履行
	FindingBreached                // 全部未履行
	FindingFalse                   // 承诺不实
)

// Bad reports whether the commitment was found not to hold, or not wholly.
func (f Finding) Bad() bool { return f >= FindingPartly }

// FoundBy says how a finding came about; the later, the more it is worth.
type FoundBy uint8

// How findings come about.
const (
	FoundNobody    FoundBy = iota
	FoundDeclared          // 自行申报: the subject's own word
	FoundConfirmed         // 单位确认: the department says so and not how it came to know
	FoundOnline            // 在线核查
	FoundRandom            // 随机抽查
	FoundComplaint         // 投诉举报
)

var foundBy = [...]struct{ name, zh string }{{"", ""}, {"declared", "自行申报"}, {"confirmed", "单位确认"}, {"checked_online", "在线核查"},
	{"random_check", "随机抽查"}, {"complaint", "投诉举报"}}

// Checked reports whether somebody other than the subject looked: on line, at random or upon a complaint.
func (b FoundBy) Checked() bool { return b >= FoundOnline }

// String returns declared, confirmed, checked_online, random_check or complaint, and "" for nobody.
func (b FoundBy) String() string { return foundBy[b].name }

// Zh returns the Chinese name.
func (b FoundBy) Zh() string { return foundBy[b].zh }

// MarshalText writes the name.
func (b FoundBy) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// Stage is the standing of a commitment in its closed loop from one day on, until the next of its stages begins. Like
// a [Span] it rests only on what was known by its first day.
type Stage struct {
	From      Date
	State     CommitmentState
	Finding   Finding
	By        FoundBy
	Found     Date // event day of the finding, NoDate for none
	BadSince  Date // event day of the latest bad finding, also where it was cured since; NoDate for none
	Handled   bool // the breach was followed up (违诺处理)
	Published bool // the breach was published or shared
	Cured     bool // a later check found it kept, or the department says that it was mended
	PastEnd   bool // the commitment's own end (valid_to, or else due) is over
}

// commitmentFact is one of the facts about a commitment that hold on a day.
type commitmentFact uint16

const (
	comRevoked commitmentFact = 1 << iota
	comCured
	comBad
	comPublished
	comHandled
	comFalse
	comBreached
	comPartly
	comKept
	comPastEnd
	comChecking
	comSupervised
)

// commitmentTransitions is the closed loop: the first row whose facts all hold on a day decides. What was found by others
// goes before what the subject declares, and the latest of each before the earlier; see [Policy.Stages].
var commitmentTransitions = []struct {
	Needs commitmentFact
	To    CommitmentState
}{
	{comRevoked, CommitmentRevoked},
	{comCured, CommitmentCured},
	{comBad | comPublished, CommitmentPublished},
	{comBad | comHandled, CommitmentHandled},
	{comFalse, CommitmentFalse},
	{comBreached, CommitmentBreached},
	{comPartly, CommitmentPartly},
	{comKept, CommitmentKept},
	{comPastEnd, CommitmentExpired},
	{comChecking, CommitmentChecked},
	{comSupervised, CommitmentSupervised},
	{0, CommitmentRecorded},
}
