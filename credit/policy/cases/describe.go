package cases

import (
	"fmt"
	"slices"
	"strings"

	"hengxin/credit"
)

// Change returns the bytes of a policy with one cell changed.
func Change(canon []byte, file, id, column, value string) ([]byte, error) {
	lines := strings.Split(string(canon), "\n")
	in, header, n := false, []string(nil), 0
	for i, line := range lines {
		switch {
		case strings.HasPrefix(line, "-- "):
			in, header = line == "-- "+file+" --", nil
		case in && header == nil:
			header = strings.Split(line, ",")
		case in && strings.HasPrefix(line, id+","):
			at := slices.Index(header, column)
			cells := strings.Split(line, ",") // no cell before the citation holds a comma
			if at < 0 {
				return nil, fmt.Errorf("no column %s", column)
			}
			cells[at] = value
			lines[i] = strings.Join(cells, ",")
			n++
		}
	}
	if n == 0 {
		return nil, fmt.Errorf("no row %s in %s", id, file)
	}
	return []byte(strings.Join(lines, "\n")), nil
}

func cite(r *credit.Row) string {
	return fmt.Sprintf("%s (%s; verified: %s)", r.ID, r.Citation, r.Verified)
}

// Describe writes a span in one line: state, weight, days, reason and the deciding row.
func Describe(p *credit.Policy, s *credit.Span, day credit.Date) string {
	if s == nil {
		return day.String() + ": not known yet"
	}
	words := []string{s.State.String()}
	if s.Counted {
		words = append(words, fmt.Sprintf("counted %.2f", s.Weight))
	} else {
		words = append(words, "not counted")
	}
	words = append(words, map[bool]string{true: "shown", false: "hidden"}[s.Shown])
	if s.Disputed {
		words = append(words, "disputed")
	}
	if s.Tier != credit.SeverityNone {
		words = append(words, "tier "+[...]string{"", "minor", "general", "serious"}[s.Tier])
	}
	if s.Earliest != credit.NoDate {
		words = append(words, "repair from "+s.Earliest.String())
	}
	if s.End != credit.NoDate {
		words = append(words, "ends "+s.End.String())
	}
	words = append(words, s.Reason.String())
	rule := "no rule"
	if row, ok := p.Rule(s.Rule); ok {
		rule = cite(&row)
	}
	return fmt.Sprintf("%s: %s; %s", day, strings.Join(words, ", "), rule)
}

// stageText writes one stage of a commitment.
func stageText(s *credit.Stage) string {
	words := []string{s.State.String()}
	if s.Finding != credit.FindingNone {
		words = append(words, "found "+[...]string{"", "kept", "partly kept", "breached", "false"}[s.Finding]+" on "+s.Found.String()+" ("+s.By.String()+")")
	}
	if s.BadSince != credit.NoDate {
		words = append(words, "breach of "+s.BadSince.String())
	}
	for _, flag := range []struct {
		on   bool
		word string
	}{{s.Cured, "cured"}, {s.Handled, "handled"}, {s.Published, "published"}, {s.PastEnd, "its end is over"}} {
		if flag.on {
			words = append(words, flag.word)
		}
	}
	return fmt.Sprintf("  stage from %s: %s", s.From, strings.Join(words, ", "))
}

// stageLines are the stages of the case's commitment.
func (c *asking) stageLines() (lines []string) {
	stages := c.policy.Stages(nil, c.versions, c.followers)
	for i := range stages {
		lines = append(lines, stageText(&stages[i]))
	}
	return lines
}
