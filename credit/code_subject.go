package credit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// SubjectClass says what sort of subject a code's first two characters name.
type SubjectClass uint8

// The classes of GB 32100-2015.
const (
	ClassUnknown     SubjectClass = iota // an opaque id, a pseudonym, or a pair that the standard does not name
	ClassEnterprise                      // 企业
	ClassIndividual                      // 个体工商户: its operator's personal data are protected
	ClassCooperative                     // 农民专业合作社
	ClassAgency                          // 机关
	ClassInstitution                     // 事业单位
	ClassMassOrg                         // 群众团体
	ClassSocialOrg                       // 社会团体
	ClassNonProfit                       // 民办非企业单位
	ClassFoundation                      // 基金会
	ClassOther                           // other bodies of a known department
)

// classes is the table of the first two characters; the second half of a department's rows is its remainder.
var classes = []struct {
	Class    SubjectClass
	Prefix   string
	Name, Zh string
}{
	{ClassUnknown, "", "unknown", "未知"},
	{ClassEnterprise, "91", "enterprise", "企业"},
	{ClassIndividual, "92", "individual_business", "个体工商户"},
	{ClassCooperative, "93", "cooperative", "农民专业合作社"},
	{ClassAgency, "11", "agency", "机关"},
	{ClassInstitution, "12", "institution", "事业单位"},
	{ClassMassOrg, "13", "mass_organisation", "群众团体"},
	{ClassSocialOrg, "51", "social_organisation", "社会团体"},
	{ClassNonProfit, "52", "private_non_enterprise", "民办非企业单位"},
	{ClassFoundation, "53", "foundation", "基金会"},
	{ClassOther, "", "other", "其他"},
}

// departments are the first characters that the standard names.
const departments = "159Y234678AN"

func codeClass(s string) SubjectClass {
	if len(s) < 2 {
		return ClassUnknown
	}
	for _, c := range classes {
		if c.Prefix == s[:2] {
			return c.Class
		}
	}
	if strings.IndexByte(departments, s[0]) >= 0 {
		return ClassOther
	}
	return ClassUnknown
}

// String returns the class's name.
func (c SubjectClass) String() string {
	if int(c) < len(classes) {
		return classes[c].Name
	}
	return fmt.Sprintf("class(%d)", uint8(c))
}

// Zh returns the class's Chinese name.
func (c SubjectClass) Zh() string {
	if int(c) < len(classes) {
		return classes[c].Zh
	}
	return ""
}

// ParseSubjectClass returns the class of that name; [ErrInvalid] where none has it.
func ParseSubjectClass(name string) (SubjectClass, error) {
	for _, c := range classes {
		if c.Name == name {
			return c.Class, nil
		}
	}
	return 0, fmt.Errorf("subject class %q: %w", name, ErrInvalid)
}

// MarshalText writes the name.
func (c SubjectClass) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads a name.
func (c *SubjectClass) UnmarshalText(b []byte) (err error) {
	*c, err = ParseSubjectClass(string(b))
	return err
}

const pseudonymMark = '~'

// minKey is the shortest key of pseudonyms, in bytes: as long as the hash is strong against guessing.
const minKey = 16

// Pseudonym returns the keyed pseudonym of a subject for analyst data: "~" and the first 32 hex digits of
// HMAC-SHA256(key, subject). Without the key it can neither be turned back nor tried against a list of codes. It
// returns [ErrInvalid] for a key shorter than 16 bytes and for a subject that is a pseudonym already.
func Pseudonym(key []byte, s Subject) (Subject, error) {
	if len(key) < minKey {
		return "", fmt.Errorf("pseudonym key of %d bytes, want %d or more: %w", len(key), minKey, ErrInvalid)
	}
	if err := s.Check(); err != nil {
		return "", err
	}
	if s.IsPseudonym() {
		return "", fmt.Errorf("subject %q: a pseudonym already: %w", s, ErrInvalid)
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(s))
	return Subject("~" + hex.EncodeToString(mac.Sum(nil)[:16])), nil
}

