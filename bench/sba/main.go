// Command sba prepares the US Small Business Administration loans for the benchmark: the columns that were known at
// approval, two made from them, and the outcome. bench/sba/run.sh calls it.
package main

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// lastTrained is the last day of approvals to train on; lastScored of those to score.
const (
	lastTrained = "2003-12-31"
	lastScored  = "2006-12-31"
	sample      = "strat30k" // the only random sample of the file
	fewLoans    = 100        // banks with fewer loans to train on are OTHER
)

// prepared is the header of what is written: row is the 0-based data row of the raw file.
var prepared = []string{"row", "approved", "State", "BankState", "Bank", "NAICS2", "NoEmp", "NewExist", "CreateJob", "RetainedJob", "Franchise",
	"UrbanRural", "RevLineCr", "LowDoc", "GrAppv", "SBA_Appv", "share", "same_state", "weight", "bad"}

// known are the raw columns that predictors are made from: nothing that is known only after approval.
var known = []string{"State", "BankState", "Bank", "NAICS", "NoEmp", "NewExist", "CreateJob", "RetainedJob", "FranchiseCode", "UrbanRural", "RevLineCr",
	"LowDoc", "GrAppv", "SBA_Appv"}

func main() {
	raw := flag.String("raw", "", "raw file with outcomes")
	score := flag.String("score", "", "other raw file to score, with or without outcomes")
	train := flag.String("train", "", "prepared file to write: the sample, approvals to the end of 2006")
	out := flag.String("out", "", "prepared file to write: of --score, or without it the rows approved after 2003")
	flag.Parse()
	if err := run(*raw, *score, *train, *out); err != nil {
		fmt.Fprintln(os.Stderr, "sba:", err)
		os.Exit(1)
	}
}

func run(raw, score, train, out string) error {
	t, err := read(raw)
	if err != nil {
		return err
	}
	if err := t.need(append([]string{"ApprovalDate", "MIS_Status", "src", "weight"}, known...)); err != nil {
		return err
	}
	banks := t.banks()
	if train != "" {
		if err := t.write(train, banks, t.inSample); err != nil {
			return err
		}
	}
	if score == "" {
		return t.write(out, banks, func(row []string) bool { return t.inSample(row) && t.get(row, "ApprovalDate") > lastTrained })
	}
	other, err := read(score)
	if err != nil {
		return err
	}
	if err := other.need(known); err != nil {
		return err
	}
	return other.write(out, banks, func([]string) bool { return true })
}

// table is a raw file.
type table struct {
	path string
	at   map[string]int
	rows [][]string
}

func read(path string) (*table, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	head := make([]byte, 2)
	if _, err := io.ReadFull(f, head); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	if head[0] == 0x1f && head[1] == 0x8b {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	rows, err := csv.NewReader(in).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: no header", path)
	}
	t := &table{path: path, at: map[string]int{}, rows: rows[1:]}
	for i, name := range rows[0] {
		t.at[strings.TrimPrefix(name, "\ufeff")] = i
	}
	return t, nil
}

func (t *table) need(names []string) error {
	for _, n := range names {
		if _, ok := t.at[n]; !ok {
			return fmt.Errorf("%s: no column %s", t.path, n)
		}
	}
	return nil
}

// get is the text of a column, "" where the file has none of that name.
func (t *table) get(row []string, name string) string {
	if i, ok := t.at[name]; ok {
		return strings.TrimSpace(row[i])
	}
	return ""
}

// inSample admits the rows to train and test on: the random sample, with an outcome, approved by the end of 2006.
func (t *table) inSample(row []string) bool {
	return t.get(row, "src") == sample && t.get(row, "MIS_Status") != "" && t.get(row, "ApprovalDate") <= lastScored
}

// banks are those with enough loans to train on.
func (t *table) banks() map[string]bool {
	count := map[string]int{}
	for _, row := range t.rows {
		if t.inSample(row) && t.get(row, "ApprovalDate") <= lastTrained {
			count[t.get(row, "Bank")]++
		}
	}
	kept := map[string]bool{}
	for name, n := range count {
		kept[name] = n >= fewLoans
	}
	return kept
}

func (t *table) write(path string, banks map[string]bool, admit func([]string) bool) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := csv.NewWriter(f)
	if err := w.Write(prepared); err != nil {
		return err
	}
	for i, row := range t.rows {
		if !admit(row) {
			continue
		}
		if err := w.Write(t.line(i, row, banks)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// line is one prepared row. Outcome and weight are blank where the raw file states none.
func (t *table) line(i int, row []string, banks map[string]bool) []string {
	get := func(name string) string { return t.get(row, name) }
	bank := get("Bank")
	if bank != "" && !banks[bank] {
		bank = "OTHER"
	}
	outcome := map[string]string{"CHGOFF": "1", "PIF": "0", "P I F": "0"}[get("MIS_Status")]
	return []string{strconv.Itoa(i), get("ApprovalDate"), get("State"), get("BankState"), bank, industry(get("NAICS")), get("NoEmp"), get("NewExist"),
		get("CreateJob"), get("RetainedJob"), franchise(get("FranchiseCode")), get("UrbanRural"), get("RevLineCr"), get("LowDoc"),
		get("GrAppv"), get("SBA_Appv"), ratio(get("SBA_Appv"), get("GrAppv")), same(get("State"), get("BankState")), get("weight"), outcome}
}

// industry is the two-digit sector, with a letter before it: it is a name and no quantity.
func industry(naics string) string {
	if naics == "" {
		return ""
	}
	return "N" + naics[:min(2, len(naics))]
}

// franchise is 1 for a franchise; codes 0 and 1 both mean none.
func franchise(code string) string {
	n, err := strconv.ParseFloat(code, 64)
	switch {
	case err != nil:
		return ""
	case n > 1:
		return "1"
	}
	return "0"
}

func ratio(a, b string) string {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	if errX != nil || errY != nil || y == 0 {
		return ""
	}
	return strconv.FormatFloat(x/y, 'g', -1, 64)
}

func same(a, b string) string {
	switch {
	case a == "" || b == "":
		return ""
	case a == b:
		return "1"
	}
	return "0"
}
