package card_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/bin"
	"hengxin/models/card"
)

func edit(c bin.Cut) *card.Edit {
	return &card.Edit{Cut: c, Reason: "the committee wants round numbers", By: "Li", Day: "2024-05-01"}
}

// Bins of an edited column are exactly those of the edit; the ledger stays in the recipe and the remarks of the artifact.
func TestEditedBins(t *testing.T) {
	r := recipe()
	r.Columns["x"] = card.ColumnRules{Edit: edit(bin.Cut{Edges: []float64{10, 20, 40}})}
	r.Columns["c"] = card.ColumnRules{Edit: edit(bin.Cut{Groups: [][]string{{"level 00", "level 03"}, {"level 01", "level 02", "level 04"}}})}
	fitted := fit(t, made(4000, 21), r)
	require.Equal(t, []float64{10, 20, 40}, shape(t, fitted, "x").Variable.Edges)
	c := shape(t, fitted, "c").Variable
	require.Equal(t, []int{0, 1, 1, 0, 1, -1}, c.Groups[:6])
	require.Contains(t, fitted.Artifact.Provenance.Remarks, `column "x": bins set by hand: the committee wants round numbers (Li, 2024-05-01)`)
	var kept card.Recipe
	require.NoError(t, json.Unmarshal(fitted.Artifact.Provenance.Recipe, &kept))
	require.Equal(t, r.Columns["x"], kept.Columns["x"])
	again := fit(t, made(4000, 21), kept)
	require.Equal(t, fitted.Artifact, again.Artifact, "the recipe alone gives the same card")
}

func TestEditsThatAreRefused(t *testing.T) {
	for want, change := range map[string]func(*card.ColumnRules){
		"without a reason":                   func(c *card.ColumnRules) { c.Edit.Reason = " " },
		"by whom":                            func(c *card.ColumnRules) { c.Edit.By = "" },
		"write it as 2024-01-31":             func(c *card.ColumnRules) { c.Edit.Day = "May" },
		"its event rate is declared descend": func(c *card.ColumnRules) { c.Direction = -1 },
		"must be finite and ascend":          func(c *card.ColumnRules) { c.Edit.Edges = []float64{3, 3} },
	} {
		r := recipe()
		rules := card.ColumnRules{Edit: edit(bin.Cut{Edges: []float64{10, 30}})}
		change(&rules)
		r.Columns["x"] = rules
		_, err := card.Fit(made(2000, 22), r, models.Artifact{})
		require.ErrorIs(t, err, models.ErrInvalid, want)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, `column "x"`)
	}
}
