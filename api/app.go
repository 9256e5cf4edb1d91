package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humafiber"
	"github.com/gofiber/fiber/v2"

	"hengxin/credit"
	"hengxin/scoring"
	"hengxin/store"
)

// Config is what the API stands on. All fields are required but Log.
type Config struct {
	DB     *store.DB
	Scorer *scoring.Scorer
	Now    func() time.Time // the clock

	// Records reads records in our NDJSON form (datasets/FORMAT.md), one call of yield a record; a line that cannot be
	// read is an error that wraps [credit.ErrInvalid] and names the line.
	Records func(r io.Reader, yield func(credit.Record) error) error

	// CheckConsent refuses consents that the policy does not allow, with [credit.ErrInvalid].
	CheckConsent func(*credit.Consent) error

	Log *slog.Logger // one line a request; nil writes none
}

// server holds what the handlers share; it does not change after New.
type server struct {
	Config
	doc []byte // openapi.json
}

// New returns the application: every route, ready to listen. Shut it down with ShutdownWithContext, which lets requests
// in hand finish.
func New(cfg Config) *fiber.App {
	s := &server{Config: cfg}
	if s.Log == nil {
		s.Log = slog.New(slog.DiscardHandler)
	}
	app := fiber.New(fiber.Config{
		AppName:               "hengxin",
		DisableStartupMessage: true,
		Immutable:             true, // fiber reuses its buffers: what a handler keeps must be a copy
		BodyLimit:             maxBody,
		ReadTimeout:           readTimeout,
		WriteTimeout:          writeTimeout,
		IdleTimeout:           idleTimeout,
		ErrorHandler:          func(c *fiber.Ctx, err error) error { return sendProblem(c, problemOf(err, newRequestID())) },
	})
	app.Use(s.observe)
	s.routes(app)
	return app
}

// routes declares every route; what the schema says of each is beside its handler.
func (s *server) routes(app *fiber.App) {
	api := humafiber.New(app, schema())
	api.UseMiddleware(s.authenticate)
	s.scoreRoutes(api)
	s.recordRoutes(api)
	s.consentRoutes(api)
	s.healthRoutes(api)
	s.doc = document(api)
	page := docsPage(api.OpenAPI())
	app.Get("/openapi.json", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, "application/openapi+json")
		return c.Send(s.doc)
	})
	app.Get("/docs", func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
		c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'")
		return c.Send(page)
	})
}

// observe is the outermost handler: it gives the request an id and a deadline, turns panics and errors into problem
// documents, and writes the one line of the log.
func (s *server) observe(c *fiber.Ctx) error {
	begin := s.Now()
	id := newRequestID()
	c.Set("X-Request-Id", id)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	t := &trace{id: id}
	ctx, cancel := context.WithTimeout(context.WithValue(c.UserContext(), traceKey{}, t), requestTimeout)
	defer cancel()
	c.SetUserContext(ctx)
	err := guard(c)
	if err == nil && t.err != nil {
		err = t.err
	} else if err != nil {
		if sendErr := sendProblem(c, problemOf(err, id)); sendErr != nil {
			return sendErr
		}
	}
	s.logRequest(c, t, begin, err)
	return nil
}

// guard calls the next handler and returns a panic as an error.
func guard(c *fiber.Ctx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return c.Next()
}

// logRequest writes method, route (never the path, which may name a subject), status, time and who asked.
func (s *server) logRequest(c *fiber.Ctx, t *trace, begin time.Time, err error) {
	status := c.Response().StatusCode()
	level := slog.LevelInfo
	attrs := []slog.Attr{slog.String("id", t.id), slog.String("method", c.Method()), slog.String("route", c.Route().Path),
		slog.Int("status", status), slog.Duration("took", s.Now().Sub(begin)), slog.String("key", t.key)}
	if status >= http.StatusInternalServerError && err != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.String("error", err.Error()))
	}
	s.Log.LogAttrs(c.UserContext(), level, "request", attrs...)
}

// trace is what one request learns on its way and the log needs at its end.
type trace struct {
	id  string
	key string // id of the API key
	err error  // of the handler
}

type traceKey struct{}

func traceOf(ctx context.Context) *trace {
	if t, ok := ctx.Value(traceKey{}).(*trace); ok {
		return t
	}
	return &trace{}
}

func requestIDOf(ctx context.Context) string { return traceOf(ctx).id }

func newRequestID() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand, Go 1.24)
	return hex.EncodeToString(b[:])
}

// answered is a handler's own error as huma sends it: the problem document, and the error for the log.
func answered[I, O any](h func(context.Context, *I) (*O, error)) func(context.Context, *I) (*O, error) {
	return func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, in)
		if err == nil {
			return out, nil
		}
		t := traceOf(ctx)
		t.err = err
		var model *huma.ErrorModel
		if errors.As(err, &model) {
			return nil, model
		}
		return nil, problemOf(err, t.id)
	}
}
