package source

// What may come from outside, and why no more.
const (
	maxMapping = 256 << 10 // bytes of a mapping: the longest shipped one has 12 KB
	maxRow     = 1 << 18   // bytes of a line, or of a row of several: the texts of the penalty standard sum to 12,000 characters
	maxFields  = 1024      // fields of a row: the widest national table has 60
	maxCells   = 64 << 20  // bytes of one part of a workbook, unpacked: the tool holds it in memory
	maxReasons = 1000      // different reasons that are counted apart
	maxShown   = 200       // bytes of a value that a quarantine row repeats
	memoSize   = 1 << 14   // different texts of one date column that are read once only

	longestHoliday = 8        // calendar days of the longest statutory holiday so far (October 2020 and 2023, 2025)
	windowSize     = 64 << 10 // bytes from the first non-ASCII one on which an encoding is chosen
)
