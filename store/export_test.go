package store

// Shrink cuts the packed log so small that a test of a few records merges runs of every class, over many steps.
func Shrink(db *DB) {
	if l, ok := db.log.(*packedLog); ok {
		l.sizes = packedSizes{segmentRecords: 7, segmentBytes: 4000, blockBytes: 500, fanIn: 3, classBytes: 1000, stepBytes: 300}
	}
}
