package trees_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/models"
	"hengxin/models/trees"
)

// small is an artifact with numbers, a code, a category, missing on both sides and a tree without nodes.
const small = `{"base":-1073741824,"inputs":[{"column":0,"edges":[0.5,2],"special":[-9]},{"code":-9,"column":0,"edges":[0.5]},{"cells":[2,1,3],"column":1,"sets":[[0,2],[1,3]]}],"trees":[` +
	`{"cut":[0,0,1],"input":[0,1,2],"left":[1,-1,-3],"missing":[1,0,0],"right":[2,-2,-4],"rows":[5,6,7,8],"values":[1,-2,3,-4]},` +
	`{"cut":[],"input":[],"left":[],"missing":[],"right":[],"rows":[26],"values":[1073741824]}]}`

// artifact wraps parameters.
func artifact(parameters string) *models.Artifact {
	text := func(s string) models.Text { return models.Text{En: s, Zh: s} }
	return &models.Artifact{Format: models.Format, Kind: trees.Kind, Outcome: models.Outcome{Name: "bad", Positive: "1"}, Scale: models.DefaultScale(),
		Columns: []models.Spec{{Name: "x", Type: models.Number, Reason: "x", Text: text("x")},
			{Name: "k", Type: models.Category, Levels: []string{"a", "b", "c"}, Reason: "k", Text: text("k")}},
		Parameters: json.RawMessage(parameters), Provenance: models.Provenance{Recipe: json.RawMessage("{}")}}
}

// faults are changes to small, by words of the error that they must give.
var faults = map[string][2]string{
	"no such column":   {`"column":0,"edges":[0.5,2]`, `"column":2,"edges":[0.5,2]`},
	"do not ascend":    {`[0.5,2]`, `[2,0.5]`},
	"code":             {`"edges":[0.5]}`, `"edges":[0.25]}`},
	"cell 0":           {`"cells":[2,1,3]`, `"cells":[2,0,3]`},
	"cells for 3":      {`"cells":[2,1,3]`, `"cells":[2,1]`},
	"set of cells":     {`[1,3]`, `[3,1]`},
	"node 0: cut":      {`"cut":[0,0,1]`, `"cut":[2,0,1]`},
	"node 2: cut":      {`"cut":[0,0,1]`, `"cut":[0,0,-1]`},
	"node 1: input":    {`"input":[0,1,2]`, `"input":[0,3,2]`},
	"node 2: missing":  {`"missing":[1,0,0]`, `"missing":[1,0,1]`},
	"node 0: child":    {`"left":[1,-1,-3]`, `"left":[0,-1,-3]`},
	"node 2: child":    {`"right":[2,-2,-4]`, `"right":[2,-2,-5]`},
	"node 1: child":    {`"right":[2,-2,-4]`, `"right":[2,-1,-4]`},
	"not as many":      {`"rows":[5,6,7,8]`, `"rows":[5,6,7]`},
	"leaf 2: 0 rows":   {`"rows":[5,6,7,8]`, `"rows":[5,6,0,8]`},
	"8192 at most":     {`1073741824]}]`, `90071992547409]}]`},
	"unknown field":    {`"base"`, `"bass"`},
	"not canonical":    {`"base":`, `"base": `},
	"a number with":    {`"column":0,"edges":[0.5,2]`, `"cells":[1],"column":0,"edges":[0.5,2]`},
	"category with":    {`"cells":[2,1,3],"column":1`, `"cells":[2,1,3],"column":1,"edges":[1]`},
	"cannot unmarshal": {`[1,-2,3,-4]`, `[1,-2,3.5,-4]`},
}

func TestMalformedParameters(t *testing.T) {
	_, err := trees.Decode(artifact(small))
	require.NoError(t, err)
	for name, c := range faults {
		text := strings.Replace(small, c[0], c[1], 1)
		require.NotEqual(t, small, text, name)
		_, err := trees.Decode(artifact(text))
		require.ErrorIs(t, err, models.ErrInvalid, name)
		require.ErrorContains(t, err, name)
	}
	other := artifact(small)
	other.Kind = "card"
	_, err = trees.Decode(other)
	require.ErrorContains(t, err, `kind "card"`)
}

// Whatever is accepted scores any row, explains it, and is written back as it was read.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(small))
	for _, c := range faults {
		f.Add([]byte(strings.Replace(small, c[0], c[1], 1)))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		a := artifact(string(b))
		m, err := trees.Decode(a)
		if err != nil {
			require.ErrorIs(t, err, models.ErrInvalid)
			return
		}
		again, err := models.Canonical(m.Parameters())
		require.NoError(t, err)
		require.Equal(t, string(b)+"\n", string(again))
		for _, x := range [][]float64{{nan, nan}, {-9, 0}, {1e308, 2}, {0.5, models.Unseen}} {
			z := m.LogOdds(x)
			require.False(t, math.IsNaN(z) || math.IsInf(z, 0))
			sum := 0.0
			for _, v := range m.Contributions(nil, x) {
				sum += v
			}
			require.Equal(t, z, sum)
		}
		m.Prove()
	})
}
