package datasets

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/features"
)

// mixedRecords makes firms with histories of about 30 records of most kinds: what the bars on speed are about.
func mixedRecords(t require.TestingT, subjects int) []credit.Record {
	rng := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[rng.IntN(len(of))] }
	var all []credit.Record
	for s := range subjects {
		subject := credit.Subject(fmt.Sprintf("t:%07d", s))
		add := func(kind credit.Kind, event credit.Date, target credit.ID, amount credit.Fen, body map[string]string) credit.ID {
			b, err := credit.BodyOf(body)
			require.NoError(t, err)
			r := credit.Record{Subject: subject, Kind: kind, Event: event, Known: event + credit.Date(rng.IntN(20)), Source: pick("双公示", "court", "tax"),
				Target: target, Amount: amount, Severity: credit.Severity(rng.IntN(4)), Body: b}
			r.Seal()
			all = append(all, r)
			return r.ID
		}
		for i := range 12 {
			event := credit.NewDate(2018, 1, 1) + credit.Date(rng.IntN(2000))
			doc := map[string]string{"authority": fmt.Sprint("3301", rng.IntN(90)), "doc_no": fmt.Sprintf("浙市监罚〔2023〕%d号", s*12+i), "type": pick("a", "b", "c")}
			switch i % 6 {
			case 0, 1, 2:
				doc["penalty_types"] = pick("fine", "warning", "fine;confiscate_gain")
				id := add(credit.KindPenalty, event, credit.ID{}, credit.Fen(rng.IntN(1e7)), doc)
				add(credit.KindRepairApproval, event+200, id, credit.NoFen, nil)
				add(credit.KindPerformance, event+20, id, credit.NoFen, nil)
			case 3:
				doc["due"] = (event + 300).String()
				id := add(credit.KindCommitment, event, credit.ID{}, credit.NoFen, doc)
				add(credit.KindFulfilment, event+100, id, credit.NoFen, map[string]string{"status": pick("fulfilled", "breached")})
				add(credit.KindHeadcount, event, credit.ID{}, credit.NoFen, map[string]string{"count": fmt.Sprint(rng.IntN(300)), "period": "2023-05"})
			case 4:
				add(credit.KindTaxGrade, event, credit.ID{}, credit.NoFen, map[string]string{"grade": pick("A", "B", "M", "C", "D"), "period": "2022"})
				add(credit.KindJudgment, event, credit.ID{}, credit.Fen(rng.IntN(1e9)), map[string]string{"role": pick("plaintiff", "defendant"), "doc_no": doc["doc_no"]})
			case 5:
				if rng.IntN(10) > 0 {
					add(credit.KindPermit, event, credit.ID{}, credit.NoFen, doc)
					add(credit.KindAward, event, credit.ID{}, credit.Fen(rng.IntN(1e9)), doc)
					continue
				}
				add(credit.KindEnforcement, event, credit.ID{}, credit.Fen(rng.IntN(1e9)), doc)
				add(credit.KindShareholding, event, credit.ID{}, credit.NoFen, map[string]string{"counterpart": fmt.Sprintf("t:%07d", rng.IntN(subjects)), "role": "investee"})
			}
		}
	}
	return sortRecords(all)
}

// BenchmarkBuild is the whole way from a record file to a finished dataset, the whole catalogue, law and neighbours
// included, on all processors: five as-of days a firm.
func BenchmarkBuild(b *testing.B) {
	records := mixedRecords(b, 50000)
	file := writeRecords(b, RecordInfo{Sorted: true}, records)
	source, err := openRecords(b, file).Source()
	require.NoError(b, err)
	spec := &Spec{Source: source, Set: features.All(), Policy: policy.Default(), Code: "bench"}
	for year := 2019; year < 2024; year++ {
		spec.AsOf = append(spec.AsOf, credit.NewDate(year, 6, 30))
	}
	rows, began := int64(0), cpuSeconds(b)
	for b.Loop() {
		p, err := NewPlan(context.Background(), spec, 2)
		require.NoError(b, err)
		m, err := Build(context.Background(), p, b.TempDir(), BuildOptions{Threads: 2})
		require.NoError(b, err)
		rows += m.Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "firm-dates/s")
	b.ReportMetric(1e6*(cpuSeconds(b)-began)/float64(rows), "cpu-us/row")
	b.ReportMetric(float64(len(records))/50000, "records/firm")
	b.ReportMetric(float64(spec.Set.Len()), "indicators")
}

// cpuSeconds is the processor time that the process has used: what to compare where the machine is shared.
func cpuSeconds(t require.TestingT) float64 {
	var u syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
