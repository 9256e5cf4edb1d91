// Command bdci adds up what bench/bdci/run.sh makes: whether the tables reconcile, the AUC by salt, and predictions
// under the source's own ids.
package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"hengxin/datasets"
	"hengxin/models/eval"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: bdci reconcile REPORTS | columns REPORTS | auc DATASET PREDICTIONS... | predictions SCORES")
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "reconcile":
		err = reconcile(os.Args[2])
	case "columns":
		err = columns(os.Args[2])
	case "auc":
		err = auc(os.Args[2], os.Args[3:])
	case "predictions":
		err = predictions(os.Args[2])
	default:
		err = fmt.Errorf("unknown command %q", os.Args[1])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bdci:", err)
		os.Exit(1)
	}
}

// imported is what a report of an import says of one table.
type imported struct {
	File, Title                        string
	Read, Kept, Duplicate, Quarantined int64
	RecordsMade                        int64 `json:"records_made"`
	RecordsAdded                       int64 `json:"records_added"`
	Columns                            []struct{ Name, Label, Use string }
	Absent                             []string `json:"dictionary_columns_not_in_file"`
}

// each calls do with every table of the reports in a file, one report after the other.
func each(path string, do func(*imported) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	dec := json.NewDecoder(f)
	for {
		var report struct{ Files []imported }
		if err := dec.Decode(&report); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("report %s: %w", path, err)
		}
		for i := range report.Files {
			if err := do(&report.Files[i]); err != nil {
				return err
			}
		}
	}
}

// columns names the columns that a mapping or the dictionary does not know, and those that a file lacks.
func columns(path string) error {
	tables, named, labelled := 0, 0, 0
	err := each(path, func(t *imported) error {
		tables++
		for _, c := range t.Columns {
			named++
			if c.Label != "" {
				labelled++
			} else {
				fmt.Printf("%-26s column %s: not in the dictionary, read as %s\n", filepath.Base(t.File), c.Name, c.Use)
			}
			if c.Use == "unknown" {
				fmt.Printf("%-26s column %s: not in the mapping, kept under its own name\n", filepath.Base(t.File), c.Name)
			}
		}
		for _, name := range t.Absent {
			fmt.Printf("%-26s column %s: in the dictionary, not in the file\n", filepath.Base(t.File), name)
		}
		return nil
	})
	fmt.Printf("%d tables, %d columns, %d of them named by the dictionary\n", tables, named, labelled)
	return err
}

// reconcile holds every table to read = kept + duplicate + quarantined.
func reconcile(path string) error {
	return each(path, func(t *imported) error {
		fmt.Printf("%-26s read %7d = kept %7d + duplicate %5d + quarantined %3d; records made %7d, added %7d\n",
			filepath.Base(t.File), t.Read, t.Kept, t.Duplicate, t.Quarantined, t.RecordsMade, t.RecordsAdded)
		if t.Read != t.Kept+t.Duplicate+t.Quarantined {
			return fmt.Errorf("%s does not reconcile", t.File)
		}
		return nil
	})
}

// auc prints the AUC on the test rows of each file of predictions, over all firms and among those with any record.
func auc(dataset string, files []string) error {
	d, err := datasets.LoadFrame(context.Background(), dataset, "rec_n_all")
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for i, key := range d.Frame.Keys {
		known[key] = d.Frame.Columns[0].Values[i] > 0
	}
	var all, with float64
	for _, file := range files {
		a, w, err := aucOf(file, known)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		fmt.Printf("%-12s all firms %.4f   with any record %.4f\n", filepath.Base(filepath.Dir(file)), a, w)
		all, with = all+a, with+w
	}
	n := float64(len(files))
	fmt.Printf("%-12s all firms %.4f   with any record %.4f\n", "mean", all/n, with/n)
	return nil
}

func aucOf(file string, known map[string]bool) (all, with float64, err error) {
	rows, at, err := readCSV(file)
	if err != nil {
		return 0, 0, err
	}
	var p, y, pw, yw []float64
	for _, row := range rows {
		if row[at["sample"]] != "test" {
			continue
		}
		prob, err1 := strconv.ParseFloat(row[at["probability"]], 64)
		target, err2 := strconv.ParseFloat(row[at["outcome"]], 64)
		if err1 != nil || err2 != nil {
			return 0, 0, fmt.Errorf("row %s: not numbers", row[at["row"]])
		}
		p, y = append(p, prob), append(y, target)
		if known[row[at["key"]]] {
			pw, yw = append(pw, prob), append(yw, target)
		}
	}
	a, err := eval.AUC(y, p)
	if err != nil {
		return 0, 0, err
	}
	w, err := eval.AUC(yw, pw)
	return a.Value, w.Value, err
}

// predictions prints EID,probability.
func predictions(file string) error {
	rows, at, err := readCSV(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "EID,probability")
	for _, row := range rows {
		id, _, _ := strings.Cut(strings.TrimPrefix(row[at["key"]], "bdci:"), "@")
		fmt.Fprintf(w, "%s,%s\n", id, row[at["probability"]])
	}
	return w.Flush()
}

func readCSV(file string) (rows [][]string, at map[string]int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	all, err := csv.NewReader(bufio.NewReader(f)).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, nil, fmt.Errorf("read %s: %w", file, err)
	}
	at = map[string]int{}
	for i, name := range all[0] {
		at[name] = i
	}
	return all[1:], at, nil
}
