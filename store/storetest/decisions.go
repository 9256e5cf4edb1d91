package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/scoring"
	"hengxin/store"
)

// Noon is the moment at which the cases happen: 2024-06-30 in China.
var Noon = time.Date(2024, 6, 30, 4, 0, 0, 0, time.UTC)

var platform = scoring.Asking{Actor: "cli:test", At: Noon}

// Decisions are the cases of consents, scores, keys, rules and the audit.
func Decisions(t *testing.T, db *store.DB, url string) {
	cases := []struct {
		name string
		run  func(*testing.T, *store.DB, string)
	}{
		{"consents", testConsents}, {"scores", testScores}, {"requests", testRequests}, {"all or nothing", testAllOrNothing},
		{"withdrawal against scores", testWithdrawalRace}, {"keys", testKeys}, {"rules", testRules}, {"promotion", testPromotion},
		{"audit by many", testAuditMany}, {"audit tampered with", testAuditTampered},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.run(t, db, url) })
	}
}

// GrantFor is a consent of the subject that the cases use: one year around Noon, every class a score may need.
func GrantFor(subject credit.Subject, bank string) credit.Consent {
	from := credit.NewDate(2024, 1, 1)
	return credit.Consent{Subject: subject, Bank: bank, Purposes: []credit.Purpose{credit.PurposePreLoan},
		Classes: []credit.DataClass{credit.DataScore, credit.DataPublic, credit.DataTax, credit.DataSocial, credit.DataCommitment},
		From:    from, To: credit.NewDate(2024, 12, 31), Signed: from, Channel: "counter", Evidence: credit.Digest{1}, Withdrawn: credit.NoDate}
}

// scoreOf is a score as package scoring could have made it.
func scoreOf(subject credit.Subject, bank string, consent credit.ID) *scoring.Score {
	return &scoring.Score{Format: scoring.Format, Subject: subject, Bank: bank, Purpose: credit.PurposePreLoan,
		Classes: []string{"public", "score"}, Day: credit.NewDate(2024, 6, 1), Points: 600, Probability: 0.05,
		Provenance: scoring.Provenance{Consent: consent}}
}

// save saves a score as a scorer does.
func save(db *store.DB, s *scoring.Score, by scoring.Asking) ([]byte, error) {
	canonical, err := s.Bytes()
	if err != nil {
		return nil, err
	}
	return db.SaveScore(context.Background(), s, canonical, by)
}

func testConsents(t *testing.T, db *store.DB, _ string) {
	ctx, who := context.Background(), credit.Subject("t:consents")
	id, err := db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.NoError(t, err)
	again, err := db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.NoError(t, err)
	require.Equal(t, id, again)
	other, err := db.GrantConsent(ctx, GrantFor(who, "bank-b"), platform)
	require.NoError(t, err)
	require.NotEqual(t, id, other)

	held, err := db.Consents(ctx, who, "bank-a")
	require.NoError(t, err)
	require.Len(t, held, 1)
	want := GrantFor(who, "bank-a")
	sorted := held[0].Consent
	require.ElementsMatch(t, want.Classes, sorted.Classes)
	sorted.Classes = want.Classes
	require.Equal(t, want, sorted)
	all, err := db.Consents(ctx, who, "")
	require.NoError(t, err)
	require.Len(t, all, 2)

	require.NoError(t, db.WithdrawConsent(ctx, id, credit.NewDate(2024, 6, 30), platform))
	require.NoError(t, db.WithdrawConsent(ctx, id, credit.NewDate(2024, 7, 5), platform), "withdrawing again")
	read, err := db.Consent(ctx, id)
	require.NoError(t, err)
	require.Equal(t, "2024-06-30", read.Withdrawn.String(), "the first withdrawal counts")
	_, err = db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.ErrorIs(t, err, store.ErrWithdrawn)

	require.ErrorIs(t, db.WithdrawConsent(ctx, credit.ID{9}, credit.NewDate(2024, 6, 30), platform), store.ErrNotFound)
	bad := GrantFor(who, "bank a")
	_, err = db.GrantConsent(ctx, bad, platform)
	require.ErrorIs(t, err, credit.ErrInvalid)
}

