package scoring

import "hengxin/credit"

// registeredOn reports whether the history has a registration on day, whether the subject is struck off, revoked or moved
// away, and the division of its latest registration that states one. A registration in force brings back what an earlier
// registration or change says is closed; a closure is the end.
func registeredOn(h *credit.History, day credit.Date) (firm, closed bool, division string) {
	ended := false
	for i := range h.Entries {
		e := &h.Entries[i]
		switch e.Record.Kind {
		case credit.KindRegistration, credit.KindChange, credit.KindClosure:
		default:
			continue
		}
		span, r := standingOn(e, day)
		if span == nil || !span.Counted {
			continue
		}
		closing := r.Closing() != credit.NotClosing
		switch r.Kind {
		case credit.KindClosure:
			ended = true
		case credit.KindChange:
			closed = closed || closing
		default:
			firm, closed = true, closing
			if d := r.Body.Text(credit.FieldDivision); d != "" {
				division = d
			}
		}
	}
	return firm, closed || ended, division
}
