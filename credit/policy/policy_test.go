package policy_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"

	"github.com/stretchr/testify/require"
)

func TestCanonicalBytes(t *testing.T) {
	p := policy.Default()
	again, err := policy.Parse(policy.Encode(p))
	require.NoError(t, err)
	require.Equal(t, p.Digest(), again.Digest())
	require.Equal(t, policy.Encode(p), policy.Encode(again))

	// Comments, blanks around cells, line ends and the order of rows are not content.
	text := string(policy.Encode(p))
	text = strings.Replace(text, "-- settings.csv --\n", "-- settings.csv --\n# a remark\n", 1)
	text = strings.ReplaceAll(text, "INCLUSIVE,,", " INCLUSIVE , ,")
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "BAN-58,") {
			lines[i-1], lines[i] = lines[i], lines[i-1]
		}
	}
	again, err = policy.Parse([]byte(strings.Join(lines, "\r\n")))
	require.NoError(t, err)
	require.Equal(t, p.Digest(), again.Digest())

	b, err := cases.Change(policy.Encode(p), "rules.csv", "O36-GEN", "min_months", "4")
	require.NoError(t, err)
	again, err = policy.Parse(b)
	require.NoError(t, err)
	require.NotEqual(t, p.Digest(), again.Digest())
}

func TestRefusals(t *testing.T) {
	for _, x := range []struct {
		file, row, column, value string
		want                     []string // in the message
	}{
		{"rules.csv", "O36-GEN", "citation", "", []string{"rules.csv", "O36-GEN", "citation"}},
		{"rules.csv", "O36-GEN", "in_force_from", "", []string{"rules.csv", "O36-GEN", "in_force_from"}},
		{"rules.csv", "O36-GEN", "in_force_from", "2026-04-31", []string{"rules.csv", "O36-GEN", "in_force_from"}},
		{"rules.csv", "O36-GEN", "in_force_from", "2026-05-01", []string{"classes.csv", "O36-GEN-1", "rule"}},
		{"rules.csv", "O58-GEN", "in_force_to", "2023-04-01", []string{"rules.csv", "O58-GEN", "in_force_to"}},
		{"rules.csv", "O58-GEN", "published", "2024-01-01", []string{"rules.csv", "O58-GEN", "published"}},
		{"rules.csv", "O58-GEN", "kind", "penlty", []string{"rules.csv", "O58-GEN", "kind"}},
		{"rules.csv", "O58-GEN", "kind", "repair_approval", []string{"rules.csv", "O58-GEN", "kind"}},
		{"rules.csv", "O58-GEN", "decides", "maybe", []string{"rules.csv", "O58-GEN", "decides"}},
		{"rules.csv", "O58-GEN", "tier", "huge", []string{"rules.csv", "O58-GEN", "tier"}},
		{"rules.csv", "O58-GEN", "min_months", "x", []string{"rules.csv", "O58-GEN", "min_months"}},
		{"rules.csv", "O58-GEN", "min_months", "37", []string{"rules.csv", "O58-GEN", "min_months"}},
		{"rules.csv", "O58-GEN", "max_months", "-3", []string{"rules.csv", "O58-GEN", "max_months"}},
		{"rules.csv", "O58-GEN", "max_months", "99999", []string{"rules.csv", "O58-GEN", "max_months"}},
		{"rules.csv", "O58-GEN", "start", "", []string{"rules.csv", "O58-GEN", "start"}},
		{"rules.csv", "O58-GEN", "min_from", "end", []string{"rules.csv", "O58-GEN", "min_from"}},
		{"rules.csv", "O58-GEN", "needs", "performed;luck", []string{"rules.csv", "O58-GEN", "needs"}},
		{"rules.csv", "O58-GEN", "id", "O58-ELSE", []string{"rules.csv", "O58-ELSE"}},
		{"rules.csv", "P527-X", "max_months", "", []string{"rules.csv", "P527-X", "hold"}},
		{"rules.csv", "O36-GEN", "verified", "perhaps", []string{"rules.csv", "O36-GEN", "verified"}},
		{"rules.csv", "O58-GEN", "decides", "no", []string{"penalty", "gap", "2023-05-01"}},
		{"classes.csv", "O36-SER-1", "order", "90", []string{"classes.csv", "O36-SER-1", "O36-GEN-1", "order"}},
		{"classes.csv", "O36-SER-1", "rule", "O99", []string{"classes.csv", "O36-SER-1", "rule"}},
		{"classes.csv", "O36-SER-1", "types_any", "hanging", []string{"classes.csv", "O36-SER-1", "types"}},
		{"classes.csv", "O36-SER-2", "fine_from", "enormous", []string{"classes.csv", "O36-SER-2", "fine_from"}},
		{"classes.csv", "O58-SIMPLE-1", "procedure", "quick", []string{"classes.csv", "O58-SIMPLE-1", "procedure"}},
		{"classes.csv", "WAGE-1", "lists", "PAY", []string{"classes.csv", "WAGE-1", "lists"}},
		{"classes.csv", "O58-GEN-1", "in_force_to", "", []string{"classes.csv", "O58-GEN-1", "in_force_to"}},
		{"classes.csv", "O36-GEN-1", "severity", "serious", []string{"penalty", "gap", "2026-04-01"}},
		{"settings.csv", "TRANSITION", "value", "sometimes", []string{"settings.csv", "TRANSITION", "value"}},
		{"settings.csv", "TRANSITION", "in_force_from", "2024-01-01", []string{"settings.csv", "transition_mode", "gap"}},
		{"settings.csv", "INCLUSIVE", "in_force_to", "2024-01-01", []string{"settings.csv", "inclusive", "gap"}},
		{"settings.csv", "INCLUSIVE", "key", "inclusiv", []string{"settings.csv", "INCLUSIVE", "value"}},
		{"settings.csv", "BAN-36", "value", "0", []string{"settings.csv", "BAN-36", "value"}},
		{"settings.csv", "BAN-36", "in_force_from", "2026-04-02", []string{"settings.csv", "BAN-36", "gap"}},
		{"settings.csv", "BAN-36", "in_force_from", "2026-03-31", []string{"settings.csv", "BAN-36", "overlap"}},
		{"thresholds.csv", "FINE", "small_yuan", "2000000", []string{"thresholds.csv", "FINE", "huge"}},
		{"thresholds.csv", "FINE", "small_yuan", "1e3", []string{"thresholds.csv", "FINE", "small_yuan"}},
		{"thresholds.csv", "FINE", "in_force_to", "2026-12-31", []string{"classes.csv", "fine_below"}},
		{"leniency.csv", "LEN-FIRST", "weight", "1.5", []string{"leniency.csv", "LEN-FIRST", "weight"}},
		{"leniency.csv", "LEN-FIRST", "weight", "NaN", []string{"leniency.csv", "LEN-FIRST", "weight"}},
		{"leniency.csv", "LEN-FIRST", "months", "", []string{"leniency.csv", "LEN-FIRST", "months"}},
		{"leniency.csv", "LEN-FIRST", "when", "always", []string{"leniency.csv", "LEN-FIRST", "when"}},
		{"retention.csv", "CREDIT-BAD", "months", "0", []string{"retention.csv", "CREDIT-BAD", "months"}},
		{"retention.csv", "CREDIT-BAD", "kinds", "", []string{"retention.csv", "CREDIT-BAD", "kinds"}},
		{"suspensions.csv", "BANK-36", "in_force_from", "2026-04-02", []string{"suspensions.csv", "BANK-36", "gap"}},
		{"lists.csv", "LIST-TAX", "code", "", []string{"lists.csv", "LIST-TAX", "code"}},
		{"lists.csv", "LIST-TAX", "code", "SAMR", []string{"lists.csv", "overlap"}},
		{"clocks.csv", "O36-ACCEPT", "workdays", "0", []string{"clocks.csv", "O36-ACCEPT", "workdays"}},
		{"reasons.csv", "removed", "en", "", []string{"reasons.csv", "removed"}},
		{"reasons.csv", "removed", "name", "remooved", []string{"reasons.csv", "removed"}},
		{"words.csv", "W-OBJECTION-01", "mean", "perhaps", []string{"words.csv", "W-OBJECTION-01", "mean"}},
	} {
		name := fmt.Sprintf("%s %s %s=%s", x.file, x.row, x.column, x.value)
		b, err := cases.Change(policy.Encode(policy.Default()), x.file, x.row, x.column, x.value)
		require.NoError(t, err, name)
		_, err = policy.Parse(b)
		require.ErrorIs(t, err, credit.ErrInvalid, name)
		for _, w := range x.want {
			require.ErrorContains(t, err, w, name)
		}
	}
}

