package credit

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"
)

// Field names one value in a record's body. Numbers are stored and never reused.
type Field uint16

// FieldType says how a field's text is written.
type FieldForm uint8

const (
	FormText    FieldForm = iota // any text
	FormDate                     // 2024-01-31
	FormInt                      // a decimal integer
	FormFen                      // a decimal integer of fen
	FormDecimal                  // a decimal number
	FormCodes                    // codes joined by ';', sorted
)

// The vocabulary of bodies. Columns outside it are kept under their own names (see [BodyOf]).
const (
	FieldName         Field = 1 // name of the subject as the source writes it
	FieldAuthority    Field = 2 // deciding authority: its code, or else its name
	FieldDocNo        Field = 3 // number of the decision, case or certificate
	FieldType         Field = 4 // sub-type within the kind: violation type, arrears type, certificate type ...
	FieldPenaltyTypes Field = 5 // penalty classes (warning;fine;confiscate_gain ...)
	FieldProcedure    Field = 6 // simple or ordinary
	FieldSector       Field = 7 // food, drug, special_equipment, work_safety, fire, ...
	FieldDue          Field = 8 // when a commitment falls due
	FieldValidFrom    Field = 9
	FieldValidTo      Field = 10
	FieldGrade        Field = 11
	FieldCount        Field = 12 // headcount
	FieldList         Field = 13 // list code: SXBZXR, TAX, SAMR, WAGE, SAFE, ...
	FieldCause        Field = 14 // cause of a listing or action
	FieldRole         Field = 15 // plaintiff, defendant, third_party
	FieldStatus       Field = 16 // outcome or state that the record reports
	FieldStatusSource Field = 17 // declared, checked_online, random_check, complaint
	FieldItem         Field = 18 // changed item
	FieldBefore       Field = 19
	FieldAfter        Field = 20
	FieldShare        Field = 21 // share of capital, 0 to 1
	FieldCounterpart  Field = 22 // subject on the other side: investee, guaranteed firm
	FieldCapital      Field = 23 // registered capital, fen
	FieldIndustry     Field = 24 // GB/T 4754 code
	FieldDivision     Field = 25 // administrative division
	FieldClass        Field = 26 // enterprise type as the source writes it
	FieldEstablished  Field = 27
	FieldPeriod       Field = 28 // 2023 or 2023-05
	FieldBalance      Field = 29 // fen
	FieldMetric       Field = 30 // of a snapshot: what was counted
	FieldValue        Field = 31 // of a snapshot: the count or grade
	FieldConfiscated  Field = 32 // fen
	FieldUntil        Field = 33 // new end of a period
	FieldSupplied     Field = 34 // day the source supplied the row
	FieldBasis        Field = 35 // legal basis
	FieldFact         Field = 36 // facts of the case
	FieldContent      Field = 37 // content of a decision or commitment
	FieldMonths       Field = 38 // months in arrears
	FieldReplaces     Field = 39 // of a correction: names of the fields it replaces, joined by ';'
	FieldHome         Field = 40 // 1 within the province, 0 outside
	FieldLegalRep     Field = 41 // whether the legal representative changed: 1
	FieldCommitTerms  Field = 42 // liability stated in a commitment
	FieldPublicity    Field = 43 // publicity class
	FieldSourceRef    Field = 44 // the source's own row or document id
	FieldNature       Field = 45 // legal_person, individual_business, natural_person
	FieldEstimated    Field = 46 // 1 where the source says the value is an estimate
	FieldUsage        Field = 47 // kWh of electricity, cubic metres of water and gas
	FieldAssets       Field = 48 // fen
	FieldLiabilities  Field = 49 // fen
	FieldEquity       Field = 50 // fen
	FieldRevenue      Field = 51 // fen
	FieldProfit       Field = 52 // fen
	FieldNetProfit    Field = 53 // fen
	FieldTaxes        Field = 54 // fen, of a year
	FieldLevel        Field = 55 // national, provincial, municipal, county
	FieldPerson       Field = 56 // keyed pseudonym of a natural person; never a name or a number of a document
	FieldMeasure      Field = 57 // what was done about a breach
	FieldPaid         Field = 58 // fen
	FieldOverdue      Field = 59 // billing periods overdue
	FieldErased       Field = 60 // of a tombstone: day on which the body was destroyed
	maxField          Field = 60
	fieldOther        Field = 0 // "name=value" of a column outside the vocabulary
)

