package cases

import (
	"fmt"
	"strings"

	"hengxin/credit"
	"hengxin/credit/policy"
)

// least is the number of words that a verb needs at least, 1 for those that are not named.
var least = map[string]int{"spans": 0, "stages": 0, "policy": 3, "deadline": 2, "erase": 3, "correct": 2, "site": 2, "setting": 2, "list": 2, "share": 2, "supervise": 2, "downgrade": 2, "benchmark": 2}

func (c *asking) do(verb string, args []string) error {
	n, named := least[verb]
	if !named {
		n = 1
	}
	if len(args) < n {
		return fmt.Errorf("want %d words or more after %s: %w", n, verb, credit.ErrInvalid)
	}
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
	if len(c.versions) == 0 {
		return fmt.Errorf("%s speaks of no record: the record comes first: %w", verb, credit.ErrInvalid)
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
func (c *asking) correct(args []string) error {
	day, err := credit.ParseDate(args[0])
	if err != nil {
		return err
	}
	if len(c.versions) == 0 {
		return fmt.Errorf("no record to correct: %w", credit.ErrInvalid)
	}
	r := *c.versions[len(c.versions)-1].Record
	if err := setFields(&r, nil, args[1:]); err != nil {
		return err
	}
	c.versions = append(c.versions, credit.Version{From: day, Record: &r})
	return nil
}

// change reads FILE ROW COLUMN=VALUE and makes a policy with that cell changed.
func (c *asking) change(args []string) error {
	column, value, _ := strings.Cut(args[2], "=")
	b, err := Change(policy.Encode(c.policy), args[0], args[1], column, value)
	if err != nil {
		return err
	}
	c.policy, err = policy.Parse(b)
	return err
}

// deadline reads STEP DAY: a limit in working days that begins on the day.
func (c *asking) deadline(args []string) error {
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
func (c *asking) leniency(args []string) error {
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
func (c *asking) erase(args []string) error {
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
		c.out = append(c.out, fmt.Sprintf("  act ended %s: kept", end))
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  act ended %s: destroyed from %s; %s", end, day, cite(&row.Row)))
	return nil
}

// site reads SITE DAY...: what the site's own rule says of the record.
func (c *asking) site(args []string) error {
	for _, a := range args[1:] {
		day, err := credit.ParseDate(a)
		if err != nil {
			return err
		}
		if len(c.versions) == 0 {
			return fmt.Errorf("no record to show: %w", credit.ErrInvalid)
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
func (c *asking) coming(args []string) error {
	day, err := credit.ParseDate(args[0])
	if err != nil {
		return err
	}
	rows := c.policy.Coming(day)
	c.out = append(c.out, fmt.Sprintf("  known on %s:", day))
	for i := range rows {
		c.out = append(c.out, fmt.Sprintf("  changes on %s: %s", rows[i].From, cite(&rows[i])))
	}
	if len(rows) == 0 {
		c.out = append(c.out, "  nothing is published that is not in force")
	}
	return nil
}

// setting reads KEY DAY.
func (c *asking) setting(args []string) error {
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
func (c *asking) list(args []string) error {
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

// doMore runs the verbs of cases that are not about one record's standing by day; ok is false for a verb it does not know.
func (c *asking) doMore(verb string, args []string) (ok bool, err error) {
	switch verb {
	case "stages":
		c.stages = true
	case "share":
		return true, c.share(args)
	case "meaning":
		c.meaning(args)
	case "supervise":
		return true, c.supervise(args)
	case "downgrade":
		return true, c.downgrade(args)
	case "benchmark":
		return true, c.benchmark(args)
	default:
		return false, nil
	}
	return true, nil
}

// meaning reads SET [WORD]: what a word of sources means; without a word, what a status that is not stated means.
func (c *asking) meaning(args []string) {
	word := strings.Join(args[1:], " ")
	for _, w := range c.policy.Tables().Words {
		if w.Set == args[0] && w.Word == word {
			c.out = append(c.out, fmt.Sprintf("  %q means %s; %s", word, w.Mean, cite(&w.Row)))
			return
		}
	}
	c.out = append(c.out, fmt.Sprintf("  %q: the policy knows no such word", word))
}

// share reads KIND DAY [source=NAME] [FIELD=VALUE]...: the item that a record falls under, and whether it may be stored.
func (c *asking) share(args []string) error {
	source := "case"
	rest := []string{args[1]}
	for _, a := range args[2:] {
		if name, ok := strings.CutPrefix(a, "source="); ok {
			source = name
			continue
		}
		rest = append(rest, a)
	}
	r, _, err := parseRecord(args[0], rest)
	if err != nil {
		return err
	}
	r.Source = source
	item, ok := c.policy.Sharing().Item(r)
	if !ok {
		c.out = append(c.out, fmt.Sprintf("  %s of %s: no item of the list", args[0], args[1]))
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  %s of %s: %s, shared by %s, %s, data class %s; %s", args[0], args[1], item.Item, item.Mode,
		map[bool]string{true: "stored", false: "not stored"}[c.policy.Sharing().Storable(r) == nil], item.Data, cite(&item.Row)))
	return nil
}
