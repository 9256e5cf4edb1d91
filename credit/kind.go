package credit

import (
	"fmt"
	"slices"
)

// Kind says what sort of public fact a record is. Numbers are stored and never reused.
type Kind uint8

// Facts that stand for themselves.
const (
	KindRegistration  Kind = 1  // 登记注册
	KindChange        Kind = 2  // 变更登记
	KindPenalty       Kind = 3  // 行政处罚
	KindPermit        Kind = 4  // 行政许可
	KindCommitment    Kind = 5  // 信用承诺
	KindSevereListing Kind = 6  // 严重失信主体名单, 失信被执行人 included: the body's list says which
	KindEnforcement   Kind = 7  // 被执行人
	KindJudgment      Kind = 8  // 裁判文书
	KindAbnormal      Kind = 9  // 经营异常名录
	KindTaxGrade      Kind = 10 // 纳税信用等级
	KindArrears       Kind = 11 // 欠税, 欠费, 社保欠缴
	KindHeadcount     Kind = 12 // 参保人数
	KindQualification Kind = 13 // 资质, 荣誉
	KindAward         Kind = 14 // 中标
	KindShareholding  Kind = 15 // 对外投资, 股东出资
	KindSnapshot      Kind = 16 // a count or grade without a date (rulings 22)
	KindGuarantee     Kind = 17 // 对外担保
	KindCourtNotice   Kind = 18 // 法院公告, 开庭公告: no decision yet
	KindEnrolment     Kind = 19 // 参保登记
	KindUtility       Kind = 20 // 水电气缴费
	KindHousingFund   Kind = 21 // 住房公积金缴存
	KindPledge        Kind = 22 // 股权出质, 动产抵押, 知识产权出质
	KindFreeze        Kind = 23 // 股权冻结, 司法查封
	KindIP            Kind = 24 // 专利, 商标, 著作权
	KindHonour        Kind = 25 // 荣誉, 守信激励
	KindAnnualReport  Kind = 26 // 年报
	KindAgencyGrade   Kind = 27 // 部门评级: 环保, 海关, 信用风险分类, 劳动保障, 公共信用综合评价
	KindClosure       Kind = 28 // 注销, 吊销, 迁出
	KindTaxAbnormal   Kind = 29 // 税务非正常户
	KindInspection    Kind = 30 // 行政检查, 税务稽查, 产品抽查
	KindConsumption   Kind = 31 // 限制高消费
	KindSuccession    Kind = 48 // 合并承继, 代码变更: the subject goes on under another code
	KindTrade         Kind = 49 // 进出口
	KindTaxPaid       Kind = 50 // 税款征收
	KindOfficer       Kind = 51 // 法定代表人, 主要人员
)

// Followers: facts about an earlier record, which their target names.
const (
	KindPerformance       Kind = 32 // 处罚履行, 整改完成
	KindRepairApplication Kind = 33 // 信用修复申请
	KindRepairAcceptance  Kind = 34 // 修复受理
	KindRepairRejection   Kind = 35 // 不予修复
	KindRepairApproval    Kind = 36 // 准予修复
	KindCorrection        Kind = 37 // 更正
	KindWithdrawal        Kind = 38 // 撤销
	KindRemoval           Kind = 39 // 移出名单
	KindObjection         Kind = 40 // 异议
	KindBankruptcy        Kind = 41 // 破产重整裁定; without a target it speaks of the whole subject
	KindRepairBan         Kind = 42 // 不予修复期; without a target it speaks of the whole subject
	KindFulfilment        Kind = 43 // 践诺, 违诺
	KindExtension         Kind = 44 // 名单期限延长
	KindCheck             Kind = 45 // 承诺核查: 在线核查, 随机抽查
	KindHandling          Kind = 46 // 不实承诺处理, 违诺追究
)

// KnownRule says how the known date is found when a source states none.
type KnownRule uint8

const (
	KnownStated KnownRule = iota // there is no way to find it: the record is refused
	KnownEvent                   // the event date itself: the act is public
	KnownLag                     // the event date and the kind's usual publication lag, in days
)

