package store

const (
	// maxConnections to PostgreSQL from one process: as many requests as two cores can usefully have under way.
	maxConnections = 16

	// maxBatch is the most records of one Append: it bounds the memory and the length of a transaction.
	maxBatch = 1 << 20
)
