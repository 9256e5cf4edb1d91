package features

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"hengxin/credit"
	"hengxin/credit/policy"
)

var rewrite = flag.Bool("rewrite", false, "write what the cases give now into their files")

// caseFile is a family's case: records and days in, values with their evidence out, as an analyst reads them.
//
//	# a comment
//	record NAME KIND EVENT KNOWN [target=NAME] [subject=ID] [amount=YUAN] [severity=N] [FIELD=TEXT ...]
//	peers DAY SECTION BAND INDICATOR VALUE ...	what firms of the cell come to on the day; cells of two or more count
//	on DAY [DAY ...]
//	show ID [ID ...]
//	---- then, written by -rewrite: a line for each indicator and day, with the names of its evidence
type caseFile struct {
	head    []byte
	records []credit.Record
	names   map[credit.ID]string
	days    []credit.Date
	ids     []string
	others  map[credit.Subject][]credit.Record // of other subjects
	peers   *PeerBuilder
}

func readCase(t *testing.T, path string) (c caseFile, want string) {
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	head, rest, _ := bytes.Cut(text, []byte("----\n"))
	c = caseFile{head: head, names: map[credit.ID]string{}, others: map[credit.Subject][]credit.Record{}}
	byName := map[string]*credit.Record{}
	in := bufio.NewScanner(bytes.NewReader(head))
	for in.Scan() {
		words := strings.Fields(in.Text())
		switch {
		case len(words) == 0 || words[0] == "#":
		case words[0] == "record":
			r := caseRecord(t, words[1:], byName)
			byName[words[1]] = &r
			c.names[r.ID] = words[1]
			if r.Subject == subject {
				c.records = append(c.records, r)
			} else {
				c.others[r.Subject] = append(c.others[r.Subject], r)
			}
		case words[0] == "peers":
			casePeers(t, &c, words[1:])
		case words[0] == "on":
			for _, w := range words[1:] {
				day, err := credit.ParseDate(w)
				require.NoError(t, err)
				c.days = append(c.days, day)
			}
		case words[0] == "show":
			c.ids = append(c.ids, words[1:]...)
		default:
			require.Failf(t, "unknown line", "%s: %s", path, in.Text())
		}
	}
	return c, string(rest)
}

func caseRecord(t *testing.T, words []string, byName map[string]*credit.Record) credit.Record {
	kind, err := credit.ParseKind(words[1])
	require.NoError(t, err)
	r := credit.Record{Subject: subject, Kind: kind, Source: "case", Amount: credit.NoFen}
	r.Event, err = credit.ParseDate(words[2])
	require.NoError(t, err)
	r.Known, err = credit.ParseDate(words[3])
	require.NoError(t, err)
	values := map[string]string{}
	for _, w := range words[4:] {
		name, text, _ := strings.Cut(w, "=")
		switch name {
		case "subject":
			r.Subject = credit.Subject(text)
		case "target":
			require.NotNil(t, byName[text], "target %s", text)
			r.Target = byName[text].ID
		case "amount":
			r.Amount, err = credit.ParseDecimal(text, 100)
			require.NoError(t, err)
		case "severity":
			n, err := strconv.Atoi(text)
			require.NoError(t, err)
			r.Severity = credit.Severity(n)
		default:
			values[name] = text
		}
	}
	r.Body = body(values)
	r.Seal()
	require.NoError(t, r.Check())
	return r
}

// casePeers adds firms of one cell, each with a value of one indicator.
func casePeers(t *testing.T, c *caseFile, words []string) {
	var err error
	if c.peers == nil {
		c.peers, err = NewPeerBuilder(2)
		require.NoError(t, err)
	}
	day, err := credit.ParseDate(words[0])
	require.NoError(t, err)
	base := slices.IndexFunc(c.peers.Bases(), func(b PeerBase) bool { return b.ID == words[3] })
	require.GreaterOrEqual(t, base, 0, words[3])
	for _, w := range words[4:] {
		values := slices.Repeat([]float64{math.NaN()}, len(c.peers.Bases()))
		values[base] = floatOf([]byte(w))
		c.peers.Add(day, floatOf([]byte(words[1])), floatOf([]byte(words[2])), values)
	}
}