func TestMalformedFiles(t *testing.T) {
	good := string(policy.Encode(policy.Default()))
	for name, text := range map[string]string{
		"nothing":      "",
		"before":       "x\n" + good,
		"missing file": strings.Replace(good, "-- words.csv --", "", 1),
		"twice":        good + "-- words.csv --\n",
		"unknown file": good + "-- other.csv --\n",
		"header":       strings.Replace(good, "precedence", "precedent", 1),
		"cells":        strings.Replace(good, "\nABN,", "\nABN,x,", 1),
		"quotes":       strings.Replace(good, "\nABN,", "\n\"ABN,", 1),
	} {
		_, err := policy.Parse([]byte(text))
		require.ErrorIs(t, err, credit.ErrInvalid, name)
	}
	_, err := policy.Open(fstest.MapFS{})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzParse(f *testing.F) {
	good := policy.Encode(policy.Default())
	f.Add(good)
	f.Add([]byte("-- rules.csv --\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := policy.Parse(b)
		if err != nil {
			if !errors.Is(err, credit.ErrInvalid) {
				t.Fatal(err)
			}
			return
		}
		again, err := policy.Parse(policy.Encode(p))
		if err != nil || !bytes.Equal(policy.Encode(again), policy.Encode(p)) {
			t.Fatal("canonical bytes do not read back", err)
		}
	})
}

func TestCalendar(t *testing.T) {
	c := policy.Workdays()
	for day, want := range map[string]bool{
		"2026-09-30": true, "2026-10-01": false, "2026-10-07": false, "2026-10-08": true, "2026-10-10": true, // a Saturday made up
		"2026-10-11": false, "2026-11-22": false, "2026-11-23": true, "2004-01-01": false,
	} {
		d, err := credit.ParseDate(day)
		require.NoError(t, err)
		have, err := c.IsWorkday(d)
		require.NoError(t, err)
		require.Equal(t, want, have, day)
	}
	_, err := c.IsWorkday(credit.NewDate(2027, 1, 4))
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = c.Add(credit.NewDate(2026, 12, 31), 1)
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = policy.ParseCalendar("day,is,name\n2026-01-01,free,x\n")
	require.ErrorIs(t, err, credit.ErrInvalid)
	_, err = policy.ParseCalendar("2026-02-30,off,x\n")
	require.ErrorIs(t, err, credit.ErrInvalid)
}

func TestLists(t *testing.T) {
	p := policy.Default()
	day := credit.NewDate(2026, 1, 1)
	for code, veto := range map[string]bool{"SXBZXR": true, "TAX": true, "ILLF": true, "GOVP": false, "IPR": false} {
		row, ok := p.List(code, day)
		require.True(t, ok, code)
		require.Equal(t, veto, row.Veto, code)
	}
	_, ok := p.List("NONE", day)
	require.False(t, ok)
	require.Len(t, p.Tables().Lists, 19)
}

func TestReasonsHaveTexts(t *testing.T) {
	for r := credit.ReasonNoRule; r <= credit.ReasonPlanDone; r++ {
		zh, en := policy.Default().Text(r)
		require.NotEmpty(t, zh, r)
		require.NotEmpty(t, en, r)
	}
}

func TestCheckWords(t *testing.T) {
	p := policy.Default()
	rec := func(k credit.Kind, name, value string) *credit.Record {
		body, err := credit.BodyOf(map[string]string{name: value})
		require.NoError(t, err)
		return &credit.Record{Kind: k, Body: body}
	}
	for _, r := range []*credit.Record{rec(credit.KindPerformance, "status", "全部履行"), rec(credit.KindPerformance, "status", ""),
		rec(credit.KindObjection, "status", "open"), rec(credit.KindPenalty, "penalty_types", "fine;warning"), rec(credit.KindPenalty, "procedure", "简易程序"),
		rec(credit.KindSevereListing, "list", "TAX"), rec(credit.KindBankruptcy, "status", "approved"), rec(credit.KindPermit, "status", "x")} {
		require.NoError(t, p.CheckWords(r), r.Kind)
	}
	for _, r := range []*credit.Record{rec(credit.KindPerformance, "status", "x"), rec(credit.KindObjection, "status", "x"), rec(credit.KindPenalty, "penalty_types", "fine;x"),
		rec(credit.KindPenalty, "procedure", "x"), rec(credit.KindSevereListing, "list", "X"), rec(credit.KindBankruptcy, "status", "x")} {
		require.ErrorIs(t, p.CheckWords(r), credit.ErrInvalid, r.Kind)
	}
}

func TestGeneralConsentIsLimited(t *testing.T) {
	p := policy.Default()
	c := credit.Consent{Subject: "91320594MA7ABCD124", Bank: "b", Purposes: []credit.Purpose{credit.PurposePreLoan}, Classes: []credit.DataClass{credit.DataPublic},
		From: credit.NewDate(2026, 1, 10), To: credit.NewDate(2027, 1, 10), Withdrawn: credit.NoDate, Signed: credit.NewDate(2026, 1, 10), Evidence: credit.Digest{1}}
	require.NoError(t, p.CheckConsent(&c))
	c.To++
	require.ErrorIs(t, p.CheckConsent(&c), credit.ErrInvalid)
	c.Loan = "L1"
	require.NoError(t, p.CheckConsent(&c))
	c.Bank = ""
	require.ErrorIs(t, p.CheckConsent(&c), credit.ErrInvalid)
}

func Example() {
	p := policy.Default()
	body, _ := credit.BodyOf(map[string]string{"penalty_types": "fine", "sector": "food"})
	fine := &credit.Record{Kind: credit.KindPenalty, Subject: "91320594MA7ABCD124", Event: credit.NewDate(2024, 3, 15), Known: credit.NewDate(2024, 3, 20), Amount: 600000, Body: body}
	repair := credit.Follower{Record: &credit.Record{Kind: credit.KindRepairApproval}, From: credit.NewDate(2025, 4, 1), Until: credit.Never}
	for _, s := range p.Timeline(nil, []credit.Version{{From: fine.Known, Record: fine}}, []credit.Follower{repair}) {
		row, _ := p.Rule(s.Rule)
		_, en := p.Text(s.Reason)
		fmt.Println(s.From, s.State, row.ID, s.Earliest, s.End, en)
	}
	// Output:
	// 2024-03-20 publicised O58-KEY 2025-03-16 2027-03-16 within its period of publicity
	// 2025-03-16 publicised O58-KEY 2025-03-16 2027-03-16 the least period is over; performance is not known yet
	// 2025-04-01 repaired O58-KEY - - repair was approved: no longer shown or used
}

// TestCoveragePage: every row id stands in COVERAGE.md, words apart, and every id there is a row.
func TestCoveragePage(t *testing.T) {
	b, err := os.ReadFile("COVERAGE.md")
	require.NoError(t, err)
	page := string(b)
	tables := policy.Default().Tables()
	ids := map[string]bool{}
	for _, r := range tables.Rules {
		ids[r.ID] = true
	}
	for _, r := range tables.Classes {
		ids[r.ID] = true
	}
	for _, r := range tables.Settings {
		ids[r.ID] = true
	}
	for _, r := range tables.Thresholds {
		ids[r.ID] = true
	}
	for _, r := range tables.Leniency {
		ids[r.ID] = true
	}
	for _, r := range tables.Retention {
		ids[r.ID] = true
	}
	for _, r := range tables.Suspensions {
		ids[r.ID] = true
	}
	for _, r := range tables.Lists {
		ids[r.ID] = true
	}
	for _, r := range tables.Clocks {
		ids[r.ID] = true
	}
	for _, r := range tables.Items {
		ids[r.ID] = true
	}
	for _, r := range tables.Supervision {
		ids[r.ID] = true
	}
	for _, r := range tables.Downgrades {
		ids[r.ID] = true
	}
	for _, r := range tables.Benchmarks {
		ids[r.ID] = true
	}
	for id := range ids {
		require.Contains(t, page, "`"+id+"`")
	}
	for _, word := range regexp.MustCompile("`[A-Z0-9]+(-[A-Z0-9]+)*`").FindAllString(page, -1) {
		require.True(t, ids[strings.Trim(word, "`")], word)
	}
}

// TestOpenReadsEveryFile: a CSV file that Open would leave out is refused, so that nobody believes it to be the law; the
// program's own tables of facts may lie there as they are.
func TestOpenReadsEveryFile(t *testing.T) {
	dir := fstest.MapFS{}
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, e := range entries {
		if !e.IsDir() {
			b, err := os.ReadFile(e.Name())
			require.NoError(t, err)
			dir[e.Name()] = &fstest.MapFile{Data: b}
		}
	}
	p, err := policy.Open(dir)
	require.NoError(t, err)
	require.Equal(t, policy.Default().Digest(), p.Digest())

	own := dir["workdays.csv"]
	dir["workdays.csv"] = &fstest.MapFile{Data: own.Data[:len(own.Data)/2]}
	_, err = policy.Open(dir)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "workdays.csv is part of the program and not read from a directory")
	dir["workdays.csv"] = own

	dir["benchmark.csv"] = dir["benchmarks.csv"]
	delete(dir, "benchmarks.csv")
	_, err = policy.Open(dir)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "benchmark.csv is no table of a policy")
}
