package cases

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"hengxin/credit"
)

//go:embed text/*.txt
var texts embed.FS

// Case is one case of a file of text: what is known, and the answers that follow from it. text/README.md describes the
// form.
type Case struct {
	File, Name    string
	Input, Expect []string
}

// All returns the cases that come with the program, by file name and place. It is read once; the caller must not change
// what it returns.
func All() []Case { return all() }

var all = sync.OnceValue(func() (list []Case) {
	files, err := fs.Glob(texts, "text/*.txt")
	if err != nil || len(files) == 0 {
		panic("cases: no embedded files")
	}
	slices.Sort(files)
	for _, file := range files {
		b, err := texts.ReadFile(file)
		if err != nil {
			panic("cases: " + err.Error())
		}
		_, some := Parse(strings.TrimPrefix(file, "text/"), string(b))
		list = append(list, some...)
	}
	return list
})

// Parse reads the text of one file: its head, which is remarks, and its cases.
func Parse(file, text string) (head string, list []Case) {
	var c *Case
	expect := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, " \n")
		name, isCase := strings.CutPrefix(line, "case ")
		switch {
		case isCase:
			list = append(list, Case{File: file, Name: name})
			c, expect = &list[len(list)-1], false
		case c == nil:
			head += line + "\n"
		case line == "expect":
			expect = true
		case line == "":
		case expect:
			c.Expect = append(c.Expect, line)
		default:
			c.Input = append(c.Input, line)
		}
	}
	return strings.TrimRight(head, "\n") + "\n", list
}

// Run asks the policy and returns its answers, to compare with Expect. It returns an error that names the line which
// could not be understood.
func (c *Case) Run(p *credit.Policy) ([]string, error) {
	a := asking{policy: p}
	for _, line := range c.Input {
		words := strings.Fields(line)
		if strings.HasPrefix(words[0], "#") {
			continue
		}
		if err := a.do(words[0], words[1:]); err != nil {
			return nil, fmt.Errorf("case %s: %q: %w", c.Name, line, err)
		}
	}
	return a.answers(), nil
}

// asking is a case while it runs.
type asking struct {
	policy    *credit.Policy
	versions  []credit.Version
	followers []credit.Follower
	days      []credit.Date
	spans     bool
	stages    bool
	out       []string
}

// answers are what the verbs said, then the record's standing as it was asked for.
func (c *asking) answers() []string {
	if len(c.versions) == 0 {
		return c.out
	}
	spans := c.policy.Timeline(nil, c.versions, c.followers)
	for i := range spans {
		if c.spans {
			c.out = append(c.out, "  from "+Describe(c.policy, &spans[i], spans[i].From))
		}
	}
	if c.stages {
		c.out = append(c.out, c.stageLines()...)
	}
	for _, day := range c.days {
		c.out = append(c.out, "  on "+Describe(c.policy, credit.SpanOn(spans, day), day))
	}
	return c.out
}
