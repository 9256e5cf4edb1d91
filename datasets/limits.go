package datasets

const (
	// rowsPerGroup is the rows of a dataset's row group: at most 65,536, since [Sparse] numbers rows in two bytes.
	rowsPerGroup = 16384

	// spillBlockSize is about how many bytes of histories are read at a time from where they were set aside.
	spillBlockSize = 1 << 18

	// recordsPerGroup and bodyPerGroup bound a row group of a record file, and with it what a reader holds.
	recordsPerGroup = 32768
	bodyPerGroup    = 32 << 20

	// maxGroup is the most rows that a row group of a file from outside may state: DuckDB and Arrow write about a
	// million at most.
	maxGroup = 1 << 24
)

// maxDays is the most as-of days of one dataset: forty years of months, or more than a year of days.
const maxDays = 500

// maxCells is the most cells of a table that is read into memory: 2 GB of numbers. A few bytes of a file from outside
// can stand for any number of rows.
const maxCells = 1 << 28

// What a Parquet file from outside may state before it is believed.
const (
	maxFooter = 256 << 20 // bytes: a million column chunks
	maxPage   = 256 << 20 // bytes unpacked; writers aim at 1 MB, ours at 32 MB
	maxHeader = 1 << 20   // bytes of a page header, its statistics included
)