// KindInfo is one row of the table of kinds.
type KindInfo struct {
	Kind     Kind
	Name     string    // as in our formats and on the command line
	Zh       string    // as people say it
	Required []Field   // body fields without which the record is refused
	Amount   bool      // the amount is required
	Known    KnownRule // when the source states no known date
	LagDays  int       // for KnownLag
	Targets  []Kind    // for followers: the kinds it may speak of
	Subject  bool      // for followers: may speak of the whole subject, without a target

	// Natural, of a kind whose records have no document number, are the fields that together stand for one, the first of
	// which must be stated: see [KindInfo.Number]. Day adds the day of the event.
	Natural []Field
	Day     bool
	Data    []DataClass // of a kind that is shared on authorisation only: what a consent must name; nil: it is public
}

var repairable = []Kind{KindPenalty, KindSevereListing, KindAbnormal, KindEnforcement, KindArrears, KindJudgment, KindTaxAbnormal, KindConsumption}

// removable are the states that an authority ends: lists, cases, arrears, and what binds shares and goods.
var removable = []Kind{KindSevereListing, KindAbnormal, KindEnforcement, KindArrears, KindTaxAbnormal, KindConsumption, KindPledge, KindFreeze, KindOfficer}

// What stands for a document number, and classes of data, of several kinds.
var (
	byPeriod = []Field{FieldPeriod, FieldType}
	byMeter  = []Field{FieldPeriod, FieldType, FieldSourceRef} // a firm has a meter for each of its sites
	// A late fee is paid beside its tax.
	byPayment = []Field{FieldPeriod, FieldType, FieldItem, FieldSourceRef}

	taxData     = []DataClass{DataTax}
	socialData  = []DataClass{DataSocial}
	utilityData = []DataClass{DataUtility}
)

