package credit

// What may come from outside, and why no more.
const (
	maxSubject = 64      // a name space and a 32-digit hash fit
	maxSource  = 64      // a short name, not a sentence
	maxBody    = 1 << 16 // the longest legal text of the penalty standard is 5,000 characters

	minDate Date = -62091  // 1800-01-01: no register reaches further back
	maxDate Date = 2932896 // 9999-12-31

	// MaxHistory is the most records one subject's history may hold before it is refused.
	MaxHistory = 100_000
)
