package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"hengxin/api"
	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/datasets"
	"hengxin/scoring"
	"hengxin/store"
	"hengxin/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// noon is the moment at which the tests happen: 2024-06-30 in China.
var noon = time.Date(2024, 6, 30, 4, 0, 0, 0, time.UTC)

const firm = "91320500MA1MTEXT2D"

// service is the application over one database, with a key for each role.
type service struct {
	t    testing.TB
	db   *store.DB
	app  *fiber.App
	log  *bytes.Buffer
	keys map[string]string // by "bank-a", "bank-b", "platform", "auditor"
	now  time.Time
	mu   sync.Mutex
}

func newService(t testing.TB, db *store.DB) *service {
	s := &service{t: t, db: db, log: new(bytes.Buffer), keys: map[string]string{}, now: noon}
	scorer := scoring.NewScorer("default", scoring.Sources{Log: db, Consents: db, Ledger: db, Rules: db, Policy: policy.Parse})
	s.app = api.New(api.Config{DB: db, Scorer: scorer, Now: s.clock, CheckConsent: policy.Default().CheckConsent, Log: slog.New(slog.NewJSONHandler(s.log, nil)),
		Records: func(r io.Reader, yield func(credit.Record) error) error {
			return datasets.NDJSON(r, func(_ int64, r *credit.Record, bad error) error {
				if bad != nil {
					return bad
				}
				return yield(*r)
			})
		}})
	for name, role := range map[string]store.Role{"bank-a": store.RoleBank, "bank-b": store.RoleBank, "platform": store.RolePlatform, "auditor": store.RoleAuditor} {
		secret, _, err := db.CreateAPIKey(context.Background(), store.APIKey{Bank: name, Role: role, Created: noon}, "cli:test")
		require.NoError(t, err)
		s.keys[name] = secret
	}
	return s
}

