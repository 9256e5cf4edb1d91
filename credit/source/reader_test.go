package source

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"hengxin/credit"
)

const trialMapping = `
name: trial
title: every type of column
source: trial
backfill: true
cut: 2026-11-20
missing: ["——"]
dates: [iso, excel]
subject: {column: id, opaque: trial}
columns:
  - {name: id}
  - {name: day, alias: [日期], type: date}
  - {name: fine, type: amount, unit: wan, suspect: "0..100"}
  - {name: count, type: int, optional: true, keep: true}
  - {name: share, type: decimal, unit: percent}
  - {name: classes, split: ";", codes: {罚款: fine, 警告: warning}}
  - {name: number}
  - {name: authority}
ignored: [secret]
records:
  - kind: penalty
    event: day
    amount: fine
    fields: {share: share, penalty_types: classes, doc_no: number, authority: authority}
`

var trialHeader = []string{"id", "日期", "fine", "count", "share", "classes", "number", "authority", "type", "secret"}

var trialRows = [][]string{
	{"a1", "2026-11-02", "0.5", "3", "33.3", "罚款;警告", "〔2026〕1号", "某局", "extra", "hidden"},
	{"a2", "2026-11-03", "——", "", "", "罚款", "〔2026〕2号", "某局", "", ""},
	{"a3", "2026-11-04", "500", "7", "5", "罚款", "〔2026〕3号", "某局", "more", ""},
	{"a4", "2026-13-04", "1", "7", "5", "罚款", "〔2026〕4号", "某局", "", ""},
	{"a5", "2026-11-04", "1", "7", "5", "记过", "〔2026〕5号", "某局", "", ""},
	{"", "2026-11-04", "1", "7", "5", "罚款", "〔2026〕6号", "某局", "", ""},
}

func asCSV(t require.TestingT) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	require.NoError(t, w.Write(trialHeader))
	require.NoError(t, w.WriteAll(trialRows))
	return b.Bytes()
}

func asJSON(t require.TestingT) []byte {
	var b bytes.Buffer
	for _, row := range trialRows {
		m := map[string]any{}
		for i, name := range trialHeader {
			m[name] = row[i]
			if row[i] == "" {
				m[name] = nil
			}
			if name == "count" && row[i] != "" {
				m[name] = json.Number(row[i])
			}
		}
		require.NoError(t, json.NewEncoder(&b).Encode(m))
	}
	return b.Bytes()
}

func asXLSX(t require.TestingT) []byte {
	book := excelize.NewFile()
	sheet := book.GetSheetName(0)
	require.NoError(t, book.SetSheetRow(sheet, "A1", &trialHeader))
	for i, row := range trialRows {
		cells := make([]any, len(row))
		for j, text := range row {
			cells[j] = text
			if trialHeader[j] == "日期" {
				if d, err := credit.ParseDate(text); err == nil {
					cells[j] = int(d - credit.NewDate(1899, 12, 30))
				}
			}
			if trialHeader[j] == "share" && text != "" {
				var f float64
				_, err := fmt.Sscan(text, &f)
				require.NoError(t, err)
				cells[j] = f
			}
		}
		require.NoError(t, book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+2), &cells))
	}
	var b bytes.Buffer
	require.NoError(t, book.Write(&b))
	return b.Bytes()
}

func trial(t require.TestingT) *Mapping {
	m, err := ParseMapping([]byte(trialMapping))
	require.NoError(t, err)
	return m
}

// TestFormatsAgree reads the same rows as CSV, JSON lines and a workbook, packed or not: the records and the
// quarantine are the same.
func TestFormatsAgree(t *testing.T) {
	want, err := readAll(trial(t), bytes.NewReader(asCSV(t)), Options{})
	require.NoError(t, err)
	require.Len(t, want, len(trialRows))
	require.Equal(t, "3", want[0].Records[0].Body.Map()["source.count"], "count is a word of the vocabulary, so the column is kept beside it")
	for name, in := range map[string][]byte{"json": asJSON(t), "xlsx": asXLSX(t), "csv.gz": zipped(t, asCSV(t)), "json.gz": zipped(t, asJSON(t))} {
		got, err := readAll(trial(t), iotest.HalfReader(bytes.NewReader(in)), Options{})
		require.NoError(t, err, name)
		require.Len(t, got, len(want), name)
		for i := range want {
			require.Equal(t, want[i].Records, got[i].Records, "%s row %d", name, i)
			require.Equal(t, want[i].Bad == nil, got[i].Bad == nil, "%s row %d", name, i)
			if want[i].Bad != nil {
				require.Equal(t, want[i].Bad.Field, got[i].Bad.Field, name)
				require.Equal(t, want[i].Bad.Reason, got[i].Bad.Reason, name)
			}
		}
	}
}

