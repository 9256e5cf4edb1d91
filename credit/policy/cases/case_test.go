package cases_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hengxin/credit"
	"hengxin/credit/policy"
	"hengxin/credit/policy/cases"

	"github.com/stretchr/testify/require"
)

var rewrite = flag.Bool("rewrite", false, "write what the cases give into their files, and the page of coverage")

func TestCases(t *testing.T) {
	files, err := filepath.Glob("text/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	n := 0
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { n += runFile(t, file) })
	}
	require.GreaterOrEqual(t, n, 200)
	require.True(t, *rewrite || n == len(cases.All()))
}

func runFile(t *testing.T, file string) int {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	head, list := cases.Parse(filepath.Base(file), string(b))
	var out strings.Builder
	out.WriteString(head)
	for i := range list {
		c := &list[i]
		have, err := c.Run(policy.Default())
		require.NoError(t, err)
		if !*rewrite && !slices.Equal(have, c.Expect) {
			t.Errorf("%s:\nhave\n%s\nwant\n%s", c.Name, strings.Join(have, "\n"), strings.Join(c.Expect, "\n"))
		}
		fmt.Fprintf(&out, "\ncase %s\n%s\nexpect\n%s\n", c.Name, strings.Join(c.Input, "\n"), strings.Join(have, "\n"))
	}
	if *rewrite {
		require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o644))
	}
	return len(list)
}

// TestCoverage: every row has the cases that are wanted, and the page says so.
func TestCoverage(t *testing.T) {
	rows, err := cases.Coverage(policy.Default(), cases.All())
	require.NoError(t, err)
	for i := range rows {
		for _, cell := range rows[i].Missing() {
			t.Errorf("%s row %s: no case for %s", rows[i].Row.Table, rows[i].Row.ID, cell)
		}
	}
	page := cases.Page(policy.Default(), rows, len(cases.All()))
	if *rewrite {
		require.NoError(t, os.WriteFile("../CASES.md", []byte(page), 0o644))
	}
	have, err := os.ReadFile("../CASES.md")
	require.NoError(t, err)
	require.Equal(t, page, string(have), "go test ./credit/policy/cases -run 'Cases|Coverage' -rewrite, twice: the first writes the cases")
}

// TestEveryReasonHasACase: every reason and state of a record and of a commitment stands in an answer.
func TestEveryReasonHasACase(t *testing.T) {
	said := ""
	for _, c := range cases.All() {
		said += strings.Join(c.Expect, "\n") + "\n"
	}
	for _, r := range policy.Default().Tables().Reasons {
		require.Contains(t, said, ", "+r.Name+";")
	}
	for _, s := range credit.States() {
		require.Contains(t, said, ": "+s.Name+",")
	}
	for _, s := range credit.CommitmentStates() {
		require.Regexp(t, "stage from [0-9-]+: "+s.Name, said)
	}
}

// TestBadCases: a line that cannot be understood is an error that names it.
func TestBadCases(t *testing.T) {
	for _, input := range []string{"on", "penlty 2024-01-01", "performance 2024-01-01", "correct 2024-01-01 status=x", "site samr 2024-01-01",
		"deadline accept", "penalty 2024-13-01", "penalty 2024-01-01 colour=red", "share penalty", "setting transition_mode soon"} {
		c := cases.Case{Name: "bad", Input: []string{"  " + input}}
		_, err := c.Run(policy.Default())
		require.ErrorContains(t, err, input)
	}
}

func Example() {
	c := cases.Case{Input: []string{"  penalty 2024-05-20 penalty_types=fine amount=30000", "  on 2024-08-20 2024-08-21"}}
	answers, _ := c.Run(policy.Default())
	for _, line := range answers {
		fmt.Println(strings.TrimSpace(line))
	}
	// Output:
	// on 2024-08-20: publicised, counted 1.00, shown, tier general, repair from 2024-08-21, ends 2027-05-21, publicised; O58-GEN (国家发展改革委令2023年第58号; verified: yes)
	// on 2024-08-21: publicised, counted 1.00, shown, tier general, repair from 2024-08-21, ends 2027-05-21, awaiting_performance; O58-GEN (国家发展改革委令2023年第58号; verified: yes)
}
