package synth

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"hengxin/credit"
	"hengxin/datasets"
)

// Names of the files of a generated province; all begin with synth, so that nobody takes them for real.
const (
	FileRecords   = "synth-records.parquet"
	FileRecordsND = "synth-records.ndjson"
	FileSubjects  = "synth-subjects.csv"
	FileLoans     = "synth-loans.parquet"
	FileStates    = "synth-loan-months.parquet"
	FileLabels    = "synth-labels.csv"
	FileTruth     = "synth-truth.parquet"
	FileBanks     = "synth-banks.csv"
	FileCoverage  = "synth-coverage.csv"
	FileOutages   = "synth-outages.csv"
	FileRepairs   = "synth-repairs.csv"
	FileRates     = "synth-rates.yaml"
	FileReadme    = "README.md"
)

// Written counts what Write wrote.
type Written struct {
	Subjects uint64 `json:"subjects"`
	Records  int64  `json:"records"`
	Loans    int64  `json:"loans"`
	States   int64  `json:"loan_months"`
	Labels   int64  `json:"labels"`
	Bad      int64  `json:"bad"`
	Raw      *Flaws `json:"raw,omitempty"` // of the raw table
}

// Sink takes the records of one subject after another; they are valid only during the call. It is how records reach
// a store.
type Sink func(subject credit.Subject, records []credit.Record) error

// WriteOptions say what Write writes.
type WriteOptions struct {
	NDJSON   bool               // records as lines of JSON, not Parquet
	Into     Sink               // records go here, not to a file
	Flush    func() error       // of Into: called after the last subject, may be nil
	Progress func(done Written) // called now and then, may be nil
	RatesRaw []byte             // the text of the rates used; nil for the embedded ones
	Raw      bool               // also the penalties as departments send them, flaws included
}

// Write generates the province into the directory, which it makes: subjects, records, loans with their months, labels,
// true probabilities, banks, coverage, outages, the rates, and a README that says all of it is generated. Subjects
// ascend in every file. It returns errors of the files and of the context; a directory that it could not finish has no
// README.
func (p *Province) Write(ctx context.Context, dir string, o WriteOptions) (done Written, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return done, fmt.Errorf("write a generated province: %w", err)
	}
	if err := os.Remove(filepath.Join(dir, FileReadme)); err != nil && !os.IsNotExist(err) {
		return done, fmt.Errorf("write a generated province: %w", err)
	}
	out, err := p.create(dir, o)
	if err == nil {
		done, err = p.writeAll(ctx, out, o)
		err = out.close(err)
	}
	if err == nil {
		err = p.writeTables(dir, o)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, FileReadme), p.readme(done, o), 0o644)
	}
	if err != nil {
		return done, fmt.Errorf("write a generated province: %w", err)
	}
	return done, nil
}

// output is the open files.
type output struct {
	files    []*os.File
	buffers  []*bufio.Writer
	closers  []func() error
	records  Sink
	subjects *csv.Writer
	labels   *csv.Writer
	repairs  *csv.Writer
	loans    *tableWriter
	states   *tableWriter
	truth    *tableWriter
	raw      *rawTable // nil where there is none
}

func (o *output) open(dir, name string) (io.Writer, error) {
	f, err := os.Create(filepath.Join(dir, name))
	if err != nil {
		return nil, err
	}
	o.files = append(o.files, f)
	w := bufio.NewWriterSize(f, 1<<20)
	o.buffers = append(o.buffers, w)
	return w, nil
}

// close flushes and closes everything and returns the first error, that of the caller before its own.
func (o *output) close(err error) error {
	keep := func(next error) {
		if err == nil {
			err = next
		}
	}
	for _, c := range o.closers {
		if err == nil {
			keep(c())
		}
	}
	for _, b := range o.buffers {
		if err == nil {
			keep(b.Flush())
		}
	}
	for _, f := range o.files {
		keep(f.Close())
	}
	return err
}

// csvTable is one CSV file to open.
type csvTable struct {
	name string
	to   **csv.Writer
	head []string
}

func (p *Province) create(dir string, o WriteOptions) (out *output, err error) {
	out = &output{records: o.Into}
	if o.Into == nil {
		if out.records, err = out.recordSink(dir, o.NDJSON); err != nil {
			return nil, out.close(err)
		}
	}
	tables := []csvTable{
		{FileSubjects, &out.subjects, []string{"subject", "name", "class", "city", "division", "industry", "size", "established", "ceased"}},
		{FileLabels, &out.labels, []string{"subject", "as_of", "outcome", "bad_day", "bank", "loan", "amount_fen", "size"}},
		{FileRepairs, &out.repairs, []string{"subject", "decision", "decided", "approved", "arrived"}},
	}
	if o.Raw {
		out.raw = &rawTable{}
		tables = append(tables, csvTable{FileRaw, &out.raw.out, rawColumns}, csvTable{FileRawRepairs, &out.raw.repairs, rawRepairColumns})
	}
	for _, c := range tables {
		w, err := out.open(dir, c.name)
		if err != nil {
			return nil, out.close(err)
		}
		*c.to = csv.NewWriter(w)
		if err := (*c.to).Write(c.head); err != nil {
			return nil, out.close(err)
		}
		out.closers = append(out.closers, func() error { (*c.to).Flush(); return (*c.to).Error() })
	}
	for _, t := range []struct {
		name    string
		to      **tableWriter
		columns []datasets.Column
	}{{FileLoans, &out.loans, loanColumns}, {FileStates, &out.states, stateColumns}, {FileTruth, &out.truth, truthColumns()}} {
		w, err := out.open(dir, t.name)
		if err != nil {
			return nil, out.close(err)
		}
		if *t.to, err = newTableWriter(w, t.columns); err != nil {
			return nil, out.close(err)
		}
		out.closers = append(out.closers, (*t.to).close)
	}
	return out, nil
}

