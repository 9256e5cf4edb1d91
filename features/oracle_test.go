package features

import (
	"math"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// The oracle computes every indicator straight from its meaning: for one day, from the records known on it, with texts
// and maps and no regard to speed. It shares with the fold only credit's joins and standing, which have a naive twin of
// their own.

// seen is a record as it stands on the day.
type seen struct {
	credit.Record
	pos     int // in the history
	text    map[string]string
	acts    []*credit.Record // followers that act on the day, in order
	span    credit.Span
	stage   credit.Stage // of a commitment
	counted bool
}

type day struct {
	date credit.Date
	all  []seen // latest event first, later in the history first among equals
	nbr  *Neighbours
}

func oracleDay(t require.TestingT, records []credit.Record, date credit.Date, nbr *Neighbours) *day {
	var h credit.History
	require.NoError(t, policy.Default().Resolve(&h, knownOn(records, date)))
	d := &day{date: date, nbr: nbr}
	for i, e := range h.Entries {
		if e.Copy || e.Record.Kind.IsFollower() {
			continue
		}
		s := seen{pos: i}
		for _, v := range e.Versions {
			if v.From <= date {
				s.Record = *v.Record
			}
		}
		for _, span := range e.Spans {
			if span.From <= date {
				s.span, s.counted = span, span.Counted
			}
		}
		for _, stage := range e.Stages {
			if stage.From <= date {
				s.stage = stage
			}
		}
		withdrawn := false
		for _, f := range e.Followers {
			if f.From <= date && date < f.Until {
				s.acts = append(s.acts, f.Record)
				withdrawn = withdrawn || f.Record.Kind == credit.KindWithdrawal
			}
		}
		s.text, s.Known = s.Body.Map(), e.Record.Known
		if !withdrawn {
			d.all = append(d.all, s)
		}
	}
	sort.SliceStable(d.all, func(i, j int) bool {
		if d.all[i].Event != d.all[j].Event {
			return d.all[i].Event > d.all[j].Event
		}
		return d.all[i].pos > d.all[j].pos
	})
	return d
}

// sel selects records of a day.
type sel func(d *day) []seen

type cond func(d *day, s seen) bool

func counted(kinds ...credit.Kind) sel {
	every := every(kinds...)
	return func(d *day) []seen {
		return filter(d, every(d), func(_ *day, s seen) bool { return s.counted })
	}
}

func every(kinds ...credit.Kind) sel {
	return func(d *day) []seen {
		return filter(d, d.all, func(_ *day, s seen) bool {
			for _, k := range kinds {
				if s.Kind == k {
					return true
				}
			}
			return false
		})
	}
}

func filter(d *day, list []seen, keep cond) (out []seen) {
	for _, s := range list {
		if keep(d, s) {
			out = append(out, s)
		}
	}
	return out
}

func (s sel) with(keep ...cond) sel {
	return func(d *day) []seen {
		list := s(d)
		for _, k := range keep {
			list = filter(d, list, k)
		}
		return list
	}
}

// before is the day n months earlier, by the calendar of the standard library.
func before(date credit.Date, months int) credit.Date {
	y, m, dd := date.YMD()
	first := time.Date(y, time.Month(m-months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return credit.NewDate(first.Year(), int(first.Month()), min(dd, last))
}

// in keeps the records whose event lies within n months; 0 keeps all.
func (s sel) in(months int) sel {
	if months == 0 {
		return s
	}
	return s.with(func(d *day, r seen) bool { return r.Event > before(d.date, months) })
}

func has(field string, words ...string) cond {
	return func(_ *day, s seen) bool {
		text, ok := s.text[field]
		for _, w := range words {
			if ok && text == w {
				return true
			}
		}
		return false
	}
}

func not(c cond) cond { return func(d *day, s seen) bool { return !c(d, s) } }

func both(cs ...cond) cond {
	return func(d *day, s seen) bool {
		for _, c := range cs {
			if !c(d, s) {
				return false
			}
		}
		return true
	}
}

func either(cs ...cond) cond {
	return func(d *day, s seen) bool {
		for _, c := range cs {
			if c(d, s) {
				return true
			}
		}
		return false
	}
}

func followed(kinds ...credit.Kind) cond {
	return func(_ *day, s seen) bool { return s.follower(kinds...) != nil }
}

// follower is the first that acts, of those kinds; lastFollower the last.
func (s seen) follower(kinds ...credit.Kind) *credit.Record {
	for _, a := range s.acts {
		for _, k := range kinds {
			if a.Kind == k {
				return a
			}
		}
	}
	return nil
}

func (s seen) lastFollower(kinds ...credit.Kind) (last *credit.Record) {
	for _, a := range s.acts {
		for _, k := range kinds {
			if a.Kind == k {
				last = a
			}
		}
	}
	return last
}

func state(st credit.State) cond { return func(_ *day, s seen) bool { return s.span.State == st } }

// found is the last word about a commitment.
func found(status ...string) cond {
	return func(_ *day, s seen) bool {
		last := s.lastFollower(credit.KindFulfilment)
		return last != nil && (len(status) == 0 || strings.Contains(strings.Join(status, " "), last.Body.Text(credit.FieldStatus)))
	}
}

type oracle func(d *day) float64

var nan = math.NaN()

func (s sel) n() oracle { return func(d *day) float64 { return float64(len(s(d))) } }

func (s sel) sum(of func(d *day, r seen) float64) oracle {
	return func(d *day) float64 {
		x := 0.0
		for _, r := range s(d) {
			if v := of(d, r); v == v {
				x += v
			}
		}
		return x
	}
}

func (s sel) values(d *day, of func(d *day, r seen) float64) (out []float64) {
	for _, r := range s(d) {
		if v := of(d, r); v == v {
			out = append(out, v)
		}
	}
	return out
}

func (s sel) max(of func(d *day, r seen) float64) oracle { return s.order(of, -1) }
func (s sel) min(of func(d *day, r seen) float64) oracle { return s.order(of, 0) }

// order is the value at that place of the ascending values; -1 is the last.
func (s sel) order(of func(d *day, r seen) float64, at int) oracle {
	return func(d *day) float64 {
		v := s.values(d, of)
		sort.Float64s(v)
		if len(v) == 0 {
			return nan
		}
		return v[(at+len(v))%len(v)]
	}
}

func (s sel) mean(of func(d *day, r seen) float64) oracle {
	return func(d *day) float64 {
		v, x := s.values(d, of), 0.0
		for _, y := range v {
			x += y
		}
		return x / float64(len(v))
	}
}

func (s sel) latest(of func(d *day, r seen) float64) oracle {
	return func(d *day) float64 {
		if list := s(d); len(list) > 0 {
			return of(d, list[0])
		}
		return nan
	}
}

func (s sel) distinct(field ...string) oracle {
	return func(d *day) float64 {
		set := map[string]bool{}
		for _, r := range s(d) {
			for _, f := range field {
				if text, ok := r.text[f]; ok {
					set[text] = true
				}
			}
		}
		return float64(len(set))
	}
}

func ratio(a, b oracle) oracle {
	return func(d *day) float64 { return a(d) / b(d) } // 0/0 is NaN
}

func (s sel) share(c cond) oracle { return ratio(s.with(c).n(), s.n()) }

func age(d *day, r seen) float64 { return float64(d.date - r.Event) }

func yuan(_ *day, r seen) float64 { return r.Amount.Yuan() }

func fen(_ *day, r seen) float64 {
	if r.Amount == credit.NoFen {
		return nan
	}
	return float64(r.Amount)
}

func number(field string) func(*day, seen) float64 {
	return func(_ *day, r seen) float64 {
		x, err := strconv.ParseFloat(r.text[field], 64)
		if err != nil {
			return nan
		}
		return x
	}
}

func times(a, b func(*day, seen) float64) func(*day, seen) float64 {
	return func(d *day, r seen) float64 { return a(d, r) * b(d, r) }
}

func fade(d *day, r seen) float64 { return math.Exp(-age(d, r) / 365) }

// tier is the tier of the deciding rule, else the stated one, else that of the classes; 2 where nothing is known.
func tier(_ *day, r seen) float64 {
	if r.span.Tier != 0 {
		return float64(r.span.Tier)
	}
	return statedTier(nil, r)
}

func statedTier(_ *day, r seen) float64 {
	if r.Severity != 0 {
		return float64(r.Severity)
	}
	types, stated := r.text["penalty_types"]
	serious, minor := false, stated
	for _, c := range strings.Split(types, ";") {
		serious = serious || strings.Contains("revoke_licence restrict_operation suspend_business close restrict_employment detention", c) && c != ""
		minor = minor && (c == "warning" || c == "criticism")
	}
	switch {
	case serious:
		return 3
	case minor:
		return 1
	}
	return 2
}

// left is what leniency leaves of a counted record.
func left(d *day, r seen) float64 {
	if r.Kind != credit.KindPenalty {
		return r.span.Weight
	}
	o := credit.Offence{Eligible: r.span.State == credit.StateEligible, SinceLast: credit.NoDate, Decided: r.Event, Founded: credit.NoDate}
	if _, stated := r.text["penalty_types"]; r.span.Tier != 0 || r.Severity != 0 || stated && tier(d, r) != 2 {
		o.Tier = credit.Severity(tier(d, r))
	}
	before := -1
	for _, p := range counted(credit.KindPenalty)(d) {
		if p.pos < r.pos && p.pos > before {
			before, o.SinceLast = p.pos, p.Known
		}
	}
	for _, reg := range counted(credit.KindRegistration)(d) {
		if est, err := credit.ParseDate(reg.text["established"]); err == nil && o.Founded == credit.NoDate {
			o.Founded = est
		}
		if o.Industry == "" {
			o.Industry = reg.text["industry"]
		}
	}
	weight, _ := policy.Default().Leniency(&o, d.date)
	return weight
}

func serious(d *day, s seen) bool { return tier(d, s) == 3 }

// less is the count of 12 months less that of the 12 before.
func (s sel) trend() oracle {
	return func(d *day) float64 { return 2*s.in(12).n()(d) - s.in(24).n()(d) }
}

func (s sel) gaps(d *day, same func(a, b seen) bool) (out []float64) {
	list := s(d)
	for i, a := range list {
		for _, b := range list[i+1:] {
			if same(a, b) {
				out = append(out, float64(a.Event-b.Event))
				break
			}
		}
	}
	return out
}

func least(v []float64) float64 {
	sort.Float64s(v)
	if len(v) == 0 {
		return nan
	}
	return v[0]
}

func (s sel) gapMin() oracle {
	return func(d *day) float64 { return least(s.gaps(d, func(a, b seen) bool { return true })) }
}

func (s sel) gapMean() oracle {
	return func(d *day) float64 {
		v, x := s.gaps(d, func(a, b seen) bool { return true }), 0.0
		for _, y := range v {
			x += y
		}
		return x / float64(len(v))
	}
}

// most is the size of the largest group that shares the field.
func (s sel) most(field string) oracle {
	return func(d *day) float64 {
		groups, most := map[string]float64{}, 0.0
		for _, r := range s(d) {
			if text, ok := r.text[field]; ok {
				groups[text]++
				most = max(most, groups[text])
			}
		}
		return most
	}
}

func (s sel) repeats(field string) oracle {
	return func(d *day) float64 {
		stated := s.with(func(_ *day, r seen) bool { _, ok := r.text[field]; return ok })
		return stated.n()(d) - s.distinct(field)(d)
	}
}

func zero(o oracle) oracle {
	return func(d *day) float64 {
		if x := o(d); x == x {
			return x
		}
		return 0
	}
}

func known(d *day, r seen) float64 { return float64(d.date - r.Known) }

func near(got, want float64) bool {
	return got == want || got != got && want != want || math.Abs(got-want) <= 1e-9*math.Max(math.Abs(got), math.Abs(want))
}

func checkOracle(t require.TestingT, f *Fold, table map[string]oracle, records []credit.Record, date credit.Date) {
	row, d := rowsOf(t, f, records, date), oracleDay(t, records, date, f.neighbours)
	for i, x := range row {
		id := f.Set().At(i).ID
		if want := table[id](d); !near(x, want) {
			require.Failf(t, "not as the oracle says", "%s on %s: %v, oracle %v", id, date, x, want)
		}
	}
}

// TestOracle: every indicator of both catalogues equals its oracle.
func TestOracle(t *testing.T) {
	all, bench := oracles(), benchOracles()
	for _, set := range []*Set{All(), Bench()} {
		for i := range set.Len() {
			_, a := all[set.At(i).ID]
			_, b := bench[set.At(i).ID]
			require.True(t, a || b, "%s has no oracle", set.At(i).ID)
		}
	}
	require.Len(t, all, All().Len())
	f := newFold(t, All())
	g, err := NewFold(Bench(), nil, nil, nil)
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		records, d := drawRecords(t)
		for _, date := range someDays(d, 2) {
			checkOracle(t, f, all, records, date)
			checkOracle(t, g, bench, records, date)
		}
	})
	for i, kind := range append(freshKinds, reportKinds...) {
		d := seeded(3000 + uint64(i))
		records := focused(d, kind, 40)
		for _, date := range someDays(d, 3) {
			checkOracle(t, f, all, records, date)
		}
	}
	for seed := range uint64(120) { // longer histories than rapid draws
		d := seeded(seed)
		records := history(d, 150)
		for _, date := range someDays(d, 2) {
			checkOracle(t, f, all, records, date)
			checkOracle(t, g, bench, records, date)
		}
	}
}
