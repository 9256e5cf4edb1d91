package quality

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"hengxin/credit"
)

// checks are the checks by name. Each reads the field and arguments of a rule and sets the rule's function. Where a record
// does not state what a check looks at, the rule is beside it: that something must be stated is the business of
// required and implies.
var checks = map[string]func(c *compiled, law Law) error{
	"required": required, "implies": implies, "format": format, "length": length, "range": inRange, "words": inWords,
	"date_order": dateOrder, "day_range": dayRange, "unit": unit, "flag": flagged, "sum": sumOf, "compare": compare,
	"late": late, "late_days": lateDays, "subject_class": subjectClass, "code_check": codeCheck, "division": division,
	"industry": industry, "placeholder": placeholder, "garbled": garbled, "full_width": fullWidth, "personal": personalData,
	"precision": precise, "not_self": notSelf, "code": isCode, "named": isNamed, "law_words": lawWords,
	"orphan": orphan, "target_order": targetOrder, "repeat_key": repeatKey, "repeat": repeat, "conflict": conflict,
	"established": established, "closed": closed, "registered": registered, "series_gap": seriesGap, "jump": jump,
	"open_long": openLong, "name_differs": nameDiffers, "shared_doc": sharedDoc, "shared_name": sharedName,
	"shared_organisation": sharedOrganisation, "silence": silence,
}

func (c *compiled) wrong(want string) error {
	return fmt.Errorf("field %q, arguments %q: want %s: %w", c.Field, c.Args, want, credit.ErrInvalid)
}

func (c *compiled) field() (credit.Field, error) {
	f, ok := credit.ParseField(c.Field)
	if !ok {
		return 0, c.wrong("a field of the vocabulary")
	}
	return f, nil
}

// ofText sets the rule to a judgement of its field's text; a record that does not state it is beside the rule.
func (c *compiled) ofText(judge func(v *view, text []byte) verdict) error {
	f, err := c.field()
	if err != nil {
		return err
	}
	c.record = func(v *view) verdict {
		if v.text[f] == nil {
			return beside
		}
		return judge(v, v.text[f])
	}
	return nil
}

func holds(ok bool) verdict {
	if ok {
		return good
	}
	return bad
}

// required: at least one of the fields is stated; amount is one too.
func required(c *compiled, _ Law) error {
	var any []func(v *view) string
	for _, name := range strings.Split(c.Field, ";") {
		value, err := parseText(name)
		if err != nil {
			return err
		}
		any = append(any, value)
	}
	c.record = func(v *view) verdict {
		for _, value := range any {
			if value(v) != "" {
				return good
			}
		}
		return bad
	}
	return nil
}

// implies: "A -> B": where condition A holds, B must.
func implies(c *compiled, _ Law) error {
	left, right, ok := strings.Cut(c.Args, " -> ")
	if !ok {
		return c.wrong("A -> B")
	}
	a, err := parseCondition(left)
	if err != nil {
		return err
	}
	b, err := parseCondition(right)
	if err != nil {
		return err
	}
	c.record = func(v *view) verdict {
		if !a(v) {
			return beside
		}
		return holds(b(v))
	}
	return nil
}

// format: the whole text is of a regular expression.
func format(c *compiled, _ Law) error {
	re, err := regexp.Compile("^(?:" + c.Args + ")$")
	if err != nil || c.Args == "" {
		return c.wrong("a regular expression")
	}
	return c.ofText(func(_ *view, text []byte) verdict { return holds(re.Match(text)) })
}

func (c *compiled) limits() (low, high float64, err error) {
	a, b, ok := strings.Cut(c.Args, "..")
	low, errA := strconv.ParseFloat(a, 64)
	high, errB := strconv.ParseFloat(b, 64)
	if !ok || errA != nil || errB != nil || low > high {
		return 0, 0, c.wrong("LOW..HIGH")
	}
	return low, high, nil
}

// length: LOW..HIGH characters.
func length(c *compiled, _ Law) error {
	low, high, err := c.limits()
	if err != nil {
		return err
	}
	return c.ofText(func(_ *view, text []byte) verdict {
		n := float64(utf8.RuneCount(text))
		return holds(n >= low && n <= high)
	})
}

// inRange: LOW..HIGH; money in yuan.
func inRange(c *compiled, _ Law) error {
	number, err := parseNumber(c.Field)
	if err != nil {
		return err
	}
	low, high, err := c.limits()
	if err != nil {
		return err
	}
	c.record = func(v *view) verdict {
		n, ok := number(v)
		if !ok {
			return beside
		}
		return holds(n >= low && n <= high)
	}
	return nil
}

// inWords: the text, or each of its codes, is one of a;b;c.
func inWords(c *compiled, _ Law) error {
	f, err := c.field()
	if err != nil {
		return err
	}
	words := strings.Split(c.Args, ";")
	if c.Args == "" {
		return c.wrong("words joined by ;")
	}
	codes := false
	if info, _ := f.Info(); info.Form == credit.FormCodes {
		codes = true
	}
	c.record = func(v *view) verdict {
		text := string(v.text[f])
		if text == "" {
			return beside
		}
		for codes && text != "" {
			word, rest, more := strings.Cut(text, ";")
			if !slices.Contains(words, word) {
				return bad
			}
			if !more {
				return good
			}
			text = rest
		}
		return holds(slices.Contains(words, text))
	}
	return nil
}

