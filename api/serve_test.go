package api_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/api"
	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
)

// listen serves the application on the loopback and returns its address; what it returns ends when it is shut down.
func listen(t *testing.T, s *service) (url string, ended chan error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended = make(chan error, 1)
	go func() { ended <- s.app.Listener(l) }()
	return "http://" + l.Addr().String(), ended
}

// TestShutdownLetsRequestsFinish shuts down while a request is being read.
func TestShutdownLetsRequestsFinish(t *testing.T) {
	db := open(t)
	s := newService(t, db)
	reading, release := make(chan struct{}), make(chan struct{})
	s.app = api.New(api.Config{DB: db, Scorer: scoring.NewScorer("default", scoring.Sources{Log: db, Consents: db, Ledger: db, Rules: db, Policy: policy.Parse}),
		Now: s.clock, CheckConsent: policy.Default().CheckConsent,
		Records: func(io.Reader, func(credit.Record) error) error {
			close(reading)
			<-release
			return nil
		}})
	url, ended := listen(t, s)
	status := make(chan int, 1)
	go func() {
		r, _ := http.NewRequest("POST", url+"/v1/records", strings.NewReader(registered))
		r.Header.Set("Authorization", "Bearer "+s.keys["platform"])
		r.Header.Set("Connection", "close")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			status <- 0
			return
		}
		resp.Body.Close()
		status <- resp.StatusCode
	}()
	<-reading
	down := make(chan error, 1)
	go func() { down <- s.app.ShutdownWithTimeout(10 * time.Second) }()
	require.NoError(t, <-ended, "no new connections")
	close(release)
	require.Equal(t, 201, <-status, "the request in hand was answered")
	require.NoError(t, <-down)
}

// TestPanicIsAnInternalError has a handler panic: the answer says nothing of it, and the server goes on.
func TestPanicIsAnInternalError(t *testing.T) {
	db := open(t)
	s := newService(t, db)
	s.app = api.New(api.Config{DB: db, Scorer: scoring.NewScorer("default", scoring.Sources{}), Now: s.clock,
		Records: func(io.Reader, func(credit.Record) error) error { panic("secret of the house") }})
	a := s.call("POST", "/v1/records", "platform", registered)
	a.problem(t, 500, "internal")
	require.NotContains(t, string(a.body), "secret")
	require.Equal(t, 200, s.call("GET", "/healthz", "", "").status)
}

// TestLargeBodyOverTheWire sends more than the server reads at all.
func TestLargeBodyOverTheWire(t *testing.T) {
	s := newService(t, open(t))
	url, ended := listen(t, s)
	r, err := http.NewRequest("POST", url+"/v1/records", io.LimitReader(zeros{}, 17<<20))
	require.NoError(t, err)
	r.ContentLength = 17 << 20
	resp, err := http.DefaultClient.Do(r)
	if err == nil { // the server may close before the client has sent it all
		require.Equal(t, http.StatusRequestEntityTooLarge, resp.StatusCode)
		resp.Body.Close()
	}
	require.NoError(t, s.app.Shutdown())
	require.NoError(t, <-ended)
	head, err := s.db.Head(context.Background())
	require.NoError(t, err)
	require.Zero(t, head)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}
