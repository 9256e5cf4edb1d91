package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"strings"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
	"hengxin/store"
)

// consentCmd enters, withdraws and lists consents.
type consentCmd struct {
	Grant    consentGrantCmd    `cmd:"" help:"Enter a signed consent."`
	Withdraw consentWithdrawCmd `cmd:"" help:"Withdraw a consent, at once."`
	List     consentListCmd     `cmd:"" help:"List the consents of a subject."`
}

// Help shows an example.
func (c *consentCmd) Help() string {
	return `Without a consent in force no score is given out.

  hengxin consent grant 91320500MA1MTEXT2D --bank bank-a --from 2024-06-01 --to 2025-05-31 --evidence signed.pdf
  hengxin consent list 91320500MA1MTEXT2D
  hengxin consent withdraw 5f0c...`
}

type consentGrantCmd struct {
	Subject   string   `arg:"" name:"code" help:"Who gave it."`
	Bank      string   `required:"" help:"The bank that may ask."`
	Purposes  []string `default:"pre_loan_review,post_loan" help:"What for: application, pre_loan_review, post_loan."`
	Classes   []string `default:"score,public,tax,social_insurance,utility,commitment" help:"Classes of data."`
	From      string   `required:"" placeholder:"DAY" help:"First day."`
	To        string   `placeholder:"DAY" help:"Last day; may be left out with --loan: until it is settled."`
	Loan      string   `help:"The loan that the consent is tied to."`
	PostBasis string   `help:"Basis stated in the text on which a loan in being is still watched after withdrawal."`
	Signed    string   `placeholder:"DAY" help:"Day of signature; the first day unless given."`
	Channel   string   `default:"counter" help:"How it was given."`
	Evidence  string   `required:"" type:"existingfile" help:"File of the signed text; its SHA-256 is kept, the file is not."`
}

// Help shows an example.
func (c *consentGrantCmd) Help() string {
	return `The same consent entered again changes nothing and gives the same id. A consent names a bank, what for, and the days.

  hengxin consent grant 91320500MA1MTEXT2D --bank bank-a --from 2024-06-01 --to 2025-05-31 --evidence signed.pdf
  hengxin consent grant 91320500MA1MTEXT2D --bank bank-a --from 2024-06-01 --loan L-17 --evidence signed.pdf`
}

// Run enters the consent.
func (c *consentGrantCmd) Run(ctx context.Context, g *cli) error {
	consent, err := c.consent()
	if err != nil {
		return err
	}
	if err := policy.Default().CheckConsent(&consent); err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	id, err := db.GrantConsent(ctx, consent, asking())
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(map[string]string{"id": id.String()})
	}
	fmt.Println(id)
	return nil
}

func (c *consentGrantCmd) consent() (consent credit.Consent, err error) {
	consent = credit.Consent{Bank: c.Bank, Loan: c.Loan, PostBasis: c.PostBasis, Channel: c.Channel, Withdrawn: credit.NoDate}
	if consent.Subject, _, err = credit.ParseSubject(c.Subject); err != nil {
		return consent, err
	}
	if c.Signed == "" {
		c.Signed = c.From
	}
	days := []struct {
		name, text string
		day        *credit.Date
	}{{"--from", c.From, &consent.From}, {"--to", c.To, &consent.To}, {"--signed", c.Signed, &consent.Signed}}
	for _, d := range days {
		if err := d.day.UnmarshalText([]byte(d.text)); err != nil {
			return consent, fmt.Errorf("%s: %w", d.name, err)
		}
	}
	consent.Purposes, consent.Classes = make([]credit.Purpose, len(c.Purposes)), make([]credit.DataClass, len(c.Classes))
	for i, name := range c.Purposes {
		if err := consent.Purposes[i].UnmarshalText([]byte(name)); err != nil {
			return consent, err
		}
	}
	for i, name := range c.Classes {
		if err := consent.Classes[i].UnmarshalText([]byte(name)); err != nil {
			return consent, err
		}
	}
	text, err := os.ReadFile(c.Evidence)
	consent.Evidence = sha256.Sum256(text)
	return consent, err
}

type consentWithdrawCmd struct {
	ID string `arg:"" help:"Id of the consent."`
}

// Help shows an example.
func (c *consentWithdrawCmd) Help() string {
	return `  hengxin consent withdraw 1d2b5d2f0d8b43a7bb0a6dd72d9fedee      the id that consent list shows`
}

// Run withdraws the consent from today on.
func (c *consentWithdrawCmd) Run(ctx context.Context, g *cli) error {
	id, err := credit.ParseID(c.ID)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	by := asking()
	return db.WithdrawConsent(ctx, id, by.Day(), by)
}

type consentListCmd struct {
	Subject string `arg:"" name:"code" help:"Whose consents."`
	Bank    string `help:"Only those given to this bank."`
}

// Help shows an example.
func (c *consentListCmd) Help() string {
	return `  hengxin consent list 91320500MA1MTEXT2D --bank bank-a`
}

// Run lists the consents, withdrawn ones included.
func (c *consentListCmd) Run(ctx context.Context, g *cli) error {
	subject, _, err := credit.ParseSubject(c.Subject)
	if err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	held, err := db.Consents(ctx, subject, c.Bank)
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(consentRows(held))
	}
	var b bytes.Buffer
	for _, r := range consentRows(held) {
		fmt.Fprintf(&b, "%s  %s  %s to %s  %s  %s", r.ID, r.Bank, r.From, r.To, strings.Join(r.Purposes, ","), strings.Join(r.Classes, ","))
		if r.Withdrawn != "" {
			fmt.Fprintf(&b, "  withdrawn %s", r.Withdrawn)
		}
		b.WriteByte('\n')
	}
	_, err = os.Stdout.Write(b.Bytes())
	return err
}

// consentRow is a consent as --json prints it.
type consentRow struct {
	ID        string   `json:"id"`
	Subject   string   `json:"subject"`
	Bank      string   `json:"bank"`
	From      string   `json:"from"`
	To        string   `json:"to"`
	Purposes  []string `json:"purposes"`
	Classes   []string `json:"data_classes"`
	Loan      string   `json:"loan"`
	Withdrawn string   `json:"withdrawn"`
}

func consentRows(held []scoring.Consent) []consentRow {
	day := func(d credit.Date) string { b, _ := d.MarshalText(); return string(b) } // a day always has a text
	rows := make([]consentRow, 0, len(held))
	for _, c := range held {
		r := consentRow{ID: c.ID.String(), Subject: string(c.Subject), Bank: c.Bank, From: day(c.From), To: day(c.To), Loan: c.Loan, Withdrawn: day(c.Withdrawn)}
		for _, p := range c.Purposes {
			r.Purposes = append(r.Purposes, p.String())
		}
		for _, class := range c.Classes {
			r.Classes = append(r.Classes, class.String())
		}
		rows = append(rows, r)
	}
	return rows
}
