package quality

import "encoding/binary"

// keyTable finds keys that may have been seen twice, in memory that does not grow with them: one bit by hash for seen and
// one for seen again. What it reports may be two keys of one hash; it misses none.
type keyTable struct {
	size        uint64 // bits, a power of two
	seen, again []uint64
	met         bool
}

// sharedBits is the usual size: 5 million keys leave one in 27 that meets another by accident, which a second pass finds out.
const sharedBits = 1 << 27

func (t *keyTable) add(sum [16]byte) {
	if t.seen == nil {
		t.seen, t.again = make([]uint64, t.size/64), make([]uint64, t.size/64)
	}
	at := binary.LittleEndian.Uint64(sum[:]) % t.size
	bit := uint64(1) << (at % 64)
	if t.seen[at/64]&bit != 0 {
		t.again[at/64] |= bit
		t.met = true
	}
	t.seen[at/64] |= bit
}

// twice reports whether the key may have been added twice.
func (t *keyTable) twice(sum [16]byte) bool {
	if t.again == nil {
		return false
	}
	at := binary.LittleEndian.Uint64(sum[:]) % t.size
	return t.again[at/64]&(1<<(at%64)) != 0
}
