package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hengxin/credit"
	"hengxin/credit/quality"
	"hengxin/store"
)

// resolveCmd finds whose names and codes are.
type resolveCmd struct {
	Names resolveNamesCmd `cmd:"" help:"Find the subjects of names without a code; what is not certain goes to a review file."`
	Codes resolveCodesCmd `cmd:"" help:"Report codes that are dead, duplicate or merged."`
}

type resolveNamesCmd struct {
	File      string `arg:"" help:"CSV with a header, or a text file with one name a line; - is standard input."`
	Column    string `default:"" placeholder:"NAME" help:"Column of the names; name, 名称, 企业名称, 主体名称 or 行政相对人名称 unless given."`
	Out       string `required:"" placeholder:"DIR" help:"Where resolved.csv, review.csv and unresolved.csv go."`
	Decisions string `placeholder:"FILE" help:"An edited review.csv: write yes or no into its column decision, and who and why into note."`
}

// Help shows an example.
func (c *resolveNamesCmd) Help() string {
	return `Compares each name with the registered and former names in the log and the register of subjects. A name is resolved only where, written
in its normal form, it is the name of exactly one subject, or where a person decided so; likeness makes candidates and no more.

  hengxin resolve names firms.csv --out out/names
  hengxin resolve names firms.csv --out out/names2 --decisions out/names/review.csv`
}

// askedRow is one row of the file.
type askedRow struct {
	line int
	name string
}

// resolvedCounts is the reconciliation: Read = Resolved + Review + Unresolved.
type resolvedCounts struct {
	Read       int `json:"read"`
	Resolved   int `json:"resolved"`
	Review     int `json:"review"`
	Unresolved int `json:"unresolved"`
}

// Run asks for every name and writes the three files.
func (c *resolveNamesCmd) Run(ctx context.Context, g *cli) error {
	rows, err := c.read()
	if err != nil {
		return fmt.Errorf("reading names from %s: %w", c.File, err)
	}
	decisions, err := readDecisions(c.Decisions)
	if err != nil {
		return err
	}
	if err := c.spare(); err != nil {
		return err
	}
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return err
	}
	defer db.Close()
	names := make([]string, len(rows))
	for i, r := range rows {
		names[i] = r.name
	}
	inquiry := quality.NewInquiry(names, decisions)
	if err := eachName(ctx, db, inquiry.See); err != nil {
		return err
	}
	return c.write(g, rows, inquiry)
}

// readDecisions reads an edited review file; there are none where no file is named.
func readDecisions(path string) (map[string]quality.Decision, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	decisions, err := quality.ReadDecisions(f)
	if err != nil {
		return nil, fmt.Errorf("--decisions %s: %w", path, err)
	}
	return decisions, nil
}

// spare refuses to write over a review file into which a person has written: decisions are nowhere else.
func (c *resolveNamesCmd) spare() error {
	path := filepath.Join(c.Out, "review.csv")
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer f.Close()
	if had, err := quality.ReadDecisions(f); err != nil || len(had) > 0 {
		return errors.Join(fmt.Errorf("%s holds decisions that would be lost: name it with --decisions and write to another --out", path), err)
	}
	return nil
}

// eachName calls see with every registered and former name of the log and of the register of subjects.
func eachName(ctx context.Context, db *store.DB, see func(quality.Named)) error {
	head, err := db.Head(ctx)
	if err != nil {
		return err
	}
	m := newMeter("names", int64(head))
	err = db.Scan(ctx, head, func(_ credit.Subject, records []credit.Record) error {
		quality.NamesOf(records, see)
		m.add(len(records))
		return nil
	})
	if m.end(); err != nil {
		return err
	}
	return eachSubjectName(ctx, db, see)
}

// eachSubjectName reads the register of subjects as it is exported, a line a subject.
func eachSubjectName(ctx context.Context, db *store.DB, see func(quality.Named)) error {
	r, w := io.Pipe()
	go func() {
		_, err := db.ExportTable(ctx, "subjects", w)
		w.CloseWithError(err)
	}()
	defer r.Close()
	for in := json.NewDecoder(r); ; {
		var row struct{ Subject, Name, Source, Day string }
		if err := in.Decode(&row); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("reading the register of subjects: %w", err)
		}
		day, err := credit.ParseDate(row.Day)
		if err != nil {
			day = credit.NoDate
		}
		see(quality.Named{Subject: credit.Subject(row.Subject), Name: row.Name, Basis: quality.BasisRegistered, Source: row.Source, Day: day})
	}
}

