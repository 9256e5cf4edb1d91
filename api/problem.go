package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gofiber/fiber/v2"

	"hengxin/credit"
	"hengxin/models"
	"hengxin/scoring"
	"hengxin/store"
)

var (
	// ErrUnauthorised is returned for a request without a key, or with one that is unknown or revoked.
	ErrUnauthorised = errors.New("a valid API key is required: Authorization: Bearer KEY")

	// ErrForbidden is returned for a key whose role does not admit the operation.
	ErrForbidden = errors.New("the key's role does not admit this operation")

	// ErrTooLarge is returned for a body over the limit of its operation.
	ErrTooLarge = errors.New("request body too large")
)

// problems is the one table from errors to answers, most particular first. An error that no row names is internal.
var problems = []struct {
	err    error
	status int
	name   string
}{
	{ErrUnauthorised, http.StatusUnauthorized, "unauthorised"},
	{ErrForbidden, http.StatusForbidden, "forbidden"},
	{ErrTooLarge, http.StatusRequestEntityTooLarge, "too_large"},
	{credit.ErrConsent, http.StatusForbidden, "consent_required"},
	{scoring.ErrSubjectUnknown, http.StatusNotFound, "subject_unknown"},
	{scoring.ErrNoChampion, http.StatusServiceUnavailable, "no_champion"},
	{scoring.ErrUnknownDigest, http.StatusConflict, "unknown_digest"},
	{scoring.ErrUnknownFormat, http.StatusConflict, "unknown_format"},
	{scoring.ErrRequestReused, http.StatusConflict, "request_reused"},
	{store.ErrWithdrawn, http.StatusConflict, "consent_withdrawn"},
	{credit.ErrNotStorable, http.StatusUnprocessableEntity, "not_storable"},
	{credit.ErrErased, http.StatusGone, "erased"},
	{store.ErrNotFound, http.StatusNotFound, "not_found"},
	{store.ErrAuditBroken, http.StatusInternalServerError, "internal"},
	{store.ErrDisk, http.StatusServiceUnavailable, "disk_full"},
	{store.ErrHeld, http.StatusInternalServerError, "internal"}, // no route erases
	{store.ErrCorrupt, http.StatusInternalServerError, "internal"},
	{store.ErrSchema, http.StatusInternalServerError, "internal"},
	{store.ErrStage, http.StatusInternalServerError, "internal"},    // no route moves a model
	{models.ErrInvalid, http.StatusInternalServerError, "internal"}, // of a stored model: no route takes one
	{credit.ErrInvalid, http.StatusUnprocessableEntity, "invalid"},
}

// Names of problems that come from HTTP itself.
var problemOfStatus = map[int]string{
	http.StatusBadRequest:            "bad_request",
	http.StatusNotFound:              "no_route",
	http.StatusMethodNotAllowed:      "method_not_allowed",
	http.StatusRequestTimeout:        "timeout",
	http.StatusRequestEntityTooLarge: "too_large",
	http.StatusUnsupportedMediaType:  "unsupported_media_type",
	http.StatusUnprocessableEntity:   "request_invalid",
	http.StatusServiceUnavailable:    "unavailable",
}

const problemURN = "urn:hengxin:problem:"

// problemOf is the answer to err. Below 500 it says what err says; from 500 on it says only that the request failed.
func problemOf(err error, requestID string) *huma.ErrorModel {
	status, name, detail := http.StatusInternalServerError, "internal", ""
	var fe *fiber.Error
	if errors.As(err, &fe) {
		status, name, detail = fe.Code, problemOfStatus[fe.Code], http.StatusText(fe.Code)+"; GET /docs lists the routes"
	}
	for _, p := range problems {
		if errors.Is(err, p.err) {
			status, name, detail = p.status, p.name, err.Error()
			break
		}
	}
	if name == "" {
		name = "http"
	}
	if status >= http.StatusInternalServerError && status != http.StatusServiceUnavailable {
		detail = "the request failed; the operator finds the cause in the log under the request id"
	}
	return &huma.ErrorModel{Type: problemURN + name, Title: http.StatusText(status), Status: status, Detail: detail,
		Instance: "urn:hengxin:request:" + requestID}
}

// sendProblem writes a problem document.
func sendProblem(c *fiber.Ctx, p *huma.ErrorModel) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(p.Status).Send(body)
}

// nameProblem gives the problems that huma makes (a request that is not as its schema says) a type and an instance.
func nameProblem(ctx huma.Context, _ string, v any) (any, error) {
	p, ok := v.(*huma.ErrorModel)
	if ok && p.Type == "" {
		named := *p
		named.Type = problemURN + "http"
		if name := problemOfStatus[p.Status]; name != "" {
			named.Type = problemURN + name
		}
		named.Instance = "urn:hengxin:request:" + requestIDOf(ctx.Context())
		return &named, nil
	}
	return v, nil
}
