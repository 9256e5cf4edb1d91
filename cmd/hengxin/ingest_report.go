package main

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
	"hengxin/credit/source"
)

// ingestSummary is what an import came to. An import that was stopped and went on has the summary of one that was not.
type ingestSummary struct {
	File           string           `json:"file"`
	Mapping        string           `json:"mapping"`
	Title          string           `json:"title"` // of the table: the dictionary's, else the mapping's
	Read           int64            `json:"read"`  // = kept + duplicate + quarantined
	Kept           int64            `json:"kept"`
	Duplicate      int64            `json:"duplicate"`
	Quarantined    int64            `json:"quarantined"`
	Resolved       int64            `json:"resolved"` // rows whose subject was found by its name, kept and duplicate ones
	RecordsMade    int64            `json:"records_made"`
	RecordsAdded   int64            `json:"records_added"`
	FirstPosition  credit.Position  `json:"first_position"`
	LastPosition   credit.Position  `json:"last_position"`
	Kinds          map[string]int64 `json:"kinds"` // records made, by kind
	Flags          map[string]int64 `json:"flags"`
	Reasons        map[string]int64 `json:"quarantine_reasons"`
	Columns        []ingestColumn   `json:"columns"`
	UnknownColumns []string         `json:"unknown_columns"`
	NotDescribed   []string         `json:"columns_not_in_dictionary,omitempty"`
	Absent         []string         `json:"dictionary_columns_not_in_file,omitempty"`
	QuarantineFile string           `json:"quarantine_file"`
	ResolvedFile   string           `json:"resolved_file,omitempty"`
}

// ingestColumn is one column of the file.
type ingestColumn struct {
	Name  string `json:"name"`
	Label string `json:"label,omitempty"` // what the dictionary calls it
	Use   string `json:"use"`             // its type in the mapping, ignored, or unknown
}

func (s *ingestSummary) fill(stats source.Stats, p *ingestProgress, side *sides) {
	s.Read, s.Quarantined, s.Resolved, s.RecordsMade = stats.Rows, stats.Quarantined, stats.Resolved, stats.Records
	s.Kept, s.Duplicate, s.RecordsAdded = p.state.Kept, p.state.Duplicate, p.state.Added
	s.FirstPosition, s.LastPosition = p.state.First, p.state.Last
	s.Kinds, s.Flags, s.Reasons, s.UnknownColumns = stats.Kinds, stats.Flags, stats.Reasons, append([]string{}, stats.Unknown...)
	if stats.Quarantined > 0 && !side.bad.off {
		s.QuarantineFile = side.bad.path
	}
	if stats.Resolved > 0 && !side.named.off {
		s.ResolvedFile = side.named.path
	}
}

// describe names the columns of the file, in the words of the dictionary where there is one.
func (s *ingestSummary) describe(columns []string, m *source.Mapping, about *source.DictionaryTable) {
	s.Title = m.Title
	if about != nil && about.Title != "" {
		s.Title = about.Title
	}
	s.Columns = []ingestColumn{}
	for _, name := range columns {
		c := ingestColumn{Name: name, Label: about.Label(m, name), Use: "unknown"}
		if slices.Contains(m.Ignored, name) {
			c.Use = "ignored"
		}
		for i := range m.Columns {
			if m.Columns[i].Name == name {
				c.Use = m.Columns[i].Type
			}
		}
		if about != nil && c.Label == "" {
			s.NotDescribed = append(s.NotDescribed, name)
		}
		s.Columns = append(s.Columns, c)
	}
	s.Absent = about.Absent(m, columns)
}

// printSummaries prints the summaries as a table, or as one JSON document.
func printSummaries(w io.Writer, asJSON bool, lang string, all []ingestSummary) error {
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"files": all})
	}
	say := ingestWordsOf(lang)
	rows := [][]string{append(slices.Clone(say.heads), say.file)}
	for _, s := range all {
		positions := "-"
		if s.LastPosition > 0 {
			positions = fmt.Sprintf("%d-%d", s.FirstPosition, s.LastPosition)
		}
		row := []string{}
		for _, n := range []int64{s.Read, s.Kept, s.Duplicate, s.Quarantined, s.RecordsMade, s.RecordsAdded} {
			row = append(row, strconv.FormatInt(n, 10))
		}
		rows = append(rows, append(row, positions, s.File))
	}
	if _, err := io.WriteString(w, rightTable(rows)); err != nil {
		return err
	}
	for i := range all {
		for _, line := range all[i].details(say) {
			fmt.Fprintf(w, "%s: %s\n", all[i].File, line)
		}
	}
	return nil
}

// rightTable lays rows out in columns, all but the last to the right; a Chinese character is two cells wide.
func rightTable(rows [][]string) string {
	widest := make([]int, len(rows[0])-1)
	for _, row := range rows {
		for i := range widest {
			widest[i] = max(widest[i], cells(row[i]))
		}
	}
	var b strings.Builder
	for _, row := range rows {
		for i, n := range widest {
			b.WriteString(strings.Repeat(" ", 2+n-cells(row[i])) + row[i])
		}
		b.WriteString("  " + row[len(widest)] + "\n")
	}
	return b.String()
}

// details are what a person should look at.
func (s *ingestSummary) details(say *ingestWords) (lines []string) {
	add := func(form string, args ...any) { lines = append(lines, fmt.Sprintf(form, args...)) }
	if s.Resolved > 0 {
		add(say.resolved, s.Resolved, s.ResolvedFile)
	}
	for _, name := range sortedKeys(s.Flags) {
		add(say.flagged, s.Flags[name], say.flag(name))
	}
	for _, reason := range sortedKeys(s.Reasons) {
		add(say.quarantined, s.Reasons[reason], s.reason(say, reason))
	}
	if len(s.UnknownColumns) > 0 {
		add(say.unknown, s.labelled(s.UnknownColumns))
	}
	if len(s.NotDescribed) > 0 {
		add(say.notDescribed, strings.Join(s.NotDescribed, ", "))
	}
	if len(s.Absent) > 0 {
		add(say.absent, strings.Join(s.Absent, ", "))
	}
	if s.QuarantineFile != "" {
		add(say.seeFile, s.QuarantineFile)
	}
	return lines
}

// reason says a counted reason, which begins with its column or "the row", with the dictionary's word for the column.
func (s *ingestSummary) reason(say *ingestWords, key string) string {
	for _, c := range s.Columns {
		rest, ok := strings.CutPrefix(key, c.Name+" ")
		if !ok {
			continue
		}
		name := c.Name
		if c.Label != "" {
			name += " (" + c.Label + ")"
		}
		return name + " " + say.reason(rest)
	}
	if rest, ok := strings.CutPrefix(key, "the row "); ok {
		return say.row + say.reason(rest)
	}
	return key
}

func (s *ingestSummary) labelled(names []string) string {
	out := slices.Clone(names)
	for i, name := range out {
		for _, c := range s.Columns {
			if c.Name == name && c.Label != "" {
				out[i] += " (" + c.Label + ")"
			}
		}
	}
	return strings.Join(out, ", ")
}

func sortedKeys(m map[string]int64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
