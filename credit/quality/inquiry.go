package quality

import (
	"cmp"
	"slices"
	"sort"
)

// What an inquiry keeps and offers.
const (
	keepCandidates = 5    // a person looks at no more
	minScore       = 0.55 // below this, names have little in common but their kind of business
	commonPair     = 300  // a pair of characters that more of the asked names share finds no candidates by itself
)

// Candidate is a subject that a name may speak of, and how like the names are: 1 where the normal forms are equal.
type Candidate struct {
	Named
	Score float64 `json:"score"`
}

// compare puts the better first.
func (a *Candidate) compare(b *Candidate) int {
	return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Subject, b.Subject), a.Named.compare(&b.Named))
}

// Outcome is what an inquiry comes to for one name.
type Outcome uint8

const (
	Unresolved Outcome = iota // no registered name is near it
	Review                    // a person must choose
	Resolved                  // by one equal name, or by a decision
)

// String returns unresolved, review or resolved.
func (o Outcome) String() string { return [...]string{"unresolved", "review", "resolved"}[o] }

// Answer is what an inquiry says of one name.
type Answer struct {
	Name       string
	Normal     string
	Outcome    Outcome
	Evidence   Evidence    // of Resolved
	Why        string      // of the other two
	Candidates []Candidate // of Review: best first
}

// Why a name is not resolved.
const (
	WhyNoName    = "no_name"        // empty, longer than 1,000 bytes, or no UTF-8
	WhyNone      = "no_candidate"   // nothing registered is near it
	WhyShared    = "shared_name"    // several subjects have or had the name
	WhyLike      = "only_alike"     // registered names are like it, none is equal
	WhyPersonal  = "may_be_person"  // equal to one registered name, and short enough for a person's
	WhyDecidedNo = "decided_no_one" // a person decided that it is none of the candidates
)

// Inquiry looks for the subjects of a list of names. It sees every registered name once and keeps candidates for the asked
// names alone, so that its memory grows with the question and not with the register. The order of seeing changes no answer.
type Inquiry struct {
	asked     []askedName
	byNormal  map[string]int
	byPair    map[uint64][]int32
	decisions map[string]Decision
	hits      []int32 // scratch: pairs that the name seen shares, by asked name
	touched   []int32
}

type askedName struct {
	name, normal, core string
	pairs              []uint64
	equal              []Candidate // at most two subjects: more change nothing
	alike              []Candidate
}

// NewInquiry begins an inquiry for the names; equal normal forms are asked once. decisions may be nil.
func NewInquiry(names []string, decisions map[string]Decision) *Inquiry {
	q := &Inquiry{byNormal: map[string]int{}, byPair: map[uint64][]int32{}, decisions: decisions}
	for _, name := range names {
		normal := Normal(name)
		if _, known := q.byNormal[normal]; known || normal == "" {
			continue
		}
		a := askedName{name: name, normal: normal}
		a.core, _ = form(normal)
		a.pairs = pairsOf(a.core)
		q.byNormal[normal] = len(q.asked)
		for _, p := range a.pairs {
			q.byPair[p] = append(q.byPair[p], int32(len(q.asked)))
		}
		q.asked = append(q.asked, a)
	}
	for p, at := range q.byPair {
		if len(at) > commonPair {
			q.byPair[p] = nil // known, and finds nothing by itself
		}
	}
	q.hits = make([]int32, len(q.asked))
	return q
}

// pairsOf returns the distinct pairs of neighbouring characters, ascending; a single character is a pair with nothing.
func pairsOf(s string) []uint64 {
	var pairs []uint64
	last := rune(0)
	n := 0
	for _, r := range s {
		if n > 0 {
			pairs = append(pairs, uint64(last)<<32|uint64(r))
		}
		last, n = r, n+1
	}
	if n == 1 {
		pairs = append(pairs, uint64(last)<<32)
	}
	slices.Sort(pairs)
	return slices.Compact(pairs)
}

// dice is Dice's coefficient of two ascending sets: twice what they share over what they hold.
func dice(a, b []uint64) float64 {
	shared, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			shared, i, j = shared+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if len(a)+len(b) == 0 {
		return 0
	}
	return float64(2*shared) / float64(len(a)+len(b))
}

// See takes one registered name.
func (q *Inquiry) See(n Named) {
	normal := Normal(n.Name)
	if normal == "" {
		return
	}
	if at, ok := q.byNormal[normal]; ok {
		q.asked[at].equal = keep(q.asked[at].equal, Candidate{n, 1}, keepCandidates)
	}
	core, _ := form(normal)
	pairs := pairsOf(core)
	common := 0
	for _, p := range pairs {
		list, known := q.byPair[p]
		if known && list == nil {
			common++
		}
		for _, at := range list {
			if q.hits[at]++; q.hits[at] == 1 {
				q.touched = append(q.touched, at)
			}
		}
	}
	for _, at := range q.touched {
		a, most := &q.asked[at], int(q.hits[at])+common
		q.hits[at] = 0
		if a.normal == normal || !a.near(most, len(pairs)) {
			continue
		}
		// A form of business that differs, or a district in front, is much less than another name: the core decides.
		if score := dice(a.pairs, pairs) * 0.99; score >= minScore {
			a.alike = keep(a.alike, Candidate{n, score}, keepCandidates)
		}
	}
	q.touched = q.touched[:0]
}

// near reports whether a name of so many pairs, of which it shares no more than most, could be among the candidates.
func (a *askedName) near(most, pairs int) bool {
	best := float64(2*most) / float64(len(a.pairs)+pairs) * 0.99
	return best >= minScore && (len(a.alike) < keepCandidates || best >= a.alike[len(a.alike)-1].Score)
}

// keep puts c among the best limit candidates, one a subject. What is kept does not depend on the order: a subject that
// was dropped comes back only with a better name.
func keep(best []Candidate, c Candidate, limit int) []Candidate {
	for i := range best {
		if best[i].Subject == c.Subject {
			if c.compare(&best[i]) >= 0 {
				return best
			}
			best = slices.Delete(best, i, i+1)
			break
		}
	}
	at := sort.Search(len(best), func(i int) bool { return c.compare(&best[i]) < 0 })
	best = slices.Insert(best, at, c)
	return best[:min(len(best), limit)]
}

// Answer says what the inquiry has come to for a name that was asked.
func (q *Inquiry) Answer(name string) Answer {
	a := Answer{Name: name, Normal: Normal(name)}
	at, ok := q.byNormal[a.Normal]
	if !ok {
		a.Why = WhyNoName
		return a
	}
	if d, ok := q.decisions[a.Normal]; ok {
		if a.Why = WhyDecidedNo; d.Subject != "" {
			a.Outcome, a.Evidence, a.Why = Resolved, d.evidence(), ""
		}
		return a
	}
	known := &q.asked[at]
	a.Candidates = append(slices.Clone(known.equal), known.alike...)
	a.Candidates = a.Candidates[:min(len(a.Candidates), keepCandidates)]
	switch {
	case len(a.Candidates) == 0:
		a.Why = WhyNone
	case len(known.equal) > 1:
		a.Outcome, a.Why = Review, WhyShared
	case len(known.equal) == 0:
		a.Outcome, a.Why = Review, WhyLike
	case personal(a.Normal):
		a.Outcome, a.Why = Review, WhyPersonal
	default:
		a.Outcome, a.Evidence, a.Candidates = Resolved, Evidence{Named: known.equal[0].Named, Normal: a.Normal}, nil
	}
	return a
}