// recordSink writes records to a file of its own.
func (o *output) recordSink(dir string, ndjson bool) (Sink, error) {
	if !ndjson {
		w, err := o.open(dir, FileRecords)
		if err != nil {
			return nil, err
		}
		file, err := datasets.WriteRecords(w, datasets.RecordInfo{Sorted: true, Generated: true})
		if err != nil {
			return nil, err
		}
		o.closers = append(o.closers, file.Close)
		return func(_ credit.Subject, records []credit.Record) error {
			for i := range records {
				if err := file.Write(&records[i]); err != nil {
					return err
				}
			}
			return nil
		}, nil
	}
	w, err := o.open(dir, FileRecordsND)
	if err != nil {
		return nil, err
	}
	var line []byte
	return func(_ credit.Subject, records []credit.Record) error {
		for i := range records {
			if line, err = datasets.AppendJSON(line[:0], &records[i]); err != nil {
				return err
			}
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// progressEvery is the number of subjects between two calls of Progress.
const progressEvery = 1000

func (p *Province) writeAll(ctx context.Context, out *output, o WriteOptions) (done Written, err error) {
	w := p.newWorker()
	var loans []Loan
	err = p.inOrder(ctx, func(index uint64) error {
		w.live(index)
		f := &w.world.firm
		records := w.report()
		if err := w.each(records, out.records); err != nil {
			return err
		}
		if err := out.subject(f); err != nil {
			return err
		}
		if err := out.approved(w); err != nil {
			return err
		}
		if out.raw != nil {
			if err := out.raw.write(w); err != nil {
				return err
			}
		}
		loans = w.loans(loans[:0])
		for i := range loans {
			if err := out.loan(&loans[i], &done); err != nil {
				return err
			}
		}
		done.Subjects++
		done.Records += int64(len(records) + len(w.strays))
		if o.Progress != nil && done.Subjects%progressEvery == 0 {
			o.Progress(done)
		}
		return nil
	})
	if out.raw != nil {
		done.Raw = &out.raw.flaws
	}
	if err == nil && o.Flush != nil {
		err = o.Flush()
	}
	if err == nil && o.Progress != nil {
		o.Progress(done)
	}
	return done, err
}

func dayOrEmpty(d credit.Date) string {
	if d == credit.NoDate || d == never {
		return ""
	}
	return d.String()
}

func (o *output) subject(f *Firm) error {
	return o.subjects.Write([]string{string(f.Subject), f.Name, f.Class, f.City, f.Division, f.industryCode(), f.Size,
		f.Established.String(), dayOrEmpty(f.Ceased)})
}

// approved writes the repairs that the site approved by the last day, and when each reached the log: what is empty was
// lost on the way, or comes later.
func (o *output) approved(w *worker) error {
	for i := range w.world.penalties {
		p := &w.world.penalties[i]
		if p.record.IsZero() || p.arrived == credit.NoDate || p.repaired > w.to {
			continue
		}
		arrived := ""
		if p.arrived <= w.to {
			arrived = p.arrived.String()
		}
		if err := o.repairs.Write([]string{string(w.world.firm.Subject), p.record.String(), p.day.String(), p.repaired.String(), arrived}); err != nil {
			return err
		}
	}
	return nil
}

// loan writes a loan, its months, its mature observations as labels, and the truth of all.
func (o *output) loan(l *Loan, done *Written) error {
	if err := o.loans.loan(l); err != nil {
		return err
	}
	done.Loans++
	for i := range l.States {
		if err := o.states.state(l, &l.States[i]); err != nil {
			return err
		}
		done.States++
	}
	for i := range l.Seen {
		s := &l.Seen[i]
		if err := o.truth.observation(l, s); err != nil {
			return err
		}
		if !s.Mature {
			continue
		}
		done.Labels++
		done.Bad += int64(bit(s.Bad))
		err := o.labels.Write([]string{string(l.Subject), s.AsOf.String(), strconv.Itoa(int(bit(s.Bad))), dayOrEmpty(s.BadDay), l.Bank, l.ID,
			strconv.FormatInt(int64(l.Amount), 10), l.Size})
		if err != nil {
			return err
		}
	}
	return nil
}
