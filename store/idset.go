package store

import (
	"encoding/binary"

	"hengxin/credit"
)

// idSet is a set of record ids: open addressing with linear probing. Ids are digests, so their first bytes are the
// hash. The zero id, which no record has, marks a free slot. 5 million ids take 134 MB.
type idSet struct {
	head  credit.Position // ids of the records up to here are in the set
	count int
	slots []credit.ID
}

const minSlots = 1 << 10

// add puts id into the set and reports whether it was not there.
func (s *idSet) add(id credit.ID) bool {
	if 8*(s.count+1) > 5*len(s.slots) {
		s.grow()
	}
	mask := uint64(len(s.slots) - 1)
	for i := slot(id) & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case id:
			return false
		case credit.ID{}:
			s.slots[i] = id
			s.count++
			return true
		}
	}
}

func (s *idSet) grow() {
	old := s.slots
	s.slots = make([]credit.ID, max(minSlots, 2*len(old)))
	mask := uint64(len(s.slots) - 1)
	for _, id := range old {
		if id.IsZero() {
			continue
		}
		i := slot(id) & mask
		for !s.slots[i].IsZero() {
			i = (i + 1) & mask
		}
		s.slots[i] = id
	}
}

func slot(id credit.ID) uint64 { return binary.LittleEndian.Uint64(id[:8]) }