func testScores(t *testing.T, db *store.DB, _ string) {
	ctx, who := context.Background(), credit.Subject("t:scores")
	_, err := save(db, scoreOf(who, "bank-a", credit.ID{7}), platform)
	require.ErrorIs(t, err, credit.ErrConsent, "a consent that is not on record")

	id, err := db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.NoError(t, err)
	before, err := db.AuditHead(ctx)
	require.NoError(t, err)
	s := scoreOf(who, "bank-a", id)
	canonical, err := save(db, s, platform)
	require.NoError(t, err)
	want, err := s.Bytes()
	require.NoError(t, err)
	require.Equal(t, string(want), string(canonical))
	saved, err := db.Score(ctx, scoring.IDOf(canonical))
	require.NoError(t, err)
	require.Equal(t, string(want), string(saved.Bytes))
	require.Equal(t, Noon, saved.Made)

	later := platform
	later.At = Noon.Add(time.Hour)
	_, err = save(db, s, later)
	require.NoError(t, err, "the same score again")
	var actions []string
	require.NoError(t, db.EachAudit(ctx, before.Seq, func(e *store.AuditEntry) error {
		actions = append(actions, e.Action+" "+e.Object)
		require.Contains(t, e.Detail, id.String(), "the entry names the consent")
		return nil
	}))
	require.Equal(t, []string{"score " + saved.ID.String(), "score " + saved.ID.String()}, actions, "each answer is audited")

	_, err = save(db, scoreOf(who, "bank-b", id), platform)
	require.ErrorIs(t, err, credit.ErrConsent, "another bank's consent")
	_, err = save(db, scoreOf("t:else", "bank-a", id), platform)
	require.ErrorIs(t, err, credit.ErrConsent, "another subject's consent")
	_, err = db.Score(ctx, credit.ID{1, 2})
	require.ErrorIs(t, err, store.ErrNotFound)
}

func testRequests(t *testing.T, db *store.DB, _ string) {
	ctx, who := context.Background(), credit.Subject("t:requests")
	id, err := db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.NoError(t, err)
	idB, err := db.GrantConsent(ctx, GrantFor(who, "bank-b"), platform)
	require.NoError(t, err)
	by := platform
	by.Request, by.Question = "req-1", [32]byte{1}
	first, err := save(db, scoreOf(who, "bank-a", id), by)
	require.NoError(t, err)

	changed := scoreOf(who, "bank-a", id)
	changed.Points = 580
	again, err := save(db, changed, by)
	require.NoError(t, err)
	require.Equal(t, string(first), string(again), "the same request gets the same score, though the facts have moved on")
	_, err = db.Score(ctx, scoring.IDOf(mustBytes(t, changed)))
	require.ErrorIs(t, err, store.ErrNotFound)

	by.Question = [32]byte{2}
	_, err = save(db, changed, by)
	require.ErrorIs(t, err, scoring.ErrRequestReused)
	_, err = save(db, scoreOf(who, "bank-b", idB), by)
	require.NoError(t, err, "another bank may use the same id")
}

func mustBytes(t *testing.T, s *scoring.Score) []byte {
	b, err := s.Bytes()
	require.NoError(t, err)
	return b
}

