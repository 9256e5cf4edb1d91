// Command score measures what one score of one firm takes, on a database that holds records already: the history read,
// fold and model alone (the bar of 2 ms at the 99th percentile), and the whole question with consent, ledger and audit.
//
//	go run ./bench/score -db hengxin.db -n 20000
//	go run ./bench/score -db hengxin.db -n 20000 -postgres
//
// Reading the log (head, history, neighbours) and the rest (law, fold, model, reasons) are also stated apart. With
// -postgres the same records are measured in a throwaway PostgreSQL server. With -long the database first gets firms
// of exactly 200 records, put together from those of others, and they alone are scored: use a copy.
//
// It scores under the segment's champion where there is one, and under the card given with -card otherwise. Firms are
// drawn by chance from all that the log holds, a firm seldom twice, so the caches of the database are as cold as the
// machine leaves them.
package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
	"hengxin/store"
)

func main() {
	url := flag.String("db", "hengxin.db", "database")
	n := flag.Int("n", 20000, "scores to measure")
	saved := flag.Int("saved", 2000, "scores to measure with consent, ledger and audit; 0 for none")
	card := flag.String("card", "scoring/testdata/card.json", "card to promote where the segment has no champion")
	day := flag.String("on", "2024-06-30", "as of this day")
	postgres := flag.Bool("postgres", false, "copy the records to a throwaway PostgreSQL server and measure there")
	long := flag.Int("long", 0, "make that many firms of 200 records and score them alone")
	flag.Parse()
	if err := run(context.Background(), options{*url, *card, *day, *n, *saved, *long, *postgres}); err != nil {
		fmt.Fprintln(os.Stderr, "bench/score:", err)
		os.Exit(1)
	}
}

type options struct {
	url, card, on  string
	n, saved, long int
	postgres       bool
}

func run(ctx context.Context, o options) error {
	db, err := store.Open(ctx, o.url, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	day, err := credit.ParseDate(o.on)
	if err != nil {
		return err
	}
	if o.postgres {
		copied, stop, err := copyToServer(ctx, db)
		if err != nil {
			return err
		}
		defer stop()
		db = copied
	}
	if err := promote(ctx, db, o.card); err != nil {
		return err
	}
	subjects, records, err := sample(ctx, db, o.n, day)
	if err == nil && o.long > 0 {
		subjects, err = makeLong(ctx, db, subjects, o.long)
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d records, %d firms drawn, as of %s\n", db.Name(), records, len(subjects), day)
	alone, log := &memory{}, &timedLog{log: db}
	scorer := scoring.NewScorer("default", scoring.Sources{Log: log, Consents: alone, Ledger: alone, Rules: db, Policy: policy.Parse})
	if err := measure(ctx, "history + fold + score", scorer, log, subjects, day); err != nil {
		return err
	}
	saved := min(o.saved, len(subjects))
	if saved == 0 {
		return nil
	}
	for _, s := range subjects[:saved] {
		if _, err := db.GrantConsent(ctx, consentOf(s), asking()); err != nil {
			return err
		}
	}
	scorer = scoring.NewScorer("default", scoring.Sources{Log: log, Consents: db, Ledger: db, Rules: db, Policy: policy.Parse})
	return measure(ctx, "with consent, ledger and audit", scorer, log, subjects[:saved], day)
}

// measure scores every subject once and prints the percentiles.
func measure(ctx context.Context, what string, scorer *scoring.Scorer, log *timedLog, subjects []credit.Subject, day credit.Date) error {
	ask := func(s credit.Subject) error {
		_, _, err := scorer.Score(ctx, scoring.Question{Subject: s, Bank: "bench", Purpose: credit.PurposePreLoan, Day: day}, asking())
		return err
	}
	for _, s := range subjects[:min(100, len(subjects))] { // opens the method and the connections
		if err := ask(s); err != nil {
			return err
		}
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var whole, read, rest spent
	for _, s := range subjects {
		*log = timedLog{log: log.log}
		begin, used := time.Now(), threadTime()
		if err := ask(s); err != nil {
			return err
		}
		wall, busy := time.Since(begin), threadTime()-used
		whole.add(wall, busy)
		read.add(log.wall, log.busy)
		rest.add(wall-log.wall, busy-log.busy)
	}
	whole.print(what)
	read.print("  of it reading the log")
	rest.print("  of it the rest")
	return nil
}

func percentiles(what string, all []time.Duration) {
	slices.Sort(all)
	at := func(p float64) time.Duration {
		return all[min(int(p*float64(len(all))), len(all)-1)].Round(time.Microsecond)
	}
	fmt.Printf("%-42s n %6d  p50 %8v  p90 %8v  p99 %8v  p99.9 %8v  max %8v\n", what, len(all), at(0.5), at(0.9), at(0.99), at(0.999), at(1))
}

// sample draws subjects of which something was known on the day.
func sample(ctx context.Context, db *store.DB, n int, day credit.Date) (drawn []credit.Subject, records int, err error) {
	rng := rand.New(rand.NewPCG(1, 2))
	seen := 0
	err = db.Scan(ctx, store.Latest, func(s credit.Subject, history []credit.Record) error {
		records += len(history)
		if history[0].Known > day {
			return nil
		}
		seen++
		if len(drawn) < n {
			drawn = append(drawn, s)
		} else if i := rng.IntN(seen); i < n {
			drawn[i] = s
		}
		return nil
	})
	rng.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn, records, err
}

// promote makes the card the champion where there is none.
func promote(ctx context.Context, db *store.DB, card string) error {
	if _, err := db.Deciding(ctx, "default"); err == nil {
		return nil
	}
	artifact, err := os.ReadFile(card)
	if err != nil {
		return err
	}
	kept, err := db.PutArtifact(ctx, artifact, store.Artifact{Name: "bench", Kind: "card", Day: asking().Day()})
	if err != nil {
		return err
	}
	if _, err := db.SetRules(ctx, "default", policy.Default().Canonical(), nil, asking()); err != nil {
		return err
	}
	for _, stage := range []store.Stage{store.StageCandidate, store.StageChampion} {
		if _, err := db.MoveStage(ctx, store.Move{Segment: "default", Artifact: kept.Digest, To: stage}, asking()); err != nil {
			return err
		}
	}
	return nil
}

func asking() scoring.Asking { return scoring.Asking{Actor: "cli:bench", At: time.Now()} }

// consentOf allows the bench to ask about the subject.
func consentOf(s credit.Subject) credit.Consent {
	from := credit.NewDate(2000, 1, 1)
	return credit.Consent{Subject: s, Bank: "bench", Purposes: []credit.Purpose{credit.PurposePreLoan},
		Classes: []credit.DataClass{credit.DataPublic, credit.DataTax, credit.DataSocial, credit.DataUtility, credit.DataScore},
		From:    from, To: credit.NoDate, Loan: "bench", Signed: from, Evidence: sha256.Sum256([]byte("bench")), Withdrawn: credit.NoDate}
}

// memory stands in for consents and ledger where only the rest is measured.
type memory struct{}

// Consents allows the bench to ask about any subject.
func (*memory) Consents(_ context.Context, s credit.Subject, _ string) ([]scoring.Consent, error) {
	return []scoring.Consent{{ID: credit.ID{1}, Consent: consentOf(s)}}, nil
}

// SaveScore keeps nothing.
func (*memory) SaveScore(_ context.Context, _ *scoring.Score, canonical []byte, _ scoring.Asking) ([]byte, error) {
	return canonical, nil
}

// SaveRefusal keeps nothing.
func (*memory) SaveRefusal(context.Context, scoring.Question, scoring.Asking) error { return nil }
