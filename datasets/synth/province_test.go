package synth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strconv"
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
	require.Equal(t, "3e7a5bbc5b8ae2c83f15c776826cd95b4e87e3aec93279c17a65559289c49904", digest(t, province(t, Options{Seed: 7, Subjects: 3000})))
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
