package quality

import (
	"strings"
	"unicode/utf8"
)

// maxName bounds a name in bytes: the standard for penalties allows 200 characters.
const maxName = 1000

// Normal returns the form in which names are compared: full-width characters as ASCII, letters in upper case, without
// blanks, brackets, quotes and other marks, and with the two ways to write a limited company as one (有限责任公司 is
// 有限公司, 股份公司 is 股份有限公司). It is its own normal form. A text of more than 1,000 bytes, or one that is no UTF-8, has the
// empty normal form, which is no name.
func Normal(name string) string {
	if len(name) > maxName || !utf8.ValidString(name) {
		return ""
	}
	s := strings.Map(nameRune, name)
	for {
		t := forms.Replace(s)
		if t == s {
			return s
		}
		s = t
	}
}

// forms makes one of the ways to write a form of company. 股份有限责任公司 is a slip that registers hold.
var forms = strings.NewReplacer("股份有限责任公司", "股份有限公司", "有限责任公司", "有限公司", "股份公司", "股份有限公司")

// nameRune drops what tells no two names apart.
func nameRune(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	switch {
	case r >= 'a' && r <= 'z':
		return r - 'a' + 'A'
	case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '&', r == '+':
		return r
	case r < 0x80, r >= 0x80 && r <= 0xbf, r >= 0x2000 && r <= 0x206f, r >= 0x3000 && r <= 0x3004, r >= 0x3008 && r <= 0x3020:
		return -1 // ASCII marks, Latin-1 marks, general punctuation, CJK marks and brackets
	case r == '\ufeff', r == '・', r == '﹙', r == '﹚', r == '•', r == '◦', r == '●':
		return -1
	}
	return r
}

// endings are the forms of business at the end of a normal name, the longest first.
var endings = []string{"股份有限公司", "有限公司", "集团公司", "合伙企业有限合伙", "合伙企业普通合伙", "合伙企业", "个人独资企业", "专业合作社",
	"个体工商户", "分公司", "公司", "商行", "经营部", "工作室", "服务部", "门市部", "合作社", "厂", "店", "部", "行", "社", "中心", "企业", "学校", "医院", "院", "所"}

// form splits a normal name into what tells it from others and its form of business, "" where it has none that is known.
func form(normal string) (core, ending string) {
	for _, e := range endings {
		if core, ok := strings.CutSuffix(normal, e); ok && core != "" {
			return core, e
		}
	}
	return normal, ""
}

// personal reports whether a normal name may be that of a natural person: no more than four characters without a form
// of business. Such a name is never resolved by itself.
func personal(normal string) bool {
	_, ending := form(normal)
	n := utf8.RuneCountInString(normal)
	return ending == "" && n <= 4
}
