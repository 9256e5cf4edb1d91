package credit

import (
	"fmt"
	"slices"
)

// checkItems refuses items that take nothing, and pairs that take the same records on the same days with equal right.
func (p *Policy) checkItems() error {
	items := p.tables.Items
	for i := range items {
		a := &items[i]
		switch {
		case a.Class == "" || a.Item == "":
			return a.fault("class, item", "missing")
		case a.Mode < ShareStore || a.Mode > ShareJointModel:
			return a.fault("mode", "missing")
		case len(a.Kinds) == 0:
			return a.fault("kinds", "missing: an item takes records of at least one kind")
		case (a.Field == 0) != (len(a.Values) == 0):
			return a.fault("field, values", "want both or neither")
		}
		for j := range items[:i] {
			b := &items[j]
			if a.ID != b.ID && overlap(&a.Row, &b.Row) && sameItems(a, b) {
				return a.fault("kinds", fmt.Sprintf("overlap: row %s takes the same records on the same days", b.ID))
			}
		}
	}
	return nil
}

// sameItems reports whether neither of two rows goes before the other for some record that both take.
func sameItems(a, b *ItemRow) bool {
	if a.Source != b.Source || a.Field != b.Field {
		return false
	}
	if !slices.ContainsFunc(a.Kinds, func(k Kind) bool { return slices.Contains(b.Kinds, k) }) {
		return false
	}
	return a.Field == 0 || slices.ContainsFunc(a.Values, func(v string) bool { return slices.Contains(b.Values, v) })
}

// overlap reports whether two rows share a day in force.
func overlap(a, b *Row) bool {
	return (a.To == NoDate || a.To >= b.From) && (b.To == NoDate || b.To >= a.From)
}