// testAllOrNothing makes the audit fail in the middle of the transaction.
func testAllOrNothing(t *testing.T, db *store.DB, url string) {
	ctx, who := context.Background(), credit.Subject("t:atomic")
	id, err := db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.NoError(t, err)
	raw := Raw(t, url)
	exec := func(statement string) {
		_, err := raw.Exec(statement)
		require.NoError(t, err)
	}
	exec(`ALTER TABLE audit RENAME TO audit_away`)
	s := scoreOf(who, "bank-a", id)
	_, err = save(db, s, platform)
	require.Error(t, err)
	head, err := db.Head(ctx)
	require.NoError(t, err)
	sent := []credit.Record{about(who, 1)}
	_, err = db.AppendReceived(ctx, sent, platform)
	require.Error(t, err)
	artifact, err := db.PutArtifact(ctx, []byte("unaudited"), store.Artifact{Name: "u", Kind: "card", Day: s.Day})
	require.NoError(t, err)
	offer := store.Move{Segment: "unaudited", Artifact: artifact.Digest, To: store.StageCandidate}
	_, err = db.MoveStage(ctx, offer, platform)
	require.Error(t, err)
	require.Error(t, db.WithdrawConsent(ctx, id, credit.NewDate(2024, 6, 30), platform))
	exec(`ALTER TABLE audit_away RENAME TO audit`)
	_, err = db.Score(ctx, scoring.IDOf(mustBytes(t, s)))
	require.ErrorIs(t, err, store.ErrNotFound, "a score without its audit entry")
	c, err := db.Consent(ctx, id)
	require.NoError(t, err)
	require.Equal(t, credit.NoDate, c.Withdrawn, "a withdrawal without its audit entry")
	_, err = save(db, s, platform)
	require.NoError(t, err)

	same, err := db.Head(ctx)
	require.NoError(t, err)
	require.Equal(t, head, same, "records without their audit entry")
	moves, err := db.Moves(ctx, offer.Segment)
	require.NoError(t, err)
	require.Empty(t, moves, "a stage without its audit entry")
	before, err := db.AuditHead(ctx)
	require.NoError(t, err)
	for range 2 {
		_, err = db.AppendReceived(ctx, sent, platform)
		require.NoError(t, err)
	}
	_, err = db.MoveStage(ctx, offer, platform)
	require.NoError(t, err)
	var told []string
	require.NoError(t, db.EachAudit(ctx, before.Seq, func(e *store.AuditEntry) error {
		told = append(told, e.Action+" "+e.Object+" "+e.Detail)
		return nil
	}))
	require.Equal(t, []string{fmt.Sprintf(`records %d-%d {"read":"1","added":"1"}`, head+1, head+1), `records  {"read":"1","added":"0"}`,
		"promote " + artifact.Digest.String() + ` {"segment":"unaudited","stage":"candidate"}`}, told)
}

// testWithdrawalRace saves scores from several goroutines while the consent is withdrawn: no score is on record after
// the withdrawal.
func testWithdrawalRace(t *testing.T, db *store.DB, url string) {
	ctx, who := context.Background(), credit.Subject("t:race")
	id, err := db.GrantConsent(ctx, GrantFor(who, "bank-a"), platform)
	require.NoError(t, err)
	second := Open(t, url)
	started := make(chan struct{}, 64)
	var group sync.WaitGroup
	for worker := range 4 {
		group.Go(func() {
			target := db
			if worker%2 == 1 {
				target = second
			}
			for i := range 200 {
				s := scoreOf(who, "bank-a", id)
				s.Points = float64(worker*1000 + i)
				if _, err := save(target, s, platform); err != nil {
					return // refused: the consent is gone
				}
				select {
				case started <- struct{}{}:
				default:
				}
			}
		})
	}
	<-started
	require.NoError(t, db.WithdrawConsent(ctx, id, credit.NewDate(2024, 6, 30), platform))
	group.Wait()
	withdrawn := false
	require.NoError(t, db.EachAudit(ctx, 0, func(e *store.AuditEntry) error {
		if e.Subject == string(who) {
			require.False(t, withdrawn && e.Action == store.ActionScore, "entry %d: a score after the withdrawal", e.Seq)
			withdrawn = withdrawn || e.Action == store.ActionConsentWithdraw
		}
		return nil
	}))
	require.True(t, withdrawn)
}

