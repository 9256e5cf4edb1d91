package features

import (
	"bytes"
	"math"
	"strconv"

	"hengxin/credit"
)

// fact is one version of a record with the values that indicators read, taken from its body once. Texts that are only
// compared are numbered (see names); the number is -1 where the record does not state the text.
type fact struct {
	rec         *credit.Record
	from, until credit.Date // days on which this version is the one to read
	event       credit.Date
	known       credit.Date // of the record, whatever the version
	start, end  credit.Date // due day, validity, establishment: NoDate where not stated
	tags        tags        // that do not depend on the day
	amount      float64     // fen, NaN where not stated
	number      float64     // grade, headcount, share, months, snapshot's value: NaN where not stated
	authority   int32
	typ         int32
	acts        []act
	spans       []credit.Span
	entry       int32
	kind        credit.Kind
	severity    credit.Severity
	still       bool // stands alike on every day from which it is known
}

// act is a follower of a fact: what it says and on which days it does.
type act struct {
	rec         *credit.Record
	from, until credit.Date
	kind        credit.Kind
	tags        tags
}

// read fills f from its record. The texts of the body are visited once.
func (f *fact) read(r *credit.Record, names *names) {
	f.rec, f.event, f.kind, f.severity = r, r.Event, r.Kind, r.Severity
	f.start, f.end = credit.NoDate, credit.NoDate
	f.authority, f.typ, f.number, f.amount, f.tags = -1, -1, math.NaN(), math.NaN(), 0
	if r.Amount != credit.NoFen {
		f.amount = float64(r.Amount)
	}
	for body := r.Body; len(body) > 0; {
		var field credit.Field
		var text []byte
		if field, text, body = body.Next(); field == 0 {
			break
		}
		if field == credit.FieldAuthority {
			f.authority = names.number(text)
			continue
		}
		if read := readers[r.Kind]; read != nil {
			read(f, field, text, names)
		}
	}
}

// reader takes one value of a body into a fact.
type reader func(f *fact, field credit.Field, text []byte, names *names)

// readers says for each kind what indicators read of its body.
var readers = [256]reader{
	credit.KindRegistration:  readRegistration,
	credit.KindChange:        readChange,
	credit.KindPenalty:       readPenalty,
	credit.KindPermit:        readValidity,
	credit.KindCommitment:    readCommitment,
	credit.KindSevereListing: readListing,
	credit.KindEnforcement:   readType,
	credit.KindJudgment:      readJudgment,
	credit.KindAbnormal:      readListing,
	credit.KindTaxGrade:      readTaxGrade,
	credit.KindArrears:       readArrears,
	credit.KindHeadcount:     readHeadcount,
	credit.KindQualification: readValidity,
	credit.KindAward:         readAward,
	credit.KindShareholding:  readShareholding,
	credit.KindSnapshot:      readSnapshot,
	credit.KindGuarantee:     readGuarantee,
	credit.KindCourtNotice:   readNotice,
	credit.KindEnrolment:     readType,
	credit.KindUtility:       readUtility,
	credit.KindHousingFund:   readHeadcount,
	credit.KindPledge:        readPledge,
	credit.KindFreeze:        readPledge,
	credit.KindIP:            readIP,
	credit.KindHonour:        readHonour,
	credit.KindAnnualReport:  readReport,
	credit.KindAgencyGrade:   readAgencyGrade,
	credit.KindInspection:    readInspection,
	credit.KindTrade:         readPeriod,
	credit.KindTaxPaid:       readPeriod,
	credit.KindOfficer:       readOfficer,
}

func readType(f *fact, field credit.Field, text []byte, names *names) {
	if field == credit.FieldType {
		f.typ = names.number(text)
	}
}

func readValidity(f *fact, field credit.Field, text []byte, names *names) {
	switch field {
	case credit.FieldType:
		f.typ = names.number(text)
	case credit.FieldValidFrom:
		f.start = dayOf(text)
	case credit.FieldValidTo:
		f.end = dayOf(text)
	}
}

func readAward(f *fact, field credit.Field, text []byte, names *names) {
	if field == credit.FieldHome {
		f.tags |= homeTag(text)
	}
}

func homeTag(text []byte) tags {
	if string(text) == "1" {
		return tagHome
	}
	return tagAway
}

// dayOf reads a day that passed the check of its form.
func dayOf(text []byte) credit.Date {
	d, _ := credit.DateOf(text)
	return d
}

// intOf reads an integer without allocating; NaN where the text is none.
func intOf(text []byte) float64 {
	digits, negative := bytes.CutPrefix(text, []byte{'-'})
	if len(digits) == 0 || len(digits) > 15 {
		return floatOf(text)
	}
	n := int64(0)
	for _, c := range digits {
		if c < '0' || c > '9' {
			return floatOf(text)
		}
		n = n*10 + int64(c-'0')
	}
	if negative {
		n = -n
	}
	return float64(n)
}

// floatOf reads a decimal number; NaN where the text is none.
func floatOf(text []byte) float64 {
	x, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.IsInf(x, 0) {
		return math.NaN()
	}
	return x
}

// names numbers the texts of one history from 0, so that equal texts have equal numbers.
type names struct {
	texts [][]byte
	slots []int32 // index + 1 by hash
}

func (n *names) reset() {
	n.texts = n.texts[:0]
	if n.slots == nil {
		n.slots = make([]int32, 64)
	}
	n.slots = n.slots[:64] // a long history leaves a large table behind: the next begins small
	clear(n.slots)
}

func (n *names) number(text []byte) int32 {
	const prime = 1099511628211
	hash := uint64(14695981039346656037)
	for _, c := range text {
		hash = (hash ^ uint64(c)) * prime
	}
	mask := uint64(len(n.slots) - 1)
	at := (hash ^ hash>>32) & mask
	for n.slots[at] != 0 {
		if i := n.slots[at] - 1; string(n.texts[i]) == string(text) {
			return i
		}
		at = (at + 1) & mask
	}
	n.texts = append(n.texts, text)
	n.slots[at] = int32(len(n.texts))
	if 2*len(n.texts) > len(n.slots) {
		n.grow()
	}
	return int32(len(n.texts)) - 1
}

func (n *names) grow() {
	size := 2 * len(n.slots)
	if cap(n.slots) < size {
		n.slots = make([]int32, size)
	}
	n.slots = n.slots[:size]
	clear(n.slots)
	texts := n.texts
	n.texts = texts[:0] // number writes each text back where it is
	for _, t := range texts {
		n.number(t)
	}
}
