package source

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"hengxin/credit"
)

// Quarantine is a row that could not be read, and why.
type Quarantine struct {
	Line   int    `json:"line"`            // of the file, from 1
	Field  string `json:"field"`           // column, or "" where the whole row is at fault
	Label  string `json:"label,omitempty"` // what a dictionary calls the column
	Value  string `json:"value"`           // as the file has it, shortened; empty where it is personal data
	Reason string `json:"reason"`          // what is wrong, in words that end the sentence "the value ..." or "the row ..."
	Zh     string `json:"reason_zh"`       // the same in Chinese; written by WriteTo
	Raw    string `json:"-"`               // the row as the file has it; it may hold personal data and is not written out
}

// WriteTo appends the row to w as one line of JSON.
func (q *Quarantine) WriteTo(w io.Writer) (int64, error) {
	q.Zh, _ = ReasonZh(q.Reason)
	return writeLine(w, q)
}

func writeLine(w io.Writer, v any) (int64, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return 0, err
	}
	n, err := w.Write(append(b, '\n'))
	return int64(n), err
}

// QuarantineHead is the first line of a quarantine file: what its rows are of.
type QuarantineHead struct {
	File     string        `json:"file"`
	SHA256   credit.Digest `json:"sha256"` // of the file's bytes: lines mean the same rows only in the same bytes
	Mapping  string        `json:"mapping"`
	Received credit.Date   `json:"received"` // day of receipt, of live sources
}

// WriteTo appends the head to w as one line of JSON.
func (h *QuarantineHead) WriteTo(w io.Writer) (int64, error) { return writeLine(w, h) }

// ReadQuarantine reads a quarantine file: its head and the lines of its rows. It returns [credit.ErrInvalid] for a file
// that does not begin with a head, and for one without rows.
func ReadQuarantine(r io.Reader) (head QuarantineHead, lines map[int]bool, err error) {
	s := bufio.NewScanner(r)
	s.Buffer(nil, maxRow)
	for n := 1; s.Scan(); n++ {
		if strings.TrimSpace(s.Text()) == "" {
			continue
		}
		if lines == nil {
			err = json.Unmarshal(s.Bytes(), &head)
			if err != nil || head.File == "" || head.SHA256 == (credit.Digest{}) {
				return head, nil, fmt.Errorf("line %d: no head that names the file and its SHA-256: not a quarantine file: %w", n, credit.ErrInvalid)
			}
			lines = map[int]bool{}
			continue
		}
		var q Quarantine
		if err := json.Unmarshal(s.Bytes(), &q); err != nil || q.Line < 1 {
			return head, nil, fmt.Errorf("line %d: not a quarantined row: %w", n, credit.ErrInvalid)
		}
		lines[q.Line] = true
	}
	if err := s.Err(); err != nil {
		return head, nil, fmt.Errorf("quarantine file: %w", err)
	}
	if len(lines) == 0 {
		return head, nil, fmt.Errorf("holds no quarantined row: %w", credit.ErrInvalid)
	}
	return head, lines, nil
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
