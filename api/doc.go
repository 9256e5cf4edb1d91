// Package api is the HTTP side of Hengxin: scores, records and consents over JSON, described by OpenAPI 3.1.
//
// [New] returns a Fiber application over a [store.DB] and a [scoring.Scorer]; the caller listens and shuts down. Routes
// are declared with huma, which checks every request against the schema that it publishes; openapi.json beside this file
// is that schema, and a test fails when the two differ.
//
// # Who may do what
//
// Every call under /v1 carries an API key as "Authorization: Bearer KEY". A key belongs to a bank or to the platform and
// has one role; the table of operations says which roles each admits. A bank is never named in a request: it is the
// bank of the key. Consent is checked inside package scoring, not here, so no route can go round it.
//
// # Errors
//
// Every error is a problem document (RFC 9457) whose type is a URN of the table in problem.go. Errors of the server's own
// making say no more than that and the request's id; the log, which names no subject and no figure, has the same id.
package api
