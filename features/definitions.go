package features

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"hengxin/credit"
)

// Definition is an indicator as the words that define its value, and, where a catalogue gives them, the words that
// explain it. Two definitions differ in meaning where a word of the first sort does.
type Definition struct {
	ID    string
	Words []Word
}

// Word is one word of a definition. Defines says that the set's digest holds it.
type Word struct {
	Name, Text string
	Defines    bool
}

var definingWords = []string{"version", "unit", "sources", "zero_if_none", "reads", "of", "kinds", "window", "pick", "value"}

// Definitions are the built-in catalogue's.
func Definitions() []Definition { return definitionsOf(Catalogue()) }

func definitionsOf(rows []Indicator) []Definition {
	out := make([]Definition, 0, len(rows))
	for i := range rows {
		ind := &rows[i]
		texts := definingTexts(ind)
		d := Definition{ID: ind.ID}
		for j, name := range definingWords {
			d.Words = append(d.Words, Word{name, texts[j+1], true})
		}
		for _, w := range [][2]string{{"zh", ind.Zh}, {"en", ind.En}, {"meaning_zh", ind.MeaningZh}, {"meaning", ind.Meaning}, {"direction", strconv.Itoa(ind.Direction)},
			{"dimension", ind.Dimension}, {"sensitivity", ind.Sensitivity}, {"citation", ind.Citation}} {
			d.Words = append(d.Words, Word{w[0], w[1], false})
		}
		out = append(out, d)
	}
	return out
}

// definingTexts are the id and the words of definingWords, in the order of the canonical bytes.
func definingTexts(ind *Indicator) []string {
	return []string{ind.ID, strconv.Itoa(ind.Version), ind.Unit, kindNames(ind.Sources), strconv.FormatBool(ind.ZeroIfNone), ind.Reads.String(),
		ind.Of, kindNames(selections[ind.Of].kinds), ind.Window.String(), ind.Pick, ind.Value}
}

// ReadDefinitions reads a catalogue (CSV, with the columns of the built-in one) or the canonical bytes of a set, which
// have no words that only explain. It returns [credit.ErrInvalid] for anything else.
func ReadDefinitions(b []byte) ([]Definition, error) {
	if bytes.HasPrefix(b, []byte("id,zh,en,")) || bytes.HasPrefix(b, []byte("#")) {
		rows, err := parseCatalogue(b)
		if err != nil {
			return nil, err
		}
		return definitionsOf(rows), nil
	}
	var out []Definition
	for len(b) > 0 {
		if len(b) == sha256.Size && len(out) > 0 {
			break // a table of peers
		}
		d := Definition{}
		for i := range 1 + len(definingWords) {
			text, rest, err := cutText(b)
			if err != nil {
				return nil, fmt.Errorf("definitions: indicator %d: %w", len(out)+1, err)
			}
			if b = rest; i == 0 {
				d.ID = text
				continue
			}
			d.Words = append(d.Words, Word{definingWords[i-1], text, true})
		}
		out = append(out, d)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("definitions: no indicator: %w", credit.ErrInvalid)
	}
	return out, nil
}

func cutText(b []byte) (text string, rest []byte, err error) {
	if len(b) < 4 {
		return "", nil, fmt.Errorf("want a catalogue or the canonical bytes of a set: %w", credit.ErrInvalid)
	}
	n := binary.BigEndian.Uint32(b)
	if b = b[4:]; uint64(n) > uint64(len(b)) {
		return "", nil, fmt.Errorf("want a catalogue or the canonical bytes of a set: %w", credit.ErrInvalid)
	}
	return string(b[:n]), b[n:], nil
}

// Change is what differs between two catalogues about one indicator.
type Change struct {
	ID    string       `json:"id"`
	What  string       `json:"what"` // added, removed, meaning, words
	Words []WordChange `json:"words,omitempty"`

	// Unversioned says that the meaning is another under the same version, which a catalogue must not do.
	Unversioned bool `json:"unversioned,omitempty"`
}

// WordChange is a word before and after.
type WordChange struct {
	Name   string `json:"name"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Changes lists what differs: in the order of b, and what only a has last.
func Changes(a, b []Definition) []Change {
	var out []Change
	at := func(list []Definition, id string) *Definition {
		if i := slices.IndexFunc(list, func(d Definition) bool { return d.ID == id }); i >= 0 {
			return &list[i]
		}
		return nil
	}
	for i := range b {
		before := at(a, b[i].ID)
		if before == nil {
			out = append(out, Change{ID: b[i].ID, What: "added"})
			continue
		}
		if c := changeOf(before, &b[i]); c.What != "" {
			out = append(out, c)
		}
	}
	for i := range a {
		if at(b, a[i].ID) == nil {
			out = append(out, Change{ID: a[i].ID, What: "removed"})
		}
	}
	return out
}

// changeOf compares the words that both have.
func changeOf(a, b *Definition) Change {
	c := Change{ID: b.ID}
	versions := 0
	for _, w := range b.Words {
		i := slices.IndexFunc(a.Words, func(x Word) bool { return x.Name == w.Name })
		if i < 0 || a.Words[i].Text == w.Text {
			continue
		}
		c.Words = append(c.Words, WordChange{w.Name, a.Words[i].Text, w.Text})
		switch {
		case w.Name == "version":
			versions++
			c.What = "meaning"
		case w.Defines:
			c.What = "meaning"
		case c.What == "":
			c.What = "words"
		}
	}
	c.Unversioned = c.What == "meaning" && versions == 0
	return c
}
