package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hengxin/credit"
)

// Role says what the holder of an API key may do; package api holds the table of operations.
type Role string

// The roles.
const (
	RoleBank     Role = "bank"     // asks for scores of its own
	RolePlatform Role = "platform" // supplies records and consents
	RoleAuditor  Role = "auditor"  // reads every score
)

// ParseRole returns the role of that name; [credit.ErrInvalid] where none has it.
func ParseRole(name string) (Role, error) {
	if !slices.Contains([]Role{RoleBank, RolePlatform, RoleAuditor}, Role(name)) {
		return "", fmt.Errorf("role %q: want bank, platform or auditor: %w", name, credit.ErrInvalid)
	}
	return Role(name), nil
}

// APIKey is what the store keeps of a key: never the key itself.
type APIKey struct {
	ID      string // public part, 16 hex digits
	Bank    string // the bank it belongs to, or the platform's own name
	Role    Role
	Note    string // for people: who holds it
	Created time.Time
	Revoked time.Time // zero while it is good
}

const keyPrefix = "hx1_"

// CreateAPIKey makes a key of 256 random bits and returns its only copy with what is kept of it. A key has full
// entropy, so its plain SHA-256 is as safe to keep as a slow hash, and costs a request nothing.
func (db *DB) CreateAPIKey(ctx context.Context, key APIKey, actor string) (secret string, kept APIKey, err error) {
	if _, err := ParseRole(string(key.Role)); err != nil {
		return "", APIKey{}, err
	}
	if err := checkName("bank", key.Bank); err != nil {
		return "", APIKey{}, err
	}
	var random [40]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand, Go 1.24)
	key.ID = hex.EncodeToString(random[:8])
	secret = keyPrefix + key.ID + "_" + base64.RawURLEncoding.EncodeToString(random[8:])
	hash := sha256.Sum256([]byte(secret))
	err = db.audited(ctx, func(tx *sql.Tx) (AuditEntry, error) {
		_, err := tx.ExecContext(ctx, `INSERT INTO api_keys (id, bank, role, note, hash, created, revoked) VALUES ($1, $2, $3, $4, $5, $6, 0)`,
			key.ID, key.Bank, string(key.Role), key.Note, hash[:], key.Created.UnixMilli())
		return AuditEntry{At: key.Created, Actor: actor, Action: ActionKeyCreate, Object: key.ID,
			Detail: detail("bank", key.Bank, "role", string(key.Role))}, err
	})
	if err != nil {
		return "", APIKey{}, fmt.Errorf("create API key for %s: %w", key.Bank, err)
	}
	return secret, key, nil
}

// FindAPIKey returns the key whose secret is given; [ErrNotFound] where there is none, or it is revoked.
func (db *DB) FindAPIKey(ctx context.Context, secret string) (APIKey, error) {
	unknown := fmt.Errorf("API key: %w", ErrNotFound)
	rest, ok := strings.CutPrefix(secret, keyPrefix)
	id, _, found := strings.Cut(rest, "_")
	if !ok || !found || len(id) != 16 {
		return APIKey{}, unknown
	}
	var kept []byte
	row := db.read.QueryRowContext(ctx, `SELECT id, bank, role, note, created, revoked, hash FROM api_keys WHERE id = $1`, id)
	key, err := scanAPIKey(row, &kept)
	if errors.Is(err, sql.ErrNoRows) {
		return APIKey{}, unknown
	}
	if err != nil {
		return APIKey{}, fmt.Errorf("find API key: %w", err)
	}
	hash := sha256.Sum256([]byte(secret))
	if subtle.ConstantTimeCompare(hash[:], kept) != 1 || !key.Revoked.IsZero() {
		return APIKey{}, unknown
	}
	return key, nil
}

// RevokeAPIKey ends a key at once; [ErrNotFound] where no good key has that id.
func (db *DB) RevokeAPIKey(ctx context.Context, id string, at time.Time, actor string) error {
	err := db.audited(ctx, func(tx *sql.Tx) (AuditEntry, error) {
		res, err := tx.ExecContext(ctx, `UPDATE api_keys SET revoked = $1 WHERE id = $2 AND revoked = 0`, at.UnixMilli(), id)
		if err != nil {
			return AuditEntry{}, err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return AuditEntry{}, errors.Join(err, ErrNotFound)
		}
		return AuditEntry{At: at, Actor: actor, Action: ActionKeyRevoke, Object: id}, nil
	})
	if err != nil {
		return fmt.Errorf("revoke API key %s: %w", id, err)
	}
	return nil
}

// APIKeys lists all keys, oldest first.
func (db *DB) APIKeys(ctx context.Context) ([]APIKey, error) {
	rows, err := db.read.QueryContext(ctx, `SELECT id, bank, role, note, created, revoked, hash FROM api_keys ORDER BY created, id`)
	if err != nil {
		return nil, fmt.Errorf("list API keys: %w", err)
	}
	defer rows.Close()
	var keys []APIKey
	for rows.Next() {
		var hash []byte
		key, err := scanAPIKey(rows, &hash)
		if err != nil {
			return nil, fmt.Errorf("list API keys: %w", err)
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// scanner is *sql.Row or *sql.Rows.
type scanner interface{ Scan(dest ...any) error }

func scanAPIKey(row scanner, hash *[]byte) (key APIKey, err error) {
	var created, revoked int64
	err = row.Scan(&key.ID, &key.Bank, &key.Role, &key.Note, &created, &revoked, hash)
	key.Created, key.Revoked = time.UnixMilli(created).UTC(), momentOf(revoked)
	return key, err
}

// momentOf reads a moment kept as milliseconds since 1970, where 0 stands for none.
func momentOf(milli int64) time.Time {
	if milli == 0 {
		return time.Time{}
	}
	return time.UnixMilli(milli).UTC()
}

// checkName refuses names of banks and purposes that are empty, long, or more than letters, digits, '-', '_' and '.'.
func checkName(what, name string) error {
	const maxName = 64
	bad := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' || r >= 0x4e00 && r <= 0x9fff)
	}
	if name == "" || len(name) > maxName || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("%s %q: want 1 to %d letters, digits, '-', '_' or '.': %w", what, name, maxName, credit.ErrInvalid)
	}
	return nil
}
