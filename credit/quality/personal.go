package quality

import "hengxin/credit"

// personalData: no text of the record holds a resident identity number (17 digits, a birth date, the check of GB 11643) or
// a mobile number (eleven digits from 13 to 19). A finding never shows the text.
func personalData(c *compiled, _ Law) error {
	c.record = func(v *view) verdict {
		for _, f := range v.set {
			if isText[f] && hasPersonal(v.text[f]) {
				return bad
			}
		}
		return good
	}
	return nil
}

// isText tells texts from numbers: an amount in fen may have eleven digits too.
var isText = func() (is [maxFields]bool) {
	for _, f := range credit.Fields() {
		if int(f.Field) < maxFields {
			is[f.Field] = f.Form == credit.FormText
		}
	}
	return is
}()

// hasPersonal looks at each run of digits that no letter or digit borders.
func hasPersonal(text []byte) bool {
	for i := 0; i < len(text); {
		if !isAlnum(text[i]) {
			i++
			continue
		}
		end := i
		for end < len(text) && isAlnum(text[end]) {
			end++
		}
		run := text[i:end]
		if len(run) == 18 && residentNumber(run) || len(run) == 11 && run[0] == '1' && run[1] >= '3' && allDigits(run) {
			return true
		}
		i = end
	}
	return false
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func residentNumber(s []byte) bool {
	if !allDigits(s[:17]) || string(s[6:8]) != "19" && string(s[6:8]) != "20" {
		return false
	}
	if _, ok := credit.DateOf([]byte(string(s[6:10]) + "-" + string(s[10:12]) + "-" + string(s[12:14]))); !ok {
		return false
	}
	sum, w := 0, 1
	for i := 16; i >= 0; i-- {
		w = w * 2 % 11
		sum += int(s[i]-'0') * w
	}
	last := s[17]
	if last == 'x' {
		last = 'X'
	}
	return last == "10X98765432"[sum%11]
}
