package features

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
)

// Peers is a frozen table of how indicators lie among firms of one trade and size: what peer-relative indicators are
// measured against. A cell is an industry section (the indicator reg_section) with a band of registered capital
// (reg_capital_band), or the section as a whole. It has editions, each as of a day and used from that day on, so that no
// row sees peers of a later day. It does not change and is for any number of goroutines.
type Peers struct {
	least     int // firms with a value without which a cell says nothing
	bases     []PeerBase
	editions  []peerEdition // ascending by day
	canonical []byte
	digest    credit.Digest
}

// PeerBase is an indicator that the table describes, in the version that it was made of.
type PeerBase struct {
	ID      string
	Version int
}

// peerSteps is the number of steps between the quantiles of a cell: 100 steps have 101 quantiles.
const peerSteps = 100

// PeerStat is what a cell says of one indicator: how many firms have a value, their mean, and the quantiles at 0, 1 to
// 100 %: order statistic floor(k (n-1) / 100) of the ascending values.
type PeerStat struct {
	N         int
	Mean      float64
	Quantiles [peerSteps + 1]float64
}

// peerCell names a cell: the section from 1 (A), the band of capital from 1, 0 for all bands.
type peerCell struct{ section, band int }

type peerEdition struct {
	day   credit.Date
	cells map[peerCell][]*PeerStat // by base; nil where fewer firms than the least have a value
}

// PeerBases returns the indicators that a peer table must describe for the catalogue, each once, by id.
func PeerBases() []PeerBase {
	var bases []PeerBase
	for i := range Catalogue() {
		if ind := &Catalogue()[i]; ind.base != nil {
			bases = append(bases, PeerBase{ind.base.ID, ind.base.Version})
		}
	}
	slices.SortFunc(bases, func(a, b PeerBase) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Compact(bases)
}

// PeerCellIDs are the indicators that say in which cell a firm is: its industry section and its band of capital.
func PeerCellIDs() (section, band string) { return "reg_section", "reg_capital_band" }

// Digest names the table: SHA-256 of its canonical bytes.
func (p *Peers) Digest() credit.Digest { return p.digest }

// Canonical returns the bytes of the table as [ReadPeers] reads them. The caller must not change them.
func (p *Peers) Canonical() []byte { return p.canonical }

// Days returns the days of the editions, ascending.
func (p *Peers) Days() []credit.Date {
	days := make([]credit.Date, len(p.editions))
	for i := range p.editions {
		days[i] = p.editions[i].day
	}
	return days
}

// on is the edition that is used on the day: the latest that is not after it.
func (p *Peers) on(day credit.Date) *peerEdition {
	for i := len(p.editions) - 1; i >= 0; i-- {
		if p.editions[i].day <= day {
			return &p.editions[i]
		}
	}
	return nil
}

// stat is what peers say of base b: those of the band, or else of the whole section; nil where both are too few.
func (e *peerEdition) stat(section, band, b int) *PeerStat {
	for _, cell := range [2]peerCell{{section, band}, {section, 0}} {
		if stats := e.cells[cell]; stats != nil && stats[b] != nil {
			return stats[b]
		}
	}
	return nil
}

// PeerBuilder collects rows of a dataset into a table of peers.
type PeerBuilder struct {
	least int
	bases []PeerBase
	rows  map[credit.Date]map[peerCell][][]float64
}

// NewPeerBuilder returns a builder for [PeerBases]; cells with fewer than least values of an indicator are left out.
func NewPeerBuilder(least int) (*PeerBuilder, error) {
	if least < 2 {
		return nil, fmt.Errorf("peers: at least %d firms a cell: want 2 or more, few firms can be told by their figures: %w", least, credit.ErrInvalid)
	}
	return &PeerBuilder{least: least, bases: PeerBases(), rows: map[credit.Date]map[peerCell][][]float64{}}, nil
}

// Bases are the indicators whose values [PeerBuilder.Add] takes, in order.
func (b *PeerBuilder) Bases() []PeerBase { return b.bases }

// Add takes one firm on one day: its section and band, NaN where not known, and its values of the bases, NaN where
// missing. A firm without a section is passed over; one without a band counts in its section alone.
func (b *PeerBuilder) Add(day credit.Date, section, band float64, values []float64) {
	if section != section {
		return
	}
	cells := b.rows[day]
	if cells == nil {
		cells = map[peerCell][][]float64{}
		b.rows[day] = cells
	}
	put := func(cell peerCell) {
		lists := cells[cell]
		if lists == nil {
			lists = make([][]float64, len(b.bases))
			cells[cell] = lists
		}
		for i, x := range values {
			if x == x {
				lists[i] = append(lists[i], x)
			}
		}
	}
	put(peerCell{int(section), 0})
	if band == band {
		put(peerCell{int(section), int(band)})
	}
}

// Table returns the table of all that was added. It does not depend on the order of the rows.
func (b *PeerBuilder) Table() (*Peers, error) {
	p := &Peers{least: b.least, bases: b.bases}
	for day, cells := range b.rows {
		e := peerEdition{day: day, cells: map[peerCell][]*PeerStat{}}
		for cell, lists := range cells {
			stats, some := make([]*PeerStat, len(lists)), false
			for i, values := range lists {
				if len(values) >= b.least {
					stats[i], some = statOf(values), true
				}
			}
			if some {
				e.cells[cell] = stats
			}
		}
		p.editions = append(p.editions, e)
	}
	slices.SortFunc(p.editions, func(x, y peerEdition) int { return cmp.Compare(x.day, y.day) })
	if len(p.editions) == 0 {
		return nil, fmt.Errorf("peers: no firm states its industry: %w", credit.ErrInvalid)
	}
	p.seal()
	return p, nil
}

func statOf(values []float64) *PeerStat {
	slices.Sort(values)
	s := &PeerStat{N: len(values)}
	for _, x := range values {
		s.Mean += x
	}
	s.Mean /= float64(s.N)
	for k := range s.Quantiles {
		s.Quantiles[k] = values[k*(s.N-1)/peerSteps]
	}
	return s
}

const peersFormat = "hengxin-peers-1"

// seal writes the canonical bytes: a line of the format, one of the bases, and one for each edition, cell and base, in
// order.
func (p *Peers) seal() {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write([]string{peersFormat, strconv.Itoa(p.least)})
	var head []string
	for _, base := range p.bases {
		head = append(head, base.ID+" "+strconv.Itoa(base.Version))
	}
	_ = w.Write(head)
	for i := range p.editions {
		e := &p.editions[i]
		_ = w.Write([]string{e.day.String()})
		cells := make([]peerCell, 0, len(e.cells))
		for c := range e.cells {
			cells = append(cells, c)
		}
		slices.SortFunc(cells, func(a, b peerCell) int {
			return cmp.Or(cmp.Compare(a.section, b.section), cmp.Compare(a.band, b.band))
		})
		for _, c := range cells {
			for j, s := range e.cells[c] {
				if s != nil {
					_ = w.Write(s.line(c, j))
				}
			}
		}
	}
	w.Flush()
	p.canonical = b.Bytes()
	p.digest = sha256.Sum256(p.canonical)
}

func (s *PeerStat) line(c peerCell, base int) []string {
	text := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	line := []string{strconv.Itoa(c.section), strconv.Itoa(c.band), strconv.Itoa(base), strconv.Itoa(s.N), text(s.Mean)}
	for _, q := range s.Quantiles {
		line = append(line, text(q))
	}
	return line
}

// ReadPeers reads a table in its canonical bytes. It returns [credit.ErrInvalid] with the line for anything else.
func ReadPeers(b []byte) (*Peers, error) {
	in := csv.NewReader(bytes.NewReader(b))
	in.FieldsPerRecord = -1
	p := &Peers{}
	for line := 1; ; line++ {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = p.readLine(line, cells)
		}
		if err != nil {
			return nil, fmt.Errorf("peers: line %d: %w: %w", line, err, credit.ErrInvalid)
		}
	}
	if p.seal(); !bytes.Equal(p.canonical, b) || len(p.editions) == 0 {
		return nil, fmt.Errorf("peers: not in the form that hengxin indicators peers writes: %w", credit.ErrInvalid)
	}
	return p, nil
}

