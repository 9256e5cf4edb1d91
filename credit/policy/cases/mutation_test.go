package cases_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"
)

// mutable are the columns whose change must be seen, by file.
var mutable = map[string][]string{
	"rules.csv": {"published", "in_force_from", "in_force_to", "min_months", "max_months", "publicise", "repair", "tier", "needs", "end_needs",
		"start", "hold", "end_stated"},
	"settings.csv":    {"in_force_from", "in_force_to", "value"},
	"thresholds.csv":  {"small_yuan", "huge_yuan"},
	"leniency.csv":    {"published", "in_force_from", "in_force_to", "weight", "months"},
	"retention.csv":   {"published", "in_force_from", "in_force_to", "months"},
	"suspensions.csv": {"published", "in_force_from", "in_force_to"},
	"clocks.csv":      {"in_force_from", "in_force_to", "workdays"},
	"lists.csv":       {"in_force_from", "in_force_to", "veto"},
	"items.csv":       {"mode"},
	"supervision.csv": {"in_force_from", "in_force_to", "ratio_from", "ratio_to", "every_months"},
	"downgrades.csv":  {"in_force_from", "in_force_to", "grade", "spares_first"},
	"benchmarks.csv":  {"in_force_from", "in_force_to", "value"},
	"words.csv":       {"mean"},
}

// first are the case files that ask about the rows of a table more than others do: they are run first.
var first = map[string]string{"settings.csv": "limits.txt", "clocks.csv": "limits.txt", "lists.csv": "limits.txt", "items.csv": "sharing.txt",
	"words.csv": "words.txt", "rules.csv": "boundaries.txt", "supervision.csv": "supervision.txt", "downgrades.csv": "supervision.txt",
	"benchmarks.csv": "supervision.txt"}

// TestMutations changes one cell at a time. A change that the policy itself refuses is seen, as is one that a case's
// answer shows. A rule's dates are changed together with those of its class rows, which repeat them.
func TestMutations(t *testing.T) {
	text := string(policy.Encode(policy.Default()))
	var survivors []string
	n := 0
	file, header := "", []string(nil)
	for _, line := range strings.Split(text, "\n") {
		if name, ok := strings.CutPrefix(line, "-- "); ok {
			file, header = strings.TrimSuffix(name, " --"), nil
			continue
		}
		if header == nil {
			header = strings.Split(line, ",")
			continue
		}
		cells := strings.Split(line, ",")
		for _, column := range mutable[file] {
			at := slices.Index(header, column)
			if line == "" || idle(file, header, cells, column) {
				continue
			}
			for _, value := range mutants(column, cells[at]) {
				n++
				changedLine := slices.Clone(cells)
				changedLine[at] = value
				b := strings.Replace(text, "\n"+line+"\n", "\n"+strings.Join(changedLine, ",")+"\n", 1)
				if file == "rules.csv" && strings.HasPrefix(column, "in_force") {
					b = changeClasses(b, cells[0], cells[at], value)
				}
				if !seen([]byte(b), file) {
					survivors = append(survivors, fmt.Sprintf("%s %s %s=%s", file, cells[0], column, value))
				}
			}
		}
	}
	t.Logf("%d changes, %d not seen", n, len(survivors))
	for _, s := range survivors {
		t.Errorf("no case sees %s", s)
	}
}

// idle reports whether nothing can follow from a cell: guidance decides nothing, a site's rule only its own page, and
// what is not public has no period.
func idle(file string, header, cells []string, column string) bool {
	if file != "rules.csv" {
		return false
	}
	of := func(name string) string { return cells[slices.Index(header, name)] }
	switch {
	case of("site") == "guidance":
		return true
	case of("decides") == "no":
		return column == "end_stated" || column == "tier" || column == "needs" || column == "end_needs" || column == "hold" || of("publicise") == "no" && column != "publicise"
	case of("publicise") == "no":
		return column == "repair" || column == "start" || column == "end_stated"
	case of("max_months") == "" && of("min_months") == "" && of("repair") == "no":
		return column == "start" // no period that could run
	case of("min_from") == "performed" && column == "needs":
		return true // its period runs from performance: without it, it has not begun
	case of("repair") == "no" && of("in_force_to") == "" && column == "hold":
		return true // no rule comes after it
	case of("max_months") == "":
		return column == "hold" // refused, or nothing to hold
	}
	return false
}

// changeClasses changes a date of the class rows of a rule.
func changeClasses(text, rule, from, to string) string {
	lines := strings.Split(text, "\n")
	in := false
	for i, line := range lines {
		if strings.HasPrefix(line, "-- ") {
			in = line == "-- classes.csv --"
		}
		if cells := strings.Split(line, ","); in && len(cells) > 4 && cells[4] == rule {
			for j := 2; j <= 3; j++ {
				if cells[j] == from {
					cells[j] = to
				}
			}
			lines[i] = strings.Join(cells, ",")
		}
	}
	return strings.Join(lines, "\n")
}

func mutants(column, value string) []string {
	switch column {
	case "mean":
		return otherMeanings[value]
	case "mode":
		if value == "store" || value == "interface" {
			return []string{"verify"}
		}
		return []string{"store"}
	}
	if day, err := credit.ParseDate(value); err == nil {
		return []string{(day + 1).String(), (day - 1).String()}
	}
	if n, err := strconv.Atoi(value); err == nil {
		return []string{strconv.Itoa(n + 1)}
	}
	if w, err := strconv.ParseFloat(value, 64); err == nil {
		return []string{fmt.Sprint(w / 2)}
	}
	if column == "grade" {
		return otherMeanings[value]
	}
	switch value {
	case "yes":
		return []string{"no"}
	case "no":
		return []string{"yes"}
	case "event":
		return []string{"publicity"}
	case "publicity":
		return []string{"event"}
	case "performed":
		return []string{""}
	case "serious":
		return []string{"general"}
	case "general", "minor":
		return []string{"serious"}
	case "asof":
		return []string{"decision_date"}
	}
	if column == "needs" && strings.HasPrefix(value, "performed;") {
		return []string{strings.TrimPrefix(value, "performed;")}
	}
	return nil
}

// otherMeanings is another meaning of the set for each.
var otherMeanings = map[string][]string{"done": {"not"}, "not": {"done"}, "open": {"closed"}, "closed": {"open"}, "applied": {"failed"},
	"approved": {"failed"}, "failed": {"approved"}, "completed": {"approved"}, "simple": {"ordinary"}, "ordinary": {"simple"}, "kept": {"false"},
	"partly": {"kept"}, "breached": {"kept"}, "false": {"kept"}, "supervised": {"kept"}, "checking": {"kept"}, "handled": {"cured"},
	"cured": {"handled"}, "published": {"cured"}, "declared": {"random"}, "online": {"random"}, "random": {"online"}, "complaint": {"online"},
	"A": {"B"}, "B": {"A"}, "C": {"B"}, "D": {"C"}, "public_credit": {}}

// seen reports whether the policy is refused or a case answers otherwise.
func seen(b []byte, table string) bool {
	p, err := policy.Parse(b)
	if err != nil {
		return true
	}
	list := cases.All()
	for _, firstOnes := range []bool{true, false} {
		for i := range list {
			if (list[i].File == first[table]) != firstOnes {
				continue
			}
			if have, err := list[i].Run(p); err != nil || !slices.Equal(have, list[i].Expect) {
				return true
			}
		}
	}
	return false
}