// TestUnknownColumns: they are named and kept, or refuse the file; ignored ones leave no trace.
func TestUnknownColumns(t *testing.T) {
	for name, in := range map[string][]byte{"csv": asCSV(t), "json": asJSON(t)} {
		r, err := Open(trial(t), bytes.NewReader(in), Options{})
		require.NoError(t, err)
		row, err := r.Next()
		require.NoError(t, err)
		body := row.Records[0].Body.Map()
		require.Equal(t, "extra", body["source.type"], name)
		require.NotContains(t, body, "secret", name)
		require.Equal(t, []string{"type"}, r.Stats().Unknown, name)
	}
	m, err := ParseMapping([]byte(trialMapping + "unknown: refuse\n"))
	require.NoError(t, err)
	_, err = Open(m, bytes.NewReader(asCSV(t)), Options{})
	require.ErrorContains(t, err, `column "type"`)
	rows, err := readAll(m, bytes.NewReader(asJSON(t)), Options{})
	require.NoError(t, err)
	require.Contains(t, rows[0].Bad.Reason, `"type"`)
}

// TestHeaders: a file without a column, with one twice, or of another table is refused as a whole.
func TestHeaders(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "empty",
		"id,day,fine,share,classes\n":      "no column number, authority",
		"id,id\n":                          `"id" twice`,
		"id,day,日期\n":                      `"day" twice`,
		"\"id\n":                           "quote",
		strings.Repeat("x", maxRow) + "yy": "longer",
		"id,day,fine,share,classes,number,authority,a=b\n": "may not hold",
	} {
		_, err := Open(trial(t), strings.NewReader(text), Options{})
		require.ErrorContains(t, err, want)
	}
}

// TestBadJSON: a line that is no object, or not one of this table, costs itself only.
func TestBadJSON(t *testing.T) {
	good := string(bytes.SplitAfter(asJSON(t), []byte("\n"))[0])
	for line, want := range map[string]string{
		`[1]`: "not a JSON object", `{"id":`: "is not JSON", `{"id":1}{}`: "behind its object", `{"id":1}`: "has no member",
		`{"id":"a","id":"b"}`: "twice", `{"id":["a"]}`: "a list or an object", `{"day":1,"日期":2}`: "twice", `nul`: "not a JSON object",
	} {
		rows, err := readAll(trial(t), strings.NewReader(good+line+"\n\n"+good), Options{})
		require.NoError(t, err)
		require.Len(t, rows, 3, line)
		require.Contains(t, rows[1].Bad.Reason, want, line)
		require.Nil(t, rows[2].Bad)
		require.Equal(t, 4, rows[2].Line)
	}
	nul := strings.Replace(good, `"a1"`, `"a\u0000"`, 1)
	rows, err := readAll(trial(t), strings.NewReader(nul), Options{})
	require.NoError(t, err)
	require.Contains(t, rows[0].Bad.Reason, "NUL")
}

// TestLiveSources: a row makes the same record on whatever day it is received, and is never known before that day.
func TestLiveSources(t *testing.T) {
	for _, name := range Names() {
		m, err := Load(name)
		require.NoError(t, err)
		if m.Backfill {
			continue
		}
		in, o := caseOf(t, name)
		first, err := readAll(m, bytes.NewReader(in), o)
		require.NoError(t, err)
		later := o
		later.Received += 400
		second, err := readAll(m, bytes.NewReader(in), later)
		require.NoError(t, err)
		for i := range first {
			for j, r := range first[i].Records {
				require.Equal(t, r.ID, second[i].Records[j].ID)
				require.GreaterOrEqual(t, r.Known, o.Received)
				require.GreaterOrEqual(t, second[i].Records[j].Known, later.Received)
			}
		}
		_, err = Open(m, bytes.NewReader(in), Options{})
		require.ErrorContains(t, err, "received")
	}
}

