package credit_test

import (
	"fmt"
	"testing"

	"hengxin/credit"

	"github.com/stretchr/testify/require"
)

func consent() credit.Consent {
	return credit.Consent{
		Subject: "91320594MA7ABCD124", Bank: "bank-a",
		Purposes: []credit.Purpose{credit.PurposeApplication, credit.PurposePostLoan},
		Classes:  []credit.DataClass{credit.DataPublic, credit.DataTax},
		From:     credit.NewDate(2026, 1, 10), To: credit.NewDate(2026, 12, 31), Withdrawn: credit.NoDate,
		Signed: credit.NewDate(2026, 1, 9), Channel: "web", Evidence: credit.Digest{1},
	}
}

func TestConsentAllows(t *testing.T) {
	first, last := credit.NewDate(2026, 1, 10), credit.NewDate(2026, 12, 31)
	for _, x := range []struct {
		name    string
		change  func(*credit.Consent)
		bank    string
		purpose credit.Purpose
		class   credit.DataClass
		day     credit.Date
		want    error
	}{
		{"first day", nil, "bank-a", credit.PurposeApplication, credit.DataTax, first, nil},
		{"last day", nil, "bank-a", credit.PurposePostLoan, credit.DataPublic, last, nil},
		{"before", nil, "bank-a", credit.PurposeApplication, credit.DataTax, first - 1, credit.ErrConsentEarly},
		{"after", nil, "bank-a", credit.PurposeApplication, credit.DataTax, last + 1, credit.ErrConsentOver},
		{"bank", nil, "bank-b", credit.PurposeApplication, credit.DataTax, first, credit.ErrConsentBank},
		{"purpose", nil, "bank-a", credit.PurposePreLoan, credit.DataTax, first, credit.ErrConsentPurpose},
		{"class", nil, "bank-a", credit.PurposeApplication, credit.DataUtility, first, credit.ErrConsentClass},
		{"day before withdrawal", func(c *credit.Consent) { c.Withdrawn = first + 5 }, "bank-a", credit.PurposeApplication, credit.DataTax, first + 4, nil},
		{"withdrawn", func(c *credit.Consent) { c.Withdrawn = first + 5 }, "bank-a", credit.PurposeApplication, credit.DataTax, first + 5, credit.ErrConsentWithdrawn},
		{"withdrawn, watched without a basis", func(c *credit.Consent) { c.Withdrawn, c.Loan = first, "L1" }, "bank-a", credit.PurposePostLoan, credit.DataTax, first, credit.ErrConsentWithdrawn},
		{"withdrawn, watched on a stated basis", func(c *credit.Consent) { c.Withdrawn, c.Loan, c.PostBasis = first, "L1", "contract" }, "bank-a", credit.PurposePostLoan, credit.DataTax, first, nil},
		{"withdrawn, applied for on that basis", func(c *credit.Consent) { c.Withdrawn, c.Loan, c.PostBasis = first, "L1", "contract" }, "bank-a", credit.PurposeApplication, credit.DataTax, first, credit.ErrConsentWithdrawn},
		{"until the loan is settled", func(c *credit.Consent) { c.To, c.Loan = credit.NoDate, "L1" }, "bank-a", credit.PurposePostLoan, credit.DataTax, last + 4000, nil},
	} {
		c := consent()
		if x.change != nil {
			x.change(&c)
		}
		require.NoError(t, c.Check(), x.name)
		err := c.Allows(x.bank, x.purpose, x.class, x.day)
		if x.want == nil {
			require.NoError(t, err, x.name)
			continue
		}
		require.ErrorIs(t, err, x.want, x.name)
		require.ErrorIs(t, err, credit.ErrConsent, x.name)
	}
}

func TestConsentCheck(t *testing.T) {
	for name, change := range map[string]func(*credit.Consent){
		"subject":   func(c *credit.Consent) { c.Subject = "x" },
		"bank":      func(c *credit.Consent) { c.Bank = "" },
		"purposes":  func(c *credit.Consent) { c.Purposes = nil },
		"purpose":   func(c *credit.Consent) { c.Purposes = []credit.Purpose{9} },
		"classes":   func(c *credit.Consent) { c.Classes = nil },
		"class":     func(c *credit.Consent) { c.Classes = []credit.DataClass{0} },
		"from":      func(c *credit.Consent) { c.From = credit.NoDate },
		"to":        func(c *credit.Consent) { c.To = c.From - 1 },
		"no end":    func(c *credit.Consent) { c.To = credit.NoDate },
		"signed":    func(c *credit.Consent) { c.Signed = c.From + 1 },
		"unsigned":  func(c *credit.Consent) { c.Signed = credit.NoDate },
		"withdrawn": func(c *credit.Consent) { c.Withdrawn = c.Signed - 1 },
		"evidence":  func(c *credit.Consent) { c.Evidence = credit.Digest{} },
	} {
		c := consent()
		change(&c)
		require.ErrorIs(t, c.Check(), credit.ErrInvalid, name)
	}
}

func TestConsentNames(t *testing.T) {
	for p := credit.PurposeApplication; p <= credit.PurposePostLoan; p++ {
		var back credit.Purpose
		require.NoError(t, back.UnmarshalText([]byte(p.String())))
		require.Equal(t, p, back)
		require.NotEmpty(t, p.Zh())
	}
	for d := credit.DataPublic; d <= credit.DataLoan; d++ {
		var back credit.DataClass
		require.NoError(t, back.UnmarshalText([]byte(d.String())))
		require.Equal(t, d, back)
		require.NotEmpty(t, d.Zh())
	}
	require.ErrorIs(t, new(credit.Purpose).UnmarshalText([]byte("x")), credit.ErrInvalid)
	require.ErrorIs(t, new(credit.DataClass).UnmarshalText([]byte("x")), credit.ErrInvalid)
}

func ExampleConsent_Allows() {
	c := credit.Consent{Subject: "91320594MA7ABCD124", Bank: "bank-a", Purposes: []credit.Purpose{credit.PurposePreLoan},
		Classes: []credit.DataClass{credit.DataPublic}, From: credit.NewDate(2026, 1, 1), To: credit.NewDate(2026, 6, 30), Withdrawn: credit.NoDate}
	fmt.Println(c.Allows("bank-a", credit.PurposePreLoan, credit.DataPublic, credit.NewDate(2026, 3, 1)))
	fmt.Println(c.Allows("bank-a", credit.PurposePostLoan, credit.DataPublic, credit.NewDate(2026, 3, 1)))
	// Output:
	// <nil>
	// bank-a for post_loan, public, on 2026-03-01: the consent does not name the purpose: consent required
}
