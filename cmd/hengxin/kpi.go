package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/scoring"
	"hengxin/store"
)

// kpiCmd counts what the policy itself asks for, by city and month.
type kpiCmd struct {
	From      string `placeholder:"MONTH" help:"First month (2026-01); the last one unless given."`
	To        string `placeholder:"MONTH" help:"Last month; the month of today in China unless given."`
	Accounts  string `placeholder:"FILE" type:"existingfile" help:"CSV or Parquet of the platform's accounts: subject, registered, verified (days). Without it an account is a name in the register of the database, and verified is who signed a consent."`
	Loans     string `placeholder:"FILE" type:"existingfile" help:"CSV or Parquet of loans: loan, subject, security (credit, guarantee, mortgage, pledge)."`
	Balances  string `placeholder:"FILE" type:"existingfile" help:"CSV or Parquet of balances: loan, day (a month's end), balance_fen."`
	Benchmark string `placeholder:"FILE" type:"existingfile" help:"CSV of averages to hold the shares against: measure, value, from, to, citation. Before the policy's own rows."`
	CSV       string `name:"csv" placeholder:"FILE" help:"Write every city and month to this file; - is standard output."`
	Policy    string `placeholder:"P" help:"Directory, file or digest of a policy; the built-in one unless given."`
	Lang      string `enum:"zh,en" default:"zh" help:"Language: ${enum}."`
}

// Help shows an example.
func (c *kpiCmd) Help() string {
	return `Counts, by city and month: firms; registered on the platform, verified by real name, with an authorisation in force; the share of
the loan balance that stands without collateral; the shares of firms on a severe list and of firms penalised in the twelve
months before, each beside an average of the policy's benchmarks or of --benchmark. A measure without a published average has
none. docs/kpi.md describes the input files. The log is read as a stream.

  hengxin kpi --from 2026-01 --to 2026-06
  hengxin kpi --to 2026-06 --loans loans.csv --balances balances.csv --benchmark national.csv --csv kpi.csv`
}

// kpiLine is a cell with its shares and what they are held against.
type kpiLine struct {
	scoring.KPICell
	CityName string     `json:"city_name"`
	Shares   []kpiShare `json:"shares"`
}

// kpiShare is one share beside its average.
type kpiShare struct {
	Measure   string   `json:"measure"`
	Value     *float64 `json:"value"` // null where there is no base
	Benchmark *float64 `json:"benchmark"`
	Citation  string   `json:"citation,omitempty"`
	Better    *bool    `json:"better,omitempty"` // on the wanted side of the average
}

// basisLine says what a figure rests on.
type basisLine struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// kpiReport is what the command found.
type kpiReport struct {
	Policy credit.Digest   `json:"policy"`
	At     credit.Position `json:"position"`
	Basis  []basisLine     `json:"basis"` // what accounts, verification and loans rest on
	Lines  []kpiLine       `json:"lines"`
}

// Run counts.
func (c *kpiCmd) Run(ctx context.Context, g *cli) error {
	days, err := c.days()
	if err != nil {
		return err
	}
	law, err := openPolicy(ctx, g, c.Policy)
	if err != nil {
		return fmt.Errorf("--policy %s: %w", c.Policy, err)
	}
	averages, err := readBenchmarks(c.Benchmark)
	if err != nil {
		return err
	}
	report, err := c.count(ctx, g, law, averages, days)
	if err != nil {
		return err
	}
	if c.CSV != "" {
		if err := writeKPI(c.CSV, report); err != nil || c.CSV == "-" {
			return err
		}
	}
	if g.JSON {
		return printJSON(report)
	}
	printKPI(os.Stdout, report, c.Lang == "zh")
	return nil
}

// days are the last days of the months asked for.
func (c *kpiCmd) days() ([]credit.Date, error) {
	today, err := dayOr("", "")
	if err != nil {
		return nil, err
	}
	to, err := monthOr("--to", c.To, today)
	if err != nil {
		return nil, err
	}
	from, err := monthOr("--from", c.From, to)
	if err != nil {
		return nil, err
	}
	if from > to {
		return nil, fmt.Errorf("--from %s is after --to %s", c.From, c.To)
	}
	var days []credit.Date
	for first := from; first <= to; first = first.AddMonths(1) {
		days = append(days, first.AddMonths(1)-1)
	}
	if len(days) > 240 {
		return nil, fmt.Errorf("--from %s --to %s: %d months, 240 at most", c.From, c.To, len(days))
	}
	return days, nil
}

