package source

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hengxin/credit"
)

// cell is what one field of a row states.
type cell struct {
	stated bool
	text   string     // in canonical form: what a body holds
	at     moment     // of dates
	fen    credit.Fen // of amounts
	flags  credit.Flags
}

// cellError is a value that its column does not allow.
type cellError struct {
	reason  string
	private bool // the value is personal data
}

func (e *cellError) Error() string { return e.reason }

func refuse(format string, args ...any) error {
	return &cellError{reason: fmt.Sprintf(format, args...)}
}

// reader reads the texts of one column.
type reader struct {
	Column
	styles  []dateStyle
	latest  credit.Date
	bounds  bounds
	subject bool // the column names the subject
	pattern *regexp.Regexp
	parse   func(r *reader, s string) (cell, error)
	memo    map[string]cell // of columns whose texts repeat and take long to read
}

var parsers = map[string]func(r *reader, s string) (cell, error){
	"text": (*reader).readText, "code": (*reader).readCode, "date": (*reader).readDate, "period": (*reader).readPeriod,
	"int": (*reader).readInt, "decimal": (*reader).readDecimal, "amount": (*reader).readAmount,
}

func newReader(m *Mapping, c Column, format string) (*reader, error) {
	r := &reader{Column: c, latest: credit.NoDate, parse: parsers[c.Type]}
	if r.parse == nil {
		return nil, fmt.Errorf("type %q: want text, code, date, period, int, decimal or amount: %w", c.Type, credit.ErrInvalid)
	}
	if r.Missing == nil {
		r.Missing = m.Missing
	}
	names := r.Dates
	if names == nil {
		names = m.Dates
	}
	for _, name := range names {
		style, ok := styleOf(name)
		if !ok {
			return nil, fmt.Errorf("date style %q: %w", name, credit.ErrInvalid)
		}
		r.styles = append(r.styles, style)
	}
	if (c.Type == "date" || c.Type == "period") && len(r.styles) == 0 {
		return nil, fmt.Errorf("names no date style: %w", credit.ErrInvalid)
	}
	if format == "xlsx" && len(r.styles) > 0 {
		r.styles = workbookStyles(r.styles)
	}
	if (c.Floats || format == "xlsx") && (c.Type == "int" || c.Type == "decimal" || c.Type == "amount") {
		parse := r.parse
		r.parse = func(r *reader, s string) (cell, error) { return parse(r, decimalOf(s)) }
	}
	if c.Type == "date" || c.Split != "" || c.Type == "code" && c.Name != m.Subject.Column {
		r.memo = map[string]cell{}
	}
	return r, r.finish(m)
}

// finish reads the keys that have a form of their own.
func (r *reader) finish(m *Mapping) (err error) {
	if r.latest, err = dayOf("latest", r.Latest); err != nil {
		return err
	}
	if r.bounds, err = parseBounds(r.Suspect); err != nil {
		return err
	}
	r.subject = r.Name == m.Subject.Column
	if r.subject && m.Subject.Pattern != "" {
		r.pattern, err = regexp.Compile("^(?:" + m.Subject.Pattern + ")$")
		if err != nil {
			return fmt.Errorf("subject pattern: %v: %w", err, credit.ErrInvalid)
		}
	}
	return nil
}

func dayOf(key, s string) (credit.Date, error) {
	if s == "" {
		return credit.NoDate, nil
	}
	d, err := credit.ParseDate(s)
	if err != nil {
		return d, fmt.Errorf("%s: %w", key, err)
	}
	return d, nil
}

// read reads one field; a cell that states nothing is no error unless the column is required.
func (r *reader) read(raw string) (cell, error) {
	if c, ok := r.memo[raw]; ok {
		return c, nil
	}
	c, err := r.readStated(strings.TrimSpace(raw))
	if err == nil && r.memo != nil {
		if len(r.memo) >= memoSize {
			clear(r.memo)
		}
		r.memo[strings.Clone(raw)] = c
	}
	return c, err
}

func (r *reader) readStated(s string) (c cell, err error) {
	if why, ok := r.Refused[s]; ok {
		return c, refuse("%s", why)
	}
	if s != "" && !slices.Contains(r.Missing, s) {
		if c, err = r.parse(r, s); err != nil {
			return c, err
		}
		c.stated = c.text != ""
	}
	if !c.stated && r.Required {
		return c, refuse("is not stated")
	}
	return c, nil
}

