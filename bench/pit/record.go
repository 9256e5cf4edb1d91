package main

import (
	"encoding/binary"
	"strconv"

	"hengxin/credit"
)

// kinds are ours for the benchmark's kinds 1 to 10.
var kinds = [...]credit.Kind{1: credit.KindPenalty, 2: credit.KindRepairApproval, 3: credit.KindCommitment, 4: credit.KindFulfilment,
	5: credit.KindSevereListing, 6: credit.KindRemoval, 7: credit.KindJudgment, 8: credit.KindTaxGrade, 9: credit.KindHeadcount,
	10: credit.KindPermit}

// id is the record's id in the last eight bytes, most significant first, so that ties go by it (rulings 5).
func id(record int64) (id credit.ID) {
	binary.BigEndian.PutUint64(id[8:], uint64(record))
	return id
}

// make fills records with those of one firm.
func (f *folder) make(subject credit.Subject, rows []row) {
	for len(f.records) < len(rows) {
		f.records = append(f.records, credit.Record{Source: "bench"})
	}
	f.bodies = f.bodies[:0]
	for i := range rows {
		r := &rows[i]
		rec := &f.records[i] // as the last firm left it: only what changes is written
		rec.ID, rec.Target, rec.Subject, rec.Kind = id(int64(r.record)), credit.ID{}, subject, kinds[r.kind]
		rec.Event, rec.Known, rec.Amount, rec.Severity = credit.Date(r.event), credit.Date(r.known), credit.NoFen, credit.SeverityNone
		at := len(f.bodies)
		switch rec.Kind {
		case credit.KindPenalty:
			rec.Amount, rec.Severity = credit.Fen(r.value), credit.Severity(r.small)
			if r.authority >= 0 {
				f.number(credit.FieldAuthority, int64(r.authority))
			}
			f.number(credit.FieldType, int64(r.violation))
		case credit.KindJudgment:
			rec.Amount = credit.Fen(r.value)
		case credit.KindRepairApproval, credit.KindRemoval:
			rec.Target = id(r.value)
		case credit.KindFulfilment:
			rec.Target = id(r.value)
			f.bodies = credit.AppendBody(f.bodies, credit.FieldStatus, "fulfilled")
		case credit.KindCommitment:
			var day [10]byte
			f.bodies = credit.AppendBody(f.bodies, credit.FieldDue, string(credit.Date(r.value).AppendTo(day[:0])))
		case credit.KindSevereListing:
			f.bodies = credit.AppendBody(f.bodies, credit.FieldList, "SXBZXR")
		case credit.KindTaxGrade:
			f.bodies = credit.AppendBody(f.bodies, credit.FieldGrade, "DCMBA"[r.small-1:r.small])
		case credit.KindHeadcount:
			f.number(credit.FieldCount, r.value)
		}
		rec.Body = credit.Body(f.bodies[at:len(f.bodies):len(f.bodies)])
	}
}

// numerals are the texts of small numbers.
var numerals = func() (texts [1024]string) {
	for i := range texts {
		texts[i] = strconv.Itoa(i)
	}
	return texts
}()

func (f *folder) number(field credit.Field, n int64) {
	text := ""
	if n >= 0 && n < int64(len(numerals)) {
		text = numerals[n]
	} else {
		text = strconv.FormatInt(n, 10)
	}
	f.bodies = credit.AppendBody(f.bodies, field, text)
}
