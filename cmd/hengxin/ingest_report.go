package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"hengxin/credit"
	"hengxin/credit/source"
)

// ingestSummary is what an import came to. An import that was stopped and went on has the summary of one that was not.
type ingestSummary struct {
	File           string           `json:"file"`
	Mapping        string           `json:"mapping"`
	Read           int64            `json:"read"` // = kept + duplicate + quarantined
	Kept           int64            `json:"kept"`
	Duplicate      int64            `json:"duplicate"`
	Quarantined    int64            `json:"quarantined"`
	RecordsMade    int64            `json:"records_made"`
	RecordsAdded   int64            `json:"records_added"`
	FirstPosition  credit.Position  `json:"first_position"`
	LastPosition   credit.Position  `json:"last_position"`
	Flags          map[string]int64 `json:"flags"`
	Reasons        map[string]int64 `json:"quarantine_reasons"`
	UnknownColumns []string         `json:"unknown_columns"`
	QuarantineFile string           `json:"quarantine_file"`
}

func (s *ingestSummary) fill(stats source.Stats, p *ingestProgress, out *quarantineFile) {
	s.Read, s.Quarantined, s.RecordsMade = stats.Rows, stats.Quarantined, stats.Records
	s.Kept, s.Duplicate, s.RecordsAdded = p.state.Kept, p.state.Duplicate, p.state.Added
	s.FirstPosition, s.LastPosition = p.state.First, p.state.Last
	s.Flags, s.Reasons, s.UnknownColumns = stats.Flags, stats.Reasons, append([]string{}, stats.Unknown...)
	if stats.Quarantined > 0 && !out.off {
		s.QuarantineFile = out.path
	}
}

// printSummaries prints the summaries as a table, or as one JSON document.
func printSummaries(w io.Writer, asJSON bool, all []ingestSummary) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"files": all})
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "read\tkept\tduplicate\tquarantined\trecords\tadded\tpositions\t  file")
	for _, s := range all {
		positions := "-"
		if s.LastPosition > 0 {
			positions = fmt.Sprintf("%d-%d", s.FirstPosition, s.LastPosition)
		}
		fmt.Fprintf(t, "%d\t%d\t%d\t%d\t%d\t%d\t%s\t  %s\n", s.Read, s.Kept, s.Duplicate, s.Quarantined, s.RecordsMade, s.RecordsAdded, positions, s.File)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, s := range all {
		s.details(w)
	}
	return nil
}

// details prints what a person should look at.
func (s *ingestSummary) details(w io.Writer) {
	for _, name := range sortedKeys(s.Flags) {
		fmt.Fprintf(w, "%s: %d records flagged %s\n", s.File, s.Flags[name], name)
	}
	for _, reason := range sortedKeys(s.Reasons) {
		fmt.Fprintf(w, "%s: %d rows quarantined: %s\n", s.File, s.Reasons[reason], reason)
	}
	if len(s.UnknownColumns) > 0 {
		fmt.Fprintf(w, "%s: columns that the mapping does not name, kept as they are: %s\n", s.File, strings.Join(s.UnknownColumns, ", "))
	}
	if s.QuarantineFile != "" {
		fmt.Fprintf(w, "%s: the quarantined rows are in %s\n", s.File, s.QuarantineFile)
	}
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// quarantineFile is made with the first row that it takes. It is written anew by every import of its input.
type quarantineFile struct {
	path string
	off  bool
	f    *os.File
	w    *bufio.Writer
}

func (q *quarantineFile) write(row *source.Quarantine) (err error) {
	if q.off {
		return nil
	}
	if q.f == nil {
		if q.f, err = os.Create(q.path); err != nil {
			return fmt.Errorf("quarantine file: %w", err)
		}
		q.w = bufio.NewWriter(q.f)
	}
	if _, err = row.WriteTo(q.w); err != nil {
		return fmt.Errorf("quarantine file %s: %w", q.path, err)
	}
	return nil
}

func (q *quarantineFile) close() error {
	if q.f == nil {
		return nil
	}
	return errors.Join(q.w.Flush(), q.f.Close())
}
