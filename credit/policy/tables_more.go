package policy

import (
	"fmt"

	"hengxin/credit"
)

// optional are the tables that came with later versions: bytes stored before them have none, and read as they did.
var optional = map[string]bool{"items.csv": true, "supervision.csv": true, "downgrades.csv": true, "benchmarks.csv": true}

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

var supervisionColumns = with("supervision.csv", func(r *credit.SupervisionRow) *credit.Row { return &r.Row }, []column[credit.SupervisionRow]{
	{"grade", func(r *credit.SupervisionRow, s string) error { return r.Grade.UnmarshalText([]byte(s)) }},
	{"zh", func(r *credit.SupervisionRow, s string) error { return setSome(&r.Zh, s) }},
	{"en", func(r *credit.SupervisionRow, s string) error { return setSome(&r.En, s) }},
	{"ratio_from", func(r *credit.SupervisionRow, s string) error { return setFloat(&r.RatioFrom, s) }},
	{"ratio_to", func(r *credit.SupervisionRow, s string) error { return setFloat(&r.RatioTo, s) }},
	{"every_months", func(r *credit.SupervisionRow, s string) error { return setCount(&r.EveryMonths, s) }},
}...)

var downgradeColumns = with("downgrades.csv", func(r *credit.DowngradeRow) *credit.Row { return &r.Row }, []column[credit.DowngradeRow]{
	{"kind", func(r *credit.DowngradeRow, s string) (err error) { r.Kind, err = credit.ParseKind(s); return err }},
	{"tier", func(r *credit.DowngradeRow, s string) error { return setTier(&r.Tier, s) }},
	{"lists", func(r *credit.DowngradeRow, s string) error { r.Lists = s; return nil }},
	{"grade", func(r *credit.DowngradeRow, s string) error { return r.Grade.UnmarshalText([]byte(s)) }},
	{"spares_first", func(r *credit.DowngradeRow, s string) error { return setBool(&r.SparesFirst, s) }},
}...)

var benchmarkColumns = with("benchmarks.csv", func(r *credit.BenchmarkRow) *credit.Row { return &r.Row }, []column[credit.BenchmarkRow]{
	{"measure", func(r *credit.BenchmarkRow, s string) error { return setSome(&r.Measure, s) }},
	{"value", func(r *credit.BenchmarkRow, s string) error { return setFloat(&r.Value, s) }},
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
