package quality

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// placeholders are texts that stand for nothing.
var placeholders = []string{"无", "空", "暂无", "不详", "未知", "其他", "测试", "-", "--", "/", "\\", ".", "0", "null", "NULL", "None", "nan", "NaN", "N/A", "n/a", "test", "undefined", "***", "××", "xx", "XX"}

// placeholder: the text says something.
func placeholder(c *compiled, _ Law) error {
	return c.ofText(func(_ *view, text []byte) verdict {
		said := strings.TrimSpace(string(text))
		return holds(said != "" && !slices.Contains(placeholders, said))
	})
}

// garbage is what texts hold that were read under a wrong encoding, or cut.
var garbage = [][]byte{[]byte("\ufffd"), []byte("锟斤拷"), []byte("烫烫"), []byte("屯屯"), []byte("????"), []byte("Ã"), []byte("&#"), []byte("&nbsp"), []byte("<br")}

// garbled: no text of the record is broken, or of a page's own marks.
func garbled(c *compiled, _ Law) error {
	c.record = func(v *view) verdict {
		for _, f := range v.set {
			for _, g := range garbage {
				if bytes.Contains(v.text[f], g) {
					return bad
				}
			}
			if bytes.ContainsFunc(v.text[f], func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' }) {
				return bad
			}
		}
		return good
	}
	return nil
}

// fullWidth: no full-width letter or digit.
func fullWidth(c *compiled, _ Law) error {
	return c.ofText(func(_ *view, text []byte) verdict {
		return holds(!bytes.ContainsFunc(text, func(r rune) bool {
			return r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
		}))
	})
}

// isNamed: the name has a normal form, and one that tells a business from another.
func isNamed(c *compiled, _ Law) error {
	return c.ofText(func(_ *view, text []byte) verdict { return holds(utf8.RuneCountInString(Normal(string(text))) >= 2) })
}