// dateOrder: "A<=B" or "A<=B+DAYS", days of a record.
func dateOrder(c *compiled, _ Law) error {
	left, right, ok := strings.Cut(c.Args, "<=")
	if !ok {
		return c.wrong("A<=B or A<=B+DAYS")
	}
	right, plus, _ := strings.Cut(right, "+")
	slack := 0
	if plus != "" {
		n, err := strconv.Atoi(plus)
		if err != nil {
			return c.wrong("A<=B+DAYS")
		}
		slack = n
	}
	a, err := parseDay(left)
	if err != nil {
		return err
	}
	b, err := parseDay(right)
	if err != nil {
		return err
	}
	c.record = func(v *view) verdict {
		first, okA := a(v)
		last, okB := b(v)
		if !okA || !okB {
			return beside
		}
		return holds(first <= last+credit.Date(slack))
	}
	return nil
}

// dayRange: FIRST..LAST.
func dayRange(c *compiled, _ Law) error {
	day, err := parseDay(c.Field)
	if err != nil {
		return err
	}
	a, b, _ := strings.Cut(c.Args, "..")
	first, errA := credit.ParseDate(a)
	last, errB := credit.ParseDate(b)
	if errA != nil || errB != nil || last < first {
		return c.wrong("FIRST..LAST")
	}
	c.record = func(v *view) verdict {
		d, ok := day(v)
		if !ok {
			return beside
		}
		return holds(d >= first && d <= last)
	}
	return nil
}

// unit: "FROM": an amount of FROM yuan or more that is a round number of 50 times 10,000 yuan looks as if yuan were written
// where 10,000 yuan are the unit (domain page 2.5, 6.3).
func unit(c *compiled, _ Law) error {
	from, err := strconv.ParseInt(c.Args, 10, 64)
	if err != nil || from <= 0 {
		return c.wrong("FROM yuan")
	}
	c.record = func(v *view) verdict {
		if v.r.Amount == credit.NoFen {
			return beside
		}
		return holds(v.r.Amount < credit.Fen(from*100) || v.r.Amount%(50*10_000*100) != 0)
	}
	return nil
}

// flagged: the record carries the flag that reading it gave it.
func flagged(c *compiled, _ Law) error {
	flag, ok := credit.ParseFlag(c.Args)
	if !ok {
		return c.wrong("a flag")
	}
	c.record = func(v *view) verdict { return holds(v.r.Flags&flag == 0) }
	return nil
}

// sumOf: "A=B+C" within one in a hundred of A; all three stated.
func sumOf(c *compiled, _ Law) error {
	whole, parts, _ := strings.Cut(c.Args, "=")
	left, right, _ := strings.Cut(parts, "+")
	var of [3]numberOf
	for i, name := range []string{whole, left, right} {
		var err error
		if of[i], err = parseNumber(name); err != nil {
			return err
		}
	}
	c.record = func(v *view) verdict {
		a, okA := of[0](v)
		b, okB := of[1](v)
		d, okD := of[2](v)
		if !okA || !okB || !okD {
			return beside
		}
		off := max(a-b-d, b+d-a)
		return holds(off <= max(a, -a)/100)
	}
	return nil
}

// compare: "A<=B", numbers of a record.
func compare(c *compiled, _ Law) error {
	left, right, ok := strings.Cut(c.Args, "<=")
	if !ok {
		return c.wrong("A<=B")
	}
	a, err := parseNumber(left)
	if err != nil {
		return err
	}
	b, err := parseNumber(right)
	if err != nil {
		return err
	}
	c.record = func(v *view) verdict {
		less, okA := a(v)
		more, okB := b(v)
		if !okA || !okB {
			return beside
		}
		return holds(less <= more)
	}
	return nil
}

// late: "N": it arrived by the end of N working days after the day of the field.
func late(c *compiled, law Law) error {
	day, err := parseDay(c.Field)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Args)
	if err != nil || n <= 0 {
		return c.wrong("working days")
	}
	c.record = func(v *view) verdict {
		from, ok := day(v)
		if !ok || v.r.Precision != credit.PrecisionDay {
			return beside
		}
		if law.Deadline == nil {
			return untold
		}
		last, err := law.Deadline(from, n)
		if err != nil {
			return untold
		}
		return holds(v.arrived() <= last)
	}
	return nil
}

// lateDays: "N": it arrived within N days after the day of the field, for what no law sets working days.
func lateDays(c *compiled, _ Law) error {
	day, err := parseDay(c.Field)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(c.Args)
	if err != nil || n <= 0 {
		return c.wrong("days")
	}
	c.record = func(v *view) verdict {
		from, ok := day(v)
		if !ok {
			return beside
		}
		return holds(v.arrived() <= from+credit.Date(n))
	}
	return nil
}

// precise: the event is known to the day.
func precise(c *compiled, _ Law) error {
	c.record = func(v *view) verdict { return holds(v.r.Precision == credit.PrecisionDay) }
	return nil
}

// notSelf: the subject that the field names is another.
func notSelf(c *compiled, _ Law) error {
	return c.ofText(func(v *view, text []byte) verdict { return holds(string(text) != string(v.r.Subject)) })
}

// isCode: the text names a subject.
func isCode(c *compiled, _ Law) error {
	return c.ofText(func(_ *view, text []byte) verdict {
		_, _, err := credit.ParseSubject(string(text))
		return holds(err == nil)
	})
}

// lawWords: the policy knows the words of the record on which standing depends.
func lawWords(c *compiled, law Law) error {
	c.record = func(v *view) verdict {
		if law.Words == nil {
			return untold
		}
		return holds(law.Words(v.r) == nil)
	}
	return nil
}
