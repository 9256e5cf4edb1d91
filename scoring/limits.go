package scoring

const (
	// maxReasons is the most reasons of one score: a letter to a borrower names the main ones (domain page 4.7 has 3 to
	// 5); the explanation has every indicator.
	maxReasons = 5

	// maxEvidence is the most records that one reason names; how many more there are it says as a number.
	maxEvidence = 5

	// maxNeighbours is the most firms whose histories are read for one score.
	maxNeighbours = 500

	// quietDays is how long nothing may be known of a subject before the score says so: every firm files a report a year.
	quietDays = 400
)