func testKeys(t *testing.T, db *store.DB, url string) {
	ctx := context.Background()
	secret, key, err := db.CreateAPIKey(ctx, store.APIKey{Bank: "bank-a", Role: store.RoleBank, Note: "core system", Created: Noon}, "cli:test")
	require.NoError(t, err)
	found, err := db.FindAPIKey(ctx, secret)
	require.NoError(t, err)
	require.Equal(t, key, found)
	for _, wrong := range []string{"", "x", secret + "x", secret[:len(secret)-1], strings.ToUpper(secret), "hx1_" + key.ID + "_", "hx1_0000000000000000_" + secret[21:]} {
		_, err := db.FindAPIKey(ctx, wrong)
		require.ErrorIs(t, err, store.ErrNotFound, "secret %q", wrong)
	}
	var hash []byte
	require.NoError(t, Raw(t, url).QueryRow(`SELECT hash FROM api_keys WHERE id = $1`, key.ID).Scan(&hash))
	require.Len(t, hash, 32)
	require.NotContains(t, secret, string(hash))

	require.NoError(t, db.RevokeAPIKey(ctx, key.ID, Noon.Add(time.Minute), "cli:test"))
	_, err = db.FindAPIKey(ctx, secret)
	require.ErrorIs(t, err, store.ErrNotFound)
	require.ErrorIs(t, db.RevokeAPIKey(ctx, key.ID, Noon, "cli:test"), store.ErrNotFound, "revoked already")
	keys, err := db.APIKeys(ctx)
	require.NoError(t, err)
	require.Len(t, keys, 1)
	require.Equal(t, Noon.Add(time.Minute), keys[0].Revoked)
	_, _, err = db.CreateAPIKey(ctx, store.APIKey{Bank: "bank-a", Role: "root", Created: Noon}, "cli:test")
	require.ErrorIs(t, err, credit.ErrInvalid)
}

func testRules(t *testing.T, db *store.DB, _ string) {
	ctx := context.Background()
	_, err := db.Deciding(ctx, "empty")
	require.ErrorIs(t, err, scoring.ErrNoChampion)
	first, err := db.SetRules(ctx, "default", []byte("policy 1"), nil, platform)
	require.NoError(t, err)
	_, err = db.Deciding(ctx, "default")
	require.ErrorIs(t, err, scoring.ErrNoChampion, "rules without a model")

	artifact, err := db.PutArtifact(ctx, []byte("artifact"), store.Artifact{Name: "a", Kind: "card", Day: credit.NewDate(2024, 6, 30)})
	require.NoError(t, err)
	for _, stage := range []store.Stage{store.StageCandidate, store.StageChampion} {
		_, err = db.MoveStage(ctx, store.Move{Segment: "default", Artifact: artifact.Digest, To: stage}, platform)
		require.NoError(t, err)
	}
	got, err := db.Deciding(ctx, "default")
	require.NoError(t, err)
	require.Equal(t, scoring.Deciding{Artifact: artifact.Digest.String(), Policy: first.Policy}, got)

	_, err = db.SetRules(ctx, "default", []byte("policy 2"), []byte("coverage"), platform)
	require.NoError(t, err)
	got, err = db.Deciding(ctx, "default")
	require.NoError(t, err)
	b, err := db.Rule(ctx, got.Policy)
	require.NoError(t, err)
	require.Equal(t, "policy 2", string(b))
	b, err = db.Rule(ctx, got.Coverage)
	require.NoError(t, err)
	require.Equal(t, "coverage", string(b))
	b, err = db.Rule(ctx, first.Policy)
	require.NoError(t, err)
	require.Equal(t, "policy 1", string(b), "what was in force before stays")
	_, err = db.Rule(ctx, strings.Repeat("0", 64))
	require.ErrorIs(t, err, scoring.ErrUnknownDigest)
}

