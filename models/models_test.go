package models_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/models"
	"hengxin/models/card"
)

// made is a small artifact that every check accepts.
func made() *models.Artifact {
	best := 700.5
	return &models.Artifact{
		Format: models.Format, Kind: "card", Outcome: models.Outcome{Name: "default", Positive: "1", Text: models.Text{En: "a < b & c", Zh: "违约"}},
		Columns: []models.Spec{{Name: "x", Type: models.Number, Reason: "R1"}, {Name: "c", Type: models.Category, Levels: []string{"a", "b"}, Reason: "R2"}},
		Scale:   models.DefaultScale(), Grades: []models.Grade{{Name: "A", From: &best}, {Name: "B"}},
		Parameters: json.RawMessage(`{"base":0.1}`),
		Reference: models.Reference{Points: models.Histogram{Name: "points", Edges: []float64{600}, Counts: []float64{1, 2}},
			Columns: []models.Histogram{{Name: "x", Edges: []float64{-1, 1e-7}, Counts: []float64{1, 2, 3}}, {Name: "c", Edges: []float64{}, Counts: []float64{4, 2}}}},
		Provenance: models.Provenance{Dataset: "made up", Rows: 6, Events: 2, Recipe: json.RawMessage(`{}`)},
	}
}

func bytesOf(t require.TestingT, a *models.Artifact) []byte {
	b, err := a.Bytes()
	require.NoError(t, err)
	return b
}

// The bytes of the form, kept in a file: a change of one breaks every digest and needs a new format name.
func TestCanonicalBytesAreThoseOfTheFile(t *testing.T) {
	want, err := os.ReadFile("testdata/artifact.json")
	require.NoError(t, err)
	require.Equal(t, string(want), string(bytesOf(t, made())))
	a, err := models.Decode(want)
	require.NoError(t, err)
	require.Equal(t, want, bytesOf(t, a))
	digest, err := a.Digest()
	require.NoError(t, err)
	require.Equal(t, models.DigestOf(want), digest)
}

func TestDecodeRefuses(t *testing.T) {
	good := string(bytesOf(t, made()))
	swap := func(old, new string) string {
		require.Contains(t, good, old)
		return strings.Replace(good, old, new, 1)
	}
	for name, b := range map[string]string{
		"empty": "", "no JSON": "hello", "cut": good[:len(good)-3], "more after it": good + "{}", "a blank": " " + good, "no line feed": strings.TrimSpace(good),
		"unknown field": swap(`"format"`, `"extra":1,"format"`), "repeated field": swap(`"format":"hengxin-artifact-1"`, `"format":"hengxin-artifact-1","format":"hengxin-artifact-1"`),
		"another case": swap(`"kind"`, `"Kind"`), "another format": swap("hengxin-artifact-1", "hengxin-artifact-9"),
		"long number": swap(`"base":0.1`, `"base":0.10`), "exponent": swap(`"pdo":50`, `"pdo":5e1`), "minus zero": swap(`"missing":0`, `"missing":-0`),
		"NaN": swap(`"pdo":50`, `"pdo":NaN`), "huge": swap(`"pdo":50`, `"pdo":1e999`), "edges out of order": swap(`[-1,1e-7]`, `[1e-7,-1]`),
		"equal edges": swap(`[-1,1e-7]`, `[1,1]`), "negative count": swap(`[1,2,3]`, `[1,-2,3]`), "counts short": swap(`[1,2,3]`, `[1,2]`),
		"levels out of order": swap(`["a","b"]`, `["b","a"]`), "type": swap(`"type":"number"`, `"type":"text"`), "repeated reason": swap(`"R2"`, `"R1"`),
		"last grade with points": swap(`"from":null`, `"from":1`), "grade without points": swap(`"from":700.5`, `"from":null`), "no recipe": swap(`"recipe":{}`, `"recipe":null,"x":0`),
		"deep": strings.Repeat("[", 1_000_000), "escaped text": swap(`<`, `\u003c`),
	} {
		_, err := models.Decode([]byte(b))
		require.ErrorIs(t, err, models.ErrInvalid, name)
	}
}