func (s *service) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// promote makes the fixture's card the champion.
func (s *service) promote() {
	ctx := context.Background()
	artifact, err := os.ReadFile("../scoring/testdata/card.json")
	require.NoError(s.t, err)
	kept, err := s.db.PutArtifact(ctx, artifact, store.Artifact{Name: "card", Kind: "card", Day: credit.NewDate(2024, 6, 1)})
	require.NoError(s.t, err)
	by := scoring.Asking{Actor: "cli:test", At: noon}
	_, err = s.db.SetRules(ctx, "default", policy.Default().Canonical(), nil, by)
	require.NoError(s.t, err)
	for _, stage := range []store.Stage{store.StageCandidate, store.StageChampion} {
		_, err = s.db.MoveStage(ctx, store.Move{Segment: "default", Artifact: kept.Digest, To: stage}, by)
		require.NoError(s.t, err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// call makes a request as the holder of a key; "" is nobody.
func (s *service) call(method, path, as, body string, header ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+s.keys[as])
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := s.app.Test(r, -1)
	require.NoError(s.t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(s.t, err)
	return answer{resp.StatusCode, resp.Header, b}
}

// problem checks that the answer is a problem document of the type and returns its detail.
func (a answer) problem(t testing.TB, status int, name string) string {
	t.Helper()
	require.Equal(t, status, a.status, "%s", a.body)
	require.Equal(t, "application/problem+json", a.header.Get("Content-Type"))
	var p struct {
		Type, Title, Detail, Instance string
		Status                        int
	}
	require.NoError(t, json.Unmarshal(a.body, &p), "%s", a.body)
	require.Equal(t, "urn:hengxin:problem:"+name, p.Type, "%s", a.body)
	require.Equal(t, status, p.Status)
	require.NotEmpty(t, p.Title)
	require.Equal(t, "urn:hengxin:request:"+a.header.Get("X-Request-Id"), p.Instance)
	return p.Detail
}

func records(lines ...string) string { return strings.Join(lines, "\n") + "\n" }

const (
	registered = `{"subject":"` + firm + `","kind":"registration","event":"2019-03-01","known":"2019-03-01","source":"samr","body":{"established":"2019-03-01"}}`
	penalised  = `{"subject":"` + firm + `","kind":"penalty","event":"2024-02-10","known":"2024-02-12","source":"samr","amount_fen":5000000,"body":{"authority":"市场监督管理局","doc_no":"12号","type":"广告违法","penalty_types":"fine"}}`
)

func consentJSON(bank string, change ...string) string {
	c := `{"subject":"` + firm + `","bank":"` + bank + `","purposes":["pre_loan_review"],"data_classes":["score","tax","social_insurance"],"from":"2024-01-01","to":"2024-12-31","signed":"2024-01-01","evidence":"` + strings.Repeat("ab", 32) + `"}`
	for i := 0; i < len(change); i += 2 {
		c = strings.Replace(c, change[i], change[i+1], 1)
	}
	return c
}

const scoreJSON = `{"subject":"` + firm + `","purpose":"pre_loan_review"}`

// ready promotes a model, sends records and enters a consent.
func (s *service) ready() (consent string) {
	s.t.Helper()
	s.promote()
	a := s.call("POST", "/v1/records?backfill=true", "platform", records(registered, penalised), "Content-Type", "application/x-ndjson")
	require.Equal(s.t, 201, a.status, "%s", a.body)
	a = s.call("POST", "/v1/consents", "platform", consentJSON("bank-a"))
	require.Equal(s.t, 201, a.status, "%s", a.body)
	var out struct{ ID string }
	require.NoError(s.t, json.Unmarshal(a.body, &out))
	return out.ID
}

type scored struct {
	ID    string          `json:"id"`
	Score json.RawMessage `json:"score"`
}

func (a answer) score(t testing.TB) (scored, *scoring.Score) {
	t.Helper()
	var out scored
	require.NoError(t, json.Unmarshal(a.body, &out), "%s", a.body)
	s, err := scoring.Parse(out.Score)
	require.NoError(t, err, "the score in the answer is canonical, byte for byte")
	require.Equal(t, scoring.IDOf(out.Score).String(), out.ID)
	return out, s
}

// TestFromRecordsToScore goes the whole way over HTTP on both databases.
func TestFromRecordsToScore(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB, _ string) {
		s := newService(t, db)
		consent := s.ready()
		a := s.call("POST", "/v1/scores", "bank-a", scoreJSON)
		require.Equal(t, 201, a.status, "%s", a.body)
		out, score := a.score(t)
		require.Equal(t, "/v1/scores/"+out.ID, a.header.Get("Location"))
		require.Equal(t, "bank-a", score.Bank)
		require.Equal(t, consent, score.Provenance.Consent.String())
		require.Equal(t, "2024-06-30", score.Day.String())
		require.NotEmpty(t, score.Reasons)

		read := s.call("GET", "/v1/scores/"+out.ID, "bank-a", "")
		require.Equal(t, 200, read.status)
		require.Equal(t, string(a.body), string(read.body), "the same bytes again")
		s.call("GET", "/v1/scores/"+out.ID, "bank-b", "").problem(t, 404, "not_found")
		require.Equal(t, 200, s.call("GET", "/v1/scores/"+out.ID, "auditor", "").status)

		explained := s.call("GET", "/v1/scores/"+out.ID+"/explanation", "bank-a", "")
		require.Equal(t, 200, explained.status, "%s", explained.body)
		require.Contains(t, string(explained.body), `"indicator":"pen_n_12m"`)

		news := strings.Replace(penalised, "12号", "13号", 1)
		require.Equal(t, 201, s.call("POST", "/v1/records", "platform", records(news)).status)
		a = s.call("POST", "/v1/scores", "bank-a", scoreJSON)
		require.Equal(t, 201, a.status)
		_, after := a.score(t)
		require.Less(t, after.Points, score.Points, "one more penalty")

		require.Equal(t, 204, s.call("DELETE", "/v1/consents/"+consent, "platform", "").status)
		s.call("POST", "/v1/scores", "bank-a", scoreJSON).problem(t, 403, "consent_required")
		s.call("GET", "/v1/scores/"+out.ID, "bank-a", "").problem(t, 403, "consent_required")
		require.Equal(t, 200, s.call("GET", "/v1/scores/"+out.ID, "auditor", "").status)
		s.call("POST", "/v1/consents", "platform", consentJSON("bank-a")).problem(t, 409, "consent_withdrawn")

		_, err := db.VerifyAudit(context.Background(), store.AuditHead{})
		require.NoError(t, err)
		var actions []string
		require.NoError(t, db.EachAudit(context.Background(), 0, func(e *store.AuditEntry) error {
			if e.Subject == firm {
				actions = append(actions, e.Action)
			}
			return nil
		}))
		require.Equal(t, []string{"consent_grant", "score", "score_read", "score_read", "explain", "score", "consent_withdraw", "score_refused", "score_read"}, actions)
	})
}

func open(t testing.TB) *store.DB { return storetest.Open(t, storetest.SQLite(t)) }

// TestRefusals is the table of what a client can do wrong.
func TestRefusals(t *testing.T) {
	s := newService(t, open(t))
	s.call("POST", "/v1/scores", "bank-a", scoreJSON).problem(t, 503, "no_champion")
	s.call("GET", "/readyz", "", "").problem(t, 503, "no_champion")
	s.ready()
	cases := []struct {
		name, method, path, as, body string
		status                       int
		problem                      string
		says                         string
	}{
		{"no key", "POST", "/v1/scores", "", scoreJSON, 401, "unauthorised", ""},
		{"platform asks for a score", "POST", "/v1/scores", "platform", scoreJSON, 403, "forbidden", ""},
		{"bank enters its own consent", "POST", "/v1/consents", "bank-a", consentJSON("bank-a"), 403, "forbidden", ""},
		{"bank sends records", "POST", "/v1/records", "bank-a", records(registered), 403, "forbidden", ""},
		{"another bank without consent", "POST", "/v1/scores", "bank-b", scoreJSON, 403, "consent_required", "no consent"},
		{"another purpose", "POST", "/v1/scores", "bank-a", strings.Replace(scoreJSON, "pre_loan_review", "post_loan", 1), 403, "consent_required", "purpose"},
		{"old registration number", "POST", "/v1/scores", "bank-a", `{"subject":"320500000012345","purpose":"post_loan"}`, 422, "invalid", "15-digit registration number"},
		{"forbidden letter", "POST", "/v1/scores", "bank-a", `{"subject":"91320500MA1MTESTI0","purpose":"post_loan"}`, 422, "invalid", "alphabet"},
		{"wrong length", "POST", "/v1/scores", "bank-a", `{"subject":"9132","purpose":"post_loan"}`, 422, "invalid", "not 18 characters"},
		{"unknown purpose", "POST", "/v1/scores", "bank-a", `{"subject":"` + firm + `","purpose":"curiosity"}`, 422, "request_invalid", ""},
		{"no purpose", "POST", "/v1/scores", "bank-a", `{"subject":"` + firm + `"}`, 422, "request_invalid", ""},
		{"a field more", "POST", "/v1/scores", "bank-a", `{"subject":"` + firm + `","purpose":"post_loan","bank":"bank-b"}`, 422, "request_invalid", ""},
		{"a day that is none", "POST", "/v1/scores", "bank-a", `{"subject":"` + firm + `","purpose":"pre_loan_review","day":"2024-02-30"}`, 422, "request_invalid", ""},
		{"tomorrow", "POST", "/v1/scores", "bank-a", `{"subject":"` + firm + `","purpose":"pre_loan_review","day":"2024-07-01"}`, 422, "invalid", "has not come"},
		{"no JSON", "POST", "/v1/scores", "bank-a", `{`, 400, "bad_request", ""},
		{"body too large", "POST", "/v1/scores", "bank-a", `{"subject":"` + strings.Repeat("x", 5000) + `"}`, 413, "too_large", ""},
		{"unknown score", "GET", "/v1/scores/" + strings.Repeat("0", 32), "bank-a", "", 404, "not_found", ""},
		{"score id that is none", "GET", "/v1/scores/xyz", "bank-a", "", 422, "request_invalid", ""},
		{"no such route", "GET", "/v2/scores", "bank-a", "", 404, "no_route", "/docs"},
		{"method", "PUT", "/v1/scores", "bank-a", "{}", 405, "method_not_allowed", ""},
		{"unknown consent", "DELETE", "/v1/consents/" + strings.Repeat("0", 32), "platform", "", 404, "not_found", ""},
		{"consent without data class", "POST", "/v1/consents", "platform", consentJSON("bank-a", `"score","tax","social_insurance"`, ""), 422, "request_invalid", ""},
		{"consent of three years", "POST", "/v1/consents", "platform", consentJSON("bank-a", "2024-12-31", "2026-12-31"), 422, "invalid", "general authorisation"},
		{"consent of nobody", "POST", "/v1/consents", "platform", consentJSON("bank-a", firm, "123"), 422, "invalid", "18 characters"},
		{"record without source", "POST", "/v1/records", "platform", records(strings.Replace(registered, "samr", "", 1)), 422, "invalid", "line 1"},
		{"second record is none", "POST", "/v1/records", "platform", records(registered, "{"), 422, "invalid", "line 2"},
		{"record of no subject", "POST", "/v1/records", "platform", records(registered, `{"subject":"320500000012345","kind":"penalty","event":"2019-03-01","known":"2019-03-01","source":"samr"}`), 422, "invalid", "15-digit registration number"},
		{"record of tomorrow", "POST", "/v1/records", "platform", records(strings.ReplaceAll(registered, "2019-03-01", "2024-07-01")), 422, "invalid", "after today"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			detail := s.call(c.method, c.path, c.as, c.body).problem(t, c.status, c.problem)
			require.Contains(t, detail, c.says)
		})
	}
	a := s.call("POST", "/v1/consents", "platform", consentJSON("bank-a", firm, "91320500MA1MNBDY5B"))
	if a.status == 201 {
		s.call("POST", "/v1/scores", "bank-a", strings.Replace(scoreJSON, firm, "91320500MA1MNBDY5B", 1)).problem(t, 404, "subject_unknown")
	}
	require.Contains(t, s.call("GET", "/v1/scores/x", "", "").header.Get("WWW-Authenticate"), "Bearer")
}