// kinds is the one table of kinds. The lag of penalties and permits is the limit of seven working days for
// publication (双公示, domain page 1.7) in calendar days, without holidays; courts and lists publish on the day.
var kinds = []KindInfo{
	{Kind: KindRegistration, Name: "registration", Zh: "登记注册", Known: KnownEvent},
	{Kind: KindChange, Name: "change", Zh: "变更登记", Required: []Field{FieldItem}, Known: KnownEvent},
	{Kind: KindPenalty, Name: "penalty", Zh: "行政处罚", Known: KnownLag, LagDays: 9},
	{Kind: KindPermit, Name: "permit", Zh: "行政许可", Known: KnownLag, LagDays: 9},
	{Kind: KindCommitment, Name: "commitment", Zh: "信用承诺", Known: KnownEvent},
	{Kind: KindSevereListing, Name: "severe_listing", Zh: "严重失信主体名单", Required: []Field{FieldList}, Known: KnownEvent},
	{Kind: KindEnforcement, Name: "enforcement", Zh: "被执行人", Known: KnownEvent},
	{Kind: KindJudgment, Name: "judgment", Zh: "裁判文书", Known: KnownEvent},
	{Kind: KindAbnormal, Name: "abnormal_listing", Zh: "经营异常名录", Known: KnownEvent},
	{Kind: KindTaxGrade, Name: "tax_grade", Zh: "纳税信用等级", Required: []Field{FieldGrade}, Known: KnownEvent, Natural: byPeriod, Data: taxData},
	{Kind: KindArrears, Name: "arrears", Zh: "欠缴", Required: []Field{FieldType}, Known: KnownEvent, Natural: byPeriod},
	{Kind: KindHeadcount, Name: "headcount", Zh: "参保人数", Required: []Field{FieldCount}, Known: KnownLag, LagDays: 15, Natural: byPeriod, Data: socialData},
	{Kind: KindQualification, Name: "qualification", Zh: "资质荣誉", Required: []Field{FieldType}, Known: KnownEvent},
	{Kind: KindAward, Name: "award", Zh: "中标", Known: KnownEvent},
	{Kind: KindShareholding, Name: "shareholding", Zh: "出资持股", Known: KnownEvent},
	{Kind: KindSnapshot, Name: "snapshot", Zh: "快照", Required: []Field{FieldMetric, FieldValue}, Known: KnownStated, Data: utilityData},
	{Kind: KindGuarantee, Name: "guarantee", Zh: "对外担保", Known: KnownStated}, // disclosed long after, in a yearly report
	{Kind: KindCourtNotice, Name: "court_notice", Zh: "法院公告", Required: []Field{FieldType}, Known: KnownEvent},
	{Kind: KindEnrolment, Name: "enrolment", Zh: "参保登记", Required: []Field{FieldType}, Known: KnownEvent, Data: socialData},
	{Kind: KindUtility, Name: "utility", Zh: "水电气缴费", Required: []Field{FieldPeriod, FieldType}, Known: KnownLag, LagDays: 20, Natural: byMeter, Data: utilityData},
	{Kind: KindHousingFund, Name: "housing_fund", Zh: "公积金缴存", Required: []Field{FieldPeriod}, Known: KnownLag, LagDays: 15, Natural: byPeriod, Data: socialData},
	{Kind: KindPledge, Name: "pledge", Zh: "出质抵押", Required: []Field{FieldType}, Known: KnownEvent},
	{Kind: KindFreeze, Name: "freeze", Zh: "股权冻结", Known: KnownEvent},
	{Kind: KindIP, Name: "intellectual_property", Zh: "知识产权", Required: []Field{FieldType}, Known: KnownEvent},
	{Kind: KindHonour, Name: "honour", Zh: "荣誉激励", Required: []Field{FieldType}, Known: KnownEvent},
	{Kind: KindAnnualReport, Name: "annual_report", Zh: "年报", Required: []Field{FieldPeriod}, Known: KnownStated, Natural: byPeriod}, // published half a year after its year
	{Kind: KindAgencyGrade, Name: "agency_grade", Zh: "部门评级", Required: []Field{FieldType, FieldGrade}, Known: KnownEvent, Natural: byPeriod},
	{Kind: KindClosure, Name: "closure", Zh: "注销吊销迁出", Required: []Field{FieldStatus}, Known: KnownEvent},
	{Kind: KindTaxAbnormal, Name: "tax_abnormal", Zh: "税务非正常户", Known: KnownEvent},
	{Kind: KindInspection, Name: "inspection", Zh: "行政检查", Required: []Field{FieldType, FieldStatus}, Known: KnownLag, LagDays: 20},
	{Kind: KindConsumption, Name: "consumption_limit", Zh: "限制高消费", Known: KnownEvent},
	{Kind: KindSuccession, Name: "succession", Zh: "合并承继", Required: []Field{FieldCounterpart}, Known: KnownEvent},
	{Kind: KindTrade, Name: "trade", Zh: "进出口", Required: []Field{FieldPeriod}, Known: KnownLag, LagDays: 20, Natural: byPeriod, Data: []DataClass{DataTrade}},
	{Kind: KindTaxPaid, Name: "tax_paid", Zh: "税款征收", Required: []Field{FieldPeriod}, Amount: true, Known: KnownLag, LagDays: 20, Natural: byPayment, Day: true, Data: taxData},
	{Kind: KindOfficer, Name: "officer", Zh: "主要人员", Required: []Field{FieldPerson, FieldRole}, Known: KnownEvent, Natural: []Field{FieldPerson, FieldRole}, Day: true},

	{Kind: KindPerformance, Name: "performance", Zh: "履行整改", Known: KnownEvent, Targets: repairable},
	{Kind: KindRepairApplication, Name: "repair_application", Zh: "修复申请", Known: KnownEvent, Targets: repairable},
	{Kind: KindRepairAcceptance, Name: "repair_acceptance", Zh: "修复受理", Known: KnownEvent, Targets: repairable},
	{Kind: KindRepairRejection, Name: "repair_rejection", Zh: "不予修复", Known: KnownEvent, Targets: repairable},
	{Kind: KindRepairApproval, Name: "repair_approval", Zh: "准予修复", Known: KnownEvent, Targets: repairable},
	{Kind: KindCorrection, Name: "correction", Zh: "更正", Known: KnownEvent, Targets: anyKind},
	{Kind: KindWithdrawal, Name: "withdrawal", Zh: "撤销", Known: KnownEvent, Targets: anyKind},
	{Kind: KindRemoval, Name: "removal", Zh: "移出名单", Known: KnownEvent, Targets: removable},
	{Kind: KindObjection, Name: "objection", Zh: "异议", Required: []Field{FieldStatus}, Known: KnownEvent, Targets: anyKind},
	{Kind: KindBankruptcy, Name: "bankruptcy_ruling", Zh: "破产裁定", Required: []Field{FieldStatus}, Known: KnownEvent, Targets: repairable, Subject: true},
	{Kind: KindRepairBan, Name: "repair_ban", Zh: "不予修复期", Known: KnownEvent, Targets: repairable, Subject: true},
	{Kind: KindFulfilment, Name: "fulfilment", Zh: "践诺情况", Required: []Field{FieldStatus}, Known: KnownEvent, Targets: []Kind{KindCommitment}},
	{Kind: KindCheck, Name: "check", Zh: "承诺核查", Required: []Field{FieldStatus, FieldStatusSource}, Known: KnownEvent, Targets: []Kind{KindCommitment}},
	{Kind: KindHandling, Name: "handling", Zh: "违诺处理", Required: []Field{FieldStatus}, Known: KnownEvent, Targets: []Kind{KindCommitment}},
	{Kind: KindExtension, Name: "extension", Zh: "期限延长", Required: []Field{FieldUntil}, Known: KnownEvent, Targets: []Kind{KindSevereListing}},
}

