package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"time"

	"hengxin/api"
	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
	"hengxin/scoring"
	"hengxin/store"
)

// A service over an empty database. A program listens with app.Listen; a test asks it directly.
func Example() {
	dir, err := os.MkdirTemp("", "hengxin-example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	db, err := store.Open(context.Background(), filepath.Join(dir, "hengxin.db"))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	app := api.New(api.Config{
		DB:           db,
		Scorer:       scoring.NewScorer("default", scoring.Sources{Log: db, Consents: db, Ledger: db, Rules: db, Policy: policy.Parse}),
		Now:          time.Now,
		CheckConsent: policy.Default().CheckConsent,
		Records: func(r io.Reader, yield func(credit.Record) error) error {
			return datasets.NDJSON(r, func(_ int64, record *credit.Record, bad error) error {
				if bad != nil {
					return bad
				}
				return yield(*record)
			})
		},
	})
	for _, path := range []string{"/healthz", "/readyz", "/v1/scores/0"} {
		resp, err := app.Test(httptest.NewRequest("GET", path, nil))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(path, resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	// Output:
	// /healthz 200 application/json
	// /readyz 503 application/problem+json
	// /v1/scores/0 401 application/problem+json
}
