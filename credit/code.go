package credit

import (
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Why a text is no unified social credit code. Each wraps [ErrInvalid].
var (
	ErrCodeEmpty    = fmt.Errorf("empty subject code: %w", ErrInvalid)
	ErrCodeOldNo    = fmt.Errorf("15-digit registration number, not a unified social credit code: find the code of 18 characters: %w", ErrInvalid)
	ErrCodeLetter   = fmt.Errorf("character that the alphabet of unified social credit codes does not hold: %w", ErrInvalid)
	ErrCodeLength   = fmt.Errorf("not 18 characters: %w", ErrInvalid)
	ErrCodePersonal = fmt.Errorf("resident identity number, personal data that may not name a subject: %w", ErrInvalid)
)

// CodeError says which text was refused and where; it wraps one of the errors above. The text of a personal number is
// left out of the message.
type CodeError struct {
	Text string
	At   int // 0-based character at fault, -1 where it is the whole
	Err  error
}

// Error names the text, the place and the reason.
func (e *CodeError) Error() string {
	switch {
	case errors.Is(e.Err, ErrCodePersonal):
		return "subject code: " + e.Err.Error()
	case e.At >= 0:
		r, _ := utf8.DecodeRuneInString(string([]rune(e.Text)[e.At:]))
		return fmt.Sprintf("subject code %q: %q at character %d: %v", e.Text, r, e.At+1, e.Err)
	}
	return fmt.Sprintf("subject code %q: %v", e.Text, e.Err)
}

// Unwrap returns the named refusal.
func (e *CodeError) Unwrap() error { return e.Err }

// Code is a unified social credit code (GB 32100-2015) in normal form; only [ParseCode] makes one. The zero value is
// no code.
type Code struct {
	text     string
	bad      codeCheck
	excepted bool
}

type codeCheck uint8

const (
	badCheck18 codeCheck = 1 << iota // the last character
	badCheck17                       // the ninth character of the organisation code
)

const (
	codeLen      = 18
	codeAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // GB 32100: no I, O, S, V, Z; the value is the index
)

// codeValue is the value of a byte in the alphabet of 31, or 255.
var codeValue = func() (v [256]uint8) {
	for i := range v {
		v[i] = 255
	}
	for i := range len(codeAlphabet) {
		v[codeAlphabet[i]] = uint8(i)
	}
	return v
}()

// 3^(i-1) mod 31, and the weights of GB 11714.
var (
	codeWeights = [17]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28}
	orgWeights  = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
)

// ParseCode reads a unified social credit code as people and files write it: full-width characters, lower case, blanks
// and zero-width characters are made normal. It returns a [*CodeError] that wraps [ErrCodeEmpty], [ErrCodeOldNo],
// [ErrCodeLetter], [ErrCodeLength] or [ErrCodePersonal] for a text that is no such code. A check character that fails
// is no refusal: authorities have issued such codes. It shows in [Code.Flags] (rulings 20).
func ParseCode(text string) (Code, error) {
	s := normalCode(text)
	if err := codeFault(s); err != nil {
		return Code{}, err
	}
	c := Code{text: s}
	if s[17] != check18(s) {
		c.bad |= badCheck18
	}
	if s[16] != checkOrg(s[8:16]) {
		c.bad |= badCheck17
	}
	if c.bad&badCheck18 != 0 && isResidentNumber(s) {
		return Code{}, &CodeError{Text: s, At: -1, Err: ErrCodePersonal}
	}
	if c.bad != 0 {
		_, c.excepted = codeExceptions[s]
	}
	return c, nil
}

func codeFault(s string) error {
	if s == "" {
		return &CodeError{Text: s, At: -1, Err: ErrCodeEmpty}
	}
	if _, all := digits(s); all && len(s) == 15 {
		return &CodeError{Text: s, At: -1, Err: ErrCodeOldNo}
	}
	at := 0
	for _, r := range s {
		if r > 127 || codeValue[byte(r)] == 255 {
			return &CodeError{Text: s, At: at, Err: ErrCodeLetter}
		}
		at++
	}
	if len(s) != codeLen {
		return &CodeError{Text: s, At: -1, Err: ErrCodeLength}
	}
	return nil
}

