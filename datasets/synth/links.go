package synth

import "hengxin/credit"

// Relations must be known from both ends without looking at the whole province: subjects come in blocks of 64, and in
// each block a permutation says who may hold whom.
const (
	blockSize     = 64
	majorityShare = 0.6 // of holdings, those of half the capital or more
)

// link is a holding between two enterprises.
type link struct {
	other credit.Subject
	index uint64
	share int // percent
	since credit.Date
}

// links are the one firm that holds the subject and the one that it holds; a zero since means none.
type links struct{ holder, held link }

// blockMap is x -> a*x + c mod 64 with odd a: a bijection of the block.
func (g *gen) blockMap(index uint64) (a, c uint64) {
	s := newStream(g.seed, index/blockSize, partRelations)
	return s.next() | 1, s.next()
}

func (g *gen) heldBy(index uint64) uint64 {
	a, c := g.blockMap(index)
	return index/blockSize*blockSize + (a*(index%blockSize)+c)%blockSize
}

func (g *gen) holderOf(index uint64) uint64 {
	a, c := g.blockMap(index)
	inverse := a // Newton's iteration: a*a = 1 mod 8, each step doubles the bits
	for range 4 {
		inverse *= 2 - a*inverse
	}
	return index/blockSize*blockSize + inverse*(index%blockSize-c)%blockSize
}

// liveLinks finds the two holdings of an enterprise.
func (g *gen) liveLinks(w *world) {
	w.links = links{}
	if w.firm.Class != "91" {
		return
	}
	up, down := g.holderOf(w.firm.Index), g.heldBy(w.firm.Index)
	if up == w.firm.Index {
		return
	}
	w.links.holder = g.link(up, &w.firm, up)
	w.links.held = g.link(down, &w.firm, w.firm.Index)
}

// link describes the holding between f and another firm; its terms come from the stream of the holder, so that both
// ends agree.
func (g *gen) link(other uint64, f *Firm, holder uint64) link {
	s := newStream(g.seed, holder, partLinks)
	var o Firm
	if !s.chance(g.blockLinks) {
		return link{}
	}
	if g.firmHead(other, &o); o.Class != "91" {
		return link{}
	}
	g.firm(other, &o)
	l := link{index: other, share: 5 + s.below(45), since: max(f.Established, o.Established) + credit.Date(s.below(700))}
	if s.chance(majorityShare) {
		l.share = 50 + s.below(51)
	}
	if l.since > g.to || !o.alive(l.since) || !f.alive(l.since) {
		return link{}
	}
	l.other = credit.Subject(o.code[:])
	return l
}
