package synth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
)

func province(t testing.TB, o Options) *Province {
	t.Helper()
	p, err := New(o)
	require.NoError(t, err)
	return p
}

// contents returns the digest of each subject's records as the log would keep them.
func contents(t testing.TB, p *Province) map[credit.Subject][32]byte {
	t.Helper()
	m := map[credit.Subject][32]byte{}
	last := credit.Subject("")
	require.NoError(t, p.Generate(context.Background(), func(s credit.Subject, records []credit.Record) error {
		require.Less(t, last, s, "subjects ascend and come once")
		last = s
		var b []byte
		for i := range records {
			b = records[i].AppendTo(b)
		}
		m[s] = sha256.Sum256(b)
		return nil
	}))
	return m
}

// digest is one digest of everything: records and loans.
func digest(t testing.TB, p *Province) string {
	t.Helper()
	h := sha256.New()
	w := p.newWorker()
	require.NoError(t, p.inOrder(context.Background(), func(index uint64) error {
		w.live(index)
		var b []byte
		for _, r := range w.report() {
			b = r.AppendTo(b)
		}
		h.Write(b)
		for _, l := range w.loans(nil) {
			for _, o := range l.Seen {
				h.Write([]byte(l.ID + l.Bank + l.Start.String() + l.Amount.String() + bits(o.Probability) + bits(o.Visible)))
				require.Equal(t, o.Bad, o.BadDay != never)
			}
		}
		return nil
	}))
	return hex.EncodeToString(h.Sum(nil))
}

func bits(x float64) string { return strconv.FormatFloat(x, 'x', -1, 64) }

// TestSameBytes holds the bytes of one small province: on another machine, with another compiler, they are the same. A
// change of the rates or of the generator changes them, and then the digest here.
func TestSameBytes(t *testing.T) {
	require.Equal(t, "8694aafb106c29d03f060deacf1fbfda84f78d61ddc66e89194e66b973c3007f", digest(t, province(t, Options{Seed: 7, Subjects: 3000})))
}

func TestAnotherSeedIsAnotherProvince(t *testing.T) {
	require.NotEqual(t, digest(t, province(t, Options{Seed: 1, Subjects: 500})), digest(t, province(t, Options{Seed: 2, Subjects: 500})))
}

func TestShardsTogetherAreTheWhole(t *testing.T) {
	whole := contents(t, province(t, Options{Seed: 3, Subjects: 4001}))
	require.Len(t, whole, 4001)
	joined := map[credit.Subject][32]byte{}
	for shard := range uint64(3) {
		for s, d := range contents(t, province(t, Options{Seed: 3, Subjects: 4001, Shard: shard, Shards: 3})) {
			require.NotContains(t, joined, s)
			joined[s] = d
		}
	}
	require.Equal(t, whole, joined)
}

func TestSmallProvinceIsTheFirstPartOfALargeOne(t *testing.T) {
	large := contents(t, province(t, Options{Seed: 3, Subjects: 5000}))
	for s, d := range contents(t, province(t, Options{Seed: 3, Subjects: 1000})) {
		require.Equal(t, d, large[s], s)
	}
}

// TestOrderInSeveralPasses sorts the codes a few at a time, as a province of many millions does.
func TestOrderInSeveralPasses(t *testing.T) {
	one := province(t, Options{Seed: 3, Subjects: 3000})
	many := province(t, Options{Seed: 3, Subjects: 3000})
	many.sortLimit = 100
	require.Greater(t, len(many.headRanges()), 20)
	require.Equal(t, contents(t, one), contents(t, many)) // contents also holds the order
}

// TestOneSubjectAlone generates subjects on their own and finds what the whole run gave: memory that is used again
// leaves nothing behind.
func TestOneSubjectAlone(t *testing.T) {
	p := province(t, Options{Seed: 5, Subjects: 2000})
	whole := contents(t, p)
	w := p.newWorker()
	for _, index := range []uint64{1999, 0, 64, 63, 1000, 7} {
		w.live(index)
		var b []byte
		for _, r := range w.report() {
			b = r.AppendTo(b)
		}
		require.Equal(t, whole[w.world.firm.Subject], sha256.Sum256(b))
		require.Equal(t, w.world.firm.Subject, p.Subject(index).Subject)
		require.Equal(t, w.loans(nil), p.Loans(index))
	}
}

