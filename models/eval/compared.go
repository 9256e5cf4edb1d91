package eval

import (
	"html/template"
	"strconv"
)

// Edit is one entry of the ledger of manual edits.
type Edit struct {
	Column, What, Reason, By, Day string
}

// KindLine is one kind of model in the comparison.
type KindLine struct {
	Page     *Page
	Measures *Measures
	Against  *Comparison // with the first kind, on the same rows; nil of the first
}

// All are the page itself and the other kinds fitted on the same rows.
func (p *Page) All() []*Page { return append([]*Page{p}, p.Others...) }

// Compared are the kinds side by side on the front sample; the difference of AUC to the first is tested by DeLong. Where the
// rows are not the same there is no test.
func (p *Page) Compared() []KindLine {
	var out []KindLine
	for i, q := range p.All() {
		line := KindLine{Page: q, Measures: q.Samples[0].Measures}
		if first := p.Samples[0]; i > 0 && len(first.Target) == len(q.Samples[0].Target) {
			line.Against, _ = Compare(first.Target, q.Samples[0].risk(), first.risk())
		}
		out = append(out, line)
	}
	return out
}

// risk is a score that is higher for riskier rows.
func (s *PageSample) risk() []float64 {
	if s.LogOdds != nil {
		return s.LogOdds
	}
	out := make([]float64, len(s.Points))
	for i, v := range s.Points {
		out[i] = -v
	}
	return out
}

// KindsROC draws the receiver operating characteristic of every kind.
func (p *Page) KindsROC() template.HTML {
	c := newChart("false alarms 误报率", "bad found 检出率", 1, 1)
	c.line([]Point{{0, 0}, {1, 1}}, "#999", "2 3", "")
	for i, q := range p.All() {
		m := q.Samples[0].Measures
		c.line(m.ROC, colours[i%len(colours)], dashes[i%len(dashes)], q.Artifact.Kind+" "+number(m.AUC.Value, 4))
	}
	return c.done()
}

// KindsAUC draws the AUC of every kind with its interval.
func (p *Page) KindsAUC() template.HTML {
	low, high := 1.0, 0.0
	for _, q := range p.All() {
		a := q.Samples[0].Measures.AUC
		low, high = min(low, a.Low), max(high, a.High)
	}
	pad := max(0.005, (high-low)/8)
	n := float64(len(p.All()))
	c := newChart("AUC", "", 1, n)
	c.xLow, c.xHigh, c.bare = low-pad, high+pad, true
	for i, q := range p.All() {
		a, y := q.Samples[0].Measures.AUC, n-float64(i)-0.5
		c.line([]Point{{a.Low, y}, {a.High, y}}, colours[i%len(colours)], "", "")
		c.dot(a.Value, y, colours[i%len(colours)])
		c.text(c.xLow, y+0.25, q.Artifact.Kind+" "+number(a.Value, 4)+" ("+number(a.Low, 4)+"–"+number(a.High, 4)+")")
	}
	return c.done()
}

// CAP draws the cumulative accuracy profile of every sample with that of a perfect order.
func (p *Page) CAP() template.HTML {
	c := newChart("rows flagged 样本占比", "bad found 坏样本占比", 1, 1)
	c.line([]Point{{0, 0}, {1, 1}}, "#999", "2 3", "")
	for i, s := range p.Samples {
		m := s.Measures
		share := float64(m.Events) / float64(m.Rows)
		if i == 0 {
			c.line([]Point{{0, 0}, {share, 1}, {1, 1}}, "#777", "1 3", "perfect 理想")
		}
		var line []Point
		for _, r := range m.ROC {
			line = append(line, Point{float64(r.X*(1-share)) + float64(r.Y*share), r.Y})
		}
		c.line(line, colours[i%len(colours)], dashes[i%len(dashes)], s.Name.En+" "+s.Name.Zh+" AR "+number(m.Gini.Value, 4))
	}
	return c.done()
}

// PR draws precision over recall of every sample; the dotted line is the share of bad rows.
func (p *Page) PR() template.HTML {
	c := newChart("recall 召回率", "precision 精确率", 1, 1)
	c.near = true
	for i, s := range p.Samples {
		m := s.Measures
		if i == 0 {
			rate := float64(m.Events) / float64(m.Rows)
			c.line([]Point{{0, rate}, {1, rate}}, "#999", "2 3", "")
		}
		c.line(m.PR, colours[i%len(colours)], dashes[i%len(dashes)], s.Name.En+" "+s.Name.Zh+" AP "+number(m.Precision.Value, 4))
	}
	return c.done()
}

// Anchor is the name of the kind's part of the page.
func (p *Page) Anchor() string { return "kind-" + p.Artifact.Kind }

// seconds writes a duration; none is a dash.
func seconds(v float64) string {
	if v <= 0 {
		return "–"
	}
	return strconv.FormatFloat(v, 'f', 2, 64) + " s"
}
