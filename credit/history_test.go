package credit_test

import (
	"fmt"
	"slices"
	"sort"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

const someone = credit.Subject("t:1")

// drawHistory makes up a short and tangled history: few days, few documents, followers of followers, targets by id and
// by key, known late, early or never.
func drawHistory(t *rapid.T) []credit.Record {
	n := rapid.IntRange(0, 24).Draw(t, "records")
	d := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
	records := make([]credit.Record, 0, n)
	for len(records) < n {
		r := credit.Record{Subject: someone, Source: "a", Amount: credit.NoFen, Event: credit.Date(19000 + d(60))}
		values := map[string]string{}
		if d(2) == 0 {
			values["authority"], values["doc_no"] = fmt.Sprint("A", d(2)), fmt.Sprint(d(4))
		}
		if d(3) == 0 {
			values["type"] = fmt.Sprint("T", d(3))
		}
		if d(4) == 0 {
			values["x"+fmt.Sprint(d(3))] = fmt.Sprint(d(3))
		}
		if d(2) == 0 {
			r.Amount = credit.Fen(d(1000))
		}
		r.Severity = credit.Severity(d(4))
		if len(records) == 0 || d(5) < 2 {
			r.Kind = []credit.Kind{credit.KindPenalty, credit.KindPenalty, credit.KindSevereListing, credit.KindCommitment, credit.KindTaxGrade}[d(5)]
			values["list"], values["grade"] = "TAX", "A"
		} else {
			aim(t, d, &r, records, values)
		}
		r.Known = r.Event + credit.Date(d(40))
		body, err := credit.BodyOf(values)
		if err != nil {
			t.Fatal(err)
		}
		r.Body = body
		r.Seal()
		records = append(records, r)
	}
	return records
}

// aim makes r a follower, of a record of the history, of itself in a circle of keys, or of nothing.
func aim(t *rapid.T, d func(int) int, r *credit.Record, records []credit.Record, values map[string]string) {
	kinds := []credit.Kind{credit.KindCorrection, credit.KindCorrection, credit.KindWithdrawal, credit.KindWithdrawal, credit.KindRepairApproval,
		credit.KindPerformance, credit.KindRemoval, credit.KindFulfilment, credit.KindObjection, credit.KindBankruptcy, credit.KindRepairBan}
	r.Kind = kinds[d(len(kinds))]
	target := &records[d(len(records))]
	r.Target = target.ID
	switch d(8) {
	case 0, 1:
		r.Target = target.Key()
	case 2:
		r.Target = credit.BusinessKey(credit.KindWithdrawal, fmt.Sprint("A", d(2)), fmt.Sprint(d(4)), someone)
	case 3:
		r.Target = credit.ID{9, byte(d(3))}
	}
	if r.Target.IsZero() {
		r.Target = target.ID
	}
	values["status"] = "approved"
	switch r.Kind {
	case credit.KindBankruptcy, credit.KindRepairBan:
		if d(2) == 0 {
			r.Target = credit.ID{}
		}
	case credit.KindCorrection:
		if d(2) == 0 {
			values["replaces"] = rapid.SampledFrom([]string{"amount", "event", "severity;type", "x0;x1", "type;doc_no", "status"}).Draw(t, "replaces")
		}
	}
}

// world is what is known on a day: the naive twin of Resolve, which follows every definition by itself.
type world struct {
	records []*credit.Record // known on the day, in order, each id once
}

func worldOn(records []credit.Record, day credit.Date) *world {
	w := &world{}
	sorted := slices.Clone(records)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Compare(&sorted[j]) < 0 })
	seen := map[credit.ID]bool{}
	for i := range sorted {
		if r := &sorted[i]; r.Known <= day && !seen[r.ID] {
			seen[r.ID] = true
			w.records = append(w.records, r)
		}
	}
	return w
}

// decision is the first record with the key of r, where r stands for itself.
func (w *world) decision(r *credit.Record) *credit.Record {
	if r.Kind.IsFollower() || r.Key().IsZero() {
		return r
	}
	for _, o := range w.records {
		if o.Key() == r.Key() {
			return o
		}
	}
	return r
}

func (w *world) target(r *credit.Record) *credit.Record {
	for _, byKey := range []bool{false, true} {
		for _, o := range w.records {
			if !byKey && o.ID == r.Target || byKey && o.Key() == r.Target {
				if !r.Kind.MayTarget(o.Kind) {
					return nil
				}
				return w.decision(o)
			}
		}
	}
	return nil
}

