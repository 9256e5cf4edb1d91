package credit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Purpose is what a bank may do with what the subject authorises (domain page 4.3).
type Purpose uint8

const (
	PurposeApplication Purpose = iota + 1 // 申请
	PurposePreLoan                        // 贷前审查
	PurposePostLoan                       // 贷后管理
)

var purposes = []struct {
	Purpose  Purpose
	Name, Zh string
}{
	{PurposeApplication, "application", "贷款申请"},
	{PurposePreLoan, "pre_loan_review", "贷前审查"},
	{PurposePostLoan, "post_loan", "贷后管理"},
}

// DataClass is a class of data that a consent names.
type DataClass uint8

const (
	DataPublic     DataClass = iota + 1 // published by law: registration, permits and penalties, lists, court
	DataTax                             // 纳税
	DataSocial                          // 社会保险, 住房公积金
	DataUtility                         // 水电气
	DataRegister                        // 不动产, 动产抵押
	DataTrade                           // 进出口, 海关
	DataCommitment                      // 信用承诺与践诺
	DataScore                           // the score itself and what is derived
	DataLoan                            // 信贷
)

var dataClasses = []struct {
	Class    DataClass
	Name, Zh string
}{
	{DataPublic, "public", "公开信用信息"},
	{DataTax, "tax", "纳税信息"},
	{DataSocial, "social_insurance", "社保公积金信息"},
	{DataUtility, "utility", "水电气信息"},
	{DataRegister, "property_register", "不动产登记信息"},
	{DataTrade, "trade", "进出口信息"},
	{DataCommitment, "commitment", "信用承诺信息"},
	{DataScore, "score", "信用评分"},
	{DataLoan, "loan", "信贷信息"},
}

// Why a consent does not allow a use. Each wraps [ErrConsent].
var (
	ErrConsent          = errors.New("consent required")
	ErrConsentBank      = fmt.Errorf("the consent names another bank: %w", ErrConsent)
	ErrConsentPurpose   = fmt.Errorf("the consent does not name the purpose: %w", ErrConsent)
	ErrConsentClass     = fmt.Errorf("the consent does not name the data class: %w", ErrConsent)
	ErrConsentEarly     = fmt.Errorf("the consent has not begun: %w", ErrConsent)
	ErrConsentOver      = fmt.Errorf("the consent's period is over: %w", ErrConsent)
	ErrConsentWithdrawn = fmt.Errorf("the consent is withdrawn: %w", ErrConsent)
)

// Consent is a subject's authorisation of one bank.
type Consent struct {
	Subject   Subject
	Bank      string
	Purposes  []Purpose
	Classes   []DataClass
	From      Date   // first day
	To        Date   // last day; NoDate, with a Loan, until the loan is settled
	Loan      string // the loan it is tied to, "" for a general authorisation
	Withdrawn Date   // first day on which it is withdrawn, NoDate where it is not
	PostBasis string // the basis stated in the consent's text on which a loan in being is still watched after withdrawal
	Signed    Date
	Channel   string // how it was given
	Evidence  Digest // hash of the signed text
}

// Check returns [ErrInvalid] and the field unless c is complete. The longest period is the policy's matter
// ([Policy.CheckConsent]).
func (c *Consent) Check() error {
	bad := func(why string) error { return fmt.Errorf("consent of %s: %s: %w", c.Subject, why, ErrInvalid) }
	if err := c.Subject.Check(); err != nil {
		return fmt.Errorf("consent: %w", err)
	}
	switch {
	case c.Bank == "":
		return bad("no bank")
	case len(c.Purposes) == 0:
		return bad("no purpose")
	case len(c.Classes) == 0:
		return bad("no data class")
	case c.From == NoDate:
		return bad("no first day")
	case c.To == NoDate && c.Loan == "":
		return bad("no last day, and no loan it is tied to")
	case c.To != NoDate && c.To < c.From:
		return bad("last day " + c.To.String() + " before first day " + c.From.String())
	case c.Signed == NoDate || c.Signed > c.From:
		return bad("signed " + c.Signed.String() + ", after its first day " + c.From.String())
	case c.Withdrawn != NoDate && c.Withdrawn < c.Signed:
		return bad("withdrawn before it was signed")
	case c.Evidence == Digest{}:
		return bad("no evidence hash")
	}
	for _, p := range c.Purposes {
		if p < 1 || int(p) > len(purposes) {
			return bad("purpose " + p.String())
		}
	}
	for _, d := range c.Classes {
		if d < 1 || int(d) > len(dataClasses) {
			return bad("data class " + d.String())
		}
	}
	return nil
}

// Allows returns nil where the consent lets the bank use the class of data for the purpose on day, and else the named
// refusal, which wraps [ErrConsent]. After withdrawal nothing is allowed but watching a loan in being, where the
// consent's own text states the basis for that.
func (c *Consent) Allows(bank string, purpose Purpose, class DataClass, day Date) error {
	refuse := func(err error) error {
		return fmt.Errorf("%s for %s, %s, on %s: %w", bank, purpose, class, day, err)
	}
	switch {
	case c.Bank != bank:
		return refuse(ErrConsentBank)
	case !slices.Contains(c.Purposes, purpose):
		return refuse(ErrConsentPurpose)
	case !slices.Contains(c.Classes, class):
		return refuse(ErrConsentClass)
	case day < c.From:
		return refuse(ErrConsentEarly)
	case c.To != NoDate && day > c.To:
		return refuse(ErrConsentOver)
	case c.Withdrawn != NoDate && day >= c.Withdrawn:
		if purpose == PurposePostLoan && c.Loan != "" && c.PostBasis != "" {
			return nil
		}
		return refuse(ErrConsentWithdrawn)
	}
	return nil
}

// String returns the purpose's name.
func (p Purpose) String() string {
	if p >= 1 && int(p) <= len(purposes) {
		return purposes[p-1].Name
	}
	return fmt.Sprintf("purpose(%d)", uint8(p))
}

// Zh returns the purpose's Chinese name.
func (p Purpose) Zh() string {
	if p >= 1 && int(p) <= len(purposes) {
		return purposes[p-1].Zh
	}
	return ""
}

// MarshalText writes the name.
func (p Purpose) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads a name.
func (p *Purpose) UnmarshalText(b []byte) error {
	for _, row := range purposes {
		if row.Name == string(b) {
			*p = row.Purpose
			return nil
		}
	}
	var names []string
	for _, row := range purposes {
		names = append(names, row.Name)
	}
	return fmt.Errorf("purpose %q: want %s: %w", b, strings.Join(names, ", "), ErrInvalid)
}

// String returns the class's name.
func (d DataClass) String() string {
	if d >= 1 && int(d) <= len(dataClasses) {
		return dataClasses[d-1].Name
	}
	return fmt.Sprintf("data class(%d)", uint8(d))
}

// Zh returns the class's Chinese name.
func (d DataClass) Zh() string {
	if d >= 1 && int(d) <= len(dataClasses) {
		return dataClasses[d-1].Zh
	}
	return ""
}

// MarshalText writes the name.
func (d DataClass) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a name.
func (d *DataClass) UnmarshalText(b []byte) error {
	for _, row := range dataClasses {
		if row.Name == string(b) {
			*d = row.Class
			return nil
		}
	}
	return fmt.Errorf("data class %q: %w", b, ErrInvalid)
}
