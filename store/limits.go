package store

const (
	// maxConnections to PostgreSQL from one process: as many requests as two cores can usefully have under way.
	maxConnections = 16

	// maxBatch is the most records of one Append: it bounds the memory and the length of a transaction.
	maxBatch = 1 << 20

	// maxFrame is the most bytes that a segment may unpack to: one byte in a damaged one must not ask for gigabytes.
	maxFrame = 4 << 20
)
