package synth

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"hengxin/datasets"
)

// tableWriter gathers row groups of one of our Parquet files.
type tableWriter struct {
	file  *datasets.Writer
	group []datasets.Vector
	rows  int
}

const tableGroup = 16384

func newTableWriter(w io.Writer, columns []datasets.Column) (*tableWriter, error) {
	file, err := datasets.NewWriter(w, columns, "subject")
	if err != nil {
		return nil, err
	}
	file.Set("hengxin.generated", "true")
	file.Set("hengxin.synth", "a generated province: no real firm, bank or loan")
	return &tableWriter{file: file, group: make([]datasets.Vector, len(columns))}, nil
}

// next ends a row.
func (t *tableWriter) next() error {
	if t.rows++; t.rows < tableGroup {
		return nil
	}
	return t.flush()
}

func (t *tableWriter) flush() error {
	err := t.file.WriteGroup(t.group)
	for i := range t.group {
		t.group[i].Reset()
	}
	t.rows = 0
	return err
}

func (t *tableWriter) close() error {
	if err := t.flush(); err != nil {
		return err
	}
	return t.file.Close()
}

var loanColumns = []datasets.Column{
	{Name: "loan", Type: datasets.Text, Plain: true}, {Name: "subject", Type: datasets.Text}, {Name: "bank", Type: datasets.Text},
	{Name: "start", Type: datasets.Date}, {Name: "months", Type: datasets.Int32}, {Name: "amount_fen", Type: datasets.Int64},
	{Name: "rate_percent", Type: datasets.Double}, {Name: "size", Type: datasets.Text},
}

func (t *tableWriter) loan(l *Loan) error {
	g := t.group
	g[0].AppendText(l.ID)
	g[1].AppendText(string(l.Subject))
	g[2].AppendText(l.Bank)
	g[3].Int32s = append(g[3].Int32s, int32(l.Start))
	g[4].Int32s = append(g[4].Int32s, int32(l.Months))
	g[5].Int64s = append(g[5].Int64s, int64(l.Amount))
	g[6].Doubles = append(g[6].Doubles, l.Rate)
	g[7].AppendText(l.Size)
	return t.next()
}

var stateColumns = []datasets.Column{
	{Name: "loan", Type: datasets.Text}, {Name: "subject", Type: datasets.Text}, {Name: "day", Type: datasets.Date},
	{Name: "overdue_days", Type: datasets.Int32}, {Name: "class", Type: datasets.Text}, {Name: "balance_fen", Type: datasets.Int64},
}

func (t *tableWriter) state(l *Loan, s *LoanState) error {
	g := t.group
	g[0].AppendText(l.ID)
	g[1].AppendText(string(l.Subject))
	g[2].Int32s = append(g[2].Int32s, int32(s.Day))
	g[3].Int32s = append(g[3].Int32s, int32(s.Overdue))
	g[4].AppendText(s.Class)
	g[5].Int64s = append(g[5].Int64s, int64(s.Balance))
	return t.next()
}

func truthColumns() []datasets.Column {
	c := []datasets.Column{
		{Name: "subject", Type: datasets.Text}, {Name: "as_of", Type: datasets.Date}, {Name: "loan", Type: datasets.Text, Plain: true},
		{Name: "true_probability", Type: datasets.Double, Plain: true}, {Name: "true_logit", Type: datasets.Double, Plain: true},
		{Name: "visible_logit", Type: datasets.Double, Plain: true}, {Name: "unseen_factor", Type: datasets.Double, Plain: true},
		{Name: "outcome", Type: datasets.Int32}, {Name: "mature", Type: datasets.Int32},
	}
	for _, f := range factorNames {
		c = append(c, datasets.Column{Name: "factor_" + f, Type: datasets.Int32})
	}
	return c
}