// TestEveryRecordIsValid checks what every record and every history must keep.
func TestEveryRecordIsValid(t *testing.T) {
	law := policy.Default()
	for _, profile := range []string{"standard", "dense"} {
		p := province(t, Options{Seed: 11, Subjects: 8000, Profile: profile})
		seen := map[credit.Kind]int{}
		orphans := 0
		require.NoError(t, p.Generate(context.Background(), func(s credit.Subject, records []credit.Record) error {
			orphans += checkHistory(t, p, s, records, law)
			for i := range records {
				seen[records[i].Kind]++
			}
			return nil
		}))
		for _, k := range credit.Kinds() {
			if k.Kind != credit.KindRepairBan && k.Kind != credit.KindExtension {
				require.NotZero(t, seen[k.Kind], "no record of kind %s", k.Name)
			}
		}
		require.Less(t, orphans, 40)
	}
}

func checkHistory(t *testing.T, p *Province, s credit.Subject, records []credit.Record, law *credit.Policy) (orphans int) {
	code, err := credit.ParseCode(string(s))
	require.NoError(t, err)
	last, organisation := code.Checks()
	require.True(t, organisation, s)
	for i := range records {
		require.Equal(t, !last, records[i].Flags&credit.FlagCheckFailed != 0, s)
	}
	for i := 1; i < len(records); i++ {
		require.Negative(t, records[i-1].Compare(&records[i]), "records ascend, and none comes twice")
	}
	targets := map[credit.ID]credit.Kind{}
	for i := range records {
		r := &records[i]
		targets[r.ID] = r.Kind
		if k := r.Key(); !k.IsZero() {
			targets[k] = r.Kind
		}
	}
	for i := range records {
		r := &records[i]
		require.NoError(t, r.Check())
		require.NoError(t, r.Body.Check())
		require.NoError(t, law.CheckWords(r))
		require.Equal(t, s, r.Subject)
		require.Contains(t, r.Source, Marker)
		require.LessOrEqual(t, r.Known, p.to)
		sealed := *r
		sealed.Seal()
		require.Equal(t, r.ID, sealed.ID)
		if !r.Target.IsZero() {
			kind, ok := targets[r.Target]
			if !ok { // what follows a decision that its department never supplied
				require.True(t, r.Kind.MayTarget(credit.KindPenalty), "%s of %s targets nothing", r.Kind, s)
				orphans++
				continue
			}
			require.True(t, r.Kind.MayTarget(kind), "%s targets %s", r.Kind, kind)
		}
	}
	return orphans
}

func TestCodesAreDistinct(t *testing.T) {
	p := province(t, Options{Seed: 9, Subjects: 200_000})
	seen := map[uint64]bool{}
	for i := range p.opt.Subjects {
		n := p.codeNumber(i)
		require.False(t, seen[n])
		seen[n] = true
	}
}

// TestHoldingsAgree looks at a holding from both ends.
func TestHoldingsAgree(t *testing.T) {
	p := province(t, Options{Seed: 4, Subjects: 1 << 20})
	found := 0
	rapid.Check(t, func(t *rapid.T) {
		index := rapid.Uint64Range(0, 1<<20-1).Draw(t, "index")
		require.Equal(t, index, p.holderOf(p.heldBy(index)))
		require.Equal(t, index/blockSize, p.heldBy(index)/blockSize)
	})
	var a, b world
	for index := range uint64(3000) {
		p.gen.live(index, &a)
		if a.links.held.since == 0 {
			continue
		}
		found++
		p.gen.live(a.links.held.index, &b)
		require.Equal(t, a.firm.Subject, b.links.holder.other)
		require.Equal(t, b.firm.Subject, a.links.held.other)
		require.Equal(t, a.links.held.share, b.links.holder.share)
		require.Equal(t, a.links.held.since, b.links.holder.since)
	}
	require.Greater(t, found, 50)
}

func TestBadOptionsAreRefused(t *testing.T) {
	for name, o := range map[string]Options{
		"none":    {},
		"profile": {Subjects: 1, Profile: "thick"},
		"shard":   {Subjects: 1, Shard: 2, Shards: 2},
		"days":    {Subjects: 1, From: credit.NewDate(2020, 1, 1), To: credit.NewDate(2021, 1, 1)},
		"many":    {Subjects: MaxSubjects + 1},
	} {
		_, err := New(o)
		require.ErrorIs(t, err, credit.ErrInvalid, name)
	}
}

func TestGenerateStops(t *testing.T) {
	p := province(t, Options{Subjects: 100})
	stop := context.Canceled
	n := 0
	require.ErrorIs(t, p.Generate(context.Background(), func(credit.Subject, []credit.Record) error { n++; return stop }), stop)
	require.Equal(t, 1, n)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, p.Generate(ctx, func(credit.Subject, []credit.Record) error { return nil }), context.Canceled)
}

