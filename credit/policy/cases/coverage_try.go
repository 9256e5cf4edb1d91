package cases

import (
	"slices"
	"strings"

	"hengxin/credit"
)

// tryRows finds the cases about rows that no answer names: class rows, thresholds, words.
func tryRows(p *credit.Policy, list []Case, ran []answered, out []Covered) {
	t := p.Tables()
	by := map[string]*Covered{}
	for i := range out {
		by[out[i].Row.Table+out[i].Row.ID+out[i].Row.From.String()] = &out[i]
	}
	at := func(r *credit.Row) *Covered { return by[r.Table+r.ID+r.From.String()] }
	for i := range t.Classes {
		c := &t.Classes[i]
		changed := *t
		changed.Classes = slices.Delete(slices.Clone(t.Classes), i, i+1)
		label, refused := differs(&changed, list, ran, "")
		if refused {
			for j := range t.Rules {
				if r := &t.Rules[j]; r.ID == c.Rule && r.InForce(c.From) {
					label = at(&r.Row).By[InForce]
				}
			}
		}
		at(&c.Row).By[InForce] = label
	}
	for i := range t.Thresholds {
		changed := *t
		changed.Thresholds = slices.Clone(t.Thresholds)
		h := &changed.Thresholds[i]
		h.Small, h.Large, h.Huge = h.Small+1, h.Large+1, h.Huge+1
		label, _ := differs(&changed, list, ran, "")
		at(&t.Thresholds[i].Row).By[InForce] = label
	}
	for i := range t.Words {
		at(&t.Words[i].Row).By[InForce] = wordCase(t, i, list, ran)
	}
}

// wordCase is the case that answers otherwise where a word is another; where the policy refuses that, since a class row
// names the word, the first that uses it.
func wordCase(t *credit.Tables, i int, list []Case, ran []answered) string {
	w := &t.Words[i]
	changed := *t
	changed.Words = slices.Clone(t.Words)
	changed.Words[i].Word = "\x00" + w.Word
	label, refused := differs(&changed, list, ran, w.Word)
	if !refused {
		return label
	}
	for j := range ran {
		if uses(ran[j].input, w.Word) {
			return ran[j].label
		}
	}
	return ""
}

// differs returns the first case that uses the word, "" for any, and answers otherwise under other tables; refused where
// they make no policy.
func differs(t *credit.Tables, list []Case, ran []answered, word string) (label string, refused bool) {
	p, err := credit.NewPolicy(*t, nil)
	if err != nil {
		return "", true
	}
	for i := range list {
		if word != "" && !uses(ran[i].input, word) || strings.Contains(ran[i].input, "\n  policy ") {
			continue
		}
		if lines, err := list[i].Run(p); err == nil && !slices.Equal(lines, ran[i].lines) {
			return ran[i].label, false
		}
	}
	return "", false
}

// uses reports whether the input states the word as a value.
func uses(input, word string) bool {
	for _, before := range []string{"=", ";", " "} {
		for _, after := range []string{"\n", " ", ";"} {
			if strings.Contains(input, before+word+after) {
				return true
			}
		}
	}
	return false
}
