package synth

import (
	"cmp"
	"slices"

	"hengxin/credit"
	"hengxin/exact"
)

// never is a day that no province reaches: the end of what has not ended.
const never credit.Date = 1 << 30

// world is what truly happened to one subject, by event date. Its slices are reused from subject to subject.
type world struct {
	firm      Firm
	penalties []penalty
	spells    [numSpells][]spell
	promises  []promise
	grades    []grade
	slumps    []slump
	titles    []spell // innovative: high-tech or specialised
	rated     bool    // environmental grade
	insured   bool    // its people are reported
	metered   bool    // its use of power is reported
	links     links
}

// spell is a state that holds from a day until the day before another.
type spell struct {
	from, until credit.Date
	detail      uint8 // of severe listings: which list; of defaulter listings: the place of their case
	restored    bool  // ends by a decision, not by its period
}

func (s spell) on(day credit.Date) bool { return s.from <= day && day < s.until }

// spellKind numbers the rows of spells.rows; defaulter listings follow from enforcement.
type spellKind uint8

const (
	abnormal spellKind = iota
	taxAbnormal
	enforced
	frozen
	severe
	taxArrears
	socialArrears
	utilityArrears
	defaulter
	numSpells
)

var spellNames = [...]string{"abnormal", "tax_abnormal", "enforcement", "freeze", "severe", "tax_arrears", "social_arrears", "utility_arrears"}

// liveSpells draws the states of courts, lists and arrears. It needs the firm only, so that a controller's can be drawn
// alone.
func (g *gen) liveSpells(w *world) {
	s := newStream(g.seed, w.firm.Index, partSpells)
	from, to, ok := g.span(&w.firm)
	for k := range w.spells {
		w.spells[k] = w.spells[k][:0]
	}
	if !ok {
		return
	}
	for k := range spellNames {
		row := &g.rates.Spells.Rows[k]
		share := row.Share
		if w.firm.Individual() {
			share *= g.rates.Spells.IndividualFactor
			if row.Enterprises {
				continue
			}
		}
		if row.Distress {
			share = min(share*w.firm.distress, 0.4)
		}
		w.spells[k] = g.alternate(&s, w.spells[k], *row, share, from, to, w.firm.Established)
	}
	g.settleLists(&s, w)
	g.liveDefaults(&s, w, to)
}

// alternate draws a state that comes and goes and holds for the given share of the time: on for the row's mean, cut at
// its maximum, off for as long as makes the share. Where the firm is older than the window it may begin within a spell.
func (g *gen) alternate(s *stream, dst []spell, row spellRow, share float64, from, to, born credit.Date) []spell {
	day := from
	on := row.Mean * 365.25
	held := on * (1 - exact.Exp(-row.Max/row.Mean)) // the mean of what the maximum leaves
	off := held * (1 - share) / share
	if born < from && s.chance(share) {
		began := max(born, from-credit.Date(min(s.exponential(on), row.Max*365)))
		day = from + 1 + credit.Date(min(s.exponential(on), row.Max*365))
		dst = append(dst, spell{from: began, until: day, restored: true})
	}
	for {
		day += 1 + credit.Date(min(s.exponential(off), 1e6))
		if day > to {
			return dst
		}
		until := day + 7 + credit.Date(min(s.exponential(on), row.Max*365))
		dst = append(dst, spell{from: day, until: until, restored: true})
		day = until
	}
}

// periodOver are the lists that a listing leaves after 36 months by itself (rows of domain page 1.6).
var periodOver = map[string]bool{"SAMR": true, "TAX": true, "WAGE": true, "SAFE": true, "GOVP": true}

// settleLists names the list of each severe listing and lets some run out by their period.
func (g *gen) settleLists(s *stream, w *world) {
	for i := range w.spells[severe] {
		x := &w.spells[severe][i]
		x.detail = uint8(g.severeLists.draw(s))
		if periodOver[g.severeLists.names[x.detail]] && !s.chance(g.rates.Spells.Restored) {
			x.restored, x.until = false, x.from.AddMonths(36)+1
		}
	}
}

// liveDefaults makes judgment-defaulter listings of a share of the enforcement cases (失信被执行人).
func (g *gen) liveDefaults(s *stream, w *world, to credit.Date) {
	d := &g.rates.Spells.Defaulter
	for i, c := range w.spells[enforced] {
		if i > 255 || !s.chance(d.Share) {
			continue
		}
		x := spell{from: c.from + credit.Date(30+s.below(120)), detail: uint8(i), restored: true}
		x.until = x.from + 7 + credit.Date(min(s.exponential(d.Mean*365.25), d.Max*365))
		if !s.chance(g.rates.Spells.Restored) {
			x.restored, x.until = false, x.from.AddMonths(24)+1
		}
		if x.from <= to {
			w.spells[defaulter] = append(w.spells[defaulter], x)
		}
	}
	slices.SortFunc(w.spells[defaulter], func(a, b spell) int { return cmp.Compare(a.from, b.from) })
}

// in returns the spell that holds on the day, or nil.
func (w *world) in(k spellKind, day credit.Date) *spell {
	for i := range w.spells[k] {
		if w.spells[k][i].on(day) {
			return &w.spells[k][i]
		}
	}
	return nil
}

// troubled reports whether lists or courts hold the subject on the day.
func (w *world) troubled(day credit.Date) bool {
	return w.in(enforced, day) != nil || w.in(defaulter, day) != nil || w.in(severe, day) != nil || w.in(frozen, day) != nil
}

// live makes the whole world of a subject.
func (g *gen) live(index uint64, w *world) {
	g.firm(index, &w.firm)
	g.name(&w.firm)
	g.livePenalties(w)
	g.liveSpells(w)
	g.livePromises(w)
	g.liveActivity(w)
	g.liveLinks(w)
}
