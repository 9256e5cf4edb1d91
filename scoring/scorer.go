package scoring

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"hengxin/credit"
	"hengxin/features"
)

// Scorer answers questions. It is the only way to a score, and is for any number of goroutines.
type Scorer struct {
	Segment string // whose champion decides

	sources Sources

	mu      sync.Mutex
	methods map[Deciding]*Method // opened before; a method never changes, so none goes stale
}

// Sources are what a scorer stands on: a store.DB is all of them but the last.
type Sources struct {
	Log      Log
	Consents Consents
	Ledger   Ledger
	Rules    Rules
	Policy   PolicyReader
}

// maxMethods bounds the memory of opened methods: the champion, and what is being replayed.
const maxMethods = 16

// NewScorer returns a scorer for the segment.
func NewScorer(segment string, from Sources) *Scorer {
	return &Scorer{Segment: segment, sources: from, methods: map[Deciding]*Method{}}
}

// Score answers a question: consent, history, fold, model, reasons, ledger, in this order. It returns the score, and the
// canonical bytes on record. It returns [credit.ErrConsent] where no consent allows the use, before anything of the
// subject is read; [ErrSubjectUnknown] where nothing was known of the subject on the day; [ErrNoChampion];
// [credit.ErrInvalid] for a question about a day that has not come.
func (s *Scorer) Score(ctx context.Context, q Question, by Asking) (*Score, []byte, error) {
	if err := q.settle(by); err != nil {
		return nil, nil, err
	}
	method, err := s.deciding(ctx)
	if err != nil {
		return nil, nil, err
	}
	consent, err := s.consent(ctx, q, method, by)
	if err != nil {
		return nil, nil, err
	}
	head, err := s.sources.Log.Head(ctx)
	if err != nil {
		return nil, nil, err
	}
	f, err := method.gather(ctx, s.sources.Log, q, head)
	if err != nil {
		return nil, nil, err
	}
	e, err := method.evaluate(f)
	if err != nil {
		return nil, nil, fmt.Errorf("score %s: %w", q.Subject, err)
	}
	return s.save(ctx, method.score(f, e, consent.ID), by)
}

// save has the ledger record the score, and returns what is on record.
func (s *Scorer) save(ctx context.Context, score *Score, by Asking) (*Score, []byte, error) {
	canonical, err := score.Bytes()
	if err != nil {
		return nil, nil, err
	}
	recorded, err := s.sources.Ledger.SaveScore(ctx, score, canonical, by)
	if err != nil {
		return nil, nil, err
	}
	if !bytes.Equal(recorded, canonical) { // the request was made before
		score, err = Parse(recorded)
	}
	return score, recorded, err
}

// settle fills in the day and refuses what is no question.
func (q *Question) settle(by Asking) error {
	if q.Day == credit.NoDate {
		q.Day = by.Day()
	}
	if q.Day > by.Day() {
		return fmt.Errorf("score as of %s: that day has not come: %w", q.Day, credit.ErrInvalid)
	}
	if q.Bank == "" {
		return fmt.Errorf("question about %s: no bank: %w", q.Subject, credit.ErrInvalid)
	}
	return q.Subject.Check()
}

// consent finds the consent under which the question may be answered, or records that it was refused.
func (s *Scorer) consent(ctx context.Context, q Question, m *Method, by Asking) (Consent, error) {
	held, err := s.sources.Consents.Consents(ctx, q.Subject, q.Bank)
	if err != nil {
		return Consent{}, err
	}
	consent, err := findConsent(held, q, m.classes, by.Day())
	if errors.Is(err, credit.ErrConsent) {
		return Consent{}, errors.Join(err, s.sources.Ledger.SaveRefusal(ctx, q, by))
	}
	return consent, err
}

// Classes returns the classes of data that a consent must name for a score of the segment.
func (s *Scorer) Classes(ctx context.Context) ([]credit.DataClass, error) {
	m, err := s.deciding(ctx)
	if err != nil {
		return nil, err
	}
	return m.classes, nil
}

// deciding returns the method of new scores.
func (s *Scorer) deciding(ctx context.Context) (*Method, error) {
	d, err := s.sources.Rules.Deciding(ctx, s.Segment)
	if err != nil {
		return nil, err
	}
	return s.method(ctx, d)
}

// method opens a method, or returns it where it was opened before.
func (s *Scorer) method(ctx context.Context, d Deciding) (*Method, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.methods[d]; m != nil {
		return m, nil
	}
	m, err := OpenMethod(ctx, s.sources.Rules, s.sources.Policy, d)
	if err != nil {
		return nil, err
	}
	if len(s.methods) >= maxMethods {
		clear(s.methods)
	}
	s.methods[d] = m
	return m, nil
}

// gather reads the history of the subject up to the position, and of its neighbours where the model asks for them.
func (m *Method) gather(ctx context.Context, log Log, q Question, upTo credit.Position) (*facts, error) {
	f := &facts{question: q, position: upTo}
	var err error
	if f.records, err = log.History(ctx, nil, q.Subject, upTo); err != nil {
		return nil, err
	}
	known := false
	for i := range f.records {
		known = known || f.records[i].Known <= q.Day
	}
	if !known {
		return nil, fmt.Errorf("%s: no record was known on %s: %w", q.Subject, q.Day, ErrSubjectUnknown)
	}
	if m.near {
		err = m.neighbours(ctx, log, f)
	}
	return f, err
}

// neighbours reads what is known against the firms that the subject's one-hop indicators ask about, and how it reads on
// the day; it leaves f as it is where there are none.
func (m *Method) neighbours(ctx context.Context, log Log, f *facts) error {
	subjects := features.NeighboursOf(nil, f.records)
	if len(subjects) == 0 {
		return nil
	}
	if len(subjects) > maxNeighbours {
		return fmt.Errorf("%s is tied to %d firms by shares, guarantees and representatives, %d at most: %w", f.question.Subject, len(subjects), maxNeighbours, credit.ErrInvalid)
	}
	f.neighbours, f.foreign = features.NewNeighbours(m.policy), map[credit.ID]Evidence{}
	var history []credit.Record
	for _, subject := range subjects {
		var err error
		if history, err = log.History(ctx, history[:0], subject, f.position); err != nil {
			return err
		}
		if err = f.neighbours.Add(history); err == nil {
			err = m.describeNeighbour(f, history)
		}
		if err != nil {
			return fmt.Errorf("neighbour %s: %w", subject, err)
		}
	}
	return nil
}

// describeNeighbour notes how the records of a neighbour's history that may count against it read on the day.
func (m *Method) describeNeighbour(f *facts, records []credit.Record) error {
	kinds := features.NeighbourKinds()
	adverse := func(r credit.Record) bool { return r.Known <= f.question.Day && slices.Contains(kinds, r.Kind) }
	if !slices.ContainsFunc(records, adverse) {
		return nil
	}
	var h credit.History
	if err := m.policy.Resolve(&h, records); err != nil {
		return err
	}
	d := newDossier(m.policy, &h, f.question.Day)
	for i := range h.Entries {
		if r := h.Entries[i].Record; adverse(*r) {
			e := d.describe(r.ID)
			e.Subject = h.Subject
			e.Zh, e.En = string(h.Subject)+" "+e.Zh, string(h.Subject)+" "+e.En
			f.foreign[r.ID] = e
		}
	}
	return nil
}
