package source

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/simplifiedchinese"

	"hengxin/credit"
)

var rewrite = flag.Bool("rewrite", false, "write what the cases come to into their files")

// TestCases reads made-up rows with every shipped mapping and compares what they come to with the case's text.
func TestCases(t *testing.T) {
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", "cases", name+".txt")
			file, err := txtar.ParseFile(path)
			require.NoError(t, err, "every shipped mapping needs a case")
			m, err := Load(name)
			require.NoError(t, err)
			in, o := caseInput(t, file)
			got := render(t, m, bytes.NewReader(in), o)
			at := len(file.Files) - 1
			require.Equal(t, "out", file.Files[at].Name)
			if *rewrite {
				file.Files[at].Data = []byte(got)
				require.NoError(t, os.WriteFile(path, txtar.Format(file), 0o644))
			}
			require.Equal(t, string(file.Files[at].Data), got)
		})
	}
}

func caseInput(t *testing.T, file *txtar.Archive) (in []byte, o Options) {
	encode := ""
	for _, f := range file.Files {
		switch f.Name {
		case "options":
			for _, l := range strings.Split(strings.TrimSpace(string(f.Data)), "\n") {
				key, value, _ := strings.Cut(l, " ")
				switch key {
				case "received":
					d, err := credit.ParseDate(value)
					require.NoError(t, err)
					o.Received = d
				case "person-key":
					o.PersonKey = []byte(value)
				case "encode":
					encode = value
				default:
					t.Fatalf("option %q", l)
				}
			}
		case "in":
			in = f.Data
		}
	}
	if encode == "gbk" {
		b, err := simplifiedchinese.GBK.NewEncoder().Bytes(in)
		require.NoError(t, err)
		return b, o
	}
	return in, o
}

// render writes what every row comes to, records with the numbers that later records target them by.
func render(t *testing.T, m *Mapping, in io.Reader, o Options) string {
	r, err := Open(m, in, o)
	require.NoError(t, err)
	var b strings.Builder
	numbers := map[credit.ID]int{}
	last := 0
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if q := row.Bad; q != nil {
			fmt.Fprintf(&b, "%d: quarantine: %q %q %s\n", q.Line, q.Field, q.Value, q.Reason)
			continue
		}
		for i := range row.Records {
			rec := &row.Records[i]
			require.NoError(t, rec.Check())
			require.NoError(t, rec.Body.Check())
			if _, again := numbers[rec.ID]; !again {
				last++
				numbers[rec.ID] = last
			}
			if key := rec.Key(); !key.IsZero() {
				numbers[key] = numbers[rec.ID]
			}
			fmt.Fprintf(&b, "%d: #%d %s\n", row.Line, numbers[rec.ID], describe(rec, numbers))
		}
	}
	s := r.Stats()
	fmt.Fprintf(&b, "rows %d quarantined %d records %d unknown %q\n", s.Rows, s.Quarantined, s.Records, s.Unknown)
	return b.String()
}

func describe(r *credit.Record, numbers map[credit.ID]int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s", r.Kind, r.Subject, r.Event)
	if r.Precision != credit.PrecisionDay {
		fmt.Fprintf(&b, " (%s)", [...]string{"", "month", "year"}[r.Precision])
	}
	fmt.Fprintf(&b, " known %s", r.Known)
	if r.Received {
		b.WriteString(" received")
	}
	if r.Severity != 0 {
		fmt.Fprintf(&b, " severity %d", r.Severity)
	}
	if r.Amount != credit.NoFen {
		fmt.Fprintf(&b, " amount %s", r.Amount)
	}
	if !r.Target.IsZero() {
		if n, ok := numbers[r.Target]; ok {
			fmt.Fprintf(&b, " target #%d", n)
		} else {
			fmt.Fprintf(&b, " target of another file")
		}
	}
	for _, f := range r.Flags.Names() {
		fmt.Fprintf(&b, " !%s", f)
	}
	r.Body.Each(func(name, text string) bool { fmt.Fprintf(&b, " %s=%s", name, text); return true })
	return b.String()
}

// caseReasons lists every reason for which a row of a case is quarantined.
func caseReasons(t *testing.T) (reasons []string) {
	for _, name := range Names() {
		file, err := txtar.ParseFile(filepath.Join("testdata", "cases", name+".txt"))
		require.NoError(t, err)
		m, err := Load(name)
		require.NoError(t, err)
		in, o := caseInput(t, file)
		r, err := Open(m, bytes.NewReader(in), o)
		require.NoError(t, err)
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			if row.Bad != nil {
				reasons = append(reasons, row.Bad.Reason)
			}
		}
	}
	require.NotEmpty(t, reasons)
	return reasons
}
