package features

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"hengxin/credit"
)

// relation makes a peer-relative value of a firm's own value and of its peers'.
type relation func(s *PeerStat, x float64) float64

// relations are the forms of peer-relative indicators: the value of the catalogue is form:indicator.
var relations = map[string]relation{
	"percentile": percentile,
	"less_median": func(s *PeerStat, x float64) float64 {
		return x - s.Quantiles[peerSteps/2]
	},
}

// percentile is the share of the peers' 101 quantiles below x, and half of those equal to it: 0 to 1.
func percentile(s *PeerStat, x float64) float64 {
	below := sort.SearchFloat64s(s.Quantiles[:], x)
	upTo := below + sort.Search(len(s.Quantiles)-below, func(i int) bool { return s.Quantiles[below+i] > x })
	return float64(below+upTo) / (2 * float64(len(s.Quantiles)))
}

// relative is a peer-relative indicator of a set.
type relative struct {
	indicator int // of the set
	own       int // of the set, that of the firm itself; -1 where the set does not have it
	base      int // of the table
	relation  relation
}

// relate finds the indicators that peer-relative rows are made of: rows of the same table, above them.
func relate(rows []Indicator) error {
	for i := range rows {
		ind := &rows[i]
		form, id, ok := strings.Cut(ind.Value, ":")
		if !ok {
			continue
		}
		at := slices.IndexFunc(rows[:i], func(r Indicator) bool { return r.ID == id })
		if at < 0 || relations[form] == nil {
			return fmt.Errorf("catalogue: indicator %s: value %q: want percentile or less_median, and an indicator above: %w", ind.ID, ind.Value, credit.ErrInvalid)
		}
		base := rows[at]
		if ind.Of != base.Of || ind.Window != base.Window || ind.Pick != base.Pick || ind.Reads != base.Reads || !slices.Equal(ind.Sources, base.Sources) || ind.ZeroIfNone {
			return fmt.Errorf("catalogue: indicator %s: want sources, reads, of, window and pick of %s, and missing none: %w", ind.ID, id, credit.ErrInvalid)
		}
		ind.base, ind.relation, ind.value = &base, relations[form], base.value
	}
	return nil
}

// WithPeers returns the set with a table of peers, under another digest where an indicator of it is relative to peers.
// It returns [credit.ErrInvalid] for a table that was made of indicators with another version, or lacks one.
func (s *Set) WithPeers(p *Peers) (*Set, error) {
	if p == nil || len(s.plan.relative) == 0 {
		return s, nil
	}
	out := *s
	out.peers, out.plan.relative = p, slices.Clone(s.plan.relative)
	for i := range out.plan.relative {
		r := &out.plan.relative[i]
		base := out.indicators[r.indicator].base
		r.base = slices.Index(p.bases, PeerBase{base.ID, base.Version})
		if r.base < 0 {
			return nil, fmt.Errorf("peers %s: made without version %d of %s (make the table anew with hengxin indicators peers): %w",
				p.digest, base.Version, base.ID, credit.ErrInvalid)
		}
	}
	out.canonical = append(slices.Clone(s.canonical), p.digest[:]...)
	out.seal()
	return &out, nil
}

// Peers returns the set's table of peers; nil where it has none, or needs none.
func (s *Set) Peers() *Peers { return s.peers }

// ReadsPeers reports whether an indicator of the set is relative to peers, so that whoever builds with it needs a table.
func (s *Set) ReadsPeers() bool { return len(s.plan.relative) > 0 }

// planRelative notes a peer-relative indicator, and that the register is read for its cell.
func (s *Set) planRelative(i int) {
	s.plan.register = s.plan.list(selections["registrations"], &Indicator{Of: "registrations", Reads: ReadsCounted})
	s.plan.relative = append(s.plan.relative, relative{indicator: i, own: -1, base: -1, relation: s.indicators[i].relation})
}

// linkRelative finds the firm's own values in the set.
func (s *Set) linkRelative() {
	for i := range s.plan.relative {
		r := &s.plan.relative[i]
		if own, ok := s.byID[s.indicators[r.indicator].base.ID]; ok {
			r.own = own
		}
	}
}

// relate fills the peer-relative values of the row of the day.
func (v *view) relate(row []float64, missing []Missing) {
	edition := v.fold.set.peers.on(v.day)
	if edition == nil {
		return
	}
	section, band := v.cell()
	for i := range v.plan.relative {
		r := &v.plan.relative[i]
		if missing[r.indicator] != NotMissing {
			continue
		}
		var x float64
		if r.own >= 0 {
			x = row[r.own]
		} else {
			x = v.own(&v.fold.set.indicators[r.indicator])
		}
		if s := edition.stat(section, band, r.base); s != nil && x == x {
			row[r.indicator] = r.relation(s, x)
		}
	}
}

// own is the firm's own value of what a peer-relative indicator compares.
func (v *view) own(ind *Indicator) float64 {
	items := v.picked(ind)
	if len(items) == 0 {
		return ind.base.blank()
	}
	return ind.value(v, items)
}

// register are the registrations of the day, latest first.
func (v *view) register() []*item {
	if l := &v.lists[v.plan.register]; l.turn == v.turn {
		return l.items
	}
	return nil
}

// cell is where the firm's peers are on the day: 0 for a section or band that is not known.
func (v *view) cell() (section, band int) {
	if list := v.register(); len(list) > 0 {
		if x := industrySection(v, list); x == x {
			section = int(x)
		}
		if x := capitalBand(v, list); x == x {
			band = int(x)
		}
	}
	return section, band
}

// citeCell appends the registrations that say in which cell the firm is.
func (v *view) citeCell(dst []credit.ID) []credit.ID {
	section, band := false, false
	for _, it := range v.register() {
		if !section && v.section(it) > 0 || !band && it.number > 0 {
			dst = append(dst, it.rec.ID)
		}
		section, band = section || v.section(it) > 0, band || it.number > 0
	}
	return dst
}

// whyRelative says why a peer-relative indicator that is covered has no value on the day.
func (f *Fold) whyRelative(ind *Indicator) Missing {
	x := f.view.own(ind)
	switch {
	case x == x:
		return NoPeers
	case len(f.view.picked(ind)) == 0:
		return NoRecord
	}
	return NotStated
}

// section is the industry section that a registration states, 1 for A to 20 for T; 0 where it states none.
func (v *view) section(it *item) int {
	if it.typ < 0 {
		return 0
	}
	if text := v.fold.names.texts[it.typ]; len(text) > 0 && text[0] >= 'A' && text[0] <= 'T' {
		return int(text[0]-'A') + 1
	}
	return 0
}

// industrySection is the section of GB/T 4754 that the latest registration which states one does.
func industrySection(v *view, items []*item) float64 {
	for _, it := range items {
		if s := v.section(it); s > 0 {
			return float64(s)
		}
	}
	return math.NaN()
}

// capitalBands are the lower ends, in fen, of the bands 2, 3 and 4 of registered capital: half a million, two million and
// ten million yuan. They group firms for comparison and are no official classes of size.
var capitalBands = [...]float64{50_000_000, 200_000_000, 1_000_000_000}

// capitalBand is the band of the registered capital that the latest registration which states one does.
func capitalBand(_ *view, items []*item) float64 {
	for _, it := range items {
		if it.number > 0 {
			band := 1
			for _, from := range capitalBands {
				if it.number >= from {
					band++
				}
			}
			return float64(band)
		}
	}
	return math.NaN()
}

var relativeValues = map[string]valueFunc{
	"industry_section": industrySection,
	"capital_band":     capitalBand,
}
