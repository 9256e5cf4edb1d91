package synth

import (
	"math"
	"slices"

	"hengxin/credit"
)

// sharesSomeone reports whether the firm would share its legal representative with the one that the permutation of its
// block names.
func (g *gen) sharesSomeone(index uint64) bool {
	s := newStream(g.seed, index, partOfficers)
	return s.chance(g.sharing)
}

// sharingChance is the chance of a firm to share, such that the stated share of enterprises do: the other one must be an
// enterprise too, and share with nobody in its turn.
func sharingChance(share, enterprises float64) float64 {
	return (1 - math.Sqrt(1-4*min(share/enterprises, 0.25))) / 2
}

// partner is the enterprise whose legal representative is also that of the given one; ok is false where it has its own.
func (g *gen) partner(index uint64) (other uint64, ok bool) {
	other = g.heldBy(index)
	if other == index || !g.sharesSomeone(index) || g.sharesSomeone(other) {
		return 0, false
	}
	var a, b Firm
	g.firmHead(index, &a)
	g.firmHead(other, &b)
	return other, !a.Individual() && !b.Individual()
}

// representative is the pseudonym of the first legal representative of an enterprise.
func (g *gen) representative(index uint64) string {
	if other, ok := g.partner(index); ok {
		index = other
	}
	return g.person(index, 0)
}

// person is a made-up pseudonym: there is nobody behind it.
func (g *gen) person(index uint64, turn int) string {
	const digits = "0123456789abcdef"
	s := newStream(g.seed+uint64(turn), index, partPeople)
	n := s.next()
	b := make([]byte, 0, 16)
	for range 16 {
		b = append(b, digits[n&15])
		n >>= 4
	}
	return string(b)
}

// reportOfficers tells the legal representative of an enterprise, the other firm of that person where there is one, and
// each next representative when the register changed it.
func (w *worker) reportOfficers(to credit.Date) {
	f := &w.world.firm
	if f.Individual() {
		return
	}
	slices.Sort(w.handovers)
	person, began := w.representative(f.Index), f.Established
	shared, since := w.reportSharing(person)
	for turn := 0; ; turn++ {
		w.body().put(credit.FieldRole, "legal_representative").put(credit.FieldPerson, person)
		id := w.add(fact{kind: credit.KindOfficer, src: srcRegister, event: began, lag: 1, amount: credit.NoFen})
		if turn >= len(w.handovers) || w.handovers[turn] > to {
			return
		}
		began = w.handovers[turn]
		w.endOffice(id, began)
		for _, gone := range shared {
			w.endOffice(gone, max(began, since))
		}
		shared, since = nil, credit.NoDate
		person = w.person(f.Index, turn+1)
	}
}

// reportSharing tells the other enterprises of the first legal representative, on either side of the permutation, and
// returns the day since which all of them are.
func (w *worker) reportSharing(person string) (told []credit.ID, since credit.Date) {
	f := &w.world.firm
	var others []uint64
	if other, ok := w.partner(f.Index); ok {
		others = append(others, other)
	}
	if up := w.holderOf(f.Index); up != f.Index {
		if _, ok := w.partner(up); ok {
			others = append(others, up)
		}
	}
	var o Firm
	for _, index := range others {
		w.firm(index, &o)
		if _, _, ok := w.span(&o); !ok {
			continue // it was gone before the province's time: its own history does not tell it either
		}
		w.body().put(credit.FieldRole, "legal_representative").put(credit.FieldCounterpart, string(o.code[:])).put(credit.FieldPerson, person)
		since = max(since, f.Established, o.Established)
		id := w.add(fact{kind: credit.KindOfficer, src: srcRegister, event: max(f.Established, o.Established), lag: 1, amount: credit.NoFen})
		if !id.IsZero() {
			told = append(told, id)
		}
	}
	return told, since
}

func (w *worker) endOffice(id credit.ID, day credit.Date) {
	w.body()
	w.add(fact{kind: credit.KindRemoval, src: srcRegister, event: day, lag: 1, target: id, amount: credit.NoFen})
}
