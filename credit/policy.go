package credit

// Policy is a set of dated rule rows under one digest.
type Policy struct{}

// Timeline appends to dst the standing of a record on every day from versions[0].From on: a step function, ascending by
// From. Each step rests only on versions and followers whose From is not after it, and on the rows in force on its day.
func (p *Policy) Timeline(dst []Span, versions []Version, followers []Follower) []Span {
	return append(dst, Span{From: versions[0].From, State: StatePublicised, Counted: true, Shown: true, Rule: -1, Earliest: NoDate, End: NoDate})
}
