package datasets

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"hengxin/credit"
)

var bodyTexts = map[string][]string{
	"authority": {"330100", "杭州市市场监督管理局"}, "doc_no": {"浙市监处罚〔2023〕1号", "A-1"}, "name": {`a "b" \ c`, "甲\t乙"},
	"due": {"2024-02-29"}, "count": {"12"}, "list": {"SXBZXR"}, "item": {"address"}, "grade": {"A"}, "type": {"a", "bad debt"},
	"status": {"kept"}, "until": {"2030-01-01"}, "metric": {"n"}, "value": {"3"}, "period": {"2023-05"},
	"counterpart": {"t:1"}, "person": {"~0"}, "role": {"defendant"}, "own column": {"x=1", "y"}, "另列": {"z"},
}

// stated is a text of the field's form.
func stated(f credit.Field) string {
	if texts := bodyTexts[f.String()]; len(texts) > 0 {
		return texts[0]
	}
	switch info, _ := f.Info(); info.Form {
	case credit.FormDate:
		return "2023-05-04"
	case credit.FormText, credit.FormCodes:
		return "a"
	}
	return "1"
}

// drawRecord makes a sealed record of any kind.
func drawRecord(t *rapid.T) credit.Record {
	infos := credit.Kinds()
	info := infos[rapid.IntRange(0, len(infos)-1).Draw(t, "kind")]
	values := map[string]string{}
	for name, texts := range bodyTexts {
		if rapid.Bool().Draw(t, name) {
			values[name] = rapid.SampledFrom(texts).Draw(t, name+" text")
		}
	}
	for _, f := range info.Required {
		values[f.String()] = stated(f)
	}
	body, err := credit.BodyOf(values)
	require.NoError(t, err)
	event := credit.Date(rapid.Int32Range(10000, 20000).Draw(t, "event"))
	r := credit.Record{
		Subject: credit.Subject(fmt.Sprint("t:", rapid.IntRange(0, 5).Draw(t, "subject"))), Kind: info.Kind,
		Event: event, Known: event + credit.Date(rapid.Int32Range(0, 3).Draw(t, "lag")), Source: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "source"),
		Severity: credit.Severity(rapid.IntRange(0, 3).Draw(t, "severity")), Precision: credit.Precision(rapid.IntRange(0, 2).Draw(t, "precision")),
		Received: rapid.Bool().Draw(t, "received"), Flags: credit.Flags(rapid.IntRange(0, 127).Draw(t, "flags")), Amount: credit.NoFen, Body: body,
	}
	if info.Amount || rapid.Bool().Draw(t, "amount") {
		r.Amount = credit.Fen(rapid.Int64Range(-5, 1<<60).Draw(t, "fen"))
	}
	if r.Kind.IsFollower() {
		r.Target = credit.ID{0: byte(rapid.IntRange(1, 9).Draw(t, "target"))}
	}
	r.Seal()
	if rapid.IntRange(0, 9).Draw(t, "erased") == 0 {
		r = r.Tombstone(r.Known + 5)
	}
	require.NoError(t, r.Check())
	return r
}

func drawRecords(t *rapid.T) []credit.Record {
	return rapid.SliceOfN(rapid.Custom(drawRecord), 0, 30).Draw(t, "records")
}

func writeRecords(t require.TestingT, info RecordInfo, records []credit.Record) []byte {
	var file bytes.Buffer
	w, err := WriteRecords(&file, info)
	require.NoError(t, err)
	for i := range records {
		require.NoError(t, w.Write(&records[i]))
	}
	require.NoError(t, w.Close())
	return file.Bytes()
}

func openRecords(t require.TestingT, file []byte) *RecordFile {
	f, err := OpenRecords(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	return f
}

func readRecords(t require.TestingT, f *RecordFile) (all []credit.Record) {
	require.NoError(t, f.Each(func(line int64, r *credit.Record, bad error) error {
		require.NoError(t, bad)
		require.EqualValues(t, len(all)+1, line)
		all = append(all, *r)
		return nil
	}))
	return all
}

// sameRecords compares what a record says; an empty body may be nil.
func sameRecords(t require.TestingT, want, got []credit.Record) {
	require.Len(t, got, len(want))
	for i := range want {
		w, g := want[i], got[i]
		require.Equal(t, string(w.Body), string(g.Body), "body")
		w.Body, g.Body = nil, nil
		require.Equal(t, w, g)
	}
}

// TestGeneratedSeen: one generated record marks the file, wherever it came through.
func TestGeneratedSeen(t *testing.T) {
	records := madeRecords(t, 2, 2)
	require.False(t, openRecords(t, writeRecords(t, RecordInfo{}, records)).Generated)
	records[1].Source = "synth:court"
	records[1].Seal()
	require.True(t, openRecords(t, writeRecords(t, RecordInfo{}, records)).Generated)
}

// TestRecordFileRoundTrip: any records come back as they were written, in their order.
func TestRecordFileRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawRecords(t)
		info := RecordInfo{Position: credit.Position(rapid.IntRange(0, 3).Draw(t, "position")), Generated: rapid.Bool().Draw(t, "generated")}
		file := writeRecords(t, info, records)
		require.Equal(t, file, writeRecords(t, info, records), "equal records, equal bytes")
		f := openRecords(t, file)
		require.Equal(t, info, f.RecordInfo)
		sameRecords(t, records, readRecords(t, f))
	})
}
