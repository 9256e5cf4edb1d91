package policy

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"hengxin/credit"
)

//go:embed division.csv
var divisionCSV []byte

// DivisionRow is one row of the table of administrative divisions: a code under one name for one stretch of time. Where
// a year of change is all that the lists tell, the old and the new row both hold in that year.
type DivisionRow struct {
	Code      string      `json:"code"` // six digits of GB/T 2260
	Name      string      `json:"name"` // as the list has it: 玄武区
	Level     string      `json:"level"`
	Kind      string      `json:"kind"`      // standard, statistical or registration: whose numbers they are
	From      credit.Date `json:"from"`      // NoDate: as far back as the lists go (1995)
	To        credit.Date `json:"to"`        // last day, NoDate while in force
	Successor string      `json:"successor"` // the code that goes on for it; "" where the lists name none
}

// DivisionState says what the table has on a code and a day.
type DivisionState uint8

const (
	DivisionUnknown DivisionState = iota // the table has no such code: development zones have codes of their own, so it is no reason to refuse
	DivisionOld                          // the code is of another time: merged, renumbered, or not yet there
	DivisionInForce
)

// String returns unknown, old or in_force.
func (s DivisionState) String() string { return [...]string{"unknown", "old", "in_force"}[s] }

// DivisionTable is the table of divisions; it is read-only once made.
type DivisionTable struct {
	rows   []DivisionRow // by code, then by From
	byCode map[string][2]int
}

// Divisions returns the table that comes with the program, of the packages that division.csv names.
func Divisions() *DivisionTable { return divisions() }

var divisions = sync.OnceValue(func() *DivisionTable {
	t, err := ParseDivisions(divisionCSV)
	if err != nil {
		panic("policy: embedded " + err.Error())
	}
	return t
})

// Division looks a code up in the table that comes with the program: see [DivisionTable.Find].
func Division(code string, on credit.Date) (DivisionRow, DivisionState) {
	return Divisions().Find(code, on)
}

var divisionHeader = []string{"code", "name", "level", "kind", "from", "to", "successor"}

// ParseDivisions reads rows of code, name, level, kind, from, to and successor. It returns [credit.ErrInvalid] with the
// code at fault for a row that is malformed, for a successor that the table lacks, and for successions in a ring.
func ParseDivisions(text []byte) (*DivisionTable, error) {
	rows, err := factRows("division.csv", text, divisionHeader...)
	if err != nil {
		return nil, err
	}
	t := &DivisionTable{byCode: make(map[string][2]int, len(rows))}
	for _, cells := range rows {
		r, err := divisionRow(cells)
		if err != nil {
			return nil, fmt.Errorf("division.csv: code %s: %w", cells[0], err)
		}
		t.rows = append(t.rows, r)
	}
	slices.SortStableFunc(t.rows, func(a, b DivisionRow) int {
		return slices.Compare([]string{a.Code, a.From.String()}, []string{b.Code, b.From.String()})
	})
	for i, r := range t.rows {
		at, ok := t.byCode[r.Code]
		if !ok {
			at[0] = i
		}
		at[1] = i + 1
		t.byCode[r.Code] = at
	}
	return t, t.checkSuccessors()
}

func divisionRow(cells []string) (r DivisionRow, err error) {
	r = DivisionRow{Code: cells[0], Name: cells[1], Level: cells[2], Kind: cells[3], Successor: cells[6], From: credit.NoDate, To: credit.NoDate}
	if err := setDate(&r.From, cells[4]); err != nil {
		return r, err
	}
	if err := setDate(&r.To, cells[5]); err != nil {
		return r, err
	}
	switch {
	case !allDigits(r.Code, 6) || r.Name == "":
		return r, fmt.Errorf("want six digits and a name: %w", credit.ErrInvalid)
	case r.Level != levelOf(r.Code):
		return r, fmt.Errorf("level %q of that code: %w", r.Level, credit.ErrInvalid)
	case !slices.Contains([]string{"standard", "statistical", "registration"}, r.Kind):
		return r, fmt.Errorf("kind %q: %w", r.Kind, credit.ErrInvalid)
	case r.To != credit.NoDate && r.To < r.From, r.Successor != "" && (r.To == credit.NoDate || r.Successor == r.Code):
		return r, fmt.Errorf("from %s to %s with successor %q: %w", r.From, r.To, r.Successor, credit.ErrInvalid)
	}
	return r, nil
}

func levelOf(code string) string {
	switch {
	case code[2:] == "0000":
		return "province"
	case code[4:] == "00":
		return "prefecture"
	}
	return "county"
}

func (t *DivisionTable) checkSuccessors() error {
	for _, r := range t.rows {
		at := r
		for range len(t.rows) {
			if at.Successor == "" {
				break
			}
			span, ok := t.byCode[at.Successor]
			if !ok {
				return fmt.Errorf("division.csv: code %s: no row of its successor %s: %w", at.Code, at.Successor, credit.ErrInvalid)
			}
			if at = t.rows[span[1]-1]; at.Code == r.Code {
				return fmt.Errorf("division.csv: code %s: its successors lead back to it: %w", r.Code, credit.ErrInvalid)
			}
		}
	}
	return nil
}

// Rows returns the rows in the order of codes; the caller must not change them.
func (t *DivisionTable) Rows() []DivisionRow { return t.rows }

// Find returns the row of a six-digit code that holds on the day, the latest where two do. For a code of another time it
// is the latest row of the code with [DivisionOld], and for a code that the table lacks an empty row with
// [DivisionUnknown]. After the table's own end (September 2026) what was in force then is taken to be so still.
func (t *DivisionTable) Find(code string, on credit.Date) (DivisionRow, DivisionState) {
	span, ok := t.byCode[code]
	if !ok {
		return DivisionRow{}, DivisionUnknown
	}
	for i := span[1] - 1; i >= span[0]; i-- {
		if r := t.rows[i]; on >= r.From && (r.To == credit.NoDate || on <= r.To) {
			return r, DivisionInForce
		}
	}
	return t.rows[span[1]-1], DivisionOld
}

// Successor follows a code to the one in force on the day: itself where it is. ok is false where the lists do not say
// which goes on for it.
func (t *DivisionTable) Successor(code string, on credit.Date) (row DivisionRow, ok bool) {
	for range len(t.rows) {
		row, state := t.Find(code, on)
		if state == DivisionInForce {
			return row, true
		}
		if state == DivisionUnknown || row.Successor == "" || on <= row.To {
			return row, false
		}
		code = row.Successor
	}
	return DivisionRow{}, false
}

// City returns the city that a code belongs to on the day, after its successors: the prefecture, for a county of a
// municipality the municipality, and for a county right under a province itself. Registration authorities' own codes
// (320594) belong to the city of their first four digits. ok is false for a province and for what the table lacks.
func (t *DivisionTable) City(code string, on credit.Date) (city DivisionRow, ok bool) {
	if !allDigits(code, 6) || code[2:] == "0000" {
		row, state := t.Find(code, on)
		return row, state == DivisionInForce && slices.Contains(municipalities, code)
	}
	if row, ok := t.Successor(code, on); ok {
		code = row.Code
	}
	if municipality := code[:2] + "0000"; slices.Contains(municipalities, municipality) {
		row, state := t.Find(municipality, on)
		return row, state == DivisionInForce
	}
	if row, state := t.Find(code[:4]+"00", on); state == DivisionInForce && row.Kind == "standard" {
		return row, true
	}
	row, state := t.Find(code, on)
	return row, state == DivisionInForce
}

// municipalities are the cities right under the central government: their districts have no prefecture above them.
var municipalities = []string{"110000", "120000", "310000", "500000"}
