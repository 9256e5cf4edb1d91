package quality

import "hengxin/credit"

// closedWords say that a firm is no more; one that moved to another register goes on.
var closedWords = map[string]bool{"cancelled": true, "revoked": true, "注销": true, "吊销": true, "已注销": true, "已吊销": true}

// closes reports whether a record says that its subject was closed: a closure, a registration in such a state, or such a
// change.
func closes(r *credit.Record) bool {
	switch r.Kind {
	case credit.KindClosure, credit.KindRegistration:
		status, _ := r.Body.Get(credit.FieldStatus)
		return closedWords[string(status)]
	case credit.KindChange:
		item, _ := r.Body.Get(credit.FieldItem)
		after, _ := r.Body.Get(credit.FieldAfter)
		return closedWords[string(item)] || string(item) == "status" && closedWords[string(after)]
	}
	return false
}

// closure returns the earliest record that closes the subject and that keep takes, nil where there is none.
func closure(records []credit.Record, keep func(*credit.Record) bool) (first *credit.Record) {
	for i := range records {
		if r := &records[i]; closes(r) && keep(r) && (first == nil || r.Event < first.Event) {
			first = r
		}
	}
	return first
}