func TestRevokedKeyIsRefused(t *testing.T) {
	s := newService(t, open(t))
	s.ready()
	id := strings.Split(s.keys["bank-a"], "_")[1]
	require.NoError(t, s.db.RevokeAPIKey(context.Background(), id, noon, "cli:test"))
	s.call("POST", "/v1/scores", "bank-a", scoreJSON).problem(t, 401, "unauthorised")
}

func TestSubjectIsMadeNormal(t *testing.T) {
	s := newService(t, open(t))
	s.ready()
	a := s.call("POST", "/v1/scores", "bank-a", `{"subject":" ９１320500ma1mtext2d ","purpose":"pre_loan_review"}`)
	require.Equal(t, 201, a.status, "%s", a.body)
	_, score := a.score(t)
	require.Equal(t, credit.Subject(firm), score.Subject)
}

func TestIdempotencyKey(t *testing.T) {
	s := newService(t, open(t))
	s.ready()
	first := s.call("POST", "/v1/scores", "bank-a", scoreJSON, "Idempotency-Key", "k1")
	require.Equal(t, 201, first.status)
	require.Equal(t, 201, s.call("POST", "/v1/records", "platform", records(strings.Replace(penalised, "12号", "14号", 1))).status)
	again := s.call("POST", "/v1/scores", "bank-a", scoreJSON, "Idempotency-Key", "k1")
	require.Equal(t, string(first.body), string(again.body))
	fresh := s.call("POST", "/v1/scores", "bank-a", scoreJSON, "Idempotency-Key", "k2")
	require.NotEqual(t, string(first.body), string(fresh.body))
	s.call("POST", "/v1/scores", "bank-a", strings.Replace(scoreJSON, `"}`, `","day":"2024-06-29"}`, 1), "Idempotency-Key", "k1").problem(t, 409, "request_reused")
}

