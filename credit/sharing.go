package credit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNotStorable is wrapped by every refusal of [Sharing.Storable].
var ErrNotStorable = errors.New("may not be stored")

// ShareMode says how an item of the sharing list reaches the platform (domain page 2.12).
type ShareMode uint8

// The modes. Raw values of an item in mode verify or joint_model stay with their department: only an answer, a derived
// value or a gradient leaves it.
const (
	ShareStore      ShareMode = iota + 1 // 物理归集
	ShareInterface                       // 系统接口
	ShareVerify                          // 数据核验
	ShareJointModel                      // 联合建模
)

var shareModes = []struct {
	Mode     ShareMode
	Name, Zh string
}{
	{ShareStore, "store", "物理归集"},
	{ShareInterface, "interface", "系统接口"},
	{ShareVerify, "verify", "数据核验"},
	{ShareJointModel, "joint_model", "联合建模"},
}

// Stores reports whether raw values of an item in this mode may be kept in the log.
func (m ShareMode) Stores() bool { return m == ShareStore || m == ShareInterface }

// String returns the mode's name.
func (m ShareMode) String() string {
	if m >= 1 && int(m) <= len(shareModes) {
		return shareModes[m-1].Name
	}
	return fmt.Sprintf("share mode(%d)", uint8(m))
}

// Zh returns the mode's Chinese name.
func (m ShareMode) Zh() string {
	if m >= 1 && int(m) <= len(shareModes) {
		return shareModes[m-1].Zh
	}
	return ""
}

// MarshalText writes the name.
func (m ShareMode) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a name; [ErrInvalid] where no mode has it.
func (m *ShareMode) UnmarshalText(b []byte) error {
	for _, row := range shareModes {
		if row.Name == string(b) {
			*m = row.Mode
			return nil
		}
	}
	return fmt.Errorf("share mode %q: want store, interface, verify or joint_model: %w", b, ErrInvalid)
}

// ItemRow is one item of the list of what is shared for financing: which records it takes, and how they are shared.
type ItemRow struct {
	Row
	Class, Item string // 类, 项
	Mode        ShareMode
	Kinds       []Kind
	Field       Field    // with Values: the body field that tells this item from others of the kind; 0 for every record
	Values      []string // texts of Field, any of which makes the record this item
	Source      string   // beginning of the source's name, "" for every source: an agreement with one supplier
	Data        DataClass
}

// takes reports whether the record is of this item, dates apart.
func (i *ItemRow) takes(r *Record) bool {
	if !slices.Contains(i.Kinds, r.Kind) || !strings.HasPrefix(r.Source, i.Source) {
		return false
	}
	if i.Field == 0 {
		return true
	}
	text, ok := r.Body.Get(i.Field)
	if !ok {
		return false
	}
	return slices.ContainsFunc(i.Values, func(v string) bool { return bytes.Equal(text, []byte(v)) })
}

// special orders rows that take the same record: one for a source goes before one for every source, then one with a
// field before one without.
func (i *ItemRow) special() int {
	n := 0
	if i.Source != "" {
		n += 2
	}
	if i.Field != 0 {
		n++
	}
	return n
}

// Sharing is the list of shared items, looked up by kind. Nothing in it changes once it is made. The nil Sharing has no
// rows: it lets everything be stored.
type Sharing struct {
	byKind [256][]shared // the most special first
	gated  [256]bool     // some row of the kind may not be stored
}

// shared is a row and the day on which its item came onto the list.
type shared struct {
	*ItemRow
	first Date
}

// NewSharing makes a list of rows that [Policy] has checked; the rows must not change afterwards.
func NewSharing(items []ItemRow) *Sharing {
	s := &Sharing{}
	for i := range items {
		first := items[i].From
		for j := range items {
			if items[j].ID == items[i].ID {
				first = min(first, items[j].From)
			}
		}
		for _, k := range items[i].Kinds {
			s.byKind[k] = append(s.byKind[k], shared{&items[i], first})
			s.gated[k] = s.gated[k] || !items[i].Mode.Stores()
		}
	}
	for k := range s.byKind {
		slices.SortStableFunc(s.byKind[k], func(a, b shared) int { return b.special() - a.special() })
	}
	return s
}

// Sharing returns the policy's list of shared items.
func (p *Policy) Sharing() *Sharing { return p.sharing }

// Item returns the row that the record falls under by the rows in force on its known date; ok is false where no row
// names it. A record from before the list falls under the first row of its item: it is stored today. A row for its source
// goes before one for every source, a row with a field before one without.
func (s *Sharing) Item(r *Record) (row *ItemRow, ok bool) {
	if s == nil {
		return nil, false
	}
	for _, item := range s.byKind[r.Kind] {
		if item.InForce(max(r.Known, item.first)) && item.takes(r) {
			return item.ItemRow, true
		}
	}
	return nil, false
}

// Storable returns nil where the record may be kept in the log, and else an error that names the item, its mode and the
// row, and wraps [ErrNotStorable]. What no row names may be stored: the list speaks of what is shared, not of what there
// is. It looks at most at the record's kind, known date, source and one field, and for kinds all of whose items may be
// stored only at the kind.
func (s *Sharing) Storable(r *Record) error {
	if s == nil || !s.gated[r.Kind] {
		return nil
	}
	item, ok := s.Item(r)
	if !ok || item.Mode.Stores() {
		return nil
	}
	return fmt.Errorf("%s record of %s from %s: item %s (%s) is shared by %s only (row %s, %s): keep the answer or the derived value, not the raw one: %w",
		r.Kind, r.Subject, r.Source, item.Item, item.Class, item.Mode, item.ID, item.Citation, ErrNotStorable)
}