// FieldInfo is one row of the vocabulary.
type FieldInfo struct {
	Field Field
	Name  string
	Form  FieldForm
}

var fields = []FieldInfo{
	{FieldName, "name", FormText}, {FieldAuthority, "authority", FormText}, {FieldDocNo, "doc_no", FormText},
	{FieldType, "type", FormText}, {FieldPenaltyTypes, "penalty_types", FormCodes}, {FieldProcedure, "procedure", FormText},
	{FieldSector, "sector", FormText}, {FieldDue, "due", FormDate}, {FieldValidFrom, "valid_from", FormDate},
	{FieldValidTo, "valid_to", FormDate}, {FieldGrade, "grade", FormText}, {FieldCount, "count", FormInt},
	{FieldList, "list", FormText}, {FieldCause, "cause", FormText}, {FieldRole, "role", FormText},
	{FieldStatus, "status", FormText}, {FieldStatusSource, "status_source", FormText}, {FieldItem, "item", FormText},
	{FieldBefore, "before", FormText}, {FieldAfter, "after", FormText}, {FieldShare, "share", FormDecimal},
	{FieldCounterpart, "counterpart", FormText}, {FieldCapital, "capital", FormFen}, {FieldIndustry, "industry", FormText},
	{FieldDivision, "division", FormText}, {FieldClass, "class", FormText}, {FieldEstablished, "established", FormDate},
	{FieldPeriod, "period", FormText}, {FieldBalance, "balance", FormFen}, {FieldMetric, "metric", FormText},
	{FieldValue, "value", FormText}, {FieldConfiscated, "confiscated", FormFen}, {FieldUntil, "until", FormDate},
	{FieldSupplied, "supplied", FormDate}, {FieldBasis, "basis", FormText}, {FieldFact, "fact", FormText},
	{FieldContent, "content", FormText}, {FieldMonths, "months", FormInt}, {FieldReplaces, "replaces", FormCodes},
	{FieldHome, "home", FormInt}, {FieldLegalRep, "legal_rep", FormInt}, {FieldCommitTerms, "terms", FormText},
	{FieldPublicity, "publicity", FormText}, {FieldSourceRef, "source_ref", FormText}, {FieldNature, "nature", FormText},
	{FieldEstimated, "estimated", FormInt}, {FieldUsage, "usage", FormDecimal}, {FieldAssets, "assets", FormFen},
	{FieldLiabilities, "liabilities", FormFen}, {FieldEquity, "equity", FormFen}, {FieldRevenue, "revenue", FormFen},
	{FieldProfit, "profit", FormFen}, {FieldNetProfit, "net_profit", FormFen}, {FieldTaxes, "taxes", FormFen},
	{FieldLevel, "level", FormText}, {FieldPerson, "person", FormText}, {FieldMeasure, "measure", FormText},
	{FieldPaid, "paid", FormFen}, {FieldOverdue, "overdue", FormInt},
	{FieldErased, "erased", FormDate},
}

var fieldByName = func() map[string]Field {
	m := make(map[string]Field, len(fields))
	for _, f := range fields {
		m[f.Name] = f.Field
	}
	return m
}()

// Fields returns the vocabulary; the caller must not change it.
func Fields() []FieldInfo { return fields }

// ParseField returns the field of that name; ok is false where the vocabulary has none.
func ParseField(name string) (f Field, ok bool) {
	f, ok = fieldByName[name]
	return f, ok
}

