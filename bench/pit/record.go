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
	f.records, f.bodies = f.records[:0], f.bodies[:0]
	for i := range rows {
		r := &rows[i]
		f.records = append(f.records, credit.Record{ID: id(int64(r.record)), Subject: subject, Kind: kinds[r.kind], Source: "bench",
			Event: credit.Date(r.event), Known: credit.Date(r.known), Amount: credit.NoFen})
		rec := &f.records[len(f.records)-1]
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

func (f *folder) number(field credit.Field, n int64) {
	var text [20]byte
	f.bodies = credit.AppendBody(f.bodies, field, string(strconv.AppendInt(text[:0], n, 10)))
}