func (r *reader) readText(s string) (cell, error) {
	if r.pattern != nil && !r.pattern.MatchString(s) {
		return cell{}, refuse("does not look like an id of this source")
	}
	if r.Split != "" {
		return r.readSplit(s)
	}
	text, err := r.coded(s)
	if err != nil || text == "" {
		return cell{}, err
	}
	if r.Opaque != "" {
		text = r.Opaque + ":" + text
	}
	return cell{text: text}, nil
}

// coded looks the text up in the code list, if the column has one.
func (r *reader) coded(s string) (string, error) {
	if r.Codes == nil {
		return s, nil
	}
	code, ok := r.Codes[s]
	if !ok && r.Other != "keep" {
		return "", refuse("is not in the column's code list")
	}
	if !ok {
		return s, nil
	}
	return code, nil
}

// readSplit reads several codes and writes them sorted, each once, with ';' between.
func (r *reader) readSplit(s string) (cell, error) {
	var codes []string
	for _, part := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(r.Split, c) }) {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		code, err := r.coded(part)
		if err != nil {
			return cell{}, refuse("holds a text that is not in the column's code list")
		}
		if code != "" {
			codes = append(codes, strings.ReplaceAll(code, ";", ","))
		}
	}
	slices.Sort(codes)
	return cell{text: strings.Join(slices.Compact(codes), ";")}, nil
}

func (r *reader) readCode(s string) (cell, error) {
	code, err := credit.ParseCode(s)
	if err != nil {
		return cell{}, &cellError{codeReason(err), errors.Is(err, credit.ErrCodePersonal)}
	}
	flags := code.Flags()
	if flags != 0 && !r.subject {
		flags = credit.FlagValueSuspect // FlagCheckFailed speaks of the subject's own code
	}
	return cell{text: code.String(), flags: flags}, nil
}

// codeReason is the named refusal without the text, which the quarantine has beside it.
func codeReason(err error) string {
	var refused *credit.CodeError
	if errors.As(err, &refused) {
		err = refused.Err
	}
	return "is no unified social credit code: " + strings.TrimSuffix(err.Error(), ": "+credit.ErrInvalid.Error())
}

func (r *reader) readDate(s string) (cell, error) {
	at, err := readMoment(r.styles, s, r.Rounded)
	if err != nil {
		return cell{}, refuse("%s", trimInvalid(err))
	}
	c := cell{at: at}
	if r.latest != credit.NoDate && at.first > r.latest {
		c.flags |= credit.FlagDateSuspect
	}
	if r.End {
		c.text = at.last.String()
	} else {
		c.text = at.first.String()
	}
	return c, nil
}

func (r *reader) readPeriod(s string) (cell, error) {
	at, err := readMoment(r.styles, s, 0)
	if err != nil {
		return cell{}, refuse("%s", trimInvalid(err))
	}
	return cell{text: at.first.String()[:[...]int{10, 7, 4}[at.precision]], at: at}, nil
}

func trimInvalid(err error) string {
	return strings.TrimSuffix(err.Error(), ": "+credit.ErrInvalid.Error())
}

func (r *reader) readInt(s string) (cell, error) {
	text, err := readInt(s)
	return r.numeric(text, err)
}

func (r *reader) readDecimal(s string) (cell, error) {
	text, err := readDecimal(s, r.Unit == "percent")
	return r.numeric(text, err)
}

func (r *reader) numeric(text string, err error) (cell, error) {
	if err != nil {
		return cell{}, refuse("%s", trimInvalid(err))
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(v, 0) {
		return cell{}, refuse("is no number in range")
	}
	c := cell{text: text}
	if !r.bounds.holds(v) {
		c.flags |= credit.FlagValueSuspect
	}
	return c, nil
}

// readAmount flags an amount outside the bounds, which are in the column's own unit: above them in a 万元 column it is
// probably yuan.
func (r *reader) readAmount(s string) (cell, error) {
	fen, err := readAmount(s, r.Unit)
	if err != nil {
		return cell{}, refuse("%s", trimInvalid(err))
	}
	c := cell{text: strconv.FormatInt(int64(fen), 10), fen: fen}
	v := float64(fen) / float64(scales[r.Unit])
	switch {
	case v > r.bounds.high && r.Unit == "wan":
		c.flags |= credit.FlagUnitSuspect
	case !r.bounds.holds(v):
		c.flags |= credit.FlagValueSuspect
	}
	return c, nil
}