func caseOf(t *testing.T, name string) ([]byte, Options) {
	file, err := txtar.ParseFile(filepath.Join("testdata", "cases", name+".txt"))
	require.NoError(t, err)
	return caseInput(t, file)
}

// TestDeliveredHistories: nothing is known later than the file or before it happened, and a later cut only moves
// known dates that the earlier one held back.
func TestDeliveredHistories(t *testing.T) {
	m := trial(t)
	rapid.Check(t, func(t *rapid.T) {
		event := credit.NewDate(2026, 1, 1) + credit.Date(rapid.IntRange(0, 400).Draw(t, "event"))
		cut := credit.NewDate(2026, 1, 1) + credit.Date(rapid.IntRange(1, 400).Draw(t, "cut"))
		in := strings.Join(trialHeader, ",") + "\na1," + event.String() + ",1,,,,n,a,,\n"
		rows, err := readAll(m, strings.NewReader(in), Options{Cut: cut})
		require.NoError(t, err)
		if event > cut {
			require.Contains(t, rows[0].Bad.Reason, "after the day up to which the file was drawn")
			return
		}
		r := rows[0].Records[0]
		require.Equal(t, min(event+9, cut), r.Known, "the usual lag of penalties, up to the cut")
		require.False(t, r.Received)
	})
}

// TestReaderCounts: every row is a row of records or a quarantined one, and the order of columns changes nothing.
func TestReaderCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}).Draw(t, "order")
		n := rapid.IntRange(0, 30).Draw(t, "rows")
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		write := func(row []string) {
			out := make([]string, len(order))
			for i, from := range order {
				out[i] = row[from]
			}
			require.NoError(t, w.Write(out))
		}
		write(trialHeader)
		want := [2]int64{}
		for range n {
			i := rapid.IntRange(0, len(trialRows)-1).Draw(t, "row")
			write(trialRows[i])
			if i < 3 {
				want[0]++
			} else {
				want[1]++
			}
		}
		w.Flush()
		r, err := Open(trial(t), &b, Options{})
		require.NoError(t, err)
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			for _, rec := range row.Records {
				sealed := rec
				sealed.Seal()
				require.Equal(t, rec.ID, sealed.ID)
			}
		}
		s := r.Stats()
		require.Equal(t, int64(n), s.Rows)
		require.Equal(t, want, [2]int64{s.Rows - s.Quarantined, s.Quarantined})
		total := int64(0)
		for _, k := range s.Reasons {
			total += k
		}
		require.Equal(t, s.Quarantined, total)
	})
}

// TestRecordsStayValid: the records of earlier rows do not change as later rows are read.
func TestRecordsStayValid(t *testing.T) {
	in := asCSV(t)
	for range 12 {
		in = append(in, in[bytes.IndexByte(in, '\n')+1:]...)
	}
	rows, err := readAll(trial(t), bytes.NewReader(in), Options{})
	require.NoError(t, err)
	require.Greater(t, len(rows), 20000)
	for _, row := range rows {
		for _, r := range row.Records {
			id := r.ID
			r.Seal()
			require.Equal(t, id, r.ID)
		}
	}
}

