package policy_test

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
)

var rewrite = flag.Bool("rewrite", false, "write what the cases give into their files")

// lawCase is one case of a file in testdata/cases; README.md there describes the form.
type lawCase struct {
	name      string
	input     []string
	expect    []string
	policy    *credit.Policy
	versions  []credit.Version
	followers []credit.Follower
	days      []credit.Date
	spans     bool
	stages    bool
	out       []string
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no case files", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) { runFile(t, file) })
	}
}

func runFile(t *testing.T, file string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	head, cases := parseCases(string(b))
	var out strings.Builder
	out.WriteString(head)
	for _, c := range cases {
		if err := c.run(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if !*rewrite && !slices.Equal(c.out, c.expect) {
			t.Errorf("%s:\nhave\n%s\nwant\n%s", c.name, strings.Join(c.out, "\n"), strings.Join(c.expect, "\n"))
		}
		fmt.Fprintf(&out, "\ncase %s\n%s\nexpect\n%s\n", c.name, strings.Join(c.input, "\n"), strings.Join(c.out, "\n"))
	}
	if *rewrite {
		if err := os.WriteFile(file, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func parseCases(text string) (head string, cases []*lawCase) {
	var c *lawCase
	expect := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		name, isCase := strings.CutPrefix(line, "case ")
		switch {
		case isCase:
			c, expect = &lawCase{name: name, policy: policy.Default()}, false
			cases = append(cases, c)
		case c == nil:
			head += line + "\n"
		case line == "expect":
			expect = true
		case line == "":
		case expect:
			c.expect = append(c.expect, line)
		default:
			c.input = append(c.input, line)
		}
	}
	return strings.TrimRight(head, "\n") + "\n", cases
}

func (c *lawCase) run() error {
	for _, line := range c.input {
		words := strings.Fields(line)
		if strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := c.do(words[0], words[1:]); err != nil {
			return fmt.Errorf("%q: %w", line, err)
		}
	}
	if len(c.versions) == 0 {
		return nil
	}
	spans := c.policy.Timeline(nil, c.versions, c.followers)
	for i := range spans {
		if c.spans {
			c.out = append(c.out, "  from "+describe(c.policy, &spans[i], spans[i].From))
		}
	}
	if c.stages {
		c.out = append(c.out, c.stageLines()...)
	}
	for _, day := range c.days {
		c.out = append(c.out, "  on "+describe(c.policy, spanOn(spans, day), day))
	}
	return nil
}

func spanOn(spans []credit.Span, day credit.Date) *credit.Span {
	var s *credit.Span
	for i := range spans {
		if spans[i].From <= day {
			s = &spans[i]
		}
	}
	return s
}

func (c *lawCase) do(verb string, args []string) error {
	if ok, err := c.doMore(verb, args); ok {
		return err
	}
	switch verb {
	case "policy":
		return c.change(args)
	case "spans":
		c.spans = true
		return nil
	case "on":
		for _, a := range args {
			day, err := credit.ParseDate(a)
			if err != nil {
				return err
			}
			c.days = append(c.days, day)
		}
		return nil
	case "deadline":
		return c.deadline(args)
	case "leniency":
		return c.leniency(args)
	case "erase":
		return c.erase(args)
	case "correct":
		return c.correct(args)
	case "site":
		return c.site(args)
	case "coming":
		return c.coming(args)
	case "setting":
		return c.setting(args)
	case "list":
		return c.list(args)
	}
	r, until, err := parseRecord(verb, args)
	if err != nil {
		return err
	}
	if !r.Kind.IsFollower() {
		c.versions = []credit.Version{{From: r.Known, Record: r}}
		return nil
	}
	from := max(r.Known, c.versions[0].From)
	c.followers = append(c.followers, credit.Follower{Record: r, From: from, Until: until})
	return nil
}

// parseRecord reads KIND EVENT [known=DAY] [until_withdrawn=DAY] [amount=YUAN] [severity=N] [FIELD=VALUE]...
func parseRecord(kind string, args []string) (r *credit.Record, until credit.Date, err error) {
	r, until = &credit.Record{Subject: "91320594MA7ABCD124", Source: "case", Amount: credit.NoFen}, credit.Never
	if r.Kind, err = credit.ParseKind(kind); err != nil {
		return nil, until, err
	}
	if r.Event, err = credit.ParseDate(args[0]); err != nil {
		return nil, until, err
	}
	r.Known = r.Event
	return r, until, setFields(r, &until, args[1:])
}

func setFields(r *credit.Record, until *credit.Date, args []string) (err error) {
	body := r.Body.Map()
	for _, a := range args {
		name, value, _ := strings.Cut(a, "=")
		switch name {
		case "known":
			r.Known, err = credit.ParseDate(value)
		case "event":
			r.Event, err = credit.ParseDate(value)
		case "subject":
			r.Subject = credit.Subject(value)
		case "withdrawn":
			*until, err = credit.ParseDate(value)
		case "amount":
			r.Amount, err = credit.ParseDecimal(value, 100)
		case "severity":
			r.Severity = map[string]credit.Severity{"minor": 1, "general": 2, "serious": 3}[value]
		default:
			if _, ok := credit.ParseField(name); !ok {
				return fmt.Errorf("no field %s", name)
			}
			body[name] = value
		}
		if err != nil {
			return err
		}
	}
	r.Body, err = credit.BodyOf(body)
	return err
}

// correct adds a version from a day on.
func (c *lawCase) correct(args []string) error {
	day, err := credit.ParseDate(args[0])
	if err != nil {
		return err
	}
	r := *c.versions[len(c.versions)-1].Record
	if err := setFields(&r, nil, args[1:]); err != nil {
		return err
	}
	c.versions = append(c.versions, credit.Version{From: day, Record: &r})
	return nil
}

// change reads FILE ROW COLUMN=VALUE and makes a policy with that cell changed.
func (c *lawCase) change(args []string) error {
	column, value, _ := strings.Cut(args[2], "=")
	b, err := changed(policy.Encode(c.policy), args[0], args[1], column, value)
	if err != nil {
		return err
	}
	c.policy, err = policy.Parse(b)
	return err
}

// deadline reads STEP DAY: a limit in working days that begins on the day.
func (c *lawCase) deadline(args []string) error {
	day, err := credit.ParseDate(args[1])
	if err != nil {
		return err
	}
	row, ok := c.policy.Workdays(args[0], day)
	if !ok {
		c.out = append(c.out, fmt.Sprintf("  %s from %s: no rule in force", args[0], day))
		return nil
	}
	end, err := policy.Workdays().Add(day, row.Workdays)
	if err != nil {
		return err
	}
	c.out = append(c.out, fmt.Sprintf("  %s from %s: %d working days, last day %s; %s", args[0], day, row.Workdays, end, cite(&row.Row)))
	return nil
}

// leniency reads DAY [tier=minor] [first] [last=DAY] [founded=DAY] [industry=CODE] [eligible].
func (c *lawCase) leniency(args []string) error {
	day, err := credit.ParseDate(args[0])
	if err != nil {
		return err
	}
	o := credit.Offence{SinceLast: day, Decided: day, Founded: credit.NoDate}
	for _, a := range args[1:] {
		name, value, _ := strings.Cut(a, "=")
		switch name {
		case "tier":
			o.Tier = map[string]credit.Severity{"minor": 1, "general": 2, "serious": 3}[value]
		case "first":
			o.SinceLast = credit.NoDate
		case "last":
			o.SinceLast, err = credit.ParseDate(value)
		case "founded":
			o.Founded, err = credit.ParseDate(value)
		case "industry":
			o.Industry = value
		case "eligible":
			o.Eligible = true
		}
		if err != nil {
			return err
		}
	}
	weight, rule := c.policy.Leniency(&o, day)
	text := "no row reduces it"
	if row, ok := c.policy.Rule(rule); ok {
		text = cite(&row)
	}
	c.out = append(c.out, fmt.Sprintf("  decided %s: weight %.2f; %s", day, weight, text))
	return nil
}

// erase reads KIND SUBJECT END.
func (c *lawCase) erase(args []string) error {
	kind, err := credit.ParseKind(args[0])
	if err != nil {
		return err
	}
	end, err := credit.ParseDate(args[2])
	if err != nil {
		return err
	}
	day, row, ok := c.policy.EraseFrom(&credit.Record{Kind: kind, Subject: credit.Subject(args[1])}, end)
	if !ok {
		c.out = append(c.out, "  kept")
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  act ended %s: destroyed from %s; %s", end, day, cite(&row.Row)))
	return nil
}

// site reads SITE DAY...: what the site's own rule says of the record.
func (c *lawCase) site(args []string) error {
	for _, a := range args[1:] {
		day, err := credit.ParseDate(a)
		if err != nil {
			return err
		}
		s, ok := c.policy.OnSite(args[0], c.versions[0].Record, day)
		if !ok {
			c.out = append(c.out, fmt.Sprintf("  on %s, %s: no rule of its own", day, args[0]))
			continue
		}
		row, _ := c.policy.Rule(s.Rule)
		c.out = append(c.out, fmt.Sprintf("  on %s, %s: %s, repair from %s, last day %s; %s", day, args[0],
			map[bool]string{true: "shown", false: "hidden"}[s.Shown], s.Earliest, s.Last, cite(&row)))
	}
	return nil
}

// coming reads DAY: the law that is published and not yet in force.
func (c *lawCase) coming(args []string) error {
	day, err := credit.ParseDate(args[0])
	if err != nil {
		return err
	}
	rows := c.policy.Coming(day)
	for i := range rows {
		c.out = append(c.out, fmt.Sprintf("  changes on %s: %s", rows[i].From, cite(&rows[i])))
	}
	if len(rows) == 0 {
		c.out = append(c.out, "  nothing is published that is not in force")
	}
	return nil
}

// setting reads KEY DAY.
func (c *lawCase) setting(args []string) error {
	day, err := credit.ParseDate(args[1])
	if err != nil {
		return err
	}
	text := "no row in force"
	if row, ok := c.policy.Setting(args[0], day); ok {
		text = row.Value + "; " + cite(&row.Row)
	}
	c.out = append(c.out, fmt.Sprintf("  %s on %s: %s", args[0], day, text))
	return nil
}

// list reads CODE DAY.
func (c *lawCase) list(args []string) error {
	day, err := credit.ParseDate(args[1])
	if err != nil {
		return err
	}
	text := "no such kind of list"
	if row, ok := c.policy.List(args[0], day); ok {
		text = row.Zh + ", " + map[bool]string{true: "decides by itself", false: "weighs heavily"}[row.Veto] + "; " + cite(&row.Row)
	}
	c.out = append(c.out, fmt.Sprintf("  %s on %s: %s", args[0], day, text))
	return nil
}

// changed returns the bytes of a policy with one cell changed.
func changed(canon []byte, file, id, column, value string) ([]byte, error) {
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

func describe(p *credit.Policy, s *credit.Span, day credit.Date) string {
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

// TestEveryRowHasACase: every row that a standing, a weight or a limit can name, and every reason and state, stands in
// an answer of some case.
func TestEveryRowHasACase(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, cases := parseCases(string(b))
		for _, c := range cases {
			said += strings.Join(c.expect, "\n") + "\n"
		}
	}
	want := map[string]bool{}
	tables := policy.Default().Tables()
	for _, r := range tables.Rules {
		want["; "+r.ID+" ("] = r.Site != "guidance"
	}
	for _, r := range tables.Leniency {
		want["; "+r.ID+" ("] = true
	}
	for _, r := range tables.Retention {
		want["; "+r.ID+" ("] = true
	}
	for _, r := range tables.Suspensions {
		want["; "+r.ID+" ("] = true
	}
	for _, r := range tables.Clocks {
		want["; "+r.ID+" ("] = true
	}
	for _, r := range tables.Reasons {
		want[", "+r.Name+";"] = true
	}
	for _, s := range credit.States() {
		want[": "+s.Name+","] = true
	}
	for text, wanted := range want {
		if wanted && !strings.Contains(said, text) {
			t.Errorf("no case answers with %q", text)
		}
	}
}