// Info returns the row of f.
func (f Field) Info() (FieldInfo, bool) {
	if f == 0 || f > maxField {
		return FieldInfo{}, false
	}
	return fields[f-1], true
}

// String returns the name of f.
func (f Field) String() string {
	if info, ok := f.Info(); ok {
		return info.Name
	}
	return fmt.Sprintf("field(%d)", uint16(f))
}

// Body holds the values of a record that are not columns of their own, in canonical bytes: for each value the field
// number and the length as unsigned varints, then the text; ascending by field number, columns outside the vocabulary
// last, as "name=value" under number 0, ascending by name. Equal contents have equal bytes, and reading a value does
// not allocate.
type Body []byte

// BodyOf builds a body from names and texts. A name outside the vocabulary is kept under itself; it may not hold '='.
// Empty texts are left out: an empty cell states nothing. It returns [ErrInvalid] where a text does not have the form
// of its field.
func BodyOf(values map[string]string) (Body, error) {
	type entry struct {
		field Field
		text  string
	}
	var known, other []entry
	for name, text := range values {
		if text == "" {
			continue
		}
		if f, ok := ParseField(name); ok {
			if err := checkForm(f, text); err != nil {
				return nil, err
			}
			known = append(known, entry{f, text})
			continue
		}
		for i := range len(name) {
			if name[i] == '=' {
				return nil, fmt.Errorf("field name %q: holds '=': %w", name, ErrInvalid)
			}
		}
		other = append(other, entry{fieldOther, name + "=" + text})
	}
	slices.SortFunc(known, func(a, b entry) int { return int(a.field) - int(b.field) })
	slices.SortFunc(other, func(a, b entry) int { return compareName(a.text, b.text) })
	var b Body
	for _, e := range append(known, other...) {
		b = b.append(e.field, e.text)
	}
	return b, nil
}

func compareName(a, b string) int {
	na, nb := nameOf(a), nameOf(b)
	switch {
	case na < nb:
		return -1
	case na > nb:
		return 1
	}
	return 0
}

func nameOf(s string) string {
	for i := range len(s) {
		if s[i] == '=' {
			return s[:i]
		}
	}
	return s
}

func checkForm(f Field, text string) error {
	info, _ := f.Info()
	var err error
	switch info.Form {
	case FormDate:
		_, err = ParseDate(text)
	case FormInt, FormFen:
		_, err = strconv.ParseInt(text, 10, 64)
	case FormDecimal:
		_, err = strconv.ParseFloat(text, 64)
	}
	if err != nil {
		return fmt.Errorf("field %s: text %q: %w", info.Name, text, ErrInvalid)
	}
	return nil
}

// append adds a value; callers add in ascending field order.
func (b Body) append(f Field, text string) Body {
	b = binary.AppendUvarint(b, uint64(f))
	b = binary.AppendUvarint(b, uint64(len(text)))
	return append(b, text...)
}

// AppendBody appends one value to dst, which must hold only smaller field numbers: the way to build a body without
// allocating. It does not check the form; [Record.Check] does.
func AppendBody(dst Body, f Field, text string) Body { return dst.append(f, text) }

// Get returns the text of f, as bytes of the body itself; ok is false where the body does not state it.
func (b Body) Get(f Field) (text []byte, ok bool) {
	for len(b) > 0 {
		num, n := uvarint(b)
		size, m := uvarint(b[n:])
		at := n + m
		if Field(num) == f && f != fieldOther {
			return b[at : at+int(size)], true
		}
		if Field(num) > f || num == uint64(fieldOther) {
			return nil, false
		}
		b = b[at+int(size):]
	}
	return nil, false
}

// uvarint is binary.Uvarint with the one-byte case, which is nearly every case, in line.
func uvarint(b []byte) (uint64, int) {
	if b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	return binary.Uvarint(b)
}