// TestStatedKnownDates: a delivered row is known when its source says so; one that says so before the event is flagged. Of
// a live source the stated day counts where it is later than the receipt.
func TestStatedKnownDates(t *testing.T) {
	text := strings.Replace(trialMapping, "event: day\n", "event: day\n    known: published\n", 1)
	text = strings.Replace(text, "  - {name: number}\n", "  - {name: number}\n  - {name: published, type: date}\n", 1)
	in := "id,day,published,fine,share,classes,number,authority\n" +
		"a,2026-03-01,2026-03-20,1,,,n,a\na,2026-03-01,2026-02-20,1,,,n,a\na,2026-03-01,2026-12-20,1,,,n,a\na,2026-03-01,,1,,,n,a\n"
	m, err := ParseMapping([]byte(text))
	require.NoError(t, err)
	rows, err := readAll(m, strings.NewReader(in), Options{})
	require.NoError(t, err)
	want := []string{"2026-03-20 0", "2026-03-01 4", "2026-11-20 0", "2026-03-10 0"}
	for i, w := range want {
		r := rows[i].Records[0]
		require.Equal(t, w, fmt.Sprintf("%s %d", r.Known, r.Flags))
		require.False(t, r.Received)
	}
	m, err = ParseMapping([]byte(strings.Replace(text, "backfill: true\ncut: 2026-11-20", "", 1)))
	require.NoError(t, err)
	rows, err = readAll(m, strings.NewReader(in), Options{Received: credit.NewDate(2026, 11, 20)})
	require.NoError(t, err)
	for i, w := range []string{"2026-11-20 2026-03-20", "2026-11-20 2026-02-20", "2026-12-20 2026-12-20", "2026-11-20 "} {
		r := rows[i].Records[0]
		require.Equal(t, w, r.Known.String()+" "+r.Body.Text(credit.FieldSupplied))
		require.True(t, r.Received)
	}
}

// TestDaysThatContradict: a table cannot be as of a day after it was drawn.
func TestDaysThatContradict(t *testing.T) {
	m, err := Load("jinan-ent-bid")
	require.NoError(t, err)
	_, err = Open(m, strings.NewReader("entname,bidnum\n"), Options{AsOf: credit.NewDate(2019, 1, 1), Cut: credit.NewDate(2018, 1, 1)})
	require.ErrorContains(t, err, "after the cut")
}

// TestOrderOfMembers: the order of members in a line of JSON, and of codes in a field, is no content.
func TestOrderOfMembers(t *testing.T) {
	head := `{"id":"a","day":"2026-03-01","fine":1,"share":null,"number":"n","authority":"x",`
	rows, err := readAll(trial(t), strings.NewReader(
		head+`"classes":"罚款;警告","zeta":1,"alpha":2}`+"\n"+head+`"classes":"警告;罚款;警告","alpha":2,"zeta":1}`+"\n"), Options{})
	require.NoError(t, err)
	require.Equal(t, rows[0].Records[0].ID, rows[1].Records[0].ID)
	require.NoError(t, rows[0].Records[0].Body.Check())
}

// TestWorkbooks: error values quarantine their row, and the other day system is refused, not shifted by four years.
func TestWorkbooks(t *testing.T) {
	book, err := excelize.OpenReader(bytes.NewReader(asXLSX(t)))
	require.NoError(t, err)
	require.NoError(t, book.SetCellValue("Sheet1", "G2", "#N/A"))
	var b bytes.Buffer
	require.NoError(t, book.Write(&b))
	rows, err := readAll(trial(t), bytes.NewReader(b.Bytes()), Options{})
	require.NoError(t, err)
	require.Equal(t, "holds the error value #N/A", rows[0].Bad.Reason)
	yes := true
	require.NoError(t, book.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
	b.Reset()
	require.NoError(t, book.Write(&b))
	_, err = Open(trial(t), &b, Options{})
	require.ErrorContains(t, err, "1904")
	m, err := ParseMapping([]byte(trialMapping + "sheet: second\n"))
	require.NoError(t, err)
	_, err = Open(m, bytes.NewReader(asXLSX(t)), Options{})
	require.ErrorContains(t, err, `no sheet "second" but Sheet1`)
}

// TestReasonsAreLimited: a file that is wrong in a new way on every row does not fill the memory with reasons.
func TestReasonsAreLimited(t *testing.T) {
	var in strings.Builder
	for i := range 3 * maxReasons {
		fmt.Fprintf(&in, "{\"id\":1,\"id\":2,\"x%d\":[],\"day\":1}\n{\"y%d\":1,\"y%d\":1}\n", i, i, i)
	}
	r, err := Open(trial(t), strings.NewReader(in.String()), Options{})
	require.NoError(t, err)
	for err == nil {
		_, err = r.Next()
	}
	require.Equal(t, io.EOF, err)
	require.LessOrEqual(t, len(r.Stats().Reasons), maxReasons+1)
	require.Equal(t, int64(6*maxReasons), r.Stats().Quarantined)
}