// TestRecordsAreKnownWhenReceived: rulings 1, live sources.
func TestRecordsAreKnownWhenReceived(t *testing.T) {
	s := newService(t, open(t))
	a := s.call("POST", "/v1/records", "platform", records(registered, penalised, penalised))
	require.Equal(t, 201, a.status, "%s", a.body)
	require.JSONEq(t, `{"read":3,"added":2,"duplicates":1,"first":1,"last":2}`, string(a.body))
	history, err := s.db.History(context.Background(), nil, firm, store.Latest)
	require.NoError(t, err)
	for _, r := range history {
		require.Equal(t, "2024-06-30", r.Known.String())
		require.True(t, r.Received)
	}
	s.now = noon.Add(24 * time.Hour)
	a = s.call("POST", "/v1/records", "platform", records(registered, penalised))
	require.JSONEq(t, `{"read":2,"added":0,"duplicates":2}`, string(a.body), "the same rows tomorrow are the same records")

	news := records(strings.Replace(penalised, "2024-02-12", "2024-07-01", 1)) // its own known date is the day on which it is sent
	require.Contains(t, string(s.call("POST", "/v1/records", "platform", news).body), `"added":0`, "what the source says of that day is no content")
	news = strings.Replace(news, "12号", "13号", 1)
	require.Contains(t, string(s.call("POST", "/v1/records", "platform", news).body), `"added":1`)
	s.now = noon.Add(48 * time.Hour)
	require.Contains(t, string(s.call("POST", "/v1/records", "platform", news).body), `"added":0`, "sent again tomorrow")
}

