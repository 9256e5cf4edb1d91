package main

import (
	"bufio"
	_ "embed"
	"fmt"
	"math"
	"strconv"
	"strings"

	"hengxin/models"
)

//go:embed factors.csv
var factorRows string

// clause is one condition: the sum of some columns against a number.
type clause struct {
	columns []string
	op      string
	value   float64
}

// shown says in which rows a factor shows.
type shown struct {
	factor           string
	shows, reference []clause
}

func readFactors() (out []shown, err error) {
	lines := bufio.NewScanner(strings.NewReader(factorRows))
	for lines.Scan() {
		cells := strings.Split(lines.Text(), ",")
		if strings.HasPrefix(lines.Text(), "#") || cells[0] == "factor" {
			continue
		}
		if len(cells) != 3 {
			return nil, fmt.Errorf("factors.csv: %q: want three cells", lines.Text())
		}
		s := shown{factor: cells[0]}
		if s.shows, err = parseClauses(cells[1]); err != nil {
			return nil, err
		}
		if s.reference, err = parseClauses(cells[2]); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func parseClauses(text string) (out []clause, err error) {
	if text == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(text, "&") {
		at := strings.IndexAny(part, "<>=")
		if at < 0 {
			return nil, fmt.Errorf("condition %q: no comparison", part)
		}
		number := strings.TrimLeft(part[at:], "<>=")
		c := clause{columns: strings.Split(part[:at], "+"), op: part[at : len(part)-len(number)]}
		if c.value, err = strconv.ParseFloat(number, 64); err != nil {
			return nil, fmt.Errorf("condition %q: %w", part, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// missing returns a column that the frame does not have, or "".
func (s *shown) missing(f *models.Frame) string {
	for _, c := range append(append([]clause{}, s.shows...), s.reference...) {
		for _, name := range c.columns {
			if f.Column(name) == nil {
				return name
			}
		}
	}
	return ""
}

// side is 1 where the factor shows in row i, 0 in the reference, -1 where the row says nothing.
func (s *shown) side(f *models.Frame, i int) int {
	switch holds, known := all(s.shows, f, i); {
	case known && holds:
		return 1
	case len(s.reference) == 0 && known:
		return 0
	}
	if holds, known := all(s.reference, f, i); len(s.reference) > 0 && known && holds {
		return 0
	}
	return -1
}

func all(clauses []clause, f *models.Frame, i int) (holds, known bool) {
	holds = true
	for _, c := range clauses {
		sum := 0.0
		for _, name := range c.columns {
			sum += f.Column(name).Values[i]
		}
		if math.IsNaN(sum) {
			return false, false
		}
		holds = holds && c.compare(sum)
	}
	return holds, true
}

func (c clause) compare(x float64) bool {
	switch c.op {
	case ">=":
		return x >= c.value
	case "<=":
		return x <= c.value
	case ">":
		return x > c.value
	case "<":
		return x < c.value
	}
	return x == c.value
}