// testAuditMany appends from two handles and many goroutines at once.
func testAuditMany(t *testing.T, db *store.DB, url string) {
	ctx, second := context.Background(), Open(t, url)
	before, err := db.AuditHead(ctx)
	require.NoError(t, err)
	const workers, each = 8, 25
	errs := make([]error, workers)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			target := []*store.DB{db, second}[w%2]
			for i := range each {
				if err := target.Audit(ctx, store.AuditEntry{At: Noon, Actor: fmt.Sprint("w", w), Action: "test", Object: fmt.Sprint(i)}); err != nil {
					errs[w] = err
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	head, err := second.VerifyAudit(ctx, store.AuditHead{})
	require.NoError(t, err)
	require.Equal(t, before.Seq+workers*each, head.Seq)
	next := map[string]int{}
	require.NoError(t, db.EachAudit(ctx, before.Seq, func(e *store.AuditEntry) error {
		require.Equal(t, fmt.Sprint(next[e.Actor]), e.Object, "entries of %s in the order in which it made them", e.Actor)
		next[e.Actor]++
		return nil
	}))
}

// testAuditTampered changes, removes, adds, swaps and cuts off entries, each time on the same chain, and puts it back.
func testAuditTampered(t *testing.T, db *store.DB, url string) {
	ctx, raw := context.Background(), Raw(t, url)
	for i := range 8 {
		require.NoError(t, db.Audit(ctx, store.AuditEntry{At: Noon, Actor: "a", Action: "test", Object: fmt.Sprint(i), Detail: `{}`}))
	}
	anchor, err := db.VerifyAudit(ctx, store.AuditHead{})
	require.NoError(t, err)
	n := anchor.Seq
	cases := []struct {
		name       string
		statements []string
		anchored   bool // only the anchor tells
	}{
		{"detail changed", []string{fmt.Sprintf(`UPDATE audit SET detail = '{"x":1}' WHERE seq = %d`, n-3)}, false},
		{"moment changed", []string{fmt.Sprintf(`UPDATE audit SET at = at + 1 WHERE seq = %d`, n-2)}, false},
		{"actor and object run together", []string{fmt.Sprintf(`UPDATE audit SET actor = 'atest', action = '' WHERE seq = %d`, n-2)}, false},
		{"entry removed", []string{fmt.Sprintf(`DELETE FROM audit WHERE seq = %d`, n-4)}, false},
		{"entry removed, the gap closed", []string{fmt.Sprintf(`DELETE FROM audit WHERE seq = %d`, n-1), fmt.Sprintf(`UPDATE audit SET seq = %d WHERE seq = %d`, n-1, n)}, false},
		{"two entries swapped", []string{fmt.Sprintf(`UPDATE audit SET seq = %d WHERE seq = %d`, n+9, n), fmt.Sprintf(`UPDATE audit SET seq = %d WHERE seq = %d`, n, n-1),
			fmt.Sprintf(`UPDATE audit SET seq = %d WHERE seq = %d`, n-1, n+9)}, false},
		{"entry added", []string{fmt.Sprintf(`INSERT INTO audit SELECT %d, at, actor, action, object, subject, detail, hash FROM audit WHERE seq = %d`, n+1, n)}, false},
		{"end cut off", []string{fmt.Sprintf(`DELETE FROM audit WHERE seq > %d`, n-2)}, true},
		{"first entry removed", []string{`DELETE FROM audit WHERE seq = 1`}, false},
	}
	for _, c := range cases {
		restore := snapshot(t, raw)
		for _, s := range c.statements {
			_, err := raw.Exec(s)
			require.NoError(t, err, c.name)
		}
		_, err := db.VerifyAudit(ctx, store.AuditHead{})
		if c.anchored {
			require.NoError(t, err, "%s: the chain alone holds", c.name)
			_, err = db.VerifyAudit(ctx, anchor)
		}
		require.ErrorIs(t, err, store.ErrAuditBroken, c.name)
		restore()
	}
	again, err := db.VerifyAudit(ctx, anchor)
	require.NoError(t, err)
	require.Equal(t, anchor, again)
	forged := anchor
	forged.Hash[0] ^= 1
	_, err = db.VerifyAudit(ctx, forged)
	require.ErrorIs(t, err, store.ErrAuditBroken)
}

// snapshot copies the audit and returns what puts it back.
func snapshot(t *testing.T, raw *sql.DB) (restore func()) {
	exec := func(statement string) {
		_, err := raw.Exec(statement)
		require.NoError(t, err)
	}
	exec(`CREATE TABLE audit_copy AS SELECT * FROM audit`)
	return func() {
		exec(`DELETE FROM audit`)
		exec(`INSERT INTO audit SELECT * FROM audit_copy`)
		exec(`DROP TABLE audit_copy`)
	}
}

// Raw opens the database under the store, for tests that do what the store never would.
func Raw(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(url, "postgres") {
		driver = "pgx"
	} else {
		url = "file:" + url + "?_busy_timeout=60000"
	}
	raw, err := sql.Open(driver, url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, raw.Close()) })
	return raw
}
