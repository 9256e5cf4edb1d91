package source

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

//go:embed reasons.csv
var reasonsCSV string

// reasonForm is one row of the table of reasons: the stretches of text between its holes, in both languages.
type reasonForm struct{ en, zh []string }

var reasonForms = sync.OnceValue(func() []reasonForm {
	r := csv.NewReader(strings.NewReader(reasonsCSV))
	r.Comment, r.FieldsPerRecord = '#', 2
	rows, err := r.ReadAll()
	if err != nil {
		panic("source: reasons.csv: " + err.Error())
	}
	forms := make([]reasonForm, 0, len(rows))
	for _, row := range rows[1:] {
		forms = append(forms, reasonForm{strings.Split(row[0], "{}"), strings.Split(row[1], "{}")})
	}
	return forms
})

// ReasonZh says a quarantine's reason in Chinese; ok is false where the table of reasons has none that fits, and then
// the reason itself is returned: a mapping may give reasons of its own words (refused).
func ReasonZh(reason string) (zh string, ok bool) {
	for _, form := range reasonForms() {
		if held, fits := form.match(reason); fits {
			return form.say(held), true
		}
	}
	return reason, false
}

// match returns the texts that stand in the holes of the form, each as short as the rest allows.
func (f *reasonForm) match(s string) (held []string, ok bool) {
	if len(f.en) == 1 {
		return nil, s == f.en[0]
	}
	rest, ok := strings.CutPrefix(s, f.en[0])
	if !ok {
		return nil, false
	}
	for i, part := range f.en[1:] {
		at := strings.Index(rest, part)
		if i == len(f.en)-2 { // the last stretch ends the text
			if !strings.HasSuffix(rest, part) {
				return nil, false
			}
			at = len(rest) - len(part)
		}
		if at < 0 {
			return nil, false
		}
		held, rest = append(held, rest[:at]), rest[at+len(part):]
	}
	return held, true
}

// say fills the Chinese form; a hole that it lacks is left out.
func (f *reasonForm) say(held []string) string {
	var b strings.Builder
	for i, part := range f.zh {
		if i > 0 && i <= len(held) {
			b.WriteString(held[i-1])
		}
		b.WriteString(part)
	}
	return b.String()
}
