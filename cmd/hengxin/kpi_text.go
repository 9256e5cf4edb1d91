package main

import (
	"fmt"
	"io"

	"hengxin/credit"
)

// measureWords are the shares for people.
var measureWords = map[string][2]string{
	credit.MeasureCreditLoanShare: {"信用贷款余额占比", "loans without collateral, of the balance"},
	credit.MeasureSevereShare:     {"严重失信主体占比", "firms on a severe list"},
	credit.MeasurePenalisedShare:  {"近一年受处罚企业占比", "firms penalised in the last year"},
}

func printKPI(out io.Writer, r *kpiReport, zh bool) {
	w := func(a, b string) string { return pickText(zh, a, b) }
	fmt.Fprintf(out, "%s %s\n", w("政策", "policy"), r.Policy)
	for _, b := range r.Basis {
		fmt.Fprintf(out, "  %s\n", w(b.Zh, b.En))
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		name := l.City + " " + l.CityName
		switch l.City {
		case "all":
			name = w("全部城市", "all cities")
		case "":
			name = w("城市不详", "city not known")
		}
		fmt.Fprintf(out, "\n%s  %s\n", l.Day.String()[:7], name)
		fmt.Fprintf(out, "  %s %d; %s %d, %s %d, %s %d\n", w("登记在册企业", "firms"), l.Firms, w("平台注册", "registered"), l.Accounts, w("实名认证", "verified"), l.Verified,
			w("有效授权", "authorised"), l.Authorised)
		for _, s := range l.Shares {
			words := measureWords[s.Measure]
			fmt.Fprintf(out, "  %s: %s", w(words[0], words[1]), percentOr(s.Value, w("无数据", "no figure")))
			switch {
			case s.Benchmark == nil:
				fmt.Fprintf(out, "  (%s)", w("无对比基准，可用 --benchmark 给出", "no average to hold it against: give one with --benchmark"))
			case s.Better == nil:
				fmt.Fprintf(out, "  (%s %s, %s)", w("基准", "average"), percentOr(s.Benchmark, ""), s.Citation)
			default:
				fmt.Fprintf(out, "  (%s %s, %s: %s)", w("基准", "average"), percentOr(s.Benchmark, ""), s.Citation,
					map[bool]string{true: w("达到", "on the wanted side"), false: w("未达到", "not on the wanted side")}[*s.Better])
			}
			fmt.Fprintln(out)
		}
	}
}

func percentOr(v *float64, none string) string {
	if v == nil {
		return none
	}
	return fmt.Sprintf("%.2f%%", 100**v)
}
