package quality

import (
	"slices"
	"strings"

	"hengxin/credit"
)

// subjectClass: the subject's code is of one of the classes; subjects without a code are beside it.
func subjectClass(c *compiled, _ Law) error {
	var classes []credit.SubjectClass
	for _, name := range strings.Split(c.Args, ";") {
		class, err := credit.ParseSubjectClass(name)
		if err != nil {
			return err
		}
		classes = append(classes, class)
	}
	c.record = func(v *view) verdict {
		class := v.r.Subject.Class()
		if class == credit.ClassUnknown {
			return beside
		}
		return holds(slices.Contains(classes, class))
	}
	return nil
}

// codeCheck: the check characters of the subject's code are right, "last" or "organisation".
func codeCheck(c *compiled, _ Law) error {
	if c.Args != "last" && c.Args != "organisation" {
		return c.wrong("last or organisation")
	}
	c.record = func(v *view) verdict {
		code, ok := v.r.Subject.Code()
		if !ok || code.Excepted() {
			return beside
		}
		last, organisation := code.Checks()
		return holds(last && c.Args == "last" || organisation && c.Args == "organisation")
	}
	return nil
}

// firstCodes is the day from which codes were given (三证合一, domain page 2.1): a firm that is older got its own by then.
var firstCodes = credit.NewDate(2015, 10, 1)

// division: "known" or "in_force"; a field on the day of arrival, and without a field the division in the subject's code on
// the day of the event, or when codes were first given.
func division(c *compiled, law Law) error {
	if c.Args != "known" && c.Args != "in_force" {
		return c.wrong("known or in_force")
	}
	code := func(v *view) string { return v.r.Subject.Division() }
	day := func(v *view) credit.Date { return max(v.r.Event, firstCodes) }
	if c.Field != "" {
		f, err := c.field()
		if err != nil {
			return err
		}
		code = func(v *view) string { return string(v.text[f]) }
		day = (*view).arrived
	}
	c.record = func(v *view) verdict {
		text := code(v)
		if text == "" {
			return beside
		}
		if law.Division == nil {
			return untold
		}
		known, inForce := law.Division(text, day(v))
		if c.Args == "known" {
			return holds(known)
		}
		if !known {
			return beside
		}
		return holds(inForce)
	}
	return nil
}

// industry: the text is an industry code.
func industry(c *compiled, law Law) error {
	return c.ofText(func(_ *view, text []byte) verdict {
		if law.Industry == nil {
			return untold
		}
		return holds(law.Industry(string(text)) == nil)
	})
}