// OpaqueSubject names a subject by the id that a source gives it, in the source's own name space: "bdci:p155". It
// returns [ErrInvalid] unless the name space is lower-case letters, digits, '_' or '-', and the id is printable ASCII
// without blanks, both together within 64 characters.
func OpaqueSubject(space, id string) (Subject, error) {
	s := Subject(space + ":" + id)
	if strings.Contains(space, ":") {
		return "", fmt.Errorf("subject %q: ':' in the name space: %w", s, ErrInvalid)
	}
	return s, s.Check()
}

// ParseSubject reads any of the three forms of a subject: an opaque id with its name space, a pseudonym, or a code as
// [ParseCode] reads it, whose flags it returns.
func ParseSubject(text string) (Subject, Flags, error) {
	text = strings.TrimSpace(text)
	if strings.IndexByte(text, ':') > 0 || strings.HasPrefix(text, "~") {
		s := Subject(text)
		return s, 0, s.Check()
	}
	c, err := ParseCode(text)
	return c.Subject(), c.Flags(), err
}

// IsPseudonym reports whether s has the form of a pseudonym.
func (s Subject) IsPseudonym() bool { return s != "" && s[0] == pseudonymMark }

// IsOpaque reports whether s is a source's own id.
func (s Subject) IsOpaque() bool { return strings.IndexByte(string(s), ':') > 0 }

// Code returns the code that s is; ok is false for opaque ids, pseudonyms and texts that are no code.
func (s Subject) Code() (c Code, ok bool) {
	if len(s) != codeLen || s.IsPseudonym() || s.IsOpaque() {
		return Code{}, false
	}
	c, err := ParseCode(string(s))
	return c, err == nil && c.text == string(s)
}

// Class returns what the subject is, by its code; [ClassUnknown] for opaque ids and pseudonyms.
func (s Subject) Class() SubjectClass {
	if len(s) != codeLen || s.IsPseudonym() || s.IsOpaque() {
		return ClassUnknown
	}
	return codeClass(string(s))
}

// Division returns the registering authority's division by the subject's code, "" where it has none.
func (s Subject) Division() string {
	if len(s) != codeLen || s.IsPseudonym() || s.IsOpaque() {
		return ""
	}
	return string(s[2:8])
}

// Check returns [ErrInvalid] unless s is a code in normal form, an opaque id with a name space, or a pseudonym. A check
// character that fails is not refused.
func (s Subject) Check() error {
	bad := func(why string) error { return fmt.Errorf("subject %q: %s: %w", string(s), why, ErrInvalid) }
	if len(s) > maxSubject {
		return fmt.Errorf("subject of %d bytes, %d at most: %w", len(s), maxSubject, ErrInvalid)
	}
	if s.IsPseudonym() {
		b, err := hex.DecodeString(string(s[1:]))
		if err != nil || len(b) != 16 || strings.ToLower(string(s)) != string(s) {
			return bad("want ~ and 32 lower-case hex digits")
		}
		return nil
	}
	if at := strings.IndexByte(string(s), ':'); at >= 0 {
		return checkOpaque(string(s), at, bad)
	}
	c, err := ParseCode(string(s))
	if err != nil {
		return err
	}
	if c.text != string(s) {
		return bad("not in normal form " + c.text)
	}
	return nil
}

func checkOpaque(s string, at int, bad func(string) error) error {
	if at == 0 || at == len(s)-1 {
		return bad("want NAMESPACE:ID")
	}
	for i := range len(s) {
		c := s[i]
		switch {
		case i < at && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' && c != '-':
			return bad("name space of lower-case letters, digits, '_' and '-'")
		case c <= ' ' || c > '~':
			return bad("blank or character outside ASCII")
		}
	}
	return nil
}
