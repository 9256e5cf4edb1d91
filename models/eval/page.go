package eval

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"math"
	"strconv"

	"hengxin/models"
	"hengxin/models/card"
)

// Page is what the page of a fit shows.
type Page struct {
	Digest     string
	Artifact   *models.Artifact
	Card       *card.Card // nil of other kinds
	Candidates []card.Candidate
	Samples    []PageSample // the first is drawn in front
	Drift      []Drift
	Notes      []string // on types, splits and what was dropped

	Explained  Explained     // nil where the kind tells nothing of itself, and of a card
	Data       []ColumnFacts // of the rows of the fit
	Rows       []RowReasons
	Edits      []Edit
	Others     []*Page // of other kinds, fitted on the same rows and shown on the same page
	FitSeconds float64
	Predict    float64 // seconds for the rows of the front sample
}

// PageSample is one judged sample.
type PageSample struct {
	Name     models.Text
	Measures *Measures
	Points   []float64 // by row
	Target   []float64
	LogOdds  []float64 // by row; the points decide where it is nil
}

//go:embed page.html.tmpl
var pageText string

// WriteHTML writes the page (the kind itself, and the others beside it): one file with its styles and drawings in it, in English and Chinese, without scripts and
// without anything to load.
func (p *Page) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"pct": func(v float64) string { return number(100*v, 2) + " %" }, "p": pText, "n1": func(v float64) string { return number(v, 1) }, "n2": func(v float64) string { return number(v, 2) }, "n3": func(v float64) string { return number(v, 3) },
		"n4": func(v float64) string { return number(v, 4) }, "count": func(v float64) string { return number(v, 0) },
		"level": psiLevel, "bars": barsOf, "course": courseOf, "shade": shade, "seconds": seconds, "g": func(v float64) string {
			if v != v {
				return "–"
			}
			if math.Abs(v) >= 1e5 && math.Abs(v) < 1e15 {
				return strconv.FormatFloat(v, 'f', 0, 64)
			}
			return strconv.FormatFloat(v, 'g', 5, 64)
		}, "label": func(v card.Characteristic, i int) string { return v.Variable.Label(i) },
		"last": func(i int, grades []models.Grade) bool { return i == len(grades)-1 },
	}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("parse the report page: %w", err)
	}
	if err := t.Execute(w, p); err != nil {
		return fmt.Errorf("write the report page: %w", err)
	}
	return nil
}

func number(v float64, decimals int) string {
	if math.IsNaN(v) {
		return "–"
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// pText is a p-value; one that would print as 0 says that it is below.
func pText(p float64) string {
	if p < 0.0001 {
		return "< 0.0001"
	}
	return number(p, 4)
}

// psiLevel is the convention of the domain.
func psiLevel(psi float64) string {
	switch {
	case psi < 0.10:
		return "stable 稳定"
	case psi < 0.25:
		return "watch 关注"
	}
	return "act 处置"
}

// ROC draws the receiver operating characteristic of every sample.
func (p *Page) ROC() template.HTML {
	c := newChart("false alarms 误报率", "bad found 检出率", 1, 1)
	c.line([]Point{{0, 0}, {1, 1}}, "#999", "2 3", "")
	for i, s := range p.Samples {
		c.line(s.Measures.ROC, colours[i%len(colours)], dashes[i%len(dashes)], s.Name.En+" "+s.Name.Zh+" "+number(s.Measures.AUC.Value, 4))
	}
	return c.done()
}

// KS draws the shares of bad and of good rows found over the share of rows flagged, riskiest first.
func (p *Page) KS() template.HTML {
	c := newChart("rows flagged, riskiest first 自高风险起的样本占比", "found 累计占比", 1, 1)
	m := p.Samples[0].Measures
	share := float64(m.Events) / float64(m.Rows)
	var bad, good []Point
	for _, r := range m.ROC {
		x := r.X*(1-share) + r.Y*share
		bad, good = append(bad, Point{x, r.Y}), append(good, Point{x, r.X})
	}
	c.line(bad, colours[0], "", "bad 坏")
	c.line(good, colours[1], "6 3", "good 好")
	return c.done()
}

// Calibration draws observed against predicted shares of bad rows, with intervals.
func (p *Page) Calibration() template.HTML {
	cells, most := p.Samples[0].Measures.Cells, 0.0
	for _, k := range cells {
		most = max(most, k.Predicted, k.Observed.High)
	}
	c := newChart("predicted 预测", "observed 实际", most, most)
	c.line([]Point{{0, 0}, {most, most}}, "#999", "2 3", "")
	var line []Point
	for _, k := range cells {
		line = append(line, Point{k.Predicted, k.Observed.Value})
		c.line([]Point{{k.Predicted, k.Observed.Low}, {k.Predicted, k.Observed.High}}, colours[0], "", "")
		c.dot(k.Predicted, k.Observed.Value, colours[0])
	}
	c.line(line, colours[0], "", "")
	return c.done()
}

// Distribution draws the shares of good and of bad rows by points.
func (p *Page) Distribution() template.HTML {
	s := p.Samples[0]
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range s.Points {
		low, high = min(low, v), max(high, v)
	}
	const cells = 30
	width := max(high-low, 1) / cells
	var counts [2][cells]float64
	var all [2]float64
	for i, v := range s.Points {
		k := int(s.Target[i])
		counts[k][min(cells-1, int((v-low)/width))]++
		all[k]++
	}
	most := 0.0
	for k := range counts {
		for i := range counts[k] {
			counts[k][i] /= max(all[k], 1)
			most = max(most, counts[k][i])
		}
	}
	c := newChart("points 分数", "share 占比", 1, most)
	c.xLow, c.xHigh, c.above = low, low+width*cells, true
	for k, name := range []string{"good 好", "bad 坏"} {
		var line []Point
		for i, v := range counts[k] {
			line = append(line, Point{low + (float64(i)+0.5)*width, v})
		}
		c.line(line, colours[1-k], dashes[1-k], name)
	}
	return c.done()
}

// barsOf draws the event rate of each bin that holds rows, as wide as its share of the weight.
func barsOf(ch card.Characteristic) template.HTML {
	all, most := 0.0, 0.0
	for _, b := range ch.Variable.Bins {
		all += b.Weight
		if b.Weight > 0 {
			most = max(most, b.Rate())
		}
	}
	c := newChart("share of rows 样本占比", "bad rate 坏账率", 1, most)
	at := 0.0
	for i, b := range ch.Variable.Bins {
		if b.Weight == 0 {
			continue
		}
		c.bar(at, at+b.Weight/all, b.Rate(), ch.Variable.Label(i)+": "+number(100*b.Rate(), 2)+" %")
		at += b.Weight / all
	}
	return c.done()
}