func (t *tableWriter) observation(l *Loan, o *Observation) error {
	g := t.group
	g[0].AppendText(string(l.Subject))
	g[1].Int32s = append(g[1].Int32s, int32(o.AsOf))
	g[2].AppendText(l.ID)
	for i, v := range [...]float64{o.Probability, o.Logit, o.Visible, o.Unseen} {
		g[3+i].Doubles = append(g[3+i].Doubles, v)
	}
	g[7].Int32s = append(g[7].Int32s, int32(bit(o.Bad)))
	g[8].Int32s = append(g[8].Int32s, int32(bit(o.Mature)))
	for i, n := range o.Factors {
		g[9+i].Int32s = append(g[9+i].Int32s, int32(n))
	}
	return t.next()
}

// writeTables writes the small files.
func (p *Province) writeTables(dir string, o WriteOptions) error {
	rates := o.RatesRaw
	if rates == nil {
		rates = defaultRates
	}
	banks := [][]string{{"bank", "name", "home"}}
	for _, b := range p.Banks() {
		banks = append(banks, []string{b.Code, b.Name, strings.Join(b.Home, ";")})
	}
	outages := [][]string{{"source", "from", "to"}}
	for _, x := range p.Outages() {
		outages = append(outages, []string{x.Source, x.From.String(), x.To.String()})
	}
	coverage, err := p.Coverage()
	if err != nil {
		return err
	}
	for name, b := range map[string][]byte{FileRates: rates, FileBanks: csvBytes(banks), FileOutages: csvBytes(outages),
		FileCoverage: coverage.Canonical(), FileLabels + ".yaml": p.labelSpec()} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func csvBytes(rows [][]string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll(rows) // a bytes.Buffer takes everything
	return b.Bytes()
}

// labelSpec describes the label file to `hengxin dataset build --labels`.
func (p *Province) labelSpec() []byte {
	return fmt.Appendf(nil, `# Of a generated province: see README.md beside this file.
subject: subject
outcome: outcome
as_of: as_of
event: bad_day
definition: generated loan more than 90 days overdue within 12 months of its observation day
horizon: %dm
observed_until: %q
population: generated borrowers with a loan in order on the observation day
`, Horizon, p.to.String())
}

// readme says what the directory is.
func (p *Province) readme(done Written, o WriteOptions) []byte {
	records := FileRecords
	switch {
	case o.Into != nil:
		records = "(the records went into a database)"
	case o.NDJSON:
		records = FileRecordsND
	}
	return fmt.Appendf(nil, readmeText, p.seed, p.opt.Subjects, p.opt.Shard, p.opt.Shards, p.from, p.to, p.opt.Profile,
		done.Subjects, done.Records, done.Loans, done.States, done.Labels, done.Bad, records)
}

const readmeText = `# GENERATED: a province that does not exist

Everything here was made up by hengxin synth (seed %d, %d subjects, shard %d of %d, %s to %s, profile %s). No firm, person, bank,
department, decision or loan in it is real; the codes pass their checks and may by chance be someone's. Source names
begin with "synth:", names and document numbers (but for the twenty digits of a commitment) hold 合成, Parquet footers say hengxin.generated = true.

%d subjects, %d records, %d loans, %d loan months, %d labels (%d bad).

It shows whether programs are right and fast. It cannot show how well a model predicts: the odds of failure are those
of synth-rates.yaml, most of them assumptions, and a model that finds them has found what was put there.

| file | what |
|---|---|
| %s | records, ascending by subject, known date, id |
| synth-subjects.csv | who the subjects are |
| synth-penalties-raw.csv (if asked for) | penalties as departments send them (双公示 2018), with missing and odd codes, wrong units, copies |
| synth-loans.parquet, synth-loan-months.parquet | loans; each at every month's end: days overdue, five-class label, balance |
| synth-labels.csv (.yaml describes it) | one row an observation whose twelve months are over: outcome 1 = more than 90 days overdue |
| synth-truth.parquet | GENERATED TRUTH, never an input: the probability each outcome was drawn with, its log odds, the part of them a lender may see, the factors |
| synth-repairs.csv | repairs that the credit site approved, and when each became known here; empty: lost on the way |
| synth-banks.csv, synth-outages.csv, synth-coverage.csv, synth-rates.yaml | lenders; days on which a source sent nothing; what each source covers; the rates used |
`
