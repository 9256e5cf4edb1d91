package quality_test

import (
	"fmt"

	"hengxin/credit"
	"hengxin/credit/quality"
)

// A name is resolved where it is the name of one subject, and of one only.
func ExampleRegister_Code() {
	register := quality.NewRegister(nil)
	register.Add(quality.Named{Subject: "91320500MA1TE5T0X4", Name: "苏州某某（集团）有限公司", Basis: quality.BasisRegistered, Source: "register"})
	subject, evidence, ok := register.Code("苏州某某集团 有限责任公司")
	fmt.Println(subject, evidence.Basis, ok)

	register.Add(quality.Named{Subject: "91320594MA7ABCD124", Name: "苏州某某集团有限公司", Basis: quality.BasisFormer, Source: "register"})
	_, _, ok = register.Code("苏州某某集团有限公司")
	fmt.Println(ok)
	// Output:
	// 91320500MA1TE5T0X4 registered true
	// false
}

// A checker walks the rules over one history after the other.
func ExampleChecker() {
	rules, err := quality.ParseRules(`id,kinds,dimension,severity,check,field,args,zh,en,citation,verified
X-1,penalty,completeness,error,required,doc_no,,处罚缺文书号,a penalty without a document number,ours,no
`, quality.Law{})
	if err != nil {
		fmt.Println(err)
		return
	}
	checker := quality.NewChecker(rules, quality.Options{From: credit.NoDate, To: credit.NoDate, On: credit.NewDate(2024, 6, 30)})
	day := credit.NewDate(2024, 3, 1)
	checker.Subject([]credit.Record{{Subject: "91320500MA1TE5T0X4", Kind: credit.KindPenalty, Event: day, Known: day, Source: "market", Amount: credit.NoFen}})
	report := checker.Report()
	fmt.Println(report.Records, report.Findings, report.Sources[0].Rules[0].Rule)
	// Output: 1 1 X-1
}
