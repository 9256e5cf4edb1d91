package datasets

const (
	// rowsPerGroup is the rows of a dataset's row group: 100 columns of numbers are 13 MB, what one worker holds.
	rowsPerGroup = 16384
)
