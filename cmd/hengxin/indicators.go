package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"

	"hengxin/credit"
	"hengxin/features"
)

// indicatorsCmd is the indicator system: its catalogue, tables of peers, and what differs between versions.
type indicatorsCmd struct {
	List  indicatorsListCmd  `cmd:"" default:"withargs" help:"Print the catalogue, or write its page."`
	Peers indicatorsPeersCmd `cmd:"" help:"Make a table of peers from a dataset."`
	Diff  indicatorsDiffCmd  `cmd:"" help:"Show what differs between two catalogues."`

	Relate indicatorsRelateCmd `cmd:"" help:"Tell each firm which others have the same legal representative."`
}

// indicatorsListCmd prints the catalogue of indicators, or writes its page.
type indicatorsListCmd struct {
	Reads    string `enum:"counted,all,any" default:"any" help:"Only indicators that read counted records (what a lending model may read), or all."`
	Artifact string `type:"existingfile" placeholder:"FILE" help:"A card: show of its indicators the bins with their weights of evidence."`
	Markdown string `placeholder:"FILE" help:"Write the documentation page to this file instead."`
	Check    bool   `help:"With --markdown: write nothing, fail where the file differs."`
	Lang     string `enum:"zh,en,both" default:"both" help:"Language of the list: ${enum}."`
}

// Help shows an example.
func (c *indicatorsListCmd) Help() string {
	return `Prints the catalogue: id, name, unit, direction (+ riskier, - safer), what it reads, and what it means. With --artifact only
the indicators of that card, each with its bins.

  hengxin indicators
  hengxin indicators --lang zh --artifact card/artifact.json
  hengxin --json indicators --reads counted
  hengxin indicators --markdown docs/indicators.md --check`
}

// indicatorRow is one indicator as JSON.
type indicatorRow struct {
	ID          string             `json:"id"`
	Zh          string             `json:"zh"`
	En          string             `json:"en"`
	MeaningZh   string             `json:"meaning_zh"`
	Meaning     string             `json:"meaning"`
	Unit        string             `json:"unit"`
	Direction   int                `json:"direction"`
	Dimension   string             `json:"dimension"`
	Sensitivity string             `json:"sensitivity"`
	Approvals   []indicatorApprove `json:"approvals,omitempty"`
	Sources     []credit.Kind      `json:"sources"`
	Departments []string           `json:"departments"`
	Missing     string             `json:"missing"`
	Reads       string             `json:"reads"`
	Of          string             `json:"of"`
	Window      string             `json:"window"`
	Pick        string             `json:"pick,omitempty"`
	Value       string             `json:"value"`
	Version     int                `json:"version"`
	Citation    string             `json:"citation"`
	Card        *cardEvidence      `json:"card,omitempty"`
}

type indicatorApprove struct {
	Role     string      `json:"role"`
	Day      credit.Date `json:"day"`
	Until    credit.Date `json:"until"`
	Purpose  string      `json:"purpose"`
	Citation string      `json:"citation"`
}

// Run prints, writes or checks.
func (c *indicatorsListCmd) Run(_ context.Context, g *cli) error {
	if c.Check && c.Markdown == "" {
		return fmt.Errorf("indicators: --check compares a file: name it with --markdown")
	}
	evidence, err := readEvidence(c.Artifact)
	if err != nil {
		return err
	}
	if c.Markdown != "" {
		return c.page(evidence)
	}
	rows := indicatorRows(c.Reads, evidence)
	if g.JSON {
		return json.NewEncoder(os.Stdout).Encode(map[string]any{"indicators": rows,
			"sets": map[string]credit.Digest{"lending": features.Lending().Digest(), "all": features.All().Digest()}})
	}
	var b bytes.Buffer
	for i := range rows {
		c.print(&b, &rows[i])
	}
	fmt.Fprintf(&b, "%d indicators; the lending set has %d, digest %s\n", len(rows), features.Lending().Len(), features.Lending().Digest())
	_, err = os.Stdout.Write(b.Bytes())
	return err
}

// print writes one indicator in the language asked for.
func (c *indicatorsListCmd) print(b *bytes.Buffer, r *indicatorRow) {
	switch c.Lang {
	case "zh":
		fmt.Fprintf(b, "%-22s %s %s\n%-22s %s\n", r.ID, direction(r.Direction), r.Zh, "", r.MeaningZh)
	case "en":
		fmt.Fprintf(b, "%-22s %s %s\n%-22s %s; %s, %s, %s, reads %s\n", r.ID, direction(r.Direction), r.En, "", r.Meaning, r.Dimension, r.Unit, r.Window, r.Reads)
	default:
		fmt.Fprintf(b, "%-22s %s %s\n%-22s %s · %s, %s, %s, reads %s\n", r.ID, direction(r.Direction), r.Zh, "", r.En, r.Dimension, r.Unit, r.Window, r.Reads)
	}
	if r.Card != nil {
		for _, bin := range r.Card.Bins {
			fmt.Fprintf(b, "%-22s   %-24s %10d rows %8d bad  WoE %+.4f  %+.0f points\n", "", bin.Range, bin.Rows, bin.Bad, bin.WoE, bin.Points)
		}
	}
}

// indicatorRows are the rows of the catalogue; with evidence only those that the card has.
func indicatorRows(reads string, evidence map[string]*cardEvidence) []indicatorRow {
	rows := []indicatorRow{}
	for _, ind := range features.Catalogue() {
		if reads != "any" && ind.Reads.String() != reads || evidence != nil && evidence[ind.ID] == nil {
			continue
		}
		r := indicatorRow{ID: ind.ID, Zh: ind.Zh, En: ind.En, MeaningZh: ind.MeaningZh, Meaning: ind.Meaning, Unit: ind.Unit,
			Direction: ind.Direction, Dimension: ind.Dimension, Sensitivity: ind.Sensitivity, Sources: ind.Sources, Missing: missingRule(&ind),
			Reads: ind.Reads.String(), Of: ind.Of, Window: ind.Window.String(), Pick: ind.Pick, Value: ind.Value, Version: ind.Version, Citation: ind.Citation,
			Card: evidence[ind.ID]}
		for _, d := range ind.Departments() {
			r.Departments = append(r.Departments, d.Zh)
		}
		for _, a := range features.Approvals(ind.ID) {
			r.Approvals = append(r.Approvals, indicatorApprove{a.Role, a.Day, a.Until, a.Purpose, a.Citation})
		}
		rows = append(rows, r)
	}
	return rows
}

func missingRule(ind *features.Indicator) string {
	if ind.ZeroIfNone {
		return "zero"
	}
	return "none"
}

func direction(d int) string { return [...]string{"-", " ", "+"}[d+1] }
