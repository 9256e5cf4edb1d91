package quality

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// testLaw is the law that comes with the program.
func testLaw() Law {
	return Law{Deadline: policy.Workdays().Add, Words: policy.Default().CheckWords,
		Division: func(code string, on credit.Date) (bool, bool) {
			_, state := policy.Division(code, on)
			return state != policy.DivisionUnknown, state == policy.DivisionInForce
		},
		Industry: func(code string) error { _, err := policy.Industry(code); return err }}
}

func testRules(t require.TestingT) *Rules {
	rules, err := DefaultRules(testLaw())
	require.NoError(t, err)
	return rules
}

var testOn = credit.NewDate(2024, 6, 30)

// parseCase makes the history of a case: records joined by |, each a kind and what differs from the usual.
func parseCase(t require.TestingT, text string) []credit.Record {
	var records []credit.Record
	for _, part := range strings.Split(text, " | ") {
		words := strings.Fields(part)
		kind, err := credit.ParseKind(words[0])
		require.NoError(t, err)
		r := credit.Record{Subject: codeA, Kind: kind, Source: "src", Event: credit.NewDate(2024, 3, 1), Known: credit.NewDate(2024, 3, 4), Amount: credit.NoFen}
		if kind.IsFollower() {
			r.Target = credit.ID{1}
		}
		body, stated := map[string]string{}, false
		for _, w := range words[1:] {
			name, value, ok := strings.Cut(w, "=")
			require.True(t, ok, w)
			stated = stated || name == "known"
			if !setRecord(t, &r, name, value, records) {
				if n, long := strings.CutPrefix(value, "LONG"); long {
					count, err := strconv.Atoi(n)
					require.NoError(t, err)
					value = strings.Repeat("长", count)
				}
				body[name] = value
			}
		}
		if !stated {
			r.Known = max(r.Known, r.Event)
		}
		r.Body, err = credit.BodyOf(body)
		require.NoError(t, err)
		r.Seal()
		records = append(records, r)
	}
	return records
}

func setRecord(t require.TestingT, r *credit.Record, name, value string, before []credit.Record) bool {
	var err error
	switch name {
	case "subject":
		r.Subject = credit.Subject(value)
	case "source":
		r.Source = value
	case "event":
		r.Event, err = credit.ParseDate(value)
	case "known":
		r.Known, err = credit.ParseDate(value)
	case "precision":
		r.Precision = credit.PrecisionMonth
	case "flags":
		var ok bool
		r.Flags, ok = credit.ParseFlag(value)
		require.True(t, ok, value)
	case "amount":
		var yuan int64
		yuan, err = strconv.ParseInt(value, 10, 64)
		r.Amount = credit.Fen(yuan * 100)
	case "target":
		if value != "none" {
			n, err := strconv.Atoi(value)
			require.NoError(t, err)
			r.Target = before[n-1].ID
		}
	default:
		return false
	}
	require.NoError(t, err)
	return true
}

// feed gives the records to a checker, subject by subject, and once more where it asks for it.
func feed(c *Checker, records []credit.Record) *Report {
	bySubject := map[credit.Subject][]credit.Record{}
	var order []credit.Subject
	for _, r := range records {
		if bySubject[r.Subject] == nil {
			order = append(order, r.Subject)
		}
		bySubject[r.Subject] = append(bySubject[r.Subject], r)
	}
	for _, s := range order {
		slices.SortStableFunc(bySubject[s], func(a, b credit.Record) int { return int(a.Known - b.Known) })
		c.Subject(bySubject[s])
	}
	if c.NeedsAgain() {
		for _, s := range order {
			c.Again(bySubject[s])
		}
	}
	return c.Report()
}

type ruleCase struct {
	line, rule, kind, history string
}

func readCases(t *testing.T) (cases []ruleCase) {
	f, err := os.Open("testdata/cases.txt")
	require.NoError(t, err)
	defer f.Close()
	s := bufio.NewScanner(f)
	for n := 1; s.Scan(); n++ {
		if line := s.Text(); line != "" && line[0] != '#' {
			words := strings.SplitN(line, " ", 3)
			require.Len(t, words, 3, line)
			cases = append(cases, ruleCase{fmt.Sprintf("%d %s", n, line), words[0], words[1], words[2]})
		}
	}
	return cases
}

// of returns what a report has on one rule, over all sources.
func of(c *Checker, r *Report, rule string) (checked, findings int64) {
	at := slices.IndexFunc(c.rules.all, func(r compiled) bool { return r.ID == rule })
	for _, s := range c.sources {
		checked += s.byRule[at].checked
		findings += s.byRule[at].bad
	}
	return checked, findings
}

// TestCases: every rule has a history with a finding and one without, which it looks at.
func TestCases(t *testing.T) {
	rules := testRules(t)
	broken, kept := map[string]bool{}, map[string]bool{}
	for _, tc := range readCases(t) {
		c := NewChecker(rules, Options{bits: 256, On: testOn, From: credit.NoDate, To: credit.NoDate, Examples: 3})
		checked, findings := of(c, feed(c, parseCase(t, tc.history)), tc.rule)
		switch tc.kind {
		case "bad":
			assert.NotZero(t, findings, tc.line)
			broken[tc.rule] = true
		case "good":
			assert.Zero(t, findings, tc.line)
			assert.NotZero(t, checked, "not looked at: %s", tc.line)
			kept[tc.rule] = true
		default:
			t.Errorf("%s: neither good nor bad", tc.line)
		}
	}
	list := rules.List()
	assert.GreaterOrEqual(t, len(list), 120)
	for _, r := range list {
		assert.True(t, broken[r.ID], "no case breaks %s", r.ID)
		assert.True(t, kept[r.ID], "no case keeps %s", r.ID)
	}
}
