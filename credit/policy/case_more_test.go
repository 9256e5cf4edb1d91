package policy_test

import (
	"fmt"
	"strings"

	"hengxin/credit"
)

// doMore runs the verbs of cases that are not about one record's standing by day; ok is false for a verb it does not know.
func (c *lawCase) doMore(verb string, args []string) (ok bool, err error) {
	switch verb {
	case "stages":
		c.stages = true
	case "share":
		return true, c.share(args)
	default:
		return false, nil
	}
	return true, nil
}

// share reads KIND DAY [source=NAME] [FIELD=VALUE]...: the item that a record falls under, and whether it may be stored.
func (c *lawCase) share(args []string) error {
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
		c.out = append(c.out, "  "+args[0]+": no item of the list")
		return nil
	}
	c.out = append(c.out, fmt.Sprintf("  %s: %s, shared by %s, %s, data class %s; %s", args[0], item.Item, item.Mode,
		map[bool]string{true: "stored", false: "not stored"}[c.policy.Sharing().Storable(r) == nil], item.Data, cite(&item.Row)))
	return nil
}

// describeStage writes one stage of a commitment.
func describeStage(s *credit.Stage) string {
	words := []string{s.State.String()}
	if s.Finding != credit.FindingNone {
		words = append(words, "found "+[...]string{"", "kept", "partly kept", "breached", "false"}[s.Finding]+" on "+s.Found.String()+" ("+s.By.String()+")")
	}
	if s.BadSince != credit.NoDate {
		words = append(words, "breach of "+s.BadSince.String())
	}
	for _, flag := range []struct {
		on   bool
		word string
	}{{s.Cured, "cured"}, {s.Handled, "handled"}, {s.Published, "published"}, {s.PastEnd, "its end is over"}} {
		if flag.on {
			words = append(words, flag.word)
		}
	}
	return fmt.Sprintf("  stage from %s: %s", s.From, strings.Join(words, ", "))
}

// stageLines are the stages of the case's commitment.
func (c *lawCase) stageLines() (lines []string) {
	stages := c.policy.Stages(nil, c.versions, c.followers)
	for i := range stages {
		lines = append(lines, describeStage(&stages[i]))
	}
	return lines
}
