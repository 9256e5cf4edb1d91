package synth

// blockRates are the rates of the public data blocks that the true risk does not read (domain pages 2.7 to 2.10).
type blockRates struct {
	Source             string             `yaml:"source"`
	ReportFiled        byClass            `yaml:"report_filed"`
	ReportPublished    byClass            `yaml:"report_published"`
	Bills              float64            `yaml:"bills"`
	BillOverdue        float64            `yaml:"bill_overdue"`
	Fund               float64            `yaml:"fund"`
	TaxPaid            float64            `yaml:"tax_paid"`
	Trade              float64            `yaml:"trade"`
	PledgesAYear       float64            `yaml:"pledges_a_year"`
	PledgeKinds        map[string]float64 `yaml:"pledge_kinds"`
	PledgeReleased     float64            `yaml:"pledge_released"`
	RightsAYear        byClass            `yaml:"rights_a_year"`
	RightKinds         map[string]float64 `yaml:"right_kinds"`
	HonoursAYear       byClass            `yaml:"honours_a_year"`
	InspectionsAYear   byClass            `yaml:"inspections_a_year"`
	InspectionFailed   float64            `yaml:"inspection_failed"`
	InspectionOdds     float64            `yaml:"inspection_odds"`
	Consumption        float64            `yaml:"consumption"`
	RiskGraded         float64            `yaml:"risk_graded"`
	RiskGrades         map[string]float64 `yaml:"risk_grades"`
	CreditGraded       float64            `yaml:"credit_graded"`
	CreditGrades       map[string]float64 `yaml:"credit_grades"`
	LabourGraded       float64            `yaml:"labour_graded"`
	LabourGrades       map[string]float64 `yaml:"labour_grades"`
	CustomsGrades      map[string]float64 `yaml:"customs_grades"`
	SameRepresentative float64            `yaml:"same_representative"`
	Revoked            float64            `yaml:"revoked"`
	Moved              float64            `yaml:"moved"`
	Succession         float64            `yaml:"succession"`
	FalsePromise       float64            `yaml:"false_promise"`
	Handled            float64            `yaml:"handled"`
}

// blockMixes are the mixes of the blocks, laid out for drawing.
type blockMixes struct {
	pledges, rights, risk, credit, labour, customs mix
}

func newBlockMixes(r *blockRates) blockMixes {
	return blockMixes{pledges: newMix(r.PledgeKinds), rights: newMix(r.RightKinds), risk: newMix(r.RiskGrades),
		credit: newMix(r.CreditGrades), labour: newMix(r.LabourGrades), customs: newMix(r.CustomsGrades)}
}
