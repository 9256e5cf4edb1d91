package datasets

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

func writeFile(t *testing.T, name, text string) string {
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func day(t require.TestingT, s string) credit.Date {
	d, err := credit.ParseDate(s)
	require.NoError(t, err)
	return d
}

var labelSpec = LabelSpec{Subject: "EID", Namespace: "t", Outcome: "TARGET", Definition: "closed", Horizon: "24m", ObservedUntil: "2022-06-30"}

func buildLabelled(t *testing.T, spec LabelSpec, text string, days ...credit.Date) (*Dataset, error) {
	labels, err := ReadLabels(writeFile(t, "labels.csv", text), spec)
	if err != nil {
		return nil, err
	}
	s := testSpec(t, madeRecords(t, 3, 4), days...)
	s.Labels = labels
	p, err := NewPlan(context.Background(), s, 1)
	if err != nil {
		return nil, err
	}
	dir := t.TempDir()
	if _, err := Build(context.Background(), p, dir, BuildOptions{}); err != nil {
		return nil, err
	}
	return LoadFrame(context.Background(), dir)
}

// TestLabels: the labelled firms get rows and no others, those without any record too.
func TestLabels(t *testing.T) {
	d, err := buildLabelled(t, labelSpec, "EID,TARGET,NOTE\n0000001,1,x\n0000009,0,\n0000000,0,\n", day(t, "2020-06-30"))
	require.NoError(t, err)
	require.Equal(t, []string{"t:0000000@2020-06-30", "t:0000001@2020-06-30", "t:0000009@2020-06-30"}, d.Frame.Keys)
	require.Equal(t, []float64{0, 1, 0}, d.Frame.Target)
	require.Equal(t, []float64{1, 1, 1}, d.Frame.Weights)
	require.NoError(t, d.Frame.Check())
	require.EqualValues(t, 1, d.Manifest.Bad)
	require.EqualValues(t, 1, d.Manifest.NoRecord)
	require.Equal(t, 0.0, d.Frame.Column("pen_n_all").Values[2], "no record is zero")
	require.NotZero(t, d.Frame.Column("pen_n_all").Values[1])
}

// TestImmature: a label whose horizon ends after the last day observed is refused, counted and named.
func TestImmature(t *testing.T) {
	text := "EID,TARGET\n0000001,1\n0000002,0\n"
	_, err := buildLabelled(t, labelSpec, text, day(t, "2020-07-01"))
	require.ErrorIs(t, err, ErrImmature)
	require.ErrorContains(t, err, "2 of 2 labels")
	require.ErrorContains(t, err, "row 1 (t:0000001 as of 2020-07-01)")
	_, err = buildLabelled(t, labelSpec, text, day(t, "2020-06-30"))
	require.NoError(t, err, "the last day of the horizon was observed")
}

// TestEvents: labels with the day of the outcome serve several as-of days.
func TestEvents(t *testing.T) {
	spec := labelSpec
	spec.Event, spec.Horizon, spec.Weight = "END", "12m", "W"
	d, err := buildLabelled(t, spec, "EID,TARGET,END,W\n0000000,1,202006,2.5\n0000001,0,,1\n0000002,1,2021-06-30,3\n",
		day(t, "2019-06-29"), day(t, "2019-06-30"), day(t, "2020-06-30"), day(t, "2021-06-30"))
	require.NoError(t, err)
	got := map[string]float64{}
	for i, k := range d.Frame.Keys {
		got[strings.TrimPrefix(k, "t:000000")] = d.Frame.Target[i]
	}
	require.Equal(t, map[string]float64{
		"0@2019-06-29": 0, "0@2019-06-30": 1, // June 2020 is its last day: within 12 months of the 30th, not of the 29th
		"1@2019-06-29": 0, "1@2019-06-30": 0, "1@2020-06-30": 0, "1@2021-06-30": 0,
		"2@2019-06-29": 0, "2@2019-06-30": 0, "2@2020-06-30": 1,
	}, got)
	require.EqualValues(t, 3, d.Manifest.AlreadyBad)
	require.Equal(t, 2.5, d.Frame.Weights[0])
}

// TestLabelDays: labels that name their day.
func TestLabelDays(t *testing.T) {
	spec := labelSpec
	spec.AsOf = "day"
	text := "EID,TARGET,day\n0000000,1,2019-12-31\n0000000,0,2018-12-31\n0000001,0,20191231\n0000002,0,2017-12-31\n"
	labels, err := ReadLabels(writeFile(t, "l.csv", text), spec)
	require.NoError(t, err)
	require.Equal(t, []credit.Date{day(t, "2017-12-31"), day(t, "2018-12-31"), day(t, "2019-12-31")}, labels.AsOf())
	d, err := buildLabelled(t, spec, text, day(t, "2018-12-31"), day(t, "2019-12-31"))
	require.NoError(t, err)
	require.Equal(t, []string{"t:0000000@2018-12-31", "t:0000000@2019-12-31", "t:0000001@2019-12-31"}, d.Frame.Keys)
	require.Equal(t, []float64{0, 1, 0}, d.Frame.Target)
	require.Equal(t, 1, d.Manifest.OtherDays)
}

func TestLabelsRefused(t *testing.T) {
	event, asOf := labelSpec, labelSpec
	event.Event, event.Weight, asOf.AsOf = "END", "W", "day"
	for name, c := range map[string]struct {
		spec LabelSpec
		text string
		want string
	}{
		"outcome":        {labelSpec, "EID,TARGET\n1,0\n2,2\n", "row 2: outcome"},
		"no outcome":     {labelSpec, "EID,TARGET\n1,\n", "row 1: outcome"},
		"no subject":     {labelSpec, "EID,TARGET\n1,0\n,1\n", "row 2: no subject"},
		"twice":          {labelSpec, "EID,TARGET\n1,0\n2,0\n1,0\n", "row 1 and another in row 3"},
		"no column":      {labelSpec, "EID,Y\n1,0\n", `column "TARGET"`},
		"bad and no day": {event, "EID,TARGET,END,W\n1,1,,1\n", "row 1: outcome 1"},
		"good and a day": {event, "EID,TARGET,END,W\n1,0,201601,1\n", "row 1: outcome 0"},
		"weight":         {event, "EID,TARGET,END,W\n1,0,,0\n", "weight"},
		"no such day":    {asOf, "EID,TARGET,day\n1,0,2019-02-30\n", "as-of day"},
		"no day":         {asOf, "EID,TARGET,day\n1,0,\n", "as-of day"},
		"horizon":        {LabelSpec{Subject: "EID", Outcome: "TARGET", Definition: "x", Horizon: "2y", ObservedUntil: "2020-01-01"}, "", "horizon"},
		"definition":     {LabelSpec{Subject: "EID", Outcome: "TARGET", Horizon: "2m", ObservedUntil: "2020-01-01"}, "", "definition"},
		"observed until": {LabelSpec{Subject: "EID", Outcome: "TARGET", Definition: "x", Horizon: "2m"}, "", "observed until"},
	} {
		_, err := ReadLabels(writeFile(t, "l.csv", c.text), c.spec)
		require.ErrorIs(t, err, credit.ErrInvalid, name)
		require.ErrorContains(t, err, c.want, name)
	}
	_, err := buildLabelled(t, labelSpec, "EID,TARGET\n0000001,1\n", day(t, "2019-01-01"), day(t, "2020-01-01"))
	require.ErrorContains(t, err, "neither as of when")
}

func TestReadLabelSpec(t *testing.T) {
	s, err := ReadLabelSpec(writeFile(t, "l.yaml", "subject: EID\noutcome: TARGET\ndefinition: closed within two years\nhorizon: 24m\nobserved_until: \"2017-08-31\"\n"))
	require.NoError(t, err)
	require.Equal(t, LabelSpec{Subject: "EID", Outcome: "TARGET", Definition: "closed within two years", Horizon: "24m", ObservedUntil: "2017-08-31"}, s)
	_, err = ReadLabelSpec(writeFile(t, "l.yaml", "subject: EID\nhorizont: 24m\n"))
	require.ErrorIs(t, err, credit.ErrInvalid)
}

// TestDamagedDataset: what differs from the manifest is refused, digest or footer.
func TestDamagedDataset(t *testing.T) {
	build := func(code string) string {
		s, dir := testSpec(t, madeRecords(t, 3, 4)), t.TempDir()
		s.Code = code
		_, err := Build(context.Background(), plan(t, s), dir, BuildOptions{})
		require.NoError(t, err)
		return dir
	}
	one, other := build("one"), build("two")
	ctx, part := context.Background(), "part-00000.parquet"
	_, err := LoadFrame(ctx, one, "pen_n_12m", "pen_sum_all")
	require.NoError(t, err)
	_, err = Verify(ctx, one)
	require.NoError(t, err)
	_, err = LoadFrame(ctx, one, "no_such")
	require.ErrorIs(t, err, credit.ErrInvalid)

	b, err := os.ReadFile(filepath.Join(other, part))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(one, part), b, 0o644))
	_, err = LoadFrame(ctx, one)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "digest")

	m, err := ReadManifest(one)
	require.NoError(t, err)
	m.Parts[0].SHA256, err = FileDigest(filepath.Join(one, part))
	require.NoError(t, err)
	require.NoError(t, writeJSON(filepath.Join(one, manifestName), m))
	_, err = Verify(ctx, one)
	require.ErrorIs(t, err, credit.ErrInvalid)
	require.ErrorContains(t, err, "footer")
}
