package quality

import "hengxin/credit"

// closes reports whether a record says that its subject was struck off; one that moved to another register goes on.
func closes(r *credit.Record) bool { return r.Closing() == credit.ClosingStruck }

// closure returns the earliest record that closes the subject and that keep takes, nil where there is none.
func closure(records []credit.Record, keep func(*credit.Record) bool) (first *credit.Record) {
	for i := range records {
		if r := &records[i]; closes(r) && keep(r) && (first == nil || r.Event < first.Event) {
			first = r
		}
	}
	return first
}