func same(a, b *credit.Record) bool { return a != nil && a.ID == b.ID }

func wide(r *credit.Record) bool {
	return r.Target.IsZero() && (r.Kind == credit.KindBankruptcy || r.Kind == credit.KindRepairBan)
}

// grounded reports whether the chain of targets ends at a record that stands for itself.
func (w *world) grounded(r *credit.Record) bool {
	for range len(w.records) + 1 {
		if !r.Kind.IsFollower() || wide(r) {
			return true
		}
		if r = w.target(r); r == nil {
			return false
		}
	}
	return false
}

func (w *world) acts(r *credit.Record) bool {
	if !w.grounded(r) {
		return false
	}
	for _, o := range w.records {
		if o.Kind == credit.KindWithdrawal && same(w.target(o), r) && w.acts(o) {
			return false
		}
	}
	return true
}

// reads is r as the corrections that act on the day leave it.
func (w *world) reads(r *credit.Record) credit.Record {
	out := *r
	values := r.Body.Map()
	for _, o := range w.records {
		if o.Kind != credit.KindCorrection || !same(w.target(o), r) || !w.acts(o) {
			continue
		}
		c := w.reads(o)
		given := c.Body.Map()
		list, listed := given["replaces"]
		if !listed {
			for name, text := range given {
				if !slices.Contains([]string{"authority", "doc_no", "supplied", "basis", "source_ref"}, name) {
					values[name] = text
				}
			}
			if c.Amount != credit.NoFen {
				out.Amount = c.Amount
			}
			if c.Severity != credit.SeverityNone {
				out.Severity = c.Severity
			}
			continue
		}
		for _, name := range splitList(list) {
			switch name {
			case "amount":
				out.Amount = c.Amount
			case "severity":
				out.Severity = c.Severity
			case "event":
				out.Event, out.Precision = c.Event, c.Precision
			default:
				delete(values, name)
				if text, ok := given[name]; ok {
					values[name] = text
				}
			}
		}
	}
	out.Body, _ = credit.BodyOf(values)
	return out
}

func splitList(list string) (names []string) {
	for at := 0; at <= len(list); {
		end := at
		for end < len(list) && list[end] != ';' {
			end++
		}
		names = append(names, list[at:end])
		at = end + 1
	}
	return names
}

// said are the records that speak of r on the day, as they read, in order.
func (w *world) said(r *credit.Record) (out []string) {
	for _, o := range w.records {
		if o.Kind.IsFollower() && w.acts(o) && (same(w.target(o), r) || wide(o) && credit.KindBankruptcy.MayTarget(r.Kind)) {
			c := w.reads(o)
			out = append(out, describe(&c))
		}
	}
	sort.Strings(out)
	return out
}

func describe(r *credit.Record) string {
	return fmt.Sprintf("%s %s %d %d %s %s %q", r.ID, r.Kind, r.Amount, r.Severity, r.Event, r.Target, r.Body)
}

func versionOn(e *credit.Entry, day credit.Date) *credit.Record {
	var last *credit.Record
	for _, v := range e.Versions {
		if v.From <= day {
			last = v.Record
		}
	}
	return last
}

func saidOn(e *credit.Entry, day credit.Date) (out []string) {
	for _, f := range e.Followers {
		if f.From <= day && day < f.Until {
			out = append(out, describe(f.Record))
		}
	}
	sort.Strings(out)
	return out
}

func spanOn(e *credit.Entry, day credit.Date) (last credit.Span) {
	for _, s := range e.Spans {
		if s.From <= day {
			last = s
		}
	}
	last.From = 0
	return last
}

// TestResolveEqualsNaive: on every day, Resolve says what the definitions say of the records known on that day.
func TestResolveEqualsNaive(t *testing.T) {
	var h credit.History
	rapid.Check(t, func(t *rapid.T) {
		records := drawHistory(t)
		shuffled := rapid.Permutation(records).Draw(t, "order")
		require.NoError(t, policy.Default().Resolve(&h, shuffled))
		for day := credit.Date(19000); day < 19110; day += 3 {
			w := worldOn(records, day)
			for i := range h.Entries {
				e := &h.Entries[i]
				if e.Record.Known > day || e.Record.Kind.IsFollower() {
					continue
				}
				require.Equal(t, w.decision(e.Record).ID != e.Record.ID, e.Copy)
				if e.Copy {
					continue
				}
				want := w.reads(w.decision(e.Record))
				require.Equal(t, describe(&want), describe(versionOn(e, day)))
				require.NoError(t, versionOn(e, day).Body.Check())
				require.Equal(t, w.said(w.decision(e.Record)), saidOn(e, day))
			}
		}
	})
}

