package policy

import (
	"fmt"

	"hengxin/credit"
)

// optional are the tables that came with later versions: bytes stored before them have none, and read as they did.
var optional = map[string]bool{"items.csv": true}

var itemColumns = with("items.csv", func(r *credit.ItemRow) *credit.Row { return &r.Row }, []column[credit.ItemRow]{
	{"class", func(r *credit.ItemRow, s string) error { return setSome(&r.Class, s) }},
	{"item", func(r *credit.ItemRow, s string) error { return setSome(&r.Item, s) }},
	{"mode", func(r *credit.ItemRow, s string) error { return r.Mode.UnmarshalText([]byte(s)) }},
	{"kinds", func(r *credit.ItemRow, s string) error { return setKinds(&r.Kinds, s) }},
	{"field", func(r *credit.ItemRow, s string) error { return setField(&r.Field, s) }},
	{"values", func(r *credit.ItemRow, s string) error { return setWords(&r.Values, s, nil) }},
	{"source", func(r *credit.ItemRow, s string) error { r.Source = s; return nil }},
	{"data", func(r *credit.ItemRow, s string) error { return r.Data.UnmarshalText([]byte(s)) }},
}...)

// setField reads the name of a body field, and nothing as none.
func setField(dst *credit.Field, s string) error {
	if *dst = 0; s == "" {
		return nil
	}
	f, ok := credit.ParseField(s)
	if !ok {
		return fmt.Errorf("%q: no such field of a body: %w", s, credit.ErrInvalid)
	}
	*dst = f
	return nil
}
