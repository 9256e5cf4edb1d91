package models

// Limits on what comes from outside.
const (
	MaxColumns      = 20_000   // a wide table of a bank has thousands
	MaxWeight       = 1e12     // of a row, and its inverse the least: sums and squares of weights stay numbers
	MaxLevels       = 100_000  // levels kept of one category
	MaxText         = 4_096    // bytes of a name, a level or a text
	MaxArtifactSize = 64 << 20 // bytes; a card has some 100 KB, a large forest some 30 MB
)
