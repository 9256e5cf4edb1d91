package store

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hengxin/credit"
)

// ErrAuditBroken is returned when the audit chain does not hold: an entry was changed, removed, inserted or moved, or the
// chain does not reach the head it is checked against.
var ErrAuditBroken = errors.New("audit chain broken")

// AuditEntry is one line of the audit: who did what to what, and when. Entries are appended and never changed; each
// carries the hash of the one before it, so that the last hash vouches for all.
type AuditEntry struct {
	Seq     int64     // from 1, without gaps
	At      time.Time // UTC, to the millisecond
	Actor   string    // "key:ID" for an API key, "cli:NAME" for a command
	Action  string    // what was done: a row of the table of actions in AUDIT.md
	Object  string    // id of what it was done to
	Subject string    // the subject concerned, or ""
	Detail  string    // one JSON object with what else a reader of the audit must know; no firm's figures
	Hash    [32]byte
}

// auditFormat heads the hashed bytes of every entry. It changes only with the format.
const auditFormat = "hengxin audit 1\n"

// hashAfter is the hash of the entry when prev is the hash of the one before it, zero before the first:
//
//	SHA-256(auditFormat, prev, seq, milliseconds since 1970, then actor, action, object, subject, detail)
//
// with the numbers as big-endian 64-bit integers and each text preceded by its length as one.
func (e *AuditEntry) hashAfter(prev [32]byte) [32]byte {
	b := make([]byte, 0, 512)
	b = append(b, auditFormat...)
	b = append(b, prev[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(e.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(e.At.UnixMilli()))
	for _, s := range [...]string{e.Actor, e.Action, e.Object, e.Subject, e.Detail} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
	}
	return sha256.Sum256(b)
}

// AuditHead names the end of the chain. Kept outside (printed, signed, published), it proves later that nothing up to
// it was changed and nothing was cut off.
type AuditHead struct {
	Seq  int64
	Hash [32]byte
}

// String writes "seq:hash", the hash in 64 hex digits.
func (h AuditHead) String() string {
	return strconv.FormatInt(h.Seq, 10) + ":" + hex.EncodeToString(h.Hash[:])
}

// ParseAuditHead reads what String writes; [credit.ErrInvalid] for anything else.
func ParseAuditHead(s string) (h AuditHead, err error) {
	num, hash, _ := strings.Cut(s, ":")
	h.Seq, err = strconv.ParseInt(num, 10, 64)
	raw, errHash := hex.DecodeString(hash)
	if err != nil || errHash != nil || len(raw) != len(h.Hash) || h.Seq < 0 {
		return AuditHead{}, fmt.Errorf("audit head %q: want SEQ:64 hex digits: %w", s, credit.ErrInvalid)
	}
	h.Hash = [32]byte(raw)
	return h, nil
}

// chain checks entries one by one, in order.
type chain struct {
	head   AuditHead
	anchor AuditHead // a head known from before, or the zero head
}

// next checks that e follows the head, and makes it the head.
func (c *chain) next(e *AuditEntry) error {
	if e.Seq != c.head.Seq+1 {
		return fmt.Errorf("audit entry %d: follows entry %d: %w", e.Seq, c.head.Seq, ErrAuditBroken)
	}
	if e.hashAfter(c.head.Hash) != e.Hash {
		return fmt.Errorf("audit entry %d: its content does not have its hash: %w", e.Seq, ErrAuditBroken)
	}
	c.head = AuditHead{e.Seq, e.Hash}
	if c.head.Seq == c.anchor.Seq && c.head != c.anchor {
		return fmt.Errorf("audit entry %d: its hash is not the anchored %s: %w", e.Seq, c.anchor, ErrAuditBroken)
	}
	return nil
}

// end checks that the chain reached its anchor.
func (c *chain) end() error {
	if c.head.Seq < c.anchor.Seq {
		return fmt.Errorf("audit ends at entry %d, before the anchored entry %d: %w", c.head.Seq, c.anchor.Seq, ErrAuditBroken)
	}
	return nil
}