// monthOr is the first day of a month written 2026-01, and of other's month where none is given.
func monthOr(flag, text string, other credit.Date) (credit.Date, error) {
	if text == "" {
		text = other.String()[:7]
	}
	day, err := credit.ParseDate(text + "-01")
	if err != nil {
		return day, fmt.Errorf("%s %s: want a month, 2026-01", flag, text)
	}
	return day, nil
}

func (c *kpiCmd) count(ctx context.Context, g *cli, law *credit.Policy, averages []credit.BenchmarkRow, days []credit.Date) (*kpiReport, error) {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	report := &kpiReport{Policy: law.Digest(), Lines: []kpiLine{}}
	if report.At, err = db.Head(ctx); err != nil {
		return nil, err
	}
	accounts, basis, err := c.accounts(ctx, db)
	if err != nil {
		return nil, err
	}
	loans, more, err := readLoans(c.Loans, c.Balances)
	if err != nil {
		return nil, err
	}
	report.Basis = append(basis, more...)
	k := scoring.NewKPI(days)
	var h credit.History
	err = db.Scan(ctx, report.At, func(subject credit.Subject, records []credit.Record) error {
		if err := law.Resolve(&h, records); err != nil {
			return err
		}
		k.Add(&h, subject, accounts[subject], loans[subject])
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, cell := range k.Cells() {
		report.Lines = append(report.Lines, lineOf(law, averages, cell))
	}
	return report, nil
}

// lineOf puts shares and averages beside a cell.
func lineOf(law *credit.Policy, averages []credit.BenchmarkRow, cell scoring.KPICell) kpiLine {
	line := kpiLine{KPICell: cell, CityName: cityName(cell.City, cell.Day)}
	for _, m := range credit.Measures() {
		s := kpiShare{Measure: m}
		if v, ok := cell.Share(m); ok {
			s.Value = &v
		}
		row, ok := benchmarkOn(averages, m, cell.Day)
		if !ok {
			row, ok = law.Benchmark(m, cell.Day)
		}
		if ok {
			s.Benchmark, s.Citation = &row.Value, strings.TrimSpace(row.ID+" "+row.Citation)
		}
		if s.Value != nil && s.Benchmark != nil {
			better := *s.Value <= *s.Benchmark
			if m == credit.MeasureCreditLoanShare {
				better = *s.Value >= *s.Benchmark
			}
			s.Better = &better
		}
		line.Shares = append(line.Shares, s)
	}
	return line
}

func benchmarkOn(rows []credit.BenchmarkRow, measure string, day credit.Date) (*credit.BenchmarkRow, bool) {
	for i := range rows {
		if rows[i].Measure == measure && rows[i].InForce(day) {
			return &rows[i], true
		}
	}
	return nil, false
}

// cityName is the prefecture's name, "" where the table of divisions has none.
func cityName(city string, on credit.Date) string {
	if len(city) != 4 {
		return ""
	}
	row, state := policy.Division(city+"00", on)
	if state == policy.DivisionUnknown {
		return ""
	}
	return row.Name
}

// kpiColumns are the columns of the exported table.
var kpiColumns = []string{"city", "city_name", "month_end", "firms", "accounts", "verified", "authorised", "severe", "counted", "penalised",
	"balance_fen", "credit_balance_fen", "unknown_balance_fen", "credit_loan_share", "credit_loan_benchmark", "severe_share", "severe_benchmark",
	"penalised_share", "penalised_benchmark"}

func writeKPI(path string, r *kpiReport) error {
	write := func(out io.Writer) (n int64, err error) {
		w := csv.NewWriter(out)
		errs := []error{w.Write(kpiColumns)}
		for i := range r.Lines {
			l := &r.Lines[i]
			cells := []string{l.City, l.CityName, l.Day.String()}
			for _, v := range []int64{int64(l.Firms), int64(l.Accounts), int64(l.Verified), int64(l.Authorised), int64(l.Severe), int64(l.Counted),
				int64(l.Penalised), int64(l.Balance), int64(l.Credit), int64(l.UnknownLoans)} {
				cells = append(cells, strconv.FormatInt(v, 10))
			}
			for _, s := range l.Shares {
				cells = append(cells, floatOrNothing(s.Value), floatOrNothing(s.Benchmark))
			}
			errs = append(errs, w.Write(cells))
			n++
		}
		w.Flush()
		return n, errors.Join(append(errs, w.Error())...)
	}
	if path == "-" {
		_, err := write(os.Stdout)
		return err
	}
	_, err := writeWhole(path, write)
	return err
}

func floatOrNothing(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', -1, 64)
}
