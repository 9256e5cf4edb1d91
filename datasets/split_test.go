package datasets

import (
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
)

// TestHashSplit: the expected sides were computed with Python's hashlib as rulings 25 writes it.
func TestHashSplit(t *testing.T) {
	for salt, want := range map[string][]Side{
		"":  {Train, Train, Test, Test, Test, Test, Train, Train, Test, Test},
		"a": {Test, Train, Train, Train, Test, Train, Train, Train, Train, Train},
		"b": {Train, Train, Train, Test, Train, Test, Train, Train, Train, Train},
	} {
		split, err := ParseSplit("hash:" + salt)
		require.NoError(t, err)
		var got []Side
		for _, id := range []string{"p1", "p2", "p3", "p4", "p5", "s1", "s2", "s3", "s4", "s5"} {
			require.Equal(t, split(Key{Subject: credit.Subject(id)}), split(Key{Subject: credit.Subject("bdci:" + id), Row: 9, AsOf: 3}))
			got = append(got, split(Key{Subject: credit.Subject("bdci:" + id)}))
		}
		require.Equal(t, want, got, salt)
	}
	split, err := ParseSplit("rowhash:30")
	require.NoError(t, err)
	var got []Side
	for row := range int64(12) {
		got = append(got, split(Key{Subject: "a", Row: row}))
	}
	require.Equal(t, []Side{Train, Train, Train, Train, Train, Train, Test, Train, Train, Train, Train, Test}, got)
}

func TestTimeSplits(t *testing.T) {
	at := func(s string) Key { return Key{AsOf: day(t, s)} }
	split, err := ParseSplit("time:2003-12-31..2006-12-31")
	require.NoError(t, err)
	for d, want := range map[string]Side{"2003-12-31": Train, "2004-01-01": Test, "2006-12-31": Test, "2007-01-01": Unused} {
		require.Equal(t, want, split(at(d)), d)
	}
	require.Equal(t, Unused, split(Key{AsOf: credit.NoDate}))
	open, err := ParseSplit("time:2003-12-31")
	require.NoError(t, err)
	require.Equal(t, Test, open(at("2030-01-01")))

	gapped, err := ParseSplit("time:2003-12-31/24m..2006-12-31")
	require.NoError(t, err)
	for d, want := range map[string]Side{"2003-12-31": Train, "2004-01-01": Unused, "2005-12-31": Unused, "2006-01-01": Test, "2006-12-31": Test, "2007-01-01": Unused} {
		require.Equal(t, want, gapped(at(d)), d)
	}
	gapped, err = ParseSplit("time:2003-12-31/90d")
	require.NoError(t, err)
	require.Equal(t, []Side{Unused, Test}, []Side{gapped(at("2004-03-30")), gapped(at("2004-03-31"))})

	rolling, err := ParseRolling("rolling:2020-12-31/6m/3")
	require.NoError(t, err)
	require.Len(t, rolling, 3)
	require.Equal(t, []Side{Train, Train, Train}, []Side{rolling[0](at("2020-12-31")), rolling[1](at("2021-06-30")), rolling[2](at("2021-12-31"))})
	require.Equal(t, []Side{Test, Unused, Train}, []Side{rolling[0](at("2021-06-30")), rolling[0](at("2021-07-01")), rolling[2](at("2021-07-01"))})
}

func TestSplitsRefused(t *testing.T) {
	for _, s := range []string{"", "random", "rowhash:33", "rowhash:", "time:2003", "time:2003-12-31..2003-12-31", "time:2003-12-31/24m..2005-12-31", "time:2003-12-31/", "time:2003-12-31/2y",
		"rolling:2020-12-31/6m/3"} {
		_, err := ParseSplit(s)
		require.ErrorIs(t, err, credit.ErrInvalid, s)
	}
	for _, s := range []string{"rolling:2020-12-31/6m", "rolling:2020-12-31/6d/3", "rolling:x/6m/3", "time:2020-12-31/6m/3", "rolling:2020-12-31/6m/0"} {
		_, err := ParseRolling(s)
		require.ErrorIs(t, err, credit.ErrInvalid, s)
	}
}

func TestParseDays(t *testing.T) {
	days := func(s string) (texts []string) {
		all, err := ParseDays(s)
		require.NoError(t, err)
		for _, d := range all {
			texts = append(texts, d.String())
		}
		return texts
	}
	require.Equal(t, []string{"2022-01-05", "2022-12-31", "2023-01-31", "2023-02-28", "2023-03-31"}, days("2023-01-31..2023-03-31/1m, 2022-12-31,2022-01-05,2023-02-28"))
	require.Equal(t, []string{"2023-02-28", "2023-05-31", "2023-08-31"}, days("2023-02-28..2023-09-30/3m"))
	require.Equal(t, []string{"2023-01-30", "2023-02-28", "2023-03-30"}, days("2023-01-30..2023-03-31/1m"))
	for _, s := range []string{"", "2023", "2023-01-31..2022-01-31/1m", "2023-01-31..2024-01-31", "2023-01-31..2024-01-31/0m", "2023-01-31..2024-01-31/1d", "1800-01-31..2300-01-31/1m"} {
		_, err := ParseDays(s)
		require.ErrorIs(t, err, credit.ErrInvalid, s)
	}
}
