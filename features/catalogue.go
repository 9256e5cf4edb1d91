package features

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"hengxin/credit"
)

// catalogueCSV is the one table of indicators; bench.csv is the benchmark's, in the same words.
//
//go:embed catalogue.csv
var catalogueCSV []byte

//go:embed bench.csv
var benchCSV []byte

var columns = []string{"id", "zh", "en", "meaning_zh", "meaning", "unit", "direction", "dimension", "sensitivity", "sources",
	"missing", "reads", "of", "window", "pick", "value", "version", "citation"}

var catalogue = sync.OnceValue(func() []Indicator { return mustCatalogue(catalogueCSV) })

var benchCatalogue = sync.OnceValue(func() []Indicator { return mustCatalogue(benchCSV) })

// Catalogue returns all indicators in the order of the table. The caller must not change it.
func Catalogue() []Indicator { return catalogue() }

func mustCatalogue(text []byte) []Indicator {
	rows, err := parseCatalogue(text)
	if err != nil {
		panic("features: embedded catalogue: " + err.Error())
	}
	return rows
}

func parseCatalogue(text []byte) ([]Indicator, error) {
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord, in.Comment = len(columns), '#'
	lines, err := in.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("catalogue: %w: %w", err, credit.ErrInvalid)
	}
	if len(lines) == 0 || !slices.Equal(lines[0], columns) {
		return nil, fmt.Errorf("catalogue: want the columns %s: %w", strings.Join(columns, ","), credit.ErrInvalid)
	}
	rows := make([]Indicator, 0, len(lines)-1)
	for _, cells := range lines[1:] {
		ind, err := parseIndicator(cells)
		if err != nil {
			return nil, fmt.Errorf("catalogue: indicator %s: %w", cells[0], err)
		}
		rows = append(rows, ind)
	}
	return rows, relate(rows)
}

// words are the closed lists of the table's columns.
var (
	units         = []string{"count", "yuan", "fen", "days", "share", "ratio", "grade", "persons", "months", "score", "flag", "kwh"}
	sensitivities = []string{"public", "restricted", "personal"}
	missings      = []string{"zero", "none"}
	reads         = []string{"counted", "all"}
	directions    = []string{"-1", "0", "1"}
)

func parseIndicator(c []string) (ind Indicator, err error) {
	ind = Indicator{ID: c[0], Zh: c[1], En: c[2], MeaningZh: c[3], Meaning: c[4], Unit: c[5], Dimension: c[7], Sensitivity: c[8],
		ZeroIfNone: c[10] == "zero", Of: c[12], Pick: c[14], Value: c[15], Citation: c[17]}
	word := func(column int, list []string) int {
		i := slices.Index(list, c[column])
		if i < 0 && err == nil {
			err = fmt.Errorf("%s %q: want one of %s: %w", columns[column], c[column], strings.Join(list, " "), credit.ErrInvalid)
		}
		return i
	}
	word(5, units)
	ind.Direction = word(6, directions) - 1
	word(7, dimensionCodes())
	word(8, sensitivities)
	word(10, missings)
	ind.Reads = Reads(word(11, reads))
	ind.Window = Window(word(13, windowNames[:]))
	if err != nil {
		return ind, err
	}
	for name := range strings.SplitSeq(c[9], ";") {
		kind, err := credit.ParseKind(name)
		if err != nil {
			return ind, err
		}
		ind.Sources = append(ind.Sources, kind)
	}
	if ind.Version, err = strconv.Atoi(c[16]); err != nil || ind.Version < 1 {
		return ind, fmt.Errorf("version %q: want a number from 1: %w", c[16], credit.ErrInvalid)
	}
	return ind, ind.bind()
}

func dimensionCodes() []string {
	codes := make([]string, len(dimensions))
	for i, d := range dimensions {
		codes[i] = d.Code
	}
	return codes
}

// bind finds the selection and the functions that the row names.
func (ind *Indicator) bind() error {
	sel, ok := selections[ind.Of]
	if !ok {
		return fmt.Errorf("of %q: no such selection: %w", ind.Of, credit.ErrInvalid)
	}
	ind.cites, ind.loop, ind.reach = sel.cites, sel.loop, ind.Window
	if sel.whole {
		ind.reach = AllTime
	}
	if ind.Pick != "" {
		if ind.pick = picks[ind.Pick]; ind.pick == nil {
			return fmt.Errorf("pick %q: no such function: %w", ind.Pick, credit.ErrInvalid)
		}
	}
	if strings.Contains(ind.Value, ":") {
		return nil // relative to peers: see relate
	}
	for _, family := range families {
		if value, ok := family[ind.Value]; ok {
			ind.value = value
		}
	}
	if ind.value == nil {
		return fmt.Errorf("value %q: no such function: %w", ind.Value, credit.ErrInvalid)
	}
	ind.near = strings.HasPrefix(ind.Value, "neighbours_")
	return nil
}

func kindNames(kinds []credit.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ";")
}
