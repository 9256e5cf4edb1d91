package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"hengxin/credit"
	"hengxin/store"
)

// consentRoutes declares what concerns consents. Only the platform enters them: it has verified who signed (domain page
// 4.3), and a bank that could enter its own would need none.
func (s *server) consentRoutes(api huma.API) {
	roles, security := closedTo(store.RolePlatform)
	huma.Register(api, huma.Operation{OperationID: "grantConsent", Method: http.MethodPost, Path: "/v1/consents", Tags: []string{"consents"},
		Summary:       "Enter a signed consent · 登记授权",
		Description:   "Entering the same consent again changes nothing and gives the same id. One that was withdrawn is refused: a new one needs a newly signed text.",
		DefaultStatus: http.StatusCreated, MaxBodyBytes: maxConsentBody, Metadata: roles, Security: security, Errors: []int{401, 403, 409, 413}}, answered(s.grantConsent))
	huma.Register(api, huma.Operation{OperationID: "withdrawConsent", Method: http.MethodDelete, Path: "/v1/consents/{id}", Tags: []string{"consents"},
		Summary:       "Withdraw a consent · 撤回授权",
		Description:   "Takes effect at once: a score that is being made is on record before the withdrawal, or refused.",
		DefaultStatus: http.StatusNoContent, Metadata: roles, Security: security, Errors: []int{401, 403, 404}}, answered(s.withdrawConsent))
}

type consentBody struct {
	Subject       string   `json:"subject" minLength:"1" maxLength:"64"`
	Bank          string   `json:"bank" minLength:"1" maxLength:"64" doc:"The bank that may ask"`
	Purposes      []string `json:"purposes" minItems:"1" maxItems:"3" enum:"application,pre_loan_review,post_loan" nullable:"false"`
	DataClasses   []string `json:"data_classes" minItems:"1" maxItems:"9" nullable:"false" enum:"public,tax,social_insurance,utility,property_register,trade,commitment,score,loan"`
	From          string   `json:"from" format:"date" doc:"First day"`
	To            string   `json:"to,omitempty" format:"date" doc:"Last day; may be left out where a loan is named: until it is settled"`
	Loan          string   `json:"loan,omitempty" maxLength:"64" doc:"The loan that the consent is tied to"`
	PostLoanBasis string   `json:"post_loan_basis,omitempty" maxLength:"200" doc:"The basis, stated in the signed text, on which a loan in being is still watched after withdrawal"`
	Signed        string   `json:"signed" format:"date" doc:"Day of signature"`
	Channel       string   `json:"channel,omitempty" maxLength:"64" doc:"How it was given"`
	Evidence      string   `json:"evidence" pattern:"^[0-9a-f]{64}$" doc:"SHA-256 of the signed text"`
}

type consentInput struct{ Body consentBody }

type consentOutput struct {
	Location string `header:"Location"`
	Body     struct {
		ID string `json:"id"`
	}
}

func (s *server) grantConsent(ctx context.Context, in *consentInput) (*consentOutput, error) {
	consent, err := in.Body.consent()
	if err != nil {
		return nil, err
	}
	if err := s.CheckConsent(&consent); err != nil {
		return nil, err
	}
	id, err := s.DB.GrantConsent(ctx, consent, s.asking(ctx))
	if err != nil {
		return nil, err
	}
	out := &consentOutput{Location: "/v1/consents/" + id.String()}
	out.Body.ID = id.String()
	return out, nil
}

// consent reads the body into the type that the law knows.
func (b *consentBody) consent() (c credit.Consent, err error) {
	c = credit.Consent{Bank: b.Bank, Loan: b.Loan, PostBasis: b.PostLoanBasis, Channel: b.Channel, Withdrawn: credit.NoDate}
	if c.Subject, _, err = credit.ParseSubject(b.Subject); err != nil {
		return c, err
	}
	c.Purposes, c.Classes = make([]credit.Purpose, len(b.Purposes)), make([]credit.DataClass, len(b.DataClasses))
	for i, name := range b.Purposes {
		if err := c.Purposes[i].UnmarshalText([]byte(name)); err != nil {
			return c, err
		}
	}
	for i, name := range b.DataClasses {
		if err := c.Classes[i].UnmarshalText([]byte(name)); err != nil {
			return c, err
		}
	}
	days := []struct {
		name, text string
		day        *credit.Date
	}{{"from", b.From, &c.From}, {"to", b.To, &c.To}, {"signed", b.Signed, &c.Signed}}
	for _, d := range days {
		if err := d.day.UnmarshalText([]byte(d.text)); err != nil {
			return c, fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return c, c.Evidence.UnmarshalText([]byte(b.Evidence))
}

type consentIDInput struct {
	ID string `path:"id" pattern:"^[0-9a-f]{32}$" doc:"Id of the consent"`
}

type nothing struct{}

func (s *server) withdrawConsent(ctx context.Context, in *consentIDInput) (*nothing, error) {
	id, err := credit.ParseID(in.ID)
	if err != nil {
		return nil, err
	}
	by := s.asking(ctx)
	return &nothing{}, s.DB.WithdrawConsent(ctx, id, by.Day(), by)
}
