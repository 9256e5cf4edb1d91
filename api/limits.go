package api

import "time"

// What may come from outside, and why no more.
const (
	maxBody        = 16 << 20 // a batch of records: about 40,000 lines; a larger one is ingested from a file
	maxScoreBody   = 4 << 10  // a question is five short texts
	maxConsentBody = 16 << 10
	maxRecords     = 20_000 // of one request: one append, one transaction

	readTimeout    = 30 * time.Second // the largest body over a slow line
	writeTimeout   = 30 * time.Second
	idleTimeout    = 2 * time.Minute
	requestTimeout = 30 * time.Second // for the work itself
)
