package quality

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hengxin/credit"
)

// Decision is what a person decided about a name.
type Decision struct {
	Name    string
	Subject credit.Subject // "" where it is none of the candidates
	Note    string         // who, when and why
}

func (d Decision) evidence() Evidence {
	return Evidence{Named: Named{Subject: d.Subject, Name: d.Name, Basis: BasisDecision, Day: credit.NoDate}, Normal: Normal(d.Name), Note: d.Note}
}

// reviewHeader is the first line of a review file: a row a candidate. A person writes yes or no into decision, and who
// and why into note.
var reviewHeader = []string{"name", "why", "subject", "candidate", "basis", "source", "record", "known", "score", "decision", "note"}

// WriteReview writes the names that a person must look at, a row a candidate, best first.
func WriteReview(w io.Writer, answers []Answer) error {
	out := csv.NewWriter(w)
	if err := out.Write(reviewHeader); err != nil {
		return err
	}
	for _, a := range answers {
		if a.Outcome != Review {
			continue
		}
		for _, c := range a.Candidates {
			row := []string{a.Name, a.Why, string(c.Subject), c.Name, c.Basis.String(), c.Source, c.Record.String(), c.Day.String(),
				strconv.FormatFloat(c.Score, 'f', 3, 64), "", ""}
			if err := out.Write(row); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// ReadDecisions reads an edited review file: a candidate with yes is the name's subject, a name all of whose candidates
// have no is none of them, and a name with neither stays open. The result is by normal name. It returns
// [credit.ErrInvalid] with the line for another word, for two yes of one name, for yes without a note of who decided, and
// for a subject that is none.
func ReadDecisions(r io.Reader) (map[string]Decision, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(reviewHeader)
	head, err := in.Read()
	if err == nil {
		head[0] = strings.TrimPrefix(head[0], "\ufeff") // spreadsheets write one
	}
	if err != nil || !slices.Equal(head, reviewHeader) {
		return nil, errors.Join(err, fmt.Errorf("review file: header: want %s: %w", strings.Join(reviewHeader, ","), credit.ErrInvalid))
	}
	byName, open := map[string]Decision{}, map[string]bool{}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("review file: %w: %w", err, credit.ErrInvalid)
		}
		line, _ := in.FieldPos(0)
		if !utf8.ValidString(strings.Join(row, "")) {
			return nil, fmt.Errorf("review file: line %d: not UTF-8: save it as UTF-8, or its names are nobody's: %w", line, credit.ErrInvalid)
		}
		if err := decide(byName, open, row); err != nil {
			return nil, fmt.Errorf("review file: line %d: %w", line, err)
		}
	}
	for normal := range open {
		if byName[normal].Subject == "" {
			delete(byName, normal)
		}
	}
	return byName, nil
}

func decide(byName map[string]Decision, open map[string]bool, row []string) error {
	name, subject := row[0], credit.Subject(strings.TrimSpace(row[2]))
	word, note := strings.ToLower(strings.TrimSpace(row[9])), strings.TrimSpace(row[10])
	normal := Normal(name)
	if normal == "" {
		return fmt.Errorf("name %q: none: %w", name, credit.ErrInvalid)
	}
	old, seen := byName[normal]
	switch word {
	case "":
		open[normal] = true
	case "no", "否":
		if !seen {
			byName[normal] = Decision{Name: name, Note: note}
		}
	case "yes", "是":
		if old.Subject != "" && old.Subject != subject {
			return fmt.Errorf("name %q: yes for %s and for %s: want one: %w", name, old.Subject, subject, credit.ErrInvalid)
		}
		if note == "" {
			return fmt.Errorf("name %q: yes without a note: write who decided and why: %w", name, credit.ErrInvalid)
		}
		if err := subject.Check(); err != nil {
			return err
		}
		byName[normal] = Decision{Name: name, Subject: subject, Note: note}
	default:
		return fmt.Errorf("name %q: decision %q: want yes, no or nothing: %w", name, row[9], credit.ErrInvalid)
	}
	return nil
}
