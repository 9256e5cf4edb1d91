package credit

import (
	"slices"
	"strconv"
)

// Flags are remarks about quality. They are not content: they change no id and no indicator.
type Flags uint16

const (
	FlagCheckFailed     Flags = 1 << iota // the code's check character fails (rulings 20)
	FlagUnitSuspect                       // a fine that looks like yuan in a 万元 column
	FlagDateSuspect                       // decided after it was supplied, or a date out of reach
	FlagLate                              // supplied after the legal limit
	FlagDivisionOld                       // a division that the record states was not in force on the day of its event
	FlagValueSuspect                      // any other value out of reach, named in the report
	FlagDivisionUnknown                   // the table of divisions lacks a division code of the record or of its subject
	FlagErased                            // a tombstone: the body was destroyed, see [Record.Tombstone]
)

// flagNames are the flags in words, in the order of their bits.
var flagNames = [...]string{"check_failed", "unit_suspect", "date_suspect", "late", "division_old", "value_suspect", "division_unknown", "erased"}

// FlagNames returns the names of all flags in the order of their bits; the caller must not change it.
func FlagNames() []string { return flagNames[:] }

// Names returns the names of the set flags in the order of their bits, and "bit N" for one without a name.
func (f Flags) Names() (names []string) {
	for i := 0; f != 0; i, f = i+1, f>>1 {
		switch {
		case f&1 == 0:
		case i < len(flagNames):
			names = append(names, flagNames[i])
		default:
			names = append(names, "bit "+strconv.Itoa(i))
		}
	}
	return names
}

// ParseFlag returns the flag of that name; ok is false where none has it.
func ParseFlag(name string) (f Flags, ok bool) {
	i := slices.Index(flagNames[:], name)
	if i < 0 {
		return 0, false
	}
	return 1 << i, true
}
