package source

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"hengxin/credit"
)

// minPersonKey is the shortest key of pseudonyms of people, in bytes: as of subjects ([credit.Pseudonym]).
const minPersonKey = 16

// personOf is the keyed pseudonym of a natural person: "~" and the first 32 hex digits of HMAC-SHA256 over how the person
// is named. A number of an identity document names a person everywhere. A name alone names one within its firm only:
// people of one name in two firms have two pseudonyms, so that homonyms tie no firms together. The pseudonym can neither
// be turned back nor tried against a list of names without the key. It returns [credit.ErrInvalid] for a key shorter than
// 16 bytes.
func personOf(key []byte, how string, subject credit.Subject, text string) (string, error) {
	if len(key) < minPersonKey {
		return "", fmt.Errorf("a key of %d bytes was given, want %d or more (--person-key): %w", len(key), minPersonKey, credit.ErrInvalid)
	}
	mac := hmac.New(sha256.New, key)
	text = strings.ToUpper(strings.Join(strings.Fields(text), ""))
	if how == "name" {
		text = string(subject) + "\x00" + text
	}
	mac.Write([]byte("person\x00" + how + "\x00" + text))
	return "~" + hex.EncodeToString(mac.Sum(nil)[:16]), nil
}

// textOf is the text of a column for the body of r: of a column of people their pseudonym.
func (p *plan) textOf(column int, r *credit.Record) string {
	text := p.cells[column].text
	if how := p.readers[column].Person; how != "" {
		text, _ = personOf(p.o.PersonKey, how, r.Subject, text) // the key is as long as checkPersons asks
	}
	return text
}