func BenchmarkGenerate(b *testing.B) {
	for _, profile := range []string{"standard", "dense"} {
		b.Run(profile, func(b *testing.B) {
			p := province(b, Options{Seed: 1, Subjects: 20000, Profile: profile})
			n := 0
			for b.Loop() {
				err := p.Generate(context.Background(), func(_ credit.Subject, rs []credit.Record) error { n += len(rs); return nil })
				require.NoError(b, err)
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "records/s")
			b.ReportMetric(float64(n)/float64(b.N)/20000, "records/subject")
		})
	}
}

// TestRelationsAgree looks at guarantees, shared representatives and successions from both ends.
func TestRelationsAgree(t *testing.T) {
	p := province(t, Options{Seed: 4, Subjects: 1 << 20})
	shared, guaranteed, taken := 0, 0, 0
	told := func(index uint64) (firm Firm, officers, guarantees map[string]string, heirs []string) {
		w := p.newWorker()
		w.live(index)
		officers, guarantees = map[string]string{}, map[string]string{}
		for _, r := range w.report() {
			other := r.Body.Text(credit.FieldCounterpart)
			switch {
			case r.Kind == credit.KindOfficer && other != "":
				officers[other] = r.Body.Text(credit.FieldPerson)
			case r.Kind == credit.KindGuarantee:
				guarantees[other] = r.Body.Text(credit.FieldRole) + r.Event.String() + r.Amount.String()
			case r.Kind == credit.KindSuccession:
				heirs = append(heirs, other)
			}
		}
		return w.world.firm, officers, guarantees, heirs
	}
	for index := range uint64(4000) {
		firm, officers, guarantees, heirs := told(index)
		for _, heir := range heirs {
			taken++
			next := p.Subject(p.heldBy(index))
			require.Equal(t, string(next.Subject), heir)
			require.True(t, next.alive(firm.Ceased))
		}
		for _, other := range []uint64{p.heldBy(index), p.holderOf(index)} {
			far := p.Subject(other)
			if person, ok := officers[string(far.Subject)]; ok {
				shared++
				_, theirs, _, _ := told(other)
				require.Equal(t, person, theirs[string(firm.Subject)], "%s and %s", firm.Subject, far.Subject)
			}
			if terms, ok := guarantees[string(far.Subject)]; ok && strings.HasPrefix(terms, "guarantor") {
				guaranteed++
				_, _, theirs, _ := told(other)
				require.Equal(t, "guaranteed"+strings.TrimPrefix(terms, "guarantor"), theirs[string(firm.Subject)])
			}
		}
	}
	require.Greater(t, shared, 50)
	require.Greater(t, guaranteed, 10)
	require.Greater(t, taken, 10)
}

// TestMisplacedDecisions finds orphans and misspelt codes at about their rates, and nothing of either in the subject's own
// history.
func TestMisplacedDecisions(t *testing.T) {
	r, err := DefaultRates()
	require.NoError(t, err)
	r.Flaws.Unsupplied, r.Flaws.StrayCode, r.Flaws.MissingNumber = 0.1, 0.1, 0.1
	p := province(t, Options{Seed: 4, Subjects: 20_000, Rates: r})
	decisions, strays, orphans, numberless, last := 0.0, 0.0, 0.0, 0.0, credit.Subject("")
	require.NoError(t, p.Generate(context.Background(), func(s credit.Subject, records []credit.Record) error {
		require.Less(t, last, s, "subjects ascend, misspelt ones too")
		last = s
		code, err := credit.ParseCode(string(s))
		require.NoError(t, err)
		right, _ := code.Checks()
		targets := map[credit.ID]bool{}
		for i := range records {
			targets[records[i].ID], targets[records[i].Key()] = true, true
		}
		for i := range records {
			x := &records[i]
			require.Equal(t, s, x.Subject)
			if x.Kind == credit.KindPenalty && x.Source != Marker+"credit_site" {
				decisions, strays = decisions+1, strays+num(!right)
				_, numbered := x.Body.Get(credit.FieldDocNo)
				numberless += num(!numbered)
			}
			orphans += num(x.Kind == credit.KindPerformance && !targets[x.Target])
		}
		return nil
	}))
	require.InDelta(t, 0.11, strays/decisions, 0.03) // of those supplied
	require.InDelta(t, 0.1, numberless/decisions, 0.03)
	require.InDelta(t, 0.2, orphans/decisions, 0.06) // the unsupplied and the misspelt
}
