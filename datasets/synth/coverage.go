package synth

import (
	"fmt"

	"hengxin/credit"
)

// coverageRow is what one source tells, of whom.
type coverageRow struct {
	src    source
	kind   credit.Kind
	class  credit.SubjectClass
	months int // after the beginning of the province's time; -1 for as far back as records go
}

var coverageRows = []coverageRow{
	{src: srcRegister, kind: credit.KindRegistration, months: -1}, {src: srcRegister, kind: credit.KindChange},
	{src: srcRegister, kind: credit.KindShareholding, months: -1},
	{src: srcSAMR, kind: credit.KindAbnormal}, {src: srcTax, kind: credit.KindTaxAbnormal}, {src: srcSAMR, kind: credit.KindSevereListing},
	{src: srcCourt, kind: credit.KindSevereListing}, {src: srcCourt, kind: credit.KindEnforcement}, {src: srcCourt, kind: credit.KindJudgment},
	{src: srcCourt, kind: credit.KindCourtNotice}, {src: srcRegister, kind: credit.KindGuarantee}, {src: srcInsurance, kind: credit.KindEnrolment, months: -1},
	{src: srcCourt, kind: credit.KindFreeze, class: credit.ClassEnterprise}, {src: srcCourt, kind: credit.KindConsumption}, {src: srcTax, kind: credit.KindTaxGrade}, {src: srcTax, kind: credit.KindArrears},
	{src: srcInsurance, kind: credit.KindArrears}, {src: srcWater, kind: credit.KindArrears}, {src: srcInsurance, kind: credit.KindHeadcount},
	{src: srcPower, kind: credit.KindUtility}, {src: srcWater, kind: credit.KindUtility}, {src: srcFund, kind: credit.KindHousingFund},
	{src: srcEcology, kind: credit.KindAgencyGrade, class: credit.ClassEnterprise}, {src: srcSAMR, kind: credit.KindAgencyGrade, class: credit.ClassEnterprise},
	{src: srcLabour, kind: credit.KindAgencyGrade, class: credit.ClassEnterprise}, {src: srcCreditSite, kind: credit.KindAgencyGrade, class: credit.ClassEnterprise},
	{src: srcCustoms, kind: credit.KindAgencyGrade, class: credit.ClassEnterprise}, {src: srcCustoms, kind: credit.KindTrade, class: credit.ClassEnterprise},
	{src: srcTax, kind: credit.KindTaxPaid, class: credit.ClassEnterprise}, {src: srcSAMR, kind: credit.KindAnnualReport},
	{src: srcRegister, kind: credit.KindOfficer, class: credit.ClassEnterprise, months: -1}, {src: srcRegister, kind: credit.KindClosure, months: -1},
	{src: srcRegister, kind: credit.KindSuccession, months: -1}, {src: srcRegister, kind: credit.KindPledge, class: credit.ClassEnterprise},
	{src: srcRegister, kind: credit.KindSnapshot, class: credit.ClassEnterprise}, {src: srcScience, kind: credit.KindIP}, {src: srcCreditSite, kind: credit.KindHonour},
	{src: srcSAMR, kind: credit.KindInspection}, {src: srcTax, kind: credit.KindInspection}, {src: srcFire, kind: credit.KindInspection},
	{src: srcEmergency, kind: credit.KindInspection}, {src: srcEcology, kind: credit.KindInspection},
	{src: srcScience, kind: credit.KindQualification, months: -1}, {src: srcTender, kind: credit.KindAward},
	{src: srcCreditSite, kind: credit.KindCommitment}, {src: srcCreditSite, kind: credit.KindPenalty},
}

// Coverage says what each source of the province tells, of whom and since when.
func (p *Province) Coverage() (*credit.Coverage, error) {
	rows := make([]credit.CoverageRow, 0, 64)
	add := func(src source, kind credit.Kind, class credit.SubjectClass, from credit.Date) {
		rows = append(rows, credit.CoverageRow{Source: markedSources[src], Kind: kind, Class: class, From: from, To: p.to,
			Note: fmt.Sprintf("generated; silent for %d days once a year: %s", p.rates.Flaws.OutageDays, FileOutages)})
	}
	for src := srcSAMR; src <= srcCulture; src++ {
		add(src, credit.KindPenalty, credit.ClassUnknown, p.from)
		add(src, credit.KindPermit, credit.ClassUnknown, p.from)
	}
	for _, r := range coverageRows {
		from := p.from
		if r.months < 0 {
			from = credit.NoDate
		}
		add(r.src, r.kind, r.class, from)
	}
	return credit.NewCoverage(rows)
}