// Whatever the bytes, Decode and the card's own decoder give an error or a model that can score any row.
func FuzzDecode(f *testing.F) {
	b, err := os.ReadFile("testdata/card.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	small, err := os.ReadFile("testdata/artifact.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(small)
	f.Add([]byte(`{"format":"hengxin-artifact-1"}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		decodes(t, b)
		var tree any // the same content in canonical form gets past the first gate
		if len(b) < 1<<16 && json.Unmarshal(b, &tree) == nil {
			if b, err := models.Canonical(tree); err == nil {
				decodes(t, b)
			}
		}
	})
}

func decodes(t *testing.T, b []byte) {
	a, err := models.Decode(b)
	if err != nil {
		require.ErrorIs(t, err, models.ErrInvalid)
		return
	}
	require.Equal(t, b, bytesOf(t, a))
	c, err := card.Decode(a)
	if err != nil {
		require.ErrorIs(t, err, models.ErrInvalid)
		return
	}
	for _, v := range []float64{0, 1, -1, 7, math.NaN(), math.Inf(1), math.Inf(-1), 1e308} {
		x := make([]float64, len(a.Columns))
		for i := range x {
			x[i] = v
		}
		require.False(t, math.IsNaN(c.LogOdds(x)))
		require.NotEmpty(t, c.Contributions(nil, x))
		a.Grade(c.Points(x))
		c.Remarks(nil, x)
		for _, l := range c.Lost(nil, x) {
			c.Parameters().Characteristics[l.Column].Variable.Label(l.Bin)
		}
	}
}

func TestCanonicalNumbersReadBackTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64().Draw(t, "v")
		b, err := models.Canonical(map[string]float64{"v": v})
		if math.IsInf(v, 0) || math.IsNaN(v) {
			require.ErrorIs(t, err, models.ErrInvalid)
			return
		}
		require.NoError(t, err)
		var back map[string]float64
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, v, back["v"]+0)
	})
}

func TestScaleAndItsInverse(t *testing.T) {
	s := models.DefaultScale()
	require.Equal(t, 600.0, s.Points(-math.Log(20)))
	require.Equal(t, 650.0, s.Points(-math.Log(40)))
	require.Equal(t, 550.0, s.Points(-math.Log(10)))
	require.Equal(t, 384.0, s.Points(0))
	s.Decimals = 2
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Float64Range(-12, 12).Draw(t, "z")
		require.InDelta(t, z, s.LogOdds(s.Points(z)), 0.006/s.Factor())
	})
	for _, bad := range []models.Scale{{}, {Base: math.NaN(), Odds: 20, PDO: 20}, {Base: 600, Odds: -1, PDO: 20}, {Base: 600, Odds: 20, PDO: 0.1}, {Base: 600, Odds: 20, PDO: 20, Decimals: 9}} {
		require.ErrorIs(t, bad.Check(), models.ErrInvalid)
	}
}

func TestCategoriesMeetTheLevelsOfTheModel(t *testing.T) {
	c := models.NewCategory("c", []string{"b", "", "a", "b"})
	require.Equal(t, []string{"a", "b"}, c.Levels)
	require.Equal(t, []float64{1, 0, 1}, []float64{c.Values[0], c.Values[2], c.Values[3]})
	require.True(t, math.IsNaN(c.Values[1]))
	s := models.Spec{Name: "c", Type: models.Category, Levels: []string{"1", "b"}}
	got := s.Fit(&c)
	require.Equal(t, []float64{1, models.Unseen, 1}, []float64{got[0], got[2], got[3]})
	require.True(t, math.IsNaN(got[1]))
	require.Equal(t, []float64{0, models.Unseen}, s.Fit(&models.Column{Type: models.Number, Values: []float64{1, 2.5}}))
	n := models.Spec{Name: "c", Type: models.Number}
	got = n.Fit(&models.Column{Type: models.Category, Levels: []string{"2.5", "x"}, Values: []float64{0, 1}})
	require.Equal(t, 2.5, got[0])
	require.True(t, math.IsNaN(got[1]), "a text that is no number")
}

func TestBindNamesTheColumnThatIsNotThere(t *testing.T) {
	_, err := made().Bind(&models.Frame{Columns: []models.Column{{Name: "x", Type: models.Number}}})
	require.ErrorIs(t, err, models.ErrInvalid)
	require.ErrorContains(t, err, `column "c"`)
}

func TestFrameCheck(t *testing.T) {
	number := func(v ...float64) models.Column {
		return models.Column{Name: "x", Type: models.Number, Values: v}
	}
	for want, f := range map[string]*models.Frame{
		"is infinite":          {Columns: []models.Column{number(1, math.Inf(-1))}},
		"neither 0 nor 1":      {Columns: []models.Column{number(1)}, Target: []float64{2}},
		"weights are relative": {Columns: []models.Column{number(1)}, Weights: []float64{1e300}},
		"want 1e-12 to 1e+12":  {Columns: []models.Column{number(1)}, Weights: []float64{1e-300}},
		"is not above 0":       {Columns: []models.Column{number(1)}, Weights: []float64{0}},
		"not as many":          {Columns: []models.Column{number(1)}, Target: []float64{0, 1}},
		"two columns":          {Columns: []models.Column{number(1), number(2)}},
		"2 values for 1":       {Columns: []models.Column{number(1), {Name: "y", Type: models.Number, Values: []float64{1, 2}}}},
		"is no level":          {Columns: []models.Column{{Name: "c", Type: models.Category, Levels: []string{"a"}, Values: []float64{1}}}},
		"are not ascending":    {Columns: []models.Column{{Name: "c", Type: models.Category, Levels: []string{"b", "a"}}}},
		`type "text"`:          {Columns: []models.Column{{Name: "c", Type: "text"}}},
		"two columns of that":  {Columns: []models.Column{number(), number()}},
	} {
		err := f.Check()
		require.ErrorIs(t, err, models.ErrInvalid, want)
		require.ErrorContains(t, err, want)
	}
	good := &models.Frame{Columns: []models.Column{number(1, math.NaN()), {Name: "c", Type: models.Category, Levels: []string{"a"}, Values: []float64{0, models.Unseen}}},
		Target: []float64{0, 1}, Weights: []float64{1, 2}, Keys: []string{"p", "q"}}
	require.NoError(t, good.Check())
	sub := good.Subset([]int{1, 1})
	require.Equal(t, []string{"q", "q"}, sub.Keys)
	require.Equal(t, []float64{2, 2}, sub.Weights)
	require.Equal(t, []float64{models.Unseen, models.Unseen}, sub.Columns[1].Values)
}

// Numbers of artifacts and measures are the same on processors that can fuse a product and a sum: no listing of these
// packages holds such an instruction. Drawings are not measured.
func TestNothingIsFused(t *testing.T) {
	fused := regexp.MustCompile(`\((.*)\)\s+V?FN?M(ADD|SUB)`)
	for _, target := range [][]string{{"GOARCH=amd64", "GOAMD64=v3"}, {"GOARCH=arm64"}} {
		cmd := exec.Command("go", "build", "-gcflags=hengxin/models/...=-S", "./...")
		cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), target...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "hengxin/models/card", "%v: no listing", target)
		for line := range strings.Lines(string(out)) {
			if m := fused.FindStringSubmatch(line); m != nil {
				require.Regexp(t, `/(chart|page)\.go:`, m[1], "%v: fused", target)
			}
		}
	}
}

func Example() {
	s := models.DefaultScale()
	for _, points := range []float64{550, 600, 650} {
		fmt.Printf("%v points: probability %.4f\n", points, models.Probability(s.LogOdds(points)))
	}
	// Output:
	// 550 points: probability 0.0909
	// 600 points: probability 0.0476
	// 650 points: probability 0.0244
}