// TestInternalErrorsSayNothing closes the database under the service.
func TestInternalErrorsSayNothing(t *testing.T) {
	url := storetest.SQLite(t)
	db, err := store.Open(context.Background(), url)
	require.NoError(t, err)
	s := newService(t, db)
	require.NoError(t, db.Close())
	a := s.call("POST", "/v1/scores", "bank-a", scoreJSON)
	detail := a.problem(t, 500, "internal")
	require.NotContains(t, detail, "database")
	require.NotContains(t, detail, "sql")
	require.Contains(t, s.log.String(), "database is closed", "the log has the cause")
	require.Contains(t, s.log.String(), a.header.Get("X-Request-Id"))
}

func TestLogHasNoFigures(t *testing.T) {
	s := newService(t, open(t))
	s.ready()
	a := s.call("POST", "/v1/scores", "bank-a", scoreJSON)
	out, score := a.score(t)
	s.call("GET", "/v1/scores/"+out.ID, "bank-a", "")
	text := s.log.String()
	require.Equal(t, 4, strings.Count(text, "\n"), "one line a request:\n%s", text)
	require.Contains(t, text, `"route":"/v1/scores/:id"`)
	require.NotContains(t, text, firm)
	require.NotContains(t, text, out.ID)
	require.NotContains(t, text, fmt.Sprint(score.Probability))
	require.NotContains(t, text, s.keys["bank-a"])
}

func TestHealth(t *testing.T) {
	s := newService(t, open(t))
	require.Equal(t, 200, s.call("GET", "/healthz", "", "").status)
	s.ready()
	a := s.call("GET", "/readyz", "", "")
	require.Equal(t, 200, a.status)
	require.Contains(t, string(a.body), `"position":2`)
}

func TestDocsNeedNothingFromElsewhere(t *testing.T) {
	s := newService(t, open(t))
	a := s.call("GET", "/docs", "", "")
	require.Equal(t, 200, a.status)
	page := string(a.body)
	for _, path := range []string{"/v1/scores", "/v1/scores/{id}", "/v1/records", "/v1/consents", "/v1/consents/{id}", "/healthz"} {
		require.Contains(t, page, path)
	}
	require.NotContains(t, page, "<script")
	require.NotContains(t, page, "src=")
	require.NotContains(t, page, `href="http`)
	require.Contains(t, a.header.Get("Content-Security-Policy"), "default-src 'none'")
}

// TestManyAtOnce asks from many goroutines while records arrive; every answer replays.
func TestManyAtOnce(t *testing.T) {
	s := newService(t, open(t))
	s.ready()
	var group sync.WaitGroup
	ids := make(chan string, 64)
	for w := range 4 {
		group.Go(func() {
			for i := range 5 {
				if w == 0 {
					s.call("POST", "/v1/records", "platform", records(strings.Replace(penalised, "12号", fmt.Sprint(100+i, "号"), 1)))
					continue
				}
				out, _ := s.call("POST", "/v1/scores", "bank-a", scoreJSON).score(t)
				ids <- out.ID
			}
		})
	}
	group.Wait()
	close(ids)
	scorer := scoring.NewScorer("default", scoring.Sources{Log: s.db, Consents: s.db, Ledger: s.db, Rules: s.db, Policy: policy.Parse})
	for text := range ids {
		id, err := credit.ParseID(text)
		require.NoError(t, err)
		saved, err := s.db.Score(context.Background(), id)
		require.NoError(t, err)
		score, err := scoring.Parse(saved.Bytes)
		require.NoError(t, err)
		again, err := scorer.Replay(context.Background(), score)
		require.NoError(t, err)
		require.Equal(t, string(saved.Bytes), string(again))
	}
	_, err := s.db.VerifyAudit(context.Background(), store.AuditHead{})
	require.NoError(t, err)
}
