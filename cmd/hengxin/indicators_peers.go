package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"hengxin/credit"
	"hengxin/datasets"
	"hengxin/features"
)

// indicatorsPeersCmd makes a table of peers.
type indicatorsPeersCmd struct {
	Dataset string `required:"" type:"existingdir" placeholder:"DIR" help:"Dataset of the firms to compare with: all firms of a province, not only borrowers."`
	Out     string `required:"" placeholder:"FILE" help:"File to write."`
	Least   int    `default:"30" help:"Firms with a value without which a cell says nothing."`
}

// Help shows an example.
func (c *indicatorsPeersCmd) Help() string {
	return `Makes a frozen table of how indicators lie among firms of one industry section and band of registered capital, one edition
for each as-of day of the dataset; an edition is used from its day on. Peer-relative indicators (peer_...) are measured against
it: give it to dataset build with --peers. The set's digest, the manifest and the artifact name the table by its digest.

  hengxin dataset build --as-of 2023-12-31,2024-12-31 --out all
  hengxin indicators peers --dataset all --out peers.csv
  hengxin dataset build --as-of 2024-12-31 --labels labels.csv --peers peers.csv --out train`
}

// Run reads the columns that the table is made of, and writes it.
func (c *indicatorsPeersCmd) Run(ctx context.Context, g *cli) error {
	builder, err := features.NewPeerBuilder(c.Least)
	if err != nil {
		return err
	}
	section, band := features.PeerCellIDs()
	ids := []string{section, band}
	for _, base := range builder.Bases() {
		ids = append(ids, base.ID)
	}
	d, err := datasets.LoadFrame(ctx, c.Dataset, ids...)
	if err != nil {
		return err
	}
	if err := sameMeaning(d.Manifest); err != nil {
		return err
	}
	values := make([]float64, len(ids)-2)
	columns := d.Frame.Columns
	for i, key := range d.Keys {
		for j := range values {
			values[j] = columns[j+2].Values[i]
		}
		builder.Add(key.AsOf, columns[0].Values[i], columns[1].Values[i], values)
	}
	table, err := builder.Table()
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.Out, table.Canonical(), 0o644); err != nil {
		return err
	}
	if g.JSON {
		return printJSON(map[string]any{"file": c.Out, "digest": table.Digest(), "days": table.Days(), "indicators": ids[2:], "rows": len(d.Keys)})
	}
	fmt.Printf("%s: table of peers %s, editions of %s, %d indicators of %d rows\n", c.Out, table.Digest(), join(table.Days()), len(values), len(d.Keys))
	return nil
}

// sameMeaning refuses a dataset whose indicators this program defines otherwise, as far as a set of its own digest tells.
func sameMeaning(m *datasets.Manifest) error {
	set, err := features.NewSet(m.Indicators...)
	if err != nil {
		return err
	}
	if m.Peers == nil && set.Digest() != m.Set {
		return fmt.Errorf("the dataset was built with indicators that this program defines otherwise; build it again: %w", credit.ErrInvalid)
	}
	return nil
}

func join(days []credit.Date) string {
	texts := make([]string, len(days))
	for i, d := range days {
		texts[i] = d.String()
	}
	return strings.Join(texts, ", ")
}
