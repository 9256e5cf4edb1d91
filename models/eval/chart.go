package eval

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Colours that people with any colour vision tell apart (M. Okabe, K. Ito, 2008), with dashes beside them.
var (
	colours = [...]string{"#0072B2", "#D55E00", "#009E73", "#CC79A7"}
	dashes  = [...]string{"", "6 3", "2 2", "8 2 2 2"}
)

const (
	chartWidth, chartHeight = 360.0, 260.0
	left, right, top, foot  = 54.0, 20.0, 12.0, 40.0
)

// chart is a drawing with two axes from 0 (or xLow) up.
type chart struct {
	b           strings.Builder
	xLow, xHigh float64
	yLow, yHigh float64
	x, y        string
	legend      int
	above, near bool // the legend stands at the top, on the left
	bare        bool // no marks on the y axis
}

func newChart(x, y string, xHigh, yHigh float64) *chart {
	if !(yHigh > 0) {
		yHigh = 1
	}
	if !(xHigh > 0) {
		xHigh = 1
	}
	return &chart{x: x, y: y, xHigh: xHigh, yHigh: yHigh}
}

func (c *chart) px(x float64) float64 {
	return left + (x-c.xLow)/(c.xHigh-c.xLow)*(chartWidth-left-right)
}
func (c *chart) py(y float64) float64 {
	return chartHeight - foot - (y-c.yLow)/(c.yHigh-c.yLow)*(chartHeight-top-foot)
}

// line draws a line; with a name it gets an entry in the legend.
func (c *chart) line(points []Point, colour, dash, name string) {
	c.b.WriteString(`<polyline fill="none" stroke-width="1.8" stroke="` + colour + `" stroke-dasharray="` + dash + `" points="`)
	for _, p := range points {
		fmt.Fprintf(&c.b, "%.1f,%.1f ", c.px(p.X), c.py(p.Y))
	}
	c.b.WriteString(`"/>`)
	if name == "" {
		return
	}
	x, y := 150.0, chartHeight-foot-8-15*float64(c.legend)
	if c.near {
		x = 60
	}
	if c.above {
		x = 60
		y = top + 14 + 15*float64(c.legend)
	}
	fmt.Fprintf(&c.b, `<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke-width="2" stroke="%s" stroke-dasharray="%s"/><text x="%.1f" y="%.1f">%s</text>`,
		x, x+22, y-4, y-4, colour, dash, x+28, y, template.HTMLEscapeString(name))
	c.legend++
}

func (c *chart) dot(x, y float64, colour string) {
	fmt.Fprintf(&c.b, `<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>`, c.px(x), c.py(y), colour)
}

func (c *chart) bar(from, to, y float64, title string) {
	fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s" stroke="#fff"><title>%s</title></rect>`,
		c.px(from), c.py(y), max(1, c.px(to)-c.px(from)), c.py(0)-c.py(y), colours[0], template.HTMLEscapeString(title))
}

// area draws a bar from 0 to y, which may be below 0.
func (c *chart) area(from, to, y float64, title string) {
	high, low := c.py(max(0, y)), c.py(min(0, y))
	fmt.Fprintf(&c.b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#cfe3f2"><title>%s</title></rect>`,
		c.px(from), high, max(1, c.px(to)-c.px(from)), low-high, template.HTMLEscapeString(title))
}

func (c *chart) text(x, y float64, text string) {
	fmt.Fprintf(&c.b, `<text x="%.1f" y="%.1f">%s</text>`, c.px(x), c.py(y), template.HTMLEscapeString(text))
}

// done closes the drawing with axes, four marks each and their names.
func (c *chart) done() template.HTML {
	var axes strings.Builder
	fmt.Fprintf(&axes, `<svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s / %s"><title>%s / %s</title>`, chartWidth, chartHeight,
		template.HTMLEscapeString(c.y), template.HTMLEscapeString(c.x), template.HTMLEscapeString(c.y), template.HTMLEscapeString(c.x))
	for i := range 5 {
		f := float64(i) / 4
		x, y := c.xLow+f*(c.xHigh-c.xLow), c.yLow+f*(c.yHigh-c.yLow)
		if !c.bare {
			fmt.Fprintf(&axes, `<line class="grid" x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f"/><text x="%.1f" y="%.1f" text-anchor="end">%s</text>`,
				left, chartWidth-right, c.py(y), c.py(y), left-5, c.py(y)+4, tick(y))
		}
		fmt.Fprintf(&axes, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text>`, c.px(x), chartHeight-foot+14, tick(x))
	}
	fmt.Fprintf(&axes, `<text x="%.1f" y="%.1f" text-anchor="middle">%s</text><text transform="translate(11 %.1f) rotate(-90)" text-anchor="middle">%s</text>`,
		(left+chartWidth-right)/2, chartHeight-6, template.HTMLEscapeString(c.x), (top+chartHeight-foot)/2, template.HTMLEscapeString(c.y))
	return template.HTML(axes.String() + c.b.String() + "</svg>") // every text in it was escaped above
}

// tick writes the number at a mark in three digits, and thousands in full.
func tick(v float64) string {
	if math.Abs(v) >= 1000 && math.Abs(v) < 1e6 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
