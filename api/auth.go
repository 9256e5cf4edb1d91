package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"hengxin/store"
)

// rolesOf is the key under which an operation's metadata holds the roles that may call it. An operation without them is
// open to everybody.
const rolesOf = "roles"

// securityName names the one security scheme of the schema.
const securityName = "key"

// closedTo declares who may call an operation.
func closedTo(roles ...store.Role) (map[string]any, []map[string][]string) {
	return map[string]any{rolesOf: roles}, []map[string][]string{{securityName: {}}}
}

// authenticate admits the request when its key is good for the operation's roles, and lets handlers ask for the key.
func (s *server) authenticate(ctx huma.Context, next func(huma.Context)) {
	roles, _ := ctx.Operation().Metadata[rolesOf].([]store.Role)
	if len(roles) == 0 {
		next(ctx)
		return
	}
	key, err := s.keyOf(ctx)
	if err == nil {
		traceOf(ctx.Context()).key = key.ID
		if !slices.Contains(roles, key.Role) {
			err = fmt.Errorf("role %s: %w", key.Role, ErrForbidden)
		}
	}
	if err != nil {
		s.refuse(ctx, err)
		return
	}
	next(huma.WithValue(ctx, keyOfRequest{}, key))
}

type keyOfRequest struct{}

// keyOf finds the key that the request carries.
func (s *server) keyOf(ctx huma.Context) (store.APIKey, error) {
	scheme, secret, _ := strings.Cut(ctx.Header("Authorization"), " ")
	if !strings.EqualFold(scheme, "bearer") || secret == "" {
		return store.APIKey{}, ErrUnauthorised
	}
	key, err := s.DB.FindAPIKey(ctx.Context(), strings.TrimSpace(secret))
	if errors.Is(err, store.ErrNotFound) {
		return store.APIKey{}, ErrUnauthorised
	}
	return key, err
}

// caller returns the key that authenticate admitted.
func caller(ctx context.Context) store.APIKey {
	key, ok := ctx.Value(keyOfRequest{}).(store.APIKey)
	if !ok {
		panic("api: handler of a closed operation without a key")
	}
	return key
}

// actor is the caller as the audit names it.
func actor(ctx context.Context) string { return "key:" + caller(ctx).ID }

// refuse answers a request that no handler sees.
func (s *server) refuse(ctx huma.Context, err error) {
	t := traceOf(ctx.Context())
	t.err = err
	p := problemOf(err, t.id)
	if p.Status == 401 {
		ctx.SetHeader("WWW-Authenticate", `Bearer realm="hengxin"`)
	}
	ctx.SetHeader("Content-Type", "application/problem+json")
	ctx.SetStatus(p.Status)
	body, _ := json.Marshal(p) // of texts and numbers: it cannot fail
	_, _ = ctx.BodyWriter().Write(body)
}