var errPeerLine = errors.New("want format, indicators, days and cells as hengxin indicators peers writes them")

func (p *Peers) readLine(line int, cells []string) (err error) {
	switch {
	case line == 1:
		if len(cells) != 2 || cells[0] != peersFormat {
			return errPeerLine
		}
		p.least, err = strconv.Atoi(cells[1])
		return err
	case line == 2:
		for _, c := range cells {
			id, version, _ := strings.Cut(c, " ")
			v, err := strconv.Atoi(version)
			if err != nil {
				return err
			}
			p.bases = append(p.bases, PeerBase{id, v})
		}
		return nil
	case len(cells) == 1:
		day, err := credit.ParseDate(cells[0])
		if n := len(p.editions); err == nil && n > 0 && p.editions[n-1].day >= day {
			return errPeerLine
		}
		p.editions = append(p.editions, peerEdition{day: day, cells: map[peerCell][]*PeerStat{}})
		return err
	case len(p.editions) == 0 || len(cells) != peerSteps+6:
		return errPeerLine
	}
	return p.readStat(cells)
}

func (p *Peers) readStat(cells []string) error {
	var n [4]int
	for i := range n {
		var err error
		if n[i], err = strconv.Atoi(cells[i]); err != nil {
			return err
		}
	}
	if n[2] < 0 || n[2] >= len(p.bases) || n[3] < p.least {
		return errPeerLine
	}
	s := &PeerStat{N: n[3]}
	for i, text := range cells[4:] {
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) || i > 1 && x < s.Quantiles[i-2] {
			return errPeerLine
		}
		if i == 0 {
			s.Mean = x
		} else {
			s.Quantiles[i-1] = x
		}
	}
	e, cell := &p.editions[len(p.editions)-1], peerCell{n[0], n[1]}
	if e.cells[cell] == nil {
		e.cells[cell] = make([]*PeerStat, len(p.bases))
	}
	e.cells[cell][n[2]] = s
	return nil
}