// Next splits off the first value of a body that is not empty: its field, its text as bytes of the body itself, and what
// comes after. For a column outside the vocabulary the field is 0 and the text is "name=value".
func (b Body) Next() (f Field, text []byte, rest Body) {
	num, n := uvarint(b)
	size, m := uvarint(b[n:])
	at := n + m
	return Field(num), b[at : at+int(size)], b[at+int(size):]
}

// Text returns the text of f, or "".
func (b Body) Text(f Field) string {
	t, _ := b.Get(f)
	return string(t)
}

// Date returns the day of f, or [NoDate].
func (b Body) Date(f Field) Date {
	t, ok := b.Get(f)
	if !ok {
		return NoDate
	}
	d, ok := DateOf(t)
	if !ok {
		return NoDate
	}
	return d
}

// Int returns the integer of f; ok is false where it is not stated.
func (b Body) Int(f Field) (n int64, ok bool) {
	t, ok := b.Get(f)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(string(t), 10, 64)
	return n, err == nil
}

// Each calls yield with every value in canonical order, until it returns false. name is the vocabulary's, or the
// column's own.
func (b Body) Each(yield func(name, text string) bool) {
	for len(b) > 0 {
		num, n := uvarint(b)
		size, m := uvarint(b[n:])
		text := string(b[n+m : n+m+int(size)])
		b = b[n+m+int(size):]
		name := Field(num).String()
		if num == uint64(fieldOther) {
			name = nameOf(text)
			text = text[len(name)+1:]
		}
		if !yield(name, text) {
			return
		}
	}
}

// Map returns the values by name.
func (b Body) Map() map[string]string {
	m := map[string]string{}
	b.Each(func(name, text string) bool { m[name] = text; return true })
	return m
}

// Check returns [ErrInvalid] unless the bytes are a canonical body: bodies from outside are checked once, so that
// reading need not.
func (b Body) Check() error {
	last, lastName, rest, inOther := Field(0), "", b, false
	for len(rest) > 0 {
		num, n := uvarint(rest)
		if n <= 0 || n != uvarintLen(num) || num > uint64(maxField) || n == len(rest) {
			return fmt.Errorf("body: field number: %w", ErrInvalid)
		}
		size, m := uvarint(rest[n:])
		if m <= 0 || m != uvarintLen(size) || size == 0 || size > uint64(len(rest)-n-m) {
			return fmt.Errorf("body: length of field %d: %w", num, ErrInvalid)
		}
		value := rest[n+m : n+m+int(size)]
		rest = rest[n+m+int(size):]
		if Field(num) == fieldOther {
			text := string(value)
			name := nameOf(text)
			if len(name) == len(text) || name == "" || name <= lastName && inOther {
				return fmt.Errorf("body: column %q: %w", text, ErrInvalid)
			}
			if _, vocabulary := ParseField(name); vocabulary || len(name)+1 == len(text) {
				return fmt.Errorf("body: column %q: %w", text, ErrInvalid)
			}
			inOther, lastName = true, name
			continue
		}
		if inOther || Field(num) <= last {
			return fmt.Errorf("body: field %d out of order: %w", num, ErrInvalid)
		}
		if !plainForm(Field(num), value) {
			if err := checkForm(Field(num), string(value)); err != nil {
				return err
			}
		}
		last = Field(num)
	}
	return nil
}

// plainForm reports whether checkForm would pass, for the forms that can be looked at without a copy.
func plainForm(f Field, value []byte) bool {
	switch fields[f-1].Form {
	case FormText, FormCodes:
		return true
	case FormDate:
		_, ok := DateOf(value)
		return ok
	case FormInt, FormFen:
		return len(value) <= 18 && allDigits(value)
	case FormDecimal:
		whole, part, point := bytes.Cut(value, []byte{'.'})
		return len(value) <= 18 && allDigits(whole) && (!point || allDigits(part))
	}
	return false
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

func uvarintLen(v uint64) int {
	n := 1
	for v >= 0x80 {
		v >>= 7
		n++
	}
	return n
}
