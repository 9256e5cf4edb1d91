// Package credit holds public credit facts and what the law says of them: subject codes, records, their histories,
// dated policy, standing, source coverage and consent. It imports nothing of ours and reads no clock.
//
// # Standing
//
// [Policy.Resolve] lays a history out: [Entry].Spans say of every record on which days it counts and is shown, and
// [Entry].Stages say of every commitment where it stands in its closed loop (recorded, supervised, checked, kept, partly
// kept, breached, false, handled, published, cured, expired), what was found, by whom (the subject's own word, the
// department, a check on line, a random check, a complaint), since when, and what was done about it. Both are step
// functions: the step that holds on a day is the last whose From is not after it.
//
// Lists, enforcement, arrears, abnormal taxpayers and limits on consumption count until they are removed or their period
// is over; pledges and freezes until they are lifted or their own last day is over. Kinds without a rule count until they
// are withdrawn, officers until they are removed.
//
// # Sharing
//
// [Policy.Sharing] is the list of what is shared for financing. [Sharing.Storable] refuses, by item, mode and row, a record
// whose raw values may only be verified or modelled on jointly: the log never holds it.
package credit