// nameColumns are the columns that are taken for names without --column.
var nameColumns = []string{"name", "名称", "企业名称", "主体名称", "行政相对人名称", "单位名称"}

func (c *resolveNamesCmd) read() ([]askedRow, error) {
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	table := csv.NewReader(in)
	table.FieldsPerRecord = -1
	table.LazyQuotes = true
	var rows []askedRow
	at := 0
	for first := true; ; first = false {
		cells, err := table.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if first {
			cells[0] = strings.TrimPrefix(cells[0], "\ufeff")
			if !utf8.ValidString(strings.Join(cells, "")) {
				return nil, errors.New("line 1: not text in UTF-8: convert the file")
			}
			var header bool
			if at, header, err = c.column(cells); err != nil {
				return nil, err
			} else if header {
				continue
			}
		}
		line, _ := table.FieldPos(0)
		if at >= len(cells) {
			return nil, fmt.Errorf("line %d: %d cells, no column of names", line, len(cells))
		}
		if !utf8.ValidString(cells[at]) || strings.Contains(cells[at], "\x00") {
			return nil, fmt.Errorf("line %d: the name is not text in UTF-8: convert the file", line)
		}
		rows = append(rows, askedRow{line, cells[at]})
	}
}

// column finds the column of names in the first row; a file of one column may lack a header.
func (c *resolveNamesCmd) column(cells []string) (at int, header bool, err error) {
	for i, cell := range cells {
		if c.Column != "" && cell == c.Column || c.Column == "" && slices.Contains(nameColumns, cell) {
			return i, true, nil
		}
	}
	if c.Column == "" && len(cells) == 1 {
		return 0, false, nil
	}
	return 0, false, fmt.Errorf("no column of names among %s: name it with --column", strings.Join(cells, ", "))
}

func (c *resolveNamesCmd) write(g *cli, rows []askedRow, inquiry *quality.Inquiry) error {
	if err := os.MkdirAll(c.Out, 0o777); err != nil {
		return err
	}
	counts := resolvedCounts{Read: len(rows)}
	resolved := [][]string{{"line", "name", "subject", "basis", "registered_name", "source", "record", "known", "normal", "note"}}
	unresolved := [][]string{{"line", "name", "why"}}
	var review []quality.Answer
	listed := map[string]bool{}
	for _, r := range rows {
		a := inquiry.Answer(r.name)
		switch a.Outcome {
		case quality.Resolved:
			counts.Resolved++
			e := a.Evidence
			resolved = append(resolved, []string{strconv.Itoa(r.line), r.name, string(e.Subject), e.Basis.String(), e.Name, e.Source, e.Record.String(), e.Day.String(), e.Normal, e.Note})
		case quality.Review:
			if counts.Review++; !listed[a.Normal] {
				review, listed[a.Normal] = append(review, a), true
			}
		default:
			counts.Unresolved++
			unresolved = append(unresolved, []string{strconv.Itoa(r.line), r.name, a.Why})
		}
	}
	err := errors.Join(
		writeTable(filepath.Join(c.Out, "resolved.csv"), resolved),
		writeResult(filepath.Join(c.Out, "review.csv"), func(w io.Writer) error { return quality.WriteReview(w, review) }),
		writeTable(filepath.Join(c.Out, "unresolved.csv"), unresolved))
	if err != nil {
		return err
	}
	if g.JSON {
		return printJSON(counts)
	}
	fmt.Printf("read %d = resolved %d + review %d + unresolved %d; see %s\n", counts.Read, counts.Resolved, counts.Review, counts.Unresolved, c.Out)
	return nil
}

// writeResult is writeWhole for those who do not count.
func writeResult(path string, write func(io.Writer) error) error {
	_, err := writeWhole(path, func(w io.Writer) (int64, error) { return 0, write(w) })
	return err
}

// writeTable writes rows as CSV.
func writeTable(path string, rows [][]string) error {
	return writeResult(path, func(w io.Writer) error { return csv.NewWriter(w).WriteAll(rows) })
}
