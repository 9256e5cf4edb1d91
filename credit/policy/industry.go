package policy

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"hengxin/credit"
)

//go:embed industry.csv
var industryCSV []byte

// IndustryRow is what GB/T 4754-2017 says of a code. The table holds the 20 sections and 97 divisions (大类); a group or
// class of three or four digits is known by its division, and its own digits are not checked.
type IndustryRow struct {
	Code        string `json:"code"`         // as given, in normal form with its section: C, C13, C131, C1310
	Section     string `json:"section"`      // A to T
	SectionName string `json:"section_name"` // 制造业
	Division    string `json:"division"`     // two digits, "" for a section alone
	Name        string `json:"name"`         // of the division, or of the section where that is all
}

// Industries is the table of industries by section and division.
type industries struct {
	sections  map[string]string
	divisions map[string]IndustryRow
	rows      []IndustryRow
}

var industryTable = sync.OnceValue(func() *industries {
	t, err := parseIndustries(industryCSV)
	if err != nil {
		panic("policy: embedded " + err.Error())
	}
	return t
})

func parseIndustries(text []byte) (*industries, error) {
	rows, err := factRows("industry.csv", text, "section", "division", "name")
	if err != nil {
		return nil, err
	}
	t := &industries{sections: map[string]string{}, divisions: map[string]IndustryRow{}}
	for _, cells := range rows {
		section, division, name := cells[0], cells[1], cells[2]
		_, known := t.sections[section]
		_, twice := t.divisions[division]
		switch {
		case len(section) != 1 || section[0] < 'A' || section[0] > 'T' || name == "":
			return nil, fmt.Errorf("industry.csv: section %q: %w", section, credit.ErrInvalid)
		case division == "" && !known:
			t.sections[section] = name
		case known && !twice && allDigits(division, 2):
			t.divisions[division] = IndustryRow{Section: section, SectionName: t.sections[section], Division: division, Name: name}
		default:
			return nil, fmt.Errorf("industry.csv: section %s, division %q: twice, malformed, or before its section: %w", section, division, credit.ErrInvalid)
		}
		t.rows = append(t.rows, IndustryRow{Code: section + division, Section: section, SectionName: t.sections[section], Division: division, Name: name})
	}
	return t, nil
}

// Industries returns the sections and divisions in the order of the standard.
func Industries() []IndustryRow { return industryTable().rows }

// Industry reads an industry code of GB/T 4754-2017 with or without its section: C, 13, C13, 131, C1310. It returns
// [credit.ErrInvalid] for a text of another form, for a division that the standard does not have, and for one that is not
// of the section before it.
func Industry(code string) (IndustryRow, error) {
	t := industryTable()
	text := strings.ToUpper(strings.TrimSpace(code))
	bad := func(why string) (IndustryRow, error) {
		return IndustryRow{}, fmt.Errorf("industry code %q: %s: %w", code, why, credit.ErrInvalid)
	}
	section, number := "", text
	if text != "" && text[0] >= 'A' && text[0] <= 'Z' {
		section, number = text[:1], text[1:]
		name, ok := t.sections[section]
		if !ok {
			return bad("no such section: A to T")
		}
		if number == "" {
			return IndustryRow{Code: section, Section: section, SectionName: name, Name: name}, nil
		}
	}
	if len(number) < 2 || len(number) > 4 || !allDigits(number, len(number)) {
		return bad("want a section, two to four digits, or both")
	}
	row, ok := t.divisions[number[:2]]
	if !ok {
		return bad("no such division: 01 to 97")
	}
	if section != "" && section != row.Section {
		return bad("division " + row.Division + " is of section " + row.Section)
	}
	row.Code = row.Section + number
	return row, nil
}
