package synth

import (
	"math"
	"slices"

	"hengxin/exact"
)

// stream is a sequence of random numbers (splitmix64: Steele, Lea and Flood, Fast splittable pseudorandom number
// generators, 2014). Each part of each subject has its own, so that parts do not depend on each other's use.
type stream uint64

const golden = 0x9e3779b97f4a7c15

// mix64 is the finaliser of splitmix64: a bijection of 64 bits.
func mix64(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// part is what a stream is for.
type part uint64

const (
	partProfile part = iota + 1
	partPenalties
	partSpells
	partCommitments
	partActivity
	partPapers
	partReports
	partLoans
	partOutages
	partRelations
	partLinks
	partCodes
	partRaw
	partBlocks
	partOfficers
	partPeople
	partLoop
	partGuarantees
	partStray
	partNumbers
	partNames
)

func newStream(seed, index uint64, p part) stream {
	return stream(mix64(mix64(seed+golden*uint64(p)) + golden*(index+1)))
}

func (s *stream) next() uint64 {
	*s += golden
	return mix64(uint64(*s))
}

// unit is uniform on (0, 1), never an end of it: 53 bits and a half.
func (s *stream) unit() float64 { return (float64(s.next()>>11) + 0.5) / (1 << 53) }

// chance is true with probability p.
func (s *stream) chance(p float64) bool { return s.unit() < p }

// below is uniform on 0 .. n-1; the bias of the product is below 2^-32 for the small n here.
func (s *stream) below(n int) int { return int((s.next() >> 32) * uint64(n) >> 32) }

// between is uniform on a .. b, both included; a where b is not above it.
func (s *stream) between(a, b int) int {
	if b <= a {
		return a
	}
	return a + s.below(b-a+1)
}

// normal is standard normal (the polar method of Marsaglia, 1964).
func (s *stream) normal() float64 {
	for {
		u, v := 2*s.unit()-1, 2*s.unit()-1
		q := float64(u*u) + float64(v*v)
		if q < 1 && q > 0 {
			return u * math.Sqrt(-2*exact.Log(q)/q)
		}
	}
}

// logNormal has the given median and standard deviation of the logarithm.
func (s *stream) logNormal(median, sd float64) float64 { return median * exact.Exp(sd*s.normal()) }

// exponential has the given mean.
func (s *stream) exponential(mean float64) float64 { return -mean * exact.Log(s.unit()) }

// gamma has the given shape and mean 1 (Marsaglia and Tsang, A simple method for generating gamma variables, 2000; for
// a shape below 1 with their boost).
func (s *stream) gamma(shape float64) float64 {
	k, boost := shape, 1.0
	if k < 1 {
		boost = exact.Exp(exact.Log(s.unit()) / k)
		k++
	}
	d := k - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := s.normal()
		t := 1 + float64(c*x)
		if t <= 0 {
			continue
		}
		v := t * t * t
		if exact.Log(s.unit()) < float64(x*x)/2+d-float64(d*v)+float64(d*exact.Log(v)) {
			return d * v * boost / shape
		}
	}
}

// poissonMax bounds one draw: no part of a subject may have more events.
const poissonMax = 400

// poisson counts events at the given mean (Knuth's product of uniforms; means here are small).
func (s *stream) poisson(mean float64) int {
	if mean <= 0 {
		return 0
	}
	limit, p := exact.Exp(-min(mean, poissonMax/2)), 1.0
	for n := range poissonMax {
		p *= s.unit()
		if p < limit {
			return n
		}
	}
	return poissonMax
}

// mix is a discrete distribution over names.
type mix struct {
	names []string
	upto  []float64
}

// newMix lays out a map in the order of its names, so that the map's own order plays no part.
func newMix(m map[string]float64) mix {
	var x mix
	sum := 0.0
	for _, name := range sortedKeys(m) {
		sum += m[name]
		x.names, x.upto = append(x.names, name), append(x.upto, sum)
	}
	return x
}

// draw returns the index of a name.
func (x *mix) draw(s *stream) int { return search(x.upto, s.unit()) }

// search returns the first i with upto[i] > u times the total.
func search(upto []float64, u float64) int {
	u *= upto[len(upto)-1]
	for i, t := range upto {
		if u < t {
			return i
		}
	}
	return len(upto) - 1
}

func sortedKeys(m map[string]float64) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func indexOf(names []string, name string) int { return slices.Index(names, name) }
