package datasets

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

func readLines(t require.TestingT, text string) (records []credit.Record, bad []string) {
	require.NoError(t, NDJSON(strings.NewReader(text), func(line int64, r *credit.Record, err error) error {
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
			bad = append(bad, err.Error())
			return nil
		}
		records = append(records, *r)
		return nil
	}))
	return records, bad
}

// TestNDJSONRoundTrip: any records come back from lines as from Parquet, and the standard library reads the lines too.
func TestNDJSONRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawRecords(t)
		var text []byte
		for i := range records {
			from := len(text)
			var err error
			text, err = AppendJSON(text, &records[i])
			require.NoError(t, err)
			require.True(t, json.Valid(text[from:]))
			text = append(text, '\n')
		}
		got, bad := readLines(t, string(text))
		require.Empty(t, bad)
		sameRecords(t, records, got)
	})
}

// naiveParse is the twin of ParseJSON on the standard library, which does not see keys given twice.
func naiveParse(line []byte) (credit.Record, error) {
	row := struct {
		ID        credit.ID         `json:"id"`
		Subject   credit.Subject    `json:"subject"`
		Kind      credit.Kind       `json:"kind"`
		Event     credit.Date       `json:"event"`
		Known     credit.Date       `json:"known"`
		Precision string            `json:"precision"`
		Severity  int               `json:"severity"`
		Received  bool              `json:"received"`
		Flags     []string          `json:"flags"`
		Source    string            `json:"source"`
		Target    credit.ID         `json:"target"`
		AmountFen credit.Fen        `json:"amount_fen"`
		Body      map[string]string `json:"body"`
	}{AmountFen: credit.NoFen, Event: credit.NoDate, Known: credit.NoDate, Precision: "day"}
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&row); err != nil {
		return credit.Record{}, err
	}
	body, err := credit.BodyOf(row.Body)
	if err != nil {
		return credit.Record{}, err
	}
	r := credit.Record{ID: row.ID, Subject: row.Subject, Kind: row.Kind, Event: row.Event, Known: row.Known,
		Severity: credit.Severity(row.Severity), Received: row.Received, Source: row.Source, Target: row.Target, Amount: row.AmountFen, Body: body}
	for i, n := range precisionNames {
		if n == row.Precision {
			r.Precision = credit.Precision(i)
		}
	}
	for i, n := range credit.FlagNames() {
		for _, f := range row.Flags {
			if f == n {
				r.Flags |= 1 << i
			}
		}
	}
	if r.ID.IsZero() {
		r.Seal()
	}
	return r, verify(&r)
}

func sampleLine(t require.TestingT) string {
	r := madeRecords(t, 1, 1)[0]
	r.Flags, r.Received, r.Precision = credit.FlagLate|credit.FlagCheckFailed, true, credit.PrecisionMonth
	r.Seal()
	line, err := AppendJSON(nil, &r)
	require.NoError(t, err)
	return string(line)
}

// TestNDJSONRefused: what is wrong comes back with its line, and the lines around it are read.
func TestNDJSONRefused(t *testing.T) {
	good := sampleLine(t)
	r, err := ParseJSON([]byte(good))
	require.NoError(t, err)
	for name, bad := range map[string]string{
		"id of other content": strings.Replace(good, `"received"`, `"severity":1,"received"`, 1),
		"wrong id":            strings.Replace(good, `"amount_fen":0`, `"amount_fen":1`, 1),
		"key twice":           strings.Replace(good, `"kind"`, `"source":"a","kind"`, 1),
		"body key twice":      strings.Replace(good, `"body":{`, `"body":{"type":"t0",`, 1),
		"unknown key":         strings.Replace(good, `"kind"`, `"x":"a","kind"`, 1),
		"unknown kind":        strings.Replace(good, `"penalty"`, `"fine"`, 1),
		"fraction":            strings.Replace(good, `"amount_fen":0`, `"amount_fen":0.0`, 1),
		"number as text":      strings.Replace(good, `"amount_fen":0`, `"amount_fen":"0"`, 1),
		"no such day":         strings.Replace(good, `"event":"2018-01-01"`, `"event":"2018-02-30"`, 1),
		"text after":          good + "{}",
		"cut":                 good[:len(good)-2],
		"not UTF-8":           strings.Replace(good, "t0", "\xff\xfe", 1),
		"unknown flag":        strings.Replace(good, `"late"`, `"early"`, 1),
		"too long":            strings.Replace(good, "t0", strings.Repeat("a", maxLine), 1),
		"list":                "[1]",
		"null":                "null",
	} {
		require.NotEqual(t, good, bad, name)
		records, refused := readLines(t, good+"\n\n"+bad+"\r\n"+good)
		require.Len(t, records, 2, name)
		require.Len(t, refused, 1, name)
		require.Contains(t, refused[0], "line 3", name)
	}
	unsealed := strings.Replace(good, fmt.Sprintf(`"id":%q,`, r.ID.String()), "", 1)
	got, err := ParseJSON([]byte(unsealed))
	require.NoError(t, err)
	require.Equal(t, r, got)
}

func FuzzParseJSON(f *testing.F) {
	f.Add([]byte(sampleLine(f)))
	f.Add([]byte(`{"subject":"t:1","kind":"snapshot","event":"2020-01-01","known":"2020-01-01","source":"s","body":{"metric":"n","value":"\u00e9\ud83d\ude00","a":"b"}}`))
	f.Add([]byte(`{"a":"\`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := ParseJSON(line)
		if err != nil {
			require.ErrorIs(t, err, credit.ErrInvalid)
			return
		}
		naive, err := naiveParse(line)
		require.NoError(t, err)
		require.Equal(t, naive.ID, r.ID)
		again, err := AppendJSON(nil, &r)
		require.NoError(t, err)
		back, err := ParseJSON(again)
		require.NoError(t, err)
		require.Equal(t, r, back)
	})
}