// TestResolveDoesNotPeek: what is known later changes nothing of a day, standing included.
func TestResolveDoesNotPeek(t *testing.T) {
	var all, part credit.History
	rapid.Check(t, func(t *rapid.T) {
		records := drawHistory(t)
		day := credit.Date(19000 + rapid.IntRange(0, 110).Draw(t, "day"))
		known := slices.DeleteFunc(slices.Clone(records), func(r credit.Record) bool { return r.Known > day })
		require.NoError(t, policy.Default().Resolve(&all, records))
		require.NoError(t, policy.Default().Resolve(&part, known))
		i := 0
		for j := range all.Entries {
			e := &all.Entries[j]
			if e.Record.Known > day {
				continue
			}
			p := &part.Entries[i]
			i++
			require.Equal(t, p.Record.ID, e.Record.ID)
			require.Equal(t, p.Copy, e.Copy)
			if e.Record.Kind.IsFollower() || e.Copy {
				require.Empty(t, e.Spans)
				continue
			}
			require.Equal(t, describe(versionOn(p, day)), describe(versionOn(e, day)))
			require.Equal(t, saidOn(p, day), saidOn(e, day))
			require.Equal(t, spanOn(p, day), spanOn(e, day))
		}
		require.Len(t, part.Entries, i)
	})
}

// TestResolveOrdersItsLists: versions, followers and spans ascend, and versions begin when the record is known.
func TestResolveOrdersItsLists(t *testing.T) {
	var h credit.History
	rapid.Check(t, func(t *rapid.T) {
		require.NoError(t, policy.Default().Resolve(&h, drawHistory(t)))
		for i := range h.Entries {
			e := &h.Entries[i]
			require.Equal(t, e.Record.Known, e.Versions[0].From)
			require.True(t, slices.IsSortedFunc(e.Versions, func(a, b credit.Version) int { return int(a.From - b.From) }))
			require.True(t, slices.IsSortedFunc(e.Followers, func(a, b credit.Follower) int { return int(a.From - b.From) }))
			for j := 1; j < len(e.Spans); j++ {
				require.Less(t, e.Spans[j-1].From, e.Spans[j].From)
			}
			for _, f := range e.Followers {
				require.Less(t, f.From, f.Until)
				require.GreaterOrEqual(t, f.From, max(e.Record.Known, f.Record.Known))
			}
		}
	})
}

// TestResolveDoesNotAllocate in the steady state.
func TestResolveDoesNotAllocate(t *testing.T) {
	var records []credit.Record
	for i := 0; len(records) < 20; i++ {
		records = rapid.Custom(drawHistory).Example(i)
	}
	slices.SortFunc(records, func(a, b credit.Record) int { return a.Compare(&b) })
	var h credit.History
	require.Zero(t, testing.AllocsPerRun(20, func() {
		if err := (*credit.Policy)(nil).Resolve(&h, records); err != nil {
			t.Fatal(err)
		}
	}))
}

// TestResolveRefuses what is past its limits and records of two subjects.
func TestResolveRefuses(t *testing.T) {
	var h credit.History
	r := credit.Record{Subject: someone, Kind: credit.KindPenalty, Source: "a", Amount: credit.NoFen, Event: 1, Known: 1}
	r.Seal()
	other := r
	other.Subject = "t:2"
	p := policy.Default()
	require.ErrorIs(t, p.Resolve(&h, []credit.Record{r, other}), credit.ErrInvalid)
	require.ErrorIs(t, p.Resolve(&h, make([]credit.Record, credit.MaxHistory+1)), credit.ErrInvalid)
	many := []credit.Record{r}
	for i := range 1001 {
		f := credit.Record{Subject: someone, Kind: credit.KindRepairApplication, Source: "a", Amount: credit.NoFen, Event: 1, Known: credit.Date(i), Target: r.ID}
		f.Seal()
		many = append(many, f)
	}
	require.ErrorIs(t, p.Resolve(&h, many), credit.ErrInvalid)
	bans := []credit.Record{r}
	for i := range 65 {
		f := credit.Record{Subject: someone, Kind: credit.KindRepairBan, Source: "a", Amount: credit.NoFen, Event: 1, Known: credit.Date(i)}
		f.Seal()
		bans = append(bans, f)
	}
	require.ErrorIs(t, p.Resolve(&h, bans), credit.ErrInvalid)
}
