package store

import (
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"fmt"

	"hengxin/credit"
)

// Digest is the SHA-256 of some bytes.
type Digest [32]byte

// DigestOf returns the digest of b.
func DigestOf(b []byte) Digest { return sha256.Sum256(b) }

// ParseDigest reads what String writes; [credit.ErrInvalid] for anything else.
func ParseDigest(s string) (d Digest, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(d) {
		return d, fmt.Errorf("digest %q: want 64 hex digits: %w", s, credit.ErrInvalid)
	}
	return Digest(b), nil
}

// IsZero reports whether no digest is stated.
func (d Digest) IsZero() bool { return d == Digest{} }

// String writes 64 hex digits.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText writes the hex digits.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads them.
func (d *Digest) UnmarshalText(b []byte) (err error) {
	*d, err = ParseDigest(string(b))
	return err
}

// Value makes a digest a column of bytes.
func (d Digest) Value() (driver.Value, error) { return d[:], nil }

// Scan reads a column of bytes.
func (d *Digest) Scan(src any) error {
	b, ok := src.([]byte)
	if !ok || len(b) != len(d) {
		return fmt.Errorf("digest column: %w", ErrCorrupt)
	}
	copy(d[:], b)
	return nil
}

// day is a credit.Date as a column of text.
type day struct{ *credit.Date }

func (d day) Scan(src any) error {
	text, ok := src.(string)
	if b, isBytes := src.([]byte); isBytes {
		text, ok = string(b), true
	}
	if !ok {
		return fmt.Errorf("day column: %w", ErrCorrupt)
	}
	return d.UnmarshalText([]byte(text))
}

// dayText is how a day is stored: 2024-01-31, or "" for none.
func dayText(d credit.Date) string {
	if d == credit.NoDate {
		return ""
	}
	return d.String()
}