// fold is the fold of the case: without neighbours and peers where it names none.
func (c *caseFile) fold(t *testing.T) *Fold {
	set, err := NewSet(c.ids...)
	require.NoError(t, err)
	if c.peers != nil {
		table, err := c.peers.Table()
		require.NoError(t, err)
		set, err = set.WithPeers(table)
		require.NoError(t, err)
	}
	var n *Neighbours
	if len(c.others) > 0 {
		n = NewNeighbours(policy.Default())
		for _, records := range c.others {
			require.NoError(t, n.Add(records))
		}
	}
	fold, err := NewFold(set, policy.Default(), nil, n)
	require.NoError(t, err)
	return fold
}

// TestCases: the files in testdata/cases say what each family gives; go test -rewrite writes them anew.
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		c, want := readCase(t, path)
		fold := c.fold(t)
		set := fold.Set()
		rows := rowsOf(t, fold, c.records, c.days...)
		var got strings.Builder
		for i, id := range c.ids {
			for d, day := range c.days {
				value := rows[d*set.Len()+i]
				fmt.Fprintf(&got, "%s %s %s", id, day, strconv.FormatFloat(value, 'g', 10, 64))
				if why := fold.Missing(i, day); why != NotMissing {
					fmt.Fprintf(&got, " %s", why)
				}
				for _, id := range fold.Evidence(nil, i, day) {
					fmt.Fprintf(&got, " %s", c.names[id])
				}
				for _, id := range fold.NeighbourEvidence(nil, i, day) {
					fmt.Fprintf(&got, " (%s)", c.names[id])
				}
				got.WriteString("\n")
			}
		}
		if *rewrite {
			require.NoError(t, os.WriteFile(path, slices.Concat(c.head, []byte("----\n"), []byte(got.String())), 0o644))
			continue
		}
		require.Equal(t, want, got.String(), path)
	}
}

// TestEveryIndicatorHasACase: each is shown by at least one of the files, and on one day at least with a value.
func TestEveryIndicatorHasACase(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txt")
	require.NoError(t, err)
	shown := map[string]bool{}
	for _, path := range paths {
		_, want := readCase(t, path)
		for line := range strings.Lines(want) {
			if words := strings.Fields(line); len(words) > 2 && words[2] != "NaN" {
				shown[words[0]] = true
			}
		}
	}
	for _, ind := range Catalogue() {
		require.True(t, shown[ind.ID], "%s: no case in testdata/cases gives it a value", ind.ID)
	}
}

// TestSoakHistories: random histories by the thousand, a million with HENGXIN_SOAK set: no peeking, and no matter in
// which order records arrive.
func TestSoakHistories(t *testing.T) {
	n := uint64(3000)
	if os.Getenv("HENGXIN_SOAK") != "" {
		n = 1_000_000
	}
	f, g := newFold(t, All()), newFold(t, All())
	for seed := range n {
		d := seeded(seed + 1000)
		records := history(d, 1+d(40))
		day := someDays(d, 1)[0]
		requireSame(t, All(), rowsOf(t, f, knownOn(records, day), day), rowsOf(t, g, shuffled(d, records), day))
	}
}

// FuzzRows: no bytes that pass for records make the fold panic, or make two folds differ.
func FuzzRows(f *testing.F) {
	for seed := range uint64(4) {
		var b []byte
		for _, r := range history(seeded(seed), 6) {
			b = r.AppendTo(b)
		}
		f.Add(b)
	}
	a, z := newFold(f, All()), newFold(f, All())
	f.Fuzz(func(t *testing.T, b []byte) {
		var decoder credit.Decoder
		var records []credit.Record
		for len(b) > 0 && len(records) < 100 {
			var r credit.Record
			rest, err := decoder.Decode(b, &r)
			if err != nil {
				break
			}
			if b = rest; r.Body.Check() == nil && r.Check() == nil {
				r.Subject = subject
				records = append(records, r)
			}
		}
		days := []credit.Date{firstDay + 1000, firstDay + 2500}
		rows := rowsOf(t, a, records, days...)
		slices.Reverse(records)
		requireSame(t, All(), rows, rowsOf(t, z, records, days...))
	})
}

// TestWords holds the words that outputs use for windows and reads.
func TestWords(t *testing.T) {
	text, err := json.Marshal([]string{Months3.String(), AllTime.String(), ReadsCounted.String(), NotCovered.String(), SwitchedOff.String(),
		NoRecord.String(), NotStated.String(), NoNeighbours.String()})
	require.NoError(t, err)
	require.JSONEq(t, `["3m","all","counted","not_covered","switched_off","no_record","not_stated","no_neighbours"]`, string(text))
}
