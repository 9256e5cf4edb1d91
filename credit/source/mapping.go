package source

import (
	"crypto/sha256"
	"fmt"

	"github.com/goccy/go-yaml"

	"hengxin/credit"
)

// Mapping says how one table of one department becomes records. It is read from one YAML file; MAPPING.md beside this
// file explains every key with an example. Days are written 2015-08-31.
type Mapping struct {
	Name      string `yaml:"name"`      // of the mapping: lower case, digits and '-'
	Title     string `yaml:"title"`     // one line for people
	Table     string `yaml:"table"`     // what a dictionary of the department calls the table, where that is not the file's name
	Source    string `yaml:"source"`    // the source that its records carry
	Format    string `yaml:"format"`    // csv, xlsx, jsonl, or auto (the default): whichever of them the file is
	Sheet     string `yaml:"sheet"`     // of a workbook; the first where empty
	Encoding  string `yaml:"encoding"`  // auto, utf-8, gbk or gb18030
	Delimiter string `yaml:"delimiter"` // one ASCII character; a comma where empty
	NoHeader  bool   `yaml:"no_header"` // the file begins with data, and Columns are in its order

	// Backfill keeps the source's own dates as known dates, so that a delivered history does not look unknown. Without
	// it the source is live: nothing is known before the day on which it was received (rulings 1).
	Backfill bool   `yaml:"backfill"`
	Cut      string `yaml:"cut"`   // day up to which the file was drawn: the latest known date that it can give
	AsOf     string `yaml:"as_of"` // day of a table that states counts or grades without a date (rulings 22)

	Missing  []string   `yaml:"missing"` // texts that state nothing, beside the empty one
	Dates    []string   `yaml:"dates"`   // date styles of columns that name none
	Subject  Subject    `yaml:"subject"`
	Columns  []Column   `yaml:"columns"`
	Ignored  []string   `yaml:"ignored"` // columns that are left out on purpose: personal data, or of no use
	Unknown  string     `yaml:"unknown"` // other columns: keep them under their own names (the default), or refuse the file
	Coverage []Coverage `yaml:"coverage"`
	Records  []Template `yaml:"records"` // what one row makes, in order

	cut, asOf credit.Date
	digest    credit.Digest
}

// Subject says which column names the subject, and how.
type Subject struct {
	Column  string `yaml:"column"`
	Opaque  string `yaml:"opaque"`  // name space of ids that only this source knows; a unified social credit code where empty
	Pattern string `yaml:"pattern"` // what an opaque id looks like, a regular expression for the whole of it
	Name    string `yaml:"name"`    // column with the name: a row that has it and no code is quarantined for name resolution
}

// Column says how the texts of one column are read.
type Column struct {
	Name     string            `yaml:"name"`     // in the header
	Alias    []string          `yaml:"alias"`    // other headers for it
	Optional bool              `yaml:"optional"` // the file may lack it
	Required bool              `yaml:"required"` // a row that does not state it is quarantined
	Type     string            `yaml:"type"`     // text (the default), code, date, period, int, decimal or amount
	Dates    []string          `yaml:"dates"`    // date styles; see [DateStyles]
	Rounded  int64             `yaml:"rounded"`  // milliseconds to which the source rounded its epochs
	End      bool              `yaml:"end"`      // in a body, a month or a year stands for its last day, not its first
	Latest   string            `yaml:"latest"`   // a day after this one is kept and flagged
	Unit     string            `yaml:"unit"`     // of amounts: yuan, wan (万元) or fen; of decimals: percent
	Suspect  string            `yaml:"suspect"`  // a number outside LOW..HIGH (either may be left out) is kept and flagged
	Opaque   string            `yaml:"opaque"`   // name space put before the text: the id of a counterpart
	Codes    map[string]string `yaml:"codes"`    // the source's text to ours; an empty one states nothing
	Other    string            `yaml:"other"`    // a text that Codes lacks: quarantine (the default) or keep
	Refused  map[string]string `yaml:"refused"`  // texts whose rows are quarantined, and why
	Floats   bool              `yaml:"floats"`   // a tool wrote the numbers from binary floats: 15 digits count, exponents occur
	Split    string            `yaml:"split"`    // the text holds several codes, with any of these characters between
	Missing  []string          `yaml:"missing"`  // texts that state nothing, instead of the mapping's
	Keep     bool              `yaml:"keep"`     // kept in the first record under its own name, beside its other uses
	Person   string            `yaml:"person"`   // the text names a natural person, by name or by number: only its keyed pseudonym is kept
}

// Coverage says for which subjects and days the source would have had a record (rulings 6).
type Coverage struct {
	Kinds  []string `yaml:"kinds"`  // at least one
	Class  string   `yaml:"class"`  // subject class; all where empty
	Region string   `yaml:"region"` // division code; everywhere where empty
	From   string   `yaml:"from"`   // as far back as the records go where empty
	To     string   `yaml:"to"`     // open where empty
}

