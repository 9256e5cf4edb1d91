package store

import (
	"strings"
	"time"
)

// Shrink cuts the packed log so small that a test of a few records merges runs of every class, over many steps.
func Shrink(db *DB) {
	db.log.sizes = packedSizes{segmentRecords: 7, segmentBytes: 4000, blockBytes: 500, fanIn: 3, classBytes: 1000, stepBytes: 300, patience: 200 * time.Millisecond}
}

// UpStatements returns what a file of migrations runs upwards.
func UpStatements(name string) string {
	text, err := migrations.ReadFile("migrations/" + name)
	if err != nil {
		panic(err)
	}
	up, _, _ := strings.Cut(string(text), "-- +goose Down")
	return up
}
