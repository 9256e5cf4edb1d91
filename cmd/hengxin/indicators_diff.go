package main

import (
	"context"
	"fmt"
	"os"

	"hengxin/features"
	"hengxin/store"
)

// indicatorsDiffCmd compares two catalogues.
type indicatorsDiffCmd struct {
	Before string `arg:"" help:"Catalogue file (CSV), file of canonical bytes, digest of a set that the database holds, or built-in."`
	After  string `arg:"" optional:"" default:"built-in" help:"The same; built-in unless given."`
	Check  bool   `help:"Fail where an indicator means something else under the same version."`
	Lang   string `enum:"zh,en" default:"zh" help:"Language of the answer: ${enum}."`
}

// Help shows an example.
func (c *indicatorsDiffCmd) Help() string {
	return `Shows which indicators were added or removed, which mean something else (a word that defines the value changed), and which
are only put in other words. A set is kept in the database under the digest that a score names (provenance, set).

  hengxin indicators diff catalogue-2025.csv
  hengxin indicators diff 3f0c...e1 built-in --lang en`
}

// Run compares.
func (c *indicatorsDiffCmd) Run(ctx context.Context, g *cli) error {
	before, err := readDefinitions(ctx, g, c.Before)
	if err != nil {
		return err
	}
	after, err := readDefinitions(ctx, g, c.After)
	if err != nil {
		return err
	}
	changes, silent := features.Changes(before, after), 0
	for i := range changes {
		if changes[i].Unversioned {
			silent++
		}
	}
	if g.JSON {
		err = printJSON(map[string]any{"before": len(before), "after": len(after), "changes": append([]features.Change{}, changes...)})
	} else {
		c.print(changes, len(before), len(after))
	}
	if err == nil && c.Check && silent > 0 {
		err = fmt.Errorf("indicators: %d mean something else under the same version: raise their versions in features/catalogue.csv", silent)
	}
	return err
}

func readDefinitions(ctx context.Context, g *cli, name string) ([]features.Definition, error) {
	if name == "built-in" {
		return features.Definitions(), nil
	}
	b, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		if _, parseErr := store.ParseDigest(name); parseErr != nil {
			return nil, fmt.Errorf("catalogue %s: no such file, and no digest: say built-in, a file, or 64 hex digits", name)
		}
		b, err = storedRule(ctx, g, name)
	}
	if err != nil {
		return nil, err
	}
	d, err := features.ReadDefinitions(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return d, nil
}

func storedRule(ctx context.Context, g *cli, digest string) ([]byte, error) {
	db, err := store.Open(ctx, g.DB, store.Existing())
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return db.Rule(ctx, digest)
}

var changeWords = map[string][2]string{
	"added": {"新增", "added"}, "removed": {"删除", "removed"}, "meaning": {"含义变化", "means something else"}, "words": {"仅措辞变化", "other words"},
}

func (c *indicatorsDiffCmd) print(changes []features.Change, before, after int) {
	at := 0
	total, silent := "%d 项指标与 %d 项指标相比，%d 项不同\n", "（版本号未变！）"
	if c.Lang == "en" {
		at, total, silent = 1, "%d indicators against %d: %d differ\n", " (under the same version!)"
	}
	for _, ch := range changes {
		mark := ""
		if ch.Unversioned {
			mark = silent
		}
		fmt.Printf("%-24s %s%s\n", ch.ID, changeWords[ch.What][at], mark)
		for _, w := range ch.Words {
			fmt.Printf("%-24s   %s: %q -> %q\n", "", w.Name, w.Before, w.After)
		}
	}
	fmt.Printf(total, before, after, len(changes))
}
