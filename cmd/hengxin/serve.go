package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"

	"hengxin/api"
	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
)

// serveCmd runs the HTTP service.
type serveCmd struct {
	Listen  string `default:"127.0.0.1:8080" help:"Address and port."`
	Segment string `default:"default" help:"Segment whose champion decides."`
}

// Help shows an example.
func (c *serveCmd) Help() string {
	return `Serves scores, records and consents over HTTP; /docs lists the routes, /openapi.json describes them. Calls carry an API
key (hengxin key create). Interrupted, it lets requests in hand finish. TLS is the business of what stands before it.

  hengxin --db hengxin.db serve --listen 127.0.0.1:8080`
}

// graceTime is how long requests in hand may take after an interrupt.
const graceTime = 20 * time.Second

// Run serves until it is interrupted or terminated.
func (c *serveCmd) Run(ctx context.Context, g *cli) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM)
	defer stop()
	db, scorer, err := openScorer(ctx, g, c.Segment)
	if err != nil {
		return err
	}
	defer db.Close()
	app := api.New(api.Config{DB: db, Scorer: scorer, Now: time.Now, Records: readRecords, CheckConsent: policy.Default().CheckConsent,
		Log: slog.New(slog.NewJSONHandler(os.Stderr, nil))})
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", c.Listen, err)
	}
	fmt.Fprintf(os.Stderr, "serving on http://%s (routes: /docs)\n", listener.Addr())
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve on %s: %w", c.Listen, err)
	case <-ctx.Done():
	}
	fmt.Fprintln(os.Stderr, "finishing the requests in hand")
	if err := app.ShutdownWithTimeout(graceTime); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return <-ended
}

// readRecords reads NDJSON for the service: one bad line refuses the request.
func readRecords(r io.Reader, yield func(credit.Record) error) error {
	return datasets.NDJSON(r, func(_ int64, record *credit.Record, bad error) error {
		if bad != nil {
			return bad
		}
		return yield(*record)
	})
}
