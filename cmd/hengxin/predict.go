package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"hengxin/datasets"
	"hengxin/models"
)

// predictCmd scores a table with an artifact.
type predictCmd struct {
	Artifact string   `arg:"" type:"existingfile" help:"Artifact that hengxin fit wrote."`
	Data     string   `arg:"" help:"CSV, Parquet, or the directory of a dataset, with the columns that the model reads."`
	Out      string   `required:"" placeholder:"CSV" help:"File to write; - for standard output."`
	Key      string   `placeholder:"COLUMN" help:"Column to carry over as the name of each row."`
	Columns  []string `default:"row,key,probability,points,grade,remarks" placeholder:"NAME,..." help:"What to write of each row: ${default}. key is left out where there is none."`
	Missing  []string `placeholder:"TEXT,..." help:"Texts besides the empty one that mean missing."`
}

// Help shows an example.
func (c *predictCmd) Help() string {
	return `One line for each row, in the order of the table; row counts from 0. A value that the fit never saw is scored by a stated
rule (an unseen level like the rare ones or like the whole, whichever is riskier) and named under remarks.

  hengxin predict card/artifact.json applicants.csv --out scores.csv
  hengxin predict card/artifact.json applicants.csv --columns row,probability --out -`
}

// Run scores and writes.
func (c *predictCmd) Run(ctx context.Context, g *cli) error {
	a, model, digest, err := openModel(c.Artifact)
	if err != nil {
		return err
	}
	f, err := c.frame(ctx, a)
	if err != nil {
		return err
	}
	s, err := scoreFrame(a, model, f)
	if err != nil {
		return err
	}
	columns := slices.DeleteFunc(slices.Clone(c.Columns), func(n string) bool { return n == "key" && f.Keys == nil })
	out := s.table(columns, a, f.Keys)
	if out == nil {
		return fmt.Errorf("predict: --columns %s: want some of row, key, probability, points, grade, log_odds, remarks", strings.Join(c.Columns, ","))
	}
	write := func(w io.Writer) error { return writeLines(w, columns, len(s.points), out) }
	if c.Out == "-" {
		return write(os.Stdout)
	}
	if err := writeFile(c.Out, write); err != nil {
		return err
	}
	if n := s.novel(); n > 0 {
		fmt.Fprintf(os.Stderr, "warning: %d of %d rows hold values that the fit never saw; see remarks\n", n, len(s.points))
	}
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"artifact": digest, "rows": len(s.points), "rows_with_remarks": s.novel(), "seconds": s.took.Seconds()})
	}
	fmt.Fprintf(os.Stderr, "%d rows scored\n", len(s.points))
	return nil
}

// frame reads the columns that the model needs.
func (c *predictCmd) frame(ctx context.Context, a *models.Artifact) (*models.Frame, error) {
	if info, err := os.Stat(c.Data); err != nil {
		return nil, err
	} else if info.IsDir() {
		names := make([]string, len(a.Columns))
		for i := range a.Columns {
			names[i] = a.Columns[i].Name
		}
		d, err := datasets.LoadFrame(ctx, c.Data, names...)
		if err != nil {
			return nil, err
		}
		return &d.Frame, nil
	}
	table, err := datasets.OpenTable(c.Data, datasets.TableOptions{Missing: c.Missing})
	if err != nil {
		return nil, err
	}
	f := &models.Frame{}
	for i := range a.Columns {
		col, err := alike(&models.Column{Name: a.Columns[i].Name, Type: a.Columns[i].Type}, table)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", c.Data, err)
		}
		f.Columns = append(f.Columns, col)
	}
	if c.Key != "" {
		col := table.Column(c.Key)
		if col == nil {
			return nil, fmt.Errorf("table %s: column %q: the table has none of that name: %w", c.Data, c.Key, models.ErrInvalid)
		}
		for i := range table.Rows {
			f.Keys = append(f.Keys, col.Text(i))
		}
	}
	return f, nil
}

// scored is a table with what a model makes of it.
type scored struct {
	bound       [][]float64 // by column of the artifact, then row
	points      []float64
	logOdds     []float64
	probability []float64
	remarks     []string // "" where nothing is new
	took        time.Duration
}

// scoreFrame scores every row of f.
func scoreFrame(a *models.Artifact, c rowModel, f *models.Frame) (*scored, error) {
	bound, err := a.Bind(f)
	if err != nil {
		return nil, err
	}
	n := f.Rows()
	s := &scored{bound: bound, points: make([]float64, n), logOdds: make([]float64, n), probability: make([]float64, n), remarks: make([]string, n)}
	began := time.Now()
	x := make([]float64, len(bound))
	novel := func(i int) func(int, string) {
		return func(column int, what string) {
			if s.remarks[i] != "" {
				s.remarks[i] += "; "
			}
			s.remarks[i] += a.Columns[column].Name + ": " + what
		}
	}
	for i := range n {
		for j := range bound {
			x[j] = bound[j][i]
		}
		s.logOdds[i] = c.LogOdds(x)
		s.points[i], s.probability[i] = c.Points(x), models.Probability(s.logOdds[i])
		c.Novel(x, novel(i))
	}
	s.took = time.Since(began)
	return s, nil
}

func (s *scored) novel() int {
	n := 0
	for _, r := range s.remarks {
		if r != "" {
			n++
		}
	}
	return n
}

// table returns what writes each cell, nil for a column that there is none of.
func (s *scored) table(columns []string, a *models.Artifact, keys []string) func(column string, row int) string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	cells := map[string]func(int) string{
		"row": strconv.Itoa, "probability": func(i int) string { return number(s.probability[i]) },
		"points": func(i int) string { return number(s.points[i]) }, "log_odds": func(i int) string { return number(s.logOdds[i]) },
		"grade": func(i int) string { return a.Grade(s.points[i]) }, "remarks": func(i int) string { return s.remarks[i] },
		"key": func(i int) string { return keys[i] },
	}
	for _, c := range columns {
		if cells[c] == nil || c == "key" && keys == nil {
			return nil
		}
	}
	return func(column string, row int) string { return cells[column](row) }
}

// writeLines writes CSV lines.
func writeLines(w io.Writer, columns []string, rows int, cell func(string, int) string) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, strings.Join(columns, ","))
	for i := range rows {
		for j, c := range columns {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quoted(cell(c, i)))
		}
		b.WriteByte('\n')
	}
	return b.Flush()
}

// quoted writes a CSV cell.
func quoted(s string) string {
	if strings.ContainsAny(s, ",\"\n\r") {
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// writeFile writes a file through a temporary one, so that it is there whole or not at all.
func writeFile(path string, write func(io.Writer) error) error {
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// predictions writes both sides of a fit; row counts within the file that the row is of, key
// names it where rows have names (subject@day in a dataset).
func (j *judged) predictions(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "row,key,sample,outcome,probability,points,grade")
	names, frames := [2]string{"train", "test"}, j.table.sides
	for side, s := range j.samples {
		if s == nil {
			continue
		}
		for i, row := range j.table.rows[side] {
			key := ""
			if frames[side].Keys != nil {
				key = frames[side].Keys[i]
			}
			fmt.Fprintf(b, "%d,%s,%s,%g,%s,%s,%s\n", row, quoted(key), names[side], frames[side].Target[i], strconv.FormatFloat(s.probability[i], 'g', -1, 64),
				strconv.FormatFloat(s.points[i], 'g', -1, 64), quoted(j.fitted.artifact.Grade(s.points[i])))
		}
	}
	return b.Flush()
}