// Template says how a row makes one record.
type Template struct {
	As       string            `yaml:"as"`        // name by which later templates of the row target it
	Kind     string            `yaml:"kind"`      // of the record, or
	KindFrom string            `yaml:"kind_from"` // a column whose codes are kinds
	When     map[string]string `yaml:"when"`      // column to the text it must have, or "stated", or "missing"; else no record
	Event    columns           `yaml:"event"`     // the first stated of these columns; "as_of" is the mapping's day
	Known    columns           `yaml:"known"`     // the same, for the known date
	Supplied string            `yaml:"supplied"`  // column with the day on which the department supplied the row
	LateDays int               `yaml:"late_days"` // supplied more than so many days after the event: flagged

	LateWorkdays int                `yaml:"late_workdays"` // the same, in working days
	Severity     string             `yaml:"severity"`      // column whose codes are minor, general and serious
	Amount       string             `yaml:"amount"`        // column of type amount
	Fields       map[string]columns `yaml:"fields"`        // body field to the first stated of these columns
	Set          map[string]string  `yaml:"set"`           // body field to a constant
	Ref          string             `yaml:"ref"`           // column with the source's own reference, which stands in for a business key
	Key          columns            `yaml:"key"`           // columns that together are the number of the record's business key, where there is no document
	Target       *Target            `yaml:"target"`
}

// Target says which record a follower speaks of: one made by the same row; or one found by its business key
// ([credit.BusinessKey]), which is authority and number, or the source's own reference (see Ref of [Template]).
type Target struct {
	Made      string  `yaml:"made"` // a template's As
	Kind      string  `yaml:"kind"`
	Authority columns `yaml:"authority"`
	DocNo     string  `yaml:"doc_no"`
	Key       columns `yaml:"key"` // as the other mapping's key, instead of doc_no
	Ref       string  `yaml:"ref"`
	Source    string  `yaml:"source"` // whose reference it is; the mapping's own source where empty
}

// columns is one column name or several.
type columns []string

// UnmarshalYAML reads a text or a list of texts.
func (c *columns) UnmarshalYAML(read func(any) error) error {
	var one string
	if err := read(&one); err == nil {
		*c = columns{one}
		return nil
	}
	var many []string
	if err := read(&many); err != nil {
		return err
	}
	*c = many
	return nil
}

// ParseMapping reads a mapping and checks all that can be checked without a file: an unknown or repeated key, a column
// that nothing uses, a field that does not exist, a kind that cannot be made so. It returns [credit.ErrInvalid] and
// every fault it found.
func ParseMapping(text []byte) (*Mapping, error) {
	if len(text) > maxMapping {
		return nil, fmt.Errorf("mapping of %d bytes: %d at most: %w", len(text), maxMapping, credit.ErrInvalid)
	}
	m := &Mapping{}
	if err := readYAML(text, m); err != nil {
		return nil, fmt.Errorf("mapping: %v: %w", err, credit.ErrInvalid)
	}
	m.defaults()
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("mapping %q: %w", m.Name, err)
	}
	m.digest = sha256.Sum256(text)
	return m, nil
}

// readYAML reads text into v strictly: an unknown key is an error. The YAML reader panics on some texts that are no YAML
// (a tag before nothing, where a list is wanted); here that is an error like any other.
func readYAML(text []byte, v any) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("no YAML that can be read: %v: %w", r, credit.ErrInvalid)
		}
	}()
	return yaml.UnmarshalWithOptions(text, v, yaml.Strict())
}

func (m *Mapping) defaults() {
	set := func(at *string, value string) {
		if *at == "" {
			*at = value
		}
	}
	set(&m.Format, "auto")
	set(&m.Encoding, "auto")
	set(&m.Delimiter, ",")
	set(&m.Unknown, "keep")
	for i := range m.Columns {
		set(&m.Columns[i].Type, "text")
		set(&m.Columns[i].Other, "quarantine")
	}
}

// Digest is the SHA-256 of the mapping's text: with the digest of a file it names an import.
func (m *Mapping) Digest() credit.Digest { return m.digest }

// CoverageRows returns the coverage that the mapping states, one row a kind.
func (m *Mapping) CoverageRows() []credit.CoverageRow {
	var rows []credit.CoverageRow
	for _, c := range m.Coverage {
		row := credit.CoverageRow{Source: m.Source, Region: c.Region, Note: m.Name}
		row.From, _ = dayOf("from", c.From)
		row.To, _ = dayOf("to", c.To)
		if c.Class != "" {
			row.Class, _ = credit.ParseSubjectClass(c.Class)
		}
		for _, k := range c.Kinds {
			row.Kind, _ = credit.ParseKind(k)
			rows = append(rows, row)
		}
	}
	return rows
}