// normalCode returns s itself where it is normal already, which most are.
func normalCode(s string) string {
	normal := true
	for i := range len(s) {
		if codeValue[s[i]] == 255 {
			normal = false
			break
		}
	}
	if normal {
		return s
	}
	return strings.Map(normalRune, s)
}

func normalRune(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		r -= '！' - '!'
	case r == '　' || r == '\u00a0' || r == ' ' || r == '\t' || r == '\n' || r == '\r':
		return -1
	case r >= '\u2000' && r <= '\u200f', r == '\u2060', r == '\ufeff', r == '\u00ad', r == '\u202f':
		return -1
	}
	if r >= 'a' && r <= 'z' {
		r -= 'a' - 'A'
	}
	return r
}

// check18 is alphabet[(31 - sum(value*3^(i-1)) mod 31) mod 31] over the first 17 characters.
func check18(s string) byte {
	sum := 0
	for i, w := range codeWeights {
		sum += int(codeValue[s[i]]) * w
	}
	return codeAlphabet[(31-sum%31)%31]
}

// checkOrg is the check character of an organisation code (GB 11714) over its first 8 characters, A being 10: eleven
// less the weighted sum mod 11, 10 written X and 11 written 0.
func checkOrg(s string) byte {
	sum := 0
	for i, w := range orgWeights {
		v := int(s[i] - '0')
		if s[i] >= 'A' {
			v = int(s[i]-'A') + 10
		}
		sum += v * w
	}
	return "0X987654321"[sum%11]
}

// isResidentNumber reports whether s is a resident identity number by its form: 17 digits, a birth date at the seventh,
// the mod 11-2 check of GB 11643. Individual businesses once used the owner's as their tax number.
func isResidentNumber(s string) bool {
	if _, ok := digits(s[:17]); !ok {
		return false
	}
	if _, err := ParseDate(s[6:10] + "-" + s[10:12] + "-" + s[12:14]); err != nil || s[6:8] != "19" && s[6:8] != "20" {
		return false
	}
	sum, w := 0, 1
	for i := 16; i >= 0; i-- {
		w = w * 2 % 11
		sum += int(s[i]-'0') * w
	}
	return s[17] == "10X98765432"[sum%11]
}

// String returns the 18 characters.
func (c Code) String() string { return c.text }

// IsZero reports whether c is no code.
func (c Code) IsZero() bool { return c.text == "" }

// Subject names the code's holder.
func (c Code) Subject() Subject { return Subject(c.text) }

// Flags returns [FlagCheckFailed] where a check character fails and the code is not a listed exception, else 0.
func (c Code) Flags() Flags {
	if c.bad != 0 && !c.excepted {
		return FlagCheckFailed
	}
	return 0
}

// Checks reports whether the last character and the organisation code's own check character are right.
func (c Code) Checks() (last, organisation bool) {
	return c.bad&badCheck18 == 0, c.bad&badCheck17 == 0
}

// Excepted reports whether the code is known to have been issued with a check character that fails.
func (c Code) Excepted() bool { return c.excepted }

// Class returns what the holder is, by the first two characters.
func (c Code) Class() SubjectClass { return codeClass(c.text) }

// Division returns the six digits of the registering authority's division. It is usually of GB/T 2260, but development
// zones have codes of their own, so it is never a reason to refuse.
func (c Code) Division() string {
	if c.IsZero() {
		return ""
	}
	return c.text[2:8]
}

// Organisation returns the organisation code (GB 11714) of nine characters within the code.
func (c Code) Organisation() string {
	if c.IsZero() {
		return ""
	}
	return c.text[8:17]
}

//go:embed code_exceptions.csv
var codeExceptionsCSV string

// codeExceptions holds the issued codes whose check fails, with the reason.
var codeExceptions = func() map[string]string {
	m := map[string]string{}
	for i, line := range strings.Split(strings.TrimSpace(codeExceptionsCSV), "\n") {
		if cells := strings.SplitN(line, ",", 3); i > 0 {
			m[cells[0]] = cells[1]
		}
	}
	return m
}()
