package source

import (
	"encoding/json"
	"io"
)

// Quarantine is a row that could not be read, and why.
type Quarantine struct {
	Line   int    `json:"line"`   // of the file, from 1
	Field  string `json:"field"`  // column, or "" where the whole row is at fault
	Value  string `json:"value"`  // as the file has it, shortened; empty where it is personal data
	Reason string `json:"reason"` // what is wrong, in words that end the sentence "the value ..." or "the row ..."
	Raw    string `json:"-"`      // the row as the file has it; it may hold personal data and is not written out
}

// WriteTo appends the row to w as one line of JSON.
func (q *Quarantine) WriteTo(w io.Writer) (int64, error) {
	b, err := json.Marshal(q)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(b, '\n'))
	return int64(n), err
}

func shorten(s string) string {
	if len(s) <= maxShown {
		return s
	}
	cut := 0
	for i := range s {
		if i > maxShown-len("…") {
			break
		}
		cut = i
	}
	return s[:cut] + "…"
}
