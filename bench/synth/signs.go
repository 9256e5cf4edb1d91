package main

import (
	"fmt"
	"math"

	"hengxin/datasets"
	"hengxin/datasets/synth"
)

// cell counts rows in which a factor holds, or shows, and rows in which it does not.
type cell struct{ rows, bad, logit float64 }

func (c cell) odds() float64 { return math.Log((c.bad + 0.5) / (c.rows - c.bad + 0.5)) }

// expectedZ is the log odds ratio of the rates over its standard error where n1 of n rows have the factor and the bad rate
// is p. The firm's unseen factor makes what is seen of a log odds ratio smaller, by about sqrt(1 + 0.346 sd^2) (Zeger,
// Liang and Albert, Biometrics 44 (1988) 1049).
func (c *check) expectedZ(odds, n1, n, p float64) float64 {
	sd := c.rates.Loans.FirmSD
	seen := math.Log(odds) / math.Sqrt(1+0.346*sd*sd)
	return seen * math.Sqrt(p*(1-p)*n1*(n-n1)/n)
}

// signs prints, for each factor, what the training rows say of it and what the card makes of it, and returns the number of
// factors with an expected |z| of 3 or more that came out wrong.
func (c *check) signs() (wrong int, err error) {
	shows, err := readFactors()
	if err != nil {
		return 0, err
	}
	fmt.Println("| factor | odds | rows | expected z | log odds ratio where it shows | its z | card, log odds | ok | AUC of the visible logit without it |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	full, err := c.area(datasets.Test, func(i int) float64 { return c.truths[i].visible })
	if err != nil {
		return 0, err
	}
	for f, name := range synth.FactorNames() {
		odds := c.rates.Loans.Odds[name]
		n, n1, p := c.holds(f)
		z := c.expectedZ(odds, n1, n, p)
		without, err := c.area(datasets.Test, func(i int) float64 { return c.truths[i].visible - float64(c.truths[i].factors[f]*math.Log(odds)) })
		if err != nil {
			return 0, err
		}
		row := fmt.Sprintf("| %s | %.2f | %.0f | %.1f |", name, odds, n1, z)
		ok := c.judge(shows, name, odds, &row)
		if f := hidden[name]; f {
			ok = "hidden by law"
		} else if ok != "yes" && math.Abs(z) >= 3 {
			wrong++
		} else if math.Abs(z) < 3 {
			ok += " (not asked)"
		}
		fmt.Printf("%s %s | %+.4f |\n", row, ok, without.Value-full.Value)
	}
	return wrong, nil
}

// hidden are the factors that no lender may see.
var hidden = map[string]bool{"repaired_penalty_24m": true}

// holds counts, among training rows, those with the factor, and their bad rate by the true probability.
func (c *check) holds(f int) (n, n1, p float64) {
	for i, t := range c.truths {
		if c.sides[i] != datasets.Train {
			continue
		}
		n++
		p += t.probability
		if t.factors[f] > 0 {
			n1++
		}
	}
	return n, n1, p / n
}

// judge compares rows in which the factor shows with the others, by outcome and by the card, and adds to the printed row.
func (c *check) judge(shows []shown, name string, odds float64, row *string) string {
	for k := range shows {
		s := &shows[k]
		if s.factor != name {
			continue
		}
		if column := s.missing(c.frame); column != "" || len(s.shows) == 0 {
			*row += " no indicator | | |"
			return "no"
		}
		var sides [2]cell
		for i, t := range c.truths {
			at := -1
			if c.sides[i] == datasets.Train {
				at = s.side(c.frame, i)
			}
			if at < 0 {
				continue
			}
			x := &sides[at]
			x.rows++
			x.logit += math.Log(c.card[i] / (1 - c.card[i]))
			if t.bad {
				x.bad++
			}
		}
		if sides[0].rows == 0 || sides[1].rows == 0 {
			*row += " shows in no row | | |"
			return "no"
		}
		return verdict(sides, odds, row)
	}
	return "no"
}

func verdict(s [2]cell, odds float64, row *string) string {
	ratio := s[1].odds() - s[0].odds()
	se := math.Sqrt(1/(s[1].bad+0.5) + 1/(s[0].bad+0.5) + 1/(s[1].rows-s[1].bad+0.5) + 1/(s[0].rows-s[0].bad+0.5))
	card := s[1].logit/s[1].rows - s[0].logit/s[0].rows
	*row += fmt.Sprintf(" %+.2f | %+.1f | %+.2f |", ratio, ratio/se, card)
	right := math.Log(odds) > 0
	if (ratio > 0) == right && (card > 0) == right {
		return "yes"
	}
	return "no"
}
