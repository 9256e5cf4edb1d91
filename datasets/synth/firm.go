package synth

import (
	"math"

	"hengxin/credit"
	"hengxin/exact"
)

// size is the size class of a firm; an individual business has none.
type size uint8

const (
	micro size = iota
	small
	medium
	large
	individual
)

var sizeNames = [...]string{"micro", "small", "medium", "large", "individual"}

// Firm is what a generated subject is: fixed for its whole life.
type Firm struct {
	Index       uint64
	Subject     credit.Subject
	Name        string // made up; holds 合成
	Class       string // 91, 92 or 93: the first two characters of the code
	City        string // four digits
	Division    string // six digits: the registering division, now and then one no longer in force
	Section     string // of GB/T 4754, A to R
	Industry    string // section and two digits
	Size        string // micro, small, medium, large or individual
	Established credit.Date
	Ceased      credit.Date // deregistered on this day, or NoDate
	Capital     credit.Fen  // NoFen for individual businesses
	Headcount   int         // at the start

	size     size
	city     int
	section  int
	code     [18]byte
	distress float64
	unseen   float64 // standard normal: the unobserved firm factor
}

// Individual reports whether the subject is an individual business.
func (f *Firm) Individual() bool { return f.size == individual }

// firmHead is what the leading eight characters of the code are made of: enough to sort by.
func (g *gen) firmHead(index uint64, f *Firm) stream {
	s := newStream(g.seed, index, partProfile)
	p := &g.rates.Population
	*f = Firm{Index: index, Ceased: credit.NoDate, Capital: credit.NoFen, Class: "91"}
	switch u := s.unit(); {
	case u < p.Individuals:
		f.Class, f.size = "92", individual
	case u < p.Individuals+p.Cooperatives:
		f.Class = "93"
	}
	f.city = g.cityOf[g.cities.draw(&s)]
	codes := g.table.now[f.city]
	if s.chance(p.OldDivisions) {
		codes = g.table.old[f.city]
	}
	f.Division = codes[s.below(len(codes))]
	return s
}

// firm makes the fixed facts of a subject. The name and the subject are left to the caller that needs them: they cost
// allocations.
func (g *gen) firm(index uint64, f *Firm) {
	s := g.firmHead(index, f)
	p := &g.rates.Population
	f.City = places[f.city].code
	industries := &g.enterpriseIndustries
	if f.Individual() {
		industries = &g.individualIndustries
	}
	f.section = industries.index[industries.draw(&s)]
	f.Section = sections[f.section].code
	divisions := g.table.divisions[f.section]
	f.Industry = divisions[s.below(len(divisions))]
	if !f.Individual() {
		f.size = size(g.sizes.index[g.sizes.draw(&s)])
	}
	f.Size = sizeNames[f.size]
	age := s.exponential(p.AgeMedian / math.Ln2)
	f.Established = g.to - credit.Date(min(age, 60)*365.25)
	if s.chance(p.Ceased) {
		f.Ceased = f.Established + credit.Date(1+s.below(max(int(g.to-f.Established), 1)))
	}
	sd := p.DistressSD
	f.distress = exact.Exp(float64(sd*s.normal()) - sd*sd/2)
	f.unseen = s.normal()
	f.Headcount = s.headcount(f.size)
	f.Capital = s.capital(f.size)
	f.code = g.code(f)
}

func (s *stream) headcount(z size) int {
	median := [...]float64{5, 30, 140, 600, 2}[z]
	return max(1, int(s.logNormal(median, 0.6)))
}

// capital is a round sum, in units of 万元 below ten million yuan and of a million above.
func (s *stream) capital(z size) credit.Fen {
	yuan := s.logNormal([...]float64{1e6, 8e6, 4e7, 2e8, 1e5}[z], 1.0)
	if z == individual {
		return credit.NoFen
	}
	unit := 1e4
	if yuan > 1e7 {
		unit = 1e6
	}
	return credit.Fen(max(1, math.Round(yuan/unit))*unit) * 100
}

// alive reports whether the firm is registered on the day.
func (f *Firm) alive(day credit.Date) bool {
	return f.Established <= day && (f.Ceased == credit.NoDate || day < f.Ceased)
}

// span is the part of the province's time in which the firm is registered; ok is false where it is empty.
func (g *gen) span(f *Firm) (from, to credit.Date, ok bool) {
	from, to = max(g.from, f.Established), g.to
	if f.Ceased != credit.NoDate {
		to = min(to, f.Ceased)
	}
	return from, to, from <= to
}

const codeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// codeSpace is the number of organisation codes: MA and six of the 31 characters.
const codeSpace = 31 * 31 * 31 * 31 * 31 * 31

// MaxSubjects is the number of subjects that have codes of their own.
const MaxSubjects = codeSpace

// code gives each index a code of its own: the index times a constant prime to 31, in base 31, behind MA.
func (g *gen) code(f *Firm) (code [18]byte) {
	copy(code[:], f.Class)
	copy(code[2:], f.Division)
	copy(code[8:], "MA")
	n := g.codeNumber(f.Index)
	for i := 15; i >= 10; i-- {
		code[i] = codeAlphabet[n%31]
		n /= 31
	}
	code[16] = organisationCheck(code[8:16])
	code[17] = codeCheck(code[:17])
	return code
}

func (g *gen) codeNumber(index uint64) uint64 {
	return (index%codeSpace*611_953_709 + g.codeShift) % codeSpace
}

// organisationCheck is the check character of GB 11714 (domain page 2.1), over eight characters.
func organisationCheck(org []byte) byte {
	weights := [...]int{3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, c := range org {
		v := int(c - '0')
		if c >= 'A' {
			v = int(c-'A') + 10
		}
		sum += v * weights[i]
	}
	return "0123456789X0"[(11-sum%11)%12]
}

// codeValue is the place of each character in codeAlphabet.
var codeValue = func() (v [256]uint8) {
	for i := range len(codeAlphabet) {
		v[codeAlphabet[i]] = uint8(i)
	}
	return v
}()

// codeCheck is the check character of GB 32100 over seventeen characters.
func codeCheck(code []byte) byte {
	weights := [...]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	sum := 0
	for i, c := range code {
		sum += int(codeValue[c]) * weights[i]
	}
	return codeAlphabet[(31-sum%31)%31]
}
