package scoring_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
)

// TestKPIEqualsTwin: counting subjects one after the other in any order gives what a look at each figure by itself gives.
func TestKPIEqualsTwin(t *testing.T) {
	p := policy.Default()
	rapid.Check(t, func(t *rapid.T) {
		days := []credit.Date{credit.NewDate(2024, 1, 31), credit.NewDate(2024, 6, 30), credit.NewDate(2025, 6, 30)}
		want := map[string]scoring.KPICell{}
		k := scoring.NewKPI([]credit.Date{days[2], days[0], days[1], days[0]})
		for n := range rapid.IntRange(0, 8).Draw(t, "firms") {
			city := rapid.SampledFrom([]string{"3201", "3205"}).Draw(t, "city")
			draw := func(label string) credit.Date {
				return credit.NewDate(2023, 6, 1) + credit.Date(rapid.IntRange(0, 900).Draw(t, label))
			}
			subject := credit.Subject(fmt.Sprintf("t:%d", n))
			rec := func(kind credit.Kind, day credit.Date, fields map[string]string) credit.Record {
				r := credit.Record{Subject: subject, Kind: kind, Event: day, Known: day, Source: "t", Amount: 5000000}
				r.Body, _ = credit.BodyOf(fields)
				r.Seal()
				return r
			}
			born, listed, fined, gone := draw("born"), draw("listed"), draw("fined"), draw("gone")
			records := []credit.Record{rec(credit.KindRegistration, born, map[string]string{"division": city + "05"}),
				rec(credit.KindSevereListing, listed, map[string]string{"list": "TAX"}), rec(credit.KindPenalty, fined, map[string]string{"penalty_types": "confiscate_gain"})}
			closed := rapid.Bool().Draw(t, "closed")
			if closed {
				records = append(records, rec(credit.KindClosure, gone, map[string]string{"status": "x"}))
			}
			a := scoring.Account{Registered: draw("account"), Verified: draw("verified"), Authorised: []scoring.Period{{From: draw("from"), To: draw("to")}}}
			loan := scoring.LoanBalance{Day: days[1], Fen: 100, Security: scoring.Security(rapid.IntRange(0, 2).Draw(t, "security"))}
			var h credit.History
			if err := p.Resolve(&h, records); err != nil {
				t.Fatal(err)
			}
			k.Add(&h, subject, &a, []scoring.LoanBalance{loan})
			for _, d := range days {
				if born > d || closed && gone <= d {
					continue
				}
				for _, c := range []string{city, "all"} {
					cell := want[c+d.String()]
					one := func(n *int, on bool) {
						if on {
							*n++
						}
					}
					on := a.Registered <= d
					one(&cell.Firms, true)
					one(&cell.Accounts, on)
					one(&cell.Verified, on && a.Verified <= d)
					one(&cell.Authorised, on && a.Verified <= d && a.Authorised[0].From <= d && d <= a.Authorised[0].To)
					one(&cell.Severe, listed <= d)
					one(&cell.Counted, fined <= d)
					one(&cell.Penalised, fined <= d && fined > d.AddMonths(-12))
					if d == days[1] {
						cell.Balance += 100
						cell.Credit += map[bool]credit.Fen{true: 100}[loan.Security == scoring.SecurityNone]
						cell.UnknownLoans += map[bool]credit.Fen{true: 100}[loan.Security == scoring.SecurityUnknown]
					}
					want[c+d.String()] = cell
				}
			}
		}
		for _, c := range k.Cells() {
			w := want[c.City+c.Day.String()]
			if w.City, w.Day = c.City, c.Day; w != c {
				t.Fatalf("have %+v, want %+v", c, w)
			}
			delete(want, c.City+c.Day.String())
		}
		if len(want) > 0 {
			t.Fatalf("missing %v", want)
		}
	})
}

func TestShares(t *testing.T) {
	c := scoring.KPICell{Firms: 200, Severe: 1, Penalised: 3, Balance: 1000, Credit: 200, UnknownLoans: 200}
	for measure, want := range map[string]float64{credit.MeasureSevereShare: 0.005, credit.MeasurePenalisedShare: 0.015, credit.MeasureCreditLoanShare: 0.25} {
		have, ok := c.Share(measure)
		require.True(t, ok)
		require.InDelta(t, want, have, 1e-15)
		_, ok = (&scoring.KPICell{}).Share(measure)
		require.False(t, ok, "a share without a base is absent")
	}
}
