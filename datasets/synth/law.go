package synth

import (
	"slices"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// lawful resolves the records last reported, once a subject, under the embedded policy: what a lender may see.
type lawful struct {
	history credit.History
	done    bool
	err     error
}

func (w *worker) resolve() error {
	if !w.law.done {
		w.law.done, w.law.err = true, policy.Default().Resolve(&w.law.history, w.made)
	}
	return w.law.err
}

// counted reports whether the law lets a lender count the decision on the day, as it was reported by then.
func (w *worker) counted(p *penalty, day credit.Date) bool {
	at := slices.IndexFunc(w.law.history.Entries, func(e credit.Entry) bool { return e.Record.ID == p.record })
	if at < 0 {
		return false
	}
	counted := false
	for _, s := range w.law.history.Entries[at].Spans {
		if s.From <= day {
			counted = s.Counted
		}
	}
	return counted
}

// visibleFactors are the factors of the day without what is not reported of the subject, and without what the law hides:
// repaired penalties, and those that are not publicised, not yet known, or over.
func (w *worker) visibleFactors(day credit.Date, n [numFactors]uint8) ([numFactors]uint8, error) {
	n[repairedPenalty] = 0
	if !w.world.insured {
		n[headsDown] = 0
	}
	if !w.world.metered {
		n[powerDown] = 0
	}
	if len(w.world.penalties) == 0 {
		return n, nil
	}
	if err := w.resolve(); err != nil {
		return n, err
	}
	n[minorPenalty], n[generalPenalty], n[seriousPenalty], n[unpaidFine] = 0, 0, 0, 0
	w.penaltyFactors(day, &n, func(p *penalty) bool { return p.repaired > day && w.counted(p, day) })
	return n, nil
}