// anyKind, as a list of targets, allows every kind.
var anyKind = []Kind{0}

var kindIndex = func() (at [256]uint8) {
	for i, k := range kinds {
		at[k.Kind] = uint8(i + 1)
	}
	return at
}()

// Kinds returns the table of kinds in the order of the design page; the caller must not change it.
func Kinds() []KindInfo { return kinds }

// Info returns the row of k; ok is false for a number that no kind has.
func (k Kind) Info() (info KindInfo, ok bool) {
	i := kindIndex[k]
	if i == 0 {
		return KindInfo{}, false
	}
	return kinds[i-1], true
}

// Number is what stands for the document number of a record of a kind that has none, "" where the first of the fields is
// not stated or the kind is not of that sort: the texts of Natural that are stated, and the event day where Day is set,
// with '/' between ("2026-05/pension"). Written as doc_no it gives the copies of a report that two sources send one
// business key (rulings 7), under the authority that made the report.
func (k *KindInfo) Number(event Date, text func(Field) string) string {
	number := ""
	for i, f := range k.Natural {
		t := text(f)
		switch {
		case t == "" && i == 0:
			return ""
		case t != "" && number != "":
			number += "/"
		}
		number += t
	}
	if k.Day && number != "" {
		number += "/" + event.String()
	}
	return number
}

// Classes returns the classes of data of which records of this kind are: a consent must name all of them. It is
// [DataPublic] alone for what is published by law.
func (k *KindInfo) Classes() []DataClass {
	if k.Data == nil {
		return publicData
	}
	return k.Data
}

var publicData = []DataClass{DataPublic}

// IsFollower reports whether k speaks of an earlier record.
func (k Kind) IsFollower() bool { return k >= KindPerformance && k < KindSuccession }

// MayTarget reports whether a follower of kind k may speak of a record of the given kind.
func (k Kind) MayTarget(target Kind) bool {
	return mayTarget[k][target]
}

var mayTarget = func() (may [256][256]bool) {
	for i := range kinds {
		k := &kinds[i]
		for target := range may[k.Kind] {
			may[k.Kind][target] = slices.Contains(k.Targets, Kind(target)) || slices.Contains(k.Targets, 0)
		}
	}
	return may
}()

// String returns the name of k, or kind(N).
func (k Kind) String() string {
	if info, ok := k.Info(); ok {
		return info.Name
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// ParseKind returns the kind of that name; [ErrInvalid] where none has it.
func ParseKind(name string) (Kind, error) {
	for _, k := range kinds {
		if k.Name == name {
			return k.Kind, nil
		}
	}
	return 0, fmt.Errorf("kind %q: %w", name, ErrInvalid)
}

// MarshalText writes the name.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a name.
func (k *Kind) UnmarshalText(b []byte) (err error) {
	*k, err = ParseKind(string(b))
	return err
}
